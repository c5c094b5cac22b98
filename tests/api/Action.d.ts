// src/core/Action.ts
import type { Event } from './Event'
export type Action<E extends Event = Event, Name extends string = string> = E extends Event
  ? {
      readonly type: `circuitBreaker/${Name}/${Uncapitalize<E['_tag']>}`
      readonly payload: Omit<E, '_tag'>
      readonly meta: {
        readonly now: number
      }
    }
  : never

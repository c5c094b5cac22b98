// src/stores/Keyed.ts
import type { Config } from '../core/Config'
import type { Event } from '../core/Event'
import type { State } from '../core/State'
export type Keyed = Readonly<Record<string, State>>
export interface KeyedEvent {
  readonly key: string
  readonly event: Event
}
export declare const none: Keyed
export declare const stateOf: (keyed: Keyed, key: string) => State
export declare const reduceKeyed: (config: Config) => (keyed: Keyed, { key, event }: KeyedEvent, now: number) => Keyed

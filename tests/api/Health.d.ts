// src/watch/Health.ts
import type { IO } from 'fp-ts/IO'
import type { State } from '../core/State'
import type { Current } from '../shell/Session'
export interface Health {
  readonly status: 'ok' | 'degraded'
  readonly breakers: ReadonlyArray<BreakerHealth>
  readonly ready?: boolean
  readonly omitted?: number
}
export interface BreakerHealth {
  readonly name: string
  readonly state: 'closed' | 'open' | 'half_open' | 'isolated' | 'disabled' | 'unknown'
  readonly retryAfterSeconds: number | undefined
  readonly sinceSeconds: number | undefined
}
export interface HealthOptions {
  readonly critical?: ReadonlyArray<string> | undefined
}
export interface HasCurrent {
  readonly current: IO<Current>
}
export interface HasKeys {
  readonly entries: IO<ReadonlyArray<readonly [key: string, state: State]>>
  readonly for: (key: string) => HasCurrent
}
export declare const health: (
  breakers: ReadonlyArray<Current | HasCurrent | HasKeys>,
  options?: HealthOptions
) => Health

// src/core/Reducer.ts
import type { Either } from 'fp-ts/Either'
import type { Config } from './Config'
import type { Event, Permit } from './Event'
import type { State } from './State'
export interface Rejection {
  readonly reason: 'open' | 'half_open' | 'isolated'
  readonly retryAfterSeconds?: number
}
export declare const at: (config: Config) => (state: State, now: number) => State
export declare const permit: (config: Config) => (state: State, now: number, probe: string) => Either<Rejection, Permit>
export declare const isLive: (state: State, permit: Permit) => boolean
export declare const reduce: (config: Config) => (state: State, event: Event, now: number) => State

// src/watch/Metrics.ts
import type { IO } from 'fp-ts/IO'
import type { Rejection } from '../core/Reducer'
import type { State } from '../core/State'
import type { Clock } from '../shell/Clock'
import type { Observer } from '../shell/Notice'
export interface Metrics {
  readonly accepted: number
  readonly succeeded: number
  readonly failed: number
  readonly neutral: number
  readonly slow: number
  readonly rejected: Readonly<Record<Rejection['reason'], number>>
  readonly transitions: Readonly<Record<State['_tag'], number>>
  readonly secondsIn: Readonly<Record<State['_tag'], number>>
  readonly states: Readonly<Record<State['_tag'], number>>
  readonly ownName?: true
}
export interface WatchedBreaker {
  readonly name: string
  readonly current: IO<{
    readonly state: State
  }>
}
export interface WatchedRegistry {
  readonly entries: IO<ReadonlyArray<readonly [key: string, state: State]>>
  readonly for: (key: string) => WatchedBreaker
}
export interface MetricsOptions {
  readonly maxNames?: number | undefined
  readonly perKey?: boolean | undefined
}
export interface Observed {
  readonly observer: Observer
  readonly metrics: IO<Readonly<Record<string, Metrics>>>
  readonly watch: <B extends WatchedBreaker | WatchedRegistry>(watched: B) => B
}
export declare const observe: (clock?: Clock, options?: MetricsOptions) => Observed

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
}
export declare const observe: (clock?: Clock) => {
  readonly observer: Observer
  readonly metrics: IO<Readonly<Record<string, Metrics>>>
}

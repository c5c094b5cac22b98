// src/shell/Notice.ts
import type { IO } from 'fp-ts/IO'
import type * as Monoids from 'fp-ts/Monoid'
import type { Config } from '../core/Config'
import type { Event } from '../core/Event'
import type { Rejection } from '../core/Reducer'
import { reduce } from '../core/Reducer'
import type { State } from '../core/State'
import type { Outcome } from './Outcome'
export interface Transition {
  readonly _tag: 'Transition'
  readonly breaker: string
  readonly from: State
  readonly to: State
  readonly atSeconds: number
  readonly because: Cause
  readonly error?: unknown
}
export type Cause = Event | RecoveryTimeoutElapsed | ProbeTimedOut | Evicted | Remote
export interface RecoveryTimeoutElapsed {
  readonly _tag: 'RecoveryTimeoutElapsed'
}
export interface ProbeTimedOut {
  readonly _tag: 'ProbeTimedOut'
}
export interface Evicted {
  readonly _tag: 'Evicted'
}
export interface Remote {
  readonly _tag: 'Remote'
}
export interface CallAdmitted {
  readonly _tag: 'CallAdmitted'
  readonly breaker: string
  readonly atSeconds: number
}
export interface CallEnded {
  readonly _tag: 'CallEnded'
  readonly breaker: string
  readonly atSeconds: number
  readonly outcome: Outcome
  readonly elapsedSeconds: number
  readonly error?: unknown
}
export interface CallRejected {
  readonly _tag: 'CallRejected'
  readonly breaker: string
  readonly atSeconds: number
  readonly rejection: Rejection
}
export interface StoreLost {
  readonly _tag: 'StoreLost'
  readonly breaker: string
  readonly atSeconds: number
  readonly error: unknown
}
export interface StoreBack {
  readonly _tag: 'StoreBack'
  readonly breaker: string
  readonly atSeconds: number
  readonly lostSeconds: number
}
export type Notice = Transition | CallAdmitted | CallEnded | CallRejected | StoreLost | StoreBack
export type Observer = (notice: Notice) => IO<void>
export declare const transitions: (
  config: Config,
  reduced?: ReturnType<typeof reduce>
) => (state: State, event: Event, now: number) => ReadonlyArray<Transition>
export declare const transitionsByTime: (config: Config) => (state: State, now: number) => ReadonlyArray<Transition>
export declare const observers: Monoids.Monoid<Observer>

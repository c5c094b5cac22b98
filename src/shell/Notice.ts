/**
 * What observers of a breaker are told: each change of its state and each call.
 *
 * @since 0.1.0
 */
import type { IO } from 'fp-ts/IO'
import type * as Monoids from 'fp-ts/Monoid'

import type { Config } from '../core/Config'
import type { Event } from '../core/Event'
import type { Rejection } from '../core/Reducer'
import { at, pass, reduce } from '../core/Reducer'
import type { State } from '../core/State'
import type { Outcome } from './Outcome'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The circuit went from one state to another, or was reset, or the recovery timeout of an OPEN one was restarted.
 *
 * What time alone does is told when the next call asks, the next event comes or the state is read, with the time when it
 * happened: an OPEN circuit was HALF_OPEN from `retryAtSeconds` on.
 *
 * @category model
 * @since 0.1.0
 */
export interface Transition {
  readonly _tag: 'Transition'
  readonly breaker: string
  readonly from: State
  readonly to: State
  readonly atSeconds: number
  readonly because: Cause
  /** The error of the call that caused it, where a failed call did. */
  readonly error?: unknown
}

/**
 * What led from one state to another: an event, or time alone.
 *
 * @category model
 * @since 0.1.0
 */
export type Cause = Event | RecoveryTimeoutElapsed | ProbeTimedOut | Evicted | Remote

/**
 * An OPEN circuit is HALF_OPEN.
 *
 * @category model
 * @since 0.1.0
 */
export interface RecoveryTimeoutElapsed {
  readonly _tag: 'RecoveryTimeoutElapsed'
}

/**
 * A probe had not ended within `probeTimeoutSeconds`, and the circuit is OPEN again.
 *
 * @category model
 * @since 0.1.0
 */
export interface ProbeTimedOut {
  readonly _tag: 'ProbeTimedOut'
}

/**
 * A registry holds as many keys as it may, and has forgotten this one.
 *
 * @category model
 * @since 0.1.0
 */
export interface Evicted {
  readonly _tag: 'Evicted'
}

/**
 * Another member of the fleet that shares the breaker has done it; see `breaker-ts/Shared`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Remote {
  readonly _tag: 'Remote'
}

/**
 * A call was let through.
 *
 * @category model
 * @since 0.1.0
 */
export interface CallAdmitted {
  readonly _tag: 'CallAdmitted'
  readonly breaker: string
  readonly atSeconds: number
}

/**
 * A call that was let through has ended, whether its result was still counted or came too late for that.
 *
 * @category model
 * @since 0.1.0
 */
export interface CallEnded {
  readonly _tag: 'CallEnded'
  readonly breaker: string
  readonly atSeconds: number
  readonly outcome: Outcome
  readonly elapsedSeconds: number
  /**
   * What a failed call threw, rejected with or held in its `Left`, or the value that a classifier takes for a failure. The
   * breaker keeps no reference to it.
   */
  readonly error?: unknown
}

/**
 * A call was rejected.
 *
 * @category model
 * @since 0.1.0
 */
export interface CallRejected {
  readonly _tag: 'CallRejected'
  readonly breaker: string
  readonly atSeconds: number
  readonly rejection: Rejection
}

/**
 * The store of a shared breaker does not answer. Until it does, the breaker goes on alone.
 *
 * @category model
 * @since 0.1.0
 */
export interface StoreLost {
  readonly _tag: 'StoreLost'
  readonly breaker: string
  readonly atSeconds: number
  /** What the store, or its client, said. */
  readonly error: unknown
}

/**
 * The store of a shared breaker answers again, and gets what has happened meanwhile.
 *
 * @category model
 * @since 0.1.0
 */
export interface StoreBack {
  readonly _tag: 'StoreBack'
  readonly breaker: string
  readonly atSeconds: number
  /** How long it was lost. */
  readonly lostSeconds: number
}

/**
 * @category model
 * @since 0.1.0
 */
export type Notice = Transition | CallAdmitted | CallEnded | CallRejected | StoreLost | StoreBack

/**
 * Gets every notice of the breaker whose setting it is, in order, after the state has changed. It may call the breaker.
 * One that throws changes neither the state nor a result; what it threw is reported (see the setting `report`).
 *
 * A breaker on a store that others write to tells only of what it dispatched itself. One on a store of `breaker-ts/Shared`
 * tells of what other members of the fleet did too, as a transition because of `Remote`.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import type { Observer } from 'breaker-ts/Notice'
 * import { circuitState } from 'breaker-ts/State'
 *
 * const log: Array<string> = []
 * const observer: Observer = (notice) => () => {
 *   if (notice._tag === 'Transition')
 *     log.push(`${notice.breaker}: ${circuitState(notice.from)} -> ${circuitState(notice.to)}, ${notice.because._tag}`)
 * }
 * const breaker = new CircuitBreaker({ name: 'payments', failureThreshold: 1, observer })
 * breaker.recordFailure()
 * breaker.reset()
 *
 * assert.deepStrictEqual(log, ['payments: closed -> open, FailureRecorded', 'payments: open -> closed, Reset'])
 *
 * @category model
 * @since 0.1.0
 */
export type Observer = (notice: Notice) => IO<void>

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The changes of state that an event at `now` brings with it, in order, those by time first. A store whose states are not
 * those of `reduce` gives its own function for it.
 *
 * @example
 * import { from } from 'breaker-ts/Config'
 * import { callPermit, succeeded, successRecorded } from 'breaker-ts/Event'
 * import { transitions } from 'breaker-ts/Notice'
 * import { open } from 'breaker-ts/State'
 *
 * const of = transitions(from({ name: 'payments' }))
 *
 * assert.deepStrictEqual(
 *   of(open(1, 0, 60), successRecorded, 75).map(({ to, atSeconds, because }) => [to._tag, atSeconds, because._tag]),
 *   [
 *     ['HalfOpen', 60, 'RecoveryTimeoutElapsed'],
 *     ['Closed', 75, 'SuccessRecorded']
 *   ]
 * )
 * assert.deepStrictEqual(of(open(1, 0, 60), succeeded(callPermit(0)), 75), [])
 *
 * @category constructors
 * @since 0.1.0
 */
export const transitions =
  (config: Config, reduced: ReturnType<typeof reduce> = reduce(config)) =>
  (state: State, event: Event, now: number): ReadonlyArray<Transition> => {
    const after = reduced(state, event, now)
    if (after === state) return []
    const before = at(config)(state, now)
    const byTime = transitionsByTime(config)(state, now)
    const last = byTime[byTime.length - 1]
    // The recovery timeout of an OPEN circuit may start again within a generation.
    if (before.generation !== after.generation || after._tag === 'Open')
      return [...byTime, transition(config, before, after, now, event)]
    // The same state with something more in it, a probe for example: the last step led to that.
    return last === undefined ? [] : [...byTime.slice(0, -1), { ...last, to: after }]
  }

/**
 * The changes of state that time alone has brought by `now`.
 *
 * @example
 * import { from } from 'breaker-ts/Config'
 * import { transitionsByTime } from 'breaker-ts/Notice'
 * import { open } from 'breaker-ts/State'
 *
 * const of = transitionsByTime(from({ name: 'payments' }))
 *
 * assert.deepStrictEqual(of(open(1, 0, 60), 59), [])
 * assert.deepStrictEqual(
 *   of(open(1, 0, 60), 75).map(({ to, atSeconds }) => [to._tag, atSeconds]),
 *   [['HalfOpen', 60]]
 * )
 *
 * @category constructors
 * @since 0.1.0
 */
export const transitionsByTime =
  (config: Config) =>
  (state: State, now: number): ReadonlyArray<Transition> => {
    const later = pass(config, state, now)
    if (later === state) return []
    const rest = transitionsByTime(config)(later, now)
    if (later._tag === 'Open')
      return [transition(config, state, later, later.openedAtSeconds, PROBE_TIMED_OUT), ...rest]
    return state._tag === 'Open'
      ? [transition(config, state, later, Math.min(state.retryAtSeconds, now), TIMEOUT_ELAPSED), ...rest]
      : rest // a HALF_OPEN circuit has lost a probe, and no more
  }

const TIMEOUT_ELAPSED: RecoveryTimeoutElapsed = { _tag: 'RecoveryTimeoutElapsed' }
const PROBE_TIMED_OUT: ProbeTimedOut = { _tag: 'ProbeTimedOut' }

const transition = ({ name }: Config, from: State, to: State, atSeconds: number, because: Cause): Transition => ({
  _tag: 'Transition',
  breaker: name,
  from,
  to,
  atSeconds,
  because
})

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/**
 * Observers, one after the other. The second is told whatever the first throws; the setting `observer` also takes a list.
 *
 * @example
 * import type { Observer } from 'breaker-ts/Notice'
 * import { observers } from 'breaker-ts/Notice'
 * import { monoid as M } from 'fp-ts'
 *
 * const seen: Array<string> = []
 * const note = (by: string): Observer => (notice) => () => {
 *   seen.push(`${by}: ${notice._tag}`)
 * }
 * M.concatAll(observers)([note('log'), note('metrics')])({ _tag: 'CallAdmitted', breaker: 'payments', atSeconds: 1 })()
 *
 * assert.deepStrictEqual(seen, ['log: CallAdmitted', 'metrics: CallAdmitted'])
 *
 * @category instances
 * @since 0.1.0
 */
export const observers: Monoids.Monoid<Observer> = {
  concat: (first, second) => (notice) => () => {
    try {
      return first(notice)()
    } finally {
      second(notice)()
    }
  },
  empty: () => () => undefined
}

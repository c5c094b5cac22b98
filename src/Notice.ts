/**
 * What an observer of a breaker is told: each change of its state and each call, as plain data.
 *
 * @since 0.1.0
 */
import type { IO } from 'fp-ts/IO'

import type { Config } from './Config'
import type { Event } from './Event'
import type { Outcome } from './Outcome'
import type { Rejection } from './Reducer'
import { pass, reduce } from './Reducer'
import type { State } from './State'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The circuit went from one state to another, or was reset.
 *
 * What time alone does is told with the event that brings it to light, and at the time when it happened: an OPEN circuit
 * was HALF_OPEN from `retryAtSeconds` on, though that is told only when the first call asks.
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
  readonly because: Event
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
 * @category model
 * @since 0.1.0
 */
export type Notice = Transition | CallAdmitted | CallEnded | CallRejected

/**
 * Gets every notice of the breaker whose setting it is, in order, after the state has changed. It may call the breaker.
 * One that throws changes neither the state nor a result; what it threw is reported on `console.error`.
 *
 * A breaker on a store that others write to tells only of what it dispatched itself.
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
 * The changes of state that an event at `now` brings with it, in order, those by time first.
 *
 * @example
 * import { make } from 'breaker-ts/Config'
 * import { admitted } from 'breaker-ts/Event'
 * import { transitions } from 'breaker-ts/Notice'
 * import { open } from 'breaker-ts/State'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 *
 * const changes = pipe(
 *   make({ name: 'payments' }),
 *   E.map((config) => transitions(config)(open(1, 0, 60), admitted('a'), 75)),
 *   E.getOrElseW((error) => assert.fail(error))
 * )
 *
 * assert.deepStrictEqual(
 *   changes.map(({ from, to, atSeconds }) => [from._tag, to._tag, atSeconds]),
 *   [['Open', 'HalfOpen', 60]]
 * )
 *
 * @category constructors
 * @since 0.1.0
 */
export const transitions =
  (config: Config) =>
  (state: State, event: Event, now: number): ReadonlyArray<Transition> => {
    const after = reduce(config)(state, event, now)
    if (after === state) return []
    const states = [...history(config, state, now), after]
    const path = states.filter(({ generation }, i) => i === 0 || states[i + 1]?.generation !== generation)
    return path.flatMap((to, i) => {
      const from = path[i - 1]
      return from === undefined || from.generation === to.generation
        ? []
        : [{ _tag: 'Transition', breaker: config.name, from, to, atSeconds: startOf(from, to, now), because: event }]
    })
  }

// The states that time alone leads through.
const history = (config: Config, state: State, now: number): ReadonlyArray<State> => {
  const later = pass(config, state, now)
  return later === state ? [state] : [state, ...history(config, later, now)]
}

const startOf = (from: State, to: State, now: number): number =>
  from._tag === 'HalfOpen' && to._tag === 'Open'
    ? to.openedAtSeconds
    : from._tag === 'Open' && to._tag === 'HalfOpen'
      ? Math.min(from.retryAtSeconds, now)
      : now

/**
 * Counters of what a breaker did, as immutable data, and an observer that keeps them.
 *
 * @since 0.1.0
 */
import type { IO } from 'fp-ts/IO'

import type { Rejection } from '../core/Reducer'
import type { State } from '../core/State'
import { initial } from '../core/State'
import type { Clock } from '../shell/Clock'
import { monotonic } from '../shell/Clock'
import type { Notice, Observer } from '../shell/Notice'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What one breaker did since a start. Counters only go up. `secondsIn` is as of what the breaker has told: that a probe
 * has timed out, which opens the circuit, is told at the next call, and then the seconds since count as OPEN.
 *
 * @category model
 * @since 0.1.0
 */
export interface Metrics {
  /** Calls that were let through. Those that have not ended yet are the difference to the sum of the next three. */
  readonly accepted: number
  readonly succeeded: number
  readonly failed: number
  /** Calls that ended as neither, cancelled ones for example. */
  readonly neutral: number
  /** Calls that succeeded or failed, and took too long. */
  readonly slow: number
  /** Calls that were rejected, by reason. */
  readonly rejected: Readonly<Record<Rejection['reason'], number>>
  /** How often each state was entered; resets of a CLOSED circuit count for `Closed`. */
  readonly transitions: Readonly<Record<State['_tag'], number>>
  /** Seconds spent in each state. */
  readonly secondsIn: Readonly<Record<State['_tag'], number>>
}

/**
 * Metrics with the state that the breaker was last known to be in, since when. Read it with `metricsAt`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Tally {
  readonly metrics: Metrics
  readonly state: State
  readonly sinceSeconds: number
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

const NONE: Readonly<Record<State['_tag'], number>> = { Closed: 0, Open: 0, HalfOpen: 0, Isolated: 0, Disabled: 0 }

/**
 * Nothing has happened yet, to a breaker that is in this state.
 *
 * @example
 * import { metricsAt, start } from 'breaker-ts/Metrics'
 * import { initial } from 'breaker-ts/State'
 *
 * assert.strictEqual(metricsAt(start(initial, 100), 130).secondsIn.Closed, 30)
 *
 * @category constructors
 * @since 0.1.0
 */
export const start = (state: State, now: number): Tally => ({
  metrics: {
    accepted: 0,
    succeeded: 0,
    failed: 0,
    neutral: 0,
    slow: 0,
    rejected: { open: 0, half_open: 0, isolated: 0 },
    transitions: NONE,
    secondsIn: NONE
  },
  state,
  sinceSeconds: now
})

/**
 * An observer that keeps metrics of one breaker, and what they are now. Give it the clock of the breaker, and the state
 * where that is not `initial`.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import { manual } from 'breaker-ts/Clock'
 * import { observe } from 'breaker-ts/Metrics'
 *
 * const time = manual()
 * const { observer, metrics } = observe(time.clock)
 * const breaker = new CircuitBreaker({ name: 'payments', clock: time.clock, observer })
 *
 * breaker.call(() => 'paid')
 * breaker.isolate()
 * time.advance(10)
 * breaker.call(() => 'paid')
 *
 * const { accepted, succeeded, rejected, transitions, secondsIn } = metrics()
 * assert.deepStrictEqual([accepted, succeeded, rejected.isolated], [1, 1, 1])
 * assert.deepStrictEqual([transitions.Isolated, secondsIn.Isolated], [1, 10])
 *
 * @category constructors
 * @since 0.1.0
 */
export const observe = (
  clock: Clock = monotonic,
  state: State = initial
): { readonly observer: Observer; readonly metrics: IO<Metrics> } => {
  let tally = start(state, clock())
  return {
    observer: (notice) => () => {
      tally = count(tally, notice)
    },
    metrics: () => metricsAt(tally, clock())
  }
}

// -------------------------------------------------------------------------------------
// counting
// -------------------------------------------------------------------------------------

/**
 * Counts a notice.
 *
 * @example
 * import { count, start } from 'breaker-ts/Metrics'
 * import { initial } from 'breaker-ts/State'
 *
 * const tally = count(start(initial, 0), { _tag: 'CallAdmitted', breaker: 'payments', atSeconds: 1 })
 *
 * assert.strictEqual(tally.metrics.accepted, 1)
 *
 * @category counting
 * @since 0.1.0
 */
export const count = (tally: Tally, notice: Notice): Tally => {
  const { metrics } = tally
  switch (notice._tag) {
    case 'CallAdmitted':
      return { ...tally, metrics: { ...metrics, accepted: metrics.accepted + 1 } }
    case 'CallRejected':
      return { ...tally, metrics: { ...metrics, rejected: plus(metrics.rejected, notice.rejection.reason, 1) } }
    case 'CallEnded': {
      const { outcome } = notice
      return {
        ...tally,
        metrics: {
          ...metrics,
          succeeded: metrics.succeeded + (outcome._tag === 'Success' ? 1 : 0),
          failed: metrics.failed + (outcome._tag === 'Failure' ? 1 : 0),
          neutral: metrics.neutral + (outcome._tag === 'Neutral' ? 1 : 0),
          slow: metrics.slow + (outcome._tag !== 'Neutral' && outcome.slow ? 1 : 0)
        }
      }
    }
    case 'Transition': {
      const { from, to, atSeconds } = notice
      const past = metricsAt(tally, atSeconds)
      const isNew = from.generation !== to.generation // and no restarted timeout
      return {
        metrics: { ...past, transitions: plus(past.transitions, to._tag, isNew ? 1 : 0) },
        state: to,
        sinceSeconds: atSeconds
      }
    }
  }
}

/**
 * The metrics as of `now`. An OPEN circuit has been HALF_OPEN since its recovery timeout elapsed. A clock that has gone
 * back adds no time.
 *
 * @example
 * import { metricsAt, start } from 'breaker-ts/Metrics'
 * import { open } from 'breaker-ts/State'
 *
 * const { secondsIn } = metricsAt(start(open(1, 0, 60), 0), 75)
 *
 * assert.deepStrictEqual([secondsIn.Open, secondsIn.HalfOpen], [60, 15])
 *
 * @category counting
 * @since 0.1.0
 */
export const metricsAt = ({ metrics, state, sinceSeconds }: Tally, now: number): Metrics => {
  const until = Math.max(now, sinceSeconds)
  const turned = state._tag === 'Open' ? Math.max(Math.min(state.retryAtSeconds, until), sinceSeconds) : until
  const secondsIn = plus(metrics.secondsIn, state._tag, turned - sinceSeconds)
  return { ...metrics, secondsIn: plus<State['_tag']>(secondsIn, 'HalfOpen', until - turned) }
}

const plus = <K extends string>(
  counters: Readonly<Record<K, number>>,
  key: K,
  more: number
): Readonly<Record<K, number>> => ({ ...counters, [key]: counters[key] + more })

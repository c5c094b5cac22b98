/**
 * Counters of what breakers did, by name: an observer that keeps them, and immutable data to read.
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
import type { Outcome } from '../shell/Outcome'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What one breaker did since `observe`. Counters only go up. `secondsIn` is as of what the breaker has told: that a probe
 * has timed out, which opens the circuit, is told at the next call or read, and then the seconds since count as OPEN.
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

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * An observer that keeps metrics of each breaker by its name, and what they are now, as immutable data. Give it the clock
 * of the breakers. A breaker that has told nothing yet has no metrics; until its first transition it counts as CLOSED.
 *
 * There is one entry for each name. In a `Registry` whose keys are chosen by strangers, so is their number.
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
 * const { payments } = metrics()
 * assert.deepStrictEqual([payments?.accepted, payments?.succeeded, payments?.rejected.isolated], [1, 1, 1])
 * assert.deepStrictEqual([payments?.transitions.Isolated, payments?.secondsIn.Isolated], [1, 10])
 *
 * @category constructors
 * @since 0.1.0
 */
export const observe = (
  clock: Clock = monotonic
): { readonly observer: Observer; readonly metrics: IO<Readonly<Record<string, Metrics>>> } => {
  const startedAtSeconds = clock()
  const tallies = new Map<string, Tally>()
  const tallyOf = (breaker: string): Tally => {
    const known = tallies.get(breaker)
    if (known !== undefined) return known
    const tally = start(startedAtSeconds)
    tallies.set(breaker, tally)
    return tally
  }
  return {
    observer: (notice) => () => count(tallyOf(notice.breaker), notice),
    metrics: () => {
      const now = clock()
      return Object.freeze(Object.fromEntries([...tallies].map(([breaker, tally]) => [breaker, metricsAt(tally, now)])))
    }
  }
}

// -------------------------------------------------------------------------------------
// counting
// -------------------------------------------------------------------------------------

type Counters<K extends string> = Record<K, number>

/** Counters that go up in place: a call must not pay for immutable data that nobody reads. */
interface Tally {
  accepted: number
  succeeded: number
  failed: number
  neutral: number
  slow: number
  readonly rejected: Counters<Rejection['reason']>
  readonly transitions: Counters<State['_tag']>
  readonly secondsIn: Counters<State['_tag']>
  /** The state that the breaker was last known to be in, and since when. */
  state: State
  sinceSeconds: number
}

const none = (): Counters<State['_tag']> => ({ Closed: 0, Open: 0, HalfOpen: 0, Isolated: 0, Disabled: 0 })

const start = (now: number): Tally => ({
  accepted: 0,
  succeeded: 0,
  failed: 0,
  neutral: 0,
  slow: 0,
  rejected: { open: 0, half_open: 0, isolated: 0 },
  transitions: none(),
  secondsIn: none(),
  state: initial,
  sinceSeconds: now
})

const count = (tally: Tally, notice: Notice): void => {
  switch (notice._tag) {
    case 'CallAdmitted':
      tally.accepted++
      return
    case 'CallRejected':
      tally.rejected[notice.rejection.reason]++
      return
    case 'CallEnded':
      return countEnd(tally, notice.outcome)
    case 'Transition': {
      const { from, to, atSeconds } = notice
      if (tally.state === initial) tally.state = from // what it was before anything was told
      spend(tally.secondsIn, tally, atSeconds)
      if (from.generation !== to.generation) tally.transitions[to._tag]++ // and no restarted timeout
      tally.state = to
      tally.sinceSeconds = atSeconds
      return
    }
    case 'StoreLost':
    case 'StoreBack': // nothing that a call did
  }
}

const countEnd = (tally: Tally, outcome: Outcome): void => {
  if (outcome._tag === 'Success') tally.succeeded++
  else if (outcome._tag === 'Failure') tally.failed++
  else tally.neutral++
  if (outcome._tag !== 'Neutral' && outcome.slow) tally.slow++
}

// The seconds from then to now. An OPEN circuit has been HALF_OPEN since its recovery timeout elapsed; a clock that has gone
// back adds no time.
const spend = (secondsIn: Counters<State['_tag']>, { state, sinceSeconds }: Tally, now: number): void => {
  const until = Math.max(now, sinceSeconds)
  const turned = state._tag === 'Open' ? Math.max(Math.min(state.retryAtSeconds, until), sinceSeconds) : until
  secondsIn[state._tag] += turned - sinceSeconds
  secondsIn.HalfOpen += until - turned
}

const metricsAt = (tally: Tally, now: number): Metrics => {
  const { accepted, succeeded, failed, neutral, slow, rejected, transitions } = tally
  const secondsIn = { ...tally.secondsIn }
  spend(secondsIn, tally, now)
  return Object.freeze({
    accepted,
    succeeded,
    failed,
    neutral,
    slow,
    rejected: Object.freeze({ ...rejected }),
    transitions: Object.freeze({ ...transitions }),
    secondsIn: Object.freeze(secondsIn)
  })
}

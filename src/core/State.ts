/**
 * What a circuit breaker is: CLOSED, OPEN or HALF_OPEN, or held by hand, as an immutable record that survives JSON.
 *
 * Every state carries a `generation`, which strictly goes up at every change from one of the states to another and at
 * every reset, and never otherwise. Do not rely on it going up by one. All times are seconds of the clock that drives
 * the breaker.
 *
 * @since 0.1.0
 */
import type * as Equality from 'fp-ts/Eq'
import type * as Showing from 'fp-ts/Show'

import type { Counts } from './Counts'
import { empty } from './Counts'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Calls pass.
 *
 * - Every call is permitted, by a permit of this generation.
 * - A success or a failure of this generation is counted; results of earlier generations change nothing.
 * - The failed or slow call after which the trip strategy says so opens the circuit; by default, the failure that reaches
 *   the failure threshold.
 *
 * @category model
 * @since 0.1.0
 */
export interface Closed {
  readonly _tag: 'Closed'
  readonly generation: number
  readonly counts: Counts
  /** What the circuit has recovered from; `null` where there is nothing that the next recovery timeout depends on. */
  readonly recovered: Recovered | null
}

/**
 * The open period before a circuit closed. Until it has stayed closed for as long, opening again counts as a reopening.
 * It is kept only where the recovery timeout depends on the reopenings.
 *
 * @category model
 * @since 0.1.0
 */
export interface Recovered {
  /** How many times in a row the circuit had reopened. */
  readonly reopenings: number
  readonly closedAtSeconds: number
  /** How long the circuit was last open. */
  readonly openSeconds: number
}

/**
 * Calls are rejected until the recovery timeout has elapsed.
 *
 * - No permit is live: the result of a call admitted earlier can neither reopen, close nor extend anything.
 * - A recorded failure (`FailureRecorded`) restarts the recovery timeout.
 * - From `retryAtSeconds` on, the boundary included, it is HALF_OPEN.
 * - It is HALF_OPEN too when the clock has gone back before `openedAtSeconds` by more than a second: the deadline then
 *   belongs to another time, and no step of the clock may leave more to wait than the timeout
 *   and a second.
 *
 * @category model
 * @since 0.1.0
 */
export interface Open {
  readonly _tag: 'Open'
  readonly generation: number
  /** When the recovery timeout started, or was last restarted. */
  readonly openedAtSeconds: number
  /** When the first probe may be admitted. */
  readonly retryAtSeconds: number
  /** How many times in a row the circuit has reopened; 0 where the recovery timeout does not depend on it. */
  readonly reopenings: number
}

/**
 * A few probes are let through to see whether the dependency has recovered.
 *
 * - At most `halfOpenMaxProbes` probes are in flight; other callers are rejected.
 * - A probe that ends, whatever its outcome, frees its room. One that has not ended within `probeTimeoutSeconds` has
 *   failed; what it says later changes nothing.
 * - The first failure opens the circuit again, or the first after `halfOpenMaxFailures`.
 * - A success closes it when it is the `halfOpenSuccessThreshold`-th; without that setting, when no other probe is in
 *   flight, or when it is the `halfOpenMaxProbes`-th.
 *
 * @category model
 * @since 0.1.0
 */
export interface HalfOpen {
  readonly _tag: 'HalfOpen'
  readonly generation: number
  /** The probes in flight, oldest first. */
  readonly probes: ReadonlyArray<Probe>
  /** Probes of this generation that have succeeded. */
  readonly successes: number
  /** Probes of this generation that have failed without opening the circuit again. */
  readonly failures: number
  /** How many times in a row the circuit has reopened, as in `Open`. */
  readonly reopenings: number
  /** How long the circuit was open before; 0 where the recovery timeout does not depend on it. */
  readonly openSeconds: number
}

/**
 * A call admitted by a HALF_OPEN circuit and not yet ended.
 *
 * @category model
 * @since 0.1.0
 */
export interface Probe {
  readonly id: string
  readonly admittedAtSeconds: number
}

/**
 * Held open by hand, for example while the dependency is being repaired. It reads OPEN.
 *
 * - Every call is rejected, and no time to wait is given.
 * - Time and recorded outcomes change nothing; only the end of the isolation, a reset or disabling does.
 *
 * @category model
 * @since 0.1.0
 */
export interface Isolated {
  readonly _tag: 'Isolated'
  readonly generation: number
}

/**
 * Switched off by hand: a kill switch for the breaker itself. It reads CLOSED.
 *
 * - Every call is permitted, and nothing is counted.
 * - Time and recorded outcomes change nothing; only enabling, a reset or isolation does.
 *
 * @category model
 * @since 0.1.0
 */
export interface Disabled {
  readonly _tag: 'Disabled'
  readonly generation: number
}

/**
 * @category model
 * @since 0.1.0
 */
export type State = Closed | Open | HalfOpen | Isolated | Disabled

/**
 * The names of the lifecycle states, as `state()` reports them and as they appear in logs and metrics.
 *
 * @example
 * import { CircuitState } from 'breaker-ts/State'
 *
 * const state: CircuitState = CircuitState.HALF_OPEN
 * assert.strictEqual(state, 'half_open')
 *
 * @category model
 * @since 0.1.0
 */
export const CircuitState = {
  CLOSED: 'closed',
  OPEN: 'open',
  HALF_OPEN: 'half_open'
} as const

/**
 * @category model
 * @since 0.1.0
 */
export type CircuitState = (typeof CircuitState)[keyof typeof CircuitState]

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * @example
 * import { consecutive } from 'breaker-ts/Counts'
 * import { closed } from 'breaker-ts/State'
 *
 * assert.deepStrictEqual(closed(0, consecutive(2)), {
 *   _tag: 'Closed',
 *   generation: 0,
 *   counts: consecutive(2),
 *   recovered: null
 * })
 *
 * @category constructors
 * @since 0.1.0
 */
export const closed = (generation: number, counts: Counts, recovered: Recovered | null = null): Closed => ({
  _tag: 'Closed',
  generation,
  counts,
  recovered
})

/**
 * @example
 * import { open } from 'breaker-ts/State'
 *
 * assert.deepStrictEqual(open(1, 10, 70), {
 *   _tag: 'Open',
 *   generation: 1,
 *   openedAtSeconds: 10,
 *   retryAtSeconds: 70,
 *   reopenings: 0
 * })
 *
 * @category constructors
 * @since 0.1.0
 */
export const open = (
  generation: number,
  openedAtSeconds: number,
  retryAtSeconds: number,
  reopenings: number = 0
): Open => ({ _tag: 'Open', generation, openedAtSeconds, retryAtSeconds, reopenings })

/**
 * @example
 * import { halfOpen } from 'breaker-ts/State'
 *
 * assert.deepStrictEqual(halfOpen(2, [{ id: 'a', admittedAtSeconds: 70 }], 0), {
 *   _tag: 'HalfOpen',
 *   generation: 2,
 *   probes: [{ id: 'a', admittedAtSeconds: 70 }],
 *   successes: 0,
 *   failures: 0,
 *   reopenings: 0,
 *   openSeconds: 0
 * })
 *
 * @category constructors
 * @since 0.1.0
 */
export const halfOpen = (
  generation: number,
  probes: ReadonlyArray<Probe>,
  successes: number,
  failures: number = 0,
  reopenings: number = 0,
  openSeconds: number = 0
): HalfOpen => ({ _tag: 'HalfOpen', generation, probes, successes, failures, reopenings, openSeconds })

/**
 * @example
 * import { isolated } from 'breaker-ts/State'
 *
 * assert.deepStrictEqual(isolated(1), { _tag: 'Isolated', generation: 1 })
 *
 * @category constructors
 * @since 0.1.0
 */
export const isolated = (generation: number): Isolated => ({ _tag: 'Isolated', generation })

/**
 * @example
 * import { disabled } from 'breaker-ts/State'
 *
 * assert.deepStrictEqual(disabled(1), { _tag: 'Disabled', generation: 1 })
 *
 * @category constructors
 * @since 0.1.0
 */
export const disabled = (generation: number): Disabled => ({ _tag: 'Disabled', generation })

/**
 * Where every breaker starts: CLOSED, with nothing counted.
 *
 * @example
 * import { initial } from 'breaker-ts/State'
 *
 * assert.deepStrictEqual(JSON.parse(JSON.stringify(initial)), initial)
 *
 * @category constructors
 * @since 0.1.0
 */
export const initial: State = Object.freeze(closed(0, empty))

// -------------------------------------------------------------------------------------
// destructors
// -------------------------------------------------------------------------------------

/**
 * The name of a state's lifecycle state: an isolated breaker reads OPEN, a disabled one CLOSED. Project the state to
 * the present first (`at` of `breaker-ts/Reducer`) where time may have turned OPEN into HALF_OPEN.
 *
 * @example
 * import { circuitState, open } from 'breaker-ts/State'
 *
 * assert.strictEqual(circuitState(open(1, 10, 70)), 'open')
 *
 * @category destructors
 * @since 0.1.0
 */
export const circuitState = (state: State): CircuitState => {
  switch (state._tag) {
    case 'Closed':
    case 'Disabled':
      return CircuitState.CLOSED
    case 'Open':
    case 'Isolated':
      return CircuitState.OPEN
    case 'HalfOpen':
      return CircuitState.HALF_OPEN
  }
}

/**
 * Whether a value looks like a state: enough to tell a store that holds one from a store that holds something else. To
 * read data from outside, decode it with `breaker-ts/Codec`.
 *
 * @internal
 */
export const isState = (u: unknown): u is State => {
  if (!isRecord(u) || !Number.isInteger(u['generation'])) return false
  switch (u['_tag']) {
    case 'Closed':
      return isRecord(u['counts'])
    case 'Open':
      return Number.isFinite(u['retryAtSeconds'])
    case 'HalfOpen':
      return Array.isArray(u['probes'])
    default:
      return u['_tag'] === 'Isolated' || u['_tag'] === 'Disabled'
  }
}

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

const isRecord = (u: unknown): u is Readonly<Record<string, unknown>> => typeof u === 'object' && u !== null

/**
 * Plain data is all that there is to compare in a state.
 *
 * @internal
 */
export const isSameData = (x: unknown, y: unknown): boolean => {
  if (!isRecord(x) || !isRecord(y)) return x === y
  const keys = Object.keys(x)
  return x === y || (keys.length === Object.keys(y).length && keys.every((key) => isSameData(x[key], y[key])))
}

/**
 * Two states are equal when they hold the same data.
 *
 * @example
 * import { Eq, initial, open } from 'breaker-ts/State'
 *
 * assert.strictEqual(Eq.equals(open(1, 10, 70), open(1, 10, 70)), true)
 * assert.strictEqual(Eq.equals(open(1, 10, 70), initial), false)
 *
 * @category instances
 * @since 0.1.0
 */
export const Eq: Equality.Eq<State> = { equals: isSameData }

/**
 * A state in a line, for people: what it is, its generation, and what matters in it.
 *
 * @example
 * import { initial, open, Show } from 'breaker-ts/State'
 *
 * assert.strictEqual(Show.show(initial), 'CLOSED #0, 0 failures in 0 calls')
 * assert.strictEqual(Show.show(open(1, 10, 70)), 'OPEN #1 since 10 s, until 70 s')
 *
 * @category instances
 * @since 0.1.0
 */
export const Show: Showing.Show<State> = {
  show: (state) => {
    switch (state._tag) {
      case 'Closed':
        return `CLOSED #${state.generation}, ${state.counts.failures} failures in ${state.counts.calls} calls`
      case 'Open':
        return `OPEN #${state.generation} since ${state.openedAtSeconds} s, until ${state.retryAtSeconds} s`
      case 'HalfOpen':
        return `HALF_OPEN #${state.generation}, ${state.probes.length} probes in flight, ${state.successes} successful`
      case 'Isolated':
        return `ISOLATED #${state.generation}`
      case 'Disabled':
        return `DISABLED #${state.generation}`
    }
  }
}

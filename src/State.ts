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

import type { Counts } from './Counts'
import { empty } from './Counts'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Calls pass.
 *
 * - Every call is permitted; its permit is the generation.
 * - A success or a failure of this generation is counted; results of earlier generations change nothing.
 * - The failure that reaches the failure threshold opens the circuit.
 *
 * @category model
 * @since 0.1.0
 */
export interface Closed {
  readonly _tag: 'Closed'
  readonly generation: number
  readonly counts: Counts
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
}

/**
 * A few probes are let through to see whether the dependency has recovered.
 *
 * - At most `halfOpenMaxProbes` probes are in flight; other callers are rejected.
 * - A probe that ends, whatever its outcome, frees its room.
 * - The first failure opens the circuit again.
 * - A success closes it when no other probe is in flight, or when it is the `halfOpenMaxProbes`-th success.
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
 * - Every call is rejected, with no time to wait: nobody knows it.
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
 *   counts: { _tag: 'Consecutive', failures: 2 }
 * })
 *
 * @category constructors
 * @since 0.1.0
 */
export const closed = (generation: number, counts: Counts): Closed => ({ _tag: 'Closed', generation, counts })

/**
 * @example
 * import { open } from 'breaker-ts/State'
 *
 * assert.deepStrictEqual(open(1, 10, 70), { _tag: 'Open', generation: 1, openedAtSeconds: 10, retryAtSeconds: 70 })
 *
 * @category constructors
 * @since 0.1.0
 */
export const open = (generation: number, openedAtSeconds: number, retryAtSeconds: number): Open => ({
  _tag: 'Open',
  generation,
  openedAtSeconds,
  retryAtSeconds
})

/**
 * @example
 * import { halfOpen } from 'breaker-ts/State'
 *
 * assert.deepStrictEqual(halfOpen(2, [{ id: 'a', admittedAtSeconds: 70 }], 0), {
 *   _tag: 'HalfOpen',
 *   generation: 2,
 *   probes: [{ id: 'a', admittedAtSeconds: 70 }],
 *   successes: 0
 * })
 *
 * @category constructors
 * @since 0.1.0
 */
export const halfOpen = (generation: number, probes: ReadonlyArray<Probe>, successes: number): HalfOpen => ({
  _tag: 'HalfOpen',
  generation,
  probes,
  successes
})

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
export const initial: State = closed(0, empty)

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

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

const equalProbes = (xs: ReadonlyArray<Probe>, ys: ReadonlyArray<Probe>): boolean =>
  xs.length === ys.length && xs.every((x, i) => x.id === ys[i]?.id && x.admittedAtSeconds === ys[i]?.admittedAtSeconds)

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
export const Eq: Equality.Eq<State> = {
  equals: (x, y) => {
    if (x === y) return true
    if (x.generation !== y.generation) return false
    if (x._tag === 'Closed') return y._tag === 'Closed' && x.counts.failures === y.counts.failures
    if (x._tag === 'Open')
      return y._tag === 'Open' && x.openedAtSeconds === y.openedAtSeconds && x.retryAtSeconds === y.retryAtSeconds
    if (x._tag !== 'HalfOpen') return x._tag === y._tag
    return y._tag === 'HalfOpen' && x.successes === y.successes && equalProbes(x.probes, y.probes)
  }
}

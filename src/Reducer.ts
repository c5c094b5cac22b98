/**
 * The state machine: every transition of a circuit breaker there is, as pure functions of state, event and time.
 *
 * `now` is in seconds of any monotonic clock; it is an argument everywhere, so nothing in here reads a clock.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/Either'

import type { Config } from './Config'
import { countFailure, countSuccess, empty } from './Counts'
import type { Event, Permit } from './Event'
import { callPermit, probePermit } from './Event'
import type { Closed, HalfOpen, Open, Probe, State } from './State'
import { closed, disabled, halfOpen, isolated, open } from './State'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Why a call is rejected.
 *
 * @category model
 * @since 0.1.0
 */
export interface Rejection {
  /**
   * `open`: the recovery timeout is running. `half_open`: enough probes are in flight. `isolated`: somebody holds the
   * circuit open.
   */
  readonly reason: 'open' | 'half_open' | 'isolated'
  /** Seconds until the circuit is HALF_OPEN; 0 when only waiting for a probe to end; none when isolated. */
  readonly retryAfterSeconds?: number
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The state as of `now`: an OPEN circuit whose recovery timeout has elapsed is HALF_OPEN. Any other state is returned as
 * it is, by reference.
 *
 * The deadline counts only within its own span. Where it is further away than the whole open period (and a second, for
 * rounding), the clock has gone back and the deadline means nothing; the circuit is HALF_OPEN then too, because one
 * probe is the harmless way to find out.
 *
 * @example
 * import { at } from 'breaker-ts/Reducer'
 * import { halfOpen, open } from 'breaker-ts/State'
 *
 * const state = open(1, 0, 60)
 *
 * assert.strictEqual(at(state, 59.999), state)
 * assert.deepStrictEqual(at(state, 60), halfOpen(2, [], 0))
 * assert.deepStrictEqual(at(state, -3600), halfOpen(2, [], 0))
 *
 * @category queries
 * @since 0.1.0
 */
export const at = (state: State, now: number): State => {
  if (state._tag !== 'Open') return state
  const remaining = state.retryAtSeconds - now
  const period = state.retryAtSeconds - state.openedAtSeconds
  return remaining > 0 && remaining - period <= 1 ? state : halfOpen(state.generation + 1, [], 0)
}

/**
 * Whether a call may pass, and with which permit. `probe` is the id the call gets if it becomes a probe; dispatch
 * `Admitted` with the same id and the same `now`, with nothing in between.
 *
 * @example
 * import { make } from 'breaker-ts/Config'
 * import { callPermit, probePermit } from 'breaker-ts/Event'
 * import { permit } from 'breaker-ts/Reducer'
 * import { initial, open } from 'breaker-ts/State'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 *
 * const ask = pipe(
 *   make({ name: 'payments' }),
 *   E.map(permit),
 *   E.getOrElseW((error) => assert.fail(error))
 * )
 *
 * assert.deepStrictEqual(ask(initial, 0, 'a'), E.right(callPermit(0)))
 * assert.deepStrictEqual(ask(open(1, 0, 60), 20, 'a'), E.left({ reason: 'open', retryAfterSeconds: 40 }))
 * assert.deepStrictEqual(ask(open(1, 0, 60), 60, 'a'), E.right(probePermit(2, 'a')))
 *
 * @category queries
 * @since 0.1.0
 */
export const permit =
  (config: Config) =>
  (state: State, now: number, probe: string): Either<Rejection, Permit> => {
    const current = at(state, now)
    switch (current._tag) {
      case 'Closed':
      case 'Disabled':
        return { _tag: 'Right', right: callPermit(current.generation) }
      case 'Isolated':
        return { _tag: 'Left', left: { reason: 'isolated' } }
      case 'Open':
        return { _tag: 'Left', left: { reason: 'open', retryAfterSeconds: current.retryAtSeconds - now } }
      case 'HalfOpen':
        return canAdmit(config, current, probe)
          ? { _tag: 'Right', right: probePermit(current.generation, probe) }
          : { _tag: 'Left', left: { reason: 'half_open', retryAfterSeconds: 0 } }
    }
  }

/**
 * Whether an outcome with this permit still counts: the permit is of the state's generation and, if it is a probe's, the
 * probe is in flight.
 *
 * @example
 * import { callPermit } from 'breaker-ts/Event'
 * import { isLive } from 'breaker-ts/Reducer'
 * import { initial, open } from 'breaker-ts/State'
 *
 * assert.strictEqual(isLive(initial, callPermit(0)), true)
 * assert.strictEqual(isLive(open(1, 0, 60), callPermit(0)), false)
 *
 * @category queries
 * @since 0.1.0
 */
export const isLive = (state: State, permit: Permit): boolean =>
  permit.generation === state.generation &&
  (state._tag === 'Closed' ? permit.probe === null : state._tag === 'HalfOpen' && has(state, permit.probe))

/**
 * Whether the state is one that admits calls and that a success would leave as it is, whoever reports it and whenever: a
 * shell need not dispatch it then, nor read the clock for it.
 *
 * @internal
 */
export const isHealthy = (state: State): boolean =>
  state._tag === 'Disabled' || (state._tag === 'Closed' && countSuccess(state.counts) === state.counts)

// -------------------------------------------------------------------------------------
// reducer
// -------------------------------------------------------------------------------------

/**
 * The state after an event. Total and deterministic; the same reference comes back when nothing changes.
 *
 * Impossible events change nothing: an outcome whose permit is not live, a probe id that is already in flight, a time
 * that is not a finite number (only what is done by hand, and needs no time, is obeyed then).
 *
 * @example
 * import { make } from 'breaker-ts/Config'
 * import { callPermit, failed, succeeded } from 'breaker-ts/Event'
 * import { reduce } from 'breaker-ts/Reducer'
 * import { initial, open } from 'breaker-ts/State'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 *
 * const step = pipe(
 *   make({ name: 'payments', failureThreshold: 1 }),
 *   E.map(reduce),
 *   E.getOrElseW((error) => assert.fail(error))
 * )
 *
 * const tripped = step(initial, failed(callPermit(0)), 10)
 * assert.deepStrictEqual(tripped, open(1, 10, 70))
 * // a result from before the trip
 * assert.strictEqual(step(tripped, succeeded(callPermit(0)), 11), tripped)
 *
 * @category reducer
 * @since 0.1.0
 */
export const reduce =
  (config: Config) =>
  (state: State, event: Event, now: number): State => {
    const current = at(state, now)
    const next = transition(config, current, event, now)
    return next === current ? state : next // time alone is never stored
  }

const transition = (config: Config, state: State, event: Event, now: number): State => {
  const byHand = whenByHand(state, event)
  if (byHand !== undefined) return byHand
  if (!Number.isFinite(now) || ('permit' in event && !isLive(state, event.permit))) return state
  switch (state._tag) {
    case 'Closed':
      return whenClosed(config, state, event, now)
    case 'Open':
      return whenOpen(config, state, event, now)
    case 'HalfOpen':
      return whenHalfOpen(config, state, event, now)
    case 'Isolated':
    case 'Disabled':
      return state
  }
}

// What somebody does by hand, from any state and at any time; `undefined` for all other events.
const whenByHand = (state: State, event: Event): State | undefined => {
  switch (event._tag) {
    case 'Reset':
      return closed(state.generation + 1, empty)
    case 'IsolationStarted':
      return state._tag === 'Isolated' ? state : isolated(state.generation + 1)
    case 'IsolationEnded':
      return state._tag === 'Isolated' ? closed(state.generation + 1, empty) : state
    case 'BreakerDisabled':
      return state._tag === 'Disabled' ? state : disabled(state.generation + 1)
    case 'BreakerEnabled':
      return state._tag === 'Disabled' ? closed(state.generation + 1, empty) : state
    default:
      return undefined
  }
}

const whenClosed = (config: Config, state: Closed, event: Event, now: number): State => {
  switch (event._tag) {
    case 'Succeeded':
    case 'SuccessRecorded':
      return isHealthy(state) ? state : closed(state.generation, countSuccess(state.counts))
    case 'Failed':
    case 'FailureRecorded': {
      const counts = countFailure(state.counts)
      return counts.failures >= config.failureThreshold
        ? openedAt(config, state.generation + 1, now)
        : closed(state.generation, counts)
    }
    default:
      return state
  }
}

const whenOpen = (config: Config, state: Open, event: Event, now: number): State => {
  if (event._tag !== 'FailureRecorded') return state
  const restarted = openedAt(config, state.generation, now)
  return restarted.openedAtSeconds === state.openedAtSeconds && restarted.retryAtSeconds === state.retryAtSeconds
    ? state
    : restarted
}

const whenHalfOpen = (config: Config, state: HalfOpen, event: Event, now: number): State => {
  switch (event._tag) {
    case 'Admitted':
      return canAdmit(config, state, event.probe)
        ? halfOpen(state.generation, [...state.probes, { id: event.probe, admittedAtSeconds: now }], state.successes)
        : state
    case 'Succeeded': {
      const probes = without(state.probes, event.permit.probe)
      const successes = state.successes + 1
      return probes.length === 0 || successes >= config.halfOpenMaxProbes
        ? closed(state.generation + 1, empty)
        : halfOpen(state.generation, probes, successes)
    }
    case 'Released':
      return halfOpen(state.generation, without(state.probes, event.permit.probe), state.successes)
    case 'SuccessRecorded':
      return closed(state.generation + 1, empty)
    case 'Failed':
    case 'FailureRecorded':
      return openedAt(config, state.generation + 1, now)
    default:
      return state
  }
}

const openedAt = (config: Config, generation: number, now: number): Open =>
  open(generation, now, Math.min(now + config.recoveryTimeoutSeconds, Number.MAX_VALUE)) // Infinity is not JSON

const canAdmit = (config: Config, state: HalfOpen, probe: string): boolean =>
  state.probes.length < config.halfOpenMaxProbes && !has(state, probe)

const has = (state: HalfOpen, probe: string | null): boolean => state.probes.some(({ id }) => id === probe)

const without = (probes: ReadonlyArray<Probe>, probe: string | null): ReadonlyArray<Probe> =>
  probes.filter(({ id }) => id !== probe)

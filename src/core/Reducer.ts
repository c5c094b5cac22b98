/**
 * The state machine: every transition of a circuit breaker there is, as pure functions of state, event and time.
 *
 * `now` is in seconds of any monotonic clock; it is an argument everywhere, so nothing in here reads a clock.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/Either'

import type { Config } from './Config'
import type { Counts } from './Counts'
import { empty } from './Counts'
import type { Event, Failed, Permit, Released, Succeeded } from './Event'
import { callPermit, probePermit } from './Event'
import { countsReopenings, opened, recovered, restarted } from './Recovery'
import type { Closed, HalfOpen, Open, Probe, State } from './State'
import { closed, disabled, halfOpen, isolated } from './State'
import type { Call, Window } from './Window'

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
   * `open`: the recovery timeout is running. `half_open`: enough probes are in flight. `isolated`: the circuit is
   * held open by hand.
   */
  readonly reason: 'open' | 'half_open' | 'isolated'
  /** Seconds until the circuit is HALF_OPEN; absent for the other reasons, which end at no known time. */
  readonly retryAfterSeconds?: number
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The state as of `now`. An OPEN circuit whose recovery timeout has elapsed is HALF_OPEN. With `probeTimeoutSeconds`, a
 * probe that has not ended in that time has failed, at that time. Where time has done nothing, the state is returned as it
 * is, by reference.
 *
 * A deadline counts only within its own span. Where it is further away than the whole span (and a second, for rounding),
 * the clock has gone back and the deadline means nothing. An OPEN circuit is HALF_OPEN then too, because one probe is the
 * harmless way to find out; and a probe admitted in such a future is forgotten, which frees its room.
 *
 * @example
 * import { from } from 'breaker-ts/Config'
 * import { at } from 'breaker-ts/Reducer'
 * import { halfOpen, open } from 'breaker-ts/State'
 *
 * const look = at(from({ name: 'payments' }))
 * const state = open(1, 0, 60)
 *
 * assert.strictEqual(look(state, 59.999), state)
 * assert.deepStrictEqual(look(state, 60), halfOpen(2, [], 0))
 * assert.deepStrictEqual(look(state, -3600), halfOpen(2, [], 0))
 *
 * @category queries
 * @since 0.1.0
 */
export const at =
  (config: Config) =>
  (state: State, now: number): State =>
    present(config, state, now)

const present = (config: Config, state: State, now: number): State => {
  const later = pass(config, state, now)
  return later === state ? state : present(config, later, now)
}

/**
 * The next thing that time alone does to a state, at most one.
 *
 * @internal
 */
export const pass = (config: Config, state: State, now: number): State => {
  switch (state._tag) {
    case 'Open':
      return isWaiting(state, now)
        ? state
        : halfOpen(state.generation + 1, [], 0, 0, state.reopenings, countsReopenings(config) ? spanOf(state) : 0)
    case 'HalfOpen':
      return config.probeTimeoutSeconds === null ? state : expire(config, state, now, config.probeTimeoutSeconds)
    default:
      return state
  }
}

/**
 * Whether an OPEN circuit rejects calls at this time.
 *
 * @internal
 */
export const isWaiting = (state: Open, now: number): boolean =>
  state.retryAtSeconds > now && state.retryAtSeconds - now - spanOf(state) <= 1

const spanOf = ({ openedAtSeconds, retryAtSeconds }: Open): number =>
  Math.min(retryAtSeconds - openedAtSeconds, Number.MAX_VALUE)

const expire = (config: Config, state: HalfOpen, now: number, timeoutSeconds: number): HalfOpen | Open => {
  const late = state.probes.filter(({ admittedAtSeconds }) => now - admittedAtSeconds >= timeoutSeconds)
  const kept = state.probes.filter(
    ({ admittedAtSeconds }) => now - admittedAtSeconds < timeoutSeconds && admittedAtSeconds - now <= 1
  )
  if (kept.length === state.probes.length) return state
  // The clock may have gone back a little between two probes, so they need not be in the order of their times.
  const times = late.map(({ admittedAtSeconds }) => admittedAtSeconds)
  const tooMany = times.filter(
    (time) => state.failures + times.filter((other) => other <= time).length > config.halfOpenMaxFailures
  )
  return tooMany.length === 0
    ? { ...state, probes: kept, failures: state.failures + late.length }
    : opened(config, state, Math.min(...tooMany) + timeoutSeconds)
}

/**
 * Whether a call may pass, and with which permit. `probe` is the id the call gets if it becomes a probe; dispatch
 * `Admitted` with the same id and the same `now`, with nothing in between.
 *
 * @example
 * import { from } from 'breaker-ts/Config'
 * import { callPermit, probePermit } from 'breaker-ts/Event'
 * import { permit } from 'breaker-ts/Reducer'
 * import { initial, open } from 'breaker-ts/State'
 * import { either as E } from 'fp-ts'
 *
 * const ask = permit(from({ name: 'payments' }))
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
  (state: State, now: number, probe: string): Either<Rejection, Permit> =>
    decide(config, state, now, probe)

/** @internal */
export const decide = (config: Config, state: State, now: number, probe: string): Either<Rejection, Permit> => {
  const current = present(config, state, now)
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
        : { _tag: 'Left', left: { reason: 'half_open' } }
  }
}

/**
 * Seconds until a call may pass: 0 if it may, `undefined` if that is not known.
 *
 * @internal
 */
export const retryAfter = (config: Config, state: State, now: number): number | undefined => {
  const decision = decide(config, state, now, '') // the id of no probe that is in flight
  return decision._tag === 'Right' ? 0 : decision.left.retryAfterSeconds
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
 * Whether the state is one that admits calls and that a success would leave as it is, unless it is slow, whoever reports
 * it and whenever: a shell need not dispatch it then, nor read the clock for it.
 *
 * @internal
 */
export const isHealthy = (config: Config, state: State): boolean =>
  state._tag === 'Disabled' || (state._tag === 'Closed' && isSettled(config, state))

/**
 * The counts, where they are of this kind of window; its empty ones otherwise. So a stored state survives another window.
 *
 * @internal
 */
export const own = ({ empty }: Window, counts: Counts): Counts => (counts._tag === empty._tag ? counts : empty)

const isSettled = ({ window }: Config, { counts }: Closed): boolean =>
  own(window, counts) === counts && window.isSettled(counts)

// -------------------------------------------------------------------------------------
// reducer
// -------------------------------------------------------------------------------------

/**
 * The state after an event. Total and deterministic, as long as the functions in the settings are; the same reference
 * comes back when nothing changes.
 *
 * Impossible events change nothing: an outcome whose permit is not live, a probe id that is already in flight, a time
 * that is not a finite number (only what is done by hand, and needs no time, is obeyed then).
 *
 * @example
 * import { from } from 'breaker-ts/Config'
 * import { callPermit, failed, succeeded } from 'breaker-ts/Event'
 * import { reduce } from 'breaker-ts/Reducer'
 * import { initial, open } from 'breaker-ts/State'
 *
 * const step = reduce(from({ name: 'payments', failureThreshold: 1 }))
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
  (state: State, event: Event, now: number): State =>
    step(config, state, event, now)

/** @internal */
export const step = (config: Config, state: State, event: Event, now: number): State =>
  state._tag === 'Closed' ? whenClosed(config, state, event, now) : inTime(config, state, event, now)

// Time does nothing to a CLOSED circuit. What it alone has done to another is never stored.
const inTime = (config: Config, state: State, event: Event, now: number): State => {
  const current = present(config, state, now)
  const next = transition(config, current, event, now)
  return next === current ? state : next
}

const transition = (config: Config, state: State, event: Event, now: number): State => {
  if (Number.isFinite(now)) {
    if (state._tag === 'HalfOpen') return whenHalfOpen(config, state, event, now)
    if (state._tag === 'Open' && event._tag === 'FailureRecorded') return restarted(config, state, now)
  }
  return byHand(state, event)
}

// Manual control, from any state and at any time. All other events change nothing here.
const byHand = (state: State, event: Event): State => {
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
      return state
  }
}

const whenClosed = (config: Config, state: Closed, event: Event, now: number): State => {
  const call = callOf(state, event)
  if (call === undefined || !Number.isFinite(now)) return byHand(state, event)
  const { window } = config
  const counts = window.count(own(window, state.counts), call, now)
  if ((call.failed || call.slow) && shouldTrip(config, counts)) return opened(config, state, now, event)
  if (counts === state.counts) return state
  // Not spread: in V8, that takes longer than all the rest.
  return { _tag: 'Closed', generation: state.generation, counts, recovered: state.recovered }
}

// What an event gives the window to count. Whether its permit is live is written out, as V8 inlines no more than so much.
const callOf = (state: Closed, event: Event): Call | undefined => {
  if (event._tag === 'Succeeded' || event._tag === 'Failed') {
    const { _tag, permit, slow } = event
    if (permit.generation !== state.generation || permit.probe !== null) return undefined
    return _tag === 'Succeeded' ? (slow === true ? SLOW_SUCCESS : SUCCESS) : slow === true ? SLOW_FAILURE : FAILURE
  }
  if (event._tag === 'SuccessRecorded') return SUCCESS
  return event._tag === 'FailureRecorded' ? FAILURE : undefined
}

const SUCCESS: Call = { failed: false, slow: false }
const SLOW_SUCCESS: Call = { failed: false, slow: true }
const FAILURE: Call = { failed: true, slow: false }
const SLOW_FAILURE: Call = { failed: true, slow: true }

const shouldTrip = ({ trip, failureThreshold }: Config, counts: Counts): boolean =>
  trip === undefined ? counts.failuresInARow >= (failureThreshold as number) : trip(counts)

const whenHalfOpen = (config: Config, state: HalfOpen, event: Event, now: number): State => {
  if (isOutcome(event) && !isLive(state, event.permit)) return state
  switch (event._tag) {
    case 'Admitted':
      return canAdmit(config, state, event.probe)
        ? { ...state, probes: [...state.probes, { id: event.probe, admittedAtSeconds: now }] }
        : state
    case 'Succeeded': {
      const probes = without(state.probes, event.permit.probe)
      const successes = state.successes + 1
      return isRecovered(config, probes, successes) ? recovered(config, state, now) : { ...state, probes, successes }
    }
    case 'Released':
      return { ...state, probes: without(state.probes, event.permit.probe) }
    case 'Failed':
      return state.failures < config.halfOpenMaxFailures
        ? { ...state, probes: without(state.probes, event.permit.probe), failures: state.failures + 1 }
        : opened(config, state, now, event)
    case 'SuccessRecorded':
      return recovered(config, state, now)
    case 'FailureRecorded':
      return opened(config, state, now)
    default:
      return byHand(state, event)
  }
}

const isOutcome = (event: Event): event is Succeeded | Failed | Released =>
  event._tag === 'Succeeded' || event._tag === 'Failed' || event._tag === 'Released'

const isRecovered = (config: Config, probes: ReadonlyArray<Probe>, successes: number): boolean =>
  config.halfOpenSuccessThreshold === undefined
    ? probes.length === 0 || successes >= config.halfOpenMaxProbes
    : successes >= config.halfOpenSuccessThreshold

const canAdmit = (config: Config, state: HalfOpen, probe: string): boolean =>
  state.probes.length < config.halfOpenMaxProbes && !has(state, probe)

const has = (state: HalfOpen, probe: string | null): boolean => state.probes.some(({ id }) => id === probe)

const without = (probes: ReadonlyArray<Probe>, probe: string | null): ReadonlyArray<Probe> =>
  probes.filter(({ id }) => id !== probe)

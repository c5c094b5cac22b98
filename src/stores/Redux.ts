/**
 * A breaker's state in a Redux-like store: a reducer, action creators, selectors, and a `Store` for the shells.
 *
 * Types are structural, so this fits Redux, Redux Toolkit, `useReducer` and their like, without importing any of them.
 *
 * @since 0.1.0
 */
import type * as Actions from '../core/Action'
import { tagOf, typeOf } from '../core/Action'
import type { Config } from '../core/Config'
import type { Event, Permit } from '../core/Event'
import * as Ev from '../core/Event'
import { attempt } from '../core/InvalidSettings'
import { at, permit, reduce, retryAfter } from '../core/Reducer'
import type { CircuitState, State } from '../core/State'
import { circuitState, initial } from '../core/State'
import type { Store } from '../shell/Store'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * An event of one breaker as an action: plain data, readable in DevTools. `now` is in `meta`, because a reducer must not
 * read a clock.
 *
 * @category model
 * @since 0.1.0
 */
export type Action<E extends Event = Event> = Actions.Action<E>

// -------------------------------------------------------------------------------------
// action creators
// -------------------------------------------------------------------------------------

/**
 * An event of the breaker with this name, as an action.
 *
 * @example
 * import { failureRecorded } from 'breaker-ts/Event'
 * import { toAction } from 'breaker-ts/Redux'
 *
 * assert.deepStrictEqual(toAction('payments')(failureRecorded, 10), {
 *   type: 'circuitBreaker/failureRecorded',
 *   payload: { breaker: 'payments' },
 *   meta: { now: 10 }
 * })
 *
 * @category action creators
 * @since 0.1.0
 */
export const toAction =
  (breaker: string) =>
  <E extends Event>(event: E, now: number): Action<E> => {
    const { _tag, ...held } = event
    return { type: typeOf(_tag), payload: { breaker, ...held }, meta: { now } } as Action<E>
  }

/**
 * An action creator for every event of the breaker with this name.
 *
 * @example
 * import { actionCreators } from 'breaker-ts/Redux'
 *
 * const payments = actionCreators('payments')
 *
 * assert.deepStrictEqual(payments.reset(10), {
 *   type: 'circuitBreaker/reset',
 *   payload: { breaker: 'payments' },
 *   meta: { now: 10 }
 * })
 *
 * @category action creators
 * @since 0.1.0
 */
export const actionCreators = (breaker: string) => {
  const action = toAction(breaker)
  return {
    admitted: (probe: string, now: number) => action(Ev.admitted(probe), now),
    succeeded: (permit: Permit, now: number, slow?: boolean) => action(Ev.succeeded(permit, slow), now),
    failed: (permit: Permit, now: number, details?: Parameters<typeof Ev.failed>[1]) =>
      action(Ev.failed(permit, details), now),
    released: (permit: Permit, now: number) => action(Ev.released(permit), now),
    successRecorded: (now: number) => action(Ev.successRecorded, now),
    failureRecorded: (now: number) => action(Ev.failureRecorded, now),
    reset: (now: number) => action(Ev.reset, now),
    isolationStarted: (now: number) => action(Ev.isolationStarted, now),
    isolationEnded: (now: number) => action(Ev.isolationEnded, now),
    breakerDisabled: (now: number) => action(Ev.breakerDisabled, now),
    breakerEnabled: (now: number) => action(Ev.breakerEnabled, now)
  }
}

// -------------------------------------------------------------------------------------
// reducer
// -------------------------------------------------------------------------------------

/**
 * A reducer for one breaker's state. It returns the state it was given, by reference, at an action that is not of this
 * breaker, or that no action creator makes.
 *
 * @example
 * import { make } from 'breaker-ts/Config'
 * import { actionCreators, createReducer } from 'breaker-ts/Redux'
 * import { initial, open } from 'breaker-ts/State'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 *
 * const reducer = pipe(
 *   make({ name: 'payments', failureThreshold: 1 }),
 *   E.map(createReducer),
 *   E.getOrElseW((error) => assert.fail(error))
 * )
 *
 * assert.strictEqual(reducer(undefined, { type: '@@redux/INIT' }), initial)
 * assert.deepStrictEqual(reducer(initial, actionCreators('payments').failureRecorded(10)), open(1, 10, 70))
 * assert.strictEqual(reducer(initial, actionCreators('mail').failureRecorded(10)), initial)
 *
 * @category reducer
 * @since 0.1.0
 */
export const createReducer = (
  config: Config
): ((state: State | undefined, action: { readonly type: string }) => State) => {
  const step = reduce(config)
  return (state, action) => {
    const read = eventIn(config.name, action)
    const current = state ?? initial
    return read === undefined ? current : step(current, read.event, read.now)
  }
}

interface Dispatched {
  readonly event: Event
  readonly now: number
}

// What an action of this breaker says; `undefined` for all others. An action may come from anywhere, so what would break
// the state is refused: a permit that is none, an id that is none, a time that is none. To check a replayed log in full,
// decode it with `Action` of `breaker-ts/Codec`.
const eventIn = (breaker: string, action: unknown): Dispatched | undefined =>
  attempt(() => {
    const { type, payload, meta } = action as Action
    const _tag = tagOf.get(type)
    if (_tag === undefined) return undefined
    const { now } = meta // each property is read once: a getter may answer differently later
    const event = { ...payload, ...permitIn(payload), _tag } as Event & { readonly breaker: unknown }
    return event.breaker === breaker && isWhole(event) && typeof now === 'number' ? { event, now } : undefined
  })

const permitIn = (payload: object): object => ('permit' in payload ? { permit: { ...(payload.permit as Permit) } } : {})

const isWhole = (event: Event): boolean => {
  switch (event._tag) {
    case 'Admitted':
      return typeof event.probe === 'string' && event.probe !== ''
    case 'Succeeded':
    case 'Failed':
    case 'Released': {
      const { generation, probe } = event.permit
      return Number.isInteger(generation) && (probe === null || typeof probe === 'string')
    }
    default:
      return true
  }
}

// -------------------------------------------------------------------------------------
// selectors
// -------------------------------------------------------------------------------------

/**
 * What to show of a breaker's state as of `now`. Selectors cannot read a clock either: pass the time that your page ticks
 * by.
 *
 * @example
 * import { make } from 'breaker-ts/Config'
 * import { selectors } from 'breaker-ts/Redux'
 * import { open } from 'breaker-ts/State'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 *
 * const { selectCircuitState, selectRetryAfterSeconds, isCallPermitted } = pipe(
 *   make({ name: 'payments' }),
 *   E.map(selectors),
 *   E.getOrElseW((error) => assert.fail(error))
 * )
 * const state = open(1, 0, 60)
 *
 * assert.strictEqual(selectCircuitState(45)(state), 'open')
 * assert.strictEqual(selectRetryAfterSeconds(45)(state), 15)
 * assert.strictEqual(isCallPermitted(45)(state), false)
 * assert.strictEqual(isCallPermitted(60)(state), true)
 *
 * @category selectors
 * @since 0.1.0
 */
export const selectors = (config: Config) => {
  const project = at(config)
  const ask = permit(config)
  return {
    selectCircuitState:
      (now: number) =>
      (state: State): CircuitState =>
        circuitState(project(state, now)),
    /** Seconds until a call may pass: 0 when it may, or when only waiting for a probe; `undefined` when it is not known. */
    selectRetryAfterSeconds:
      (now: number) =>
      (state: State): number | undefined =>
        retryAfter(config, state, now),
    isCallPermitted:
      (now: number) =>
      (state: State): boolean =>
        ask(state, now, NO_PROBE)._tag === 'Right'
  }
}

const NO_PROBE = '' // the id of no probe that is in flight

// -------------------------------------------------------------------------------------
// stores
// -------------------------------------------------------------------------------------

/**
 * A Redux-like store as the store of a breaker, which keeps its state there: `call` works unchanged, DevTools show every
 * event, and travelling in time moves the breaker too (calls in flight across a jump may count for what they are not). The
 * store's reducer needs the same settings as the breaker.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import { make } from 'breaker-ts/Config'
 * import { createReducer, storeOf } from 'breaker-ts/Redux'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * import { combineReducers, createStore } from 'redux'
 *
 * const config = pipe(
 *   make({ name: 'payments', failureThreshold: 1 }),
 *   E.getOrElseW((error) => assert.fail(error))
 * )
 * const store = createStore(combineReducers({ payments: createReducer(config) }))
 * const breaker = new CircuitBreaker({ ...config, store: storeOf(store, (root) => root.payments, config.name) })
 *
 * breaker.recordFailure()
 *
 * assert.strictEqual(breaker.state(), 'open')
 * assert.strictEqual(store.getState().payments._tag, 'Open')
 *
 * @category stores
 * @since 0.1.0
 */
export const storeOf = <S>(
  store: { readonly getState: () => S; readonly dispatch: (action: Action) => unknown },
  select: (root: S) => State,
  name: string
): Store => {
  const action = toAction(name)
  return {
    getState: () => select(store.getState()),
    dispatch: (event, now) => void store.dispatch(action(event, now))
  }
}

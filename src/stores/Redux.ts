/**
 * Breakers in a Redux-like store: reducers, action creators, selectors, and a `Store` for the shells.
 *
 * Types are structural, so this fits Redux, Redux Toolkit, `useReducer` and their like, without importing any of them.
 *
 * @since 0.1.0
 */
import type * as Actions from '../core/Action'
import { eventIn, typeOf, withType } from '../core/Action'
import type { Config, Settings } from '../core/Config'
import { from } from '../core/Config'
import type { Event, Permit } from '../core/Event'
import * as Ev from '../core/Event'
import { InvalidSettings, problem } from '../core/InvalidSettings'
import { at, permit, reduce, retryAfter } from '../core/Reducer'
import type { CircuitState, State } from '../core/State'
import { circuitState, initial } from '../core/State'
import { AsyncCircuitBreaker } from '../shell/AsyncCircuitBreaker'
import type { BreakerSettings } from '../shell/Session'
import type { Store } from '../shell/Store'
import type { Keyed } from './Keyed'
import { none, stateOf } from './Keyed'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * An event of one breaker as an action: plain data, readable in DevTools. The type names the breaker and the event. `now` is
 * in `meta`, because a reducer must not read a clock.
 *
 * @category model
 * @since 0.1.0
 */
export type Action<E extends Event = Event, Name extends string = string> = Actions.Action<E, Name>

/**
 * Makes the actions of one event. `builder.addCase`, `isAnyOf` and `startListening` of Redux Toolkit take it.
 *
 * @category model
 * @since 0.1.0
 */
export interface ActionCreator<E extends Event, Args extends ReadonlyArray<unknown>, Name extends string = string> {
  (...args: Args): Action<E, Name>
  /** The type of its actions, for example `circuitBreaker/prices/failed`. */
  readonly type: Action<E, Name>['type']
  /** Whether this is one of its actions, with all that the reducer needs. */
  readonly match: (action: unknown) => action is Action<E, Name>
}

/**
 * An action creator for every event of one breaker. (A type, so that `Object.values` keeps the types.)
 *
 * @category model
 * @since 0.1.0
 */
export type ActionCreators<Name extends string = string> = {
  readonly admitted: ActionCreator<Ev.Admitted, readonly [probe: string, now: number], Name>
  readonly succeeded: ActionCreator<Ev.Succeeded, readonly [permit: Permit, now: number, slow?: boolean], Name>
  readonly failed: ActionCreator<
    Ev.Failed,
    readonly [permit: Permit, now: number, details?: Parameters<typeof Ev.failed>[1]],
    Name
  >
  readonly released: ActionCreator<Ev.Released, readonly [permit: Permit, now: number], Name>
  readonly successRecorded: ActionCreator<Ev.SuccessRecorded, readonly [now: number], Name>
  readonly failureRecorded: ActionCreator<Ev.FailureRecorded, readonly [now: number], Name>
  readonly reset: ActionCreator<Ev.Reset, readonly [now: number], Name>
  readonly isolationStarted: ActionCreator<Ev.IsolationStarted, readonly [now: number], Name>
  readonly isolationEnded: ActionCreator<Ev.IsolationEnded, readonly [now: number], Name>
  readonly breakerDisabled: ActionCreator<Ev.BreakerDisabled, readonly [now: number], Name>
  readonly breakerEnabled: ActionCreator<Ev.BreakerEnabled, readonly [now: number], Name>
}

/**
 * What to show of a breaker as of the time `now`. `S` is what holds its state.
 *
 * @category model
 * @since 0.1.0
 */
export interface Selectors<S = State> {
  /** The state. An isolated circuit reads OPEN, and a disabled breaker CLOSED. */
  readonly selectCircuitState: (now: number) => (state: S) => CircuitState
  /**
   * Seconds until a call may pass: 0 when it may, `undefined` when it is not known. It never exceeds the open period, even
   * if `now` was read just before the circuit opened.
   */
  readonly selectRetryAfterSeconds: (now: number) => (state: S) => number | undefined
  readonly isCallPermitted: (now: number) => (state: S) => boolean
}

/**
 * The settings of one breaker of a slice. Its name is its key, unless you give it another one.
 *
 * @category model
 * @since 0.1.0
 */
export interface SliceSettings extends Omit<Settings, 'name'> {
  readonly name?: string | undefined
}

/**
 * The state of each breaker, by its key. `Names` holds the keys, and the names that differ from them.
 *
 * @category model
 * @since 0.1.0
 */
export type BreakerStates<Names> = { readonly [K in keyof Names & string]: State }

/**
 * What a breaker in a store runs on.
 *
 * @category model
 * @since 0.1.0
 */
export type Runtime<E = unknown, A = unknown> = Pick<
  BreakerSettings<E, A>,
  'clock' | 'classify' | 'observer' | 'report'
>

/**
 * The breakers of one slice. `Names` holds their keys, and the names that differ from them.
 *
 * @category model
 * @since 0.1.0
 */
export interface Breakers<Names> {
  /** The settings of each breaker, checked and completed. */
  readonly configs: { readonly [K in keyof Names & string]: Config }
  /** The reducer of the slice. */
  readonly reducer: (
    states: BreakerStates<Names> | undefined,
    action: { readonly type: string }
  ) => BreakerStates<Names>
  /** The action creators of each breaker. */
  readonly actions: {
    readonly [K in keyof Names & string]: ActionCreators<Names[K] extends string ? Names[K] : K>
  }
  /** The selectors of each breaker. They take the slice. */
  readonly selectors: { readonly [K in keyof Names & string]: Selectors<BreakerStates<Names>> }
  /** The breakers, with their states in the slice of a store. All of them run on the same `runtime`. */
  readonly breakersOf: <S, E = unknown, A = unknown>(
    store: ReduxStore<S>,
    select: (root: S) => BreakerStates<Names>,
    runtime?: Runtime<E, A>
  ) => { readonly [K in keyof Names & string]: AsyncCircuitBreaker<E, A> }
}

/**
 * What a breaker needs of a store.
 *
 * @category model
 * @since 0.1.0
 */
export interface ReduxStore<S> {
  readonly getState: () => S
  readonly dispatch: (action: Action) => unknown
}

// -------------------------------------------------------------------------------------
// breakers
// -------------------------------------------------------------------------------------

/**
 * Several breakers in one slice of a store. Throws `InvalidSettings` when a setting is wrong, or when two breakers have the
 * same name.
 *
 * @example
 * import { createBreakers } from 'breaker-ts/Redux'
 * import { combineReducers, createStore } from 'redux'
 *
 * const { reducer, actions, selectors, breakersOf } = createBreakers({
 *   prices: { failureThreshold: 1, recoveryTimeoutSeconds: 30 },
 *   users: {}
 * })
 * const store = createStore(combineReducers({ breakers: reducer }))
 * const breakers = breakersOf(store, (root) => root.breakers)
 *
 * const program = async () => {
 *   await breakers.prices.recordFailure()
 *   assert.strictEqual(store.getState().breakers.prices._tag, 'Open')
 *   assert.strictEqual(store.getState().breakers.users._tag, 'Closed')
 *
 *   store.dispatch(actions.prices.reset(10))
 *   assert.strictEqual(selectors.prices.selectCircuitState(10)(store.getState().breakers), 'closed')
 * }
 * void program()
 *
 * @category breakers
 * @since 0.1.0
 */
export const createBreakers = <Names>(settings: {
  readonly [K in keyof Names]: SliceSettings & { readonly name?: Names[K] | undefined }
}): Breakers<Names> => {
  const configs = mapValues(settings as Readonly<Record<string, SliceSettings>>, configOf)
  refuseTwins(configs)
  const reducers = mapValues(configs, createReducer)
  const breakers: Breakers<Keyed> = {
    configs,
    reducer: (given, action) => {
      const before = given ?? none
      const after = mapValues(reducers, (reducer, key) => reducer(stateOf(before, key), action))
      return Object.keys(after).every((key) => after[key] === before[key]) ? before : after
    },
    actions: mapValues(configs, ({ name }) => actionCreators(name)),
    selectors: mapValues(configs, (config, key) => selectorsOf(config, (states) => stateOf(states, key))),
    breakersOf: (store, select, runtime) =>
      mapValues(configs, (config, key) => {
        const inStore = storeOf(store, (root) => stateOf(select(root), key), config.name)
        return new AsyncCircuitBreaker({ ...runtime, ...config, store: inStore })
      })
  }
  return breakers as unknown as Breakers<Names>
}

const mapValues = <A, B>(
  record: Readonly<Record<string, A>>,
  f: (a: A, key: string) => B
): Readonly<Record<string, B>> => Object.fromEntries(Object.entries(record).map(([key, a]) => [key, f(a, key)]))

const configOf = (settings: SliceSettings, key: string): Config =>
  from(Object(settings) === settings ? { ...settings, name: settings.name ?? key } : (settings as Settings))

// An action of the one would be an action of the other.
const refuseTwins = (configs: Readonly<Record<string, Config>>): void => {
  const names = Object.values(configs).map(({ name }) => name)
  const twin = names.find((name, i) => names.indexOf(name) < i)
  if (twin === undefined) return
  // eslint-disable-next-line functional/no-throw-statements -- as `from` does
  throw new InvalidSettings(twin, [problem('name', twin, 'a name that no other breaker of the slice has')])
}

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
 *   type: 'circuitBreaker/payments/failureRecorded',
 *   payload: {},
 *   meta: { now: 10 }
 * })
 *
 * @category action creators
 * @since 0.1.0
 */
export const toAction =
  <Name extends string>(breaker: Name) =>
  <E extends Event>(event: E, now: number): Action<E, Name> => {
    const { _tag, ...payload } = event
    return { type: typeOf(breaker, _tag), payload, meta: { now } } as Action<E, Name>
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
 *   type: 'circuitBreaker/payments/reset',
 *   payload: {},
 *   meta: { now: 10 }
 * })
 * assert.strictEqual(payments.reset.type, 'circuitBreaker/payments/reset')
 * assert.strictEqual(payments.reset.match(actionCreators('mail').reset(10)), false)
 *
 * @category action creators
 * @since 0.1.0
 */
export const actionCreators = <Name extends string>(breaker: Name): ActionCreators<Name> => {
  const action = toAction(breaker)
  const creator = <E extends Event, Args extends ReadonlyArray<unknown>>(
    tag: E['_tag'],
    make: (...args: Args) => Action<E, Name>
  ): ActionCreator<E, Args, Name> =>
    withType(make, {
      type: typeOf(breaker, tag) as Action<E, Name>['type'],
      match: (u: unknown): u is Action<E, Name> => eventIn(breaker, u)?.event._tag === tag
    })
  return {
    admitted: creator('Admitted', (probe, now) => action(Ev.admitted(probe), now)),
    succeeded: creator('Succeeded', (permit, now, slow) => action(Ev.succeeded(permit, slow), now)),
    failed: creator('Failed', (permit, now, details) => action(Ev.failed(permit, details), now)),
    released: creator('Released', (permit, now) => action(Ev.released(permit), now)),
    successRecorded: creator('SuccessRecorded', (now) => action(Ev.successRecorded, now)),
    failureRecorded: creator('FailureRecorded', (now) => action(Ev.failureRecorded, now)),
    reset: creator('Reset', (now) => action(Ev.reset, now)),
    isolationStarted: creator('IsolationStarted', (now) => action(Ev.isolationStarted, now)),
    isolationEnded: creator('IsolationEnded', (now) => action(Ev.isolationEnded, now)),
    breakerDisabled: creator('BreakerDisabled', (now) => action(Ev.breakerDisabled, now)),
    breakerEnabled: creator('BreakerEnabled', (now) => action(Ev.breakerEnabled, now))
  }
}

// -------------------------------------------------------------------------------------
// reducer
// -------------------------------------------------------------------------------------

/**
 * A reducer for one breaker's state. It returns the state it was given, by reference, at an action of anything else, and at
 * one that no action creator makes.
 *
 * @example
 * import { from } from 'breaker-ts/Config'
 * import { actionCreators, createReducer } from 'breaker-ts/Redux'
 * import { initial, open } from 'breaker-ts/State'
 *
 * const reducer = createReducer(from({ name: 'payments', failureThreshold: 1 }))
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

// -------------------------------------------------------------------------------------
// selectors
// -------------------------------------------------------------------------------------

/**
 * What to show of a breaker's state as of `now`. Selectors cannot read a clock: pass the time that your page ticks by, at
 * least once a second. A `now` more than a second before the circuit opened reads as a clock that has gone back, and the
 * circuit as HALF_OPEN.
 *
 * @example
 * import { from } from 'breaker-ts/Config'
 * import { selectors } from 'breaker-ts/Redux'
 * import { open } from 'breaker-ts/State'
 *
 * const { selectCircuitState, selectRetryAfterSeconds, isCallPermitted } = selectors(from({ name: 'payments' }))
 * const state = open(1, 0, 60)
 *
 * assert.strictEqual(selectCircuitState(45)(state), 'open')
 * assert.strictEqual(selectRetryAfterSeconds(45)(state), 15)
 * assert.strictEqual(selectRetryAfterSeconds(-0.5)(state), 60)
 * assert.strictEqual(isCallPermitted(45)(state), false)
 * assert.strictEqual(isCallPermitted(60)(state), true)
 *
 * @category selectors
 * @since 0.1.0
 */
export const selectors = (config: Config): Selectors => selectorsOf(config, (state: State) => state)

const selectorsOf = <S>(config: Config, select: (state: S) => State): Selectors<S> => {
  const look = at(config)
  const ask = permit(config)
  return {
    selectCircuitState: (now) => (state) => circuitState(look(select(state), now)),
    selectRetryAfterSeconds: (now) => (state) => {
      const current = look(select(state), now)
      return retryAfter(config, current, current._tag === 'Open' ? Math.max(now, current.openedAtSeconds) : now)
    },
    isCallPermitted: (now) => (state) => ask(select(state), now, NO_PROBE)._tag === 'Right'
  }
}

const NO_PROBE = '' // the id of no probe that is in flight

// -------------------------------------------------------------------------------------
// stores
// -------------------------------------------------------------------------------------

/**
 * A Redux-like store as the store of a breaker, which keeps its state there: `call` works unchanged, DevTools show every
 * event, and time travel moves the breaker too (calls in flight across a jump may count for a state they do not belong to).
 * The store's reducer needs the same settings as the breaker.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import { from } from 'breaker-ts/Config'
 * import { createReducer, storeOf } from 'breaker-ts/Redux'
 * import { combineReducers, createStore } from 'redux'
 *
 * const config = from({ name: 'payments', failureThreshold: 1 })
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
export const storeOf = <S>(store: ReduxStore<S>, select: (root: S) => State, name: string): Store => {
  const action = toAction(name)
  return {
    getState: () => select(store.getState()),
    dispatch: (event, now) => void store.dispatch(action(event, now))
  }
}

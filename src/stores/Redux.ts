/**
 * A breaker's state in a Redux-like store: a reducer, action creators, selectors, and a `Store` for the shells.
 *
 * Types are structural, so this fits Redux, Redux Toolkit, `useReducer` and their like, without importing any of them.
 *
 * @since 0.1.0
 */
import type { Config } from '../core/Config'
import type { Event, Permit } from '../core/Event'
import * as Ev from '../core/Event'
import { isObject, readOwn } from '../core/Problem'
import { at, permit, reduce } from '../core/Reducer'
import { event as eventRule } from '../core/Shape'
import type { CircuitState, State } from '../core/State'
import { circuitState, initial } from '../core/State'
import type { Store } from '../shell/Store'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * An event of one breaker as an action: plain data, readable in DevTools. `now` is in `meta`, because a reducer must not
 * read a clock. (A type, because an interface does not fit the actions that Redux takes.)
 *
 * @category model
 * @since 0.1.0
 */
export type Action<E extends Event = Event> = E extends Event
  ? {
      /** `circuitBreaker/` and the event in camel case, for example `circuitBreaker/failureRecorded`. */
      readonly type: `circuitBreaker/${Uncapitalize<E['_tag']>}`
      /** The name of the breaker, and what the event holds. */
      readonly payload: Omit<E, '_tag'> & { readonly breaker: string }
      readonly meta: { readonly now: number }
    }
  : never

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

const typeOf = (tag: Event['_tag']): string => `circuitBreaker/${tag.charAt(0).toLowerCase()}${tag.slice(1)}`

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

const TAGS: ReadonlyArray<Event['_tag']> = [
  'Admitted',
  'Succeeded',
  'Failed',
  'Released',
  'SuccessRecorded',
  'FailureRecorded',
  'Reset',
  'IsolationStarted',
  'IsolationEnded',
  'BreakerDisabled',
  'BreakerEnabled'
]
const tagOf = new Map(TAGS.map((tag) => [typeOf(tag), tag]))

// What an action of this breaker says; `undefined` for all others. An action may come from anywhere, a replayed log for
// example, so it is read as what comes from outside. A detail that means nothing is left out, as the machine ignores it.
const eventIn = (breaker: string, action: unknown): { readonly event: Event; readonly now: number } | undefined => {
  const type = isObject(action) ? readOwn(action, 'type') : undefined
  const _tag = tagOf.get(type as string)
  if (_tag === undefined) return undefined
  const payload = readOwn(action as object, 'payload')
  const meta = readOwn(action as object, 'meta')
  if (!isObject(payload) || !isObject(meta) || readOwn(payload, 'breaker') !== breaker) return undefined
  const now = readOwn(meta, 'now')
  const asked = readOwn(payload, 'retryAfterSeconds')
  const read = eventRule(
    {
      _tag,
      probe: readOwn(payload, 'probe'),
      permit: readOwn(payload, 'permit'),
      slow: readOwn(payload, 'slow') === true ? true : undefined,
      retryAfterSeconds: Number.isFinite(asked) && (asked as number) >= 0 ? asked : undefined
    },
    ''
  )
  return read._tag === 'Right' && typeof now === 'number' ? { event: read.right, now } : undefined
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
    /** Seconds until a call may pass: 0 when it may, or when only waiting for a probe; `undefined` when nobody knows. */
    selectRetryAfterSeconds:
      (now: number) =>
      (state: State): number | undefined => {
        const decision = ask(state, now, NO_PROBE)
        return decision._tag === 'Right' ? 0 : decision.left.retryAfterSeconds
      },
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

// On the real packages: redux, Redux Toolkit, zustand and XState Store.
import { configureStore } from '@reduxjs/toolkit'
import { createStore as createXStateStore } from '@xstate/store'
import { AsyncCircuitBreaker } from 'breaker-ts/AsyncCircuitBreaker'
import { manual } from 'breaker-ts/Clock'
import type { Event } from 'breaker-ts/Event'
import * as Ev from 'breaker-ts/Event'
import { reduce } from 'breaker-ts/Reducer'
import type { Action } from 'breaker-ts/Redux'
import { actionCreators, createReducer, selectors, storeOf, toAction } from 'breaker-ts/Redux'
import type { State } from 'breaker-ts/State'
import { halfOpen, initial, isolated, open } from 'breaker-ts/State'
import type { Store } from 'breaker-ts/Store'
import * as fc from 'fast-check'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { combineReducers, createStore } from 'redux'
import { createStore as createZustandStore } from 'zustand/vanilla'

import { configOf } from './support/config'
import * as History from './support/history'

const config = configOf({ name: 'payments', failureThreshold: 1, recoveryTimeoutSeconds: 60 })
const reducer = createReducer(config)
const EVENTS: ReadonlyArray<Event> = [
  Ev.admitted('a'),
  Ev.succeeded(Ev.callPermit(0)),
  Ev.succeeded(Ev.callPermit(0), true),
  Ev.failed(Ev.probePermit(2, 'a')),
  Ev.failed(Ev.callPermit(0), { slow: true, retryAfterSeconds: 30 }),
  Ev.released(Ev.callPermit(0)),
  ...Object.values(History.UNPERMITTED)
]

describe('createReducer', () => {
  it('starts closed, at whatever action comes first', () => {
    expect(reducer(undefined, { type: '@@redux/INIT1.2.3' })).toBe(initial)
    expect(reducer(undefined, actionCreators('payments').failureRecorded(10))).toEqual(open(1, 10, 70))
  })

  it('does with an action what the machine does with its event, whatever the history', () =>
    fc.assert(
      fc.property(History.config, History.steps, (config, steps) => {
        const embedded = createReducer(config)
        History.play(config, steps, ({ state, event, now }) => {
          const action = toAction(config.name)(event, now)
          expect(embedded(state, JSON.parse(JSON.stringify(action)) as Action)).toEqual(
            reduce(config)(state, event, now)
          )
        })
      }),
      { numRuns: 200 }
    ))

  it.each([
    ['of another breaker', actionCreators('mail').failureRecorded(10)],
    ['of another kind', { type: 'todos/added', payload: { breaker: 'payments' }, meta: { now: 10 } }],
    ['of an unknown event', { type: 'circuitBreaker/exploded', payload: { breaker: 'payments' }, meta: { now: 10 } }],
    [
      'in another case',
      { type: 'circuitBreaker/FAILURERecorded', payload: { breaker: 'payments' }, meta: { now: 10 } }
    ],
    ['typed as an event is', { type: 'circuitBreaker/Reset', payload: { breaker: 'payments' }, meta: { now: 10 } }],
    [
      'in other letters',
      { type: 'circuitBreaker/\u0131solationStarted', payload: { breaker: 'payments' }, meta: { now: 1 } }
    ],
    ['without a payload', { type: 'circuitBreaker/failureRecorded', meta: { now: 10 } }],
    ['without a time', { type: 'circuitBreaker/failureRecorded', payload: { breaker: 'payments' } }],
    ['with a text for a time', { type: 'circuitBreaker/reset', payload: { breaker: 'payments' }, meta: { now: '10' } }],
    ['without its permit', { type: 'circuitBreaker/failed', payload: { breaker: 'payments' }, meta: { now: 10 } }],
    ['with a symbol for a type', { type: Symbol('x') as never }],
    ['that is none', null as never],
    ['that is a thunk', (() => undefined) as never]
  ])('returns the very state it was given at an action %s', (_, action) => {
    for (const state of [initial, open(1, 0, 60), halfOpen(2, [], 0), isolated(3)])
      expect(reducer(state, action)).toBe(state)
  })

  it.each([-1, Infinity, NaN, 5])(
    'counts a failure that asks for %d seconds, as the machine does',
    (retryAfterSeconds) => {
      const event = Ev.failed(Ev.callPermit(0), { retryAfterSeconds })
      expect(reducer(initial, toAction('payments')(event, 10))).toEqual(reduce(config)(initial, event, 10))
    }
  )

  it('takes a state of null, which some rehydrate with, for the beginning', () => {
    expect(reducer(null as never, { type: '@@redux/INIT' })).toBe(initial)
    expect(reducer(null as never, actionCreators('payments').failureRecorded(10))).toEqual(open(1, 10, 70))
  })

  it('never throws, whatever the action', () =>
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), fc.anything(), fc.anything(), (payload, meta, rest) => {
        const hostile = { type: 'circuitBreaker/failed', payload, meta, rest }
        expect(reducer(initial, hostile as never)).toBe(initial)
        expect(() => reducer(initial, rest as never)).not.toThrow()
      })
    ))
})

describe('action creators', () => {
  it('there is one for every event, named and typed like it, with nothing that JSON would lose', () => {
    const made = [
      actionCreators('payments').admitted('a', 1),
      actionCreators('payments').succeeded(Ev.callPermit(0), 1),
      actionCreators('payments').succeeded(Ev.callPermit(0), 1, true),
      actionCreators('payments').failed(Ev.probePermit(2, 'a'), 1),
      actionCreators('payments').failed(Ev.callPermit(0), 1, { slow: true, retryAfterSeconds: 30 }),
      actionCreators('payments').released(Ev.callPermit(0), 1),
      actionCreators('payments').successRecorded(1),
      actionCreators('payments').failureRecorded(1),
      actionCreators('payments').reset(1),
      actionCreators('payments').isolationStarted(1),
      actionCreators('payments').isolationEnded(1),
      actionCreators('payments').breakerDisabled(1),
      actionCreators('payments').breakerEnabled(1)
    ]
    expect(made).toEqual(EVENTS.map((event) => toAction('payments')(event, 1)))
    expect(JSON.parse(JSON.stringify(made))).toEqual(made)
    expect(new Set(made.map(({ type }) => type)).size).toBe(Object.keys(actionCreators('payments')).length)
  })
})

describe('selectors', () => {
  const { selectCircuitState, selectRetryAfterSeconds, isCallPermitted } = selectors(config)
  const all = (now: number, state: State) => [
    selectCircuitState(now)(state),
    selectRetryAfterSeconds(now)(state),
    isCallPermitted(now)(state)
  ]

  it('show the state as of a time', () => {
    expect(all(0, initial)).toEqual(['closed', 0, true])
    expect(all(45, open(1, 0, 60))).toEqual(['open', 15, false])
    expect(all(60, open(1, 0, 60))).toEqual(['half_open', 0, true])
    expect(all(61, halfOpen(2, [{ id: 'a', admittedAtSeconds: 60 }], 0))).toEqual(['half_open', undefined, false])
    expect(all(0, isolated(1))).toEqual(['open', undefined, false])
  })
})

// -------------------------------------------------------------------------------------
// the shells, on the stores of users
// -------------------------------------------------------------------------------------

interface Home {
  readonly name: string
  readonly make: () => { readonly store: Store; readonly current: () => State }
}

const homes: ReadonlyArray<Home> = [
  {
    name: 'redux',
    make: () => {
      const store = createStore(combineReducers({ payments: reducer }))
      const select = (root: { readonly payments: State }) => root.payments
      return { store: storeOf(store, select, 'payments'), current: () => store.getState().payments }
    }
  },
  {
    name: 'Redux Toolkit',
    make: () => {
      const store = configureStore({ reducer: { payments: reducer } })
      return {
        store: storeOf(store, (root) => root.payments, 'payments'),
        current: () => store.getState().payments
      }
    }
  },
  {
    name: 'zustand',
    make: () => {
      const store = createZustandStore<{ readonly payments: State }>(() => ({ payments: initial }))
      return {
        store: {
          getState: () => store.getState().payments,
          dispatch: (event, now) =>
            store.setState(({ payments }) => ({ payments: reduce(config)(payments, event, now) }))
        },
        current: () => store.getState().payments
      }
    }
  },
  {
    name: 'XState Store',
    make: () => {
      const store = createXStateStore({
        context: { payments: initial },
        on: {
          happened: (context, { event, now }: { event: Event; now: number }) => ({
            payments: reduce(config)(context.payments, event, now)
          })
        }
      })
      return {
        store: {
          getState: () => store.getSnapshot().context.payments,
          dispatch: (event, now) => store.send({ type: 'happened', event, now })
        },
        current: () => store.getSnapshot().context.payments
      }
    }
  }
]

describe.each(homes)('a breaker that lives in a store of $name', ({ make }) => {
  it('works unchanged, and shows its state there, without a warning', async () => {
    const warnings = (['warn', 'error'] as const).map((level) => jest.spyOn(console, level).mockImplementation())
    const time = manual()
    const { store, current } = make()
    const breaker = new AsyncCircuitBreaker({ ...config, store, clock: time.clock })

    expect(await breaker.call(TE.right(1))()).toEqual(E.right(1))
    expect(current()).toEqual(initial)
    expect(await breaker.call(TE.left('503'))()).toEqual(E.left('503'))
    expect(current()).toEqual(open(1, 0, 60))
    expect(await breaker.call(TE.right(1))()).toMatchObject({ left: { reason: 'open', retryAfterSeconds: 60 } })
    time.advance(60)
    expect(await breaker.call(async () => (expect(current()._tag).toBe('HalfOpen'), E.right(2)))()).toEqual(E.right(2))
    expect(current()).toMatchObject({ _tag: 'Closed', generation: 3 })
    await breaker.isolate()
    expect(current()).toEqual(isolated(4))

    warnings.forEach((warning) => {
      expect(warning).not.toHaveBeenCalled()
      warning.mockRestore()
    })
  })
})

describe('Redux Toolkit, with its checks on', () => {
  it('replays the actions of a random session to the same state, as DevTools do', () =>
    fc.assert(
      fc.property(History.config, History.steps, (config, steps) => {
        const log: Array<Action> = []
        const make = () =>
          configureStore({
            reducer: { breaker: createReducer(config) },
            middleware: (defaults) => defaults({ immutableCheck: true, serializableCheck: true })
          })
        const original = make()
        History.play(config, steps, ({ event, now }) => {
          const action = toAction(config.name)(event, now)
          log.push(action)
          original.dispatch(action)
        })
        const replayed = make()
        for (const action of JSON.parse(JSON.stringify(log)) as typeof log) replayed.dispatch(action)
        expect(replayed.getState()).toEqual(original.getState())
      }),
      { numRuns: 50 }
    ))

  it('travels in time: the breaker follows the state that is shown', async () => {
    const travel = (state: State | undefined, action: { readonly type: string; readonly to?: State }) =>
      action.type === 'travel' && action.to !== undefined ? action.to : reducer(state, action)
    const store = configureStore({ reducer: { payments: travel } })
    const time = manual()
    const breaker = new AsyncCircuitBreaker({
      ...config,
      store: storeOf(store, (root) => root.payments, 'payments'),
      clock: time.clock
    })
    await breaker.recordFailure()
    expect(await breaker.state()).toBe('open')
    store.dispatch({ type: 'travel', to: initial } as { type: string })
    expect(await breaker.state()).toBe('closed')
    expect(await breaker.call(TE.right(1))()).toEqual(E.right(1))
  })
})

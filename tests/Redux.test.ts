// On the real packages: redux, Redux Toolkit, zustand and XState Store.
import {
  configureStore,
  createAsyncThunk,
  createListenerMiddleware,
  createReducer as createToolkitReducer,
  isAnyOf
} from '@reduxjs/toolkit'
import { createStore as createXStateStore } from '@xstate/store'
import { AsyncCircuitBreaker } from 'breaker-ts/AsyncCircuitBreaker'
import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
import type { CircuitOpen } from 'breaker-ts/CircuitOpenError'
import { isCircuitOpenError } from 'breaker-ts/CircuitOpenError'
import { standard, succeedWhen } from 'breaker-ts/Classifier'
import { manual } from 'breaker-ts/Clock'
import { from } from 'breaker-ts/Config'
import type { Event } from 'breaker-ts/Event'
import * as Ev from 'breaker-ts/Event'
import { InvalidSettings } from 'breaker-ts/InvalidSettings'
import type { Notice } from 'breaker-ts/Notice'
import { at, reduce } from 'breaker-ts/Reducer'
import type { Action, SliceSettings } from 'breaker-ts/Redux'
import { actionCreators, createBreakers, createReducer, selectors, storeOf, toAction } from 'breaker-ts/Redux'
import type { State } from 'breaker-ts/State'
import { halfOpen, initial, isolated, open } from 'breaker-ts/State'
import type { Store } from 'breaker-ts/Store'
import { laws } from 'breaker-ts/testing'
import { expectTypeOf } from 'expect-type'
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
    ['of another kind', { type: 'todos/added', payload: {}, meta: { now: 10 } }],
    ['of an unknown event', { type: 'circuitBreaker/payments/exploded', payload: {}, meta: { now: 10 } }],
    ['without a name', { type: 'circuitBreaker/failureRecorded', payload: {}, meta: { now: 10 } }],
    ['of a breaker whose name begins as its does', toAction('payments/eu')(Ev.failureRecorded, 10)],
    ['of a breaker whose name ends as its does', toAction('eu/payments')(Ev.failureRecorded, 10)],
    ['in another case', { type: 'circuitBreaker/payments/FAILURERecorded', payload: {}, meta: { now: 10 } }],
    ['typed as an event is', { type: 'circuitBreaker/payments/Reset', payload: {}, meta: { now: 10 } }],
    ['in other letters', { type: 'circuitBreaker/payments/\u0131solationStarted', payload: {}, meta: { now: 1 } }],
    ['without a payload', { type: 'circuitBreaker/payments/failureRecorded', meta: { now: 10 } }],
    ['without a time', { type: 'circuitBreaker/payments/failureRecorded', payload: {} }],
    ['with a text for a time', { type: 'circuitBreaker/payments/reset', payload: {}, meta: { now: '10' } }],
    ['without its permit', { type: 'circuitBreaker/payments/failed', payload: {}, meta: { now: 10 } }],
    ['with a symbol for a type', { type: Symbol('x') as never }],
    [
      'with an object for a type',
      { type: new String('circuitBreaker/payments/reset') as never, payload: {}, meta: { now: 10 } }
    ],
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
        const hostile = { type: 'circuitBreaker/payments/failed', payload, meta, rest }
        expect(reducer(initial, hostile as never)).toBe(initial)
        expect(() => reducer(initial, rest as never)).not.toThrow()
      })
    ))
})

describe('an action', () => {
  it.each(['payments', 'hosts/api.example.com', 'failed', 'circuitBreaker/payments', '/', ' ', '__proto__'])(
    'has a type that names its breaker %j and its event, and moves no other breaker',
    (name) => {
      const action = toAction(name)(Ev.failureRecorded, 10)
      expect(action.type).toBe(`circuitBreaker/${name}/failureRecorded`)
      expect(createReducer(configOf({ ...config, name }))(initial, action)).toEqual(open(1, 10, 70))
      for (const other of [`${name}/`, `/${name}`, `${name}/failureRecorded`, name.slice(1), 'x'])
        if (other !== '') expect(createReducer(configOf({ ...config, name: other }))(initial, action)).toBe(initial)
    }
  )
})

describe('an action that no action creator makes', () => {
  const config = configOf({ name: 'x', failureThreshold: 1 })
  const half = halfOpen(2, [{ id: 'a', admittedAtSeconds: 10 }], 0)
  const at = (event: string, payload: unknown, now: unknown = 11) => ({
    type: `circuitBreaker/x/${event}`,
    payload,
    meta: { now }
  })

  it('changes nothing, and is reduced where it is right', () => {
    const reducer = createReducer(configOf({ name: 'x', halfOpenMaxProbes: 9 }))
    expect(reducer(half, at('admitted', { probe: 'b' }))).toMatchObject({ probes: [{ id: 'a' }, { id: 'b' }] })
    for (const payload of [{}, { probe: '' }, { probe: 5 }, { probe: null }, undefined, null])
      expect(reducer(half, at('admitted', payload))).toBe(half)
    for (const event of ['succeeded', 'failed', 'released']) {
      expect(reducer(half, at(event, { permit: { generation: 2, probe: 'a' } }))).not.toBe(half)
      for (const permit of [undefined, null, 5, {}, { generation: 2 }, { generation: 2, probe: 5 }, { probe: 'a' }])
        expect(reducer(half, at(event, { permit }))).toBe(half)
    }
    for (const now of [null, '11']) expect(reducer(half, at('reset', {}, now))).toBe(half)
    expect(reducer(half, at('nonsense', {}))).toBe(half)
  })

  it('matches no action creator', () => {
    const { admitted, succeeded, failed, released } = actionCreators('x')
    expect(admitted.match(at('admitted', { probe: 'b' }))).toBe(true)
    expect([{}, { probe: '' }, { probe: 5 }].some((payload) => admitted.match(at('admitted', payload)))).toBe(false)
    for (const creator of [succeeded, failed, released]) {
      const event = creator.type.slice('circuitBreaker/x/'.length)
      expect(creator.match(at(event, { permit: { generation: 2, probe: null } }))).toBe(true)
      for (const permit of [{ generation: 0.5, probe: null }, { generation: 2, probe: 5 }, { generation: 2 }, {}])
        expect(creator.match(at(event, { permit }))).toBe(false)
    }
    expect(reduce(config)(half, { _tag: 'Reset' }, 11)._tag).toBe('Closed')
  })

  it('has a permit that is read once, so that it cannot answer differently later', () => {
    let reads = 0
    const permit = Object.defineProperty({ probe: 'a' }, 'generation', {
      enumerable: true,
      get: () => (reads++ === 0 ? 2 : 'evil')
    })
    expect(createReducer(config)(half, at('succeeded', { permit }))._tag).toBe('Closed')
  })
})

describe('action creators', () => {
  const payments = actionCreators('payments')
  const made = [
    payments.admitted('a', 1),
    payments.succeeded(Ev.callPermit(0), 1),
    payments.succeeded(Ev.callPermit(0), 1, true),
    payments.failed(Ev.probePermit(2, 'a'), 1),
    payments.failed(Ev.callPermit(0), 1, { slow: true, retryAfterSeconds: 30 }),
    payments.released(Ev.callPermit(0), 1),
    payments.successRecorded(1),
    payments.failureRecorded(1),
    payments.reset(1),
    payments.isolationStarted(1),
    payments.isolationEnded(1),
    payments.breakerDisabled(1),
    payments.breakerEnabled(1)
  ]

  it('there is one for every event, named and typed like it, with nothing that JSON would lose', () => {
    expect(made).toEqual(EVENTS.map((event) => toAction('payments')(event, 1)))
    expect(JSON.parse(JSON.stringify(made))).toEqual(made)
    const types = new Set(made.map(({ type }) => type))
    expect(types).toEqual(new Set(Object.keys(payments).map((event) => `circuitBreaker/payments/${event}`)))
    expect(types).toEqual(new Set(Object.values(payments).map(({ type }) => type)))
  })

  it('match their own actions, and nothing else', () => {
    for (const action of made) {
      const matching = Object.values(payments).filter(({ match }) => match(action))
      expect(matching.map(({ type }) => type)).toEqual([action.type])
    }
    const others = [
      ...EVENTS.map((event) => toAction('mail')(event, 1)),
      { type: payments.failed.type },
      { ...payments.failed(Ev.callPermit(0), 1), payload: {} },
      { ...payments.reset(1), meta: { now: '1' } },
      { type: 'todos/added' },
      () => undefined,
      undefined,
      null
    ]
    for (const { match } of Object.values(payments)) expect(others.filter(match)).toEqual([])
  })

  it('give their actions a type that holds the name of the breaker', () => {
    expectTypeOf(payments.failed.type).toEqualTypeOf<'circuitBreaker/payments/failed'>()
    expectTypeOf(payments.failed(Ev.callPermit(0), 1)).toEqualTypeOf<Action<Ev.Failed, 'payments'>>()
    const read = (action: unknown) =>
      payments.failed.match(action) ? action.payload.permit.generation : payments.reset.match(action) && action.type
    expectTypeOf(read).returns.toEqualTypeOf<number | false | 'circuitBreaker/payments/reset'>()
    expect([payments.failed(Ev.callPermit(7), 1), payments.reset(1), 5].map(read)).toEqual([
      7,
      'circuitBreaker/payments/reset',
      false
    ])
  })

  it('work in builder.addCase, isAnyOf and startListening of Redux Toolkit', () => {
    const mail = actionCreators('mail')
    const log = createToolkitReducer<ReadonlyArray<string>>([], (builder) =>
      builder
        .addCase(payments.isolationStarted, (lines, { meta }) => [...lines, `payments held at ${meta.now}`])
        .addCase(mail.isolationStarted, (lines, { meta }) => [...lines, `mail held at ${meta.now}`])
        .addMatcher(isAnyOf(payments.failed, mail.failed), (lines, { payload }) => [
          ...lines,
          `failed in generation ${payload.permit.generation}`
        ])
    )
    const heard: Array<number> = []
    const listener = createListenerMiddleware()
    listener.startListening({
      actionCreator: payments.failed,
      effect: ({ payload }) => void heard.push(payload.permit.generation)
    })
    const heldOrReleased = isAnyOf(mail.isolationStarted, mail.isolationEnded)
    listener.startListening({ matcher: heldOrReleased, effect: ({ meta }) => void heard.push(meta.now) })
    const store = configureStore({
      reducer: log,
      middleware: (defaults) => defaults().prepend(listener.middleware)
    })
    store.dispatch(payments.isolationStarted(1))
    store.dispatch(mail.isolationStarted(2))
    store.dispatch(payments.failed(Ev.callPermit(3), 3))
    store.dispatch(mail.failed(Ev.callPermit(4), 4))
    expect(store.getState()).toEqual([
      'payments held at 1',
      'mail held at 2',
      'failed in generation 3',
      'failed in generation 4'
    ])
    expect(heard).toEqual([2, 3])
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

  it('count down from the open period and never from more, also with the time of the last tick', () => {
    expect(all(99.5, open(1, 100, 160))).toEqual(['open', 60, false])
    expect(all(99, open(1, 100, 160))).toEqual(['open', 60, false])
    expect(all(100.5, open(1, 100, 160))).toEqual(['open', 59.5, false])
    fc.assert(
      fc.property(History.config, History.steps, fc.double({ min: -5, max: 5 }), (config, steps, ago) => {
        History.play(config, steps, ({ state, now }) => {
          const seen = at(config)(state, now + ago)
          const period = seen._tag === 'Open' ? seen.retryAtSeconds - seen.openedAtSeconds : 0
          const wait = selectors(config).selectRetryAfterSeconds(now + ago)(state) ?? 0
          expect(wait).toBeGreaterThanOrEqual(0)
          expect(wait).toBeLessThanOrEqual(period)
        })
      }),
      { numRuns: 200 }
    )
  })

  it('take a time more than a second before the circuit opened for a clock that has gone back, as the machine does', () => {
    expect(all(98.9, open(1, 100, 160))).toEqual(['half_open', 0, true])
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

// -------------------------------------------------------------------------------------
// several breakers
// -------------------------------------------------------------------------------------

describe('createBreakers', () => {
  const slice = createBreakers({ prices: { failureThreshold: 1, recoveryTimeoutSeconds: 30 }, users: {} })
  const { actions, reducer, selectors } = slice
  const closed = { prices: initial, users: initial }
  const shop = () => {
    const time = manual()
    const store = configureStore({ reducer: { breakers: reducer } })
    return { time, store, breakers: slice.breakersOf(store, (root) => root.breakers, { clock: time.clock }) }
  }

  it('starts with every breaker closed', () => {
    expect(reducer(undefined, { type: '@@redux/INIT' })).toEqual(closed)
    expect(createBreakers({}).reducer(undefined, { type: '@@redux/INIT' })).toEqual({})
  })

  it('moves the breaker that an action names, and leaves the others as they are, by reference', () => {
    const next = reducer(closed, actions.prices.failureRecorded(10))
    expect(next).toEqual({ prices: open(1, 10, 40), users: initial })
    expect(next.users).toBe(initial)
    const later = reducer(next, actions.users.isolationStarted(11))
    expect(later).toEqual({ prices: open(1, 10, 40), users: isolated(1) })
    expect(later.prices).toBe(next.prices)
  })

  it.each([
    ['that is unknown', { type: 'todos/added' }],
    ['of a breaker that it does not have', actionCreators('mail').failureRecorded(10)],
    ['that changes nothing', actions.prices.isolationEnded(10)]
  ])('returns the very slice it was given at an action %s', (_, action) => {
    expect(reducer(closed, action)).toBe(closed)
  })

  it('keeps the laws of a breaker in a slice of several', () => {
    const { prices } = slice.configs
    const inSlice = (state: State, event: Event, now: number) =>
      reducer({ ...closed, prices: state }, toAction('prices')(event, now)).prices
    for (const { property } of laws(prices, inSlice)) fc.assert(property, { numRuns: 30 })
  })

  it('closes a breaker that a slice from an older version does not hold, and drops one that it holds no more', () => {
    const old = { prices: open(1, 10, 40), mail: open(1, 10, 40) } as never
    expect(selectors.users.selectCircuitState(10)(old)).toBe('closed')
    expect(reducer(old, { type: '@@redux/INIT' })).toEqual({ prices: open(1, 10, 40), users: initial })
    expect(reducer(null as never, { type: '@@redux/INIT' })).toEqual(closed)
    expect(reducer({ prices: null, users: initial } as never, { type: '@@redux/INIT' })).toEqual(closed)
  })

  it('has the selectors of each breaker, on the slice', () => {
    const states = { prices: open(1, 10, 40), users: initial }
    const seen = ({ selectCircuitState, selectRetryAfterSeconds, isCallPermitted }: typeof selectors.prices) => [
      selectCircuitState(30)(states),
      selectRetryAfterSeconds(30)(states),
      isCallPermitted(30)(states)
    ]
    expect(seen(selectors.prices)).toEqual(['open', 10, false])
    expect(seen(selectors.users)).toEqual(['closed', 0, true])
  })

  it('makes the breakers once it is given the store, each with its own state there', async () => {
    const { time, store, breakers } = shop()
    expect(Object.values(breakers).map(({ name }) => name)).toEqual(['prices', 'users'])
    expect(await breakers.prices.call(TE.left('503'))()).toEqual(E.left('503'))
    expect(await breakers.users.run(async () => 'a user')).toBe('a user')
    expect(store.getState().breakers).toEqual({ prices: open(1, 0, 30), users: initial })
    expect(await breakers.prices.call(TE.right(1))()).toMatchObject({ left: { breaker: 'prices', reason: 'open' } })
    time.advance(30)
    expect(await breakers.prices.call(TE.right(1))()).toEqual(E.right(1))
    expect(selectors.prices.selectCircuitState(30)(store.getState().breakers)).toBe('closed')
  })

  it('gives each store breakers of its own', async () => {
    const [one, other] = [shop(), shop()]
    await one.breakers.prices.isolate()
    expect(await one.breakers.prices.isOpen()).toBe(true)
    expect(await other.breakers.prices.isOpen()).toBe(false)
  })

  it('runs all of them on one classifier, one observer and one report', async () => {
    const notices: Array<Notice> = []
    const reports: Array<string> = []
    const store = configureStore({ reducer: { breakers: reducer } })
    const breakers = slice.breakersOf(store, (root) => root.breakers, {
      classify: succeedWhen((error: number) => error === 404)(standard),
      observer: (notice) => () => void notices.push(notice),
      report: (message) => void reports.push(message)
    })
    expectTypeOf(breakers.prices).toEqualTypeOf<AsyncCircuitBreaker<number, unknown>>()
    await breakers.prices.call(TE.left(404))()
    expect(await breakers.prices.state()).toBe('closed')
    await breakers.prices.call(TE.left(503))()
    expect(await breakers.prices.state()).toBe('open')
    await breakers.users.run(async () => E.left('what is no plain value'))
    expect(new Set(notices.map(({ breaker }) => breaker))).toEqual(new Set(['prices', 'users']))
    expect(reports).toHaveLength(1)
  })

  it('works with a synchronous breaker too', () => {
    const store = createStore(combineReducers({ breakers: reducer }))
    const prices = new CircuitBreaker({
      ...slice.configs.prices,
      store: storeOf(store, (root) => root.breakers.prices, 'prices')
    })
    prices.recordFailure()
    expect(store.getState().breakers.prices._tag).toBe('Open')
  })

  it('names a breaker by its key, unless it is given a name', async () => {
    const named = createBreakers({ 'eu/prices': { failureThreshold: 1 }, us: from({ name: 'us/prices' }) })
    expect(named.actions['eu/prices'].failed.type).toBe('circuitBreaker/eu/prices/failed')
    expect(named.actions.us.failed.type).toBe('circuitBreaker/us/prices/failed')
    expectTypeOf(named.actions['eu/prices'].failed.type).toEqualTypeOf<'circuitBreaker/eu/prices/failed'>()
    expectTypeOf(named.actions.us.failed).returns.toEqualTypeOf<Action<Ev.Failed>>()
    const store = createStore(combineReducers({ breakers: named.reducer }))
    const { us } = named.breakersOf(store, (root) => root.breakers)
    await us.isolate()
    expect(store.getState().breakers.us).toEqual(isolated(1))
    expect(us.name).toBe('us/prices')
  })

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    [
      'a number is wrong',
      { prices: {}, users: { failureThreshold: 0 } },
      'Invalid settings of circuit breaker "users": failureThreshold: given 0, expected an integer > 0'
    ],
    [
      'a name is misspelt',
      { prices: { failureTreshold: 3 } },
      'Invalid settings of circuit breaker "prices": failureTreshold: given 3, expected no setting of this name'
    ],
    ['a key is empty', { '': {} }, 'name: given "", expected a non-empty string'],
    [
      'they belong to one breaker',
      { failureThreshold: 3 },
      'Invalid settings of a circuit breaker: given 3, expected an object of settings'
    ],
    [
      'two breakers have one name',
      { prices: {}, users: { name: 'prices' } },
      'circuit breaker "prices": name: given "prices", expected a name that no other breaker of the slice has'
    ]
  ])('throws InvalidSettings at once when %s', (_, settings, message) => {
    const make = () => createBreakers(settings as Readonly<Record<string, SliceSettings>>)
    expect(make).toThrow(InvalidSettings)
    expect(make).toThrow(message)
  })

  it('throws InvalidSettings when the slice is not where it is looked for', () => {
    const store = configureStore({ reducer: { breakers: reducer } })
    const lookAside = ({ breaker }: { readonly breaker?: typeof closed }) => breaker as typeof closed
    expect(() => slice.breakersOf(store as never, lookAside)).toThrow(/store: given an object, expected a store/)
  })

  it('refuses wrong settings, and unknown breakers, by type', () => {
    const refused = () => {
      // @ts-expect-error misspelt
      createBreakers({ prices: { failureTreshold: 3 } })
      // @ts-expect-error a name is a string
      createBreakers({ prices: { name: 5 } })
      // @ts-expect-error the settings of one breaker
      createBreakers({ name: 'prices', failureThreshold: 3 })
      // @ts-expect-error there is no such breaker
      expectTypeOf(actions.mail)
      // @ts-expect-error the store decides when the circuit opens
      slice.breakersOf(shop().store, (root) => root.breakers, { failureThreshold: 1 })
    }
    expectTypeOf(refused).toBeFunction()
  })
})

// -------------------------------------------------------------------------------------
// what users do with them
// -------------------------------------------------------------------------------------

describe('a rejection in an action', () => {
  it('passes the checks of Redux Toolkit as error.toJSON(), with all that a page shows', async () => {
    const warnings = (['warn', 'error'] as const).map((level) => jest.spyOn(console, level).mockImplementation())
    const slice = createBreakers({ prices: { failureThreshold: 1, recoveryTimeoutSeconds: 30 } })
    type Api = { rejectValue: CircuitOpen; extra: () => AsyncCircuitBreaker }
    const fetchPrice = createAsyncThunk<string, void, Api>('fetchPrice', async (_, { extra, rejectWithValue }) => {
      try {
        return await extra().run(async () => 'a price')
      } catch (error) {
        if (isCircuitOpenError(error)) return rejectWithValue(error.toJSON())
        throw error
      }
    })
    const last = createToolkitReducer<CircuitOpen | null>(null, (builder) =>
      builder.addCase(fetchPrice.rejected, (_, { payload }) => payload ?? null)
    )
    const store = configureStore({
      reducer: { breakers: slice.reducer, last },
      middleware: (defaults) =>
        defaults({
          thunk: { extraArgument: () => prices },
          serializableCheck: { warnAfter: Infinity },
          immutableCheck: { warnAfter: Infinity }
        })
    })
    const { prices } = slice.breakersOf(store, (root) => root.breakers, { clock: () => 0 })
    await prices.recordFailure()
    await store.dispatch(fetchPrice())
    expect(store.getState().last).toEqual({
      _tag: 'CircuitOpenError',
      message: "Circuit breaker 'prices' is OPEN",
      breaker: 'prices',
      reason: 'open',
      retryAfterSeconds: 30
    })
    warnings.forEach((warning) => {
      expect(warning).not.toHaveBeenCalled()
      warning.mockRestore()
    })
  })
})

describe('a slice that is rehydrated while a probe was in flight', () => {
  const saved = JSON.stringify({ prices: halfOpen(2, [{ id: 'a', admittedAtSeconds: 1000 }], 0) })
  const reload = (startSeconds: number, settings: SliceSettings = {}) => {
    const slice = createBreakers({ prices: { recoveryTimeoutSeconds: 30, ...settings } })
    const time = manual(startSeconds)
    const store = configureStore({
      reducer: { breakers: slice.reducer },
      preloadedState: { breakers: JSON.parse(saved) as ReturnType<typeof slice.reducer> }
    })
    return { time, prices: slice.breakersOf(store, (root) => root.breakers, { clock: time.clock }).prices }
  }

  it('lets a probe through once probeTimeoutSeconds, 300 by default, and the recovery timeout are over', async () => {
    const { time, prices } = reload(1010)
    expect(await prices.call(TE.right(1))()).toMatchObject({ left: { reason: 'half_open' } })
    time.set(1300)
    expect(await prices.call(TE.right(1))()).toMatchObject({ left: { reason: 'open', retryAfterSeconds: 30 } })
    time.set(1330)
    expect(await prices.call(TE.right(1))()).toEqual(E.right(1))
    expect(await prices.state()).toBe('closed')
  })

  it('lets one through earlier with a shorter probeTimeoutSeconds', async () => {
    const { time, prices } = reload(1010, { probeTimeoutSeconds: 10 })
    expect(await prices.state()).toBe('open')
    time.set(1040)
    expect(await prices.call(TE.right(1))()).toEqual(E.right(1))
  })

  it('lets one through at once where the clock has started again', async () => {
    expect(await reload(5).prices.call(TE.right(1))()).toEqual(E.right(1))
  })
})

// The laws of breaker-ts/testing: right machines and stores keep them, and wrong ones are caught, each by the laws named
// beside it. Among the wrong ones are defects that breakers in the field have or had.
import { configureStore } from '@reduxjs/toolkit'
import type { Config } from 'breaker-ts/Config'
import type { CountWindow } from 'breaker-ts/Counts'
import { consecutive, empty } from 'breaker-ts/Counts'
import * as Ev from 'breaker-ts/Event'
import { at, isLive, reduce } from 'breaker-ts/Reducer'
import { createReducer, storeOf, toAction } from 'breaker-ts/Redux'
import type { State } from 'breaker-ts/State'
import { closed, halfOpen, initial, open } from 'breaker-ts/State'
import type { Store } from 'breaker-ts/Store'
import { inMemory } from 'breaker-ts/Store'
import type { Law, Step } from 'breaker-ts/testing'
import { config, laws, liveEvents, states, storeLaws } from 'breaker-ts/testing'
import { failureRate } from 'breaker-ts/TripStrategy'
import { countWindow } from 'breaker-ts/Window'
import * as fc from 'fast-check'
import { combineReducers, legacy_createStore as createStore } from 'redux'

import { configOf } from './support/config'

const plain = configOf({ failureThreshold: 2, halfOpenMaxProbes: 2, probeTimeoutSeconds: 5, recoveryTimeoutSeconds: 1 })
const windowed = configOf({
  window: countWindow(4),
  trip: failureRate(0.5, 2),
  recoveryTimeoutSeconds: 1,
  probeTimeoutSeconds: 5
})

describe('the laws', () => {
  it('hold for the machine, whatever its settings', () => {
    for (const settings of fc.sample(config, 40))
      for (const { property } of laws(settings, reduce(settings))) fc.assert(property, { numRuns: 30 })
  })

  it('hold in a root reducer, and in a Redux Toolkit store with all its checks', () => {
    const reducer = combineReducers({ payments: createReducer(plain), todos: (todos: number = 0) => todos })
    const inRoot: Step = (state, event, now) =>
      reducer({ payments: state, todos: 0 }, toAction(plain.name)(event, now)).payments
    const inStore: Step = (payments, event, now) => {
      const store = configureStore({ reducer: { payments: createReducer(plain) }, preloadedState: { payments } })
      store.dispatch(toAction(plain.name)(event, now))
      return store.getState().payments
    }
    for (const { property } of laws(plain, inRoot)) fc.assert(property)
    for (const { property } of laws(plain, inStore)) fc.assert(property, { numRuns: 10 })
  })

  it('hold for every event that is live in a state that can be', () =>
    fc.assert(
      fc.property(
        config.chain((settings) => states(settings).map((at) => ({ settings, ...at }))),
        fc.gen(),
        ({ settings, state, now }, draw) => {
          const event = draw(() => liveEvents(settings, state, now))
          expect('permit' in event && !isLive(at(settings)(state, now), event.permit)).toBe(false)
          expect(reduce(settings)(state, event, now)).toBeDefined()
        }
      ),
      { numRuns: 300 }
    ))

  it('ask for liveness only where probes have a limit of time', () => {
    const names = (settings: Config) => laws(settings, reduce(settings)).map(({ name }) => name)
    expect(names(plain).filter((name) => name.startsWith('is never stuck'))).toHaveLength(1)
    expect(
      names(configOf({ probeTimeoutSeconds: null })).filter((name) => name.startsWith('is never stuck'))
    ).toHaveLength(0)
  })
})

/** A machine that is right but for one thing. */
type Mutant = (right: Step, settings: Config) => Step

const onChange =
  (change: (next: State, before: State) => State): Mutant =>
  (right, settings) =>
  (state, event, now) => {
    const next = right(state, event, now)
    return next === state ? state : change(next, at(settings)(state, now))
  }

const DEFECTS: ReadonlyArray<{ defect: string; settings?: Config; mutant: Mutant; caughtBy: ReadonlyArray<string> }> = [
  {
    defect: 'counts a late failure of a call from before the trip (opossum, resilience libraries without generations)',
    mutant: (right, settings) => (state, event, now) => {
      const current = at(settings)(state, now)
      const isLate = event._tag === 'Failed' && event.permit.probe === null && !isLive(current, event.permit)
      return isLate ? right(state, Ev.failureRecorded, now) : right(state, event, now)
    },
    caughtBy: ['ignores an outcome whose permit is not live']
  },
  {
    defect: 'lets the late success of a call from before the trip close a half-open circuit',
    mutant: (right, settings) => (state, event, now) => {
      const current = at(settings)(state, now)
      const isLate = event._tag === 'Succeeded' && !isLive(current, event.permit) && current._tag === 'HalfOpen'
      return isLate ? right(state, Ev.successRecorded, now) : right(state, event, now)
    },
    caughtBy: ['ignores an outcome whose permit is not live']
  },
  {
    defect: 'lets the outcome of a cancelled probe count (its room is freed, its id kept)',
    mutant: (right, settings) => (state, event, now) => {
      const current = at(settings)(state, now)
      return event._tag === 'Failed' && event.permit.probe !== null && current._tag === 'HalfOpen'
        ? right(state, Ev.failureRecorded, now)
        : right(state, event, now)
    },
    caughtBy: ['ignores an outcome whose permit is not live']
  },
  {
    defect: 'knows no cap on probes',
    mutant: (right, settings) => (state, event, now) => {
      const current = at(settings)(state, now)
      if (event._tag !== 'Admitted' || current._tag !== 'HalfOpen') return right(state, event, now)
      if (current.probes.some(({ id }) => id === event.probe)) return state
      return { ...current, probes: [...current.probes, { id: event.probe, admittedAtSeconds: now }] }
    },
    caughtBy: ['never has more probes in flight than halfOpenMaxProbes', 'admits a probe exactly when permit says so']
  },
  {
    defect: 'waits for a hung probe for ever (as most do)',
    mutant: (right) => (state, event, now) =>
      state._tag === 'HalfOpen' && state.probes.length > 0 && event._tag === 'Admitted'
        ? state
        : right(state, event, now),
    caughtBy: ['is never stuck']
  },
  {
    defect: 'keeps its window over a close (levee and others)',
    settings: windowed,
    mutant: onChange((next, before) =>
      next._tag === 'Closed' && before._tag !== 'Closed' ? { ...next, counts: consecutive(1) } : next
    ),
    caughtBy: ['starts with nothing counted each time it closes']
  },
  {
    defect: 'bumps the generation when its window moves on (a limiter that dropped every slow call)',
    settings: windowed,
    mutant: onChange((next) =>
      next._tag === 'Closed' && next.counts._tag === 'CountWindow' && (next.counts as CountWindow).next % 2 === 1
        ? { ...next, generation: next.generation + 1 }
        : next
    ),
    caughtBy: ['leaves the generation alone as long as the state is the same']
  },
  {
    defect: 'keeps its generation when it opens',
    mutant: onChange((next) => (next._tag === 'Open' ? { ...next, generation: next.generation - 1 } : next)),
    caughtBy: ['raises the generation at every change of state']
  },
  {
    defect: 'remembers every failure',
    settings: windowed,
    mutant: onChange((next) =>
      next._tag === 'Closed' ? { ...next, counts: { ...next.counts, log: 'x'.repeat(1000) } } : next
    ),
    caughtBy: ['is bounded in size']
  },
  {
    defect: 'writes to the state it was given',
    mutant: (right) => (state, event, now) => {
      const next = right(state, event, now)
      if (next !== state && state._tag === 'Closed' && state !== initial) Object.assign(state, { generation: -1 })
      return next
    },
    caughtBy: ['never changes the state it was given']
  },
  {
    defect: 'copies the state at every event',
    mutant: (right) => (state, event, now) => {
      const next = right(state, event, now)
      return next === state ? { ...state } : next
    },
    caughtBy: ['gives the same reference back when nothing changes']
  },
  {
    defect: 'waits for ever: Infinity in the state',
    mutant: onChange((next) => (next._tag === 'Open' ? { ...next, retryAtSeconds: Infinity } : next)),
    caughtBy: ['survives JSON', 'never makes a call wait longer']
  },
  {
    defect: 'keeps what JSON loses',
    mutant: onChange((next) => (next._tag === 'Open' ? { ...next, reason: undefined } : next)),
    caughtBy: ['survives JSON']
  },
  {
    defect: 'adds to the wait at each reopening, without a limit',
    mutant: onChange((next) =>
      next._tag === 'Open' ? open(next.generation, next.openedAtSeconds, next.retryAtSeconds + 60) : next
    ),
    caughtBy: ['never makes a call wait longer']
  },
  {
    defect: 'rolls dice',
    mutant: (right) => (state, event, now) => (Math.random() < 0.2 ? state : right(state, event, now)),
    caughtBy: ['is total and deterministic']
  },
  {
    defect: 'throws at what it does not expect',
    mutant: (right, settings) => (state, event, now) => {
      if ('permit' in event && !isLive(at(settings)(state, now), event.permit)) throw new Error('no such call')
      return right(state, event, now)
    },
    caughtBy: ['is total and deterministic']
  },
  {
    defect: 'closes an open circuit at a success from elsewhere',
    mutant: (right, settings) => (state, event, now) => {
      const current = at(settings)(state, now)
      return current._tag === 'Open' && event._tag === 'SuccessRecorded'
        ? closed(current.generation + 1, empty)
        : right(state, event, now)
    },
    caughtBy: ['goes from CLOSED to OPEN']
  },
  {
    defect: 'opens at a success that completes the minimum of calls',
    settings: windowed,
    mutant: (right, settings) => (state, event, now) => {
      const next = right(state, event, now)
      const isBad =
        next._tag === 'Closed' &&
        next.counts._tag === 'CountWindow' &&
        next.counts.failures >= 1 &&
        next.counts.calls === 2
      return isBad && event._tag === 'Succeeded'
        ? right(state, Ev.failureRecorded, now + 0 * settings.halfOpenMaxProbes)
        : next
    },
    caughtBy: ['opens only at a failed or slow call']
  },
  {
    defect: 'forgets to let anybody in after the recovery timeout',
    mutant: (right) => (state, event, now) =>
      state._tag === 'Open' && event._tag === 'Admitted' ? state : right(state, event, now),
    caughtBy: ['admits a probe exactly when permit says so', 'is never stuck']
  },
  {
    defect: 'goes half-open again at the failure of a probe, without waiting',
    mutant: onChange((next, before) =>
      before._tag === 'HalfOpen' && next._tag === 'Open' ? halfOpen(next.generation, [], 0) : next
    ),
    caughtBy: ['leaves the generation alone as long as the state is the same']
  }
]

const DOES = 'does what its settings say'
const IDLE: ReadonlyArray<{ defect: string; settings?: Config; mutant: Mutant }> = [
  { defect: 'does nothing', mutant: () => (state) => state },
  { defect: 'always starts again', mutant: () => () => initial },
  {
    defect: 'lives in a store that its actions do not reach, by a typo in its name',
    mutant: (_, settings) => (state, event, now) => createReducer(settings)(state, toAction('paymnets')(event, now))
  },
  {
    defect: 'never opens',
    mutant: (right) => (state, event, now) =>
      state._tag === 'Closed' && (event._tag === 'Failed' || event._tag === 'FailureRecorded')
        ? state
        : right(state, event, now)
  },
  { defect: 'has another threshold', mutant: () => reduce(configOf({ ...plain, failureThreshold: 1 })) },
  {
    defect: 'has a threshold that few histories would reach, and another one',
    settings: configOf({ failureThreshold: 30 }),
    mutant: () => reduce(configOf({ failureThreshold: 31 }))
  },
  {
    defect: 'does not obey a hand',
    mutant: (right) => (state, event, now) => (event._tag === 'IsolationStarted' ? state : right(state, event, now))
  },
  {
    defect: 'takes no notice of a probe that has failed',
    mutant: (right) => (state, event, now) =>
      state._tag === 'HalfOpen' && event._tag === 'Failed' ? state : right(state, event, now)
  }
]

const MESSAGE = /^Broken law: .+\nState before: .+\nEvent: .+\nTime: .+ s\nState after: .+\nExpected: .+$/

/** Those of the expected laws that do not fail. A law that fails says what every failing law says. */
const missed = (all: ReadonlyArray<Law>, caughtBy: ReadonlyArray<string>): ReadonlyArray<string> =>
  caughtBy.filter((start) => {
    const { failed, errorInstance } = fc.check(lawOf(all, start).property, { numRuns: 300 })
    if (failed) expect((errorInstance as Error).message).toMatch(MESSAGE)
    return !failed
  })

const lawOf = (all: ReadonlyArray<Law>, start: string): Law => {
  const [law, ...others] = all.filter(({ name }) => name.startsWith(start))
  expect(others).toEqual([])
  return law as Law
}

describe('a breaker that', () => {
  it.each(IDLE)('$defect is caught', ({ settings = plain, mutant }) => {
    expect(missed(laws(settings, mutant(reduce(settings), settings)), [DOES])).toEqual([])
  })

  it.each(DEFECTS)('$defect is caught', ({ settings = plain, mutant, caughtBy }) => {
    expect(missed(laws(settings, mutant(reduce(settings), settings)), caughtBy)).toEqual([])
  })
})

describe('a law that fails', () => {
  const errorOf = ({ property }: Law): Error & { readonly cause: Error & { readonly cause?: unknown } } => {
    try {
      fc.assert(property, { seed: 1 })
    } catch (error) {
      return error as ReturnType<typeof errorOf>
    }
    throw new Error('the law holds')
  }
  const right = reduce(plain)
  const deaf: Step = (state, event, now) => (event._tag === 'Reset' ? state : right(state, event, now))

  it('says its name, the state before, the event, the time, the state after, and what was expected', () => {
    const { message, cause } = errorOf(lawOf(laws(plain, deaf), DOES))
    const state = (generation: number) => JSON.stringify({ ...initial, generation })
    const expected = [
      'Broken law: does what its settings say: what reduce of breaker-ts does with them',
      `State before: ${state(0)}`,
      'Event: {"_tag":"Reset"}',
      'Time: 100 s',
      `State after: ${state(0)}`,
      `Expected: ${state(1)}`
    ].join('\n')
    expect(cause.message).toBe(expected)
    expect(message).toContain(`Counterexample: [${expected}]`)
  })

  it('shows the last step of a history that fast-check has made short', () => {
    const { property } = lawOf(laws(plain, deaf), DOES)
    const [long, short] = [true, false].map((endOnFailure) => fc.check(property, { seed: 1, endOnFailure }))
    expect(short?.counterexample?.[0].length).toBeLessThan(long?.counterexample?.[0].length as number)
    expect(short?.errorInstance).not.toEqual(long?.errorInstance)
  })

  it('keeps what your code has thrown as its cause', () => {
    const thrown = new Error('no such call')
    const wrong: Step = (state, event, now) => {
      if (event._tag === 'Reset') throw thrown
      return right(state, event, now)
    }
    const { cause } = errorOf(lawOf(laws(plain, wrong), 'is bounded in size'))
    expect(cause.message).toMatch(/Event: {"_tag":"Reset"}\n.*\n.*\nExpected: no exception, but got .*no such call/)
    expect(cause.cause).toBe(thrown)
  })

  it('says by when and why a stuck breaker should have closed', () => {
    const wrong: Step = (state, event, now) => (event._tag === 'Succeeded' ? state : right(state, event, now))
    expect(errorOf(lawOf(laws(plain, wrong), 'is never stuck')).message).toMatch(
      /Event: {"_tag":"Succeeded".*\nTime: (.+) s\n.*\nExpected: CLOSED by \1 s: 2 healthy callers have come, each after a wait/
    )
  })

  it('shows the state as it was before the event, even where it was changed in place', () => {
    const wrong: Step = (state, event, now) =>
      Object.assign(state === initial ? { ...state } : state, right(state, event, now))
    const { cause } = errorOf(lawOf(laws(plain, wrong), 'never changes the state'))
    const [, before, , , after, expected] = cause.message.split('\n').map((line) => line.replace(/^[^{]+/, ''))
    expect(before).not.toBe(after)
    expect(expected).toBe(after)
  })
})

/** A cell whose every part can be replaced. */
const cellOf = (settings: Config, state: State = initial) => {
  const cell = { state, step: reduce(settings) }
  return {
    cell,
    getState: () => cell.state,
    dispatch: (event: Ev.Event, now: number) => {
      cell.state = cell.step(cell.state, event, now)
    }
  }
}

const STORES: ReadonlyArray<{ what: string; store: () => Store }> = [
  { what: 'a store in memory', store: () => inMemory(plain) },
  { what: 'a store that starts OPEN', store: () => inMemory(plain, open(7, 90, 91)) },
  {
    what: 'a Redux store',
    store: () => storeOf(createStore(createReducer(plain)), (state) => state, plain.name)
  },
  {
    what: 'a store that watches another one',
    store: () => {
      const store = inMemory(plain)
      return { getState: () => store.getState(), dispatch: (event, now) => store.dispatch(event, now) }
    }
  },
  {
    what: 'a store that writes JSON, and keeps what it has read until the next change',
    store: () => {
      const { cell, getState } = cellOf(plain)
      return {
        getState,
        dispatch: (event, now) => {
          const next = cell.step(cell.state, event, now)
          if (next !== cell.state) cell.state = JSON.parse(JSON.stringify(next)) as State
        }
      }
    }
  }
]

const TAKES = 'has taken the event in when dispatch returns'
const WRONG_STORES: ReadonlyArray<{ defect: string; store: () => Store; caughtBy: ReadonlyArray<string> }> = [
  {
    defect: 'changes its state in place',
    store: () => {
      const { cell, getState } = cellOf(plain, { ...initial })
      return { getState, dispatch: (event, now) => void Object.assign(cell.state, cell.step(cell.state, event, now)) }
    },
    caughtBy: ['never changes the state it was given']
  },
  {
    defect: 'ignores events',
    store: () => ({ getState: () => initial, dispatch: () => undefined }),
    caughtBy: [TAKES]
  },
  {
    defect: 'ignores the end of an isolation',
    store: () => {
      const { getState, dispatch } = cellOf(plain)
      return {
        getState,
        dispatch: (event, now) => (event._tag === 'IsolationEnded' ? undefined : dispatch(event, now))
      }
    },
    caughtBy: [TAKES, 'is never stuck']
  },
  {
    defect: 'takes events in later, in a microtask',
    store: () => {
      const { getState, dispatch } = cellOf(plain)
      return { getState, dispatch: (event, now) => void Promise.resolve().then(() => dispatch(event, now)) }
    },
    caughtBy: [TAKES]
  },
  {
    defect: 'takes each event in at the next one',
    store: () => {
      const { getState, dispatch } = cellOf(plain)
      let waiting = () => undefined as void
      return {
        getState,
        dispatch: (event, now) => {
          waiting()
          waiting = () => dispatch(event, now)
        }
      }
    },
    caughtBy: [TAKES]
  },
  {
    defect: 'has no state at first',
    store: () => ({ getState: () => undefined as unknown as State, dispatch: () => undefined }),
    caughtBy: [TAKES]
  },
  {
    defect: 'has no state after a reset',
    store: () => {
      const { cell, getState, dispatch } = cellOf(plain)
      return {
        getState,
        dispatch: (event, now) =>
          event._tag === 'Reset' ? void (cell.state = undefined as unknown as State) : dispatch(event, now)
      }
    },
    caughtBy: [TAKES]
  },
  {
    defect: 'starts again when it has been read',
    store: () => {
      const { cell, getState, dispatch } = cellOf(plain)
      return {
        getState: () => {
          const held = getState()
          cell.state = initial
          return held
        },
        dispatch
      }
    },
    caughtBy: ['returns the same object from getState until the next change']
  },
  {
    defect: 'starts again where it opens',
    store: () => {
      const { cell, getState, dispatch } = cellOf(plain)
      return {
        getState,
        dispatch: (event, now) => {
          dispatch(event, now)
          if (cell.state._tag === 'Open') cell.state = initial
        }
      }
    },
    caughtBy: [DOES, 'raises the generation', 'leaves the generation alone']
  },
  {
    defect: 'goes by other settings',
    store: () => inMemory(configOf({ ...plain, failureThreshold: 3 })),
    caughtBy: [DOES]
  },
  {
    defect: 'takes milliseconds for seconds',
    store: () => {
      const { getState, dispatch } = cellOf(plain)
      return { getState, dispatch: (event, now) => dispatch(event, now * 1000) }
    },
    caughtBy: [DOES, 'is never stuck']
  },
  {
    defect: 'reads JSON at each getState',
    store: () => {
      const { getState, dispatch } = cellOf(plain)
      return { getState: () => JSON.parse(JSON.stringify(getState())) as State, dispatch }
    },
    caughtBy: ['returns the same object from getState until the next change']
  },
  {
    defect: 'makes a new object at each dispatch',
    store: () => {
      const { cell, getState, dispatch } = cellOf(plain)
      return {
        getState,
        dispatch: (event, now) => {
          dispatch(event, now)
          cell.state = { ...cell.state }
        }
      }
    },
    caughtBy: ['gives the same reference back when nothing changes']
  }
]

describe('the laws of a store', () => {
  it.each(STORES)('hold for $what', ({ store }) => {
    for (const { property } of storeLaws(plain, store)) fc.assert(property)
  })

  it('hold for a store in memory, whatever its settings', () => {
    for (const settings of fc.sample(config, 20))
      for (const { property } of storeLaws(settings, () => inMemory(settings))) fc.assert(property, { numRuns: 20 })
  })

  it('run each history on a new store', () => {
    const made = jest.fn(() => inMemory(plain))
    for (const { property } of storeLaws(plain, made).slice(0, 1)) fc.assert(property, { numRuns: 20 })
    expect(made).toHaveBeenCalledTimes(20)
  })
})

describe('a store that', () => {
  it.each(WRONG_STORES)('$defect is caught', ({ store, caughtBy }) => {
    expect(missed(storeLaws(plain, store), caughtBy)).toEqual([])
  })
})

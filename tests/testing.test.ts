// The laws of breaker-ts/testing: right machines keep them, in any embedding, and wrong ones are caught, each by the laws
// named beside it. Among the wrong ones are defects that breakers in the field have or had.
import { configureStore } from '@reduxjs/toolkit'
import type { Config } from 'breaker-ts/Config'
import type { CountWindow } from 'breaker-ts/Counts'
import { consecutive, empty } from 'breaker-ts/Counts'
import * as Ev from 'breaker-ts/Event'
import { at, isLive, reduce } from 'breaker-ts/Reducer'
import { createReducer, toAction } from 'breaker-ts/Redux'
import type { State } from 'breaker-ts/State'
import { closed, halfOpen, initial, open } from 'breaker-ts/State'
import type { Step } from 'breaker-ts/testing'
import { config, laws, liveEvents, states } from 'breaker-ts/testing'
import { failureRate } from 'breaker-ts/TripStrategy'
import { countWindow } from 'breaker-ts/Window'
import * as fc from 'fast-check'
import { combineReducers } from 'redux'

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
    caughtBy: ['survives JSON', 'never makes anybody wait longer']
  },
  {
    defect: 'adds to the wait at each reopening, without a limit',
    mutant: onChange((next) =>
      next._tag === 'Open' ? open(next.generation, next.openedAtSeconds, next.retryAtSeconds + 60) : next
    ),
    caughtBy: ['never makes anybody wait longer']
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

describe('a breaker that', () => {
  it.each(IDLE)('$defect is caught', ({ settings = plain, mutant }) => {
    const wrong = mutant(reduce(settings), settings)
    const law = laws(settings, wrong).find(({ name }) => name.startsWith(DOES))
    expect(law && fc.check(law.property, { numRuns: 300 }).failed).toBe(true)
  })

  it.each(DEFECTS)('$defect is caught', ({ settings = plain, mutant, caughtBy }) => {
    const wrong = mutant(reduce(settings), settings)
    const broken = laws(settings, wrong).filter(({ property }) => fc.check(property, { numRuns: 300 }).failed)
    const names = broken.map(({ name }) => name)
    expect(caughtBy.filter((law) => !names.some((name) => name.startsWith(law)))).toEqual([])
  })
})

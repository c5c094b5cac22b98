/**
 * Tests what you build on the machine: random settings and histories, and the laws of a breaker as properties.
 *
 * It needs fast-check, an optional peer dependency.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import type { IO } from 'fp-ts/IO'

import type { Config, Settings } from './core/Config'
import { from } from './core/Config'
import type { Event, Permit } from './core/Event'
import * as Ev from './core/Event'
import type { RecoveryPolicy } from './core/RecoveryPolicy'
import { constant, exponential, fibonacci, jittered, secondsOf } from './core/RecoveryPolicy'
import { at, isLive, permit, reduce } from './core/Reducer'
import type { State } from './core/State'
import { Eq, initial, isState } from './core/State'
import type { TripStrategy } from './core/TripStrategy'
import { any, consecutiveFailures, failureCount, failureRate, never, slowCallRate } from './core/TripStrategy'
import type { LastSeconds } from './core/Window'
import { countWindow, timeWindow } from './core/Window'
import * as Codec from './data/Codec'
import type { Store } from './shell/Store'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The machine under test: `reduce(config)`, or that of a store with the state taken out and put in again.
 *
 * @category model
 * @since 0.1.0
 */
export type Step = (state: State, event: Event, now: number) => State

/**
 * One step of a history: time moves, and then an event comes.
 *
 * @category model
 * @since 0.1.0
 */
export interface Move {
  readonly action: Action
  /** So many times a time that means something to the machine, and some seconds. */
  readonly time: { readonly times: number; readonly of: Span; readonly seconds: number }
  /** Which of the calls in flight. */
  readonly pick: number
}

type Span = 'recoveryTimeout' | 'probeTimeout' | 'slice' | 'window'

type Action =
  | { readonly type: 'call' }
  | { readonly type: 'callAgain' }
  | { readonly type: 'burst' }
  | { readonly type: 'end'; readonly outcome: keyof typeof OUTCOMES; readonly choice: 'live' | 'any' | 'forged' }
  | { readonly type: 'other'; readonly event: Event }

/**
 * One event of a history, with the state before it. `call` is the number of the call it belongs to, and `granted` what
 * `permit` said of an admission.
 *
 * @category model
 * @since 0.1.0
 */
export interface Happening {
  readonly state: State
  readonly event: Event
  readonly now: number
  readonly call?: number
  readonly granted?: boolean
}

/**
 * A law of circuit breakers, as a property of a machine.
 *
 * @category model
 * @since 0.1.0
 */
export interface Law {
  readonly name: string
  readonly property: fc.IProperty<[ReadonlyArray<Move>]>
}

const OUTCOMES = {
  succeeded: (held: Permit) => Ev.succeeded(held),
  slow: (held: Permit) => Ev.succeeded(held, true),
  failed: (held: Permit) => Ev.failed(held),
  slowlyFailed: (held: Permit) => Ev.failed(held, { slow: true }),
  failedFor: (held: Permit) => Ev.failed(held, { retryAfterSeconds: ASKED_SECONDS }),
  released: (held: Permit) => Ev.released(held)
}
const ASKED_SECONDS = 7

// -------------------------------------------------------------------------------------
// settings
// -------------------------------------------------------------------------------------

type Policy = Partial<Settings>

const threshold: fc.Arbitrary<Policy> = fc.record({ failureThreshold: fc.integer({ min: 1, max: 3 }) })

// Strategies that a window of this many calls can satisfy.
const strategy = (size: number): fc.Arbitrary<TripStrategy> => {
  const few = fc.integer({ min: 1, max: size })
  const rate = fc.constantFrom(0.25, 0.5, 1)
  return fc.oneof(
    few.map(consecutiveFailures),
    few.map(failureCount),
    fc.tuple(rate, few).map(([part, calls]) => failureRate(part, calls)),
    fc.tuple(rate, few).map(([part, calls]) => slowCallRate(part, calls))
  )
}
const trip = (size: number): fc.Arbitrary<TripStrategy> =>
  fc.array(strategy(size), { minLength: 1, maxLength: 3 }).map((all) => all.reduce((x, y) => any.concat(x, y)))

const countWindowed: fc.Arbitrary<Policy> = fc
  .constantFrom(1, 2, 3, 15, 16, 17, 33)
  .chain((size) => fc.record({ window: fc.constant(countWindow(size)), trip: trip(Math.min(size, 5)) }))

const timeWindowed: fc.Arbitrary<Policy> = fc.record({
  window: fc.tuple(fc.constantFrom(0.5, 4, 60), fc.constantFrom(1, 2, 4)).map(([s, slices]) => timeWindow(s, slices)),
  trip: trip(4)
})

const unmoved: fc.Arbitrary<Policy> = fc.constant({ trip: never })

const policies: ReadonlyArray<RecoveryPolicy> = [
  exponential({ initial: 1, factor: 2, max: 60 }),
  fibonacci({ initial: 0.5, max: 5 }),
  jittered(0.5)(constant(10)),
  (reopenings) => (reopenings === 3 ? 50 : 1)
]

/**
 * Settings of every kind, with small numbers, so that short histories reach every state.
 *
 * @example
 * import { from } from 'breaker-ts/Config'
 * import { settings } from 'breaker-ts/testing'
 * import * as fc from 'fast-check'
 *
 * fc.assert(fc.property(settings, (given) => from(given).name === 'test'))
 *
 * @category arbitraries
 * @since 0.1.0
 */
export const settings: fc.Arbitrary<Settings> = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: threshold },
      { weight: 3, arbitrary: countWindowed },
      { weight: 3, arbitrary: timeWindowed },
      { weight: 1, arbitrary: unmoved }
    ),
    fc.record({
      recoveryTimeoutSeconds: fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom<number | RecoveryPolicy>(0, 0.3, 1, 60) },
        { weight: 2, arbitrary: fc.constantFrom<number | RecoveryPolicy>(...policies) }
      ),
      halfOpenMaxProbes: fc.integer({ min: 1, max: 3 }),
      halfOpenSuccessThreshold: fc.constantFrom(undefined, undefined, 1, 2, 4),
      halfOpenMaxFailures: fc.constantFrom(0, 0, 1, 2),
      probeTimeoutSeconds: fc.constantFrom(undefined, null, 0.3, 5),
      maxRetryAfterSeconds: fc.constantFrom(undefined, 0, ASKED_SECONDS / 2)
    })
  )
  .map(([policy, rest]) => ({ name: 'test', ...policy, ...rest }))

/**
 * The same, checked and completed.
 *
 * @example
 * import { config } from 'breaker-ts/testing'
 * import * as fc from 'fast-check'
 *
 * fc.assert(fc.property(config, ({ name }) => name === 'test'))
 *
 * @category arbitraries
 * @since 0.1.0
 */
export const config: fc.Arbitrary<Config> = settings.map(from)

// -------------------------------------------------------------------------------------
// histories
// -------------------------------------------------------------------------------------

const weighted = <A>(weight: number, arbitrary: fc.Arbitrary<A>) => ({ weight, arbitrary })
const other = (...events: ReadonlyArray<Event>): fc.Arbitrary<Action> =>
  fc.constantFrom(...events).map((event) => ({ type: 'other', event }))

const action: fc.Arbitrary<Action> = fc.oneof(
  weighted(8, fc.constant<Action>({ type: 'call' })),
  weighted(1, fc.constant<Action>({ type: 'callAgain' })),
  weighted(1, fc.constant<Action>({ type: 'burst' })),
  weighted(
    10,
    fc.record({
      type: fc.constant('end' as const),
      outcome: fc.constantFrom(
        ...(['succeeded', 'slow', 'failed', 'failed', 'slowlyFailed', 'failedFor', 'released'] as const)
      ),
      choice: fc.constantFrom(...(['live', 'live', 'live', 'live', 'any', 'forged'] as const))
    })
  ),
  weighted(1, other(Ev.successRecorded, Ev.reset)),
  weighted(1, other(Ev.failureRecorded)),
  weighted(1, other(Ev.isolationStarted, Ev.isolationEnded, Ev.breakerDisabled, Ev.breakerEnabled))
)

const span = fc.constantFrom<Span>('recoveryTimeout', 'recoveryTimeout', 'probeTimeout', 'slice', 'window')
const time: fc.Arbitrary<Move['time']> = fc.oneof(
  { withCrossShrink: true },
  weighted(7, fc.constant<Move['time']>({ times: 0, of: 'slice', seconds: 0 })),
  weighted(2, fc.record({ times: fc.constant(1), of: span, seconds: fc.constantFrom(0, -0.001, 0.001) })),
  weighted(1, fc.record({ times: fc.constant(0), of: span, seconds: fc.constantFrom(0.001, 0.5, 1) })),
  weighted(1, fc.record({ times: fc.constantFrom(-1, 0), of: span, seconds: fc.constantFrom(-0.5, -1, -1.001, -3600) }))
)

/**
 * The moves of a history, for `play`: calls that overlap, hang, are cancelled, come too late or never were; steps of time
 * that straddle every boundary, also backwards; and manual control.
 *
 * @example
 * import { moves } from 'breaker-ts/testing'
 * import * as fc from 'fast-check'
 *
 * assert.ok(fc.sample(moves, 10).every((history) => history.length > 0))
 *
 * @category arbitraries
 * @since 0.1.0
 */
export const moves: fc.Arbitrary<ReadonlyArray<Move>> = fc.array(fc.record({ action, time, pick: fc.nat(7) }), {
  minLength: 1,
  maxLength: 60,
  size: 'max'
})

/**
 * Plays moves with a machine, and tells of each event. The events are drawn against the machine's current state: an
 * outcome is mostly of a call that is in flight. Events drawn at random would hardly ever get anywhere.
 *
 * @example
 * import { from } from 'breaker-ts/Config'
 * import { reduce } from 'breaker-ts/Reducer'
 * import { moves, play } from 'breaker-ts/testing'
 * import * as fc from 'fast-check'
 *
 * const config = from({ name: 'payments', failureThreshold: 2 })
 * const step = reduce(config)
 *
 * fc.assert(
 *   fc.property(moves, (history) => {
 *     play(config, step, history, ({ state, event, now }) => assert.ok(step(state, event, now)))
 *   })
 * )
 *
 * @category histories
 * @since 0.1.0
 */
export const play = (
  config: Config,
  step: Step,
  moves: ReadonlyArray<Move>,
  onEvent?: (happening: Happening) => void
): { readonly state: State; readonly now: number } => playFrom(initial, config, step, moves, onEvent)

const START_SECONDS = 100

const playFrom = (
  start: State,
  config: Config,
  step: Step,
  moves: ReadonlyArray<Move>,
  onEvent: (happening: Happening) => void = () => undefined
): { readonly state: State; readonly now: number } => {
  const spans = spansOf(config)
  const permits: Array<Permit> = []
  let state = start
  let now = START_SECONDS

  const dispatch = (event: Event, more: { readonly call?: number; readonly granted?: boolean } = {}) => {
    onEvent({ state, now, event, ...more })
    state = step(state, event, now)
  }
  const call = (probe: string) => {
    const decision = permit(config)(state, now, probe)
    dispatch(Ev.admitted(probe), { call: permits.length, granted: decision._tag === 'Right' })
    if (decision._tag === 'Right') permits.push(decision.right)
  }
  const end = (outcome: (held: Permit) => Event, choice: 'live' | 'any' | 'forged', pick: number) => {
    const current = at(config)(state, now)
    const numbers = permits.map((_, i) => i).filter((i) => choice === 'any' || isLive(current, permits[i] as Permit))
    const number = choice === 'forged' ? undefined : numbers[pick % numbers.length]
    if (number === undefined) dispatch(outcome(forged(state.generation, pick)))
    else dispatch(outcome(permits[number] as Permit), { call: number })
  }

  // Failures enough to open a circuit whose threshold is out of reach of a few calls.
  const burst = () => {
    Array.from({ length: 50 }).forEach(() => {
      if (at(config)(state, now)._tag === 'Closed') dispatch(Ev.failureRecorded)
    })
  }

  moves.forEach(({ action, time, pick }) => {
    now += time.times * spans[time.of] + time.seconds
    if (action.type === 'call') call(`p${permits.length}`)
    else if (action.type === 'burst') burst()
    else if (action.type === 'callAgain') call(state._tag === 'HalfOpen' ? (state.probes[0]?.id ?? 'p0') : 'p0')
    else if (action.type === 'end') end(OUTCOMES[action.outcome], action.choice, pick)
    else dispatch(action.event)
  })
  return { state, now }
}

// A permit that was never granted: of a probe that never was, or from the future.
const forged = (generation: number, pick: number): Permit =>
  pick % 2 === 0 ? Ev.probePermit(generation, 'forged') : Ev.callPermit(generation + 3 + pick)

const spansOf = (config: Config): Readonly<Record<Span, number>> => {
  const { window, probeTimeoutSeconds } = config
  const { seconds = 0, slices = 1 } = window as Partial<LastSeconds>
  return {
    recoveryTimeout: secondsOf(config.recoveryTimeoutSeconds, 0, { name: config.name, generation: 0 }),
    probeTimeout: probeTimeoutSeconds ?? 0,
    slice: seconds / slices,
    window: seconds
  }
}

// -------------------------------------------------------------------------------------
// states and events
// -------------------------------------------------------------------------------------

/**
 * States that the machine of these settings can be in, each with the time when it was.
 *
 * @example
 * import { from } from 'breaker-ts/Config'
 * import { states } from 'breaker-ts/testing'
 * import * as fc from 'fast-check'
 *
 * const config = from({ name: 'payments', failureThreshold: 1 })
 * const tags = fc.sample(states(config), 200).map(({ state }) => state._tag)
 *
 * assert.ok(tags.includes('Open') && tags.includes('HalfOpen'))
 *
 * @category arbitraries
 * @since 0.1.0
 */
export const states = (config: Config): fc.Arbitrary<{ readonly state: State; readonly now: number }> =>
  moves.map((history) => play(config, reduce(config), history))

/**
 * Events that mean something to a state as of `now`: outcomes of calls that are live, an admission, and what needs no
 * permit.
 *
 * @example
 * import { from } from 'breaker-ts/Config'
 * import { isLive } from 'breaker-ts/Reducer'
 * import { initial } from 'breaker-ts/State'
 * import { liveEvents } from 'breaker-ts/testing'
 * import * as fc from 'fast-check'
 *
 * const events = liveEvents(from({ name: 'payments' }), initial, 0)
 *
 * fc.assert(fc.property(events, (event) => !('permit' in event) || isLive(initial, event.permit)))
 *
 * @category arbitraries
 * @since 0.1.0
 */
export const liveEvents = (config: Config, state: State, now: number): fc.Arbitrary<Event> => {
  const current = at(config)(state, now)
  const permits =
    current._tag === 'Closed'
      ? [Ev.callPermit(current.generation)]
      : current._tag === 'HalfOpen'
        ? current.probes.map(({ id }) => Ev.probePermit(current.generation, id))
        : []
  const outcomes = permits.flatMap((held) => Object.values(OUTCOMES).map((outcome) => outcome(held)))
  return fc.constantFrom<Event>(...outcomes, Ev.admitted('another'), ...NEED_NO_PERMIT)
}

const NEED_NO_PERMIT: ReadonlyArray<Event> = [
  Ev.successRecorded,
  Ev.failureRecorded,
  Ev.reset,
  Ev.isolationStarted,
  Ev.isolationEnded,
  Ev.breakerDisabled,
  Ev.breakerEnabled
]

// -------------------------------------------------------------------------------------
// laws
// -------------------------------------------------------------------------------------

/** What a history runs on. `again` asks for the state after the last step once more. */
interface Machine {
  readonly start: State
  readonly step: Step
  readonly again: Step
}

/** One step of a machine. */
interface Taken {
  readonly config: Config
  readonly state: State
  /** `state` as JSON, from before the step. */
  readonly copy: string
  readonly event: Event
  readonly now: number
  /** `state` as of `now`. */
  readonly current: State
  /** What `reduce` returns. */
  readonly reduced: State
  readonly next: State
  readonly again: IO<State>
}

/** Whether a law holds, or else what it expected. */
type Check = (taken: Taken) => true | string

const show = fc.stringify
const isSame = (x: State, y: State): boolean => Eq.equals(x, y)
const A_STATE = 'a state of a breaker'
const BY_HAND: ReadonlyArray<Event['_tag']> = [
  'Reset',
  'IsolationStarted',
  'IsolationEnded',
  'BreakerDisabled',
  'BreakerEnabled'
]
const EDGES: ReadonlyArray<string> = ['Closed to Open', 'HalfOpen to Closed', 'HalfOpen to Open']

// The codec reads the counts of the windows of this package. What another window keeps, only that window knows.
const BUILT_IN: ReadonlyArray<string> = ['Consecutive', 'CountWindow', 'TimeWindow']
const right = (state: State) => ({ _tag: 'Right', right: state }) as const
const hasOwnCounts = (state: State): boolean => state._tag === 'Closed' && !BUILT_IN.includes(state.counts._tag)

const CHECKS: Readonly<Record<string, Check>> = {
  'gives the same reference back when nothing changes': ({ state, next }) =>
    next === state || !isSame(next, state) || 'the object from before the event, since nothing has changed',

  'never changes the state it was given': ({ state, copy }) =>
    JSON.stringify(state) === copy || `the state before to stay as it was; now it is ${show(state)}`,

  'survives JSON': ({ next }) => {
    const stored = JSON.parse(JSON.stringify(next)) as State
    const read = hasOwnCounts(next) ? right(stored) : Codec.State.decode(stored)
    return (read._tag === 'Right' && isSame(read.right, next)) || `a state that survives JSON, not ${show(stored)}`
  },

  'is bounded in size': ({ next, config: { halfOpenMaxProbes, window } }) => {
    const { size = 0, slices = 0 } = window as Partial<LastSeconds>
    const bound = 500 + 100 * halfOpenMaxProbes + 2 * (size + 60 * slices)
    const { length } = JSON.stringify(next)
    return length <= bound || `at most ${bound} characters as JSON, not ${length}`
  },

  'raises the generation at every change of state and at every reset, and never lowers it': ({
    state,
    event,
    current,
    next
  }) =>
    next !== state && (next._tag !== current._tag || event._tag === 'Reset')
      ? next.generation > current.generation || `a generation above ${current.generation}`
      : next.generation >= state.generation || `a generation not below ${state.generation}`,

  'leaves the generation alone as long as the state is the same': ({ state, event, current, next }) =>
    next === state ||
    event._tag === 'Reset' ||
    next._tag !== current._tag ||
    next.generation === current.generation ||
    `generation ${current.generation}`,

  'never has more probes in flight than halfOpenMaxProbes': ({ next, config: { halfOpenMaxProbes } }) =>
    next._tag !== 'HalfOpen' || next.probes.length <= halfOpenMaxProbes || `at most ${halfOpenMaxProbes} probes`,

  'admits a probe exactly when permit says so': ({ state, event, now, current, next, config }) => {
    if (event._tag !== 'Admitted' || current._tag !== 'HalfOpen') return true
    const isGranted = permit(config)(state, now, event.probe)._tag === 'Right'
    return (next !== state) === isGranted || (isGranted ? 'one more probe' : 'no change: permit rejects the call')
  },

  'ignores an outcome whose permit is not live': ({ state, event, current, next }) =>
    !('permit' in event) ||
    isLive(current, event.permit) ||
    next === state ||
    'no change, since the permit is not live',

  'starts with nothing counted each time it closes': ({ event, current, next }) =>
    next._tag !== 'Closed' ||
    (current._tag === 'Closed' && event._tag !== 'Reset') ||
    next.counts.calls === 0 ||
    'no calls in the counts',

  'goes from CLOSED to OPEN, HALF_OPEN, and from there to CLOSED or OPEN, and otherwise only by hand': ({
    state,
    event,
    current,
    next
  }) =>
    next === state ||
    next._tag === current._tag ||
    BY_HAND.includes(event._tag) ||
    EDGES.includes(`${current._tag} to ${next._tag}`) ||
    `${current._tag} to stay, or one of: ${EDGES.join(', ')}`,

  'opens only at a failed or slow call': ({ event, current, next }) =>
    current._tag !== 'Closed' ||
    next._tag !== 'Open' ||
    event._tag === 'Failed' ||
    event._tag === 'FailureRecorded' ||
    (event._tag === 'Succeeded' && event.slow === true) ||
    'Closed to stay, since no call failed or was slow',

  'never makes a call wait longer than the recovery timeout, or than a failure asked for': ({ next, config }) => {
    if (next._tag !== 'Open') return true
    const { name, recoveryTimeoutSeconds } = config
    const timeout = secondsOf(recoveryTimeoutSeconds, next.reopenings, { name, generation: next.generation })
    const longest = Math.max(timeout, Math.min(ASKED_SECONDS, config.maxRetryAfterSeconds))
    const seconds = next.retryAtSeconds - next.openedAtSeconds
    return seconds <= longest + 1e-6 || `a wait of at most ${longest} s, not ${seconds} s` // rounding
  },

  'does what its settings say: what reduce of breaker-ts does with them': ({ next, reduced }) =>
    isSame(next, reduced) || show(reduced)
}

const ONLY_STEPS: Readonly<Record<string, Check>> = {
  'is total and deterministic: it never throws, and answers the same twice': ({ next, again }) => {
    const second = again()
    return isSame(second, next) || `the same answer twice; the second is ${show(second)}`
  }
}

const ONLY_STORES: Readonly<Record<string, Check>> = {
  'has taken the event in when dispatch returns': ({ state, next, reduced }) =>
    isSame(next, reduced) || !isSame(next, state) || `the new state at once: ${show(reduced)}`,

  'returns the same object from getState until the next change': ({ next, again }) =>
    again() === next || 'the same object from the next getState'
}

const LIVENESS = 'is never stuck: with probeTimeoutSeconds, time and one healthy caller close it'

/**
 * The laws as properties of a machine with these settings. `step` is the machine in your embedding. Settings with a
 * `probeTimeoutSeconds` of `null` leave out the law that it is never stuck.
 *
 * A law that fails throws an error with its name and the last step of the shortest history that fast-check finds:
 * the state before, the event, the time, the state after, and what was expected.
 *
 * @example
 * import { from } from 'breaker-ts/Config'
 * import { reduce } from 'breaker-ts/Reducer'
 * import { laws } from 'breaker-ts/testing'
 * import * as fc from 'fast-check'
 *
 * const config = from({ name: 'payments', failureThreshold: 2 })
 *
 * for (const { property } of laws(config, reduce(config))) fc.assert(property)
 *
 * @category laws
 * @since 0.1.0
 */
export const laws = (config: Config, step: Step): ReadonlyArray<Law> =>
  lawsOf({ ...ONLY_STEPS, ...CHECKS }, config, () => ({ start: initial, step, again: step }))

/**
 * The laws as properties of your `Store`, and what a store promises beyond the reducer: `dispatch` is synchronous, and
 * `getState` returns the same object until the next change.
 *
 * A store does not tell its settings, so give those of its breaker. Each history runs on a new store: return one that
 * shares no state with the others.
 *
 * @example
 * import { from } from 'breaker-ts/Config'
 * import { inMemory } from 'breaker-ts/Store'
 * import { storeLaws } from 'breaker-ts/testing'
 * import * as fc from 'fast-check'
 *
 * const config = from({ name: 'payments', failureThreshold: 2 })
 *
 * for (const { property } of storeLaws(config, () => inMemory(config))) fc.assert(property)
 *
 * @category laws
 * @since 0.1.0
 */
export const storeLaws = (config: Config, newStore: IO<Store>): ReadonlyArray<Law> =>
  lawsOf({ ...ONLY_STORES, ...CHECKS }, config, () => {
    const store = newStore()
    const again = () => store.getState()
    const step: Step = (_, event, now) => {
      store.dispatch(event, now)
      return again()
    }
    return { start: again(), step, again }
  })

const lawsOf = (checks: Readonly<Record<string, Check>>, config: Config, machine: IO<Machine>): ReadonlyArray<Law> => [
  ...Object.entries(checks).map(([name, check]) => lawOf(name, config, machine, check)),
  ...(config.probeTimeoutSeconds === null
    ? []
    : [lawOf(LIVENESS, config, machine, () => true, closes(config, config.probeTimeoutSeconds))])
]

const lawOf = (
  name: string,
  config: Config,
  machine: IO<Machine>,
  check: Check,
  checkEnd: (step: Step, end: End) => true | string = () => true
): Law => ({
  name,
  property: fc.property(moves, (history) => {
    const { start, step, again } = machine()
    let last: Partial<Taken> = { state: start, now: START_SECONDS, next: start }

    const demand = (verdict: true | string): void => {
      if (verdict !== true) throw broken(name, history, last, verdict)
    }
    const take = (state: State, event: Event, now: number): true | string => {
      const copy = JSON.stringify(state)
      const current = at(config)(state, now)
      const reduced = reduce(config)(state, event, now)
      last = { state, copy, event, now }
      const next = step(state, event, now)
      last = { state, copy, event, now, next }
      return isState(next)
        ? check({ config, state, copy, event, now, current, reduced, next, again: () => again(state, event, now) })
        : A_STATE
    }
    const checked: Step = (state, event, now) => {
      let verdict: true | string
      try {
        verdict = take(state, event, now)
      } catch (error) {
        throw Object.assign(broken(name, history, last, `no exception, but got ${show(error)}`), { cause: error })
      }
      demand(verdict)
      return last.next as State
    }

    demand(isState(start) || A_STATE)
    demand(checkEnd(checked, playFrom(start, config, checked, history)))
  })
})

const broken = (
  name: string,
  history: ReadonlyArray<Move>,
  { state, copy = show(state), event, now, next }: Partial<Taken>,
  expected: string
): Error => {
  const message = [
    `Broken law: ${name}`,
    `State before: ${copy}`,
    `Event: ${event === undefined ? 'none yet' : show(event)}`,
    `Time: ${String(now)} s`,
    `State after: ${show(next)}`,
    `Expected: ${expected}`
  ].join('\n')
  // What fast-check prints as the counterexample, in place of the moves.
  Reflect.defineProperty(history, fc.toStringMethod, { value: () => message, configurable: true })
  return new Error(message)
}

interface End {
  readonly state: State
  readonly now: number
}

// Ends what is held by hand, and then lets one healthy caller come after each wait.
const closes =
  (config: Config, probeTimeoutSeconds: number) =>
  (step: Step, end: End): true | string => {
    const released = [Ev.isolationEnded, Ev.breakerEnabled].reduce(
      (held, event) => step(held, event, end.now),
      end.state
    )
    const callers = Array.from({ length: (config.halfOpenSuccessThreshold ?? 1) + 1 }, (_, i) => `healthy ${i}`)
    const healed = callers.reduce(
      (before, id): End => {
        const waited = before.now + probeTimeoutSeconds + 1
        const current = at(config)(before.state, waited)
        const now = current._tag === 'Open' ? current.retryAtSeconds : waited
        const decision = permit(config)(before.state, now, id)
        if (decision._tag === 'Left') return { state: before.state, now }
        const admitted = step(before.state, Ev.admitted(id), now)
        return { state: step(admitted, Ev.succeeded(decision.right), now), now }
      },
      { state: released, now: end.now }
    )
    return (
      healed.state._tag === 'Closed' ||
      `CLOSED by ${healed.now} s: ${callers.length} healthy callers have come, each after a wait`
    )
  }

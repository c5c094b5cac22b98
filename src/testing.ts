/**
 * For tests of your own embedding of the machine: random settings and histories, and the laws of a breaker as properties.
 *
 * It needs fast-check, an optional peer dependency.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import type { Right } from 'fp-ts/Either'

import type { Config, Settings } from './core/Config'
import { make } from './core/Config'
import type { Event, Permit } from './core/Event'
import * as Ev from './core/Event'
import type { RecoveryPolicy } from './core/RecoveryPolicy'
import { constant, exponential, fibonacci, jittered, secondsOf } from './core/RecoveryPolicy'
import { at, isLive, permit, reduce } from './core/Reducer'
import type { State } from './core/State'
import { Eq, initial } from './core/State'
import type { TripStrategy } from './core/TripStrategy'
import { any, consecutiveFailures, failureCount, failureRate, never, slowCallRate } from './core/TripStrategy'
import type { LastSeconds } from './core/Window'
import { countWindow, timeWindow } from './core/Window'
import * as Codec from './data/Codec'

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
 * import { make } from 'breaker-ts/Config'
 * import { settings } from 'breaker-ts/testing'
 * import * as fc from 'fast-check'
 * import * as E from 'fp-ts/Either'
 *
 * fc.assert(fc.property(settings, (given) => E.isRight(make(given))))
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
export const config: fc.Arbitrary<Config> = settings.map((given) => (make(given) as Right<Config>).right)

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
  weighted(7, fc.constant<Move['time']>({ times: 0, of: 'slice', seconds: 0 })),
  weighted(2, fc.record({ times: fc.constant(1), of: span, seconds: fc.constantFrom(-0.001, 0, 0.001) })),
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
 * import { make } from 'breaker-ts/Config'
 * import { reduce } from 'breaker-ts/Reducer'
 * import { moves, play } from 'breaker-ts/testing'
 * import * as fc from 'fast-check'
 * import * as E from 'fp-ts/Either'
 *
 * const config = make({ name: 'payments', failureThreshold: 2 })
 * if (E.isRight(config)) {
 *   const step = reduce(config.right)
 *   fc.assert(
 *     fc.property(moves, (history) => {
 *       play(config.right, step, history, ({ state, event, now }) => assert.ok(step(state, event, now)))
 *     })
 *   )
 * }
 *
 * @category histories
 * @since 0.1.0
 */
export const play = (
  config: Config,
  step: Step,
  moves: ReadonlyArray<Move>,
  onEvent: (happening: Happening) => void = () => undefined
): { readonly state: State; readonly now: number } => {
  const spans = spansOf(config)
  const permits: Array<Permit> = []
  let state: State = initial
  let now = 100

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
 * import { make } from 'breaker-ts/Config'
 * import { states } from 'breaker-ts/testing'
 * import * as fc from 'fast-check'
 * import * as E from 'fp-ts/Either'
 *
 * const config = make({ name: 'payments', failureThreshold: 1 })
 * if (E.isRight(config)) {
 *   const tags = fc.sample(states(config.right), 200).map(({ state }) => state._tag)
 *   assert.ok(tags.includes('Open') && tags.includes('HalfOpen'))
 * }
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
 * import { make } from 'breaker-ts/Config'
 * import { isLive } from 'breaker-ts/Reducer'
 * import { initial } from 'breaker-ts/State'
 * import { liveEvents } from 'breaker-ts/testing'
 * import * as fc from 'fast-check'
 * import * as E from 'fp-ts/Either'
 *
 * const config = make({ name: 'payments' })
 * if (E.isRight(config))
 *   fc.assert(
 *     fc.property(liveEvents(config.right, initial, 0), (event) => !('permit' in event) || isLive(initial, event.permit))
 *   )
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

type Check = (happening: Happening, next: State, config: Config, step: Step, before: string) => boolean

const isSame = (x: State, y: State): boolean => Eq.equals(x, y)
const byHand: ReadonlyArray<Event['_tag']> = [
  'Reset',
  'IsolationStarted',
  'IsolationEnded',
  'BreakerDisabled',
  'BreakerEnabled'
]

// The codec reads the counts of the windows of this package. What another window keeps, only that window knows.
const BUILT_IN: ReadonlyArray<string> = ['Consecutive', 'CountWindow', 'TimeWindow']
const hasOwnCounts = (state: State): boolean => state._tag === 'Closed' && !BUILT_IN.includes(state.counts._tag)

const CHECKS: Readonly<Record<string, Check>> = {
  'is total and deterministic: it never throws, and answers the same twice': ({ state, event, now }, next, _, step) =>
    isSame(step(state, event, now), next),

  'gives the same reference back when nothing changes': ({ state }, next) => next === state || !isSame(next, state),

  'never changes the state it was given': ({ state }, _, __, ___, before) => JSON.stringify(state) === before,

  'survives JSON': (_, next) => {
    const stored = JSON.parse(JSON.stringify(next)) as State
    if (hasOwnCounts(next)) return isSame(stored, next)
    const read = Codec.State.decode(stored)
    return read._tag === 'Right' && isSame(read.right, next)
  },

  'is bounded in size': (_, next, { halfOpenMaxProbes, window }) => {
    const { size = 0, slices = 0 } = window as Partial<LastSeconds>
    const counts = size + 60 * slices
    return JSON.stringify(next).length <= 500 + 100 * halfOpenMaxProbes + 2 * counts
  },

  'raises the generation at every change of state and at every reset, and never lowers it': (
    { state, event, now },
    next,
    config
  ) => {
    const before = at(config)(state, now)
    const isChange = next !== state && (next._tag !== before._tag || event._tag === 'Reset')
    return isChange ? next.generation > before.generation : next.generation >= state.generation
  },

  'leaves the generation alone as long as the state is the same': ({ state, event, now }, next, config) => {
    const before = at(config)(state, now)
    return (
      next === state || event._tag === 'Reset' || next._tag !== before._tag || next.generation === before.generation
    )
  },

  'never has more probes in flight than halfOpenMaxProbes': (_, next, { halfOpenMaxProbes }) =>
    next._tag !== 'HalfOpen' || next.probes.length <= halfOpenMaxProbes,

  'admits a probe exactly when permit says so': ({ state, event, now, granted }, next, config) =>
    event._tag !== 'Admitted' || at(config)(state, now)._tag !== 'HalfOpen' || (next !== state) === granted,

  'ignores an outcome whose permit is not live': ({ state, event, now }, next, config) =>
    !('permit' in event) || isLive(at(config)(state, now), event.permit) || next === state,

  'starts with nothing counted each time it closes': ({ state, event, now }, next, config) => {
    const before = at(config)(state, now)
    return next._tag !== 'Closed' || (before._tag === 'Closed' && event._tag !== 'Reset') || next.counts.calls === 0
  },

  'goes from CLOSED to OPEN, HALF_OPEN, and from there to CLOSED or OPEN, and otherwise only by hand': (
    { state, event, now },
    next,
    config
  ) => {
    const before = at(config)(state, now)._tag
    return (
      next === state ||
      next._tag === before ||
      byHand.includes(event._tag) ||
      ['Closed Open', 'HalfOpen Closed', 'HalfOpen Open'].includes(`${before} ${next._tag}`)
    )
  },

  'opens only at a failed or slow call': ({ state, event, now }, next, config) =>
    at(config)(state, now)._tag !== 'Closed' ||
    next._tag !== 'Open' ||
    event._tag === 'Failed' ||
    event._tag === 'FailureRecorded' ||
    (event._tag === 'Succeeded' && event.slow === true),

  'never makes anybody wait longer than the recovery timeout, or than a failure asked for': (_, next, config) => {
    if (next._tag !== 'Open') return true
    const { name, recoveryTimeoutSeconds } = config
    const timeout = secondsOf(recoveryTimeoutSeconds, next.reopenings, { name, generation: next.generation })
    const longest = Math.max(timeout, Math.min(ASKED_SECONDS, config.maxRetryAfterSeconds)) + 1e-6 // for rounding
    return next.retryAtSeconds - next.openedAtSeconds <= longest
  },

  'does what its settings say: what reduce of breaker-ts does with them': ({ state, event, now }, next, config) =>
    isSame(next, reduce(config)(state, event, now))
}

const LIVENESS = 'is never stuck: with probeTimeoutSeconds, time and one healthy caller close it'

/**
 * The laws as properties of a machine with these settings. `step` is the machine in the user's embedding; give it
 * settings with a `probeTimeoutSeconds` to have the law that it is never stuck among them.
 *
 * @example
 * import { make } from 'breaker-ts/Config'
 * import { reduce } from 'breaker-ts/Reducer'
 * import { laws } from 'breaker-ts/testing'
 * import * as fc from 'fast-check'
 * import * as E from 'fp-ts/Either'
 *
 * const config = make({ name: 'payments', failureThreshold: 2, probeTimeoutSeconds: 5 })
 * if (E.isRight(config))
 *   for (const { property } of laws(config.right, reduce(config.right))) fc.assert(property)
 *
 * @category laws
 * @since 0.1.0
 */
export const laws = (config: Config, step: Step): ReadonlyArray<Law> => [
  ...Object.entries(CHECKS).map(([name, check]) => ({
    name,
    property: fc.property(moves, (history) => {
      let holds = true
      play(config, step, history, (happening) => {
        const before = JSON.stringify(happening.state)
        const next = step(happening.state, happening.event, happening.now)
        holds = holds && check(happening, next, config, step, before)
      })
      return holds
    })
  })),
  ...(config.probeTimeoutSeconds === null
    ? []
    : [{ name: LIVENESS, property: fc.property(moves, isClosedInTheEnd(config, step, config.probeTimeoutSeconds)) }])
]

const isClosedInTheEnd =
  (config: Config, step: Step, probeTimeoutSeconds: number) => (history: ReadonlyArray<Move>) => {
    const { state, now } = play(config, step, history)
    const released = [Ev.isolationEnded, Ev.breakerEnabled].reduce((held, event) => step(held, event, now), state)
    const rounds = Array.from({ length: (config.halfOpenSuccessThreshold ?? 1) + 1 }, (_, i) => `healthy ${i}`)
    const healed = rounds.reduce(
      (before, id) => {
        const waited = before.now + probeTimeoutSeconds + 1
        const current = at(config)(before.state, waited)
        const later = current._tag === 'Open' ? current.retryAtSeconds : waited
        const decision = permit(config)(before.state, later, id)
        if (decision._tag === 'Left') return { state: before.state, now: later }
        const admitted = step(before.state, Ev.admitted(id), later)
        return { state: step(admitted, Ev.succeeded(decision.right), later), now: later }
      },
      { state: released, now }
    )
    return healed.state._tag === 'Closed'
  }

// Random histories of a breaker, drawn against its current state: an outcome is mostly of a call that is in flight, a
// time step mostly one that straddles a boundary. Uniformly random events hardly ever reach the corners.
import type { Config, Settings } from 'breaker-ts/Config'
import type { Event, Permit } from 'breaker-ts/Event'
import * as Ev from 'breaker-ts/Event'
import type { RecoveryPolicy } from 'breaker-ts/RecoveryPolicy'
import { exponential, fibonacci } from 'breaker-ts/RecoveryPolicy'
import { at, isLive, permit, reduce } from 'breaker-ts/Reducer'
import type { State } from 'breaker-ts/State'
import { initial } from 'breaker-ts/State'
import type { TripData } from 'breaker-ts/TripStrategy'
import { countWindow, timeWindow } from 'breaker-ts/Window'
import * as fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { configOf } from './config'

type Policy = Partial<Settings>

const threshold: fc.Arbitrary<Policy> = fc.record({ failureThreshold: fc.integer({ min: 1, max: 3 }) })

// Strategies that a window of this many calls can satisfy.
const strategy = (calls: number): fc.Arbitrary<TripData> => {
  const few = fc.integer({ min: 1, max: calls })
  const rate = fc.constantFrom(0.25, 0.5, 1)
  return fc.oneof(
    few.map((failures): TripData => ({ _tag: 'ConsecutiveFailures', failures })),
    few.map((failures): TripData => ({ _tag: 'FailureCount', failures })),
    fc.tuple(rate, few).map(([rate, minimumCalls]): TripData => ({ _tag: 'FailureRate', rate, minimumCalls })),
    fc.tuple(rate, few).map(([rate, minimumCalls]): TripData => ({ _tag: 'SlowCallRate', rate, minimumCalls }))
  )
}
const trip = (calls: number): fc.Arbitrary<TripData | ReadonlyArray<TripData>> =>
  fc.oneof(strategy(calls), fc.array(strategy(calls), { minLength: 1, maxLength: 3 }))

const countWindowed: fc.Arbitrary<Policy> = fc
  .constantFrom(1, 2, 3, 15, 16, 17, 33)
  .chain((size) => fc.record({ window: fc.constant(countWindow(size)), trip: trip(Math.min(size, 5)) }))

const timeWindowed: fc.Arbitrary<Policy> = fc.record({
  window: fc.tuple(fc.constantFrom(0.5, 4, 60), fc.constantFrom(1, 2, 4)).map(([s, slices]) => timeWindow(s, slices)),
  trip: trip(4)
})

const never: fc.Arbitrary<Policy> = fc.constant({ trip: { _tag: 'Never' } })

const recoveryTimeoutSeconds = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<number | RecoveryPolicy>(0, 0.3, 1, 60) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<number | RecoveryPolicy>(
      exponential({ initial: 1, factor: 2, max: 60 }),
      fibonacci({ initial: 0.5, max: 5 })
    )
  }
)

const configWith = (probeTimeoutSeconds: fc.Arbitrary<number | undefined>): fc.Arbitrary<Config> =>
  fc
    .tuple(
      fc.oneof(
        { weight: 4, arbitrary: threshold },
        { weight: 3, arbitrary: countWindowed },
        { weight: 3, arbitrary: timeWindowed },
        { weight: 1, arbitrary: never }
      ),
      fc.record({
        recoveryTimeoutSeconds,
        halfOpenMaxProbes: fc.integer({ min: 1, max: 3 }),
        halfOpenSuccessThreshold: fc.constantFrom(undefined, undefined, 1, 2, 4),
        halfOpenMaxFailures: fc.constantFrom(0, 0, 1, 2),
        probeTimeoutSeconds
      })
    )
    .map(([policy, rest]) => configOf({ ...policy, ...rest }))

/** Settings of every kind, with small numbers. */
export const config = configWith(fc.constantFrom(undefined, undefined, 0.3, 5))

/** The same, where every probe has a limit of time. */
export const configWithProbeTimeout = configWith(fc.constantFrom(0.3, 5, 60))

/** The recovery timeout after so many reopenings. */
export const recoverySeconds = ({ recoveryTimeoutSeconds: timeout, name }: Config, reopenings = 0): number =>
  typeof timeout === 'number' ? timeout : timeout(reopenings, { name, generation: 0 })

type Choice = 'live' | 'any' | 'forged'

const OUTCOMES = {
  succeeded: (permit: Permit) => Ev.succeeded(permit),
  slow: (permit: Permit) => Ev.succeeded(permit, true),
  failed: (permit: Permit) => Ev.failed(permit),
  slowlyFailed: (permit: Permit) => Ev.failed(permit, { slow: true }),
  failedFor: (permit: Permit) => Ev.failed(permit, { retryAfterSeconds: 7 }),
  released: (permit: Permit) => Ev.released(permit)
}
type Outcome = keyof typeof OUTCOMES

/** The events that need no permit. */
export const UNPERMITTED = {
  recordSuccess: Ev.successRecorded,
  recordFailure: Ev.failureRecorded,
  reset: Ev.reset,
  isolate: Ev.isolationStarted,
  endIsolation: Ev.isolationEnded,
  disable: Ev.breakerDisabled,
  enable: Ev.breakerEnabled
}
type Unpermitted = keyof typeof UNPERMITTED
type Action =
  | { readonly type: 'call' }
  | { readonly type: 'callAgain' }
  | { readonly type: 'end'; readonly outcome: Outcome; readonly choice: Choice }
  | { readonly type: Unpermitted }

type Span = 'recoveryTimeout' | 'probeTimeout' | 'slice' | 'window'

const spansOf = (config: Config): Readonly<Record<Span, number>> => {
  const { window, probeTimeoutSeconds = 0 } = config
  const seconds = window._tag === 'TimeWindow' ? window.seconds : 0
  return {
    recoveryTimeout: recoverySeconds(config),
    probeTimeout: probeTimeoutSeconds,
    slice: window._tag === 'TimeWindow' ? seconds / window.slices : 0,
    window: seconds
  }
}

export interface Step {
  readonly action: Action
  /** How the time moves: so many times a time that means something to the machine, and some seconds. */
  readonly move: { readonly times: number; readonly of: Span; readonly seconds: number }
  readonly pick: number
}

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Action>({ type: 'call' }) },
  { weight: 1, arbitrary: fc.constant<Action>({ type: 'callAgain' }) },
  {
    weight: 10,
    arbitrary: fc.record({
      type: fc.constant('end' as const),
      outcome: fc.constantFrom<Outcome>(
        'succeeded',
        'slow',
        'failed',
        'failed',
        'slowlyFailed',
        'failedFor',
        'released'
      ),
      choice: fc.constantFrom<Choice>('live', 'live', 'live', 'live', 'any', 'forged')
    })
  },
  { weight: 1, arbitrary: fc.constantFrom<Action>({ type: 'recordSuccess' }, { type: 'reset' }) },
  { weight: 1, arbitrary: fc.constant<Action>({ type: 'recordFailure' }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Action>(
      { type: 'isolate' },
      { type: 'endIsolation' },
      { type: 'disable' },
      { type: 'enable' }
    )
  }
)

const span = fc.constantFrom<Span>('recoveryTimeout', 'recoveryTimeout', 'probeTimeout', 'slice', 'window')

const move: fc.Arbitrary<Step['move']> = fc.oneof(
  { weight: 7, arbitrary: fc.constant<Step['move']>({ times: 0, of: 'slice', seconds: 0 }) },
  { weight: 2, arbitrary: fc.record({ times: fc.constant(1), of: span, seconds: fc.constantFrom(-0.001, 0, 0.001) }) },
  { weight: 1, arbitrary: fc.record({ times: fc.constant(0), of: span, seconds: fc.constantFrom(0.001, 0.5, 1) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      times: fc.constantFrom(-1, 0),
      of: span,
      seconds: fc.constantFrom(-0.5, -1, -1.001, -3600)
    })
  }
)

export const steps: fc.Arbitrary<ReadonlyArray<Step>> = fc.array(fc.record({ action, move, pick: fc.nat(7) }), {
  minLength: 1,
  maxLength: 60,
  size: 'max'
})

/** One event of a history, with what the machine was before it. `call` is the number of the call it belongs to. */
export interface Happening {
  readonly state: State
  readonly now: number
  readonly event: Event
  readonly call?: number
  /** What `permit` said, for an admission. */
  readonly granted?: boolean
}

// A permit nobody was given: of a probe that never was, or from the future.
const forge = (generation: number, pick: number): Permit =>
  pick % 2 === 0 ? Ev.probePermit(generation, 'forged') : Ev.callPermit(generation + 3 + pick)

/** Turns steps into events, drawing permits from what the machine has handed out so far. */
export const play = (
  config: Config,
  steps: ReadonlyArray<Step>,
  onEvent: (happening: Happening) => void,
  startSeconds = 100
): State => {
  const spans = spansOf(config)
  let state: State = initial
  let now = startSeconds
  const permits: Array<Permit> = []

  const dispatch = (event: Event, more: { readonly call?: number; readonly granted?: boolean } = {}) => {
    onEvent({ state, now, event, ...more })
    state = reduce(config)(state, event, now)
  }
  const call = (probe: string) => {
    const decision = permit(config)(state, now, probe)
    dispatch(Ev.admitted(probe), { call: permits.length, granted: E.isRight(decision) })
    if (E.isRight(decision)) permits.push(decision.right)
  }
  const pickOf = (numbers: ReadonlyArray<number>, pick: number) => numbers[pick % numbers.length]
  const all = () => permits.map((_, i) => i)

  for (const { action, move, pick } of steps) {
    now += move.times * spans[move.of] + move.seconds
    switch (action.type) {
      case 'call':
        call(`p${permits.length}`)
        break
      case 'callAgain':
        call(state._tag === 'HalfOpen' ? (state.probes[0]?.id ?? 'p0') : 'p0')
        break
      case 'end': {
        const live = all().filter((i) => isLive(at(config)(state, now), permits[i] as Permit))
        const number = action.choice === 'forged' ? undefined : pickOf(action.choice === 'live' ? live : all(), pick)
        const held = number === undefined ? undefined : permits[number]
        if (held !== undefined && number !== undefined) dispatch(OUTCOMES[action.outcome](held), { call: number })
        else dispatch(OUTCOMES[action.outcome](forge(state.generation, pick)))
        break
      }
      default:
        dispatch(UNPERMITTED[action.type])
    }
  }
  return state
}

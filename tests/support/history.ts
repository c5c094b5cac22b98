// Random histories of a breaker, drawn against its current state: an outcome is mostly of a call that is in flight, a
// time step mostly one that straddles a boundary. Uniformly random events hardly ever reach the corners.
import type { Config } from 'breaker-ts/Config'
import type { Event, Permit } from 'breaker-ts/Event'
import * as Ev from 'breaker-ts/Event'
import { at, isLive, permit, reduce } from 'breaker-ts/Reducer'
import type { State } from 'breaker-ts/State'
import { initial } from 'breaker-ts/State'
import * as fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { configOf } from './config'

export const config: fc.Arbitrary<Config> = fc
  .record({
    failureThreshold: fc.integer({ min: 1, max: 3 }),
    recoveryTimeoutSeconds: fc.constantFrom(0, 0.3, 1, 60),
    halfOpenMaxProbes: fc.integer({ min: 1, max: 3 })
  })
  .map(configOf)

type Choice = 'live' | 'any' | 'forged'

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
  | { readonly type: 'end'; readonly outcome: 'succeeded' | 'failed' | 'released'; readonly choice: Choice }
  | { readonly type: Unpermitted }

export interface Step {
  readonly action: Action
  /** How the time moves: a number of seconds, or relative to the recovery timeout. */
  readonly move: { readonly timeouts: number; readonly seconds: number }
  readonly pick: number
}

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Action>({ type: 'call' }) },
  { weight: 1, arbitrary: fc.constant<Action>({ type: 'callAgain' }) },
  {
    weight: 10,
    arbitrary: fc.record({
      type: fc.constant('end' as const),
      outcome: fc.constantFrom('succeeded' as const, 'failed' as const, 'failed' as const, 'released' as const),
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

const move: fc.Arbitrary<Step['move']> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ timeouts: 0, seconds: 0 }) },
  { weight: 2, arbitrary: fc.record({ timeouts: fc.constant(1), seconds: fc.constantFrom(-0.001, 0, 0.001) }) },
  { weight: 1, arbitrary: fc.record({ timeouts: fc.constant(0), seconds: fc.constantFrom(0.001, 0.5, 1) }) },
  {
    weight: 1,
    arbitrary: fc.record({ timeouts: fc.constantFrom(-1, 0), seconds: fc.constantFrom(-0.5, -1, -1.001, -3600) })
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
    now += move.timeouts * config.recoveryTimeoutSeconds + move.seconds
    switch (action.type) {
      case 'call':
        call(`p${permits.length}`)
        break
      case 'callAgain':
        call(state._tag === 'HalfOpen' ? (state.probes[0]?.id ?? 'p0') : 'p0')
        break
      case 'end': {
        const live = all().filter((i) => isLive(at(state, now), permits[i] as Permit))
        const number = action.choice === 'forged' ? undefined : pickOf(action.choice === 'live' ? live : all(), pick)
        const held = number === undefined ? undefined : permits[number]
        if (held !== undefined && number !== undefined) dispatch(Ev[action.outcome](held), { call: number })
        else dispatch(Ev[action.outcome](forge(state.generation, pick)))
        break
      }
      default:
        dispatch(UNPERMITTED[action.type])
    }
  }
  return state
}

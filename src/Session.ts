/**
 * Two-step permit over a store and a clock: ask whether a call may pass, then report how it ended.
 *
 * Both shells work on a `Session`. Use it directly where a call cannot be wrapped in a function: streams, message
 * consumers, sockets.
 *
 * @since 0.1.0
 */
import type { Either, Left, Right } from 'fp-ts/Either'
import type { IO } from 'fp-ts/IO'

import { CircuitOpenError } from './CircuitOpenError'
import type { Clock } from './Clock'
import { monotonic } from './Clock'
import type { Config, Settings } from './Config'
import { parse, rules, trust } from './Config'
import type { Event, Permit } from './Event'
import { admitted, callPermit, failed, released, succeeded } from './Event'
import type { InvalidSettings } from './InvalidSettings'
import type { Outcome } from './Outcome'
import type { Rejection } from './Reducer'
import { at, isHealthy, isLive, permit } from './Reducer'
import type { State } from './State'
import { CircuitState, circuitState } from './State'
import type { Store } from './Store'
import { inMemory } from './Store'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The settings of a breaker, and what it runs on.
 *
 * @category model
 * @since 0.1.0
 */
export interface BreakerSettings extends Settings {
  /** Where the time is read, in seconds. Default `monotonic`. */
  readonly clock?: Clock | undefined
  /**
   * Where the state lives. Default: in memory, of this breaker's own. The reducer of a given store decides when the
   * circuit opens and closes, so give it the same settings as the breaker.
   */
  readonly store?: Store | undefined
}

/**
 * A call that may pass. Run one of the three when it has ended; only the first has an effect.
 *
 * @category model
 * @since 0.1.0
 */
export interface Acquired {
  readonly succeed: IO<void>
  readonly fail: IO<void>
  /** Gives the permit back without counting, for example after a cancellation. */
  readonly release: IO<void>
}

const isTrue = (claim: () => boolean): boolean => {
  try {
    return claim()
  } catch {
    return false
  }
}

const isState = (given: State): boolean => Object.values(CircuitState).includes(circuitState(given))

const breakerRules = {
  ...rules,
  clock: {
    rule: 'a function that returns seconds as a finite number',
    holds: (given: unknown) => isTrue(() => Number.isFinite((given as Clock)())),
    fallback: monotonic
  },
  store: {
    rule: 'a store: getState() returns a state of a breaker, and dispatch is a function',
    holds: (given: unknown) =>
      given === undefined ||
      isTrue(() => isState((given as Store).getState()) && typeof (given as Store).dispatch === 'function')
  }
}

const FIRST: Right<Permit> = { _tag: 'Right', right: callPermit(0) }

const eventOf = { success: succeeded, failure: failed, neutral: released }

// Ids of probes: a random part, since other sessions may share the store, and a count.
const firstProbe = () => `${Math.random().toString(36).slice(2)}#1`
const probeAfter = (id: string) => {
  const [session, count] = id.split('#')
  return `${session}#${Number(count) + 1}`
}

declare const console: { readonly error: (message: string, cause: unknown) => void }

/**
 * A breaker in two steps. Every method can be passed around without its session. The constructor throws
 * `InvalidSettings` when a setting is wrong; `fromUnknown` returns it.
 *
 * @example
 * import { Session } from 'breaker-ts/Session'
 * import * as E from 'fp-ts/Either'
 *
 * const session = new Session({ name: 'queue', failureThreshold: 1 })
 *
 * const first = session.acquire()
 * if (E.isRight(first)) first.right.fail()
 *
 * const second = session.acquire()
 * assert.strictEqual(E.isLeft(second) && second.left.message, "Circuit breaker 'queue' is OPEN")
 *
 * @category model
 * @since 0.1.0
 */
export class Session {
  private readonly config: Config
  private readonly clock: Clock
  private readonly store: Store
  private closedPass: Right<Permit> = FIRST
  private nextProbe = ''

  /** Throws `InvalidSettings` when a setting is wrong. */
  constructor(settings: BreakerSettings) {
    const parsed = parse(breakerRules)(settings)
    if (parsed._tag === 'Left') throw parsed.left
    this.config = trust(parsed.right)
    this.clock = parsed.right.clock as Clock
    this.store = (parsed.right.store as Store | undefined) ?? inMemory(this.config)
  }

  /** The same from input of unknown shape. */
  static fromUnknown(settings: unknown): Either<InvalidSettings, Session> {
    return attempt(() => new Session(settings as BreakerSettings))
  }

  /**
   * Asks whether a call may pass now. End every permit: a probe that is never ended keeps its room, and with room for
   * one only, the circuit HALF_OPEN.
   */
  get acquire(): IO<Either<CircuitOpenError, Acquired>> {
    return () => {
      const admission = this.admit()
      if (admission._tag === 'Left') return admission
      let ended = false
      const end = (outcome: Outcome) => () => {
        if (ended) return
        ended = true
        this.settle(admission.right, outcome)
      }
      return { _tag: 'Right', right: { succeed: end('success'), fail: end('failure'), release: end('neutral') } }
    }
  }

  /** The state as of now. Reading never changes anything. */
  get state(): IO<CircuitState> {
    return () => circuitState(at(this.store.getState(), this.clock()))
  }

  /**
   * Asks whether a call may pass now. The permit comes back to `settle` once the call has ended.
   *
   * @internal
   */
  admit(): Either<CircuitOpenError, Permit> {
    const { config, store } = this
    const state = store.getState()
    // A closed circuit, or a disabled one, admits whatever the time: no clock read, and one permit a generation.
    if (state._tag === 'Closed' || state._tag === 'Disabled') return this.closedPassOf(state.generation)

    if (this.nextProbe === '') this.nextProbe = firstProbe()
    const probe = this.nextProbe
    const now = this.clock()
    const decision = permit(config)(state, now, probe)
    if (decision._tag === 'Left') return this.reject(decision.left)
    this.nextProbe = probeAfter(probe)
    this.dispatch(admitted(probe), now)
    // Only a probe that got in may run. Others may have written to the store, its listeners for example.
    const after = store.getState()
    if (isLive(after, decision.right)) return decision
    const again = permit(config)(after, now, probe)
    if (again._tag === 'Left') return this.reject(again.left)
    return again.right.probe === null ? again : this.reject({ reason: 'half_open', retryAfterSeconds: 0 })
  }

  /**
   * Reports how the call with this permit ended.
   *
   * @internal
   */
  settle(permit: Permit, outcome: Outcome): void {
    if (outcome === 'success' && isHealthy(this.store.getState())) return // nothing to count, so no clock read either
    this.dispatch(eventOf[outcome](permit))
  }

  /**
   * Dispatches an event. What is thrown on the way, by a listener of a Redux store for example, is reported: the result
   * of a call never depends on it.
   *
   * @internal
   */
  dispatch(event: Event, now?: number): void {
    try {
      this.store.dispatch(event, now ?? this.clock())
    } catch (error) {
      console.error(
        `Circuit breaker '${this.config.name}': an error was thrown while ${event._tag} was dispatched`,
        error
      )
    }
  }

  private closedPassOf(generation: number): Right<Permit> {
    if (this.closedPass.right.generation !== generation)
      this.closedPass = { _tag: 'Right', right: callPermit(generation) }
    return this.closedPass
  }

  private reject({ reason, retryAfterSeconds }: Rejection): Left<CircuitOpenError> {
    return { _tag: 'Left', left: new CircuitOpenError(this.config.name, reason, retryAfterSeconds) }
  }
}

/**
 * A constructor of a shell as a total function.
 *
 * @internal
 */
export const attempt = <A>(construct: () => A): Either<InvalidSettings, A> => {
  try {
    return { _tag: 'Right', right: construct() }
  } catch (error) {
    return { _tag: 'Left', left: error as InvalidSettings } // the only error a constructor has
  }
}

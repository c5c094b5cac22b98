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

import type { Config, Settings } from '../core/Config'
import { complete, copyOf, invalid, isConfig, problems, rules } from '../core/Config'
import type { Event, Permit } from '../core/Event'
import { admitted, callPermit, failed, probePermit, released, succeeded } from '../core/Event'
import { isFunction, problem, showProblem } from '../core/InvalidSettings'
import type { Rejection } from '../core/Reducer'
import { at, decide, isHealthy, isLive } from '../core/Reducer'
import type { CircuitState, State } from '../core/State'
import { circuitState, isState } from '../core/State'
import { CircuitOpenError } from './CircuitOpenError'
import type { Classifier } from './Classifier'
import { standard } from './Classifier'
import type { Clock } from './Clock'
import { monotonic } from './Clock'
import type { CallEnded, Observer } from './Notice'
import { transitions, transitionsByTime } from './Notice'
import { Outbox, report } from './Outbox'
import type { Outcome } from './Outcome'
import { failure, neutral, problemWith, success } from './Outcome'
import type { Store } from './Store'
import { inMemory } from './Store'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The settings of a breaker: those of its machine, and what it runs on.
 *
 * @category model
 * @since 0.1.0
 */
export interface BreakerSettings extends Settings {
  /** Where the time is read, in seconds. Default `monotonic` of `breaker-ts/Clock`. */
  readonly clock?: Clock | undefined
  /**
   * Where the state lives. Default: in memory, for this breaker alone. The reducer of a given store decides when the
   * circuit opens and closes, so give it the same settings as the breaker.
   */
  readonly store?: Store | undefined
  /** What counts as success, failure or neither. Default `standard` of `breaker-ts/Classifier`. */
  readonly classify?: Classifier | undefined
  /** Gets every transition and every call. Default: none. */
  readonly observer?: Observer | undefined
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

/**
 * A call that was let through. Calls that are not timed share one, as long as the state stays the same.
 *
 * @internal
 */
export interface Admission extends Right<Permit> {
  readonly startedAtSeconds: number
}

/**
 * What a session works with, checked.
 *
 * @internal
 */
export interface Parts {
  readonly config: Config
  readonly clock: Clock
  readonly classify: Classifier | undefined
  readonly outbox: Outbox | undefined
  readonly store: Store
}

// -------------------------------------------------------------------------------------
// settings
// -------------------------------------------------------------------------------------

/**
 * The settings that many breakers can share.
 *
 * @internal
 */
export const sharedRules = {
  ...rules,
  clock: {
    rule: 'a function that returns seconds as a finite number',
    holds: (given: unknown) => Number.isFinite((given as Clock)())
  },
  classify: { rule: 'a function from the result of a call to its outcome', holds: isFunction },
  observer: { rule: 'a function from a notice to an IO', holds: isFunction }
}

const breakerRules = {
  ...sharedRules,
  store: {
    rule: 'a store: getState() returns a state of a breaker, and dispatch is a function',
    holds: (given: unknown) => isState((given as Store).getState()) && typeof (given as Store).dispatch === 'function'
  }
}

/**
 * Checks settings, unless they are a `Config`. Throws `InvalidSettings`.
 *
 * @internal
 */
export const partsOf = (settings: BreakerSettings, rules: Parameters<typeof problems>[0] = breakerRules): Parts => {
  const made = isConfig(settings) ? settings : undefined
  const given: BreakerSettings = made ?? (copyOf(settings) as BreakerSettings)
  const wrong = made === undefined ? problems(rules, given) : []
  if (wrong.length > 0) throw invalid(given, wrong)
  if (given.trip?.needsSlowCalls === true && given.classify === undefined)
    throw invalid(given, [
      problem('classify', undefined, 'a classifier that says which calls are slow, for SlowCallRate')
    ])
  const config = made ?? complete(given)
  const { clock = monotonic, classify, observer, store = inMemory(config) } = given
  const outbox =
    observer && new Outbox(observer, (error) => report(config.name, 'an error was thrown by the observer', error))
  return { config, clock, classify, outbox, store }
}

// -------------------------------------------------------------------------------------
// session
// -------------------------------------------------------------------------------------

// What the calls of a CLOSED generation share: their permit, and the events that most of them end with.
interface Pass extends Admission {
  readonly succeeded: Event
  readonly failed: Event
}

const passOf = (generation: number): Pass => {
  const right = callPermit(generation)
  return { _tag: 'Right', right, startedAtSeconds: 0, succeeded: succeeded(right), failed: failed(right) }
}

const FIRST = passOf(0)

// What no store ever holds, also one that has lost its state.
const NO_STATE = Object.freeze({}) as unknown as State

const NO_PROBE = ''

/**
 * A breaker in two steps. Every method can be passed around without its session.
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
  private readonly classify: Classifier | undefined
  private readonly outbox: Outbox | undefined
  private readonly store: Store
  private pass = FIRST
  /** The state that `pass` is of, where a success leaves it as it is: while it lasts, a healthy call asks no more. */
  private healthy: State = NO_STATE

  /** Throws `InvalidSettings` when a setting is wrong. */
  constructor(settings: BreakerSettings)
  /** @internal */
  constructor(settings: undefined, parts: Parts)
  constructor(settings: BreakerSettings | undefined, parts: Parts = partsOf(settings as BreakerSettings)) {
    this.config = parts.config
    this.clock = parts.clock
    this.classify = parts.classify
    this.outbox = parts.outbox
    this.store = parts.store
  }

  /**
   * Asks whether a call may pass now. End every permit: a probe that is never ended keeps its room, until
   * `probeTimeoutSeconds` if that is set; with room for one only, the circuit stays HALF_OPEN so long.
   */
  get acquire(): IO<Either<CircuitOpenError, Acquired>> {
    return () => {
      const admission = this.admit()
      if (admission._tag === 'Left') return admission
      let ended = false
      const end = (outcome: Outcome) => () => {
        if (ended) return
        ended = true
        this.settle(admission, outcome)
      }
      return { _tag: 'Right', right: { succeed: end(success), fail: end(failure), release: end(neutral) } }
    }
  }

  /** The state as of now. Reading never changes anything. */
  get state(): IO<CircuitState> {
    return () => circuitState(at(this.config)(this.store.getState(), this.clock()))
  }

  /**
   * Asks whether a call may pass now. The admission comes back, by `ended`, once the call has ended.
   *
   * @internal
   */
  admit(): Left<CircuitOpenError> | Admission {
    const { clock, outbox, store } = this
    if (outbox === undefined && this.classify === undefined)
      return store.getState() === this.healthy ? this.pass : this.ask()
    const now = clock()
    const admission = store.getState() === this.healthy ? this.pass : this.ask(now)
    if (outbox !== undefined) this.tellAdmission(outbox, admission, now)
    return admission._tag === 'Left' ? admission : { _tag: 'Right', right: admission.right, startedAtSeconds: now }
  }

  private tellAdmission(outbox: Outbox, admission: Left<CircuitOpenError> | Admission, atSeconds: number): void {
    const { config, store } = this
    const breaker = config.name
    if (admission._tag === 'Right') return outbox.add({ _tag: 'CallAdmitted', breaker, atSeconds })
    const state = store.getState()
    outbox.addByTime(state, transitionsByTime(config)(state, atSeconds))
    outbox.add({ _tag: 'CallRejected', breaker, atSeconds, rejection: rejectionOf(admission.left) })
  }

  /**
   * The call has ended. What it threw, or the reason of a rejected promise, comes as a `Left`.
   *
   * @internal
   */
  ended(admission: Admission, result: Either<unknown, unknown>): void {
    const { classify } = this
    const outcome = classify ? this.judge(classify, result, admission) : standard(result, 0)
    if (outcome === success && this.outbox === undefined && this.store.getState() === this.healthy) return
    this.settle(admission, outcome)
  }

  private settle({ right, startedAtSeconds }: Admission, outcome: Outcome): void {
    const { config, outbox, store } = this
    const state = store.getState()
    const isFast = outcome._tag === 'Success' && !outcome.slow
    const isNothing = isFast && (state === this.healthy || isHealthy(config, state)) // to count, so no clock to read either
    if (outbox === undefined) return isNothing ? undefined : this.dispatch(this.eventOf(outcome, right))
    const now = this.clock()
    const elapsedSeconds = Math.max(0, now - startedAtSeconds)
    const ended = { _tag: 'CallEnded', breaker: config.name, atSeconds: now, outcome, elapsedSeconds } as const
    if (isNothing) outbox.add(ended)
    else this.dispatch(this.eventOf(outcome, right), now, ended)
  }

  private eventOf(outcome: Outcome, permit: Permit): Event {
    const { pass } = this
    if (permit === pass.right && outcome === success) return pass.succeeded
    if (permit === pass.right && outcome === failure) return pass.failed
    return eventOf(outcome, permit)
  }

  private judge(classify: Classifier, result: Either<unknown, unknown>, { startedAtSeconds }: Admission): Outcome {
    try {
      const given = classify(result, Math.max(0, this.clock() - startedAtSeconds))
      if (given === success || given === failure || given === neutral) return given
      const outcome = copyOf(given) as Outcome
      const wrong = problemWith(outcome)
      if (wrong === undefined) return outcome
      silence(given)
      throw new TypeError(`classify returned no outcome of breaker-ts/Outcome: ${showProblem(wrong)}`)
    } catch (error) {
      report(this.config.name, 'a call counts as failed, because an error was thrown while it was classified', error)
      return failure
    }
  }

  /**
   * Dispatches an event. What is thrown on the way, by a listener of a Redux store for example, is reported: the result
   * of a call never depends on it.
   *
   * @internal
   */
  dispatch(event: Event, given?: number, ended?: CallEnded): void {
    const { config, clock, outbox, store } = this
    try {
      const now = given ?? clock()
      if (outbox === undefined) store.dispatch(event, now)
      // Made of the state before and the event, transitions are right even where a listener of the store calls the breaker
      // again before `dispatch` returns.
      else outbox.dispatch(store, event, now, transitions(config)(store.getState(), event, now), ended)
    } catch (error) {
      report(config.name, `an error was thrown while ${event._tag} was dispatched`, error)
    }
  }

  private ask(given?: number): Left<CircuitOpenError> | Admission {
    const { config, clock, store } = this
    const state = store.getState()
    // A closed circuit, or a disabled one, admits whatever the time: no clock read, and one permit a generation.
    if (state._tag === 'Closed' || state._tag === 'Disabled') return this.passOf(state)
    const now = given ?? clock()
    const decision = decide(config, state, now, NO_PROBE)
    return decision._tag === 'Left' ? this.reject(decision.left) : this.probe(decision.right.generation, now)
  }

  // Only a probe that got in may run. Others may have written to the store, its listeners for example.
  private probe(generation: number, now: number): Left<CircuitOpenError> | Admission {
    const { config, store } = this
    const probe = newProbe()
    const permit = probePermit(generation, probe)
    this.dispatch(admitted(probe), now)
    const after = store.getState()
    if (isLive(after, permit)) return { _tag: 'Right', right: permit, startedAtSeconds: now }
    const again = decide(config, after, now, probe)
    if (again._tag === 'Left') return this.reject(again.left)
    return again.right.probe === null
      ? { _tag: 'Right', right: again.right, startedAtSeconds: now }
      : this.reject({ reason: 'half_open', retryAfterSeconds: 0 })
  }

  private passOf(state: State): Pass {
    if (this.pass.right.generation !== state.generation) this.pass = passOf(state.generation)
    this.healthy = isHealthy(this.config, state) ? state : NO_STATE
    return this.pass
  }

  private reject({ reason, retryAfterSeconds }: Rejection): Left<CircuitOpenError> {
    return { _tag: 'Left', left: new CircuitOpenError(this.config.name, reason, retryAfterSeconds) }
  }
}

// -------------------------------------------------------------------------------------
// helpers
// -------------------------------------------------------------------------------------

// Other sessions may share the store, so an id must be unique among all of theirs.
const newProbe = (): string => `p${Math.random().toString(36).slice(2)}`

const eventOf = (outcome: Outcome, permit: Permit): Event => {
  switch (outcome._tag) {
    case 'Success':
      return succeeded(permit, outcome.slow)
    case 'Failure':
      return failed(permit, {
        slow: outcome.slow || undefined,
        retryAfterSeconds: outcome.retryAfterSeconds || undefined
      })
    case 'Neutral':
      return released(permit)
  }
}

// A classifier is synchronous. The promise of an asynchronous one is no outcome, and its rejection would go unhandled.
const silence = (given: unknown): void => {
  if (given instanceof Promise) given.catch(() => undefined)
}

const rejectionOf = ({ reason, retryAfterSeconds }: CircuitOpenError): Rejection =>
  retryAfterSeconds === undefined ? { reason } : { reason, retryAfterSeconds }

/**
 * `fn(...args)`. Most calls are of functions without arguments, and spreading none costs more than all else that a breaker
 * does for a healthy call.
 *
 * @internal
 */
export const apply = <Args extends ReadonlyArray<unknown>, A>(fn: (...args: Args) => A, args: Args): A =>
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-assertion -- tsc asks for arguments without it
  args.length === 0 ? (fn as unknown as () => A)() : fn(...args)

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

import type { Event, Permit } from '../core/Event'
import { admitted, callPermit, failed, released, succeeded } from '../core/Event'
import type { InvalidSettings } from '../core/InvalidSettings'
import { showProblem } from '../core/Problem'
import type { Rejection } from '../core/Reducer'
import { at, decide, isHealthy, isLive } from '../core/Reducer'
import type { CircuitState, State } from '../core/State'
import { circuitState } from '../core/State'
import type { BreakerSettings } from './BreakerSettings'
import { CircuitOpenError } from './CircuitOpenError'
import type { Classifier } from './Classifier'
import { ofThrown, standard } from './Classifier'
import { transitions, transitionsByTime } from './Notice'
import type { Outbox } from './Outbox'
import type { Failure, Outcome } from './Outcome'
import { failure, neutral, rule as outcomeRule, success } from './Outcome'
import { report, Setup } from './Setup'
import type { Store } from './Store'
import { inMemory } from './Store'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

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

// The permit that the calls of a CLOSED generation share, and what most of them end with.
interface Pass extends Right<Permit> {
  readonly succeeded: Event
  readonly failed: Event
}

const passOf = (generation: number): Pass => {
  const right = callPermit(generation)
  return { _tag: 'Right', right, succeeded: succeeded(right), failed: failed(right) }
}

const FIRST = passOf(0)

// What no store ever holds, also one that has lost its state.
const NO_STATE = Object.freeze({}) as unknown as State

const eventOf = (outcome: Outcome, permit: Permit): Event => {
  switch (outcome._tag) {
    case 'Success':
      return succeeded(permit, outcome.slow)
    case 'Failure':
      return outcome.slow || outcome.retryAfterSeconds > 0 ? failed(permit, detailsOf(outcome)) : failed(permit)
    case 'Neutral':
      return released(permit)
  }
}

const detailsOf = ({ slow, retryAfterSeconds }: Failure) => ({
  ...(slow ? { slow } : {}),
  ...(retryAfterSeconds > 0 ? { retryAfterSeconds } : {})
})

// Ids of probes: a random part, since other sessions may share the store, and a count.
const firstProbe = () => `${Math.random().toString(36).slice(2)}#1`
const probeAfter = (id: string) => {
  const [session, count] = id.split('#')
  return `${session}#${Number(count) + 1}`
}

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
  private readonly setup: Setup
  private readonly store: Store
  private closedPass = FIRST
  private nextProbe = ''
  /** The state that `closedPass` is of, where a success leaves it as it is: while it lasts, a healthy call asks no more. */
  private healthy: State = NO_STATE

  /** Throws `InvalidSettings` when a setting is wrong. */
  constructor(settings: BreakerSettings) {
    this.setup = Setup.of(settings)
    this.store = this.setup.store ?? inMemory(this.setup.config)
  }

  /** The same from input of unknown shape. */
  static fromUnknown(settings: unknown): Either<InvalidSettings, Session> {
    return attempt(() => new Session(settings as BreakerSettings))
  }

  /**
   * Asks whether a call may pass now. End every permit: a probe that is never ended keeps its room, until
   * `probeTimeoutSeconds` if that is set; with room for one only, the circuit stays HALF_OPEN so long.
   */
  get acquire(): IO<Either<CircuitOpenError, Acquired>> {
    return () => {
      const admission = this.admit()
      if (admission._tag === 'Left') return admission
      const startedAtSeconds = this.start()
      let ended = false
      const end = (outcome: Outcome) => () => {
        if (ended) return
        ended = true
        this.settle(admission.right, outcome, startedAtSeconds)
      }
      return { _tag: 'Right', right: { succeed: end(success), fail: end(failure), release: end(neutral) } }
    }
  }

  /** The state as of now. Reading never changes anything. */
  get state(): IO<CircuitState> {
    return () => circuitState(at(this.setup.config)(this.store.getState(), this.setup.clock()))
  }

  /**
   * Asks whether a call may pass now. The permit comes back, by `returned` or `threw`, once the call has ended.
   *
   * @internal
   */
  admit(): Either<CircuitOpenError, Permit> {
    if (this.store.getState() === this.healthy) return this.closedPass
    const { outbox } = this.setup
    return outbox === undefined ? this.ask() : this.askObserved(outbox)
  }

  private askObserved(outbox: Outbox): Either<CircuitOpenError, Permit> {
    const { config, clock } = this.setup
    return outbox.during(() => {
      const notice = { breaker: config.name, atSeconds: clock() }
      const admission = this.ask(notice.atSeconds)
      if (admission._tag === 'Right') outbox.add({ _tag: 'CallAdmitted', ...notice })
      else {
        outbox.addByTime(config.name, transitionsByTime(config)(this.store.getState(), notice.atSeconds))
        outbox.add({ _tag: 'CallRejected', ...notice, rejection: rejectionOf(admission.left) })
      }
      return admission
    })
  }

  /**
   * When a call starts. The clock is not read where nobody wants to know how long the call takes.
   *
   * @internal
   */
  start(): number {
    return this.isTimed ? this.setup.clock() : 0
  }

  /** @internal */
  get isTimed(): boolean {
    return this.setup.classify !== undefined || this.setup.outbox !== undefined
  }

  /**
   * The call with this permit returned a result.
   *
   * @internal
   */
  returned(permit: Permit, result: Either<unknown, unknown>, startedAtSeconds: number): void {
    const { classify } = this.setup
    const outcome = classify ? this.judge(classify, result, startedAtSeconds) : standard(result, 0)
    if (outcome === success && this.store.getState() === this.healthy) return
    this.settle(permit, outcome, startedAtSeconds)
  }

  /**
   * The call with this permit threw, or its promise was rejected.
   *
   * @internal
   */
  threw(permit: Permit, left: unknown, startedAtSeconds: number): void {
    const { classify } = this.setup
    const outcome = classify ? this.judge(classify, { _tag: 'Left', left }, startedAtSeconds) : ofThrown(left)
    this.settle(permit, outcome, startedAtSeconds)
  }

  private settle(permit: Permit, outcome: Outcome, startedAtSeconds: number): void {
    const { config, clock, outbox } = this.setup
    if (outbox === undefined) return this.count(permit, outcome)
    outbox.during(() => {
      const now = clock()
      outbox.add({
        _tag: 'CallEnded',
        breaker: config.name,
        atSeconds: now,
        outcome,
        elapsedSeconds: Math.max(0, now - startedAtSeconds)
      })
      this.count(permit, outcome, now)
    })
  }

  private count(permit: Permit, outcome: Outcome, now?: number): void {
    const isFast = outcome._tag === 'Success' && !outcome.slow
    if (isFast && isHealthy(this.setup.config, this.store.getState())) return // nothing to count, so no clock read either
    this.dispatch(this.eventOf(outcome, permit), now)
  }

  private eventOf(outcome: Outcome, permit: Permit): Event {
    const pass = this.closedPass
    if (permit === pass.right && outcome === success) return pass.succeeded
    if (permit === pass.right && outcome === failure) return pass.failed
    return eventOf(outcome, permit)
  }

  private judge(classify: Classifier, result: Either<unknown, unknown>, startedAtSeconds: number): Outcome {
    try {
      const given = classify(result, Math.max(0, this.setup.clock() - startedAtSeconds))
      if (given === success || given === failure || given === neutral) return given
      silence(given)
      const read = outcomeRule(given, '')
      if (read._tag === 'Right') return read.right
      throw new TypeError(
        `classify returned no outcome of breaker-ts/Outcome: ${read.left.map(showProblem).join('; ')}`
      )
    } catch (error) {
      report(
        this.setup.config.name,
        'a call counts as failed, because an error was thrown while it was classified',
        error
      )
      return failure
    }
  }

  /**
   * Dispatches an event. What is thrown on the way, by a listener of a Redux store for example, is reported: the result
   * of a call never depends on it.
   *
   * @internal
   */
  dispatch(event: Event, now?: number): void {
    const { config, clock, outbox } = this.setup
    try {
      if (outbox === undefined) this.store.dispatch(event, now ?? clock())
      else this.dispatchObserved(outbox, event, now ?? clock())
    } catch (error) {
      report(config.name, `an error was thrown while ${event._tag} was dispatched`, error)
    }
  }

  // The notices are made of the state before and the event, so they are right even where a listener of the store has
  // called the breaker again before `dispatch` returns.
  private dispatchObserved(outbox: Outbox, event: Event, now: number): void {
    const { config } = this.setup
    const { store } = this
    const before = store.getState()
    outbox.during(() =>
      outbox.addOf(
        config.name,
        transitions(config)(before, event, now),
        () => store.getState() !== before,
        () => store.dispatch(event, now)
      )
    )
  }

  private ask(given?: number): Either<CircuitOpenError, Permit> {
    const { config, clock } = this.setup
    const { store } = this
    const state = store.getState()
    // A closed circuit, or a disabled one, admits whatever the time: no clock read, and one permit a generation.
    if (state._tag === 'Closed' || state._tag === 'Disabled') return this.closedPassOf(state)

    if (this.nextProbe === '') this.nextProbe = firstProbe()
    const probe = this.nextProbe
    const now = given ?? clock()
    const decision = decide(config, state, now, probe)
    if (decision._tag === 'Left') return this.reject(decision.left)
    this.nextProbe = probeAfter(probe)
    this.dispatch(admitted(probe), now)
    // Only a probe that got in may run. Others may have written to the store, its listeners for example.
    const after = store.getState()
    if (isLive(after, decision.right)) return decision
    const again = decide(config, after, now, probe)
    if (again._tag === 'Left') return this.reject(again.left)
    return again.right.probe === null ? again : this.reject({ reason: 'half_open', retryAfterSeconds: 0 })
  }

  private closedPassOf(state: State): Right<Permit> {
    if (this.closedPass.right.generation !== state.generation) this.closedPass = passOf(state.generation)
    this.healthy = !this.isTimed && isHealthy(this.setup.config, state) ? state : NO_STATE
    return this.closedPass
  }

  private reject({ reason, retryAfterSeconds }: Rejection): Left<CircuitOpenError> {
    return { _tag: 'Left', left: new CircuitOpenError(this.setup.config.name, reason, retryAfterSeconds) }
  }
}

// A classifier is synchronous. The promise of one that is not is no outcome, and nobody else looks at it.
const silence = (given: unknown): void => {
  if (given instanceof Promise) given.catch(() => undefined)
}

const rejectionOf = ({ reason, retryAfterSeconds }: CircuitOpenError): Rejection =>
  retryAfterSeconds === undefined ? { reason } : { reason, retryAfterSeconds }

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

/**
 * `fn(...args)`. Most calls are of functions without arguments, and spreading none costs more than all else that a breaker
 * does for a healthy call.
 *
 * @internal
 */
export const apply = <Args extends ReadonlyArray<unknown>, A>(fn: (...args: Args) => A, args: Args): A =>
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-assertion -- tsc asks for arguments without it
  args.length === 0 ? (fn as unknown as () => A)() : fn(...args)

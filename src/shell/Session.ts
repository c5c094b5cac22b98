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
import { complete, copyOf, from, invalid, isConfig, problems, rules } from '../core/Config'
import type { Counts } from '../core/Counts'
import { empty } from '../core/Counts'
import type { Event, Permit } from '../core/Event'
import { admitted, callPermit, failed, probePermit, released, succeeded } from '../core/Event'
import { doubtAbout } from '../core/Hints'
import { attempt, isFunction, problem, showGiven, showProblem } from '../core/InvalidSettings'
import { bounded } from '../core/Recovery'
import type { Rejection } from '../core/Reducer'
import { at, decide, isHealthy, isLive, isWaiting, retryAfter, step } from '../core/Reducer'
import type { Snapshot } from '../core/Saved'
import { snapshot } from '../core/Saved'
import type { CircuitState, State } from '../core/State'
import { circuitState, isolated, isState } from '../core/State'
import { CircuitOpenError } from './CircuitOpenError'
import type { Classifier } from './Classifier'
import { standard } from './Classifier'
import type { Clock } from './Clock'
import { monotonic, wall } from './Clock'
import type { CallEnded, Observer, Transition } from './Notice'
import { transitions, transitionsByTime } from './Notice'
import { Outbox } from './Outbox'
import type { Outcome } from './Outcome'
import { failure, neutral, problemWith, success } from './Outcome'
import { Reporter, silence } from './Reporter'
import type { Store } from './Store'
import { inMemory, reconfigure } from './Store'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The settings of a breaker: those of its machine, and what it runs on.
 *
 * @category model
 * @since 0.1.0
 */
export interface BreakerSettings<E = unknown, A = unknown> extends Settings {
  /** Where the time is read, in seconds. Default `monotonic` of `breaker-ts/Clock`. */
  readonly clock?: Clock | undefined
  /**
   * Where the state lives. Default: in memory, for this breaker alone. The reducer of a given store decides when the
   * circuit opens and closes, so give it the same settings as the breaker.
   */
  readonly store?: Store | undefined
  /**
   * The state to start from, instead of CLOSED: `from(saved)` of `breaker-ts/Snapshot`, which reads what `snapshot()` of an
   * earlier breaker has returned. Not together with `store`.
   */
  readonly restore?: Restore | undefined
  /** What counts as success, failure or neither. Default `standard` of `breaker-ts/Classifier`. */
  readonly classify?: Classifier<E, A> | undefined
  /** Gets every transition and every call; a list of observers does. Default: none. */
  readonly observer?: Observer | ReadonlyArray<Observer> | undefined
  /**
   * Gets reports of mistakes that would leave the service unprotected, or that user code has thrown: each kind once, then
   * the 10th, the 100th and so on. Default: `console.error`.
   */
  readonly report?: ((message: string, cause: unknown) => void) | undefined
}

/**
 * Reads a saved state at a time of the breaker's clock. A `Left` is reported, and the circuit starts CLOSED.
 *
 * @category model
 * @since 0.1.0
 */
export type Restore = (now: number) => Either<{ readonly message: string }, State>

/**
 * Reads the saved states of a `Registry` at a time of its clock: those of each key, and what is wrong with the rest.
 *
 * @category model
 * @since 0.1.0
 */
export type RestoreAll = (now: number) => {
  readonly states: ReadonlyArray<readonly [key: string, state: State]>
  readonly problems: ReadonlyArray<string>
}

/**
 * What a breaker says of itself as of now.
 *
 * @category model
 * @since 0.1.0
 */
export interface Current {
  readonly name: string
  /** The state as it stands, as of now: plain data. */
  readonly state: State
  /** What `state()` of the shells returns: an isolated circuit reads OPEN, and a disabled breaker CLOSED. */
  readonly circuitState: CircuitState
  readonly isIsolated: boolean
  readonly isDisabled: boolean
  /** What the window has counted; nothing, unless CLOSED. */
  readonly counts: Counts
  /** Seconds until a call may pass: 0 if it may now, `undefined` if that is not known. */
  readonly retryAfterSeconds: number | undefined
}

/**
 * A call that may pass. Run one of these when it has ended; only the first has an effect.
 *
 * @category model
 * @since 0.1.0
 */
export interface Acquired {
  readonly succeed: IO<void>
  readonly fail: IO<void>
  /** Gives the permit back without counting, for example after a cancellation. */
  readonly release: IO<void>
  /** Ends it with any outcome: a slow one, or a failure that asks for time. An observer gets the error, if you give one. */
  readonly end: (outcome: Outcome, error?: unknown) => void
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
  readonly reporter: Reporter | undefined
  readonly store: Store
}

/**
 * What a store that others write to as well does for a session: `breaker-ts/Shared` has one.
 *
 * @internal
 */
export interface Fleet {
  /** What `dispatch` makes of an event, where that is not what `reduce` of the settings does. */
  reduce(state: State, event: Event, now: number): State
  /** Gives the session its `confirmed`, and tells its observers what happens elsewhere. */
  connect(session: Session): void
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
    rule: 'a function that returns seconds as a finite number (fromMilliseconds of breaker-ts/Clock takes milliseconds)',
    holds: (given: unknown) => {
      const time = (given as Clock)()
      return Number.isFinite(time) && time < MILLISECONDS
    },
    show: (given: unknown) => {
      const time = attempt(given as Clock)
      return isFunction(given) ? `a function that returns ${showGiven(time)}` : showGiven(given)
    }
  },
  classify: { rule: 'a function from the result of a call to its outcome', holds: isFunction },
  observer: {
    rule: 'a function from a notice to an IO, or a list of them',
    holds: (given: unknown) => isFunction(given) || (Array.isArray(given) && given.every(isFunction))
  },
  report: { rule: 'a function of a message and a cause', holds: isFunction }
}

// Seconds since 1970 reach this in the year 5138, milliseconds did in 1973.
const MILLISECONDS = 1e11

const breakerRules = {
  ...sharedRules,
  restore: { rule: 'from(saved) of breaker-ts/Snapshot', holds: isFunction },
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
  checkClassifier(given, given.classify)
  if (given.store !== undefined && given.restore !== undefined)
    throw invalid(given, [problem('restore', given.restore, 'nothing where store is given')])
  const config = made ?? complete(given)
  const { clock = monotonic, classify, observer, report, restore, store } = given
  const doubt = doubtAbout(config)
  const reporter = (report ?? observer ?? restore ?? doubt) ? new Reporter(report) : undefined
  if (doubt !== undefined) reporter?.report(config.name, doubt, undefined)
  const told = (what: string) => (error: unknown) => reporter?.report(config.name, what, error)
  return {
    config,
    clock,
    classify,
    outbox: observer && new Outbox([observer].flat(), told('an error was thrown by the observer')),
    reporter,
    // A registry restores the states of its keys itself.
    store:
      store ??
      inMemory(config, rules === breakerRules ? restored(config, restore, clock, told(NOT_RESTORED)) : undefined)
  }
}

const checkClassifier = (settings: Settings | Config, classify: Classifier | undefined): void => {
  if (settings.trip?.needsSlowCalls === true && classify === undefined)
    throw invalid(settings, [
      problem('classify', undefined, 'a classifier that says which calls are slow, for SlowCallRate')
    ])
}

const NOT_RESTORED = 'the saved state cannot be restored, so the circuit starts CLOSED'

const restored = (
  config: Config,
  restore: Restore | undefined,
  clock: Clock,
  report: (cause: unknown) => void
): State | undefined => {
  if (restore === undefined) return undefined
  try {
    const read = restore(clock())
    if (read._tag === 'Right' && isState(read.right)) return bounded(config, read.right)
    report(read._tag === 'Left' ? read.left.message : new TypeError(`given ${showGiven(read)}, expected an Either`))
  } catch (error) {
    report(error)
  }
  return undefined
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
 * import { either as E } from 'fp-ts'
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
  /** @internal */
  readonly clock: Clock
  /** @internal */
  readonly classify: Classifier | undefined
  /** @internal */
  readonly outbox: Outbox | undefined
  /**
   * Runs a call again when the fleet has decided about its admission; `undefined` where nobody else decides.
   *
   * @internal
   */
  declare confirmed?: <R>(admission: Admission, again: () => Promise<R>) => Promise<R> | undefined
  private readonly store: Store & Partial<Fleet>
  private config: Config
  private reporter: Reporter | undefined
  private pass = FIRST
  /** The state that `pass` is of, where a success leaves it as it is: while it lasts, a healthy call asks no more. */
  private healthy: State = NO_STATE

  /** Throws `InvalidSettings` when a setting is wrong. */
  constructor(settings: BreakerSettings)
  /** @internal */
  constructor(settings: undefined, parts: Parts)
  constructor(settings: BreakerSettings | undefined, parts: Parts = partsOf(settings as BreakerSettings)) {
    this.clock = parts.clock
    this.classify = parts.classify
    this.outbox = parts.outbox
    this.store = parts.store
    this.config = parts.config
    this.reporter = parts.reporter
    this.store.connect?.(this)
  }

  /** The name of the breaker. */
  get name(): string {
    return this.config.name
  }

  /**
   * Asks whether a call may pass now. End every permit: a probe that is never ended keeps its room until
   * `probeTimeoutSeconds`; with room for one only, the circuit stays HALF_OPEN so long.
   */
  get acquire(): IO<Either<CircuitOpenError, Acquired>> {
    return () => {
      const admission = this.admit()
      if (admission._tag === 'Left') return admission
      let ended = false
      const end = (outcome: Outcome, error?: unknown): void => {
        if (ended) return
        ended = true
        this.settle(
          admission,
          this.checked(() => outcome, NO_OUTCOME),
          error
        )
      }
      const as = (outcome: Outcome) => () => end(outcome)
      return { _tag: 'Right', right: { succeed: as(success), fail: as(failure), release: as(neutral), end } }
    }
  }

  /** The state as of now. Reading never changes the state, but an observer is told what time has done. */
  get state(): IO<CircuitState> {
    return () => circuitState(this.look(this.clock()))
  }

  /** All that there is to know of the breaker as of now. */
  get current(): IO<Current> {
    return () => {
      const now = this.clock()
      const state = this.look(now)
      return {
        name: this.name,
        state,
        circuitState: circuitState(state),
        isIsolated: state._tag === 'Isolated',
        isDisabled: state._tag === 'Disabled',
        counts: state._tag === 'Closed' ? state.counts : empty,
        retryAfterSeconds: retryAfter(this.config, state, now)
      }
    }
  }

  /**
   * The state as JSON that `from` of `breaker-ts/Snapshot` reads, in another process too: with ages instead of times, and
   * without the probes in flight.
   */
  get snapshot(): IO<Snapshot> {
    return () => {
      const now = this.clock()
      return snapshot(this.look(now), now, wall())
    }
  }

  /**
   * Changes the settings of the machine, and keeps the name and the state: counts of another window start again, and an open
   * circuit waits as long as it was to. Throws `InvalidSettings` when a setting is wrong, and where the store is not the
   * breaker's own: a store of yours, or a registry, has settings of its own.
   */
  get configure(): (settings: Omit<Settings, 'name'>) => void {
    return (settings) => {
      const given = copyOf(settings) as Settings
      if (given === settings) from(given) // no object, and refused as such
      if ('name' in given && given.name !== this.name)
        throw invalid(this.config, [problem('name', given.name, 'the same name, or none')])
      const config = from({ ...given, name: this.name })
      checkClassifier(config, this.classify)
      if (!reconfigure(this.store, config))
        throw invalid(config, [problem('store', this.store, 'none: a store that was given has settings of its own')])
      this.config = config
      const doubt = doubtAbout(config)
      if (doubt !== undefined) this.report(doubt, undefined)
    }
  }

  /**
   * The same session with another classifier.
   *
   * @internal
   */
  with(classify: Classifier): Session {
    this.reporter ??= new Reporter() // one count of mistakes for both
    // What is changed later, its settings, is changed here and seen by both.
    const view = Object.create(this, { configure: { get: () => this.configure } }) as Session
    return Object.assign(view, { classify, pass: FIRST, healthy: NO_STATE })
  }

  /**
   * Asks whether a call may pass now. The admission comes back, by one of the methods below, once the call has ended. A fleet
   * makes those wait that can.
   *
   * @internal
   */
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- the hook of a fleet uses it
  admit(_canWait?: boolean): Left<CircuitOpenError> | Admission {
    const { clock, outbox, store } = this
    if (outbox === undefined && this.classify === undefined)
      return store.getState() === this.healthy ? this.pass : this.ask()
    const now = clock()
    const admission = store.getState() === this.healthy ? this.pass : this.ask(now)
    if (outbox !== undefined) this.tellAdmission(outbox, admission, now)
    return admission._tag === 'Left' ? admission : { _tag: 'Right', right: admission.right, startedAtSeconds: now }
  }

  /**
   * The call has returned a value.
   *
   * @internal
   */
  returned(admission: Admission, value: unknown): void {
    if (this.classify !== undefined) this.judged(this.classify, admission, { _tag: 'Right', right: value })
    else this.succeeded(admission)
  }

  /**
   * The call has thrown, or its promise was rejected.
   *
   * @internal
   */
  threw(admission: Admission, reason: unknown): void {
    this.judged(this.classify ?? standard, admission, { _tag: 'Left', left: reason })
  }

  /**
   * The call has returned an `Either`, or should have: returns false, and does nothing, where it has not.
   *
   * @internal
   */
  ended(admission: Admission, result: Either<unknown, unknown>): boolean {
    const tag = tagOf(result)
    if (tag === 'Right' && this.classify === undefined) this.succeeded(admission)
    else if (tag === 'Right' || tag === 'Left') this.judged(this.classify ?? standard, admission, result)
    else return false
    return true
  }

  /**
   * The call has returned no `Either`. Nobody has said that this is a failure.
   *
   * @internal
   */
  misled(admission: Admission, result: unknown, remedy: string): void {
    this.report(remedy, new TypeError(`given ${showGiven(result)}, expected an Either`))
    this.returned(admission, result)
  }

  /**
   * The call has ended with what says nothing of it: its permit is given back.
   *
   * @internal
   */
  dropped(admission: Admission, remedy: string): void {
    this.report(remedy, undefined)
    this.settle(admission, neutral)
  }

  /**
   * Reports a mistake, unless it has been reported before.
   *
   * @internal
   */
  report(what: string, cause: unknown): void {
    this.reporter ??= new Reporter()
    this.reporter.report(this.name, what, cause)
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
      const before = this.held()
      const { generation } = before
      if (outbox === undefined) store.dispatch(event, now)
      // Made of the state before and the event, transitions are right even where a listener of the store calls the breaker
      // again before `dispatch` returns.
      else
        outbox.dispatch(store, event, now, because(transitions(config, store.reduce)(before, event, now), ended), ended)
      // The same state is right only where the event changes nothing. A state that was changed in place has lost what it
      // was before, but not what it should be.
      const after = this.held()
      if (
        after === before &&
        !('mayForget' in store) &&
        (after.generation !== generation || step(config, before, event, now) !== before)
      )
        this.report(STUCK, undefined)
    } catch (error) {
      this.report(`an error was thrown while ${event._tag} was dispatched`, error)
    }
  }

  // A store that has lost its state must not look like a healthy service, nor may it throw.
  private held(): State {
    const state: unknown = this.store.getState()
    if (typeof state === 'object' && state !== null) return state as State
    this.report(LOST, new TypeError(`getState() returned ${showGiven(state)}`))
    return NOTHING_HELD
  }

  private look(now: number): State {
    const { config, outbox } = this
    const state = this.held()
    if (outbox !== undefined) outbox.addByTime(state, transitionsByTime(config)(state, now))
    return at(config)(state, now)
  }

  /** @internal */
  tellAdmission(outbox: Outbox, admission: Left<CircuitOpenError> | Admission, atSeconds: number): void {
    const breaker = this.name
    if (admission._tag === 'Right') return outbox.add({ _tag: 'CallAdmitted', breaker, atSeconds })
    this.look(atSeconds)
    outbox.add({ _tag: 'CallRejected', breaker, atSeconds, rejection: rejectionOf(admission.left) })
  }

  private succeeded(admission: Admission): void {
    if (this.outbox === undefined && this.store.getState() === this.healthy) return
    this.settle(admission, success)
  }

  /**
   * The call has ended with this outcome.
   *
   * @internal
   */
  settle({ right, startedAtSeconds }: Admission, outcome: Outcome, error?: unknown): void {
    const { config, outbox } = this
    const isFast = outcome._tag === 'Success' && !outcome.slow
    const isNothing = isFast && isHealthy(config, this.held()) // to count, so no clock to read either
    if (outbox === undefined) return isNothing ? undefined : this.dispatch(this.eventOf(outcome, right))
    const now = this.clock()
    const elapsedSeconds = Math.max(0, now - startedAtSeconds)
    const ended = { _tag: 'CallEnded', breaker: config.name, atSeconds: now, outcome, elapsedSeconds } as const
    if (isNothing) outbox.add(ended)
    else
      this.dispatch(this.eventOf(outcome, right), now, withError(ended, outcome._tag === 'Failure' ? error : undefined))
  }

  private eventOf(outcome: Outcome, permit: Permit): Event {
    const { pass } = this
    if (permit === pass.right && outcome === success) return pass.succeeded
    if (permit === pass.right && outcome === failure) return pass.failed
    return eventOf(outcome, permit)
  }

  private judged(classify: Classifier, admission: Admission, result: Either<unknown, unknown>): void {
    const { startedAtSeconds } = admission
    const outcome =
      classify === standard
        ? standard(result, 0)
        : this.checked(() => classify(result, Math.max(0, this.clock() - startedAtSeconds)), NOT_CLASSIFIED)
    this.settle(admission, outcome, heldIn(result))
  }

  private checked(outcomeOf: () => Outcome, what: string): Outcome {
    try {
      const given = outcomeOf()
      if (given === success || given === failure || given === neutral) return given
      const outcome = copyOf(given) as Outcome
      const wrong = problemWith(outcome)
      if (wrong === undefined) return outcome
      silence(given)
      throw new TypeError(`no outcome of breaker-ts/Outcome: ${showProblem(wrong)}`)
    } catch (error) {
      this.report(what, error)
      return failure
    }
  }

  private ask(given?: number): Left<CircuitOpenError> | Admission {
    const { config, clock } = this
    const state = this.held()
    // A closed circuit, or a disabled one, admits whatever the time: no clock read, and one permit a generation.
    if (state._tag === 'Closed' || state._tag === 'Disabled') return this.passOf(state)
    const now = given ?? clock()
    // `decide` says the same, but makes an Either for each of the many rejections of an open circuit.
    if (state._tag === 'Open' && isWaiting(state, now)) return this.reject('open', state.retryAtSeconds - now)
    const decision = decide(config, state, now, NO_PROBE)
    return decision._tag === 'Left'
      ? this.reject(decision.left.reason, decision.left.retryAfterSeconds)
      : this.probe(decision.right.generation, now)
  }

  // Only a probe that got in may run. Others may have written to the store, its listeners for example.
  private probe(generation: number, now: number): Left<CircuitOpenError> | Admission {
    const { config } = this
    const probe = newProbe()
    const permit = probePermit(generation, probe)
    this.dispatch(admitted(probe), now)
    const after = this.held()
    if (isLive(after, permit)) return { _tag: 'Right', right: permit, startedAtSeconds: now }
    const again = decide(config, after, now, probe)
    if (again._tag === 'Left') return this.reject(again.left.reason, again.left.retryAfterSeconds)
    return again.right.probe === null
      ? { _tag: 'Right', right: again.right, startedAtSeconds: now }
      : this.reject('half_open')
  }

  private passOf(state: State): Pass {
    if (this.pass.right.generation !== state.generation) this.pass = passOf(state.generation)
    this.healthy = isHealthy(this.config, state) ? state : NO_STATE
    return this.pass
  }

  private reject(reason: Rejection['reason'], retryAfterSeconds?: number): Left<CircuitOpenError> {
    return { _tag: 'Left', left: new CircuitOpenError(this.name, reason, retryAfterSeconds) }
  }
}

const STUCK =
  'the store changed nothing, or changed a state in place, so the service is not protected: dispatch has to put the state ' +
  'that reduce returns in the place of the one before'
const LOST = 'the store has lost its state, so calls are rejected: getState() has to return a state of a breaker'
const NOT_CLASSIFIED = 'a call counts as failed, because an error was thrown while it was classified'
const NO_OUTCOME = 'a call counts as failed, because it was ended with what is no outcome'

const NOTHING_HELD = isolated(-1)

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

// The notices of a call hold its error. Events and states never do, as they are kept, and are plain data.
const withError = <N extends object>(notice: N, error: unknown): N & { readonly error?: unknown } =>
  error === undefined ? notice : { ...notice, error }

// Only the last of them can be of a failed call: where time has done something, its permit is stale.
const because = (transitions: ReadonlyArray<Transition>, ended: CallEnded | undefined): ReadonlyArray<Transition> =>
  transitions.map((told) => withError(told, ended?.error))

// A property of a result that may be anything: a getter may throw.
const heldIn = (result: Either<unknown, unknown>): unknown => {
  try {
    return result._tag === 'Left' ? result.left : result.right
  } catch {
    return undefined
  }
}

/** @internal */
export const tagOf = (u: unknown): unknown => {
  try {
    return (u as { readonly _tag?: unknown } | null | undefined)?._tag
  } catch {
    return undefined
  }
}

/** @internal */
export const isThenable = (u: unknown): boolean => {
  if ((typeof u !== 'object' || u === null) && typeof u !== 'function') return false
  try {
    return typeof (u as { readonly then?: unknown }).then === 'function'
  } catch {
    return false
  }
}

const rejectionOf = ({ reason, retryAfterSeconds }: CircuitOpenError): Rejection =>
  retryAfterSeconds === undefined ? { reason } : { reason, retryAfterSeconds }

/**
 * What to throw where a promise, or nothing, was given instead of a function. Such a call says nothing of the service.
 *
 * @internal
 */
export const notCallable = (breaker: string, given: unknown): TypeError =>
  new TypeError(
    `Circuit breaker '${breaker}': given ${showGiven(given)}, expected a function: pass it, and not its result`
  )

/**
 * `fn(...args)`. Most calls are of functions without arguments, and spreading none costs more than all else that a breaker
 * does for a healthy call.
 *
 * @internal
 */
export const apply = <Args extends ReadonlyArray<unknown>, A>(fn: (...args: Args) => A, args: Args): A =>
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-assertion -- tsc asks for arguments without it
  args.length === 0 ? (fn as unknown as () => A)() : fn(...args)

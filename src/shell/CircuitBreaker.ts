/**
 * The synchronous shell: protects functions and `IOEither`s.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/Either'
import type { IO } from 'fp-ts/IO'

import type { Settings } from '../core/Config'
import {
  breakerDisabled,
  breakerEnabled,
  failureRecorded,
  isolationEnded,
  isolationStarted,
  reset,
  successRecorded
} from '../core/Event'
import type { Snapshot } from '../core/Saved'
import { CircuitState } from '../core/State'
import type { CircuitOpenError } from './CircuitOpenError'
import type { Classifier } from './Classifier'
import type { BreakerSettings, Current } from './Session'
import { apply, isThenable, notCallable, Session, tagOf } from './Session'

/**
 * A circuit breaker for synchronous operations. Every method can be passed around without its breaker.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import { either as E, function as F } from 'fp-ts'
 *
 * const breaker = new CircuitBreaker({ name: 'config-file', failureThreshold: 1 })
 * const read = (key: string): E.Either<Error, number> => E.left(new Error(`cannot read ${key}`))
 * const port = () =>
 *   F.pipe(
 *     breaker.callEither(read, 'port'),
 *     E.mapLeft((error) => error.message)
 *   )
 *
 * assert.deepStrictEqual(port(), E.left('cannot read port'))
 * assert.deepStrictEqual(port(), E.left("Circuit breaker 'config-file' is OPEN"))
 *
 * @category model
 * @since 0.1.0
 */
export class CircuitBreaker<E = unknown, A = unknown> {
  /** The two-step permit on the same state, for calls that cannot be wrapped in a function. */
  readonly session: Session

  /** Takes settings, or a `Config` that many breakers share. Throws `InvalidSettings` when a setting is wrong. */
  constructor(settings: BreakerSettings<E, A>)
  /** @internal */
  constructor(session: Session)
  constructor(given: BreakerSettings<E, A> | Session) {
    this.session = given instanceof Session ? given : new Session(given as BreakerSettings)
  }

  /** The name of the breaker. */
  get name(): string {
    return this.session.name
  }

  /**
   * Runs `fn(...args)` when permitted. Returning is a success, whatever is returned, unless `classify` says otherwise: use
   * `callEither` where a `Left` is a failure, and `AsyncCircuitBreaker` for promises. An exception is a failure; it is
   * rethrown unchanged.
   */
  readonly call = <Args extends ReadonlyArray<unknown>, A1 extends A>(
    fn: (...args: Args) => A1 & Synchronous<A1>,
    ...args: Args
  ): Either<CircuitOpenError, A1> => {
    if (typeof fn !== 'function') throw notCallable(this.name, fn)
    const admission = this.session.admit()
    if (admission._tag === 'Left') return admission
    let right: A1
    try {
      right = apply<Args, A1>(fn, args)
    } catch (thrown) {
      this.session.threw(admission, thrown)
      throw thrown
    }
    if (isThenable(right)) this.session.dropped(admission, A_PROMISE)
    else {
      if (tagOf(right) === 'Left') this.session.report(A_LEFT, undefined)
      this.session.returned(admission, right)
    }
    return { _tag: 'Right', right }
  }

  /**
   * Runs `fn(...args)` when permitted. A `Right` is a success and a `Left` a failure, unless `classify` says otherwise;
   * both come back as they are. An exception is a failure; it is rethrown unchanged. An `IOEither` is a `fn` without
   * arguments.
   */
  readonly callEither = <Args extends ReadonlyArray<unknown>, E1 extends E, A1 extends A>(
    fn: (...args: Args) => Either<E1, A1>,
    ...args: Args
  ): Either<CircuitOpenError | E1, A1> => {
    if (typeof fn !== 'function') throw notCallable(this.name, fn)
    const admission = this.session.admit()
    if (admission._tag === 'Left') return admission
    let result: Either<E1, A1>
    try {
      result = apply(fn, args)
    } catch (thrown) {
      this.session.threw(admission, thrown)
      throw thrown
    }
    if (this.session.ended(admission, result)) return result
    if (isThenable(result)) this.session.dropped(admission, A_PROMISE)
    else this.session.misled(admission, result, NO_EITHER)
    return result
  }

  /** This breaker with another classifier: the same state and settings. The same classifier gives the same object. */
  get withClassifier(): <E2, A2>(classify: Classifier<E2, A2>) => CircuitBreaker<E2, A2> {
    return (classify) => {
      const views = VIEWS.get(this) ?? new WeakMap<object, CircuitBreaker>()
      VIEWS.set(this, views)
      const view = views.get(classify) ?? new CircuitBreaker(this.session.with(classify as Classifier))
      views.set(classify, view)
      return view
    }
  }

  /** Counts a success observed elsewhere; closes the circuit if HALF_OPEN. */
  get recordSuccess(): IO<void> {
    return () => this.session.dispatch(successRecorded)
  }

  /** Counts a failure observed elsewhere; reopens the circuit if HALF_OPEN, restarts the recovery timeout if OPEN. */
  get recordFailure(): IO<void> {
    return () => this.session.dispatch(failureRecorded)
  }

  /** The state as of now: an OPEN circuit whose recovery timeout has elapsed reads HALF_OPEN. */
  get state(): IO<CircuitState> {
    return () => this.session.state()
  }

  /** Whether the state as of now is OPEN. */
  get isOpen(): IO<boolean> {
    return () => this.session.state() === CircuitState.OPEN
  }

  /** Back to CLOSED; everything is forgotten, calls in flight included. */
  get reset(): IO<void> {
    return () => this.session.dispatch(reset)
  }

  /** Holds the circuit open until `release` or `reset`: it reads OPEN, and rejects with the reason `isolated`. */
  get isolate(): IO<void> {
    return () => this.session.dispatch(isolationStarted)
  }

  /** Ends the isolation: back to CLOSED. Nothing happens to a circuit that is not isolated. */
  get release(): IO<void> {
    return () => this.session.dispatch(isolationEnded)
  }

  /** Switches the breaker off until `enable` or `reset`: every call passes, and nothing is counted. */
  get disable(): IO<void> {
    return () => this.session.dispatch(breakerDisabled)
  }

  /** Switches the breaker on again: back to CLOSED. Nothing happens to a breaker that is not disabled. */
  get enable(): IO<void> {
    return () => this.session.dispatch(breakerEnabled)
  }

  /** All that there is to know of the breaker as of now. */
  get current(): IO<Current> {
    return this.session.current
  }

  /** The state as JSON, which the setting `restore` takes by `from` of `breaker-ts/Snapshot`. */
  get snapshot(): IO<Snapshot> {
    return this.session.snapshot
  }

  /**
   * Changes the settings of the machine at run time, also for all who hold this breaker, and keeps the name and the state: counts
   * of another window start again, and an open circuit waits as long as it was to. Throws `InvalidSettings` when a setting is
   * wrong, and where the store is not the breaker's own: a store of yours, or a registry, has settings of its own.
   */
  get configure(): (settings: Omit<Settings, 'name'>) => void {
    return this.session.configure
  }
}

const VIEWS = new WeakMap<object, WeakMap<object, CircuitBreaker>>()

/**
 * Nothing for what a synchronous breaker cannot see the end of.
 *
 * @category model
 * @since 0.1.0
 */
export type Synchronous<A> = A extends PromiseLike<unknown> ? never : unknown

const A_PROMISE =
  'a synchronous breaker was given an asynchronous function, and protects nothing: use AsyncCircuitBreaker'
const NO_EITHER =
  'callEither was given an operation whose result is no Either, which counts as a success: use call for functions that ' +
  'return a plain value'
const A_LEFT =
  'call was given an operation that returned a Left, which counts as a success: use callEither for functions that return ' +
  'an Either'

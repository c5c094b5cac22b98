/**
 * The asynchronous shell: protects functions that return a promise, and `TaskEither`s.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/Either'
import type { IO } from 'fp-ts/IO'
import type { Task } from 'fp-ts/Task'
import type { TaskEither } from 'fp-ts/TaskEither'

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
import { native } from './CircuitOpenError'
import type { Classifier } from './Classifier'
import type { Admission, BreakerSettings, Current } from './Session'
import { apply, notCallable, Session, tagOf } from './Session'

/**
 * A circuit breaker for asynchronous operations, with the semantics of `CircuitBreaker` and a separate state. Every
 * method can be passed around without its breaker.
 *
 * `E` and `A` are the errors and the values that its classifier can judge: any, unless the classifier says otherwise.
 *
 * @example
 * import { AsyncCircuitBreaker } from 'breaker-ts/AsyncCircuitBreaker'
 * import { either as E, function as F, taskEither as TE } from 'fp-ts'
 *
 * const breaker = new AsyncCircuitBreaker({ name: 'users', failureThreshold: 1 })
 * const fetchUser = (id: number): TE.TaskEither<Error, string> => TE.left(new Error(`user ${id}: 503`))
 * const user = F.pipe(
 *   fetchUser(1),
 *   breaker.call,
 *   TE.mapLeft((error) => error.message)
 * )
 *
 * const program = async () => {
 *   assert.deepStrictEqual(await user(), E.left('user 1: 503'))
 *   assert.deepStrictEqual(await user(), E.left("Circuit breaker 'users' is OPEN"))
 *   await assert.rejects(
 *     breaker.run(async () => 'a user'),
 *     { name: 'CircuitOpenError' }
 *   )
 * }
 * void program()
 *
 * @category model
 * @since 0.1.0
 */
export class AsyncCircuitBreaker<E = unknown, A = unknown> {
  /** The two-step permit on the same state, for calls that cannot be wrapped in a function. */
  readonly session: Session
  private reactions: Reactions | undefined = undefined
  private runs: Reactions | undefined = undefined

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
   * Runs `fn(...args)` when permitted, and rejects with a `CircuitOpenError` otherwise. A value is a success, and a rejected
   * promise (or an exception) a failure, unless `classify` says otherwise; both come back as they are.
   */
  readonly run = <Args extends ReadonlyArray<unknown>, A1 extends A>(
    fn: (...args: Args) => PromiseLike<A1>,
    ...args: Args
  ): Promise<A1> => {
    if (typeof fn !== 'function') return Promise.reject(notCallable(this.name, fn))
    const admission = this.session.admit(true)
    if (admission._tag === 'Left') return Promise.reject(native(admission.left))
    if (this.runs?.admission !== admission) {
      const later = this.session.confirmed?.(admission, () => this.run(fn, ...args))
      if (later !== undefined) return later
      this.runs = toValues(admission, this.session)
    }
    return start(fn, args, this.runs)
  }

  /** The same function, guarded: each call of it is a `run`. */
  get protect(): <Args extends ReadonlyArray<unknown>, A1 extends A>(
    fn: (...args: Args) => PromiseLike<A1>
  ) => (...args: Args) => Promise<A1> {
    return (fn) =>
      (...args) =>
        this.run(fn, ...args)
  }

  /**
   * Runs `fn(...args)` when permitted. A `Right` is a success and a `Left` a failure, unless `classify` says otherwise;
   * both come back as they are. A rejected promise (or an exception) is a failure, and rejects with the same reason. A
   * `TaskEither` is a `fn` without arguments.
   *
   * Lazy: nothing is asked or run until the returned `TaskEither` is, and each run asks again.
   */
  readonly call =
    <Args extends ReadonlyArray<unknown>, E1 extends E, A1 extends A>(
      fn: (...args: Args) => Promise<Either<E1, A1>>,
      ...args: Args
    ): TaskEither<CircuitOpenError | E1, A1> =>
    () => {
      if (typeof fn !== 'function') return Promise.reject(notCallable(this.name, fn))
      const admission = this.session.admit(true)
      if (admission._tag === 'Left') return Promise.resolve(admission)
      if (this.reactions?.admission !== admission) {
        const later = this.session.confirmed?.(admission, this.call(fn, ...args))
        if (later !== undefined) return later
        this.reactions = toEithers(admission, this.session)
      }
      return start(fn, args, this.reactions)
    }

  /** This breaker with another classifier: the same state and settings. The same classifier gives the same object. */
  get withClassifier(): <E2, A2>(classify: Classifier<E2, A2>) => AsyncCircuitBreaker<E2, A2> {
    return (classify) => {
      const views = VIEWS.get(this) ?? new WeakMap<object, AsyncCircuitBreaker>()
      VIEWS.set(this, views)
      const view = views.get(classify) ?? new AsyncCircuitBreaker(this.session.with(classify as Classifier))
      views.set(classify, view)
      return view
    }
  }

  /** Counts a success observed elsewhere; closes the circuit if HALF_OPEN. */
  get recordSuccess(): Task<void> {
    return async () => this.session.dispatch(successRecorded)
  }

  /** Counts a failure observed elsewhere; reopens the circuit if HALF_OPEN, restarts the recovery timeout if OPEN. */
  get recordFailure(): Task<void> {
    return async () => this.session.dispatch(failureRecorded)
  }

  /** The state as of now: an OPEN circuit whose recovery timeout has elapsed reads HALF_OPEN. */
  get state(): Task<CircuitState> {
    return async () => this.session.state()
  }

  /** Whether the state as of now is OPEN. */
  get isOpen(): Task<boolean> {
    return async () => this.session.state() === CircuitState.OPEN
  }

  /** Back to CLOSED; everything is forgotten, calls in flight included. */
  get reset(): Task<void> {
    return async () => this.session.dispatch(reset)
  }

  /** Holds the circuit open until `release` or `reset`: it reads OPEN, and rejects with the reason `isolated`. */
  get isolate(): Task<void> {
    return async () => this.session.dispatch(isolationStarted)
  }

  /** Ends the isolation: back to CLOSED. Nothing happens to a circuit that is not isolated. */
  get release(): Task<void> {
    return async () => this.session.dispatch(isolationEnded)
  }

  /** Switches the breaker off until `enable` or `reset`: every call passes, and nothing is counted. */
  get disable(): Task<void> {
    return async () => this.session.dispatch(breakerDisabled)
  }

  /** Switches the breaker on again: back to CLOSED. Nothing happens to a breaker that is not disabled. */
  get enable(): Task<void> {
    return async () => this.session.dispatch(breakerEnabled)
  }

  /** All that there is to know of the breaker as of now, without waiting. */
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

const VIEWS = new WeakMap<object, WeakMap<object, AsyncCircuitBreaker>>()

interface Reactions {
  readonly admission: Admission
  readonly fulfilled: <R>(result: R) => R
  readonly rejected: (reason: unknown) => never
}

// The calls that share an admission share its reactions too. A call that is timed has its own, so both are written out: to share
// `rejected` would take another context for each.
const toEithers = (admission: Admission, session: Session): Reactions => ({
  admission,
  fulfilled: (result) => {
    if (!session.ended(admission, result as Either<unknown, unknown>)) session.misled(admission, result, NO_EITHER)
    return result
  },
  rejected: (reason) => {
    session.threw(admission, reason)
    throw reason
  }
})

const toValues = (admission: Admission, session: Session): Reactions => ({
  admission,
  fulfilled: (value) => {
    if (tagOf(value) === 'Left') session.report(A_LEFT, undefined)
    session.returned(admission, value)
    return value
  },
  rejected: (reason) => {
    session.threw(admission, reason)
    throw reason
  }
})

const NO_EITHER =
  'call was given an operation whose result is no Either, which counts as a success: use run for functions that return a ' +
  'promise of a plain value'
const A_LEFT =
  'run was given an operation that returned a Left, which counts as a success: use call for functions that return an Either'

// A native promise passes through `resolve` as it is; any other thenable is started just once.
const start = <Args extends ReadonlyArray<unknown>, R>(
  fn: (...args: Args) => PromiseLike<R>,
  args: Args,
  { fulfilled, rejected }: Reactions
): Promise<R> => {
  try {
    return Promise.resolve(apply(fn, args)).then<R>(fulfilled, rejected)
  } catch (thrown) {
    return Promise.reject(thrown).catch(rejected)
  }
}

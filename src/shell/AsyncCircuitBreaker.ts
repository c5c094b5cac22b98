/**
 * The asynchronous shell: protects `TaskEither`s and functions that return a `Promise<Either>`.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/Either'
import type { Task } from 'fp-ts/Task'
import type { TaskEither } from 'fp-ts/TaskEither'

import {
  breakerDisabled,
  breakerEnabled,
  failureRecorded,
  isolationEnded,
  isolationStarted,
  reset,
  successRecorded
} from '../core/Event'
import { CircuitState } from '../core/State'
import type { CircuitOpenError } from './CircuitOpenError'
import type { Admission, BreakerSettings } from './Session'
import { apply, Session } from './Session'

/**
 * A circuit breaker for asynchronous operations, with the semantics of `CircuitBreaker` and a separate state. Every
 * method can be passed around without its breaker.
 *
 * @example
 * import { AsyncCircuitBreaker } from 'breaker-ts/AsyncCircuitBreaker'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * import * as TE from 'fp-ts/TaskEither'
 *
 * const breaker = new AsyncCircuitBreaker({ name: 'users', failureThreshold: 1 })
 * const fetchUser = (id: number): TE.TaskEither<Error, string> => TE.left(new Error(`user ${id}: 503`))
 * const user = pipe(
 *   fetchUser(1),
 *   breaker.call,
 *   TE.mapLeft((error) => error.message)
 * )
 *
 * const program = async () => {
 *   assert.deepStrictEqual(await user(), E.left('user 1: 503'))
 *   assert.deepStrictEqual(await user(), E.left("Circuit breaker 'users' is OPEN"))
 * }
 * void program()
 *
 * @category model
 * @since 0.1.0
 */
export class AsyncCircuitBreaker {
  /** The two-step permit on the same state, for calls that cannot be wrapped in a function. */
  readonly session: Session
  private reactions: Reactions | undefined = undefined

  /** Takes settings, or a `Config` that many breakers share. Throws `InvalidSettings` when a setting is wrong. */
  constructor(settings: BreakerSettings)
  /** @internal */
  constructor(session: Session)
  constructor(given: BreakerSettings | Session) {
    this.session = given instanceof Session ? given : new Session(given)
  }

  /**
   * Runs `fn(...args)` when permitted. A `Right` is a success and a `Left` a failure, unless `classify` says otherwise;
   * both come back as they are. A rejected promise (or an exception) is a failure, and rejects with the same reason. A
   * `TaskEither` is a `fn` without arguments.
   *
   * Lazy: nothing is asked or run until the returned `TaskEither` is, and each run asks again.
   */
  readonly call =
    <Args extends ReadonlyArray<unknown>, E, A>(
      fn: (...args: Args) => Promise<Either<E, A>>,
      ...args: Args
    ): TaskEither<CircuitOpenError | E, A> =>
    () => {
      const admission = this.session.admit()
      if (admission._tag === 'Left') return Promise.resolve(admission)
      return start(fn, args, this.reactionsTo(admission))
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

  // The calls that share an admission share its reactions too.
  private reactionsTo(admission: Admission): Reactions {
    if (this.reactions?.admission !== admission) this.reactions = reactions(this.session, admission)
    return this.reactions
  }
}

interface Reactions {
  readonly admission: Admission
  readonly fulfilled: <R extends Either<unknown, unknown>>(result: R) => R
  readonly rejected: (reason: unknown) => never
}

const reactions = (session: Session, admission: Admission): Reactions => ({
  admission,
  fulfilled: (result) => {
    session.ended(admission, result)
    return result
  },
  rejected: (reason) => {
    session.ended(admission, { _tag: 'Left', left: reason })
    throw reason
  }
})

// A native promise passes through `resolve` as it is; any other thenable is started just once.
const start = <Args extends ReadonlyArray<unknown>, R extends Either<unknown, unknown>>(
  fn: (...args: Args) => Promise<R>,
  args: Args,
  { fulfilled, rejected }: Reactions
): Promise<R> => {
  try {
    return Promise.resolve(apply(fn, args)).then<R>(fulfilled, rejected)
  } catch (thrown) {
    return Promise.reject(thrown).catch(rejected)
  }
}

/**
 * The synchronous shell: protects functions and `IOEither`s.
 *
 * @since 0.1.0
 */
import type { Either, Right } from 'fp-ts/Either'
import type { IO } from 'fp-ts/IO'

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
import type { BreakerSettings } from './Session'
import { apply, Session } from './Session'

/**
 * A circuit breaker for synchronous operations. Every method can be passed around without its breaker.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 *
 * const breaker = new CircuitBreaker({ name: 'config-file', failureThreshold: 1 })
 * const read = (key: string): E.Either<Error, number> => E.left(new Error(`cannot read ${key}`))
 * const port = () =>
 *   pipe(
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
export class CircuitBreaker {
  /** The two-step permit on the same state, for calls that cannot be wrapped in a function. */
  readonly session: Session

  /** Takes settings, or a `Config` that many breakers share. Throws `InvalidSettings` when a setting is wrong. */
  constructor(settings: BreakerSettings)
  /** @internal */
  constructor(session: Session)
  constructor(given: BreakerSettings | Session) {
    this.session = given instanceof Session ? given : new Session(given)
  }

  /**
   * Runs `fn(...args)` when permitted. Returning is a success, whatever is returned, unless `classify` says otherwise: use
   * `callEither` where a `Left` is a failure, and `AsyncCircuitBreaker` for promises. An exception is a failure; it is
   * rethrown unchanged.
   */
  readonly call = <Args extends ReadonlyArray<unknown>, A>(
    fn: (...args: Args) => A,
    ...args: Args
  ): Either<CircuitOpenError, A> => {
    const admission = this.session.admit()
    if (admission._tag === 'Left') return admission
    let result: Right<A>
    try {
      result = { _tag: 'Right', right: apply(fn, args) }
    } catch (thrown) {
      this.session.ended(admission, { _tag: 'Left', left: thrown })
      throw thrown
    }
    this.session.ended(admission, result)
    return result
  }

  /**
   * Runs `fn(...args)` when permitted. A `Right` is a success and a `Left` a failure, unless `classify` says otherwise;
   * both come back as they are. An exception is a failure; it is rethrown unchanged. An `IOEither` is a `fn` without
   * arguments.
   */
  readonly callEither = <Args extends ReadonlyArray<unknown>, E, A>(
    fn: (...args: Args) => Either<E, A>,
    ...args: Args
  ): Either<CircuitOpenError | E, A> => {
    const admission = this.session.admit()
    if (admission._tag === 'Left') return admission
    let result: Either<E, A>
    try {
      result = apply(fn, args)
    } catch (thrown) {
      this.session.ended(admission, { _tag: 'Left', left: thrown })
      throw thrown
    }
    this.session.ended(admission, result)
    return result
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
}

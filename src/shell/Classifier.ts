/**
 * What counts as a success, as a failure, or as neither: a function from the result of a call to its outcome.
 *
 * Start from `standard` and refine it in a pipe. A neutral outcome stays neutral whatever comes after it.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/Either'
import type { Endomorphism } from 'fp-ts/Endomorphism'
import type * as Monoids from 'fp-ts/Monoid'
import type { Predicate } from 'fp-ts/Predicate'

import type { Outcome } from './Outcome'
import { failure, neutral, slow, success } from './Outcome'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Judges the result of a call. What was thrown, or the reason of a rejected promise, comes as a `Left`; so does the error
 * of the operation, and both are of unknown type: a breaker may protect many operations.
 *
 * One that throws, or returns no outcome, counts as a failure of the call; the result reaches the caller unchanged, and
 * what was thrown is reported on `console.error`.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import type { Classifier } from 'breaker-ts/Classifier'
 * import { standard } from 'breaker-ts/Classifier'
 * import { failureFor } from 'breaker-ts/Outcome'
 * import * as E from 'fp-ts/Either'
 *
 * interface TooManyRequests {
 *   readonly status: 429
 *   readonly retryAfterSeconds: number
 * }
 * const isTooMany = (u: unknown): u is TooManyRequests =>
 *   typeof u === 'object' && u !== null && 'status' in u && u.status === 429
 * const classify: Classifier = (result, elapsedSeconds) =>
 *   E.isLeft(result) && isTooMany(result.left)
 *     ? failureFor(result.left.retryAfterSeconds)
 *     : standard(result, elapsedSeconds)
 *
 * const breaker = new CircuitBreaker({ name: 'api', failureThreshold: 1, recoveryTimeoutSeconds: 5, classify })
 * breaker.callEither(() => E.left({ status: 429, retryAfterSeconds: 300 }))
 *
 * const rejected = breaker.call(() => 1)
 * assert.ok(E.isLeft(rejected) && Number(rejected.left.retryAfterSeconds) > 200)
 *
 * @category model
 * @since 0.1.0
 */
export type Classifier = (result: Either<unknown, unknown>, elapsedSeconds: number) => Outcome

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * What a breaker does unless it is told otherwise: a `Right` is a success and a `Left` a failure, unless it holds an
 * `AbortError` (by its `name`): the caller has cancelled then, which says nothing about the dependency.
 *
 * A timeout is a failure: `AbortSignal.timeout` makes a `TimeoutError`.
 *
 * @example
 * import { standard } from 'breaker-ts/Classifier'
 * import { failure, neutral, success } from 'breaker-ts/Outcome'
 * import * as E from 'fp-ts/Either'
 *
 * assert.strictEqual(standard(E.right(1), 0), success)
 * assert.strictEqual(standard(E.left('503'), 0), failure)
 * assert.strictEqual(standard(E.left(AbortSignal.abort().reason), 0), neutral)
 *
 * @category constructors
 * @since 0.1.0
 */
export const standard: Classifier = (result) => {
  try {
    if (result._tag === 'Right') return success
    return (result.left as { readonly name?: unknown } | null | undefined)?.name === 'AbortError' ? neutral : failure
  } catch {
    return failure // no Either at all, or a getter that throws: an exception here would leave a probe in flight
  }
}

// -------------------------------------------------------------------------------------
// combinators
// -------------------------------------------------------------------------------------

/**
 * An error is a failure only where the predicate holds, and a success otherwise: the dependency has answered then. A
 * cancellation stays neutral. Of two in a pipe, only the last one counts; join predicates with `or` of
 * `fp-ts/Predicate` instead.
 *
 * @example
 * import { failWhen, standard } from 'breaker-ts/Classifier'
 * import { failure, success } from 'breaker-ts/Outcome'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 *
 * const classify = pipe(
 *   standard,
 *   failWhen((error) => error !== 404)
 * )
 *
 * assert.strictEqual(classify(E.left(503), 0), failure)
 * assert.strictEqual(classify(E.left(404), 0), success)
 *
 * @category combinators
 * @since 0.1.0
 */
export const failWhen =
  (predicate: Predicate<unknown>) =>
  (classify: Classifier): Classifier =>
  (result, elapsedSeconds) => {
    const before = classify(result, elapsedSeconds)
    if (result._tag === 'Right' || before._tag === 'Neutral') return before
    const isFailure = predicate(result.left)
    if (isFailure === (before._tag === 'Failure')) return before
    const after = isFailure ? failure : success
    return before.slow ? slow(after) : after
  }

/**
 * A returned value is a failure where the predicate holds: a response with status 503 that is no `Left`, for example.
 *
 * @example
 * import { failWhenRight, standard } from 'breaker-ts/Classifier'
 * import { failure, success } from 'breaker-ts/Outcome'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 *
 * const classify = pipe(
 *   standard,
 *   failWhenRight((value) => value instanceof Response && value.status >= 500)
 * )
 *
 * assert.strictEqual(classify(E.right(new Response(null, { status: 503 })), 0), failure)
 * assert.strictEqual(classify(E.right(new Response(null, { status: 404 })), 0), success)
 *
 * @category combinators
 * @since 0.1.0
 */
export const failWhenRight =
  (predicate: Predicate<unknown>) =>
  (classify: Classifier): Classifier =>
  (result, elapsedSeconds) => {
    const before = classify(result, elapsedSeconds)
    if (before._tag !== 'Success' || result._tag === 'Left' || !predicate(result.right)) return before
    return before.slow ? slow(failure) : failure
  }

/**
 * An error is neutral where the predicate holds: it counts neither for nor against the dependency.
 *
 * @example
 * import { ignoreWhen, standard } from 'breaker-ts/Classifier'
 * import { failure, neutral } from 'breaker-ts/Outcome'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 *
 * const classify = pipe(
 *   standard,
 *   ignoreWhen((error) => error === 'the disk of this machine is full')
 * )
 *
 * assert.strictEqual(classify(E.left('the disk of this machine is full'), 0), neutral)
 * assert.strictEqual(classify(E.left('503'), 0), failure)
 *
 * @category combinators
 * @since 0.1.0
 */
export const ignoreWhen =
  (predicate: Predicate<unknown>) =>
  (classify: Classifier): Classifier =>
  (result, elapsedSeconds) =>
    result._tag === 'Left' && predicate(result.left) ? neutral : classify(result, elapsedSeconds)

/**
 * A call that took this many seconds, or more, was slow, whether it succeeded or failed. Only `slowCallRate` of
 * `breaker-ts/TripStrategy` looks at that.
 *
 * @example
 * import { slowAfter, standard } from 'breaker-ts/Classifier'
 * import { success } from 'breaker-ts/Outcome'
 * import * as E from 'fp-ts/Either'
 *
 * const classify = slowAfter(2)(standard)
 *
 * assert.deepStrictEqual(classify(E.right(1), 1.99), success)
 * assert.deepStrictEqual(classify(E.right(1), 2), { _tag: 'Success', slow: true })
 *
 * @category combinators
 * @since 0.1.0
 */
export const slowAfter =
  (seconds: number) =>
  (classify: Classifier): Classifier =>
  (result, elapsedSeconds) => {
    const before = classify(result, elapsedSeconds)
    return elapsedSeconds >= seconds ? slow(before) : before
  }

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/**
 * Refinements of a classifier, one after the other, as a pipe has them; its empty refines nothing.
 *
 * @example
 * import { failWhen, refinements, slowAfter, standard } from 'breaker-ts/Classifier'
 * import { success } from 'breaker-ts/Outcome'
 * import * as E from 'fp-ts/Either'
 * import { concatAll } from 'fp-ts/Monoid'
 *
 * const refine = concatAll(refinements)([failWhen((error) => error !== 404), slowAfter(2)])
 *
 * assert.strictEqual(refine(standard)(E.left(404), 1), success)
 *
 * @category instances
 * @since 0.1.0
 */
export const refinements: Monoids.Monoid<Endomorphism<Classifier>> = {
  concat: (first, second) => (classify) => second(first(classify)),
  empty: (classify) => classify
}

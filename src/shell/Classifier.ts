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
import type { Option } from 'fp-ts/Option'
import type { Predicate } from 'fp-ts/Predicate'

import { isDuration } from '../core/InvalidSettings'
import type { Failure, Outcome, Success } from './Outcome'
import { failure, failureFor, neutral, slow, success } from './Outcome'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Judges the result of a call. What was thrown, or the reason of a rejected promise, comes as a `Left`, and so does the error
 * of the operation; a value that is no `Either` comes as a `Right`. A breaker with a `Classifier<E, A>` takes operations with
 * errors of `E` and values of `A`, and what they throw is taken for an `E`.
 *
 * One that throws, or returns no outcome, counts as a failure of the call; the result reaches the caller unchanged, and
 * what was thrown is reported.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import type { Classifier } from 'breaker-ts/Classifier'
 * import { standard } from 'breaker-ts/Classifier'
 * import { failure, slow } from 'breaker-ts/Outcome'
 * import { either as E } from 'fp-ts'
 *
 * const classify: Classifier = (result, elapsedSeconds) =>
 *   E.isLeft(result) && elapsedSeconds > 10 ? slow(failure) : standard(result, elapsedSeconds)
 *
 * const breaker = new CircuitBreaker({ name: 'api', failureThreshold: 1, classify })
 * breaker.callEither(() => E.left('503'))
 *
 * assert.strictEqual(breaker.state(), 'open')
 *
 * @category model
 * @since 0.1.0
 */
export type Classifier<E = unknown, A = unknown> = (result: Either<E, A>, elapsedSeconds: number) => Outcome

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * What a breaker does unless it is told otherwise: a `Right` is a success and a `Left` a failure, unless it holds a
 * cancellation.
 *
 * @example
 * import { standard } from 'breaker-ts/Classifier'
 * import { failure, neutral, success } from 'breaker-ts/Outcome'
 * import { either as E } from 'fp-ts'
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
    return isCancellation(result.left) ? neutral : failure
  } catch {
    return failure // a getter that throws: an exception here would leave a probe in flight
  }
}

// -------------------------------------------------------------------------------------
// refinements
// -------------------------------------------------------------------------------------

const LEVELS = 8

/**
 * Whether an error says that the caller has cancelled, which says nothing about the dependency: an `AbortError`, or a
 * `CanceledError` of axios, also as the `cause` of another error, or in the field `error` of a tagged one, at most 8 deep.
 *
 * A time limit is no cancellation: an error with a `TimeoutError` in it is a failure, also where it was made by aborting, and
 * where axios has kept only the signal.
 *
 * @example
 * import { isCancellation } from 'breaker-ts/Classifier'
 *
 * const aborted: unknown = AbortSignal.abort().reason
 *
 * assert.strictEqual(isCancellation({ _tag: 'NetworkError', cause: aborted }), true)
 * assert.strictEqual(isCancellation(new DOMException('The operation timed out', 'TimeoutError')), false)
 *
 * @category refinements
 * @since 0.1.0
 */
export const isCancellation = (error: unknown): boolean =>
  holds(error, LEVELS, isAbort) && !holds(error, LEVELS, isTimeout)

type Parts = Readonly<Record<'_tag' | 'name' | 'code' | 'cause' | 'error', unknown>> & {
  readonly config?: { readonly signal?: { readonly reason?: { readonly name?: unknown } } }
}

const isAbort = ({ name, code }: Parts): boolean =>
  name === 'AbortError' || name === 'CanceledError' || code === 'ERR_CANCELED'

// axios drops the reason of a signal (axios#7434), but keeps the signal.
const isTimeout = ({ name, config }: Parts): boolean =>
  name === 'TimeoutError' || config?.signal?.reason?.name === 'TimeoutError'

const holds = (error: unknown, levels: number, is: (parts: Parts) => boolean): boolean => {
  if (typeof error !== 'object') return false
  const parts = error as Parts
  try {
    if (is(parts)) return true
    if (levels === 0) return false
    return holds(parts.cause, levels - 1, is) || (typeof parts._tag === 'string' && holds(parts.error, levels - 1, is))
  } catch {
    return false // null, or a getter that throws
  }
}

/**
 * The seconds that a `Retry-After` header asks for, which holds seconds or an HTTP date; none if it holds anything else. A
 * date in the past asks for 0.
 *
 * @example
 * import { parseRetryAfter } from 'breaker-ts/Classifier'
 * import { option as O } from 'fp-ts'
 *
 * assert.deepStrictEqual(parseRetryAfter('120', Date.now()), O.some(120))
 * assert.deepStrictEqual(
 *   parseRetryAfter('Fri, 27 Nov 2026 12:00:30 GMT', Date.UTC(2026, 10, 27, 12, 0, 0)),
 *   O.some(30)
 * )
 * assert.deepStrictEqual(parseRetryAfter('soon', Date.now()), O.none)
 *
 * @category refinements
 * @since 0.1.0
 */
export const parseRetryAfter = (header: string | null | undefined, nowMilliseconds: number): Option<number> => {
  const text = typeof header === 'string' ? header.trim() : ''
  const seconds = /^\d+(\.\d+)?$/.test(text)
    ? Number(text)
    : HTTP_DATE.test(text)
      ? // eslint-disable-next-line no-restricted-globals -- it reads a text, and no clock
        Math.max(0, (Date.parse(text.replace(/( GMT)?$/, ' GMT')) - nowMilliseconds) / 1000)
      : NaN
  return Number.isFinite(seconds) ? { _tag: 'Some', value: seconds } : { _tag: 'None' }
}

// The three forms of RFC 9110, 5.6.7. Anything else that Date.parse takes is a guess.
const HTTP_DATE =
  /^[A-Z][a-z]{2,8}(, \d\d [A-Z][a-z]{2} \d{4}|, \d\d-[A-Z][a-z]{2}-\d\d| [A-Z][a-z]{2} [ \d]\d) \d\d:\d\d:\d\d( GMT| \d{4})$/

// -------------------------------------------------------------------------------------
// combinators
// -------------------------------------------------------------------------------------

// What a refinement makes of an outcome: a slow call stays slow.
const refined = (before: Success | Failure, after: Outcome): Outcome => (before.slow ? slow(after) : after)

/**
 * An error that is an answer is a success: a 404, for example. Several add up: an error is a success where one of them says
 * so, and a failure otherwise.
 *
 * @example
 * import { standard, succeedWhen } from 'breaker-ts/Classifier'
 * import { failure, success } from 'breaker-ts/Outcome'
 * import { either as E, function as F } from 'fp-ts'
 *
 * interface HttpError {
 *   readonly status: number
 * }
 * const classify = F.pipe(
 *   standard,
 *   succeedWhen((error: HttpError) => error.status === 404)
 * )
 *
 * assert.strictEqual(classify(E.left({ status: 404 }), 0), success)
 * assert.strictEqual(classify(E.left({ status: 503 }), 0), failure)
 *
 * @category combinators
 * @since 0.1.0
 */
export const succeedWhen =
  <E>(predicate: Predicate<E>) =>
  <E2, A>(classify: Classifier<E2, A>): Classifier<E & E2, A> =>
  (result, elapsedSeconds) => {
    const before = classify(result, elapsedSeconds)
    return before._tag === 'Failure' && result._tag === 'Left' && predicate(result.left)
      ? refined(before, success)
      : before
  }

/**
 * An error is a failure **only** where the predicate holds, and a success otherwise. That is dangerous: with
 * `failOnlyWhen(is5xx)`, a refused connection is a success. Prefer `succeedWhen`, which leaves the unknown a failure. Of two
 * in a pipe, only the last one counts.
 *
 * @example
 * import { failOnlyWhen, standard } from 'breaker-ts/Classifier'
 * import { failure, success } from 'breaker-ts/Outcome'
 * import { either as E, function as F } from 'fp-ts'
 *
 * const classify = F.pipe(
 *   standard,
 *   failOnlyWhen((error) => error !== 404)
 * )
 *
 * assert.strictEqual(classify(E.left(503), 0), failure)
 * assert.strictEqual(classify(E.left(404), 0), success)
 *
 * @category combinators
 * @since 0.1.0
 */
export const failOnlyWhen =
  <E>(predicate: Predicate<E>) =>
  <E2, A>(classify: Classifier<E2, A>): Classifier<E & E2, A> =>
  (result, elapsedSeconds) => {
    const before = classify(result, elapsedSeconds)
    if (result._tag === 'Right' || before._tag === 'Neutral') return before
    const isFailure = predicate(result.left)
    return isFailure === (before._tag === 'Failure') ? before : refined(before, isFailure ? failure : success)
  }

/**
 * A returned value is a failure where the predicate holds: a response with status 503 that is no `Left`, for example.
 *
 * @example
 * import { failWhenRight, standard } from 'breaker-ts/Classifier'
 * import { failure, success } from 'breaker-ts/Outcome'
 * import { either as E, function as F } from 'fp-ts'
 *
 * const classify = F.pipe(
 *   standard,
 *   failWhenRight((response: Response) => response.status >= 500)
 * )
 *
 * assert.strictEqual(classify(E.right(new Response(null, { status: 503 })), 0), failure)
 * assert.strictEqual(classify(E.right(new Response(null, { status: 404 })), 0), success)
 *
 * @category combinators
 * @since 0.1.0
 */
export const failWhenRight =
  <A>(predicate: Predicate<A>) =>
  <E, A2>(classify: Classifier<E, A2>): Classifier<E, A & A2> =>
  (result, elapsedSeconds) => {
    const before = classify(result, elapsedSeconds)
    return before._tag === 'Success' && result._tag === 'Right' && predicate(result.right)
      ? refined(before, failure)
      : before
  }

/**
 * An error is neutral where the predicate holds: it counts neither for nor against the dependency.
 *
 * @example
 * import { ignoreWhen, standard } from 'breaker-ts/Classifier'
 * import { failure, neutral } from 'breaker-ts/Outcome'
 * import { either as E, function as F } from 'fp-ts'
 *
 * const classify = F.pipe(
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
  <E>(predicate: Predicate<E>) =>
  <E2, A>(classify: Classifier<E2, A>): Classifier<E & E2, A> =>
  (result, elapsedSeconds) =>
    result._tag === 'Left' && predicate(result.left) ? neutral : classify(result, elapsedSeconds)

/**
 * An error that asks to be left alone for some seconds, as a 429 or 503 with a `Retry-After` does, is a failure, and if it
 * opens the circuit, that open period lasts at least as long (at most `maxRetryAfterSeconds`). What is no finite number
 * of seconds >= 0 is not asked for. An error that was called a success before it in the pipe is a failure again.
 *
 * @example
 * import { askedToWait, parseRetryAfter, standard } from 'breaker-ts/Classifier'
 * import { failureFor } from 'breaker-ts/Outcome'
 * import { either as E, function as F } from 'fp-ts'
 *
 * interface HttpError {
 *   readonly status: number
 *   readonly retryAfter: string | null
 * }
 * const classify = F.pipe(
 *   standard,
 *   askedToWait((error: HttpError) => parseRetryAfter(error.retryAfter, Date.now()))
 * )
 *
 * assert.deepStrictEqual(classify(E.left({ status: 429, retryAfter: '30' }), 0), failureFor(30))
 *
 * @category combinators
 * @since 0.1.0
 */
export const askedToWait =
  <E>(secondsOf: (error: E) => Option<number>) =>
  <E2, A>(classify: Classifier<E2, A>): Classifier<E & E2, A> =>
  (result, elapsedSeconds) => {
    const before = classify(result, elapsedSeconds)
    return result._tag === 'Right' || before._tag === 'Neutral' ? before : asking(before, secondsOf(result.left))
  }

/**
 * The same for a returned value, a response with the status 429 for example. A value that asks for nothing stays what it was.
 *
 * @example
 * import { askedToWaitRight, parseRetryAfter, standard } from 'breaker-ts/Classifier'
 * import { failureFor } from 'breaker-ts/Outcome'
 * import { either as E, function as F } from 'fp-ts'
 *
 * const classify = F.pipe(
 *   standard,
 *   askedToWaitRight((response: Response) => parseRetryAfter(response.headers.get('retry-after'), Date.now()))
 * )
 * const response = new Response(null, { status: 429, headers: { 'retry-after': '30' } })
 *
 * assert.deepStrictEqual(classify(E.right(response), 0), failureFor(30))
 *
 * @category combinators
 * @since 0.1.0
 */
export const askedToWaitRight =
  <A>(secondsOf: (value: A) => Option<number>) =>
  <E, A2>(classify: Classifier<E, A2>): Classifier<E, A & A2> =>
  (result, elapsedSeconds) => {
    const before = classify(result, elapsedSeconds)
    return result._tag === 'Left' || before._tag === 'Neutral' ? before : asking(before, secondsOf(result.right))
  }

const asking = (before: Success | Failure, asked: Option<number>): Outcome =>
  asked._tag === 'Some' && isDuration(asked.value) ? refined(before, failureFor(asked.value)) : before

/**
 * A call that took this many seconds, or more, was slow, whether it succeeded or failed. Only `slowCallRate` of
 * `breaker-ts/TripStrategy` looks at that.
 *
 * @example
 * import { slowAfter, standard } from 'breaker-ts/Classifier'
 * import { success } from 'breaker-ts/Outcome'
 * import { either as E } from 'fp-ts'
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
  <E, A>(classify: Classifier<E, A>): Classifier<E, A> =>
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
 * import { refinements, slowAfter, standard, succeedWhen } from 'breaker-ts/Classifier'
 * import { success } from 'breaker-ts/Outcome'
 * import { either as E, monoid as M } from 'fp-ts'
 *
 * const refine = M.concatAll(refinements)([succeedWhen((error) => error === 404), slowAfter(2)])
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

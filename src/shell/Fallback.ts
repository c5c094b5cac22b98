/**
 * What to do instead when a breaker rejects a call: combinators for pipelines.
 *
 * Only the rejection is handled; an error of the operation stays where it is.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/Either'
import type { IOEither } from 'fp-ts/IOEither'
import type { ReaderTaskEither } from 'fp-ts/ReaderTaskEither'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { CircuitOpenError } from './CircuitOpenError'
import { isCircuitOpenError } from './CircuitOpenError'

const rejectionOf = (result: Either<unknown, unknown>): CircuitOpenError | undefined =>
  result._tag === 'Left' && isCircuitOpenError(result.left) ? result.left : undefined

// -------------------------------------------------------------------------------------
// combinators
// -------------------------------------------------------------------------------------

/**
 * Runs another `TaskEither` when the breaker rejected the call. The rejection leaves the type of the error.
 *
 * @example
 * import { AsyncCircuitBreaker } from 'breaker-ts/AsyncCircuitBreaker'
 * import { orElseWhenOpen } from 'breaker-ts/Fallback'
 * import { either as E, function as F, taskEither as TE } from 'fp-ts'
 *
 * const breaker = new AsyncCircuitBreaker({ name: 'prices', failureThreshold: 1 })
 * const fetchPrice: TE.TaskEither<Error, number> = TE.left(new Error('503'))
 * const cached = 42
 *
 * const price: TE.TaskEither<Error, number> = F.pipe(
 *   fetchPrice,
 *   breaker.call,
 *   orElseWhenOpen(() => TE.right(cached))
 * )
 *
 * const program = async () => {
 *   assert.deepStrictEqual(await price(), E.left(new Error('503')))
 *   assert.deepStrictEqual(await price(), E.right(cached))
 * }
 * void program()
 *
 * @category combinators
 * @since 0.1.0
 */
export const orElseWhenOpen =
  <E2, B>(fallback: (rejection: CircuitOpenError) => TaskEither<E2, B>) =>
  <E1, A>(call: TaskEither<E1, A>): TaskEither<Exclude<E1, CircuitOpenError> | E2, A | B> =>
  async () => {
    const result = await call()
    const rejection = rejectionOf(result)
    return rejection === undefined ? (result as Either<Exclude<E1, CircuitOpenError>, A>) : fallback(rejection)()
  }

/**
 * `orElseWhenOpen` for `ReaderTaskEither`, whose environment may hold the breaker.
 *
 * @example
 * import { AsyncCircuitBreaker } from 'breaker-ts/AsyncCircuitBreaker'
 * import { orElseWhenOpenReader } from 'breaker-ts/Fallback'
 * import { either as E, function as F, readerTaskEither as RTE, taskEither as TE } from 'fp-ts'
 *
 * interface Env {
 *   readonly breaker: AsyncCircuitBreaker
 *   readonly fetchPrice: TE.TaskEither<Error, number>
 * }
 *
 * const price: RTE.ReaderTaskEither<Env & { readonly cached: number }, Error, number> = F.pipe(
 *   ({ breaker, fetchPrice }: Env) => breaker.call(fetchPrice),
 *   orElseWhenOpenReader(() => RTE.asks((env: { readonly cached: number }) => env.cached))
 * )
 *
 * const program = async () => {
 *   const breaker = new AsyncCircuitBreaker({ name: 'prices', failureThreshold: 1 })
 *   await breaker.recordFailure()
 *   assert.deepStrictEqual(await price({ breaker, fetchPrice: TE.right(1), cached: 42 })(), E.right(42))
 * }
 * void program()
 *
 * @category combinators
 * @since 0.1.0
 */
export const orElseWhenOpenReader =
  <R2, E2, B>(fallback: (rejection: CircuitOpenError) => ReaderTaskEither<R2, E2, B>) =>
  <R1, E1, A>(
    call: ReaderTaskEither<R1, E1, A>
  ): ReaderTaskEither<R1 & R2, Exclude<E1, CircuitOpenError> | E2, A | B> =>
  (env) =>
    orElseWhenOpen((rejection) => fallback(rejection)(env))(call(env))

/**
 * `orElseWhenOpen` for `IOEither`, the synchronous shell.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import { orElseWhenOpenIO } from 'breaker-ts/Fallback'
 * import { either as E, function as F, ioEither as IOE } from 'fp-ts'
 *
 * const breaker = new CircuitBreaker({ name: 'file', failureThreshold: 1 })
 * const read: IOE.IOEither<Error, string> = IOE.left(new Error('ENOENT'))
 *
 * const text: IOE.IOEither<Error, string> = F.pipe(
 *   () => breaker.callEither(read),
 *   orElseWhenOpenIO(() => IOE.right('default'))
 * )
 *
 * assert.deepStrictEqual(text(), E.left(new Error('ENOENT')))
 * assert.deepStrictEqual(text(), E.right('default'))
 *
 * @category combinators
 * @since 0.1.0
 */
export const orElseWhenOpenIO =
  <E2, B>(fallback: (rejection: CircuitOpenError) => IOEither<E2, B>) =>
  <E1, A>(call: IOEither<E1, A>): IOEither<Exclude<E1, CircuitOpenError> | E2, A | B> =>
  () => {
    const result = call()
    const rejection = rejectionOf(result)
    return rejection === undefined ? (result as Either<Exclude<E1, CircuitOpenError>, A>) : fallback(rejection)()
  }

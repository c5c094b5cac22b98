/**
 * What the end of a call tells about its dependency.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/Either'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * `success` and `failure` are counted; `neutral`, a cancellation, only gives the permit back.
 *
 * @category model
 * @since 0.1.0
 */
export type Outcome = 'success' | 'failure' | 'neutral'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A `Right` is a success and a `Left` a failure, unless it holds an `AbortError`: the caller has cancelled then, which
 * says nothing about the dependency.
 *
 * @example
 * import { ofEither } from 'breaker-ts/Outcome'
 * import * as E from 'fp-ts/Either'
 *
 * assert.strictEqual(ofEither(E.right(1)), 'success')
 * assert.strictEqual(ofEither(E.left('503')), 'failure')
 * assert.strictEqual(ofEither(E.left(new DOMException('cancelled', 'AbortError'))), 'neutral')
 *
 * @category constructors
 * @since 0.1.0
 */
export const ofEither = (result: Either<unknown, unknown>): Outcome => {
  try {
    return result._tag === 'Right' ? 'success' : ofThrown(result.left)
  } catch {
    return 'failure' // no Either at all, from code without types: an exception here would leave a probe hanging
  }
}

/**
 * A thrown value, or the reason of a rejected promise, is a failure, unless it is an `AbortError` (by its `name`).
 *
 * A timeout is a failure: `AbortSignal.timeout` makes a `TimeoutError`.
 *
 * @example
 * import { ofThrown } from 'breaker-ts/Outcome'
 *
 * assert.strictEqual(ofThrown(new Error('503')), 'failure')
 * assert.strictEqual(ofThrown(AbortSignal.abort().reason), 'neutral')
 *
 * @category constructors
 * @since 0.1.0
 */
export const ofThrown = (reason: unknown): Outcome => {
  try {
    return (reason as { readonly name?: unknown } | null | undefined)?.name === 'AbortError' ? 'neutral' : 'failure'
  } catch {
    return 'failure' // a getter or proxy that throws: the call's result still reaches the caller
  }
}

/**
 * What the end of a call tells about its dependency.
 *
 * @since 0.1.0
 */
import type { Problem } from '../core/InvalidSettings'
import { isDuration, problem } from '../core/InvalidSettings'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The dependency did what it should.
 *
 * @category model
 * @since 0.1.0
 */
export interface Success {
  readonly _tag: 'Success'
  /** Whether it took too long. */
  readonly slow: boolean
}

/**
 * It did not.
 *
 * @category model
 * @since 0.1.0
 */
export interface Failure {
  readonly _tag: 'Failure'
  /** Whether it took too long. */
  readonly slow: boolean
  /** Seconds for which the dependency asks to be left alone; 0 when it says nothing of it. */
  readonly retryAfterSeconds: number
}

/**
 * The end says nothing about the dependency: a cancellation, for example. It only gives the permit back.
 *
 * @category model
 * @since 0.1.0
 */
export interface Neutral {
  readonly _tag: 'Neutral'
}

/**
 * @category model
 * @since 0.1.0
 */
export type Outcome = Success | Failure | Neutral

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A success that was not slow.
 *
 * @example
 * import { success } from 'breaker-ts/Outcome'
 *
 * assert.deepStrictEqual(success, { _tag: 'Success', slow: false })
 *
 * @category constructors
 * @since 0.1.0
 */
export const success: Outcome = Object.freeze({ _tag: 'Success', slow: false })

/**
 * A failure that was not slow.
 *
 * @example
 * import { failure } from 'breaker-ts/Outcome'
 *
 * assert.deepStrictEqual(failure, { _tag: 'Failure', slow: false, retryAfterSeconds: 0 })
 *
 * @category constructors
 * @since 0.1.0
 */
export const failure: Outcome = Object.freeze({ _tag: 'Failure', slow: false, retryAfterSeconds: 0 })

/**
 * A failure whose dependency asks to be left alone for some seconds, as a 429 or a 503 with a `Retry-After` does. If it
 * opens the circuit, that one open period lasts at least as long.
 *
 * @example
 * import { failureFor } from 'breaker-ts/Outcome'
 *
 * assert.deepStrictEqual(failureFor(30), { _tag: 'Failure', slow: false, retryAfterSeconds: 30 })
 *
 * @category constructors
 * @since 0.1.0
 */
export const failureFor = (retryAfterSeconds: number): Outcome => ({ _tag: 'Failure', slow: false, retryAfterSeconds })

/**
 * Neither success nor failure.
 *
 * @example
 * import { neutral } from 'breaker-ts/Outcome'
 *
 * assert.deepStrictEqual(neutral, { _tag: 'Neutral' })
 *
 * @category constructors
 * @since 0.1.0
 */
export const neutral: Outcome = Object.freeze({ _tag: 'Neutral' })

// -------------------------------------------------------------------------------------
// combinators
// -------------------------------------------------------------------------------------

/**
 * The same outcome of a call that took too long. A neutral one stays as it is.
 *
 * @example
 * import { neutral, slow, success } from 'breaker-ts/Outcome'
 *
 * assert.deepStrictEqual(slow(success), { _tag: 'Success', slow: true })
 * assert.deepStrictEqual(slow(neutral), neutral)
 *
 * @category combinators
 * @since 0.1.0
 */
export const slow = (outcome: Outcome): Outcome => {
  switch (outcome._tag) {
    case 'Success':
      return { _tag: 'Success', slow: true }
    case 'Failure':
      return { _tag: 'Failure', slow: true, retryAfterSeconds: outcome.retryAfterSeconds }
    case 'Neutral':
      return outcome
  }
}

// -------------------------------------------------------------------------------------
// guards
// -------------------------------------------------------------------------------------

/**
 * What is wrong with a value that a classifier has returned, or nothing.
 *
 * @internal
 */
export const problemWith = (given: unknown): Problem | undefined => {
  const outcome = given as Outcome | null | undefined
  switch (outcome?._tag) {
    case 'Neutral':
      return undefined
    case 'Success':
    case 'Failure':
      if (typeof outcome.slow !== 'boolean') return problem('slow', outcome.slow, 'true or false')
      return outcome._tag === 'Success' || isDuration(outcome.retryAfterSeconds)
        ? undefined
        : problem('retryAfterSeconds', outcome.retryAfterSeconds, 'a finite number >= 0')
    default:
      return typeof outcome === 'object' && outcome !== null
        ? problem('_tag', (outcome as { readonly _tag?: unknown })._tag, 'one of Success, Failure, Neutral')
        : problem('', given, 'an object with a _tag')
  }
}

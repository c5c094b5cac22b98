/**
 * What the end of a call tells about its dependency.
 *
 * @since 0.1.0
 */

import type { Rule } from '../core/Rule'
import { literal, record, union } from '../core/Rule'
import { bare, duration, isTrueOrFalse } from '../core/Shape'

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
export const success: Outcome = { _tag: 'Success', slow: false }

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
export const failure: Outcome = { _tag: 'Failure', slow: false, retryAfterSeconds: 0 }

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
export const neutral: Outcome = { _tag: 'Neutral' }

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
// reading
// -------------------------------------------------------------------------------------

/**
 * What a classifier has to return.
 *
 * @internal
 */
export const rule: Rule<Outcome> = union<Outcome>({
  Success: record<Success>({ _tag: literal('Success'), slow: isTrueOrFalse }),
  Failure: record<Failure>({ _tag: literal('Failure'), slow: isTrueOrFalse, retryAfterSeconds: duration }),
  Neutral: bare('Neutral')
})

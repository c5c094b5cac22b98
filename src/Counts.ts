/**
 * What a CLOSED circuit remembers of past calls.
 *
 * Counts are emptied at every change of state, so a circuit never trips on something it counted before.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The failures in a row since the last success.
 *
 * @category model
 * @since 0.1.0
 */
export interface Counts {
  readonly _tag: 'Consecutive'
  /** Failures since the last success: an integer, 0 or more. */
  readonly failures: number
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Counts with this many failures in a row.
 *
 * @example
 * import { consecutive } from 'breaker-ts/Counts'
 *
 * assert.deepStrictEqual(consecutive(2), { _tag: 'Consecutive', failures: 2 })
 *
 * @category constructors
 * @since 0.1.0
 */
export const consecutive = (failures: number): Counts => ({ _tag: 'Consecutive', failures })

/**
 * Nothing counted yet.
 *
 * @example
 * import { empty } from 'breaker-ts/Counts'
 *
 * assert.deepStrictEqual(empty, { _tag: 'Consecutive', failures: 0 })
 *
 * @category constructors
 * @since 0.1.0
 */
export const empty: Counts = consecutive(0)

// -------------------------------------------------------------------------------------
// counting
// -------------------------------------------------------------------------------------

/**
 * Counts a success: failures in a row start again at 0. Counts that hold no failure come back as the same reference.
 *
 * @internal
 */
export const countSuccess = (counts: Counts): Counts => (counts.failures === 0 ? counts : empty)

/**
 * Counts a failure.
 *
 * @internal
 */
export const countFailure = (counts: Counts): Counts => consecutive(counts.failures + 1)

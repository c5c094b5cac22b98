/**
 * What a CLOSED circuit remembers of past calls.
 *
 * Counts are emptied at every change of state, so a circuit never trips on something it counted before. They are plain
 * data of a size that the settings bound; `breaker-ts/Window` counts.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The failures in a row since the last success. Every breaker starts with these, and a window with none of its own yet.
 *
 * @category model
 * @since 0.1.0
 */
export interface Consecutive {
  readonly _tag: 'Consecutive'
  /** Failures since the last success: an integer, 0 or more. */
  readonly failures: number
}

/**
 * The last `size` calls, in a ring of two bits a call. The ring comes in pages, so that a change copies only one of them.
 *
 * @category model
 * @since 0.1.0
 */
export interface CountWindow {
  readonly _tag: 'CountWindow'
  readonly size: number
  /** Calls in the window, up to `size`; `failures` and `slowCalls` of them failed or were slow. */
  readonly calls: number
  readonly failures: number
  readonly slowCalls: number
  readonly failuresInARow: number
  /** The place of the next call in the ring. */
  readonly next: number
  /** The 16 calls around `next`, as far as they have ended; they join `pages` when all of them have. */
  readonly word: number
  /** The ring, 16 calls a word, from the low bits up: 1 stands for a failure, 2 for a slow call. 64 words a page. */
  readonly pages: ReadonlyArray<ReadonlyArray<number>>
}

/**
 * The calls of the last seconds, in slices.
 *
 * @category model
 * @since 0.1.0
 */
export interface TimeWindow {
  readonly _tag: 'TimeWindow'
  readonly sliceSeconds: number
  /** When the current slice started. */
  readonly startSeconds: number
  /** Calls in the whole window; `failures` and `slowCalls` of them failed or were slow. */
  readonly calls: number
  readonly failures: number
  readonly slowCalls: number
  readonly failuresInARow: number
  /** The slices before the current one, the latest first. */
  readonly older: ReadonlyArray<Slice>
}

/**
 * What a slice of a time window has counted.
 *
 * @category model
 * @since 0.1.0
 */
export interface Slice {
  readonly calls: number
  readonly failures: number
  readonly slowCalls: number
}

/**
 * @category model
 * @since 0.1.0
 */
export type Counts = Consecutive | CountWindow | TimeWindow

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
export const consecutive = (failures: number): Consecutive => ({ _tag: 'Consecutive', failures })

/**
 * Nothing counted yet, by any window.
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
// destructors
// -------------------------------------------------------------------------------------

/**
 * The calls that were counted. Failures in a row are all that is known without a window.
 *
 * @example
 * import { calls, consecutive } from 'breaker-ts/Counts'
 *
 * assert.strictEqual(calls(consecutive(2)), 2)
 *
 * @category destructors
 * @since 0.1.0
 */
export const calls = (counts: Counts): number => (counts._tag === 'Consecutive' ? counts.failures : counts.calls)

/**
 * The calls among them that failed.
 *
 * @example
 * import { consecutive, failures } from 'breaker-ts/Counts'
 *
 * assert.strictEqual(failures(consecutive(2)), 2)
 *
 * @category destructors
 * @since 0.1.0
 */
export const failures = (counts: Counts): number => counts.failures

/**
 * The calls among them that were slow, whether they succeeded or failed. Only a window knows them.
 *
 * @example
 * import { consecutive, slowCalls } from 'breaker-ts/Counts'
 *
 * assert.strictEqual(slowCalls(consecutive(2)), 0)
 *
 * @category destructors
 * @since 0.1.0
 */
export const slowCalls = (counts: Counts): number => (counts._tag === 'Consecutive' ? 0 : counts.slowCalls)

/**
 * The failures since the last success, however long ago that was: a window does not end them.
 *
 * @example
 * import { consecutive, failuresInARow } from 'breaker-ts/Counts'
 *
 * assert.strictEqual(failuresInARow(consecutive(2)), 2)
 *
 * @category destructors
 * @since 0.1.0
 */
export const failuresInARow = (counts: Counts): number =>
  counts._tag === 'Consecutive' ? counts.failures : counts.failuresInARow

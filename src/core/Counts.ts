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
 * What every window counts. Trip strategies are predicates over these five numbers. A window may keep more beside them, as
 * plain data. The name of a time among it ends in `AtSeconds`, so that a snapshot can move it to another clock.
 *
 * @category model
 * @since 0.1.0
 */
export interface Counts {
  /** Names the window that these counts belong to. Counts of another window are replaced by its empty ones. */
  readonly _tag: string
  /** Calls that are counted. Without a window, these are the failures in a row. */
  readonly calls: number
  /** Calls among them that failed. */
  readonly failures: number
  /** Calls among them that were slow, whether they succeeded or failed. Only a window knows them. */
  readonly slowCalls: number
  /** Calls among them that failed, were slow, or both. */
  readonly failedOrSlow: number
  /** Failures since the last success, however long ago that was: a window does not end them. */
  readonly failuresInARow: number
}

/**
 * The failures in a row since the last success. Every breaker starts with these. All numbers but `slowCalls`, which is 0,
 * are the same.
 *
 * @category model
 * @since 0.1.0
 */
export interface Consecutive extends Counts {
  readonly _tag: 'Consecutive'
}

/**
 * The last `size` calls, in a ring of two bits a call. The ring comes in pages, so that a change copies only one of them.
 *
 * @category model
 * @since 0.1.0
 */
export interface CountWindow extends Counts {
  readonly _tag: 'CountWindow'
  readonly size: number
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
export interface TimeWindow extends Counts {
  readonly _tag: 'TimeWindow'
  readonly sliceSeconds: number
  /** When the current slice started. */
  readonly startedAtSeconds: number
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
  readonly failedOrSlow: number
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
 * assert.deepStrictEqual(consecutive(2), {
 *   _tag: 'Consecutive',
 *   calls: 2,
 *   failures: 2,
 *   slowCalls: 0,
 *   failedOrSlow: 2,
 *   failuresInARow: 2
 * })
 *
 * @category constructors
 * @since 0.1.0
 */
export const consecutive = (failures: number): Consecutive => ({
  _tag: 'Consecutive',
  calls: failures,
  failures,
  slowCalls: 0,
  failedOrSlow: failures,
  failuresInARow: failures
})

/**
 * Nothing counted yet, by any window.
 *
 * @example
 * import { consecutive, empty } from 'breaker-ts/Counts'
 *
 * assert.deepStrictEqual(empty, consecutive(0))
 *
 * @category constructors
 * @since 0.1.0
 */
export const empty: Consecutive = Object.freeze(consecutive(0))

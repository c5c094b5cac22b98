/**
 * Which past calls a CLOSED circuit counts: the failures in a row, the last calls, or the calls of the last seconds.
 *
 * @since 0.1.0
 */
import type { Consecutive, Counts, CountWindow, Slice, TimeWindow } from './Counts'
import { consecutive as failuresInARow, empty } from './Counts'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What to count, as plain data.
 *
 * @category model
 * @since 0.1.0
 */
export type Window =
  | { readonly _tag: 'Consecutive' }
  | { readonly _tag: 'CountWindow'; readonly size: number }
  | { readonly _tag: 'TimeWindow'; readonly seconds: number; readonly slices: number }

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Failures in a row: a success forgets them. It needs no memory and no time, and it is the default.
 *
 * @example
 * import { consecutive } from 'breaker-ts/Window'
 *
 * assert.deepStrictEqual(consecutive, { _tag: 'Consecutive' })
 *
 * @category constructors
 * @since 0.1.0
 */
export const consecutive: Window = { _tag: 'Consecutive' }

/**
 * The last `size` calls, an integer > 0. Its counts hold a 32-bit word for every 16 calls.
 *
 * @example
 * import { countWindow } from 'breaker-ts/Window'
 *
 * assert.deepStrictEqual(countWindow(100), { _tag: 'CountWindow', size: 100 })
 *
 * @category constructors
 * @since 0.1.0
 */
export const countWindow = (size: number): Window => ({ _tag: 'CountWindow', size })

/**
 * The calls of the last `seconds`, a finite number > 0, in `slices` equal parts, an integer > 0. The first slice starts
 * with the first call. The window moves on by a slice at a time, so a call is remembered for `seconds`, or up to a slice
 * less.
 *
 * @example
 * import { timeWindow } from 'breaker-ts/Window'
 *
 * assert.deepStrictEqual(timeWindow(60, 10), { _tag: 'TimeWindow', seconds: 60, slices: 10 })
 *
 * @category constructors
 * @since 0.1.0
 */
export const timeWindow = (seconds: number, slices: number): Window => ({ _tag: 'TimeWindow', seconds, slices })

// -------------------------------------------------------------------------------------
// counting
// -------------------------------------------------------------------------------------

/**
 * Counts a call that ended at `now`. Counts of another window hold nothing for this one.
 *
 * @internal
 */
export const count = (window: Window, counts: Counts, failed: boolean, slow: boolean, now: number): Counts => {
  switch (window._tag) {
    case 'Consecutive':
      return inARow(counts, failed)
    case 'CountWindow':
      return inCountWindow(window.size, counts, failed, slow)
    case 'TimeWindow':
      return inTimeWindow(window.seconds / window.slices, window.slices, counts, failed, slow, now)
  }
}

/**
 * Whether a success that was not slow would leave the counts as they are, whenever it comes.
 *
 * @internal
 */
export const isSettled = (window: Window, counts: Counts): boolean => {
  switch (window._tag) {
    case 'Consecutive':
      return counts._tag === 'Consecutive' && counts.failures === 0
    case 'CountWindow':
      return counts._tag === 'CountWindow' && counts.size === window.size && isAllHealthy(counts)
    case 'TimeWindow':
      return false
  }
}

const inARow = (counts: Counts, failed: boolean): Consecutive => {
  const before = counts._tag === 'Consecutive' ? counts : NONE
  return failed ? failuresInARow(before.failures + 1) : before.failures === 0 ? before : NONE
}

const NONE = empty as Consecutive

// -------------------------------------------------------------------------------------
// the last calls
// -------------------------------------------------------------------------------------

const FAILED = 1
const SLOW = 2
const CALLS = 16 // in a word
const WORDS = 64 // in a page

const inCountWindow = (size: number, counts: Counts, failed: boolean, slow: boolean): CountWindow => {
  const before = counts._tag === 'CountWindow' && counts.size === size ? counts : emptyRing(size)
  if (!failed && !slow && isAllHealthy(before)) return before
  const full = before.calls === size
  const ring = wordsFor(size) * CALLS
  const oldest = before.next < size ? before.next + ring - size : before.next - size
  const gone = full ? callAt(before, oldest) : 0
  const place = before.next % CALLS
  const word = before.word | (((failed ? FAILED : 0) | (slow ? SLOW : 0)) << (2 * place))
  const isWhole = place === CALLS - 1
  return {
    _tag: 'CountWindow',
    size,
    calls: full ? size : before.calls + 1,
    failures: before.failures + (failed ? 1 : 0) - (gone & FAILED ? 1 : 0),
    slowCalls: before.slowCalls + (slow ? 1 : 0) - (gone & SLOW ? 1 : 0),
    failuresInARow: failed ? before.failuresInARow + 1 : 0,
    next: before.next + 1 === ring ? 0 : before.next + 1,
    word: isWhole ? 0 : word,
    pages: isWhole ? withWord(before.pages, wordOf(before.next), word) : before.pages
  }
}

const wordsFor = (size: number): number => Math.ceil(size / CALLS)

/**
 * How many words each page of a ring has.
 *
 * @internal
 */
export const pageLengths = (size: number): ReadonlyArray<number> => {
  const words = wordsFor(size)
  return Array.from({ length: Math.ceil(words / WORDS) }, (_, page) => Math.min(WORDS, words - page * WORDS))
}

const emptyRing = (size: number): CountWindow => ({
  _tag: 'CountWindow',
  size,
  calls: 0,
  failures: 0,
  slowCalls: 0,
  failuresInARow: 0,
  next: 0,
  word: 0,
  pages: pageLengths(size).map((length) => Array.from({ length }, () => 0))
})

const isAllHealthy = ({ size, calls, failures, slowCalls }: CountWindow): boolean =>
  calls === size && failures === 0 && slowCalls === 0

/**
 * What the ring says of the call at a place: the bits of `FAILED` and `SLOW`. A place before `next` in the same word is
 * in `word`.
 *
 * @internal
 */
export const callAt = ({ next, word, pages }: CountWindow, place: number): number => {
  const index = wordOf(place)
  const bits = index === wordOf(next) && place < next ? word : (pageOf(pages, index)[index % WORDS] as number)
  return (bits >>> (2 * (place % CALLS))) & (FAILED | SLOW)
}

const wordOf = (place: number): number => Math.floor(place / CALLS)

type Pages = CountWindow['pages']

const pageOf = (pages: Pages, word: number): ReadonlyArray<number> =>
  pages[Math.floor(word / WORDS)] as ReadonlyArray<number>

const withWord = (pages: Pages, index: number, word: number): Pages =>
  replace(pages, Math.floor(index / WORDS), replace(pageOf(pages, index), index % WORDS, word))

const replace = <A>(items: ReadonlyArray<A>, index: number, item: A): ReadonlyArray<A> =>
  items[index] === item ? items : items.map((one, i) => (i === index ? item : one))

// -------------------------------------------------------------------------------------
// the last seconds
// -------------------------------------------------------------------------------------

const inTimeWindow = (
  sliceSeconds: number,
  slices: number,
  counts: Counts,
  failed: boolean,
  slow: boolean,
  now: number
): TimeWindow => {
  const before =
    counts._tag === 'TimeWindow' && counts.sliceSeconds === sliceSeconds && counts.older.length < slices
      ? turn(counts, slices, now)
      : { startSeconds: now, calls: 0, failures: 0, slowCalls: 0, failuresInARow: 0, older: NO_SLICES }
  return {
    _tag: 'TimeWindow',
    sliceSeconds,
    startSeconds: before.startSeconds,
    calls: before.calls + 1,
    failures: before.failures + (failed ? 1 : 0),
    slowCalls: before.slowCalls + (slow ? 1 : 0),
    failuresInARow: failed ? before.failuresInARow + 1 : 0,
    older: before.older
  }
}

const NO_SLICES: ReadonlyArray<Slice> = []
const EMPTY_SLICE: Slice = { calls: 0, failures: 0, slowCalls: 0 }

// Moves the window on to `now`. A clock that has gone back within the window stands still for it. One that has gone back
// further has nothing in common with the slices; they are kept as if no time had passed, so that they still end.
const turn = (counts: TimeWindow, slices: number, now: number): TimeWindow => {
  const { sliceSeconds, startSeconds } = counts
  const passed = Math.floor((now - startSeconds) / sliceSeconds)
  if (passed <= 0) return passed > -slices ? counts : { ...counts, startSeconds: now }
  const idle = Array.from({ length: Math.min(passed, slices) - 1 }, () => EMPTY_SLICE)
  const older = [...idle, currentOf(counts), ...counts.older].slice(0, slices - 1)
  return { ...counts, startSeconds: Math.min(startSeconds + passed * sliceSeconds, now), ...sum(older), older }
}

/**
 * What the current slice of a time window has counted.
 *
 * @internal
 */
export const currentOf = (counts: TimeWindow): Slice => {
  const older = sum(counts.older)
  return {
    calls: counts.calls - older.calls,
    failures: counts.failures - older.failures,
    slowCalls: counts.slowCalls - older.slowCalls
  }
}

const sum = (slices: ReadonlyArray<Slice>): Slice =>
  slices.reduce(
    (total, slice) => ({
      calls: total.calls + slice.calls,
      failures: total.failures + slice.failures,
      slowCalls: total.slowCalls + slice.slowCalls
    }),
    EMPTY_SLICE
  )

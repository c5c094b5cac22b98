/**
 * Which past calls a CLOSED circuit counts: the failures in a row, the last calls, or the calls of the last seconds.
 *
 * A window is a value that counts, so you can write one of your own: `empty`, `count` and `isSettled` are all that the
 * machine asks.
 *
 * @since 0.1.0
 */
import type { Consecutive, Counts, CountWindow, Slice, TimeWindow } from './Counts'
import { consecutive as failuresInARow, empty } from './Counts'
import type { Problem } from './InvalidSettings'
import { broken, integerFrom, positive, problem } from './InvalidSettings'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * How to count. Every function is pure.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import type { Counts } from 'breaker-ts/Counts'
 * import type { Window } from 'breaker-ts/Window'
 *
 * // each call weighs half as much as the one after it
 * interface Weighted extends Counts {
 *   readonly _tag: 'Weighted'
 *   readonly failing: number
 * }
 * const weighted: Window<Weighted> = {
 *   empty: { _tag: 'Weighted', calls: 0, failures: 0, slowCalls: 0, failedOrSlow: 0, failuresInARow: 0, failing: 0 },
 *   count: (counts, { failed, slow }) => ({
 *     ...counts,
 *     calls: counts.calls + 1,
 *     failures: counts.failures + (failed ? 1 : 0),
 *     slowCalls: counts.slowCalls + (slow ? 1 : 0),
 *     failuresInARow: failed ? counts.failuresInARow + 1 : 0,
 *     failing: counts.failing / 2 + (failed ? 0.5 : 0)
 *   }),
 *   isSettled: () => false
 * }
 *
 * const breaker = new CircuitBreaker({
 *   name: 'search',
 *   window: weighted,
 *   trip: (counts) => (counts as Weighted).failing > 0.7
 * })
 * breaker.recordFailure()
 * assert.strictEqual(breaker.state(), 'closed')
 * breaker.recordFailure()
 * assert.strictEqual(breaker.state(), 'open')
 *
 * @category model
 * @since 0.1.0
 */
export interface Window<C extends Counts = Counts> {
  /** Nothing counted. Its `_tag` tells the counts of this window from those of others. */
  readonly empty: C
  /**
   * The counts with a call that ended at `now`; the same reference where it changes nothing. Counts come from a stored state
   * too: where they have the `_tag` of this window and are of other settings, start from `empty`. For the shortest time, write the
   * fields out and spread nothing.
   */
  count(counts: C, call: Call, now: number): C
  /** Whether a success that is not slow would leave the counts as they are, whenever it comes. */
  isSettled(counts: C): boolean
  /** The most calls that the counts can hold, where there is such a number. */
  readonly size?: number
  /** What is wrong with the numbers that the window was made of; settings refuse it then. Default: nothing. */
  readonly problems?: ReadonlyArray<Problem>
  /** The window as data, which `Settings` of `breaker-ts/Codec` reads. */
  readonly toJSON?: () => unknown
}

/**
 * A call that has ended.
 *
 * @category model
 * @since 0.1.0
 */
export interface Call {
  readonly failed: boolean
  readonly slow: boolean
}

/**
 * A window of the last calls.
 *
 * @category model
 * @since 0.1.0
 */
export interface LastCalls extends Window<CountWindow> {
  readonly size: number
}

/**
 * A window of the last seconds.
 *
 * @category model
 * @since 0.1.0
 */
export interface LastSeconds extends Window<TimeWindow> {
  readonly seconds: number
  readonly slices: number
}

// -------------------------------------------------------------------------------------
// failures in a row
// -------------------------------------------------------------------------------------

/**
 * Failures in a row: a success forgets them. It needs no memory and no time, and it is the default.
 *
 * @example
 * import { empty } from 'breaker-ts/Counts'
 * import { consecutive } from 'breaker-ts/Window'
 *
 * assert.strictEqual(consecutive.empty, empty)
 *
 * @category constructors
 * @since 0.1.0
 */
export const consecutive: Window<Consecutive> = Object.freeze<Window<Consecutive>>({
  empty,
  count: (counts, { failed }) =>
    failed ? failuresInARow(counts.failures + 1) : counts.failures === 0 ? counts : empty,
  isSettled: ({ failures }) => failures === 0,
  toJSON: () => ({ _tag: 'Consecutive' })
})

// -------------------------------------------------------------------------------------
// the last calls
// -------------------------------------------------------------------------------------

/**
 * The last `size` calls, an integer from 1 to 1,000,000. Its counts hold a 32-bit word for every 16 calls.
 *
 * @example
 * import { countWindow } from 'breaker-ts/Window'
 *
 * assert.strictEqual(countWindow(100).size, 100)
 *
 * @category constructors
 * @since 0.1.0
 */
export const countWindow = (size: number): LastCalls => {
  const empty = emptyRing(size)
  const ring = CALLS * Math.ceil(size / CALLS)
  return {
    size,
    empty,
    count: (counts, { failed, slow }) => {
      const before = counts.size === size ? counts : empty
      const { calls, next } = before
      const isFull = calls === size
      if (isFull && !failed && !slow && before.failedOrSlow === 0) return before
      const come = (failed ? FAILED : 0) | (slow ? SLOW : 0)
      const gone = isFull ? callAt(before, next < size ? next + ring - size : next - size) : 0
      const place = next % CALLS
      const word = before.word | (come << (2 * place))
      const isWhole = place === CALLS - 1
      return {
        _tag: 'CountWindow',
        size,
        calls: isFull ? size : calls + 1,
        failures: before.failures + (come & FAILED) - (gone & FAILED),
        slowCalls: before.slowCalls + (come >> 1) - (gone >> 1),
        failedOrSlow: before.failedOrSlow + either(come) - either(gone),
        failuresInARow: failed ? before.failuresInARow + 1 : 0,
        next: next + 1 === ring ? 0 : next + 1,
        word: isWhole ? 0 : word,
        pages: isWhole ? withWord(before.pages, wordOf(next), word) : before.pages
      }
    },
    isSettled: (counts) => counts.size === size && isAllHealthy(counts),
    problems: broken(lastCalls(), { size }),
    toJSON: () => ({ _tag: 'CountWindow', size })
  }
}

/**
 * The rules for the numbers of a window. A window is copied now and then, so its size is bounded.
 *
 * @internal
 */
export const lastCalls = () => ({ size: integerFrom(1, 1_000_000) })

const FAILED = 1
const SLOW = 2
const CALLS = 16 // in a word
const WORDS = 64 // in a page

// 1 for a call that failed, was slow, or both.
const either = (bits: number): number => (bits | (bits >> 1)) & 1

/**
 * How many words each page of a ring has.
 *
 * @internal
 */
export const pageLengths = (size: number): ReadonlyArray<number> => {
  const words = Math.ceil(size / CALLS)
  return Array.from({ length: Math.ceil(words / WORDS) }, (_, page) => Math.min(WORDS, words - page * WORDS))
}

// The settings refuse a size out of bounds, so its ring is never used.
const emptyRing = (size: number): CountWindow =>
  Object.freeze({
    _tag: 'CountWindow',
    size,
    calls: 0,
    failures: 0,
    slowCalls: 0,
    failedOrSlow: 0,
    failuresInARow: 0,
    next: 0,
    word: 0,
    pages: Object.freeze(
      lastCalls().size.holds(size)
        ? pageLengths(size).map((length) => Object.freeze(Array.from({ length }, () => 0)))
        : []
    )
  })

const isAllHealthy = ({ size, calls, failedOrSlow }: CountWindow): boolean => calls === size && failedOrSlow === 0

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

// Divisions by CALLS and by WORDS. As shifts, since V8 divides by floating point.
const wordOf = (place: number): number => place >> 4

const pageAt = (word: number): number => word >> 6

type Pages = CountWindow['pages']

const pageOf = (pages: Pages, word: number): ReadonlyArray<number> => pages[pageAt(word)] as ReadonlyArray<number>

const withWord = (pages: Pages, index: number, word: number): Pages =>
  replace(pages, pageAt(index), replace(pageOf(pages, index), index % WORDS, word))

const replace = <A>(items: ReadonlyArray<A>, index: number, item: A): ReadonlyArray<A> => {
  // Frozen arrays, as the first ones are, have another hidden class in V8: with both, every call takes longer.
  if (items[index] === item && !Object.isFrozen(items)) return items
  const copy = items.slice()
  copy[index] = item
  return copy
}

// -------------------------------------------------------------------------------------
// the last seconds
// -------------------------------------------------------------------------------------

/**
 * The calls of the last `seconds`, a finite number > 0, in `slices` equal parts, an integer from 1 to 10,000 (default 10). The first
 * slice starts with the first call. The window moves on by a slice at a time, so a call is remembered for `seconds`, or up
 * to a slice less.
 *
 * @example
 * import { timeWindow } from 'breaker-ts/Window'
 *
 * assert.strictEqual(timeWindow(60, 10).empty.sliceSeconds, 6)
 *
 * @category constructors
 * @since 0.1.0
 */
export const timeWindow = (seconds: number, slices: number = 10): LastSeconds => {
  const sliceSeconds = seconds / slices
  const empty: TimeWindow = Object.freeze<TimeWindow>({
    _tag: 'TimeWindow',
    sliceSeconds,
    startedAtSeconds: 0,
    calls: 0,
    failures: 0,
    slowCalls: 0,
    failedOrSlow: 0,
    failuresInARow: 0,
    older: Object.freeze([])
  })
  return {
    seconds,
    slices,
    empty,
    count: (counts, { failed, slow }, now) => {
      const isOwn = counts.sliceSeconds === sliceSeconds && counts.older.length < slices
      const before = turn(isOwn ? counts : empty, slices, now)
      return {
        _tag: 'TimeWindow',
        sliceSeconds,
        startedAtSeconds: before.startedAtSeconds,
        calls: before.calls + 1,
        failures: before.failures + (failed ? 1 : 0),
        slowCalls: before.slowCalls + (slow ? 1 : 0),
        failedOrSlow: before.failedOrSlow + (failed || slow ? 1 : 0),
        failuresInARow: failed ? before.failuresInARow + 1 : 0,
        older: before.older
      }
    },
    isSettled: () => false,
    problems:
      seconds > 0 && sliceSeconds === 0 && slices < Infinity
        ? [problem('seconds', seconds, 'a time that can be divided into the slices')]
        : broken(lastSeconds(), { seconds, slices }),
    toJSON: () => ({ _tag: 'TimeWindow', seconds, slices })
  }
}

/** @internal */
export const lastSeconds = () => ({ seconds: positive, slices: integerFrom(1, 10_000) })

const EMPTY_SLICE: Slice = { calls: 0, failures: 0, slowCalls: 0, failedOrSlow: 0 }

// Moves the window on to `now`.
const turn = (counts: TimeWindow, slices: number, now: number): TimeWindow => {
  const age = now - counts.startedAtSeconds
  return age >= 0 && age < counts.sliceSeconds && counts.calls > 0 ? counts : turned(counts, slices, now)
}

// A clock that has gone back within the window stands still for it. One that has gone back further has nothing in common with
// the slices; they are kept as if no time had passed, so that they still end.
const turned = (counts: TimeWindow, slices: number, now: number): TimeWindow => {
  const { sliceSeconds, startedAtSeconds, older } = counts
  const passed = Math.floor((now - startedAtSeconds) / sliceSeconds)
  // The first slice starts with the first call.
  if (counts.calls === 0 || passed <= -slices) return moved(counts, now, counts, older)
  if (passed <= 0) return counts
  const idle = Array.from({ length: Math.min(passed, slices) - 1 }, () => EMPTY_SLICE)
  const kept = [...idle, currentOf(counts), ...older].slice(0, slices - 1)
  return moved(counts, Math.min(startedAtSeconds + passed * sliceSeconds, now), sum(kept), kept)
}

// Written out, and not spread, so that all counts of a time window have the same hidden class in V8.
const moved = (
  { sliceSeconds, failuresInARow }: TimeWindow,
  startedAtSeconds: number,
  { calls, failures, slowCalls, failedOrSlow }: Slice,
  older: TimeWindow['older']
): TimeWindow => ({
  _tag: 'TimeWindow',
  sliceSeconds,
  startedAtSeconds,
  calls,
  failures,
  slowCalls,
  failedOrSlow,
  failuresInARow,
  older
})

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
    slowCalls: counts.slowCalls - older.slowCalls,
    failedOrSlow: counts.failedOrSlow - older.failedOrSlow
  }
}

const sum = (slices: ReadonlyArray<Slice>): Slice =>
  slices.reduce(
    (total, slice) => ({
      calls: total.calls + slice.calls,
      failures: total.failures + slice.failures,
      slowCalls: total.slowCalls + slice.slowCalls,
      failedOrSlow: total.failedOrSlow + slice.failedOrSlow
    }),
    EMPTY_SLICE
  )

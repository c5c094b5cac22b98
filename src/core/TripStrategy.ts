/**
 * When a CLOSED circuit opens: a predicate over its counts, asked after each failed or slow call.
 *
 * @since 0.1.0
 */
import type * as Monoids from 'fp-ts/Monoid'
import type { Predicate } from 'fp-ts/Predicate'

import type { Counts } from './Counts'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Whether to open. Any pure function of the counts will do; those of this module also know the data that they were made
 * of, so that settings can be checked.
 *
 * @category model
 * @since 0.1.0
 */
export interface TripStrategy extends Predicate<Counts> {
  /** What the strategy is made of; absent where a part of it is a function of the user's. */
  readonly parts?: ReadonlyArray<TripData>
}

/**
 * A built-in strategy as data, for settings from a JSON file.
 *
 * @category model
 * @since 0.1.0
 */
export type TripData =
  | { readonly _tag: 'ConsecutiveFailures'; readonly failures: number }
  | { readonly _tag: 'FailureCount'; readonly failures: number }
  | { readonly _tag: 'FailureRate'; readonly rate: number; readonly minimumCalls: number }
  | { readonly _tag: 'SlowCallRate'; readonly rate: number; readonly minimumCalls: number }
  | { readonly _tag: 'Never' }

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A strategy from its data.
 *
 * @example
 * import { consecutive } from 'breaker-ts/Counts'
 * import { fromData } from 'breaker-ts/TripStrategy'
 *
 * const strategy = fromData({ _tag: 'ConsecutiveFailures', failures: 5 })
 *
 * assert.deepStrictEqual([4, 5].map((n) => strategy(consecutive(n))), [false, true])
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromData = (data: TripData): TripStrategy => withParts((counts) => holds(data, counts), [data])

const holds = (data: TripData, counts: Counts): boolean => {
  switch (data._tag) {
    case 'ConsecutiveFailures':
      return counts.failuresInARow >= data.failures
    case 'FailureCount':
      return counts.failures >= data.failures
    case 'FailureRate':
      return reaches(data.rate, data.minimumCalls, counts.failures, counts.calls)
    case 'SlowCallRate':
      return reaches(data.rate, data.minimumCalls, counts.slowCalls, counts.calls)
    case 'Never':
      return false
  }
}

const reaches = (rate: number, minimumCalls: number, part: number, whole: number): boolean =>
  whole >= minimumCalls && part / whole >= rate

const withParts = (predicate: Predicate<Counts>, parts: ReadonlyArray<TripData> | undefined): TripStrategy =>
  // eslint-disable-next-line functional/immutable-data -- a function of our own, just made
  parts === undefined ? predicate : Object.defineProperty(predicate, 'parts', { value: parts })

/**
 * Opens after this many failures in a row, an integer > 0, with any window.
 *
 * @example
 * import { consecutive } from 'breaker-ts/Counts'
 * import { consecutiveFailures } from 'breaker-ts/TripStrategy'
 *
 * assert.deepStrictEqual([4, 5].map((n) => consecutiveFailures(5)(consecutive(n))), [false, true])
 *
 * @category constructors
 * @since 0.1.0
 */
export const consecutiveFailures = (failures: number): TripStrategy =>
  fromData({ _tag: 'ConsecutiveFailures', failures })

/**
 * Opens at this many failures in the window, an integer > 0.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import { failureCount } from 'breaker-ts/TripStrategy'
 * import { countWindow } from 'breaker-ts/Window'
 *
 * const breaker = new CircuitBreaker({ name: 'mail', window: countWindow(10), trip: failureCount(2) })
 *
 * breaker.recordFailure()
 * breaker.recordSuccess()
 * assert.strictEqual(breaker.state(), 'closed')
 * breaker.recordFailure()
 * assert.strictEqual(breaker.state(), 'open')
 *
 * @category constructors
 * @since 0.1.0
 */
export const failureCount = (failures: number): TripStrategy => fromData({ _tag: 'FailureCount', failures })

/**
 * Opens when this part of the calls in the window has failed, a number in (0, 1], once there are `minimumCalls` of them,
 * an integer > 0.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import { failureRate } from 'breaker-ts/TripStrategy'
 * import { timeWindow } from 'breaker-ts/Window'
 *
 * const breaker = new CircuitBreaker({ name: 'mail', window: timeWindow(60, 10), trip: failureRate(0.5, 4) })
 *
 * breaker.recordFailure()
 * breaker.recordSuccess()
 * breaker.recordFailure() // 2 of 3 failed, but 3 calls are not enough to tell
 * assert.strictEqual(breaker.state(), 'closed')
 * breaker.recordFailure()
 * assert.strictEqual(breaker.state(), 'open')
 *
 * @category constructors
 * @since 0.1.0
 */
export const failureRate = (rate: number, minimumCalls: number): TripStrategy =>
  fromData({ _tag: 'FailureRate', rate, minimumCalls })

/**
 * Opens when this part of the calls in the window was slow, a number in (0, 1], once there are `minimumCalls` of them, an
 * integer > 0. A classifier says which calls are slow: see `slowAfter` of `breaker-ts/Classifier`.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import { slowAfter, standard } from 'breaker-ts/Classifier'
 * import { manual } from 'breaker-ts/Clock'
 * import { slowCallRate } from 'breaker-ts/TripStrategy'
 * import { countWindow } from 'breaker-ts/Window'
 *
 * const time = manual()
 * const breaker = new CircuitBreaker({
 *   name: 'search',
 *   window: countWindow(10),
 *   trip: slowCallRate(0.5, 2),
 *   classify: slowAfter(3)(standard),
 *   clock: time.clock
 * })
 *
 * breaker.call(() => time.advance(1))
 * breaker.call(() => time.advance(3))
 * assert.strictEqual(breaker.state(), 'open')
 *
 * @category constructors
 * @since 0.1.0
 */
export const slowCallRate = (rate: number, minimumCalls: number): TripStrategy =>
  fromData({ _tag: 'SlowCallRate', rate, minimumCalls })

/**
 * Never opens by itself, for a breaker that is moved by hand only. It is the empty of `any`.
 *
 * @example
 * import { consecutive } from 'breaker-ts/Counts'
 * import { never } from 'breaker-ts/TripStrategy'
 *
 * assert.strictEqual(never(consecutive(1000)), false)
 *
 * @category constructors
 * @since 0.1.0
 */
export const never: TripStrategy = fromData({ _tag: 'Never' })

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

const parts = (x: TripStrategy, y: TripStrategy): ReadonlyArray<TripData> | undefined =>
  x.parts === undefined || y.parts === undefined ? undefined : [...x.parts, ...y.parts]

/**
 * Opens when any of the strategies would.
 *
 * @example
 * import { any, failureRate, slowCallRate } from 'breaker-ts/TripStrategy'
 * import { concatAll } from 'fp-ts/Monoid'
 *
 * const strategy = concatAll(any)([failureRate(0.5, 20), slowCallRate(0.8, 20)])
 * const calls = { _tag: 'TimeWindow', sliceSeconds: 6, startSeconds: 0, calls: 20, failuresInARow: 0, older: [] } as const
 *
 * assert.strictEqual(strategy({ ...calls, failures: 10, slowCalls: 0 }), true)
 * assert.strictEqual(strategy({ ...calls, failures: 9, slowCalls: 15 }), false)
 *
 * @category instances
 * @since 0.1.0
 */
export const any: Monoids.Monoid<TripStrategy> = {
  concat: (x, y) => withParts((counts) => x(counts) || y(counts), parts(x, y)),
  empty: never
}

/**
 * Opens when all of the strategies would. Its empty always opens: concatenate at least one.
 *
 * @example
 * import { all, failureCount, failureRate } from 'breaker-ts/TripStrategy'
 *
 * const strategy = all.concat(failureRate(0.5, 10), failureCount(8))
 * const calls = { _tag: 'TimeWindow', sliceSeconds: 6, startSeconds: 0, slowCalls: 0, failuresInARow: 0, older: [] } as const
 *
 * assert.strictEqual(strategy({ ...calls, calls: 10, failures: 8 }), true)
 * assert.strictEqual(strategy({ ...calls, calls: 10, failures: 7 }), false)
 *
 * @category instances
 * @since 0.1.0
 */
export const all: Monoids.Monoid<TripStrategy> = {
  concat: (x, y) => withParts((counts) => x(counts) && y(counts), parts(x, y)),
  empty: withParts(() => true, [])
}

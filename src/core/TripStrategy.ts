/**
 * When a CLOSED circuit opens: a predicate over its counts, asked after each failed or slow call.
 *
 * @since 0.1.0
 */
import type * as Monoids from 'fp-ts/Monoid'
import type { Predicate } from 'fp-ts/Predicate'

import type { Counts } from './Counts'
import type { Problem } from './InvalidSettings'
import { broken, integerFrom, positive, problem } from './InvalidSettings'
import type { Window } from './Window'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Whether to open. Any pure function of the counts will do; those of this module also know what would keep them from ever
 * opening a circuit, so that settings can be checked.
 *
 * @category model
 * @since 0.1.0
 */
export interface TripStrategy extends Predicate<Counts> {
  /** What is wrong with the strategy, or would keep it from ever opening with this window. Default: nothing. */
  readonly problems?: (window: Window) => ReadonlyArray<Problem>
  /** Whether it looks at slow calls, which only a classifier can tell. Default: it does not. */
  readonly needsSlowCalls?: boolean
  /** The strategy as data, which `Settings` of `breaker-ts/Codec` reads. */
  readonly toJSON?: () => unknown
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The rules for the numbers of a strategy.
 *
 * @internal
 */
export const numbers = () => ({
  failures: integerFrom(1),
  rate: {
    rule: 'a number > 0 and <= 1 (0.5 is 50 %)',
    holds: (given: unknown) => positive.holds(given) && (given as number) <= 1
  },
  minimumCalls: integerFrom(1)
})

const strategy = (holds: Predicate<Counts>, more: Partial<TripStrategy>): TripStrategy =>
  // eslint-disable-next-line functional/immutable-data -- a function of our own, just made
  Object.assign(holds, more)

const inTrip = (given: Readonly<Partial<Record<keyof ReturnType<typeof numbers>, number>>>): ReadonlyArray<Problem> =>
  broken(numbers(), given).map((found) => ({ ...found, path: `trip.${found.path}` }))

const inRate = (
  name: string,
  given: { readonly rate: number; readonly minimumCalls: number },
  window: Window
): ReadonlyArray<Problem> => [
  ...inTrip(given),
  ...(window.empty._tag === 'Consecutive'
    ? [problem('window', undefined, `a window that knows rates, CountWindow or TimeWindow, for ${name}`)]
    : outOfReach(name, given.minimumCalls, window))
]

const outOfReach = (name: string, needed: number, { size = Infinity }: Window): ReadonlyArray<Problem> =>
  needed > size ? [problem('trip', needed, `${name} to need no more calls than the window has, ${size}`)] : []

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
  strategy(({ failuresInARow }) => failuresInARow >= failures, {
    problems: () => inTrip({ failures }),
    toJSON: () => ({ _tag: 'ConsecutiveFailures', failures })
  })

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
export const failureCount = (failures: number): TripStrategy =>
  strategy((counts) => counts.failures >= failures, {
    problems: (window) => [...inTrip({ failures }), ...outOfReach('FailureCount', failures, window)],
    toJSON: () => ({ _tag: 'FailureCount', failures })
  })

/**
 * Opens when this part of the calls in the window has failed, a number in (0, 1], once there are `minimumCalls` of them,
 * an integer > 0 (default 20).
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
export const failureRate = (rate: number, minimumCalls: number = 20): TripStrategy =>
  strategy(({ calls, failures }) => calls >= minimumCalls && failures / calls >= rate, {
    problems: (window) => inRate('FailureRate', { rate, minimumCalls }, window),
    toJSON: () => ({ _tag: 'FailureRate', rate, minimumCalls })
  })

/**
 * Opens when this part of the calls in the window was slow, a number in (0, 1], once there are `minimumCalls` of them, an
 * integer > 0 (default 20). A classifier says which calls are slow: see `slowAfter` of `breaker-ts/Classifier`.
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
export const slowCallRate = (rate: number, minimumCalls: number = 20): TripStrategy =>
  strategy(({ calls, slowCalls }) => calls >= minimumCalls && slowCalls / calls >= rate, {
    problems: (window) => inRate('SlowCallRate', { rate, minimumCalls }, window),
    needsSlowCalls: true,
    toJSON: () => ({ _tag: 'SlowCallRate', rate, minimumCalls })
  })

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
export const never: TripStrategy = strategy(() => false, { toJSON: () => ({ _tag: 'Never' }) })

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

const together = (x: TripStrategy, y: TripStrategy, holds: Predicate<Counts>): TripStrategy =>
  strategy(holds, {
    problems: (window) => [x, y].flatMap(({ problems }) => problems?.(window) ?? []),
    needsSlowCalls: x.needsSlowCalls === true || y.needsSlowCalls === true
  })

// Data has a list for `any`, and nothing for `all`.
const listed = (x: TripStrategy, y: TripStrategy): TripStrategy => {
  const either = together(x, y, (counts) => x(counts) || y(counts))
  return x.toJSON === undefined || y.toJSON === undefined
    ? either
    : strategy(either, { toJSON: () => [x, y].flatMap(({ toJSON }) => toJSON?.()) })
}

/**
 * Opens when any of the strategies would.
 *
 * @example
 * import { any, failureRate, slowCallRate } from 'breaker-ts/TripStrategy'
 * import { timeWindow } from 'breaker-ts/Window'
 * import { monoid as M } from 'fp-ts'
 *
 * const strategy = M.concatAll(any)([failureRate(0.5, 20), slowCallRate(0.8, 20)])
 * const calls = { ...timeWindow(60, 10).empty, calls: 20 }
 *
 * assert.strictEqual(strategy({ ...calls, failures: 10, slowCalls: 0 }), true)
 * assert.strictEqual(strategy({ ...calls, failures: 9, slowCalls: 15 }), false)
 *
 * @category instances
 * @since 0.1.0
 */
export const any: Monoids.Monoid<TripStrategy> = {
  concat: (x, y) => (x === never ? y : y === never ? x : listed(x, y)),
  empty: never
}

/**
 * Opens when all of the strategies would. Its empty always opens: concatenate at least one.
 *
 * @example
 * import { all, failureCount, failureRate } from 'breaker-ts/TripStrategy'
 * import { timeWindow } from 'breaker-ts/Window'
 *
 * const strategy = all.concat(failureRate(0.5, 10), failureCount(8))
 * const calls = timeWindow(60, 10).empty
 *
 * assert.strictEqual(strategy({ ...calls, calls: 10, failures: 8 }), true)
 * assert.strictEqual(strategy({ ...calls, calls: 10, failures: 7 }), false)
 *
 * @category instances
 * @since 0.1.0
 */
export const all: Monoids.Monoid<TripStrategy> = {
  concat: (x, y) => together(x, y, (counts) => x(counts) && y(counts)),
  empty: () => true
}

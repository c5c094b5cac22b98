/**
 * Where a breaker reads the time: seconds that only their difference gives a meaning.
 *
 * @since 0.1.0
 */
import type { IO } from 'fp-ts/IO'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Returns the time in seconds, a finite number, from any fixed origin. It should be monotonic: no step of the wall clock
 * should change it. A breaker survives one that goes back, and one that stands still.
 *
 * @category model
 * @since 0.1.0
 */
export type Clock = IO<number>

/**
 * A clock that stands still until it is moved, for tests.
 *
 * @category model
 * @since 0.1.0
 */
export interface ManualClock {
  readonly clock: Clock
  /** Moves the clock forward, or back when negative. */
  readonly advance: (seconds: number) => void
  /** Moves the clock to a time. */
  readonly set: (seconds: number) => void
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

declare const performance: { readonly now: () => number }

/**
 * Seconds of the platform's monotonic clock (`performance.now`). The default of every breaker.
 *
 * @example
 * import { monotonic } from 'breaker-ts/Clock'
 *
 * const before = monotonic()
 * assert.strictEqual(monotonic() >= before, true)
 *
 * @category constructors
 * @since 0.1.0
 */
export const monotonic: Clock = () => performance.now() / 1000

/**
 * Seconds since 1970 by the wall clock, which the machine never goes by.
 *
 * @internal
 */
export const wall: Clock = () => Date.now() / 1000 // eslint-disable-line no-restricted-globals -- what it is for

/**
 * A clock over a source of milliseconds.
 *
 * @example
 * import { fromMilliseconds } from 'breaker-ts/Clock'
 *
 * const clock = fromMilliseconds(() => 1500)
 * assert.strictEqual(clock(), 1.5)
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromMilliseconds =
  (milliseconds: IO<number>): Clock =>
  () =>
    milliseconds() / 1000

/**
 * A clock moved by hand, so that a test of a minute takes no time.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import { manual } from 'breaker-ts/Clock'
 *
 * const time = manual()
 * const breaker = new CircuitBreaker({ name: 'payments', failureThreshold: 1, clock: time.clock })
 *
 * breaker.recordFailure()
 * time.advance(59.999)
 * assert.strictEqual(breaker.state(), 'open')
 * time.advance(0.001)
 * assert.strictEqual(breaker.state(), 'half_open')
 *
 * @category constructors
 * @since 0.1.0
 */
export const manual = (startSeconds = 0): ManualClock => {
  let now = startSeconds
  return {
    clock: () => now,
    advance: (seconds) => {
      now += seconds
    },
    set: (seconds) => {
      now = seconds
    }
  }
}

/**
 * Recorded traffic: what `breaker-ts/Replay` plays against settings, and where chance that repeats itself comes from.
 *
 * @since 0.1.0
 */
import type { Notice } from '../shell/Notice'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * How a call ended. `neutral`: neither success nor failure, for example cancelled. `unknown`: the recorded breaker rejected
 * it, so no one knows.
 *
 * @category model
 * @since 0.1.0
 */
export type Ending = 'success' | 'failure' | 'neutral' | 'unknown'

/**
 * A call, as a log tells it. A breaker admits it at its start and counts it at its end.
 *
 * @category model
 * @since 0.1.0
 */
export interface Call {
  /** When it started, in seconds of any origin. */
  readonly startSeconds: number
  /** How long it took; `Infinity` for a call that never ended. */
  readonly seconds: number
  readonly outcome: Ending
  /** Seconds for which the service asked to be left alone; absent where it did not. */
  readonly retryAfterSeconds?: number
  /** What it was for, where the log has several breakers in it: a host, a route, a tenant. */
  readonly key?: string
}

/**
 * What can be replayed: calls in the order of their starts, or the notices that a breaker has told, in their order.
 *
 * @category model
 * @since 0.1.0
 */
export type Traffic = Call | Notice

// -------------------------------------------------------------------------------------
// chance
// -------------------------------------------------------------------------------------

/**
 * A number in [0, 1) that looks random, and is the same for the same seed and place, in every process and browser.
 *
 * @example
 * import { chance } from 'breaker-ts/Traffic'
 *
 * assert.strictEqual(chance(1, 0), chance(1, 0))
 * assert.notStrictEqual(chance(1, 0), chance(1, 1))
 *
 * @category chance
 * @since 0.1.0
 */
export const chance = (seed: number, place: number): number =>
  (mixed((mixed(seed >>> 0) ^ (place >>> 0)) + Math.floor(place / 2 ** 32)) >>> 0) / 2 ** 32

// The finisher of MurmurHash3, after a step by the golden ratio, so that 0 does not stay 0.
const mixed = (bits: number): number => {
  const first = bits + 0x9e3779b9
  const half = Math.imul(first ^ (first >>> 16), 0x85ebca6b)
  const whole = Math.imul(half ^ (half >>> 13), 0xc2b2ae35)
  return whole ^ (whole >>> 16)
}

/**
 * What the script of the HTML report draws.
 *
 * @since 0.1.0
 */
import type { Buckets } from './Report'

/**
 * A setting in the plane of what callers waited and what they lost.
 *
 * @internal
 */
export interface Point {
  /** Seconds waited in bad calls. */
  readonly x: number
  /** Good calls rejected. */
  readonly y: number
  readonly label: string
  /** Whether no other is better in both; false where only a few were given. */
  readonly isOnFront: boolean
  readonly kind: 'current' | 'given' | 'none' | 'knee' | 'front' | 'grid'
}

/**
 * What a setting did over time.
 *
 * @internal
 */
export interface Timeline {
  readonly buckets: Buckets
  /** When the circuit was open or half-open: from, until, and which. Only of a single breaker whose changes are all known. */
  readonly spans?: ReadonlyArray<readonly [number, number, 'open' | 'halfopen']>
}

/**
 * All that is drawn.
 *
 * @internal
 */
export interface PageData {
  /** Whether times are of the calendar, and not since some start. */
  readonly isCalendar: boolean
  /** Breakers of each setting: one for each key and instance. */
  readonly breakers: number
  /** From when to when. */
  readonly incidents: ReadonlyArray<readonly [number, number]>
  readonly timelines: ReadonlyArray<Timeline>
  readonly points: ReadonlyArray<Point>
}

/**
 * Sums over time, in buckets that double their width when they are too many, and a histogram of latencies: what a replay
 * remembers of a log, however long it is.
 *
 * @since 0.1.0
 */

const MOST_BUCKETS = 400

/**
 * Several sums for each stretch of time.
 *
 * @internal
 */
export class Timeline {
  bucketSeconds = 1
  length = 0

  constructor(
    readonly startSeconds: number,
    private readonly series: ReadonlyArray<Float64Array>
  ) {}

  static of(startSeconds: number, series: number): Timeline {
    return new Timeline(
      startSeconds,
      Array.from({ length: series }, () => new Float64Array(MOST_BUCKETS))
    )
  }

  copy(): Timeline {
    return Object.assign(
      new Timeline(
        this.startSeconds,
        this.series.map((sums) => sums.slice())
      ),
      { bucketSeconds: this.bucketSeconds, length: this.length }
    )
  }

  add(series: number, atSeconds: number, amount: number): void {
    const sums = this.series[series] as Float64Array
    const bucket = this.bucketOf(atSeconds)
    sums[bucket] = (sums[bucket] as number) + amount
  }

  /** Adds the seconds of a span to the buckets that it meets. */
  spread(series: number, fromSeconds: number, untilSeconds: number): void {
    this.bucketOf(untilSeconds) // wide enough for both
    const sums = this.series[series] as Float64Array
    for (let i = this.bucketOf(fromSeconds); i < this.length; i++) {
      const bucketStart = this.startSeconds + i * this.bucketSeconds
      const seconds = Math.min(untilSeconds, bucketStart + this.bucketSeconds) - Math.max(fromSeconds, bucketStart)
      if (seconds <= 0 && bucketStart > untilSeconds) return
      sums[i] = (sums[i] as number) + Math.max(0, seconds)
    }
  }

  /** Adds the sums of another one, which starts no earlier. */
  absorb(other: Timeline): void {
    while (this.bucketSeconds < other.bucketSeconds) this.widen()
    other.series.forEach((sums, series) => {
      for (let i = 0; i < other.length; i++)
        this.add(series, other.startSeconds + (i + 0.5) * other.bucketSeconds, sums[i] as number)
    })
  }

  sums(series: number): ReadonlyArray<number> {
    return Array.from((this.series[series] as Float64Array).subarray(0, this.length))
  }

  private bucketOf(atSeconds: number): number {
    const since = Math.max(0, atSeconds - this.startSeconds)
    while (since / this.bucketSeconds >= MOST_BUCKETS) this.widen()
    const bucket = Math.floor(since / this.bucketSeconds)
    this.length = Math.max(this.length, bucket + 1)
    return bucket
  }

  private widen(): void {
    for (const sums of this.series) {
      for (let i = 0; i < MOST_BUCKETS; i++)
        sums[i] = 2 * i < MOST_BUCKETS ? (sums[2 * i] as number) + (sums[2 * i + 1] as number) : 0
    }
    this.bucketSeconds *= 2
    this.length = Math.ceil(this.length / 2)
  }
}

const FINEST_SECONDS = 1e-4
const STEPS = 16 // to the double: a step is 4 %
const MOST_STEPS = 27 * STEPS

/**
 * How many buckets a histogram of latencies has.
 *
 * @internal
 */
export const LATENCIES = MOST_STEPS + 2

/**
 * The bucket of a latency; 0 is for none at all.
 *
 * @internal
 */
export const latencyBucket = (seconds: number): number =>
  seconds <= 0 ? 0 : 1 + Math.min(Math.max(Math.floor(Math.log2(seconds / FINEST_SECONDS) * STEPS), 0), MOST_STEPS)

/**
 * The latency that so many of 1 do not exceed, within 2 %; `null` where there is none.
 *
 * @internal
 */
export const quantile = (histogram: Float64Array, part: number): number | null => {
  const total = histogram.reduce((sum, n) => sum + n, 0)
  if (total === 0) return null
  const target = part * total
  let below = 0
  const bucket = histogram.findIndex((n) => (below += n) >= target && n > 0)
  return bucket <= 0 ? 0 : Number((FINEST_SECONDS * 2 ** ((bucket - 0.5) / STEPS)).toPrecision(3))
}

/**
 * Finds the incidents of a log: runs in which half of the calls of 10 s were bad, of 20 or more.
 *
 * @since 0.1.0
 */

/**
 * A time in which the service was ill.
 *
 * @internal
 */
export interface Found {
  readonly startSeconds: number
  /** When it was last ill; `Infinity` while it is. */
  endSeconds: number
  calls: number
  bad: number
  unknown: number
}

const SLICES = 10
const MINIMUM_CALLS = 20
const RATE = 0.5

/**
 * After so many seconds it is known whether a bad call began an incident.
 *
 * @internal
 */
export const SETTLED_SECONDS = SLICES + 1

const sliceOf = (second: number): number => ((second % SLICES) + SLICES) % SLICES

/**
 * Takes calls in the order of their ends.
 *
 * @internal
 */
export class Incidents {
  readonly found: Array<Found> = []
  private readonly calls = new Float64Array(SLICES)
  private readonly bad = new Float64Array(SLICES)
  private readonly unknown = new Float64Array(SLICES)
  private readonly firstBad = new Float64Array(SLICES).fill(Infinity)
  private second = -Infinity
  private inCalls = 0
  private inBad = 0
  private lastBadAtSeconds = -Infinity
  private isIll = false
  /** Calls since the last bad one. */
  private since = 0

  /** Incidents that are known already are not looked for. */
  constructor(known?: ReadonlyArray<{ readonly startSeconds: number; readonly endSeconds: number }>) {
    this.isKnown = known !== undefined
    this.found = (known ?? [])
      .map(({ startSeconds, endSeconds }) => ({ startSeconds, endSeconds, calls: 0, bad: 0, unknown: 0 }))
      .sort((a, b) => a.startSeconds - b.startSeconds)
  }

  private readonly isKnown: boolean

  add(startSeconds: number, atSeconds: number, isBad: boolean, isUnknown: boolean): void {
    if (!this.isKnown) this.slide(startSeconds, atSeconds, isBad, isUnknown)
    const last = this.isKnown ? this.at(atSeconds) : this.isIll ? this.found[this.found.length - 1] : undefined
    if (last === undefined) return
    this.since++
    if (!isBad && !this.isKnown) return // it may have been over already
    last.calls += this.since
    this.since = 0
    if (isBad) last.bad++
    if (isUnknown) last.unknown++
  }

  /** The incidents that meet a span of time. */
  during(fromSeconds: number, untilSeconds: number): ReadonlyArray<number> {
    return this.found.flatMap(({ startSeconds, endSeconds }, i) =>
      startSeconds <= untilSeconds && endSeconds + SETTLED_SECONDS >= fromSeconds ? [i] : []
    )
  }

  /** The log has ended. */
  finish(): void {
    const last = this.found[this.found.length - 1]
    if (!this.isKnown && this.isIll && last !== undefined) last.endSeconds = this.lastBadAtSeconds
  }

  private at(now: number): Found | undefined {
    return this.found.find(({ startSeconds, endSeconds }) => now >= startSeconds && now <= endSeconds)
  }

  private slide(startSeconds: number, atSeconds: number, isBad: boolean, isUnknown: boolean): void {
    const second = Math.floor(atSeconds)
    for (let next = Math.max(this.second + 1, second - SLICES + 1); next <= second; next++) this.empty(next)
    this.second = Math.max(this.second, second)
    const slice = sliceOf(second)
    this.calls[slice] = (this.calls[slice] as number) + 1
    this.inCalls++
    if (isBad) {
      this.bad[slice] = (this.bad[slice] as number) + 1
      this.inBad++
      this.firstBad[slice] = Math.min(this.firstBad[slice] as number, startSeconds)
    }
    if (isUnknown) this.unknown[slice] = (this.unknown[slice] as number) + 1
    const isIll = this.inCalls >= MINIMUM_CALLS && this.inBad >= this.inCalls * RATE
    if (isIll && !this.isIll) this.begin(isBad, isUnknown)
    const last = this.found[this.found.length - 1]
    if (!isIll && this.isIll && last !== undefined) last.endSeconds = this.lastBadAtSeconds
    this.isIll = isIll
    if (isBad) this.lastBadAtSeconds = atSeconds
  }

  // The call that shows it is counted by `add`.
  private begin(isBad: boolean, isUnknown: boolean): void {
    const startSeconds = Math.min(...this.firstBad)
    const last = this.found[this.found.length - 1]
    this.since = 0
    if (last !== undefined && last.endSeconds + SLICES >= startSeconds) last.endSeconds = Infinity
    else
      this.found.push({ startSeconds, endSeconds: Infinity, ...this.sinceFirstBad(isBad ? 1 : 0, isUnknown ? 1 : 0) })
  }

  private sinceFirstBad(bad: number, unknown: number): Pick<Found, 'calls' | 'bad' | 'unknown'> {
    const seconds = Array.from({ length: SLICES }, (_, i) => sliceOf(this.second - SLICES + 1 + i))
    const calls = seconds
      .slice(seconds.findIndex((slice) => (this.bad[slice] as number) > 0))
      .reduce((sum, slice) => sum + (this.calls[slice] as number), 0)
    return {
      calls: calls - 1,
      bad: this.inBad - bad,
      unknown: this.unknown.reduce((sum, n) => sum + n, 0) - unknown
    }
  }

  private empty(second: number): void {
    const slice = sliceOf(second)
    this.inCalls -= this.calls[slice] as number
    this.inBad -= this.bad[slice] as number
    this.calls[slice] = 0
    this.bad[slice] = 0
    this.unknown[slice] = 0
    this.firstBad[slice] = Infinity
  }
}

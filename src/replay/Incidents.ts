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

/** After so many seconds it is known whether a bad call began an incident. */
export const SETTLED_SECONDS = SLICES + 1

/**
 * Takes calls in the order of their ends.
 *
 * @internal
 */
export class Incidents {
  readonly found: Array<Found> = []
  private readonly calls = new Float64Array(SLICES)
  private readonly bad = new Float64Array(SLICES)
  private readonly firstBad = new Float64Array(SLICES).fill(Infinity)
  private second = -Infinity
  private inCalls = 0
  private inBad = 0
  private lastBadAtSeconds = -Infinity
  private isIll = false

  /** Incidents that are known already are not looked for. */
  constructor(known?: ReadonlyArray<{ readonly startSeconds: number; readonly endSeconds: number }>) {
    this.isKnown = known !== undefined
    this.found = (known ?? [])
      .map(({ startSeconds, endSeconds }) => ({ startSeconds, endSeconds, calls: 0, bad: 0, unknown: 0 }))
      .sort((a, b) => a.startSeconds - b.startSeconds)
  }

  private readonly isKnown: boolean

  add(startSeconds: number, atSeconds: number, isBad: boolean, isUnknown: boolean): void {
    if (!this.isKnown) this.slide(startSeconds, atSeconds, isBad)
    const last = this.isKnown ? this.at(atSeconds) : this.isIll ? this.found[this.found.length - 1] : undefined
    if (last === undefined) return
    last.calls++
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

  private slide(startSeconds: number, atSeconds: number, isBad: boolean): void {
    const second = Math.floor(atSeconds)
    for (let next = Math.max(this.second + 1, second - SLICES + 1); next <= second; next++) this.empty(next)
    this.second = Math.max(this.second, second)
    const slice = ((second % SLICES) + SLICES) % SLICES
    this.calls[slice] = (this.calls[slice] as number) + 1
    this.inCalls++
    if (isBad) {
      this.bad[slice] = (this.bad[slice] as number) + 1
      this.inBad++
      this.firstBad[slice] = Math.min(this.firstBad[slice] as number, startSeconds)
    }
    const isIll = this.inCalls >= MINIMUM_CALLS && this.inBad >= this.inCalls * RATE
    if (isIll && !this.isIll) this.begin()
    const last = this.found[this.found.length - 1]
    if (!isIll && this.isIll && last !== undefined) last.endSeconds = this.lastBadAtSeconds
    this.isIll = isIll
    if (isBad) this.lastBadAtSeconds = atSeconds
  }

  private begin(): void {
    const startSeconds = Math.min(...this.firstBad)
    const last = this.found[this.found.length - 1]
    if (last !== undefined && last.endSeconds + SLICES >= startSeconds) last.endSeconds = Infinity
    else this.found.push({ startSeconds, endSeconds: Infinity, calls: this.inCalls, bad: this.inBad, unknown: 0 })
  }

  private empty(second: number): void {
    const slice = ((second % SLICES) + SLICES) % SLICES
    this.inCalls -= this.calls[slice] as number
    this.inBad -= this.bad[slice] as number
    this.calls[slice] = 0
    this.bad[slice] = 0
    this.firstBad[slice] = Infinity
  }
}

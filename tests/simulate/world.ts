// Time and chance of a simulation: events in the order of their time, and numbers that a seed gives again.

export type Random = () => number

/** mulberry32: 32 bits of state, good enough to shuffle events. */
export const seeded = (seed: number): Random => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Planned {
  readonly atSeconds: number
  readonly order: number
  readonly run: () => void
  isCancelled: boolean
}

const isBefore = (x: Planned, y: Planned): boolean =>
  x.atSeconds < y.atSeconds || (x.atSeconds === y.atSeconds && x.order < y.order)

// What was started has gone as far as it can without time.
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export class World {
  now = 0
  private readonly heap: Array<Planned> = []
  private order = 0

  readonly clock = (): number => this.now

  readonly timers = (seconds: number, run: () => void): (() => void) => {
    const planned: Planned = { atSeconds: this.now + seconds, order: this.order++, run, isCancelled: false }
    this.push(planned)
    return () => {
      planned.isCancelled = true
    }
  }

  /** Lets time go on to then. `check` is asked after each event, and what came of it. */
  async until(endSeconds: number, check: () => void = () => undefined): Promise<void> {
    await settled()
    for (let next = this.heap[0]; next !== undefined && next.atSeconds <= endSeconds; next = this.heap[0]) {
      this.pop()
      if (next.isCancelled) continue
      this.now = next.atSeconds
      next.run()
      await settled()
      check()
    }
    this.now = endSeconds
  }

  private push(planned: Planned): void {
    const { heap } = this
    let place = heap.push(planned) - 1
    while (place > 0) {
      const above = (place - 1) >> 1
      if (!isBefore(planned, heap[above] as Planned)) break
      heap[place] = heap[above] as Planned
      place = above
    }
    heap[place] = planned
  }

  private pop(): void {
    const { heap } = this
    const last = heap.pop() as Planned
    if (heap.length === 0) return
    let place = 0
    for (;;) {
      const left = 2 * place + 1
      if (left >= heap.length) break
      const right = left + 1
      const least = right < heap.length && isBefore(heap[right] as Planned, heap[left] as Planned) ? right : left
      if (!isBefore(heap[least] as Planned, last)) break
      heap[place] = heap[least] as Planned
      place = least
    }
    heap[place] = last
  }
}

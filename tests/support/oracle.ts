// The machine of semantics.md once more, written from the text alone in a plain mutable style, with nothing in common
// with src but the settings. Calls are known by ticket objects, so it needs no generations; windows are lists of calls.
import type { TripData, WindowData } from 'breaker-ts/Codec'
import type { Config } from 'breaker-ts/Config'

export interface Ticket {
  readonly epoch: object
  readonly probe: string | null
}

interface Call {
  readonly failed: boolean
  readonly slow: boolean
  readonly slice: number
}

export type Lifecycle = 'closed' | 'open' | 'half_open' | 'isolated' | 'disabled'

/** Everything the machine remembers. */
export class Memory {
  lifecycle: Lifecycle = 'closed'
  epoch: object = {}
  /** How often the epoch has changed: jitter goes by it. */
  generation = 0
  calls: Array<Call> = []
  /** The current slice of a time window, and when it started. */
  slice = 0
  start = 0
  inARow = 0
  openedAt = 0
  retryAt = 0
  probes = new Map<string, number>()
  successes = 0
  failures = 0
  reopenings = 0
  /** The last open period, and when the circuit closed after it; for policies that ask how often it has reopened. */
  openFor = 0
  closedAt: number | undefined

  renew(): void {
    this.epoch = {}
    this.generation++
  }

  copy(): Memory {
    return Object.assign(new Memory(), this, {
      calls: this.calls.map((call) => ({ ...call })),
      probes: new Map(this.probes)
    })
  }
}

export class Oracle {
  memory = new Memory()

  constructor(private readonly config: Config) {}

  /** What a reader sees at this time; time alone changes nothing inside. */
  at(now: number): Memory {
    const memory = this.memory.copy()
    if (memory.lifecycle === 'half_open') this.endLateProbes(memory, now)
    if (memory.lifecycle === 'open') {
      const remaining = memory.retryAt - now
      if (remaining <= 0 || remaining > memory.retryAt - memory.openedAt + 1) this.enterHalfOpen(memory)
    }
    return memory
  }

  lifecycleAt(now: number): Lifecycle {
    return this.at(now).lifecycle
  }

  mayPass(probe: string, now: number): boolean {
    const { lifecycle, probes } = this.at(now)
    if (lifecycle === 'half_open') return probes.size < this.config.halfOpenMaxProbes && !probes.has(probe)
    return lifecycle === 'closed' || lifecycle === 'disabled'
  }

  admit(probe: string, now: number): Ticket | undefined {
    if (!this.mayPass(probe, now)) return undefined
    const memory = this.at(now)
    if (memory.lifecycle !== 'half_open') return { epoch: memory.epoch, probe: null }
    memory.probes.set(probe, now)
    this.memory = memory
    return { epoch: memory.epoch, probe }
  }

  succeed(ticket: Ticket, now: number, slow = false): void {
    this.end(ticket, now, (memory) => {
      if (ticket.probe === null) return this.count(memory, false, slow, now, 0)
      memory.probes.delete(ticket.probe)
      memory.successes++
      const { halfOpenSuccessThreshold, halfOpenMaxProbes } = this.config
      const isEnough =
        halfOpenSuccessThreshold === undefined
          ? memory.probes.size === 0 || memory.successes === halfOpenMaxProbes
          : memory.successes === halfOpenSuccessThreshold
      if (isEnough) this.recover(memory, now)
    })
  }

  fail(ticket: Ticket, now: number, slow = false, retryAfter = 0): void {
    this.end(ticket, now, (memory) => {
      if (ticket.probe === null) return this.count(memory, true, slow, now, retryAfter)
      memory.probes.delete(ticket.probe)
      memory.failures++
      if (memory.failures > this.config.halfOpenMaxFailures) this.trip(memory, now, retryAfter)
    })
  }

  release(ticket: Ticket, now: number): void {
    this.end(ticket, now, (memory) => {
      if (ticket.probe !== null) memory.probes.delete(ticket.probe)
      return ticket.probe !== null
    })
  }

  recordSuccess(now: number): void {
    const memory = this.at(now)
    if (memory.lifecycle === 'closed') this.count(memory, false, false, now, 0)
    else if (memory.lifecycle === 'half_open') this.recover(memory, now)
    else return
    this.memory = memory
  }

  recordFailure(now: number): void {
    const memory = this.at(now)
    if (memory.lifecycle === 'closed') this.count(memory, true, false, now, 0)
    else if (memory.lifecycle === 'open') {
      const { openedAt, retryAt } = memory
      this.startTimeout(memory, now, 0)
      if (memory.openedAt === openedAt && memory.retryAt === retryAt) return // nothing has changed
    } else if (memory.lifecycle === 'half_open') this.trip(memory, now, 0)
    else return
    this.memory = memory
  }

  reset(now: number): void {
    this.memory = this.at(now)
    this.close(this.memory)
  }

  isolate(now: number): void {
    this.hold('isolated', now)
  }

  endIsolation(): void {
    if (this.memory.lifecycle === 'isolated') this.close(this.memory)
  }

  disable(now: number): void {
    this.hold('disabled', now)
  }

  enable(): void {
    if (this.memory.lifecycle === 'disabled') this.close(this.memory)
  }

  private end(ticket: Ticket, now: number, verdict: (memory: Memory) => void | boolean): void {
    const memory = this.at(now)
    if (ticket.epoch !== memory.epoch || memory.lifecycle === 'disabled') return
    if (memory.lifecycle === 'half_open' && !memory.probes.has(String(ticket.probe))) return
    if (verdict(memory) !== false) this.memory = memory
  }

  private endLateProbes(memory: Memory, now: number): void {
    const limit = this.config.probeTimeoutSeconds
    if (limit === null) return
    const late: Array<number> = []
    for (const [id, admittedAt] of [...memory.probes]) {
      const isLate = now - admittedAt >= limit
      if (isLate) late.push(admittedAt + limit)
      if (isLate || admittedAt > now + 1) memory.probes.delete(id)
    }
    for (const lateAt of late.sort((a, b) => a - b)) {
      memory.failures++
      if (memory.failures > this.config.halfOpenMaxFailures) return this.trip(memory, lateAt, 0)
    }
  }

  private hold(lifecycle: 'isolated' | 'disabled', now: number): void {
    if (this.memory.lifecycle === lifecycle) return
    this.memory = this.at(now)
    this.memory.renew()
    this.memory.lifecycle = lifecycle
  }

  private count(memory: Memory, failed: boolean, slow: boolean, now: number, retryAfter: number): void {
    const window = this.config.window.toJSON?.() as Required<WindowData>
    if (window._tag === 'TimeWindow') {
      const length = window.seconds / window.slices
      if (memory.calls.length === 0 && memory.inARow === 0) memory.start = now
      const passed = Math.floor((now - memory.start) / length)
      if (passed <= -window.slices) memory.start = now
      else if (passed > 0) memory.start = Math.min(memory.start + passed * length, now)
      if (passed > 0) memory.slice += passed
    }
    memory.calls.push({ failed, slow, slice: memory.slice })
    memory.inARow = failed ? memory.inARow + 1 : 0
    if (window._tag === 'Consecutive') memory.calls = memory.calls.slice(memory.calls.length - memory.inARow)
    if (window._tag === 'CountWindow') memory.calls = memory.calls.slice(-window.size)
    if (window._tag === 'TimeWindow') memory.calls = memory.calls.filter((c) => c.slice > memory.slice - window.slices)
    if ((failed || slow) && this.mustOpen(memory)) this.trip(memory, now, retryAfter)
  }

  private mustOpen(memory: Memory): boolean {
    const { trip, failureThreshold } = this.config
    const all = memory.calls.length
    const failures = memory.calls.filter(({ failed }) => failed).length
    const slow = memory.calls.filter(({ slow }) => slow).length
    const says = (data: Required<TripData>): boolean => {
      switch (data._tag) {
        case 'ConsecutiveFailures':
          return memory.inARow >= data.failures
        case 'FailureCount':
          return failures >= data.failures
        case 'FailureRate':
          return all >= data.minimumCalls && failures >= data.rate * all
        case 'SlowCallRate':
          return all >= data.minimumCalls && slow >= data.rate * all
        case 'Never':
          return false
      }
    }
    if (trip === undefined) return memory.inARow === failureThreshold
    return [trip.toJSON?.() as Required<TripData> | ReadonlyArray<Required<TripData>>].flat().some((data) => says(data))
  }

  private trip(memory: Memory, now: number, retryAfter: number): void {
    const isSoon =
      memory.closedAt !== undefined && now - memory.closedAt >= -1 && now - memory.closedAt < memory.openFor
    memory.reopenings = memory.lifecycle === 'half_open' || isSoon ? memory.reopenings + 1 : 0
    memory.renew()
    memory.lifecycle = 'open'
    this.startTimeout(memory, now, retryAfter)
  }

  private startTimeout(memory: Memory, now: number, retryAfter: number): void {
    const { recoveryTimeoutSeconds: timeout, name } = this.config
    const wait =
      typeof timeout === 'number' ? timeout : timeout(memory.reopenings, { name, generation: memory.generation })
    memory.openedAt = now
    memory.retryAt = now + Math.max(wait, Math.min(retryAfter, this.config.maxRetryAfterSeconds))
  }

  private enterHalfOpen(memory: Memory): void {
    memory.renew()
    memory.lifecycle = 'half_open'
    memory.openFor = memory.retryAt - memory.openedAt
    memory.probes.clear()
    memory.successes = 0
    memory.failures = 0
  }

  private recover(memory: Memory, now: number): void {
    this.close(memory)
    memory.closedAt = now
  }

  private close(memory: Memory): void {
    memory.renew()
    memory.lifecycle = 'closed'
    memory.calls = []
    memory.inARow = 0
    memory.closedAt = undefined
  }
}

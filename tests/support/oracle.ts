// The machine of semantics.md once more, written from the text alone in a plain mutable style, with nothing in common
// with src but the settings. Calls are known by ticket objects, so it needs no generations.
import type { Config } from 'breaker-ts/Config'

export interface Ticket {
  readonly epoch: object
  readonly probe: string | null
}

export class Oracle {
  lifecycle: 'closed' | 'open' | 'half_open' | 'isolated' | 'disabled' = 'closed'
  epoch: object = {}
  failures = 0
  openedAt = 0
  retryAt = 0
  probes = new Map<string, number>()
  successes = 0

  constructor(private readonly config: Config) {}

  /** What a reader sees at this time; time alone changes nothing inside. */
  lifecycleAt(now: number): Oracle['lifecycle'] {
    if (this.lifecycle !== 'open') return this.lifecycle
    if (now >= this.retryAt) return 'half_open'
    const openPeriod = this.retryAt - this.openedAt
    return this.retryAt - now > openPeriod + 1 ? 'half_open' : 'open'
  }

  mayPass(probe: string, now: number): boolean {
    const lifecycle = this.lifecycleAt(now)
    if (lifecycle === 'closed' || lifecycle === 'disabled') return true
    if (lifecycle === 'open' || lifecycle === 'isolated') return false
    const inFlight = this.lifecycle === 'half_open' ? this.probes : new Map<string, number>()
    return inFlight.size < this.config.halfOpenMaxProbes && !inFlight.has(probe)
  }

  admit(probe: string, now: number): Ticket | undefined {
    if (!this.mayPass(probe, now)) return undefined
    if (this.lifecycle === 'closed' || this.lifecycle === 'disabled') return { epoch: this.epoch, probe: null }
    if (this.lifecycle === 'open') this.enterHalfOpen()
    this.probes.set(probe, now)
    return { epoch: this.epoch, probe }
  }

  isLive(ticket: Ticket): boolean {
    if (ticket.epoch !== this.epoch) return false
    if (this.lifecycle === 'closed') return ticket.probe === null
    return this.lifecycle === 'half_open' && ticket.probe !== null && this.probes.has(ticket.probe)
  }

  succeed(ticket: Ticket): void {
    if (!this.isLive(ticket)) return
    if (ticket.probe === null) {
      this.failures = 0
      return
    }
    this.probes.delete(ticket.probe)
    this.successes++
    if (this.probes.size === 0 || this.successes === this.config.halfOpenMaxProbes) this.close()
  }

  fail(ticket: Ticket, now: number): void {
    if (!this.isLive(ticket)) return
    if (ticket.probe === null) this.countFailure(now)
    else this.trip(now)
  }

  release(ticket: Ticket): void {
    if (this.isLive(ticket) && ticket.probe !== null) this.probes.delete(ticket.probe)
  }

  recordSuccess(now: number): void {
    const lifecycle = this.lifecycleAt(now)
    if (lifecycle === 'closed') this.failures = 0
    if (lifecycle === 'half_open') this.close()
  }

  recordFailure(now: number): void {
    const lifecycle = this.lifecycleAt(now)
    if (lifecycle === 'closed') this.countFailure(now)
    if (lifecycle === 'open') this.startTimeout(now)
    if (lifecycle === 'half_open') this.trip(now)
  }

  reset(): void {
    this.close()
  }

  isolate(): void {
    this.hold('isolated')
  }

  endIsolation(): void {
    if (this.lifecycle === 'isolated') this.close()
  }

  disable(): void {
    this.hold('disabled')
  }

  enable(): void {
    if (this.lifecycle === 'disabled') this.close()
  }

  private hold(lifecycle: 'isolated' | 'disabled'): void {
    if (this.lifecycle === lifecycle) return
    this.epoch = {}
    this.lifecycle = lifecycle
  }

  private countFailure(now: number): void {
    this.failures++
    if (this.failures === this.config.failureThreshold) this.trip(now)
  }

  private trip(now: number): void {
    this.epoch = {}
    this.lifecycle = 'open'
    this.startTimeout(now)
  }

  private startTimeout(now: number): void {
    this.openedAt = now
    this.retryAt = now + this.config.recoveryTimeoutSeconds
  }

  private enterHalfOpen(): void {
    this.epoch = {}
    this.lifecycle = 'half_open'
    this.probes.clear()
    this.successes = 0
  }

  private close(): void {
    this.epoch = {}
    this.lifecycle = 'closed'
    this.failures = 0
  }
}

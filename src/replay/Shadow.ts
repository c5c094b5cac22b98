/**
 * Tries other settings beside those of a live breaker, on its traffic: they reject nothing, and tell what they would have
 * done.
 *
 * @since 0.1.0
 */
import type { Config, Settings } from '../core/Config'
import { from } from '../core/Config'
import type { State } from '../core/State'
import { circuitState } from '../core/State'
import type { CallEnded, Notice, Observer, Transition } from '../shell/Notice'
import { again, Flights, justAfter } from './Flights'
import { endingOf, Lane } from './Lane'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * An observer that plays the live traffic of a breaker to other settings, by the code of `breaker-ts/Replay`, and reports
 * their transitions with the prefix `shadow`. When their circuit closes again, the message says how many calls they would
 * have rejected, and how those ended. Wrong settings throw `InvalidSettings`.
 *
 * With `disable()` on the live breaker it is a trial without risk: every call passes, and the shadow still judges. What the
 * live breaker rejects, the shadow never sees end. Nor does it see a `recordSuccess` or `recordFailure` that only counts.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import { manual } from 'breaker-ts/Clock'
 * import { shadow } from 'breaker-ts/Shadow'
 *
 * const told: Array<string> = []
 * const time = manual()
 * const breaker = new CircuitBreaker({
 *   name: 'payments',
 *   clock: time.clock,
 *   observer: shadow({ name: 'payments', failureThreshold: 1, recoveryTimeoutSeconds: 10 }, (message) => told.push(message))
 * })
 *
 * breaker.disable()
 * try {
 *   breaker.call(() => {
 *     throw new Error('503')
 *   })
 * } catch {}
 * breaker.call(() => 'paid')
 * time.advance(10)
 * breaker.call(() => 'paid')
 *
 * assert.deepStrictEqual(told, [
 *   "shadow 'payments': CLOSED -> OPEN",
 *   "shadow 'payments': OPEN -> HALF_OPEN",
 *   "shadow 'payments': HALF_OPEN -> CLOSED; it would have rejected 1 call, of which 0 were bad"
 * ])
 *
 * @category constructors
 * @since 0.1.0
 */
export const shadow = (settings: Settings, report: (message: string, transition: Transition) => unknown): Observer => {
  const config = from(settings)
  const shadows = new Map<string, Shadow>()
  return (notice) => () => {
    const known = shadows.get(notice.breaker)
    const found = known ?? new Shadow(config, notice.breaker, report)
    if (known === undefined) shadows.set(notice.breaker, found)
    found.take(notice)
  }
}

// The breaker that is not there.
class Shadow {
  private readonly lane: Lane
  private readonly flights = new Flights()
  private readonly free: Array<number> = []
  private places = 0
  private now = -Infinity
  /** Calls that it would have rejected since it was last CLOSED, as far as they have ended. */
  private rejected = 0
  /** Those among them that failed or were slow. */
  private bad = 0

  constructor(
    config: Config,
    private readonly breaker: string,
    private readonly report: (message: string, transition: Transition) => unknown
  ) {
    this.lane = new Lane(config, (transition) => this.tell(transition))
  }

  take(notice: Notice): void {
    if (notice._tag === 'StoreLost' || notice._tag === 'StoreBack') return // says nothing of calls
    const happened = notice._tag === 'Transition' ? again(notice.because, false) : undefined
    if (notice._tag === 'Transition' && happened === undefined) return
    // Time never goes back: what time did is told later than it took effect.
    this.now = Math.max(this.now, notice.atSeconds)
    if (notice._tag === 'CallAdmitted') this.start(this.now)
    else if (notice._tag === 'CallEnded') this.end(notice, this.now)
    else if (happened === undefined || happened === 'look') this.lane.look(justAfter(this.now))
    else this.lane.dispatch(happened, this.now)
  }

  private start(now: number): void {
    const place = this.free.pop() ?? this.places++
    this.flights.start(now, place)
    this.lane.start(place, now)
  }

  private end({ atSeconds, elapsedSeconds, outcome }: CallEnded, now: number): void {
    const place = this.flights.end(atSeconds, elapsedSeconds)
    if (place === undefined) return
    this.free.push(place)
    const slow = outcome._tag !== 'Neutral' && outcome.slow
    const asked = outcome._tag === 'Failure' ? outcome.retryAfterSeconds : 0
    if (this.lane.end(place, now, endingOf(outcome), slow, asked)) return
    this.rejected++
    if (outcome._tag === 'Failure' || slow) this.bad++
  }

  private tell(transition: Transition): void {
    const { from, to } = transition
    const isOver = to._tag === 'Closed' && this.rejected > 0
    const harm = `; it would have rejected ${this.rejected} ${this.rejected === 1 ? 'call' : 'calls'}, of which ${this.bad} were bad`
    this.report(`shadow '${this.breaker}': ${nameOf(from)} -> ${nameOf(to)}${isOver ? harm : ''}`, transition)
    if (!isOver) return
    this.rejected = 0
    this.bad = 0
  }
}

const nameOf = (state: State): string =>
  state._tag === 'Isolated' || state._tag === 'Disabled' ? state._tag.toUpperCase() : circuitState(state).toUpperCase()

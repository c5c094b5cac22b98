/**
 * The calls of a record that are in flight. Its notices do not say which call has ended: the times tell.
 *
 * @since 0.1.0
 */
import type { Event } from '../core/Event'
import { reset } from '../core/Event'
import type { Cause } from '../shell/Notice'

/**
 * Calls in flight, by when they started.
 *
 * @internal
 */
export class Flights {
  private readonly places = new Map<number, Array<number>>()

  start(atSeconds: number, place: number): void {
    const places = this.places.get(atSeconds)
    if (places === undefined) this.places.set(atSeconds, [place])
    else places.push(place)
  }

  /** The place of the call that ends now after so long; of several, that of the oldest. `undefined` where there is none. */
  end(atSeconds: number, elapsedSeconds: number): number | undefined {
    const about = atSeconds - elapsedSeconds
    const isIt = (start: number): boolean => Math.max(0, atSeconds - start) === elapsedSeconds
    // The difference of two times may be rounded, so the start that is looked up may not be it.
    const start = this.places.has(about) && isIt(about) ? about : [...this.places.keys()].find(isIt)
    if (start === undefined) return undefined
    const places = this.places.get(start) as Array<number>
    if (places.length === 1) this.places.delete(start)
    return places.shift()
  }

  get size(): number {
    return [...this.places.values()].reduce((sum, places) => sum + places.length, 0)
  }
}

/**
 * What a replay does where a record tells of a transition: what was done by hand is done again, what time did is looked at,
 * and what a call did comes by itself.
 *
 * @internal
 */
export const again = (because: Cause, followDisabled: boolean): Event | 'look' | undefined => {
  switch (because._tag) {
    case 'RecoveryTimeoutElapsed':
    case 'ProbeTimedOut':
      return 'look'
    case 'BreakerDisabled':
    case 'BreakerEnabled':
      return followDisabled ? because : undefined
    case 'Reset':
    case 'IsolationStarted':
    case 'IsolationEnded':
    case 'SuccessRecorded':
    case 'FailureRecorded':
      return because
    case 'Evicted':
      return reset
    default:
      return undefined
  }
}

/**
 * A time that is certainly not before this one: the notice of what time did says when it took effect, which rounding may put
 * just before.
 *
 * @internal
 */
export const justAfter = (atSeconds: number): number => atSeconds + Math.abs(atSeconds) * 2 * Number.EPSILON

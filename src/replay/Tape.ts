/**
 * A stretch of traffic in the order of time, as starts and ends of calls in flat arrays, so that many settings can be played
 * against it one after the other.
 *
 * @since 0.1.0
 */
import type { Event } from '../core/Event'

const LENGTH = 8192

/** @internal */
export const START = 0
/** @internal */
export const END = 1
/** Something done by hand.
 * @internal */
export const EVENT = 2
/** Time has passed, and was looked at.
 * @internal */
export const LOOK = 3

/** How a call ended.
 * @internal */
export const SUCCESS = 0
/** @internal */
export const FAILURE = 1
/** @internal */
export const NEUTRAL = 2
/** @internal */
export const UNKNOWN = 3

/**
 * What happened, in the order of time. The columns after `atSeconds` are of ends only.
 *
 * @internal
 */
export class Tape {
  length = 0
  readonly kind = new Uint8Array(LENGTH)
  readonly place = new Int32Array(LENGTH)
  readonly atSeconds = new Float64Array(LENGTH)
  readonly startSeconds = new Float64Array(LENGTH)
  readonly ending = new Uint8Array(LENGTH)
  readonly slow = new Uint8Array(LENGTH)
  readonly retryAfterSeconds = new Float64Array(LENGTH)
  readonly instance = new Uint16Array(LENGTH)
  readonly events: Array<Event> = []

  get isFull(): boolean {
    return this.length === LENGTH
  }

  clear(): void {
    this.length = 0
    this.events.length = 0
  }

  start(atSeconds: number, place: number, instance: number): void {
    const i = this.length++
    this.kind[i] = START
    this.atSeconds[i] = atSeconds
    this.place[i] = place
    this.instance[i] = instance
  }

  end(
    atSeconds: number,
    place: number,
    instance: number,
    startSeconds: number,
    ending: number,
    slow: boolean,
    retryAfterSeconds: number
  ): void {
    const i = this.length++
    this.kind[i] = END
    this.atSeconds[i] = atSeconds
    this.place[i] = place
    this.instance[i] = instance
    this.startSeconds[i] = startSeconds
    this.ending[i] = ending
    this.slow[i] = slow ? 1 : 0
    this.retryAfterSeconds[i] = retryAfterSeconds
  }

  event(atSeconds: number, event: Event): void {
    const i = this.length++
    this.kind[i] = EVENT
    this.atSeconds[i] = atSeconds
    this.place[i] = this.events.push(event) - 1
  }

  look(atSeconds: number): void {
    const i = this.length++
    this.kind[i] = LOOK
    this.atSeconds[i] = atSeconds
  }
}

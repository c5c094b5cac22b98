/**
 * Puts the calls of a log in the order of their starts: a log is written when calls end. It holds back what may still be
 * overtaken, for a bounded time.
 *
 * @since 0.1.0
 */
import type { Call } from './Traffic'
import { chance } from './Traffic'

const HELD_SECONDS = 120 // longer than most time limits

interface Waiting {
  readonly call: Call
  readonly isEnd: boolean
}

/**
 * Takes calls in the order of a log.
 *
 * @internal
 */
export class Sorter {
  private held: Array<Call> = []
  /** Calls of the same second, which is all that is known. */
  private second: Array<Waiting> = []
  private secondAtSeconds = NaN
  private latest = -Infinity
  private spread = 0
  private kept = 0

  constructor(private readonly seed: number) {}

  add(call: Call, isWhole: boolean, isEnd: boolean): ReadonlyArray<Call> {
    if (!isWhole) return this.hold(call)
    const at = isEnd ? call.startSeconds + call.seconds : call.startSeconds
    // The end was made of a difference, which may be rounded.
    const found = Math.abs(at - this.secondAtSeconds) < 0.001 ? [] : this.released()
    this.secondAtSeconds = at
    this.second.push({ call, isEnd })
    return found
  }

  end(): ReadonlyArray<Call> {
    const found = this.released()
    return [...found, ...this.sorted().splice(0)]
  }

  // Spreads the calls of a second over it, in the order that the log has them.
  private released(): ReadonlyArray<Call> {
    const places = this.second.map(() => chance(this.seed, this.spread++)).sort((a, b) => a - b)
    const calls = this.second.map(({ call }, i) => ({
      ...call,
      startSeconds: call.startSeconds + (places[i] as number)
    }))
    this.second = []
    return calls.flatMap((call) => this.hold(call))
  }

  // Sorts now and then only, which is as good as a heap and simpler: each call is moved a few times.
  private hold(call: Call): ReadonlyArray<Call> {
    this.held.push(call)
    this.latest = Math.max(this.latest, call.startSeconds + Math.min(call.seconds, HELD_SECONDS))
    if (this.held.length < 2 * this.kept + 1024) return []
    const held = this.sorted()
    const found = held.splice(0, held.filter(({ startSeconds }) => startSeconds <= this.latest - HELD_SECONDS).length)
    this.kept = held.length
    return found
  }

  private sorted(): Array<Call> {
    return this.held.sort((a, b) => a.startSeconds - b.startSeconds)
  }
}

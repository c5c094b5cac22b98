/**
 * Puts the calls of a log in the order of their starts: a log is written when calls end. It holds back what may still be
 * overtaken, for a bounded time.
 *
 * @since 0.1.0
 */
import type { Call } from './Traffic'
import { chance } from './Traffic'

const HELD_SECONDS = 120 // longer than most time limits

// So many calls tell whether a log has parts of seconds.
const LOOKED_AT = 1000

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
  /** The first calls, as long as all of them are in whole seconds. */
  private first: Array<Waiting> | undefined = []
  private hasParts = false
  private kept = 0
  /** Calls that were spread over their second. */
  spread = 0

  constructor(private readonly seed: number) {}

  add(call: Call, isWhole: boolean, isEnd: boolean): ReadonlyArray<Call> {
    if (!isWhole || this.hasParts) return [...this.exact(), ...this.hold(call)]
    if (this.first === undefined) return this.wait({ call, isEnd })
    this.first.push({ call, isEnd })
    return this.first.length < LOOKED_AT ? [] : this.decided()
  }

  end(): ReadonlyArray<Call> {
    const found = [...this.decided(), ...this.released()]
    return [...found, ...this.sorted().splice(0)]
  }

  // The log has parts of seconds, so a whole second is exact too: nothing is moved.
  private exact(): ReadonlyArray<Call> {
    if (this.hasParts) return []
    this.hasParts = true
    const waiting = [...(this.first ?? []), ...this.second]
    this.first = undefined
    this.second = []
    return waiting.flatMap(({ call }) => this.hold(call))
  }

  private decided(): ReadonlyArray<Call> {
    const first = this.first ?? []
    this.first = undefined
    return first.flatMap((waiting) => this.wait(waiting))
  }

  private wait({ call, isEnd }: Waiting): ReadonlyArray<Call> {
    const at = isEnd ? call.startSeconds + call.seconds : call.startSeconds
    // The end was made of a difference, which may be rounded.
    const found = Math.abs(at - this.secondAtSeconds) < 0.001 ? [] : this.released()
    this.secondAtSeconds = at
    this.second.push({ call, isEnd })
    return found
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

/**
 * Puts the traffic of one key into the order of time, and plays it to the breakers of all settings.
 *
 * @since 0.1.0
 */
import type { Config } from '../core/Config'
import type { Event } from '../core/Event'
import type { CallEnded, Notice, Transition } from '../shell/Notice'
import { again, Flights, justAfter } from './Flights'
import { Incidents } from './Incidents'
import { endingOf } from './Lane'
import { FAILURE, NEUTRAL, SUCCESS, Tape, UNKNOWN } from './Tape'
import { LATENCIES, latencyBucket, Timeline } from './Timeline'
import type { Call } from './Traffic'
import { chance } from './Traffic'
import { BAD, GOOD, Trial } from './Trial'

/** @internal */
export interface PlayerOptions {
  readonly slowSeconds: number | undefined
  readonly instances: number
  readonly seed: number
  readonly buckets: boolean
  readonly followDisabled: boolean
  readonly incidents: ReadonlyArray<{ readonly startSeconds: number; readonly endSeconds: number }> | undefined
  /** Gets the traffic in the order of time too. */
  readonly listen?: (tape: Tape) => void
}

const CODES = { success: SUCCESS, failure: FAILURE, neutral: NEUTRAL, unknown: UNKNOWN } as const

/**
 * The traffic of one key, in the order of time.
 *
 * @internal
 */
export class Player {
  readonly incidents: Incidents
  readonly trials: ReadonlyArray<Trial>
  /** The same trials, where what the recorded breaker rejected would have succeeded; made when there is such a call. */
  twins: ReadonlyArray<Trial> | undefined
  readonly latencies = new Float64Array(LATENCIES)
  timeline: Timeline | undefined
  calls = 0
  good = 0
  bad = 0
  secondsInBad = 0
  neutral = 0
  unknown = 0
  unended = 0
  outOfOrder = 0
  strayEnds = 0
  startSeconds = Infinity
  endSeconds = -Infinity
  private now = -Infinity
  private readonly tape = new Tape()
  private places = 0
  private readonly free: Array<number> = []
  // What is in flight, by place.
  private readonly starts: Array<number> = []
  private readonly ends: Array<number> = []
  private readonly orders: Array<number> = []
  private readonly endings: Array<number> = []
  private readonly asked: Array<number> = []
  private readonly slows: Array<boolean> = []
  private readonly instanceOf: Array<number> = []
  /** Places in a heap, the one whose call ends first on top. */
  private readonly heap: Array<number> = []
  /** The calls of a record that have not ended. */
  private readonly flights = new Flights()

  constructor(
    configs: ReadonlyArray<Config>,
    readonly key: string | undefined,
    private readonly options: PlayerOptions
  ) {
    this.incidents = new Incidents(options.incidents)
    this.trials = configs.map((config) => new Trial(config, key, this.incidents, options.instances))
  }

  call(call: Call): void {
    const startSeconds = this.advance(call.startSeconds)
    if (startSeconds > call.startSeconds) this.outOfOrder++
    const place = this.admit(startSeconds)
    if (call.seconds === Infinity) return this.hang(place)
    this.ends[place] = call.startSeconds + call.seconds
    if (this.ends[place] < startSeconds) this.ends[place] = startSeconds
    this.orders[place] = this.calls
    this.endings[place] = CODES[call.outcome]
    this.asked[place] = call.retryAfterSeconds ?? 0
    this.slows[place] = this.options.slowSeconds !== undefined && call.seconds >= this.options.slowSeconds
    this.push(place)
  }

  notice(notice: Notice): void {
    switch (notice._tag) {
      case 'CallAdmitted': {
        const now = this.advance(notice.atSeconds)
        this.flights.start(now, this.admit(now))
        return
      }
      case 'CallEnded':
        return this.ended(notice)
      case 'CallRejected': {
        const now = this.advance(notice.atSeconds)
        const place = this.admit(now)
        return this.finishCall(place, now, now, UNKNOWN, false, 0)
      }
      case 'Transition':
        return this.transition(notice)
      case 'StoreLost':
      case 'StoreBack':
        return // says nothing of calls
    }
  }

  /** The log has ended, at the end of its last call. */
  finish(): void {
    this.popUntil(Infinity)
    this.unended += this.flights.size
    this.flush()
    this.incidents.finish()
    for (const trial of [...this.trials, ...(this.twins ?? [])]) trial.finish(this.now)
  }

  // Ends what has ended by then. Time never goes back.
  private advance(atSeconds: number): number {
    this.popUntil(atSeconds)
    this.now = Math.max(this.now, atSeconds)
    return this.now
  }

  private admit(startSeconds: number): number {
    const place = this.free.pop() ?? this.places++
    if (this.startSeconds === Infinity) this.begin(startSeconds)
    const instance =
      this.options.instances === 1 ? 0 : Math.floor(chance(this.options.seed, this.calls) * this.options.instances)
    this.calls++
    this.starts[place] = startSeconds
    this.instanceOf[place] = instance
    if (this.tape.isFull) this.flush()
    this.tape.start(startSeconds, place, instance)
    this.endSeconds = Math.max(this.endSeconds, startSeconds)
    return place
  }

  private begin(startSeconds: number): void {
    this.startSeconds = startSeconds
    if (!this.options.buckets) return
    this.timeline = Timeline.of(startSeconds, 2)
    for (const trial of this.trials) trial.timeline = Timeline.of(startSeconds, 6)
  }

  private hang(place: number): void {
    this.unended++
    this.free.push(place)
  }

  private ended({ atSeconds, elapsedSeconds, outcome }: CallEnded): void {
    const place = this.flights.end(atSeconds, elapsedSeconds)
    const now = this.advance(atSeconds)
    if (place === undefined) {
      this.strayEnds++
      return
    }
    const slow =
      outcome._tag !== 'Neutral' &&
      (this.options.slowSeconds === undefined ? outcome.slow : elapsedSeconds >= this.options.slowSeconds)
    const asked = outcome._tag === 'Failure' ? outcome.retryAfterSeconds : 0
    this.finishCall(place, this.starts[place] as number, now, CODES[endingOf(outcome)], slow, asked)
  }

  private transition({ because, atSeconds }: Transition): void {
    const happened = again(because, this.options.followDisabled)
    if (happened === 'look') this.look(atSeconds)
    else if (happened !== undefined) this.event(happened, atSeconds)
  }

  private event(event: Event, atSeconds: number): void {
    const now = this.advance(atSeconds)
    if (this.tape.isFull) this.flush()
    this.tape.event(now, event)
  }

  private look(atSeconds: number): void {
    const now = this.advance(atSeconds)
    if (this.tape.isFull) this.flush()
    this.tape.look(justAfter(now)) // the next call may come between the two
  }

  private finishCall(
    place: number,
    startSeconds: number,
    now: number,
    ending: number,
    slow: boolean,
    retryAfterSeconds: number
  ): void {
    if (this.tape.isFull) this.flush()
    if (ending === UNKNOWN && this.twins === undefined) this.believe()
    this.tape.end(now, place, this.instanceOf[place] as number, startSeconds, ending, slow, retryAfterSeconds)
    this.free.push(place)
    this.count(startSeconds, now, ending, slow)
  }

  private count(startSeconds: number, now: number, ending: number, slow: boolean): void {
    this.endSeconds = Math.max(this.endSeconds, now)
    if (ending === NEUTRAL) this.neutral++
    else if (ending === UNKNOWN) this.unknown++
    else if (ending === FAILURE || slow) {
      this.bad++
      this.secondsInBad += now - startSeconds
      this.timeline?.add(BAD, startSeconds, 1)
    } else {
      this.good++
      this.timeline?.add(GOOD, startSeconds, 1)
    }
    const bucket = latencyBucket(now - startSeconds)
    this.latencies[bucket] = (this.latencies[bucket] as number) + 1
    const isUnknown = ending === UNKNOWN
    if (ending !== NEUTRAL) this.incidents.add(startSeconds, now, ending === FAILURE || slow || isUnknown, isUnknown)
  }

  // The first unknown call: from here on the trials have twins.
  private believe(): void {
    this.flush()
    this.twins = this.trials.map((trial) => trial.copy())
  }

  /** Plays what has come so far. */
  flush(): void {
    this.options.listen?.(this.tape)
    for (const trial of this.trials) trial.play(this.tape)
    for (const trial of this.twins ?? []) trial.play(this.tape)
    this.tape.clear()
  }

  private popUntil(untilSeconds: number): void {
    while (this.heap.length > 0 && (this.ends[this.heap[0] as number] as number) <= untilSeconds) {
      const place = this.pop()
      const end = this.ends[place] as number
      this.now = Math.max(this.now, end)
      this.finishCall(
        place,
        this.starts[place] as number,
        end,
        this.endings[place] as number,
        this.slows[place] as boolean,
        this.asked[place] as number
      )
    }
  }

  // ---- a heap

  private isFirst(x: number, y: number): boolean {
    const [endOfX, endOfY] = [this.ends[x] as number, this.ends[y] as number]
    return endOfX < endOfY || (endOfX === endOfY && (this.orders[x] as number) < (this.orders[y] as number))
  }

  private push(place: number): void {
    const { heap } = this
    let i = heap.push(place) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!this.isFirst(place, heap[parent] as number)) break
      heap[i] = heap[parent] as number
      i = parent
    }
    heap[i] = place
  }

  private pop(): number {
    const { heap } = this
    const top = heap[0] as number
    const last = heap.pop() as number
    if (heap.length === 0) return top
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && this.isFirst(heap[child + 1] as number, heap[child] as number)) child++
      if (!this.isFirst(heap[child] as number, last)) break
      heap[i] = heap[child] as number
      i = child
    }
    heap[i] = last
    return top
  }
}

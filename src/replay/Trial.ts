/**
 * One setting in a replay: its breakers, and what they did to the calls.
 *
 * @since 0.1.0
 */
import type { Config } from '../core/Config'
import type { Transition } from '../shell/Notice'
import type { Incidents } from './Incidents'
import { SETTLED_SECONDS } from './Incidents'
import { Lane } from './Lane'
import type { Change } from './Report'
import type { Tape } from './Tape'
import { END, EVENT, FAILURE, NEUTRAL, START, SUCCESS, UNKNOWN } from './Tape'
import { LATENCIES, latencyBucket, Timeline } from './Timeline'

// From the time a circuit opens until it is closed again.
interface Opening {
  readonly breaker: number
  readonly openedAtSeconds: number
  closedAtSeconds: number
  good: number
  bad: number
  /** Rejected calls that have not ended. */
  pending: number
}

// What a breaker did in an incident.
interface Answer {
  detectSeconds: number
  closeSeconds: number
  openings: number
}

const MOST_CHANGES = 2000

/** @internal */
export const GOOD = 0
/** @internal */
export const BAD = 1
/** @internal */
export const REJECTED_GOOD = 2
/** @internal */
export const REJECTED_BAD = 3
/** @internal */
export const OPEN_SECONDS = 4
/** @internal */
export const HALF_OPEN_SECONDS = 5

const noCounts = () => ({
  good: 0,
  bad: 0,
  goodRejected: 0,
  badSpared: 0,
  neutralRejected: 0,
  secondsInBad: 0,
  openings: 0,
  falseOpenings: 0,
  reopenings: 0,
  probes: 0,
  failedProbes: 0,
  openSeconds: 0,
  flaps: 0
})

/** @internal */
export type Counts = ReturnType<typeof noCounts>

/**
 * The breakers of one setting for one key, one for each instance.
 *
 * @internal
 */
export class Trial {
  readonly counts: Counts = noCounts()
  readonly latencies = new Float64Array(LATENCIES)
  readonly changes: Array<Change> = []
  furtherChanges = 0
  readonly answers = new Map<number, Map<number, Answer>>()
  timeline: Timeline | undefined
  private lanes: Array<Lane> = []
  private current: Array<Opening | undefined> = []
  private over: Array<Opening> = []
  private rejectedIn: Array<Opening | undefined> = []
  private sinceSeconds: Array<number> = []

  constructor(
    readonly config: Config,
    private readonly key: string | undefined,
    private readonly incidents: Incidents,
    private readonly instances: number,
    private readonly unknownAs: typeof FAILURE | typeof SUCCESS = FAILURE
  ) {
    this.lanes = Array.from({ length: instances }, (_, i) => new Lane(config, (told) => this.changed(i, told)))
  }

  /** The same breakers once more, from here on with the opposite belief about unknown calls. */
  copy(): Trial {
    const copies = new Map<Opening, Opening>()
    const same = (opening: Opening | undefined): Opening | undefined => {
      if (opening === undefined) return undefined
      const known = copies.get(opening) ?? { ...opening }
      copies.set(opening, known)
      return known
    }
    const twin = new Trial(this.config, this.key, this.incidents, this.instances, SUCCESS)
    twin.lanes = this.lanes.map((lane, i) => lane.copy((told) => twin.changed(i, told)))
    twin.current = this.current.map(same)
    twin.rejectedIn = this.rejectedIn.map(same)
    twin.over = this.over.map((opening) => same(opening) as Opening)
    twin.sinceSeconds = [...this.sinceSeconds]
    twin.timeline = this.timeline?.copy()
    twin.latencies.set(this.latencies)
    twin.furtherChanges = this.furtherChanges
    twin.changes.push(...this.changes)
    for (const [incident, answers] of this.answers)
      twin.answers.set(incident, new Map([...answers].map(([breaker, answer]) => [breaker, { ...answer }])))
    Object.assign(twin.counts, this.counts)
    return twin
  }

  play(tape: Tape): void {
    for (let i = 0; i < tape.length; i++) {
      const now = tape.atSeconds[i] as number
      const place = tape.place[i] as number
      const breaker = tape.instance[i] as number
      const kind = tape.kind[i]
      if (kind === START) this.start(this.lanes[breaker] as Lane, breaker, place, now)
      else if (kind === END) this.end(tape, i, this.lanes[breaker] as Lane, place, now)
      else
        for (const lane of this.lanes)
          if (kind === EVENT) lane.dispatch(tape.events[place] as Parameters<Lane['dispatch']>[0], now)
          else lane.look(now)
    }
    this.settle(tape.length === 0 ? -Infinity : (tape.atSeconds[tape.length - 1] as number))
  }

  /** The log has ended. */
  finish(now: number): void {
    this.lanes.forEach(({ state }, i) => {
      // No call came to see that it turned HALF_OPEN.
      if (state._tag === 'Open') this.spend(i, 'Open', Math.min(now, state.retryAtSeconds))
      this.spend(i, state._tag === 'Open' ? 'HalfOpen' : state._tag, now)
    })
    for (const opening of this.current) if (opening !== undefined) this.over.push(opening)
    this.over.forEach((opening) => (opening.pending = 0))
    this.settle(Infinity)
  }

  private start(lane: Lane, breaker: number, place: number, now: number): void {
    if (lane.start(place, now)) {
      if (lane.state._tag === 'HalfOpen') this.counts.probes++
      return
    }
    const opening = this.current[breaker]
    if (opening !== undefined) opening.pending++
    this.rejectedIn[place] = opening
  }

  private end(tape: Tape, i: number, lane: Lane, place: number, now: number): void {
    const { counts } = this
    const told = tape.ending[i] as number
    const ending = told === UNKNOWN ? this.unknownAs : told
    const slow = told === UNKNOWN ? ending === FAILURE : tape.slow[i] === 1
    const isBad = ending === FAILURE || (slow && ending !== NEUTRAL)
    const isProbe = lane.state._tag === 'HalfOpen' && lane.isProbe(place)
    if (lane.end(place, now, NAMES[ending] as 'success', slow, tape.retryAfterSeconds[i] as number)) {
      if (ending === NEUTRAL) return
      if (isProbe && ending === FAILURE) counts.failedProbes++
      if (!isBad) {
        counts.good++
        this.timeline?.add(GOOD, tape.startSeconds[i] as number, 1)
        return
      }
      counts.bad++
      counts.secondsInBad += now - (tape.startSeconds[i] as number)
      this.timeline?.add(BAD, tape.startSeconds[i] as number, 1)
      return
    }
    this.rejected(place, ending, isBad, tape.startSeconds[i] as number, now)
  }

  private rejected(place: number, ending: number, isBad: boolean, startSeconds: number, now: number): void {
    const { counts } = this
    const opening = this.rejectedIn[place]
    this.rejectedIn[place] = undefined
    const bucket = latencyBucket(now - startSeconds)
    this.latencies[bucket] = (this.latencies[bucket] as number) + 1
    if (opening !== undefined) opening.pending--
    if (ending === NEUTRAL) counts.neutralRejected++
    else if (isBad) counts.badSpared++
    else counts.goodRejected++
    if (ending === NEUTRAL) return
    this.timeline?.add(isBad ? REJECTED_BAD : REJECTED_GOOD, startSeconds, 1)
    if (opening === undefined) return
    if (isBad) opening.bad++
    else opening.good++
  }

  private changed(breaker: number, { from, to, atSeconds, because }: Transition): void {
    const { counts } = this
    this.spend(breaker, from._tag, atSeconds)
    if (because._tag === 'ProbeTimedOut') counts.failedProbes++
    if (from._tag === 'HalfOpen' && to._tag === 'Open') counts.reopenings++
    if (from._tag === 'Closed' && to._tag === 'Open') {
      counts.openings++
      this.current[breaker] = {
        breaker,
        openedAtSeconds: atSeconds,
        closedAtSeconds: Infinity,
        good: 0,
        bad: 0,
        pending: 0
      }
    } else if (to._tag !== 'Open' && to._tag !== 'HalfOpen') this.close(breaker, atSeconds)
    if (this.changes.length >= MOST_CHANGES) this.furtherChanges++
    else
      this.changes.push({
        atSeconds,
        from: from._tag,
        to: to._tag,
        generation: to.generation,
        because: because._tag,
        ...(to._tag === 'Open' ? { retryAtSeconds: to.retryAtSeconds } : {}),
        ...(this.key === undefined ? {} : { key: this.key }),
        ...(this.instances === 1 ? {} : { instance: breaker })
      })
  }

  private close(breaker: number, atSeconds: number): void {
    const opening = this.current[breaker]
    if (opening === undefined) return
    opening.closedAtSeconds = atSeconds
    this.over.push(opening)
    this.current[breaker] = undefined
  }

  // What the time since the last change was spent in.
  private spend(breaker: number, state: Change['from'], now: number): void {
    const since = this.sinceSeconds[breaker] ?? now
    this.sinceSeconds[breaker] = Math.max(since, now)
    if (now <= since || (state !== 'Open' && state !== 'HalfOpen')) return
    if (state === 'Open') this.counts.openSeconds += now - since
    this.timeline?.spread(state === 'Open' ? OPEN_SECONDS : HALF_OPEN_SECONDS, since, now)
  }

  // Says of openings that are over which incident they answered, once it is known what was an incident.
  private settle(now: number): void {
    if (this.over.length === 0) return
    const isSettled = (opening: Opening): boolean =>
      opening.pending === 0 && (now === Infinity || opening.closedAtSeconds + SETTLED_SECONDS < now)
    for (const opening of this.over.filter(isSettled)) this.judge(opening)
    this.over = this.over.filter((opening) => !isSettled(opening))
  }

  private judge({ breaker, openedAtSeconds, closedAtSeconds, good, bad }: Opening): void {
    if (good > bad) this.counts.falseOpenings++
    for (const incident of this.incidents.during(openedAtSeconds, closedAtSeconds)) {
      const { startSeconds, endSeconds } = this.incidents.found[incident] as {
        startSeconds: number
        endSeconds: number
      }
      const answers = this.answers.get(incident) ?? new Map<number, Answer>()
      this.answers.set(incident, answers)
      const answer = answers.get(breaker)
      const closeSeconds =
        closedAtSeconds < Infinity && endSeconds < Infinity ? Math.max(0, closedAtSeconds - endSeconds) : NaN
      if (answer === undefined)
        answers.set(breaker, { detectSeconds: Math.max(0, openedAtSeconds - startSeconds), closeSeconds, openings: 1 })
      else {
        answer.openings++
        answer.closeSeconds = closeSeconds
        this.counts.flaps++
      }
    }
  }
}

const NAMES = ['success', 'failure', 'neutral'] as const

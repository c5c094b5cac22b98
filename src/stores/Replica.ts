/**
 * What one member knows of its fleet: the last shared state, its own events that are not shared yet, and what both make.
 *
 * @since 0.1.0
 */
import type { Config } from '../core/Config'
import type { Event } from '../core/Event'
import { at, step } from '../core/Reducer'
import type { State } from '../core/State'
import { initial, isSameData } from '../core/State'
import type { Reading } from './Cell'
import type { Envelopes } from './Envelope'
import { isIdle, moved } from './Envelope'
import type { Entry, Known } from './Fold'
import { after, fold, isOutcomeOfCall } from './Fold'
import type { StoreTime } from './StoreTime'
import { storeTime } from './StoreTime'

/** @internal */
export const NOTHING = '0'

/**
 * Entries on their way to the store, under the tag that tells whether they have arrived: the first `count` there are. Until
 * that is known they stay together, however often they are sent.
 *
 * @internal
 */
export interface Batch {
  readonly tag: string
  readonly count: number
}

/**
 * What a reading says that is more than a state: that the store wants a value, that it must be read, or that something is
 * wrong with it.
 *
 * @internal
 */
export interface Finding {
  readonly isToWrite?: true
  readonly isDoubtful?: true
  readonly settings?: string
  readonly problem?: string
}

const NO_FINDING: Finding = {}

// The last entry counts on in place.
type Counted = { -readonly [K in keyof Entry]: Entry[K] }

const MOST_ENTRIES = 2_000

const LONG_AGO_SECONDS = -1e12

const SAME_CLOCK_SECONDS = 0.01

/**
 * `view` is `base` with the entries folded in. It is the state of the breaker, with a store and without one.
 *
 * @internal
 */
export class Replica {
  version = NOTHING
  batch: Batch | undefined
  base: Known = { state: initial, lastAtSeconds: LONG_AGO_SECONDS }
  private ahead = this.base
  private entries: Array<Counted> = []
  private time: StoreTime | undefined
  private isNew = true
  /** The generation of the fleet at the first reading, which calls count for that started before it. */
  private first: number | undefined

  constructor(
    private readonly config: Config,
    private readonly envelopes: Envelopes,
    private readonly random: () => number
  ) {}

  get view(): State {
    return this.ahead.state
  }

  /** Whether there is something to share. */
  get isBehind(): boolean {
    return this.entries.length > 0
  }

  /** Whether the store has ever answered. */
  get isMet(): boolean {
    return this.time !== undefined
  }

  get offsetSeconds(): number {
    return this.time?.offsetSeconds ?? 0
  }

  /** What the view would be after an event. */
  after(event: Event, now: number): State {
    return after(this.config, this.ahead, this.entryOf(event, now), now).state
  }

  /**
   * Takes in one more success like the last event: false where it is none. A window makes every healthy call an event, so
   * this is all that such a call costs.
   */
  recordAgain(event: Event, now: number): boolean {
    const { ahead, batch, entries } = this
    const last = entries[entries.length - 1]
    if (last?.event !== event || event._tag !== 'Succeeded' || ahead.state._tag !== 'Closed') return false
    if (event.slow === true || entries.length === batch?.count) return false
    const state = step(this.config, ahead.state, event, now)
    if (state === ahead.state) return true
    this.ahead = { state, lastAtSeconds: now }
    last.times++
    last.atSeconds = now
    return true
  }

  /** Takes an event in: false where it changes nothing. */
  record(event: Event, now: number): boolean {
    const entry = this.entryOf(event, now)
    const ahead = after(this.config, this.ahead, entry, now)
    if (ahead === this.ahead) return false
    this.ahead = ahead
    this.push(entry)
    return true
  }

  /** Takes an event in that nobody else will ever learn of. */
  keep(event: Event, now: number): boolean {
    const before = this.ahead
    this.ahead = after(this.config, before, this.entryOf(event, now), now)
    return this.ahead !== before
  }

  /** The entries to send, under a tag. Later ones do not join them. */
  seal(): Batch {
    this.batch ??= { tag: `${this.random()}${this.random()}`.replace(/0\./g, ''), count: this.entries.length }
    return this.batch
  }

  get sealed(): ReadonlyArray<Entry> {
    return this.entries.slice(0, this.batch?.count)
  }

  /** What the entries of the batch make of the last shared state. */
  next(now: number): Known {
    return fold(this.config, this.base, this.sealed, now)
  }

  /** The store has taken in what the batch has made, or has nothing to take in. */
  settle(base: Known, version: string, now: number): void {
    this.version = version
    this.drop()
    this.rebase(base, now)
  }

  /** Takes in an answer for what it says about the time. */
  meet({ nowSeconds }: Reading, sentAtSeconds: number, answeredAtSeconds: number): void {
    const before = this.time
    this.time = storeTime(before, nowSeconds, sentAtSeconds, answeredAtSeconds)
    const aheadSeconds = this.time.offsetSeconds - (before?.offsetSeconds ?? 0)
    if (before === undefined)
      this.entries = this.entries.map((entry) => ({ ...entry, least: this.leastAt(entry.atSeconds) }))
    else if (Math.abs(aheadSeconds) < SAME_CLOCK_SECONDS) return // the same state for the same reading
    this.rebase(moved(this.base, -aheadSeconds), answeredAtSeconds)
  }

  /**
   * Takes in a reading. `asked` is the version that was known when it was asked for; a push comes unasked.
   */
  adopt(reading: Reading, asked: string | undefined, now: number): Finding {
    const { version, value } = reading
    const isFirst = this.isNew
    this.isNew = this.isNew && asked === undefined
    if (version === this.version) return NO_FINDING
    if (value === undefined) return this.miss(asked, now)
    const order = orderOf(version, this.version)
    if (asked === undefined) {
      // One that is a second off, or more, is very late, or the clock of the store has moved.
      const offSeconds = Math.abs(reading.nowSeconds - now - this.offsetSeconds)
      if (order === undefined || isFirst || offSeconds > 1) return { isDoubtful: true }
      return order === 'older' ? NO_FINDING : this.take(reading, value, true, now)
    }
    // An answer to a question from before the last news may be older than the news.
    if (order === undefined ? asked !== this.version : order === 'older' && orderOf(version, asked) !== 'older')
      return NO_FINDING
    if (order !== 'older') return this.take(reading, value, false, now, isFirst)
    this.version = version // the store has gone back
    return { isToWrite: true }
  }

  private miss(asked: string | undefined, now: number): Finding {
    if (asked !== this.version) return NO_FINDING // late
    this.version = NOTHING // the store has forgotten the key
    return isIdle(this.config, this.base, now) ? NO_FINDING : { isToWrite: true }
  }

  private take({ version, writer }: Reading, value: string, isPush: boolean, now: number, isFirst = false): Finding {
    const read = this.envelopes.read(value, this.offsetSeconds)
    if (typeof read === 'string') {
      if (isPush) return NO_FINDING
      this.version = version
      return { isToWrite: true, problem: read }
    }
    if (isFirst) this.begin(read.state)
    this.version = version
    if (writer === this.batch?.tag) this.drop()
    const { settings, state, lastAtSeconds } = read
    this.rebase({ state, lastAtSeconds }, now)
    return settings === this.envelopes.settings ? NO_FINDING : { settings }
  }

  // Calls from before the first reading count for the CLOSED circuit that the fleet then had.
  private begin(state: State): void {
    if (state._tag !== 'Closed') return
    this.first = state.generation
    this.entries = this.entries.map((entry) => this.inFirst(entry))
  }

  private inFirst(entry: Entry): Entry {
    const event = this.known(entry.event)
    return { ...entry, event, generation: entry.generation === initial.generation ? this.first : entry.generation }
  }

  private known(event: Event): Event {
    if (this.first === undefined || !('permit' in event)) return event
    const { generation } = event.permit
    return generation === initial.generation ? { ...event, permit: { ...event.permit, generation: this.first } } : event
  }

  private drop(): void {
    this.entries = this.entries.slice((this.batch as Batch).count)
    this.batch = undefined
  }

  private rebase(base: Known, now: number): void {
    this.base = base
    const ahead = fold(this.config, base, this.entries, now)
    this.ahead = isSameData(ahead.state, this.ahead.state) ? { ...ahead, state: this.ahead.state } : ahead
    if (this.entries.length === 0) this.base = this.ahead
  }

  private entryOf(event: Event, now: number): Entry {
    const generation =
      event._tag === 'Admitted' || event._tag === 'SuccessRecorded' || event._tag === 'FailureRecorded'
        ? at(this.config)(this.view, now).generation
        : undefined
    return { event: this.known(event), times: 1, atSeconds: now, least: this.leastAt(now), generation }
  }

  // Microseconds of the store's clock, as long as they are exact; a random number where that clock has gone back. Before the
  // first answer there are none, and nothing that another member could mistake.
  private leastAt(seconds: number): number {
    if (this.time === undefined) return 0
    const micros = Math.floor((seconds + this.time.offsetSeconds) * 1e6)
    const { generation } = this.view
    return Math.min(micros > generation ? micros : generation + Math.ceil(this.random() * 1e6) + 1, MOST_GENERATION)
  }

  private push(entry: Entry): void {
    const { entries } = this
    const sealed = this.batch?.count ?? 0
    const last = entries.length - 1
    if (last >= sealed && isAlike(entries[last] as Entry, entry))
      entries[last] = together(entries[last] as Entry, entry)
    else entries.push(entry)
    if (entries.length - sealed > MOST_ENTRIES) this.entries = [...entries.slice(0, sealed), ...this.fewer(sealed)]
  }

  // A store that is away for long must not fill the memory: what happened within a second is counted together, and then the
  // oldest goes first. What has been sent stays as it is.
  private fewer(sealed: number): ReadonlyArray<Entry> {
    const kept: Array<Entry> = []
    const places = new Map<string, number>()
    this.entries.slice(sealed).forEach((entry) => {
      const { event, generation, atSeconds } = entry
      const kind = isOutcomeOfCall(event) ? JSON.stringify([event, generation, Math.floor(atSeconds)]) : ''
      const place = places.get(kind)
      if (place !== undefined) kept[place] = together(kept[place] as Entry, entry)
      else if (kind !== '') places.set(kind, kept.length)
      if (place === undefined) kept.push(entry)
    })
    return kept.slice(-MOST_ENTRIES / 2)
  }
}

const MOST_GENERATION = 2 ** 51

const isAlike = (last: Entry, entry: Entry): boolean =>
  last.generation === entry.generation &&
  isOutcomeOfCall(entry.event) &&
  (last.event === entry.event || isSameData(last.event, entry.event))

const together = (earlier: Entry, later: Entry): Entry => ({ ...later, times: earlier.times + later.times })

// Versions are texts: numbers of so many digits are not exact.
const orderOf = (version: string, other: string): 'older' | 'newer' | undefined => {
  if (version === other || !IN_ORDER.test(version) || !IN_ORDER.test(other)) return undefined
  return version.padStart(MOST_DIGITS, '0') < other.padStart(MOST_DIGITS, '0') ? 'older' : 'newer'
}

const MOST_DIGITS = 16
const IN_ORDER = /^\d{1,16}$/

/**
 * The newer of two pushes; the later one, where they have no order.
 *
 * @internal
 */
export const newer = (first: Reading | undefined, second: Reading): Reading =>
  first !== undefined && orderOf(second.version, first.version) === 'older' ? first : second

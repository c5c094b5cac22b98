/**
 * A member of a fleet at work: it commits what its breaker records, takes in what others did, and goes on alone meanwhile.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/Either'
import type { Task } from 'fp-ts/Task'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { Config } from '../core/Config'
import type { Event, Permit } from '../core/Event'
import { released } from '../core/Event'
import { at } from '../core/Reducer'
import type { State } from '../core/State'
import type { Clock } from '../shell/Clock'
import type { Notice } from '../shell/Notice'
import { transitionsByTime } from '../shell/Notice'
import type { Outbox } from '../shell/Outbox'
import type { Reporter } from '../shell/Reporter'
import { checked, isReading, runnable, settled, within } from './Answer'
import type { Cell, Reading } from './Cell'
import type { Envelopes } from './Envelope'
import { differences, keyOf, moved, openSecondsOf, ttlOf } from './Envelope'
import type { Entry, Known } from './Fold'
import { isFastSuccess, isNearTrip } from './Fold'
import { newer, Replica } from './Replica'
import type { Timers } from './Timers'

/**
 * What a member works with; the simulation of the tests gives all of it.
 *
 * @internal
 */
export interface Equipment {
  readonly cell: Cell
  readonly config: Config
  readonly envelopes: Envelopes
  readonly reporter: Reporter
  readonly clock: Clock
  readonly timers: Timers
  readonly random: () => number
  readonly timeoutSeconds: number
  readonly pollSeconds: number
}

interface Lost {
  readonly sinceSeconds: number
  /** Until then no probe goes out without the fleet: most stores are back soon. */
  readonly probesFromSeconds: number
  readonly retrySeconds: number
}

interface Waiting {
  readonly permit: Permit
  readonly end: (state: State) => void
}

const LAZY_SECONDS = 1
const RETRY_SECONDS = 0.1
const TRIES_WITHOUT_PAUSE = 3
const PAUSE_SECONDS = 0.01
const MOST_UNANSWERED = 3
const LONG_PAUSE_SECONDS = 30

/** @internal */
export class Member {
  readonly config: Config
  private readonly key: string
  private readonly replica: Replica
  private readonly outboxes = new Set<Outbox>()
  private readonly waiting = new Map<string, Waiting>()
  private readonly cancels = new Map<string, () => void>()
  private readonly met: Promise<void>
  private unsubscribe: Task<void> | undefined
  private isSubscribing = false
  private lost: Lost | undefined
  private returning: Promise<void> | undefined
  private closing: Promise<void> | undefined
  private isOver = false
  private working: Promise<void> | undefined
  private isUrgent = false
  private isForced = false
  /** What was asked since the store was lost, and is not answered, however late: a client may keep it all until then. */
  private readonly unanswered = new Set<object>()
  /** The tag of the commit that was sent and is not answered, and what was pushed meanwhile. */
  private inFlight: string | undefined
  private echo: Reading | undefined
  private pushed: Reading | undefined

  constructor(private readonly own: Equipment) {
    const { config, envelopes, random } = own
    this.config = config
    this.key = keyOf(config.name)
    this.replica = new Replica(config, envelopes, random)
    this.met = this.read()
    this.subscribe(false)
    this.poll()
  }

  // -----------------------------------------------------------------------------------
  // the store of a breaker
  // -----------------------------------------------------------------------------------

  get state(): State {
    return this.replica.view
  }

  dispatch(event: Event, now: number): void {
    const { replica } = this
    if (this.isOver) {
      if (replica.keep(event, now)) this.report(AFTER_CLOSE)
      return
    }
    if (replica.recordAgain(event, now)) return
    if (this.refuses(event, now)) return
    const { generation } = replica.view
    if (!replica.record(event, now)) return
    if (this.canWait(event) && replica.view.generation === generation)
      return this.later('lazy', LAZY_SECONDS, () => this.share())
    if (Math.abs(now - this.own.clock()) > 1) this.report(OTHER_CLOCK)
    this.share()
  }

  /** What `dispatch` would make of an event. */
  after(event: Event, now: number): State {
    return !this.isOver && this.refuses(event, now) ? this.replica.view : this.replica.after(event, now)
  }

  /** The state in which the fleet has decided about a probe: that of the commit, and no later one. */
  confirm(permit: Permit): Promise<State> {
    const { clock, timers, timeoutSeconds } = this.own
    const { probe } = permit
    if (this.lost !== undefined || this.isOver || probe === null) return Promise.resolve(this.state)
    return new Promise((resolve) => {
      const end = (state: State): void => {
        cancel()
        this.waiting.delete(probe)
        resolve(state)
      }
      const cancel = timers(timeoutSeconds, () => {
        this.dispatch(released(permit), clock())
        end(this.state)
      })
      this.waiting.set(probe, { permit, end })
    })
  }

  /** Reports a breaker whose settings are not those of its store. */
  compare(config: Config): void {
    const different = differences(this.config, config)
    if (different.length > 0) this.report(otherBreaker(different.join(', ')))
  }

  tellTo(outbox: Outbox): void {
    this.outboxes.add(outbox)
  }

  /** Waits until what has happened so far is shared, if the store answers. */
  async flush(): Promise<void> {
    const { timers, timeoutSeconds } = this.own
    if (this.isOver) return
    await (this.lost === undefined ? this.met : this.comeBack())
    this.isUrgent = this.replica.isBehind
    await within(timers, 2 * timeoutSeconds, () => this.work().then(nothing))
  }

  close(): Promise<void> {
    this.closing ??= this.end()
    return this.closing
  }

  private async end(): Promise<void> {
    const { timers, timeoutSeconds } = this.own
    await this.flush()
    this.isOver = true
    this.cancels.forEach((cancel) => cancel())
    const { unsubscribe } = this
    if (unsubscribe !== undefined) await within(timers, timeoutSeconds, () => unsubscribe().then(nothing))
  }

  // A store that is away for a moment must not multiply the probes of the fleet.
  private refuses(event: Event, now: number): boolean {
    return event._tag === 'Admitted' && this.lost !== undefined && now < this.lost.probesFromSeconds
  }

  // Without a window, a success ends the failures in a row, and others should know.
  private canWait(event: Event): boolean {
    return isFastSuccess(event) && this.state._tag === 'Closed' && this.state.counts._tag !== 'Consecutive'
  }

  // -----------------------------------------------------------------------------------
  // commits
  // -----------------------------------------------------------------------------------

  private share(): void {
    this.isUrgent = true
    void this.work()
  }

  // One commit at a time. It starts a little later, so that what happens together is sent together.
  private work(): Promise<void> {
    this.working ??= Promise.resolve()
      .then(() => this.commits())
      .catch((error: unknown) => this.lose(error)) // what cannot be written, cannot be shared
      .finally(() => (this.working = undefined))
    return this.working
  }

  private async commits(): Promise<void> {
    while (this.isAttached && (this.isUrgent || this.isForced)) await this.commit()
  }

  private get isAttached(): boolean {
    return this.lost === undefined && !this.isOver
  }

  private async commit(): Promise<void> {
    const { replica, own } = this
    if (!replica.isMet) await this.met
    this.isUrgent = replica.batch !== undefined // there may be more than what was sent before
    const { tag } = replica.seal()
    for (let tries = 0; this.isAttached; tries++) {
      if (tries >= TRIES_WITHOUT_PAUSE) await this.pause(own.random() * PAUSE_SECONDS)
      const entries = replica.sealed
      const next = replica.next(own.clock())
      if (next === replica.base && !this.isForced) return this.settle(entries, next, replica.version)
      if (await this.isCommitted(tag, entries, next)) return
    }
  }

  private pause(seconds: number): Promise<void> {
    return new Promise((resolve) => void this.own.timers(seconds, resolve))
  }

  private async isCommitted(tag: string, entries: ReadonlyArray<Entry>, next: Known): Promise<boolean> {
    const { cell, config, envelopes } = this.own
    const { replica } = this
    const { offsetSeconds, version: asked } = replica
    const text = envelopes.write(next, offsetSeconds)
    this.inFlight = tag
    const ttlSeconds = ttlOf(config, next.state)
    const answer = await this.ask(() => cell.compareAndSet(this.key, asked, text, tag, ttlSeconds)())
    const { echo, pushed } = this
    this.inFlight = this.echo = this.pushed = undefined
    if (answer._tag === 'Left' && echo === undefined) {
      this.lose(answer.left)
      return false
    }
    if (answer._tag === 'Right' && answer.right.applied) {
      this.isForced = false
      this.settle(entries, moved(next, offsetSeconds - replica.offsetSeconds), answer.right.version)
    } else {
      if (echo !== undefined) this.adopt(echo, asked)
      if (answer._tag === 'Right') this.adopt(answer.right, echo === undefined ? asked : undefined)
      if (replica.batch === undefined) this.decide(entries, replica.base.state)
    }
    if (pushed !== undefined) this.adopt(pushed, undefined)
    return replica.batch === undefined
  }

  private settle(entries: ReadonlyArray<Entry>, base: Known, version: string): void {
    this.change((now) => this.replica.settle(base, version, now))
    this.decide(entries, base.state)
  }

  private decide(entries: ReadonlyArray<Entry>, state: State): void {
    entries.forEach(({ event }) => event._tag === 'Admitted' && this.waiting.get(event.probe)?.end(state))
  }

  // -----------------------------------------------------------------------------------
  // news
  // -----------------------------------------------------------------------------------

  private async ask<A extends Reading>(task: TaskEither<unknown, A>): Promise<Either<unknown, A>> {
    const { clock, timers, timeoutSeconds } = this.own
    const sentAtSeconds = clock()
    const answer = checked(await within(timers, timeoutSeconds, this.counted(task)))
    // It may give the member's own events other generations and times, which is nothing that others did.
    if (answer._tag === 'Right') this.replica.meet(answer.right, sentAtSeconds, clock())
    return answer
  }

  private counted<A>(task: TaskEither<unknown, A>): TaskEither<unknown, A> {
    return () => {
      const sent = {}
      this.unanswered.add(sent)
      return settled(task).finally(() => {
        const wasFull = this.isFull
        this.unanswered.delete(sent)
        if (wasFull && !this.isFull) this.hurry()
      })
    }
  }

  private get isFull(): boolean {
    return this.unanswered.size >= MOST_UNANSWERED
  }

  // The next question need not wait any longer for the answers to those before.
  private hurry(): void {
    const cancel = this.cancels.get('retry')
    if (cancel === undefined) return
    cancel()
    this.retry(this.lost as Lost)
  }

  private async read(): Promise<void> {
    const asked = this.replica.version
    const answer = await this.ask(() => this.own.cell.read(this.key)())
    if (answer._tag === 'Left') this.lose(answer.left)
    else if (this.isAttached && this.inFlight === undefined) this.adopt(answer.right, asked)
  }

  // Reads now and then: a push may get lost, and with it the subscription.
  private poll(): void {
    this.later('poll', this.own.pollSeconds * this.about(), () => {
      if (this.isAttached) {
        void this.read()
        this.subscribe(true)
      }
      this.poll()
    })
  }

  private about(): number {
    return 0.5 + this.own.random()
  }

  private subscribe(isAgain: boolean): void {
    if (this.unsubscribe !== undefined || this.isSubscribing) return
    this.isSubscribing = true
    const failed = (error: unknown): void => {
      this.isSubscribing = false
      if (isAgain) this.report(NO_PUSHES, error)
    }
    settled(() => this.own.cell.subscribe(this.key, this.onPush, this.onGap)()).then((given) => {
      const answer = runnable(given)
      if (answer._tag === 'Left') return failed(answer.left)
      this.isSubscribing = false
      this.unsubscribe = answer.right
      if (this.isOver) void settled(() => answer.right().then(nothing)).catch(nothing)
      else if (this.isAttached) void this.read()
    }, failed)
  }

  private readonly onPush = (reading: Reading): void => {
    if (!this.isAttached || !isReading(reading)) return
    if (this.inFlight === undefined) this.adopt(reading, undefined)
    else if (reading.writer === this.inFlight) this.echo = reading
    else this.pushed = newer(this.pushed, reading)
  }

  private readonly onGap = (): void => {
    if (!this.isOver) void (this.lost === undefined ? this.read() : this.comeBack())
  }

  private adopt(reading: Reading, asked: string | undefined): void {
    const finding = this.change((now) => this.replica.adopt(reading, asked, now))
    if (finding.problem !== undefined) this.report(UNREADABLE, finding.problem)
    if (finding.settings !== undefined) this.report(OTHER_SETTINGS, finding.settings)
    if (finding.isDoubtful) void this.read()
    if (this.cancels.has('lazy') && isNearTrip(this.config, this.replica.base.state)) this.share()
    if (!finding.isToWrite) return
    this.isForced = true
    void this.work()
  }

  // -----------------------------------------------------------------------------------
  // alone, and back
  // -----------------------------------------------------------------------------------

  private lose(error: unknown): void {
    if (!this.isAttached) return
    const { config, clock } = this.own
    const sinceSeconds = clock()
    const graceSeconds = Math.max(openSecondsOf(config), config.probeTimeoutSeconds as number) * this.about()
    this.lost = { sinceSeconds, probesFromSeconds: sinceSeconds + graceSeconds, retrySeconds: RETRY_SECONDS }
    this.unanswered.clear() // some answers may be lost for ever
    this.waiting.forEach(({ permit, end }) => {
      this.replica.record(released(permit), sinceSeconds)
      end(this.state)
    })
    if (this.outboxes.size === 0) this.report(STORE_LOST, error)
    this.tell({ _tag: 'StoreLost', breaker: config.name, atSeconds: sinceSeconds, error })
    this.retry(this.lost)
  }

  private retry({ retrySeconds }: Lost): void {
    const seconds = this.isFull ? Math.max(retrySeconds, LONG_PAUSE_SECONDS) : retrySeconds
    this.later('retry', seconds * this.about(), () => void this.comeBack())
  }

  private comeBack(): Promise<void> {
    this.returning ??= this.knock().finally(() => (this.returning = undefined))
    return this.returning
  }

  private async knock(): Promise<void> {
    const { cell, clock, config, pollSeconds } = this.own
    const asked = this.replica.version
    const answer = await this.ask(() => cell.read(this.key)())
    const lost = this.lost as Lost // only this ends it
    if (answer._tag === 'Left') {
      this.lost = { ...lost, retrySeconds: Math.min(2 * lost.retrySeconds, pollSeconds) }
      return this.retry(this.lost)
    }
    const atSeconds = clock()
    this.lost = undefined
    this.cancels.get('retry')?.()
    this.tell({ _tag: 'StoreBack', breaker: config.name, atSeconds, lostSeconds: atSeconds - lost.sinceSeconds })
    this.adopt(answer.right, asked)
    this.subscribe(false)
    if (this.replica.isBehind) this.share()
  }

  // -----------------------------------------------------------------------------------
  // helpers
  // -----------------------------------------------------------------------------------

  // What others did is told as theirs, after what time did meanwhile.
  private change<A>(action: (now: number) => A): A {
    const { config, clock } = this.own
    const now = clock()
    const before = this.state
    const result = action(now)
    const to = this.state
    if (to === before) return result
    const from = at(config)(before, now)
    const because = { _tag: 'Remote' } as const
    this.outboxes.forEach((outbox) => {
      outbox.addByTime(before, transitionsByTime(config)(before, now))
      if (from.generation !== at(config)(to, now).generation)
        outbox.add({ _tag: 'Transition', breaker: config.name, from, to, atSeconds: now, because })
    })
    return result
  }

  private tell(notice: Notice): void {
    this.outboxes.forEach((outbox) => outbox.add(notice))
  }

  private report(what: string, cause?: unknown): void {
    this.own.reporter.report(this.own.config.name, what, cause)
  }

  private later(name: string, seconds: number, run: () => void): void {
    if (this.cancels.has(name)) return
    const cancel = this.own.timers(seconds, () => {
      this.cancels.delete(name)
      run()
    })
    this.cancels.set(name, () => {
      this.cancels.delete(name)
      cancel()
    })
  }
}

const nothing = (): Either<never, void> => ({ _tag: 'Right', right: undefined })

const AFTER_CLOSE =
  'its shared store was closed, so it goes on alone, and others do not learn of it: close the store after the last call'
const OTHER_CLOCK = 'it has another clock than its store: put `clock` into the settings of both, or of neither'
const otherBreaker = (settings: string): string =>
  `its breaker has other settings than its store (${settings}), and the circuit opens and closes by those of the store: give both the same`
const NO_PUSHES =
  'the store gives no notice of what others write, so it is read now and then: members learn of each other seconds later'
const STORE_LOST = 'the shared store does not answer, so the breaker goes on alone until it does'
const UNREADABLE =
  'the store held a value that is no state of a shared breaker, and it was replaced: nothing else may write to its key'
const OTHER_SETTINGS =
  'another member of the fleet has other settings, so the circuit may open and close by either: give all the same'

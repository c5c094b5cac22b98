/**
 * Notices on their way to the observers: delivered in order, after the state has changed.
 *
 * @since 0.1.0
 */
import type { Event } from '../core/Event'
import { showGiven } from '../core/InvalidSettings'
import type { State } from '../core/State'
import type { CallEnded, Notice, Observer, Transition } from './Notice'
import type { Store } from './Store'

/**
 * A breaker may be called from within a listener of its store, or from its observer:
 * notices wait until the outermost dispatch and the notice before them are through, so that none overtakes another.
 *
 * @internal
 */
export class Outbox {
  private readonly waiting: Array<Notice> = []
  /** The generation up to which transitions were told ahead of the event that stores them, by the state stored now. */
  private readonly told = new WeakMap<State, number>()
  private holds = 0
  private isDelivering = false

  constructor(
    private readonly observers: ReadonlyArray<Observer>,
    private readonly report: (cause: unknown) => void
  ) {}

  add(notice: Notice): void {
    if (this.isBusy()) this.waiting.push(notice)
    else this.tellFrom(notice)
  }

  /** Adds what time alone has done to a state, once: the event that stores it brings the same transitions again. */
  addByTime(before: State, transitions: ReadonlyArray<Transition>): void {
    const fresh = this.untold(before, transitions)
    const last = fresh[fresh.length - 1]
    if (last === undefined) return
    this.told.set(before, last.to.generation)
    this.waiting.push(...fresh)
    this.deliver()
  }

  /**
   * Dispatches an event, and then tells how the call ended that it is of, and its transitions, unless it turns out that the
   * store did not take it in.
   */
  dispatch(
    store: Store,
    event: Event,
    now: number,
    transitions: ReadonlyArray<Transition>,
    ended: CallEnded | undefined
  ): void {
    const before = store.getState()
    const fresh = this.untold(before, transitions)
    if (ended !== undefined) this.waiting.push(ended)
    this.waiting.push(...fresh)
    this.holds++
    try {
      store.dispatch(event, now)
    } finally {
      if (store.getState() === before) fresh.forEach((notice) => this.waiting.splice(this.waiting.indexOf(notice), 1))
      this.holds--
      this.deliver()
    }
  }

  private untold(before: State, transitions: ReadonlyArray<Transition>): ReadonlyArray<Transition> {
    const told = this.told.get(before)
    return told === undefined ? transitions : transitions.filter(({ to }) => to.generation > told)
  }

  // The delivery under way, or the one after the dispatch, goes on with what waits.
  private isBusy(): boolean {
    return this.holds > 0 || this.isDelivering
  }

  private deliver(): void {
    const next = this.isBusy() ? undefined : this.waiting.shift()
    if (next !== undefined) this.tellFrom(next)
  }

  // Most come alone, and to keep a list for one costs more than to tell it.
  private tellFrom(first: Notice): void {
    this.isDelivering = true
    this.tellAll(first)
    while (this.waiting.length > 0) this.tellAll(this.waiting.shift() as Notice)
    this.isDelivering = false
  }

  private tellAll(notice: Notice): void {
    for (const observer of this.observers) this.tell(observer, notice)
  }

  private tell(observer: Observer, notice: Notice): void {
    try {
      const io: unknown = observer(notice)
      if (typeof io !== 'function') throw new TypeError(`the observer returned ${showGiven(io)}, expected an IO`)
      const done: unknown = (io as () => unknown)()
      if (done instanceof Promise) done.catch(this.report)
    } catch (error) {
      this.report(error)
    }
  }
}

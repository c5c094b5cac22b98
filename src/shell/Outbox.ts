/**
 * Notices on their way to the observer: delivered in order, after the state has changed.
 *
 * @since 0.1.0
 */
import { showGiven } from '../core/Problem'
import { Eq } from '../core/State'
import type { Notice, Observer, Transition } from './Notice'

/**
 * A breaker may be called from within a listener of its store or from its observer. Notices wait here until the outermost
 * dispatch is through, so that none overtakes another.
 *
 * @internal
 */
export class Outbox {
  private readonly waiting: Array<Notice> = []
  /** What was told ahead of the event that stores it, by breaker. */
  private readonly told = new Map<string, ReadonlyArray<Transition>>()
  private holds = 0
  private isDelivering = false

  constructor(
    private readonly observer: Observer,
    private readonly report: (cause: unknown) => void
  ) {}

  /** Runs something that may add notices; they are delivered when the outermost has ended. */
  during<A>(action: () => A): A {
    this.holds++
    try {
      return action()
    } finally {
      this.holds--
      if (this.holds === 0) this.deliver()
    }
  }

  add(notice: Notice): void {
    this.waiting.push(notice)
  }

  /** Adds what time alone has done to a breaker, once: the event that stores it brings the same transitions again. */
  addByTime(breaker: string, transitions: ReadonlyArray<Transition>): void {
    const fresh = this.untold(breaker, transitions)
    if (fresh.length > 0) this.told.set(breaker, transitions)
    this.waiting.push(...fresh)
  }

  /** Adds the transitions of an event, and takes them back where it turns out that the store did not take it in. */
  addOf(breaker: string, transitions: ReadonlyArray<Transition>, isStored: () => boolean, dispatch: () => void): void {
    const fresh = this.untold(breaker, transitions)
    this.waiting.push(...fresh)
    try {
      dispatch()
    } finally {
      if (isStored()) this.told.delete(breaker)
      else fresh.forEach((notice) => this.waiting.splice(this.waiting.indexOf(notice), 1))
    }
  }

  private untold(breaker: string, transitions: ReadonlyArray<Transition>): ReadonlyArray<Transition> {
    const told = this.told.get(breaker) ?? []
    return transitions.filter(({ to }) => !told.some((one) => Eq.equals(one.to, to)))
  }

  private deliver(): void {
    if (this.isDelivering) return // by a call from within the observer: the delivery under way goes on with these
    this.isDelivering = true
    while (this.waiting.length > 0) this.tell(this.waiting.shift() as Notice)
    this.isDelivering = false
  }

  private tell(notice: Notice): void {
    try {
      const io: unknown = this.observer(notice)
      if (typeof io !== 'function') throw new TypeError(`the observer returned ${showGiven(io)}, expected an IO`)
      const done: unknown = (io as () => unknown)()
      if (done instanceof Promise) done.catch(this.report)
    } catch (error) {
      this.report(error)
    }
  }
}

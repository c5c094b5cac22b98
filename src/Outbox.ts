/**
 * Notices on their way to the observer: delivered in order, after the state has changed.
 *
 * @since 0.1.0
 */
import type { Notice, Observer } from './Notice'

/**
 * A breaker may be called from within a listener of its store or from its observer. Notices wait here until the outermost
 * dispatch is through, so that none overtakes another.
 *
 * @internal
 */
export class Outbox {
  private readonly waiting: Array<Notice> = []
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

  /** Takes back notices of what has not come about. */
  remove(notices: ReadonlyArray<Notice>): void {
    notices.forEach((notice) => this.waiting.splice(this.waiting.indexOf(notice), 1))
  }

  private deliver(): void {
    if (this.isDelivering) return // by a call from within the observer: the delivery under way goes on with these
    this.isDelivering = true
    this.deliverNext()
    this.isDelivering = false
  }

  private deliverNext(): void {
    const notice = this.waiting.shift()
    if (notice === undefined) return
    try {
      this.observer(notice)()
    } catch (error) {
      this.report(error)
    }
    this.deliverNext()
  }
}

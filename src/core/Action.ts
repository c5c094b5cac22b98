/**
 * An event of one breaker as an action of a Redux-like store.
 *
 * @since 0.1.0
 */
import type { Event } from './Event'

/**
 * An event of one breaker as an action: plain data, readable in DevTools. `now` is in `meta`, because a reducer must not
 * read a clock. (A type, because an interface does not fit the actions that Redux takes.)
 *
 * @category model
 * @since 0.1.0
 */
export type Action<E extends Event = Event> = E extends Event
  ? {
      /** `circuitBreaker/` and the event in camel case, for example `circuitBreaker/failureRecorded`. */
      readonly type: `circuitBreaker/${Uncapitalize<E['_tag']>}`
      /** The name of the breaker, and what the event holds. */
      readonly payload: Omit<E, '_tag'> & { readonly breaker: string }
      readonly meta: { readonly now: number }
    }
  : never

/** @internal */
export const typeOf = (tag: Event['_tag']): string => `circuitBreaker/${tag.charAt(0).toLowerCase()}${tag.slice(1)}`

const TAGS: Readonly<Record<Event['_tag'], true>> = {
  Admitted: true,
  Succeeded: true,
  Failed: true,
  Released: true,
  SuccessRecorded: true,
  FailureRecorded: true,
  Reset: true,
  IsolationStarted: true,
  IsolationEnded: true,
  BreakerDisabled: true,
  BreakerEnabled: true
}

/** @internal */
export const tagOf: ReadonlyMap<unknown, Event['_tag']> = new Map(
  (Object.keys(TAGS) as ReadonlyArray<Event['_tag']>).map((tag) => [typeOf(tag), tag] as const)
)

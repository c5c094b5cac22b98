/**
 * An event of one breaker as an action of a Redux-like store, and back.
 *
 * @since 0.1.0
 */
import type { Event, Permit } from './Event'
import { attempt } from './InvalidSettings'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * An event of one breaker as an action: plain data, readable in DevTools. `now` is in `meta`, because a reducer must not
 * read a clock. (A type, because an interface does not fit the actions that Redux takes.)
 *
 * @category model
 * @since 0.1.0
 */
export type Action<E extends Event = Event, Name extends string = string> = E extends Event
  ? {
      /** `circuitBreaker/`, the name of the breaker, and the event in camel case: `circuitBreaker/prices/failed`. */
      readonly type: `circuitBreaker/${Name}/${Uncapitalize<E['_tag']>}`
      /** What the event holds. */
      readonly payload: Omit<E, '_tag'>
      readonly meta: { readonly now: number }
    }
  : never

// -------------------------------------------------------------------------------------
// types of actions
// -------------------------------------------------------------------------------------

const PREFIX = 'circuitBreaker/'

const inCamelCase = (tag: Event['_tag']): string => `${tag.charAt(0).toLowerCase()}${tag.slice(1)}`

const TAGS: { readonly [Tag in Event['_tag'] as Uncapitalize<Tag>]: Tag } = {
  admitted: 'Admitted',
  succeeded: 'Succeeded',
  failed: 'Failed',
  released: 'Released',
  successRecorded: 'SuccessRecorded',
  failureRecorded: 'FailureRecorded',
  reset: 'Reset',
  isolationStarted: 'IsolationStarted',
  isolationEnded: 'IsolationEnded',
  breakerDisabled: 'BreakerDisabled',
  breakerEnabled: 'BreakerEnabled'
}

const tagOf: ReadonlyMap<string, Event['_tag']> = new Map(Object.entries(TAGS))

/** @internal */
export const typeOf = (breaker: string, tag: Event['_tag']): string => `${PREFIX}${breaker}/${inCamelCase(tag)}`

/**
 * What the type of an action says. The name of a breaker may hold slashes: the event is what follows the last one.
 *
 * @internal
 */
export const readType = (type: unknown): { readonly breaker: string; readonly tag: Event['_tag'] } | undefined => {
  if (typeof type !== 'string') return undefined
  const slash = type.lastIndexOf('/')
  const tag = tagOf.get(type.slice(slash + 1))
  return tag !== undefined && slash > PREFIX.length && type.startsWith(PREFIX)
    ? { breaker: type.slice(PREFIX.length, slash), tag }
    : undefined
}

// -------------------------------------------------------------------------------------
// actions
// -------------------------------------------------------------------------------------

/** @internal */
export interface Dispatched {
  readonly event: Event
  readonly now: number
}

/**
 * What an action of this breaker says; `undefined` for all others. An action may come from anywhere, so what would break
 * the state is refused: a permit that is none, an id that is none, a time that is none. To check a replayed log in full,
 * decode it with `Action` of `breaker-ts/Codec`.
 *
 * @internal
 */
export const eventIn = (breaker: string, action: unknown): Dispatched | undefined =>
  attempt(() => {
    const { type, payload, meta } = action as Action // each property is read once: a getter may answer differently later
    const said = readType(type)
    if (said === undefined || said.breaker !== breaker) return undefined
    const { now } = meta
    const event = { ...payload, ...permitIn(payload), _tag: said.tag } as Event
    return isWhole(event) && typeof now === 'number' ? { event, now } : undefined
  })

const permitIn = (payload: object): object => ('permit' in payload ? { permit: { ...(payload.permit as Permit) } } : {})

const isWhole = (event: Event): boolean => {
  switch (event._tag) {
    case 'Admitted':
      return typeof event.probe === 'string' && event.probe !== ''
    case 'Succeeded':
    case 'Failed':
    case 'Released': {
      const { generation, probe } = event.permit
      return Number.isInteger(generation) && (probe === null || typeof probe === 'string')
    }
    default:
      return true
  }
}

/**
 * A function that makes actions, with their type and a guard.
 *
 * @internal
 */
export const withType = <F extends object, G extends object>(make: F, members: G): F & G =>
  // eslint-disable-next-line functional/immutable-data -- a function of our own, just made
  Object.assign(make, members)

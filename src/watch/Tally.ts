/**
 * What breakers of one name have done, counted in place.
 *
 * @since 0.1.0
 */
import type { Rejection } from '../core/Reducer'
import type { State } from '../core/State'
import { initial } from '../core/State'
import type { Notice, Transition } from '../shell/Notice'
import type { Outcome } from '../shell/Outcome'

type Counters<K extends string> = Record<K, number>

/**
 * A breaker, the state that it was last known to be in, and since when.
 *
 * @internal
 */
export interface Member {
  state: State
  sinceSeconds: number
}

/**
 * Counters that go up in place: a call must not pay for immutable data that nobody reads.
 *
 * @internal
 */
export interface Tally {
  readonly name: string
  readonly startedAtSeconds: number
  accepted: number
  succeeded: number
  failed: number
  neutral: number
  slow: number
  readonly rejected: Counters<Rejection['reason']>
  readonly transitions: Counters<State['_tag']>
  readonly secondsIn: Counters<State['_tag']>
  /** The breaker of this very name, if there is one; and of the others that are counted under it, those that are not CLOSED. */
  readonly members: Map<string, Member>
  /** How many of the others a registry holds as CLOSED. */
  closed: number
}

/** @internal */
export const none = (): Counters<State['_tag']> => ({ Closed: 0, Open: 0, HalfOpen: 0, Isolated: 0, Disabled: 0 })

/** @internal */
export const start = (name: string, startedAtSeconds: number): Tally => ({
  name,
  startedAtSeconds,
  accepted: 0,
  succeeded: 0,
  failed: 0,
  neutral: 0,
  slow: 0,
  rejected: { open: 0, half_open: 0, isolated: 0 },
  transitions: none(),
  secondsIn: none(),
  members: new Map(),
  closed: 0
})

// A breaker counts as CLOSED until more is known, and then what is found counts from the start.
const UNKNOWN: State = { ...initial }

/**
 * The breaker of this very name, of which nothing is known yet.
 *
 * @internal
 */
export const join = (tally: Tally): Member => {
  const member = { state: UNKNOWN, sinceSeconds: tally.startedAtSeconds }
  tally.members.set(tally.name, member)
  return member
}

/** @internal */
export const count = (tally: Tally, notice: Notice): void => {
  switch (notice._tag) {
    case 'CallAdmitted':
      tally.accepted++
      return
    case 'CallRejected':
      tally.rejected[notice.rejection.reason]++
      return
    case 'CallEnded':
      return countEnd(tally, notice.outcome)
    case 'Transition':
      return countTransition(tally, notice)
    default: // a notice that is about no call and no state
      return
  }
}

const countEnd = (tally: Tally, outcome: Outcome): void => {
  if (outcome._tag === 'Success') tally.succeeded++
  else if (outcome._tag === 'Failure') tally.failed++
  else tally.neutral++
  if (outcome._tag !== 'Neutral' && outcome.slow) tally.slow++
}

const countTransition = (tally: Tally, { breaker, from, to, atSeconds }: Transition): void => {
  if (from.generation !== to.generation) tally.transitions[to._tag]++ // and no restarted timeout
  const member = memberOf(tally, breaker, from, atSeconds)
  if (member.state === UNKNOWN) member.state = from
  enter(tally, breaker, member, to, atSeconds)
}

/**
 * The state of a breaker, as it was read. Others may have written it, and an OPEN one says when.
 *
 * @internal
 */
export const see = (tally: Tally, breaker: string, state: State, now: number): void => {
  const member = memberOf(tally, breaker, state, now)
  if (member.state === UNKNOWN) member.state = state
  if (state._tag === 'Open' && state.generation !== member.state.generation)
    enter(tally, breaker, member, state, Math.min(Math.max(state.openedAtSeconds, member.sinceSeconds), now))
  enter(tally, breaker, member, state, now)
  if (!tally.members.has(breaker)) tally.closed++
}

/**
 * A key that its registry no longer holds: it is CLOSED.
 *
 * @internal
 */
export const forget = (tally: Tally, breaker: string, now: number): void =>
  enter(tally, breaker, memberOf(tally, breaker, initial, now), initial, now)

const memberOf = (tally: Tally, breaker: string, state: State, now: number): Member =>
  tally.members.get(breaker) ?? (breaker === tally.name ? join(tally) : { state, sinceSeconds: now })

const enter = (tally: Tally, breaker: string, member: Member, state: State, now: number): void => {
  spend(tally.secondsIn, member, now)
  member.state = state
  member.sinceSeconds = now
  // Keys that are CLOSED are not remembered: strangers may choose them.
  if (state._tag === 'Closed' && breaker !== tally.name) tally.members.delete(breaker)
  else tally.members.set(breaker, member)
}

/**
 * Adds the seconds from then to now. An OPEN circuit has been HALF_OPEN since its recovery timeout elapsed; a clock that has
 * gone back adds no time.
 *
 * @internal
 */
export const spend = (secondsIn: Counters<State['_tag']>, { state, sinceSeconds }: Member, now: number): void => {
  const until = Math.max(now, sinceSeconds)
  const turned = state._tag === 'Open' ? Math.max(Math.min(state.retryAtSeconds, until), sinceSeconds) : until
  secondsIn[state._tag] += turned - sinceSeconds
  secondsIn.HalfOpen += until - turned
}

/**
 * How many breakers are in each state.
 *
 * @internal
 */
export const statesAt = (tally: Tally, now: number): Readonly<Counters<State['_tag']>> => {
  const states = none()
  states.Closed = tally.closed
  tally.members.forEach(({ state }) => {
    states[state._tag === 'Open' && now >= state.retryAtSeconds ? 'HalfOpen' : state._tag]++
  })
  return states
}

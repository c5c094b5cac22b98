// What must hold on every transition, whatever the settings, the interleaving and the clock.
import type { Config } from 'breaker-ts/Config'
import type { Event } from 'breaker-ts/Event'
import { failed, released, succeeded } from 'breaker-ts/Event'
import type { State } from 'breaker-ts/State'

import type { Configuration } from './grid'
import { closes, countedBy, failuresAt, trips } from './history'
import type { Machine } from './machine'
import type { Call, Situation } from './situation'
import { longestOpenSeconds, openSeconds, windowSeconds } from './situation'

export const INVARIANTS = {
  I1: 'an outcome whose permit is not live returns the same reference',
  I2: 'probes in flight never exceed the cap, and granted - settled - expired = in flight',
  I3: 'the only edges are CLOSED to OPEN, OPEN to HALF_OPEN, HALF_OPEN to CLOSED or OPEN, reset and manual control',
  I4: 'the open period never moves because of a settled call',
  I5: 'OPEN after enough failures to trip, and only then',
  I6: 'a neutral outcome changes nothing but its permit',
  I7: 'encode and decode is the identity',
  I8: 'the counts are those of the calls that the window sees, and an idle gap empties it',
  I9: 'a clock step never lengthens a wait: OPEN until the recovery timeout has passed, at most that and a second',
  I10: 'settling twice is settling once',
  I11: 'nothing is changed in place and nothing is thrown',
  I12: 'the size of a state is bounded by the settings',
  I13: 'the same reference comes back when nothing has changed',
  I14: 'the generation goes up at a change of the kind of state and at a reset, and never otherwise',
  I15: 'permit agrees with Admitted',
  I16: 'CLOSED by the success that decides, and only then',
  L: 'from every state, time and healthy calls lead to CLOSED',
  C: 'situations that are taken for one have the same ways on'
} as const

export type Invariant = keyof typeof INVARIANTS

/** A machine with settings: what the checks are about. */
export interface Subject {
  readonly machine: Machine
  readonly configuration: Configuration
  readonly config: Config
  readonly at: ReturnType<Machine['at']>
  readonly permit: ReturnType<Machine['permit']>
  readonly reduce: ReturnType<Machine['reduce']>
}

/** An event, with the state as of then (`view`) and the state after it. */
export interface Transition {
  readonly before: Situation
  readonly view: State
  readonly event: Event
  /** The call that the event settles. */
  readonly call: Call | undefined
  readonly next: State
  /** The state after it as of then: time alone is never stored, so where nothing changed, it is `view`. */
  readonly result: State
  /** What has happened, the event included, before anything is forgotten. */
  readonly told: Situation
  readonly after: Situation
}

type Check<A> = (subject: Subject, a: A) => boolean
type Checks<A> = ReadonlyArray<readonly [name: Invariant, holds: Check<A>]>

const isObject = (u: unknown): u is Readonly<Record<string, unknown>> => typeof u === 'object' && u !== null

const same = (x: unknown, y: unknown): boolean => {
  if (x === y || !isObject(x) || !isObject(y)) return x === y
  const keys = Object.keys(x)
  return keys.length === Object.keys(y).length && keys.every((key) => key in y && same(x[key], y[key]))
}

export const frozen = <A>(a: A): A => {
  if (isObject(a) && !Object.isFrozen(a)) Object.values(Object.freeze(a)).forEach(frozen)
  return a
}

const idsOf = (state: State): string =>
  state._tag === 'HalfOpen'
    ? state.probes
        .map(({ id }) => id)
        .sort()
        .join()
    : ''

const liveIds = (calls: ReadonlyArray<Call>): string =>
  calls
    .flatMap(({ permit: { probe }, live }) => (live && probe !== null ? [probe] : []))
    .sort()
    .join()

const probeCount = (state: State): number => (state._tag === 'HalfOpen' ? state.probes.length : 0)

// -------------------------------------------------------------------------------------
// on every event
// -------------------------------------------------------------------------------------

const EDGES: Readonly<Record<string, ReadonlyArray<string>>> = {
  Succeeded: ['Closed Open', 'HalfOpen Closed'],
  Failed: ['Closed Open', 'HalfOpen Open'],
  SuccessRecorded: ['HalfOpen Closed'],
  FailureRecorded: ['Closed Open', 'HalfOpen Open'],
  Reset: ['Open Closed', 'HalfOpen Closed', 'Isolated Closed', 'Disabled Closed'],
  IsolationStarted: ['Closed Isolated', 'Open Isolated', 'HalfOpen Isolated', 'Disabled Isolated'],
  IsolationEnded: ['Isolated Closed'],
  BreakerDisabled: ['Closed Disabled', 'Open Disabled', 'HalfOpen Disabled', 'Isolated Disabled'],
  BreakerEnabled: ['Disabled Closed']
}

const isEdge = (event: Event, view: State, next: State): boolean =>
  view._tag === next._tag || (EDGES[event._tag] ?? []).includes(`${view._tag} ${next._tag}`)

const opensInTime = ({ configuration }: Subject, { before, event, next, view }: Transition): boolean => {
  if (next._tag !== 'Open' || next === before.state || next === view) return true
  const bound = configuration.settings.maxRetryAfterSeconds ?? 3600
  const asked = event._tag === 'Failed' ? Math.min(event.retryAfterSeconds ?? 0, bound) : 0
  return (
    next.openedAtSeconds === before.now &&
    next.retryAtSeconds === before.now + Math.max(openSeconds(configuration, next.reopenings), asked)
  )
}

const opensOnlyAfterFailures = (
  { configuration }: Subject,
  { view, event, result, told, call }: Transition
): boolean => {
  const counts = countedBy(event)
  const hasOpened = result._tag === 'Open' && view._tag !== 'Open'
  if (counts === undefined || (call !== undefined && !call.live)) return !hasOpened
  switch (view._tag) {
    case 'Closed':
      return hasOpened === trips(configuration, told.history, counts)
    case 'HalfOpen':
      return (
        hasOpened ===
        (event._tag === 'FailureRecorded' ||
          (counts.failed && told.history.failures > (configuration.settings.halfOpenMaxFailures ?? 0)))
      )
    default:
      return !hasOpened
  }
}

const closesByVerdict = ({ configuration }: Subject, { view, event, result, told, call }: Transition): boolean => {
  if (view._tag !== 'HalfOpen' || event._tag === 'Reset') return true
  const hasClosed = result._tag === 'Closed'
  if (event._tag === 'SuccessRecorded') return hasClosed
  if (event._tag !== 'Succeeded' || call?.live !== true) return !hasClosed
  return hasClosed === closes(configuration, told.history, told.calls.filter(({ live }) => live).length)
}

const countsWhatTheWindowSees = (
  { configuration }: Subject,
  { before, view, event, next, told, after }: Transition
): boolean => {
  if (next._tag !== 'Closed') return true
  const { counts } = next
  const { calls, failuresInARow } = after.history
  if (counts._tag === 'Consecutive') return counts.failures === failuresInARow && calls.length === 0
  const isIdle =
    before.history.countedAtSeconds !== null &&
    countedBy(event) !== undefined &&
    next !== view &&
    before.now - before.history.countedAtSeconds >= windowSeconds(configuration)
  return (
    counts.calls === calls.length &&
    counts.failures === calls.filter(({ failed }) => failed).length &&
    counts.slowCalls === calls.filter(({ slow }) => slow).length &&
    counts.failedOrSlow === calls.filter(({ failed, slow }) => failed || slow).length &&
    counts.failuresInARow === failuresInARow &&
    (!isIdle || (counts.calls === 1 && told.history.calls.length === 1))
  )
}

const changesOnlyItsPermit = (_: Subject, { before, view, event, next, call }: Transition): boolean => {
  if (event._tag !== 'Released') return true
  if (view._tag !== 'HalfOpen' || call?.live !== true) return next === before.state
  return same(next, { ...view, probes: view.probes.filter(({ id }) => id !== event.permit.probe) })
}

const settlesOnce = ({ reduce }: Subject, { before: { now }, view, event, next, call }: Transition): boolean => {
  if (call === undefined || (call.permit.probe === null && view._tag === 'Closed')) return true
  return [event, succeeded(call.permit), failed(call.permit), released(call.permit)].every(
    (again) => reduce(next, again, now) === next
  )
}

const raisesTheGeneration = (_: Subject, { view, event, next, before }: Transition): boolean =>
  next === before.state ||
  (next._tag !== view._tag || event._tag === 'Reset'
    ? next.generation > view.generation
    : next.generation === view.generation)

const ON_EVENT: Checks<Transition> = [
  ['I1', (_, { before, next, call }) => call === undefined || call.live || next === before.state],
  [
    'I2',
    ({ configuration }, { next, after }) =>
      idsOf(next) === liveIds(after.calls) && probeCount(next) <= (configuration.settings.halfOpenMaxProbes ?? 1)
  ],
  ['I3', (_, { event, view, result }) => isEdge(event, view, result)],
  ['I4', (_, { before, next, call }) => before.state._tag !== 'Open' || call === undefined || next === before.state],
  ['I5', opensOnlyAfterFailures],
  ['I6', changesOnlyItsPermit],
  ['I8', countsWhatTheWindowSees],
  ['I9', opensInTime],
  ['I10', settlesOnce],
  ['I13', (_, { before, next }) => next === before.state || !same(next, before.state)],
  ['I14', raisesTheGeneration],
  ['I16', closesByVerdict]
]

// -------------------------------------------------------------------------------------
// on every situation
// -------------------------------------------------------------------------------------

/** A situation with the state as of now, and an id that no probe has. */
export interface Look {
  readonly situation: Situation
  readonly view: State
  /** What has happened by now: calls that time has ended are not live. */
  readonly passed: Situation
  readonly probe: string
}

const SHIFTS: Readonly<Record<string, ReadonlyArray<string>>> = {
  Closed: ['Closed'],
  Open: ['Open', 'HalfOpen'],
  HalfOpen: ['HalfOpen', 'Open'],
  Isolated: ['Isolated'],
  Disabled: ['Disabled']
}

const waits = ({ configuration }: Subject, { situation: { state, now }, view }: Look): boolean => {
  if (state._tag === 'Open') {
    const left = state.retryAtSeconds - now
    return (view._tag === 'Open') === (left > 0 && left <= state.retryAtSeconds - state.openedAtSeconds + 1)
  }
  if (view._tag === 'Open')
    return view.retryAtSeconds - now <= longestOpenSeconds(configuration) && view.retryAtSeconds > now
  const { probeTimeoutSeconds } = configuration.settings
  return (
    view._tag !== 'HalfOpen' ||
    probeTimeoutSeconds === null ||
    view.probes.every(({ admittedAtSeconds: t }) => t - now <= 1 && now - t < probeTimeoutSeconds)
  )
}

const timesOut = ({ configuration }: Subject, { situation, view }: Look): boolean => {
  if (situation.state._tag !== 'HalfOpen') return true
  const isOver = failuresAt(configuration, situation) > (configuration.settings.halfOpenMaxFailures ?? 0)
  return isOver === (view.generation !== situation.state.generation)
}

const agrees = ({ permit, reduce, machine }: Subject, { situation: { state, now }, view, probe }: Look): boolean => {
  const decision = permit(state, now, probe)
  const next = reduce(state, { _tag: 'Admitted', probe }, now)
  if (decision._tag === 'Left')
    return (
      next === state &&
      decision.left.reason === (view._tag === 'HalfOpen' ? 'half_open' : view._tag === 'Open' ? 'open' : 'isolated') &&
      (view._tag !== 'Open' || decision.left.retryAfterSeconds === view.retryAtSeconds - now)
    )
  const held = decision.right
  if (held.generation !== view.generation) return false
  if (view._tag === 'HalfOpen') return held.probe === probe && next !== state && machine.isLive(next, held)
  return held.probe === null && next === state && (view._tag === 'Disabled' || machine.isLive(state, held))
}

const knowsLiveCalls = ({ machine }: Subject, { view, passed }: Look): boolean =>
  passed.calls.every(({ permit, live }) => machine.isLive(view, permit) === live)

const admitsNobodyTwice = ({ permit, reduce }: Subject, { situation: { state, now }, view }: Look): boolean =>
  view._tag !== 'HalfOpen' ||
  view.probes.every(
    ({ id }) => permit(state, now, id)._tag === 'Left' && reduce(state, { _tag: 'Admitted', probe: id }, now) === state
  )

const TRIES = 30

/**
 * Whether the circuit closes in the end: what is held by hand is let go, and from then on each call is healthy. With a
 * limit of time for probes, calls in flight hang for ever; without one, they end.
 */
const recovers = (subject: Subject, { situation, probe }: Look): boolean => {
  const { at, permit, reduce, configuration } = subject
  const { probeTimeoutSeconds } = configuration.settings
  let { state, now } = situation
  state = reduce(reduce(state, { _tag: 'IsolationEnded' }, now), { _tag: 'BreakerEnabled' }, now)
  if (probeTimeoutSeconds === null)
    for (const { permit } of situation.calls) state = reduce(state, succeeded(permit), now)
  for (let i = 0; i < TRIES; i++) {
    const view = at(state, now)
    if (view._tag === 'Closed') return true
    const decision = permit(state, now, `${probe}${i}`)
    if (decision._tag === 'Right') {
      state = reduce(state, { _tag: 'Admitted', probe: `${probe}${i}` }, now)
      state = reduce(state, succeeded(decision.right), now)
    } else if (decision.left.reason === 'open') now += decision.left.retryAfterSeconds ?? 0
    else if (probeTimeoutSeconds !== null) now += probeTimeoutSeconds
  }
  return false
}

const ON_LOOK: Checks<Look> = [
  [
    'I2',
    ({ configuration }, { view, passed }) =>
      idsOf(view) === liveIds(passed.calls) && probeCount(view) <= (configuration.settings.halfOpenMaxProbes ?? 1)
  ],
  ['I3', (_, { situation: { state }, view }) => (SHIFTS[state._tag] ?? []).includes(view._tag)],
  ['I5', timesOut],
  ['I9', waits],
  ['I13', (_, { situation: { state }, view }) => view === state || !same(view, state)],
  [
    'I14',
    (_, { situation: { state }, view }) =>
      view._tag === state._tag ? view.generation >= state.generation : view.generation > state.generation
  ],
  ['I1', knowsLiveCalls],
  ['I15', agrees],
  ['I15', admitsNobodyTwice],
  ['L', recovers]
]

// -------------------------------------------------------------------------------------
// on every state
// -------------------------------------------------------------------------------------

const survives = ({ machine: { codecs } }: Subject, { state, calls }: Situation): boolean => {
  const decoded = codecs.State.decode(JSON.parse(JSON.stringify(codecs.State.encode(state))))
  return (
    decoded._tag === 'Right' &&
    same(decoded.right, state) &&
    calls.every(({ permit }) => {
      const read = codecs.Permit.decode(JSON.parse(JSON.stringify(codecs.Permit.encode(permit))))
      const event = failed(permit, { slow: true, retryAfterSeconds: 1 })
      const told = codecs.Event.decode(JSON.parse(JSON.stringify(codecs.Event.encode(event))))
      return read._tag === 'Right' && same(read.right, permit) && told._tag === 'Right' && same(told.right, event)
    })
  )
}

/** The characters of JSON that a state may take: its fixed part, and so many for each probe and each slice. */
const isBounded = ({ configuration: { settings } }: Subject, { state }: Situation): boolean => {
  const slices = settings.window?._tag === 'TimeWindow' ? settings.window.slices : 0
  return JSON.stringify(state).length <= 300 + 50 * (settings.halfOpenMaxProbes ?? 1) + 50 * slices
}

const ON_STATE: Checks<Situation> = [
  ['I7', survives],
  ['I12', isBounded]
]

// -------------------------------------------------------------------------------------
// all of them
// -------------------------------------------------------------------------------------

const broken =
  <A>(checks: Checks<A>) =>
  (subject: Subject, wanted: ReadonlySet<Invariant>, a: A): Invariant | undefined =>
    checks.find(([name, holds]) => wanted.has(name) && !holds(subject, a))?.[0]

export const brokenByEvent = broken(ON_EVENT)
export const brokenByLook = broken(ON_LOOK)
export const brokenByState = broken(ON_STATE)

// What must have happened, from semantics.md alone: plain lists of calls, no generations and no running sums. The
// invariants hold the machine against it.
import type { Event } from 'breaker-ts/Event'
import type { State } from 'breaker-ts/State'

import type { Configuration } from './grid'
import type { Call, Counted, History, Situation } from './situation'
import { nothing } from './situation'

/** Whether time has ended this probe: it has failed for taking too long, or it cannot be, as it comes from the future. */
const isLate = ({ settings }: Configuration, { permit, admittedAtSeconds }: Call, now: number): boolean =>
  permit.probe !== null &&
  settings.probeTimeoutSeconds !== null &&
  now - admittedAtSeconds >= settings.probeTimeoutSeconds

const isLost = ({ settings }: Configuration, { permit, admittedAtSeconds }: Call, now: number): boolean =>
  permit.probe !== null && settings.probeTimeoutSeconds !== null && admittedAtSeconds - now > 1

/** The failures of HALF_OPEN as of now. */
export const failuresAt = (configuration: Configuration, { calls, history, now }: Situation): number =>
  history.failures + calls.filter((call) => call.live && isLate(configuration, call, now)).length

/** Everything before a change of the kind of state is forgotten. */
const forgotten = (situation: Situation): Situation => ({
  ...situation,
  calls: situation.calls.map((call) => (call.live ? { ...call, live: false } : call)),
  history: nothing
})

/** What time has done by now. `view` is the state as of now. */
export const passed = (configuration: Configuration, situation: Situation, view: State): Situation => {
  const { state, now, calls, history } = situation
  if (view.generation !== state.generation) return forgotten(situation)
  if (state._tag !== 'HalfOpen') return situation
  return {
    ...situation,
    calls: calls.map((call) =>
      call.live && (isLate(configuration, call, now) || isLost(configuration, call, now))
        ? { ...call, live: false }
        : call
    ),
    history: { ...history, failures: failuresAt(configuration, situation) }
  }
}

/** The window moved on to now. One that was empty starts now. */
const turned = ({ settings: { window } }: Configuration, history: History, now: number): History => {
  if (window?._tag !== 'TimeWindow') return history
  const { sliceStartSeconds: start } = history
  if (start === null) return { ...history, sliceStartSeconds: now, countedAtSeconds: now }
  const sliceSeconds = window.seconds / window.slices
  const slices = Math.floor((now - start) / sliceSeconds)
  const countedAtSeconds = Math.max(now, slices <= -window.slices ? now : (history.countedAtSeconds ?? now))
  if (slices <= -window.slices) return { ...history, sliceStartSeconds: now, countedAtSeconds }
  if (slices <= 0) return { ...history, countedAtSeconds }
  return {
    ...history,
    calls: history.calls.map((call) => ({ ...call, age: call.age + slices })).filter(({ age }) => age < window.slices),
    sliceStartSeconds: start + slices * sliceSeconds,
    countedAtSeconds
  }
}

const counted = (configuration: Configuration, before: History, call: Counted, now: number): History => {
  const { window } = configuration.settings
  const history = turned(configuration, before, now)
  const calls = [...history.calls, call]
  return {
    ...history,
    calls: window?._tag === 'CountWindow' ? calls.slice(-window.size) : window?._tag === 'TimeWindow' ? calls : [],
    failuresInARow: call.failed ? history.failuresInARow + 1 : 0
  }
}

/** The call that an event counts in a CLOSED circuit. */
export const countedBy = (event: Event): Counted | undefined => {
  switch (event._tag) {
    case 'Succeeded':
    case 'Failed':
      return { failed: event._tag === 'Failed', slow: event.slow === true, age: 0 }
    case 'SuccessRecorded':
    case 'FailureRecorded':
      return { failed: event._tag === 'FailureRecorded', slow: false, age: 0 }
    default:
      return undefined
  }
}

/** What an event adds to what had happened by then. `call` is the one whose end it tells. */
export const told = (
  configuration: Configuration,
  situation: Situation,
  view: State,
  event: Event,
  call: Call | undefined
): Situation => {
  const { history, now } = situation
  const outcome = countedBy(event)
  if (outcome !== undefined && (call === undefined || call.live)) {
    if (view._tag === 'Closed') return { ...situation, history: counted(configuration, history, outcome, now) }
    if (view._tag === 'HalfOpen')
      return {
        ...situation,
        history: outcome.failed
          ? { ...history, failures: history.failures + 1 }
          : { ...history, successes: history.successes + 1 }
      }
  }
  return situation
}

/** What is left of it if the event has made a state of another kind. */
export const remembered = (situation: Situation, view: State, next: State): Situation =>
  next.generation === view.generation ? situation : forgotten(situation)

/** Whether the counted call, the last of the history, opens a CLOSED circuit. */
export const trips = (
  { settings: { trip, failureThreshold } }: Configuration,
  history: History,
  last: Counted
): boolean => {
  if (!last.failed && !last.slow) return false
  const { calls } = history
  const share = (is: (call: Counted) => boolean, rate: number, minimumCalls: number) =>
    calls.length >= minimumCalls && calls.filter(is).length >= rate * calls.length
  switch (trip?._tag) {
    case undefined:
      return history.failuresInARow >= (failureThreshold ?? 5)
    case 'ConsecutiveFailures':
      return history.failuresInARow >= trip.failures
    case 'FailureCount':
      return calls.filter(({ failed }) => failed).length >= trip.failures
    case 'FailureRate':
      return share(({ failed }) => failed, trip.rate, trip.minimumCalls)
    case 'SlowCallRate':
      return share(({ slow }) => slow, trip.rate, trip.minimumCalls)
    case 'Never':
      return false
  }
}

/** Whether the last success closes a HALF_OPEN circuit: `others` are the probes still in flight. */
export const closes = ({ settings }: Configuration, { successes }: History, others: number): boolean =>
  settings.halfOpenSuccessThreshold === undefined
    ? others === 0 || successes >= (settings.halfOpenMaxProbes ?? 1)
    : successes >= settings.halfOpenSuccessThreshold

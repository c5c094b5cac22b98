// What a node of the search is: the state of the machine, the time, the calls in flight, and what has happened, as plain
// lists that owe nothing to the machine's own counts.
import type { Consecutive, CountWindow, TimeWindow } from 'breaker-ts/Counts'
import type { Permit } from 'breaker-ts/Event'
import type { State } from 'breaker-ts/State'

import type { Configuration } from './grid'

/** By how much the clock steps. */
export const STEP = 0.5

/** A call in flight. */
export interface Call {
  readonly permit: Permit
  readonly admittedAtSeconds: number
  /** Whether its outcome still counts, as far as anybody has told the machine. */
  readonly live: boolean
}

/** A call that was counted, and in which slice before the current one. */
export interface Counted {
  readonly failed: boolean
  readonly slow: boolean
  readonly age: number
}

/** What has happened since the state last changed its kind. */
export interface History {
  /** What the window can see, the oldest call first. */
  readonly calls: ReadonlyArray<Counted>
  readonly failuresInARow: number
  /** When the current slice of a time window started, and when a call was last counted; none without a time window. */
  readonly sliceStartSeconds: number | null
  readonly countedAtSeconds: number | null
  /** Probes that succeeded, and probes that failed or ran out of time. */
  readonly successes: number
  readonly failures: number
}

export const nothing: History = {
  calls: [],
  failuresInARow: 0,
  sliceStartSeconds: null,
  countedAtSeconds: null,
  successes: 0,
  failures: 0
}

export interface Situation {
  readonly state: State
  readonly now: number
  /** The latest that the clock has shown; it may be a little behind now. */
  readonly latestSeconds: number
  readonly calls: ReadonlyArray<Call>
  readonly history: History
}

// -------------------------------------------------------------------------------------
// time
// -------------------------------------------------------------------------------------

const policyOf = ({ settings: { recoveryTimeoutSeconds: timeout } }: Configuration) =>
  typeof timeout === 'number' ? { initial: timeout, factor: 1, max: timeout } : timeout

/** How long the circuit is open after so many reopenings. */
export const openSeconds = (configuration: Configuration, reopenings: number): number => {
  const { initial, factor, max } = policyOf(configuration)
  return Math.min(initial * factor ** reopenings, max)
}

/** The longest that the circuit may be open. */
export const longestOpenSeconds = (configuration: Configuration): number =>
  Math.max(
    policyOf(configuration).max,
    Math.min(configuration.asks ?? 0, configuration.settings.maxRetryAfterSeconds ?? 3600)
  )

// From so many reopenings on, another makes no difference.
const manyReopenings = (configuration: Configuration): number => {
  const { max } = policyOf(configuration)
  let n = 0
  while (openSeconds(configuration, n) < max) n++
  return n
}

export const windowSeconds = ({ settings: { window } }: Configuration): number =>
  window?._tag === 'TimeWindow' ? window.seconds : 0

const sliceSeconds = ({ settings: { window } }: Configuration): number =>
  window?._tag === 'TimeWindow' ? window.seconds / window.slices : 1

/**
 * How far the clock may be behind the latest time it has shown, unless it leaps: past the second that the machine
 * tolerates, and past the point where a time window no longer stands still for it.
 */
export const setbackSeconds = (configuration: Configuration): number => Math.max(1, windowSeconds(configuration)) + STEP

/**
 * No rule compares the time with a stored one over more seconds than these. So a stored time that is older than
 * `latestSeconds` by these and the setback means the same as any older one, wherever the clock goes from here.
 */
const horizonSeconds = (configuration: Configuration): number =>
  Math.max(
    1,
    longestOpenSeconds(configuration),
    windowSeconds(configuration),
    configuration.settings.probeTimeoutSeconds ?? 0
  )

export const memorySeconds = (configuration: Configuration): number =>
  horizonSeconds(configuration) + setbackSeconds(configuration)

/** A leap back after which every stored time is in a far future, also after all the small steps of a search. */
export const LEAP_SECONDS = 2 ** 20

/** The times that the state and the history hold. */
const storedTimes = ({ settings }: Configuration, { state, history }: Situation): ReadonlyArray<number> => {
  switch (state._tag) {
    case 'Closed':
      return [
        ...('startedAtSeconds' in state.counts ? [(state.counts as TimeWindow).startedAtSeconds] : []),
        ...(state.recovered === null ? [] : [state.recovered.closedAtSeconds]),
        ...(history.countedAtSeconds === null ? [] : [history.countedAtSeconds])
      ]
    case 'Open':
      return [state.openedAtSeconds]
    case 'HalfOpen': // without a limit of time, nothing asks when a probe was admitted
      return settings.probeTimeoutSeconds === null ? [] : state.probes.map(({ admittedAtSeconds }) => admittedAtSeconds)
    default:
      return []
  }
}

/** The same, where the clock has shown nothing later than now if nothing stored remembers it. */
export const settled = (configuration: Configuration, situation: Situation): Situation =>
  situation.latestSeconds !== situation.now && storedTimes(configuration, situation).length === 0
    ? { ...situation, latestSeconds: situation.now }
    : situation

/** The same at another time. After a leap back, the clock starts again from there. */
export const movedTo = (configuration: Configuration, situation: Situation, now: number): Situation => {
  const isLeapBack = situation.latestSeconds - now > setbackSeconds(configuration)
  return settled(configuration, {
    ...situation,
    now,
    latestSeconds: isLeapBack ? now : Math.max(now, situation.latestSeconds)
  })
}

/**
 * Where the clock may go: a step on or back, a leap on over the whole memory, or a leap far back. Every longer way is made
 * of these, since time alone is never stored: just before, at and just after each deadline, and a second and more back.
 */
export const nextTimes = (configuration: Configuration, situation: Situation): ReadonlyArray<number> => {
  const { now, latestSeconds } = situation
  if (storedTimes(configuration, situation).length === 0) return []
  return [
    now + STEP,
    ...(latestSeconds - now < setbackSeconds(configuration) ? [now - STEP] : []),
    latestSeconds + memorySeconds(configuration),
    now - LEAP_SECONDS
  ]
}

// -------------------------------------------------------------------------------------
// canonical form
// -------------------------------------------------------------------------------------

/**
 * A text that two situations share when no run of events and times from here can tell them apart. In it
 * - times are relative to the latest that the clock has shown; as good as forgotten (see `memorySeconds`) is one, and a
 *   time after the latest, which only a leap back leaves behind, is one ('F');
 *   slices go on from an old one in whole steps, so of its start the place in the step is kept;
 * - generations are the current one, or an earlier one;
 * - a probe is its place in the list of probes, and calls in flight have no order;
 * - the calls in the ring of a count window are those of the history: what its words hold besides, no rule reads;
 * - failures in a row that the trip does not look at, and reopenings that no longer change the timeout, are one number.
 */
export const canonical = (configuration: Configuration, situation: Situation): string => {
  const { state, now, latestSeconds, calls, history } = situation
  const memory = -memorySeconds(configuration)
  const time = (t: number | null) => (t === null ? '-' : t > latestSeconds ? 'F' : Math.max(t - latestSeconds, memory))
  const slice = (t: number | null) => {
    const age = t === null ? 0 : latestSeconds - t + memory
    return t !== null && age > 0 ? memory - (age % sliceSeconds(configuration)) : time(t)
  }
  const reopenings = (n: number) => Math.min(n, manyReopenings(configuration))
  const row = (n: number) => Math.min(n, configuration.settings.failureThreshold ?? 1)
  return [
    now - latestSeconds,
    stateText(configuration, state, time, slice, reopenings, row),
    calls
      .map((call) => callText(state, call))
      .sort()
      .join(''),
    history.calls.map(({ failed, slow, age }) => `${failed ? 'f' : 's'}${slow ? 'l' : ''}${age}`).join(''),
    row(history.failuresInARow),
    slice(history.sliceStartSeconds),
    time(history.countedAtSeconds),
    history.successes,
    history.failures
  ].join('|')
}

const callText = (state: State, { permit, live }: Call): string => {
  const isCurrent = permit.generation === state.generation
  if (permit.probe === null) return isCurrent && live ? 'c' : 'd'
  const place = isCurrent && state._tag === 'HalfOpen' ? state.probes.findIndex(({ id }) => id === permit.probe) : -1
  return place >= 0 ? (live ? `p${place}` : `q${place}`) : isCurrent ? 'r' : 's'
}

const stateText = (
  { settings }: Configuration,
  state: State,
  time: (t: number | null) => number | string,
  slice: (t: number | null) => number | string,
  reopenings: (n: number) => number,
  row: (n: number) => number
): string => {
  switch (state._tag) {
    case 'Closed': {
      const { recovered } = state
      const counts = state.counts as Consecutive | CountWindow | TimeWindow
      const before =
        recovered === null
          ? ''
          : `${reopenings(recovered.reopenings)},${time(recovered.closedAtSeconds)},${recovered.openSeconds}`
      switch (counts._tag) {
        case 'Consecutive':
          return `C${row(counts.failures)};${before}`
        case 'CountWindow':
          return `C${counts.calls},${counts.failures},${counts.slowCalls},${counts.failedOrSlow},${row(counts.failuresInARow)},${counts.next};${before}`
        case 'TimeWindow': {
          const older = counts.older
            .map(({ calls, failures, slowCalls, failedOrSlow }) => `${calls},${failures},${slowCalls},${failedOrSlow}`)
            .join(':')
          return `C${counts.calls},${counts.failures},${counts.slowCalls},${counts.failedOrSlow},${row(counts.failuresInARow)},${slice(counts.startedAtSeconds)},${older};${before}`
        }
      }
    }
    // eslint-disable-next-line no-fallthrough -- the switch above has no other case
    case 'Open':
      return `O${time(state.openedAtSeconds)},${state.retryAtSeconds - state.openedAtSeconds},${reopenings(state.reopenings)}`
    case 'HalfOpen': {
      const isTimed = settings.probeTimeoutSeconds !== null
      const probes = state.probes.map(({ admittedAtSeconds }) => (isTimed ? time(admittedAtSeconds) : 'p')).join()
      return `H${probes};${state.successes},${state.failures},${reopenings(state.reopenings)},${state.openSeconds}`
    }
    case 'Isolated':
      return 'I'
    case 'Disabled':
      return 'D'
  }
}

/**
 * What the HTML report says of settings: their names, what they do in a line, and where they stand in the scatter.
 *
 * @since 0.1.0
 */
import type { Settings } from '../core/Config'
import type { RecoveryData, SettingsData, TripData, WindowData } from '../data/SettingsData'
import type { Point } from './PageData'
import { front } from './Replay'
import type { Comparison, Verdict } from './Report'

/**
 * Settings that the page shows over time and in the table of figures.
 *
 * @internal
 */
export interface Shown {
  readonly kind: 'current' | 'given' | 'knee'
  readonly label: string
  /** Its place among all that was tried. */
  readonly index: number
  readonly report: Verdict
}

/**
 * The settings given, and the knee of all that was tried where it is another one.
 *
 * @internal
 */
export const shownOf = (reports: ReadonlyArray<Verdict>, tried: ReadonlyArray<Verdict>): ReadonlyArray<Shown> => {
  const labels = labelsOf(reports)
  const given = reports.map((report, i) => ({ kind: kindOf(i), label: labels[i] as string, index: i, report }))
  const knee = kneeOf(reports, tried)
  return knee === undefined || reports.includes(knee)
    ? given
    : [
        ...given,
        { kind: 'knee', label: `knee: ${knee.name}`, index: reports.length + tried.indexOf(knee), report: knee }
      ]
}

const kindOf = (i: number): 'current' | 'given' => (i === 0 ? 'current' : 'given')

/**
 * The settings at the knee, if any were tried beside those given.
 *
 * @internal
 */
export const kneeOf = (reports: ReadonlyArray<Verdict>, tried: ReadonlyArray<Verdict>): Verdict | undefined => {
  const all = [...reports, ...tried]
  return tried.length === 0 ? undefined : all[front(all).findIndex(({ isKnee }) => isKnee)]
}

// A number follows where several have the same name.
const labelsOf = (reports: ReadonlyArray<Verdict>): ReadonlyArray<string> =>
  reports.map(({ name }, i) => {
    const before = reports.slice(0, i).filter((other) => other.name === name).length
    const all = reports.filter((other) => other.name === name).length
    return all === 1 ? name : `${name} (${before + 1})`
  })

/**
 * How many breakers a setting has in a replay.
 *
 * @internal
 */
export const breakersOf = ({ log, instances }: Comparison): number => Math.max(1, log.keys) * instances

/**
 * Whether times are of the calendar, from 1985 on; others are seconds since some start.
 *
 * @internal
 */
export const isCalendar = ({ log }: Comparison): boolean => log.startSeconds > 5e8

/**
 * A number of things.
 *
 * @internal
 */
export const plural = (n: number, noun: string): string => `${count(n)} ${noun}${n === 1 ? '' : 's'}`

/**
 * A whole number, with thousands apart.
 *
 * @internal
 */
export const count = (n: number): string => n.toLocaleString('en-US')

const percent = (rate: number): string => `${Number((rate * 100).toPrecision(3))} %`

const within = (window: WindowData | undefined): string => {
  if (window?._tag === 'CountWindow') return ` of the last ${window.size} calls`
  if (window?._tag === 'TimeWindow') return ` of the calls of ${window.seconds} s`
  return ''
}

// A strategy of this library always says how many.
const atLeast = ({ minimumCalls }: { readonly minimumCalls?: number }): string =>
  minimumCalls === 1 ? '' : ` (${minimumCalls as number} or more)`

// What is counted, and among which calls.
const tripWords = (trip: TripData, window: WindowData | undefined): readonly [string, string] => {
  switch (trip._tag) {
    case 'ConsecutiveFailures':
      return [inARow(trip.failures), '']
    case 'FailureCount':
      return [`${trip.failures} failures`, within(window)]
    case 'FailureRate':
      return [`${percent(trip.rate)} failures`, within(window) + atLeast(trip)]
    case 'SlowCallRate':
      return [`${percent(trip.rate)} slow`, within(window) + atLeast(trip)]
    case 'Never':
      return ['no time', '']
  }
}

// Strategies that look at the same calls say so once.
const anyOf = (trips: ReadonlyArray<TripData>, window: WindowData | undefined): string =>
  trips
    .map((trip) => tripWords(trip, window))
    .map(([counted, among], i, all) => (all[i + 1]?.[1] === among ? counted : counted + among))
    .join(' or ')

const inARow = (failures: number): string => (failures === 1 ? 'a failure' : `${failures} failures in a row`)

const waitWords = (wait: number | RecoveryData): string => {
  if (typeof wait === 'number') return `${wait} s`
  switch (wait._tag) {
    case 'Constant':
      return `${wait.seconds} s`
    case 'Exponential':
    case 'Fibonacci':
      return `${wait.initial} s, and longer each time, up to ${wait.max} s`
    case 'Jittered':
      return `${waitWords(wait.policy)}, spread by ${percent(wait.ratio)}`
  }
}

/**
 * The same text, with no line break between a number and its unit.
 *
 * @internal
 */
export const unbroken = (text: string): string => text.replace(/(\d) (?=(?:s|min|h|%)(?:\W|$))/g, '$1\u00a0')

/**
 * What settings do, in a line: `opens at 5 failures in a row, waits 60 s`.
 *
 * @internal
 */
export const describe = (settings: Settings): string => {
  const data = JSON.parse(JSON.stringify(settings)) as SettingsData
  const { trip, window, failureThreshold = 5, recoveryTimeoutSeconds } = data
  const trips =
    settings.trip === undefined
      ? inARow(failureThreshold)
      : trip === undefined
        ? 'what its own function says'
        : anyOf([trip].flat(), window)
  const wait =
    recoveryTimeoutSeconds === undefined ? 'as long as its own function says' : waitWords(recoveryTimeoutSeconds)
  return unbroken(`opens at ${trips}; waits ${wait}`)
}

/**
 * Of points that are neither given nor on the front. Of more, each so-many-th is drawn.
 *
 * @internal
 */
export const MOST_OTHERS = 300

/**
 * Where everything stands that was tried, no breaker included.
 *
 * @internal
 */
export const pointsOf = ({ reports, noBreaker }: Comparison, tried: ReadonlyArray<Verdict>): ReadonlyArray<Point> => {
  const labels = labelsOf(reports)
  const places = front([...reports, ...tried])
  const points = places.map(({ figures, isOnFront, isKnee, name }, i): Point => {
    const isGiven = i < reports.length
    const isFound = tried.length > 0 && isOnFront
    return {
      x: Math.round(figures.secondsInBadCalls * 1000) / 1000,
      y: figures.goodCallsRejected,
      label: isGiven ? `${labels[i] as string}${isKnee && isFound ? ' (knee)' : ''}` : name,
      kind: isGiven ? kindOf(i) : isKnee ? 'knee' : isOnFront ? 'front' : 'grid',
      isOnFront: isFound
    }
  })
  const others = points.filter(({ kind }) => kind === 'grid')
  const step = Math.ceil(others.length / MOST_OTHERS)
  return [
    ...others.filter((_, i) => i % step === 0),
    ...points.filter(({ kind }) => kind !== 'grid'),
    {
      x: Math.round(noBreaker.secondsInBadCalls * 1000) / 1000,
      y: 0,
      label: 'no breaker',
      kind: 'none',
      isOnFront: false
    }
  ]
}

/**
 * What the HTML report says of settings: their names, what they do in a line, and where they stand in the scatter.
 *
 * @since 0.1.0
 */
import type { Settings } from '../core/Config'
import type { RecoveryData, SettingsData, TripData, WindowData } from '../data/SettingsData'
import type { Point } from './PageData'
import type { Comparison, Figures, Verdict } from './Report'

/** TODO replaced */
export interface Front {
  readonly points: ReadonlyArray<{ readonly settings: Settings; readonly figures: Figures; readonly onFront: boolean }>
  readonly knee: number | null
}

/**
 * The names of settings; a number follows where several have the same.
 *
 * @internal
 */
export const labelsOf = (reports: ReadonlyArray<Verdict>): ReadonlyArray<string> =>
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

const atLeast = ({ minimumCalls = 20 }: { readonly minimumCalls?: number }): string =>
  minimumCalls === 1 ? '' : ` (${minimumCalls} or more)`

const tripWords = (trip: TripData, window: WindowData | undefined): string => {
  switch (trip._tag) {
    case 'ConsecutiveFailures':
      return inARow(trip.failures)
    case 'FailureCount':
      return `${trip.failures} failures${within(window)}`
    case 'FailureRate':
      return `${percent(trip.rate)} failures${within(window)}${atLeast(trip)}`
    case 'SlowCallRate':
      return `${percent(trip.rate)} slow${within(window)}${atLeast(trip)}`
    case 'Never':
      return 'never'
  }
}

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
        : [trip]
            .flat()
            .map((one) => tripWords(one, window))
            .join(', or ')
  const wait =
    recoveryTimeoutSeconds === undefined ? 'as long as its own function says' : waitWords(recoveryTimeoutSeconds)
  return unbroken(`opens at ${trips}; waits ${wait}`)
}

/**
 * Where everything stands that was tried, no breaker included.
 *
 * @internal
 */
export const pointsOf = (
  { reports, noBreaker }: Comparison,
  labels: ReadonlyArray<string>,
  front: Front | undefined
): ReadonlyArray<Point> => [
  ...(front?.points ?? []).map(({ settings, figures, onFront }, i) =>
    point(figures, describe(settings), i === front?.knee ? 'knee' : onFront ? 'front' : 'grid')
  ),
  { x: noBreaker.secondsInBadCalls, y: 0, label: 'no breaker', kind: 'none' },
  ...reports.map(({ figures }, i) => point(figures, labels[i] as string, i === 0 ? 'current' : 'given'))
]

const point = ({ secondsInBadCalls, goodCallsRejected }: Figures, label: string, kind: Point['kind']): Point => ({
  x: Math.round(secondsInBadCalls * 1000) / 1000,
  y: goodCallsRejected,
  label,
  kind
})

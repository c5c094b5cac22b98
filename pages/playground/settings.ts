/**
 * What the sliders of a lane say, as settings of a breaker, as code, and as part of a link.
 */
import type { Config, Settings } from 'breaker-ts/Config'
import { make } from 'breaker-ts/Config'
import type { Counts } from 'breaker-ts/Counts'
import type { Problem } from 'breaker-ts/InvalidSettings'
import { exponential } from 'breaker-ts/RecoveryPolicy'
import { failureRate, slowCallRate } from 'breaker-ts/TripStrategy'
import { countWindow, timeWindow } from 'breaker-ts/Window'

export interface Choice {
  readonly trip: 'row' | 'rate' | 'slow'
  readonly failures: number
  readonly window: 'calls' | 'seconds'
  readonly calls: number
  readonly seconds: number
  readonly rate: number
  readonly minimum: number
  readonly wait: number
  readonly longer: 'no' | 'yes'
  readonly probes: number
}

type Numbers = { readonly [K in keyof Choice as Choice[K] extends number ? K : never]: Range }

export interface Range {
  readonly label: string
  readonly min: number
  readonly max: number
  readonly step: number
  readonly unit: string
}

export const ranges: Numbers = {
  failures: { label: 'Failures in a row', min: 1, max: 30, step: 1, unit: '' },
  calls: { label: 'Window', min: 5, max: 100, step: 5, unit: ' calls' },
  seconds: { label: 'Window', min: 1, max: 60, step: 1, unit: ' s' },
  rate: { label: 'Opens at', min: 5, max: 100, step: 5, unit: ' %' },
  minimum: { label: 'Of at least', min: 1, max: 100, step: 1, unit: ' calls' },
  wait: { label: 'Waits', min: 1, max: 60, step: 1, unit: ' s' },
  probes: { label: 'Probes at a time', min: 1, max: 10, step: 1, unit: '' }
}

export const choices = {
  trip: ['row', 'rate', 'slow'],
  window: ['calls', 'seconds'],
  longer: ['no', 'yes']
} as const

const base: Choice = {
  trip: 'row',
  failures: 5,
  window: 'seconds',
  calls: 50,
  seconds: 10,
  rate: 50,
  minimum: 20,
  wait: 10,
  longer: 'no',
  probes: 1
}

export const defaults: Readonly<Record<'A' | 'B', Choice>> = {
  A: { ...base, failures: 3 },
  B: { ...base, trip: 'rate' }
}

/** The numbers that count for a choice; the others rest. */
export const inUse = (choice: Choice): ReadonlyArray<keyof Numbers> =>
  choice.trip === 'row' ? ['failures', 'wait', 'probes'] : ['rate', choice.window, 'minimum', 'wait', 'probes']

/** The choice with every number within its range, and no minimum that its window could not hold. */
export const inRange = (choice: Choice): Choice => {
  const within = Object.fromEntries(
    Object.entries(ranges).map(([key, { min, max }]) => {
      const given = choice[key as keyof Numbers]
      return [
        key,
        Number.isFinite(given) ? Math.min(max, Math.max(min, Math.round(given))) : base[key as keyof Numbers]
      ]
    })
  )
  const next = { ...choice, ...within }
  return next.window === 'calls' ? { ...next, minimum: Math.min(next.minimum, next.calls) } : next
}

/** The settings as they stand in a JSON file. */
export const dataOf = (name: string, choice: Choice): object => ({
  name,
  ...(choice.trip === 'row'
    ? { failureThreshold: choice.failures }
    : {
        window:
          choice.window === 'calls'
            ? { _tag: 'CountWindow', size: choice.calls }
            : { _tag: 'TimeWindow', seconds: choice.seconds, slices: 10 },
        trip: {
          _tag: choice.trip === 'rate' ? 'FailureRate' : 'SlowCallRate',
          rate: choice.rate / 100,
          minimumCalls: choice.minimum
        }
      }),
  recoveryTimeoutSeconds:
    choice.longer === 'yes'
      ? { _tag: 'Exponential', initial: choice.wait, factor: 2, max: 8 * choice.wait }
      : choice.wait,
  ...(choice.probes === 1 ? {} : { halfOpenMaxProbes: choice.probes })
})

const settingsOf = (name: string, choice: Choice): Settings => ({
  name,
  ...(choice.trip === 'row'
    ? { failureThreshold: choice.failures }
    : {
        window: choice.window === 'calls' ? countWindow(choice.calls) : timeWindow(choice.seconds),
        trip: (choice.trip === 'rate' ? failureRate : slowCallRate)(choice.rate / 100, choice.minimum)
      }),
  recoveryTimeoutSeconds:
    choice.longer === 'yes' ? exponential({ initial: choice.wait, factor: 2, max: 8 * choice.wait }) : choice.wait,
  ...(choice.probes === 1 ? {} : { halfOpenMaxProbes: choice.probes })
})

export type Made = { readonly config: Config } | { readonly problems: ReadonlyArray<Problem> }

export const configOf = (name: string, choice: Choice): Made => {
  const made = make(settingsOf(name, choice))
  return made._tag === 'Right' ? { config: made.right } : { problems: made.left.problems }
}

/** A program that makes this breaker. */
export const codeOf = (name: string, choice: Choice, slowSeconds: number): string => {
  const { trip, window, longer } = choice
  const strategy = trip === 'rate' ? 'failureRate' : 'slowCallRate'
  const windowCode = window === 'calls' ? `countWindow(${choice.calls})` : `timeWindow(${choice.seconds})`
  const imports = [
    ["import { AsyncCircuitBreaker } from 'breaker-ts'", true],
    ["import { slowAfter, standard } from 'breaker-ts/Classifier'", trip === 'slow'],
    ["import { exponential } from 'breaker-ts/RecoveryPolicy'", longer === 'yes'],
    [`import { ${strategy} } from 'breaker-ts/TripStrategy'`, trip !== 'row'],
    [`import { ${windowCode.split('(')[0]} } from 'breaker-ts/Window'`, trip !== 'row']
  ] as const
  const fields = [
    `name: '${name}'`,
    ...(trip === 'row'
      ? [`failureThreshold: ${choice.failures}`]
      : [`window: ${windowCode}`, `trip: ${strategy}(${choice.rate / 100}, ${choice.minimum})`]),
    ...(trip === 'slow' ? [`classify: slowAfter(${slowSeconds})(standard)`] : []),
    longer === 'yes'
      ? `recoveryTimeoutSeconds: exponential({ initial: ${choice.wait}, factor: 2, max: ${8 * choice.wait} })`
      : `recoveryTimeoutSeconds: ${choice.wait}`,
    ...(choice.probes === 1 ? [] : [`halfOpenMaxProbes: ${choice.probes}`])
  ]
  return [
    ...imports.flatMap(([line, isNeeded]) => (isNeeded ? [line] : [])),
    '',
    'export const breaker = new AsyncCircuitBreaker({',
    fields.map((field) => `  ${field}`).join(',\n'),
    '})',
    ''
  ].join('\n')
}

/** The settings in a line. */
export const titleOf = (choice: Choice): string => {
  const wait = `${choice.wait} s${choice.longer === 'yes' ? ' and longer' : ''}`
  if (choice.trip === 'row')
    return `${choice.failures} failure${choice.failures === 1 ? '' : 's'} in a row, waits ${wait}`
  const window = choice.window === 'calls' ? `the last ${choice.calls} calls` : `the last ${choice.seconds} s`
  return `${choice.rate} % of ${window} ${choice.trip === 'rate' ? 'failed' : 'slow'}, waits ${wait}`
}

/** How near the counts are to the trip: 1 is there. */
export interface Pressure {
  readonly of: number
  /** Whether there are enough calls for a rate to count. */
  readonly counts: boolean
}

export const pressureOf = (choice: Choice, counts: Counts): Pressure =>
  choice.trip === 'row'
    ? { of: counts.failuresInARow / choice.failures, counts: true }
    : {
        of: counts.calls === 0 ? 0 : rateOf(choice, counts) / (choice.rate / 100),
        counts: counts.calls >= choice.minimum
      }

export const rateOf = (choice: Choice, counts: Counts): number =>
  counts.calls === 0 ? 0 : (choice.trip === 'slow' ? counts.slowCalls : counts.failures) / counts.calls

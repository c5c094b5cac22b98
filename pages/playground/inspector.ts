/**
 * What led to a state, in a sentence, and the state as JSON.
 */
import type { Config } from 'breaker-ts/Config'
import type { Transition } from 'breaker-ts/Notice'
import { own } from 'breaker-ts/Reducer'
import type { Closed, State } from 'breaker-ts/State'
import type { Moment } from 'breaker-ts/Trace'
import type { Call } from 'breaker-ts/Traffic'

import type { View } from './run'
import type { Choice } from './settings'
import { rateOf } from './settings'
import { html } from './svg'

export const nameOf: Readonly<Record<State['_tag'], string>> = {
  Closed: 'CLOSED',
  Open: 'OPEN',
  HalfOpen: 'HALF-OPEN',
  Isolated: 'ISOLATED',
  Disabled: 'DISABLED'
}

const at = (seconds: number) => `${seconds.toFixed(2)} s`

const ordinal = (n: number) => `${n}${n % 100 > 10 && n % 100 < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')}`

const wait = (to: State) => (to._tag === 'Open' ? (to.retryAtSeconds - to.openedAtSeconds).toFixed(0) : '')

const tripped = (config: Config, choice: Choice, from: Closed, atSeconds: number): string => {
  const call = { failed: choice.trip !== 'slow', slow: choice.trip === 'slow' }
  const counts = config.window.count(own(config.window, from.counts), call, atSeconds)
  if (choice.trip === 'row') return `it was the ${ordinal(counts.failuresInARow)} failure in a row`
  const [bad, word] = choice.trip === 'slow' ? [counts.slowCalls, 'slow'] : [counts.failures, 'failed']
  const share = Math.round(rateOf(choice, counts) * 100)
  return `${bad} of the ${counts.calls} calls in the window had ${word === 'slow' ? 'been slow' : word}: ${share} %, and the limit is ${choice.rate} %`
}

/** Why a circuit changed. */
export const reasonOf = (config: Config, choice: Choice, { from, to, atSeconds, because }: Transition): string => {
  switch (because._tag) {
    case 'RecoveryTimeoutElapsed':
      return `its wait of ${wait(from)} s was over. The next call is a probe`
    case 'ProbeTimedOut':
      return 'a probe took too long to end'
    case 'Failed':
    case 'Succeeded':
      return from._tag === 'Closed'
        ? `a call ${because._tag === 'Failed' ? 'failed' : 'was slow'}, and ${tripped(config, choice, from, atSeconds)}. It rejects all calls for ${wait(to)} s`
        : because._tag === 'Failed'
          ? `the probe failed. It waits for another ${wait(to)} s`
          : 'the probe succeeded. All calls pass again'
    default:
      return because._tag
  }
}

export const short = (config: Config, choice: Choice, change: Transition): string => {
  switch (change.because._tag) {
    case 'RecoveryTimeoutElapsed':
      return `the wait of ${wait(change.from)} s was over`
    case 'Failed':
      return change.from._tag === 'Closed' ? tripped(config, choice, change.from, change.atSeconds) : 'the probe failed'
    case 'Succeeded':
      return change.from._tag === 'Closed'
        ? tripped(config, choice, change.from, change.atSeconds)
        : 'the probe succeeded'
    default:
      return reasonOf(config, choice, change)
  }
}

const event = ({ what, call }: Moment, calls: ReadonlyArray<Call>): string =>
  what === 'probe'
    ? 'A probe was admitted'
    : calls[call]?.outcome === 'success'
      ? 'The last event: a call succeeded'
      : calls[call]?.outcome === 'neutral'
        ? 'The last event: a call ended as neither'
        : 'The last event: a call failed'

export const sentence = (
  lane: string,
  config: Config,
  choice: Choice,
  change: Transition | undefined,
  last: View['last'],
  calls: ReadonlyArray<Call>
): string => {
  const since =
    change === undefined
      ? `${lane} is CLOSED since the start.`
      : `${lane} is ${nameOf[change.to._tag]} since ${at(change.atSeconds)}, because ${reasonOf(config, choice, change)}.`
  return last !== undefined && last.moment.atSeconds > (change?.atSeconds ?? -1)
    ? `${since} ${event(last.moment, calls)} at ${at(last.moment.atSeconds)}.`
    : since
}

interface Line {
  readonly path: string
  readonly indent: number
  readonly key: string
  readonly text: string
}

const linesOf = (value: unknown, path: string, indent: number, key: string, comma: string): ReadonlyArray<Line> => {
  const line = (text: string, end = ''): Line => ({ path: `${path}${end}`, indent, key, text })
  if (typeof value !== 'object' || value === null) return [line(JSON.stringify(value) + comma)]
  const flat = JSON.stringify(value)
  const isFlat = Object.values(value).every((item) => typeof item !== 'object' || item === null)
  if (flat.length < 36 || (isFlat && Array.isArray(value)))
    return [line(flat.replace(/,/g, ', ').replace(/":/g, '": ') + comma)]
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  const entries = Object.entries(value)
  return [
    line(open as string, '{'),
    ...entries.flatMap(([name, item], i) =>
      linesOf(item, `${path}.${name}`, indent + 1, Array.isArray(value) ? '' : name, i < entries.length - 1 ? ',' : '')
    ),
    { path: `${path}}`, indent, key: '', text: `${close}${comma}` }
  ]
}

/** The lines of a state, those marked that the last event has changed. */
export const json = (state: State, before: State | undefined): ReadonlyArray<Node> => {
  const old = new Map(before === undefined ? [] : linesOf(before, '', 0, '', '').map(({ path, text }) => [path, text]))
  return linesOf(state, '', 0, '', '').map(({ path, indent, key, text }) => {
    const isChanged = before !== undefined && old.get(path) !== text && !/[{}]$/.test(path)
    const content = [
      '  '.repeat(indent),
      ...(key === '' ? [] : [html('span', { class: 'key' }, `"${key}": `)]),
      `${text}\n`
    ]
    return html('span', isChanged ? { class: 'changed' } : {}, ...content)
  })
}

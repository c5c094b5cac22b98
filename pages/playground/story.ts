/**
 * The interleavings of docs/peers.md, step by step, by the reducer: the transcript that the tests play.
 */
import type { Config, Settings } from 'breaker-ts/Config'
import { from } from 'breaker-ts/Config'
import * as Ev from 'breaker-ts/Event'
import { at, permit, reduce } from 'breaker-ts/Reducer'
import type { State } from 'breaker-ts/State'
import { initial } from 'breaker-ts/State'
import { failureRate } from 'breaker-ts/TripStrategy'
import { timeWindow } from 'breaker-ts/Window'

import transcript from '../../tests/transcripts/21-interleavings.txt?raw'
import { nameOf } from './inspector'

export interface Step {
  readonly seconds: number
  readonly prose: string
  readonly event: string
  /** Whose call it is. */
  readonly call: string
  readonly end: 'start' | 'rejected' | 'succeed' | 'fail' | 'release' | 'look'
  readonly before: State
  readonly after: State
  readonly result: string
}

export interface Story {
  readonly id: string
  readonly title: string
  readonly settings: string
  readonly steps: ReadonlyArray<Step>
}

const POLICIES: Readonly<Record<string, (...numbers: ReadonlyArray<number>) => unknown>> = {
  timeWindow: (seconds = 1, slices) => timeWindow(seconds, slices),
  failureRate: (rate = 1, minimum) => failureRate(rate, minimum)
}

const settingsOf = (line: string): Config => {
  const pairs = line.split(/, (?![^(]*\))/).map((pair) => {
    const [key = '', ...rest] = pair.split(' ')
    const [, policy, numbers = ''] = /^(\w+)\((.*)\)$/.exec(rest.join(' ')) ?? []
    return [key, policy === undefined ? Number(rest[0]) : POLICIES[policy]?.(...numbers.split(', ').map(Number))]
  })
  return from({ name: 'story', ...(Object.fromEntries(pairs) as Partial<Settings>) })
}

const showState = (state: State): string => {
  switch (state._tag) {
    case 'Open':
      return `OPEN, until ${state.retryAtSeconds} s`
    case 'HalfOpen':
      return `HALF-OPEN, ${state.probes.length === 0 ? 'no probe' : state.probes.length === 1 ? 'a probe' : `${state.probes.length} probes`} in flight`
    case 'Closed':
      return `CLOSED, ${state.counts.failures} failure${state.counts.failures === 1 ? '' : 's'} counted`
    default:
      return nameOf[state._tag]
  }
}

// Every state goes through JSON on its way to the next step: it is a value.
const saved = (state: State): State => JSON.parse(JSON.stringify(state)) as State

const play = (config: Config, before: State, seconds: number, prose: string, event: string): Step => {
  const [verb = '', first = '', id = null] = event.split(/ #?/)
  const step = (call: string, end: Step['end'], after: State, result?: string): Step => ({
    seconds,
    prose,
    event,
    call,
    end,
    before,
    after,
    result: result ?? (after === before ? 'Nothing changes.' : showState(after))
  })
  if (verb === 'look') return step('', 'look', at(config)(before, seconds))
  if (verb === 'ask') {
    const asked = permit(config)(before, seconds, first)
    return asked._tag === 'Right'
      ? step(first, 'start', before, 'It passes.')
      : step(
          first,
          'rejected',
          before,
          asked.left.reason === 'open'
            ? `Rejected, for ${asked.left.retryAfterSeconds} s more.`
            : 'Rejected: no room for a probe.'
        )
  }
  if (verb === 'admit') return step(first, 'start', reduce(config)(before, Ev.admitted(first), seconds))
  const held = { generation: Number(first), probe: id }
  const said = verb === 'succeed' ? Ev.succeeded(held) : verb === 'fail' ? Ev.failed(held) : Ev.released(held)
  const call = id ?? /'(\w+)'/.exec(prose)?.[1] ?? 'calls'
  return step(call, verb as Step['end'], reduce(config)(before, said, seconds))
}

const storyOf = (text: string): Story => {
  const [title = '', ...lines] = text.split('\n')
  const settings = lines.find((line) => line.startsWith('settings '))?.slice('settings '.length) ?? ''
  const config = settingsOf(settings)
  const steps: Array<Step> = []
  let prose = ''
  let state: State = initial
  for (const line of lines) {
    const [, seconds, event] = /^ *([\d.]+) +(.*?) +-> /.exec(line) ?? []
    if (seconds !== undefined && event !== undefined) {
      const step = play(config, state, Number(seconds), prose, event)
      steps.push(step)
      state = step.after === state ? state : saved(step.after)
    } else if (line !== '' && !line.startsWith('settings ')) prose = line
  }
  return { id: title.toLowerCase().replace(/\W+/g, '-'), title, settings, steps }
}

export const stories: ReadonlyArray<Story> = transcript.split('\n## ').slice(1).map(storyOf)

// Plays a transcript: `settings` lines, then lines `now  event -> result`. A line without an arrow is prose,
// unless it starts with a time. What comes back is
// the same text with the results that the machine really gives, so that a test compares whole stories.
//
// Events                              Results
//   look                                the state as of now; the machine is not touched
//   ask ID                              `permit #GENERATION [ID]`, or `rejected (REASON), retry after N s`
//   admit ID                            the state after the event, or `unchanged` when the same reference came back
//   succeed|fail|release #GENERATION [ID]
//   record success|record failure
//   reset
//   isolate|end isolation|disable|enable
import type { Config, Settings } from 'breaker-ts/Config'
import type { Event, Permit } from 'breaker-ts/Event'
import * as Ev from 'breaker-ts/Event'
import { at, permit, reduce } from 'breaker-ts/Reducer'
import type { State } from 'breaker-ts/State'
import { initial } from 'breaker-ts/State'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'

import { configOf } from './config'

const showPermit = ({ generation, probe }: Permit) => `#${generation}${probe === null ? '' : ` ${probe}`}`

const showState = (state: State): string => {
  switch (state._tag) {
    case 'Closed':
      return `CLOSED #${state.generation}, failures ${state.counts.failures}`
    case 'Open':
      return `OPEN #${state.generation}, opened at ${state.openedAtSeconds}, retry at ${state.retryAtSeconds}`
    case 'HalfOpen': {
      const probes = state.probes.map(({ id, admittedAtSeconds }) => `${id} since ${admittedAtSeconds}`)
      return `HALF_OPEN #${state.generation}, probes [${probes.join(', ')}], successes ${state.successes}`
    }
    case 'Isolated':
      return `ISOLATED #${state.generation}`
    case 'Disabled':
      return `DISABLED #${state.generation}`
  }
}

const parseEvent = (text: string): Event => {
  const [verb, generation, probe] = text.split(/ #?/)
  const held: Permit = { generation: Number(generation), probe: probe ?? null }
  switch (verb) {
    case 'admit':
      return Ev.admitted(String(generation))
    case 'succeed':
      return Ev.succeeded(held)
    case 'fail':
      return Ev.failed(held)
    case 'release':
      return Ev.released(held)
    case 'record':
      return generation === 'success' ? Ev.successRecorded : Ev.failureRecorded
    case 'reset':
      return Ev.reset
    case 'isolate':
      return Ev.isolationStarted
    case 'end':
      return Ev.isolationEnded
    case 'disable':
      return Ev.breakerDisabled
    case 'enable':
      return Ev.breakerEnabled
    default:
      throw new Error(`A transcript has no event '${text}'`)
  }
}

const answer = (config: Config, state: State, text: string, now: number): readonly [result: string, next: State] => {
  if (text === 'look') return [showState(at(state, now)), state]
  if (text.startsWith('ask '))
    return [
      pipe(
        permit(config)(state, now, text.slice(4)),
        E.match(
          ({ reason, retryAfterSeconds }) =>
            `rejected (${reason})${retryAfterSeconds === undefined ? '' : `, retry after ${retryAfterSeconds} s`}`,
          (held) => `permit ${showPermit(held)}`
        )
      ),
      state
    ]
  const next = reduce(config)(state, parseEvent(text), now)
  return [next === state ? 'unchanged' : showState(next), next]
}

export const play = (text: string): string => {
  let config = configOf()
  let state: State = initial
  return text
    .split('\n')
    .map((line) => {
      const settings = /^settings (.*)$/.exec(line)?.[1]
      if (settings !== undefined) {
        const pairs = settings.split(', ').map((pair) => pair.split(' '))
        config = configOf(Object.fromEntries(pairs.map(([key, value]) => [key, Number(value)])) as Partial<Settings>)
        state = initial
        return line
      }
      if (!line.includes('->')) return /^ *[\d.]+ {2,}/.test(line) ? `${line} -> ?` : line
      const [, prefix = '', now, event = ''] = /^( *(\S+) +(.*?) +-> )/.exec(line) ?? []
      const [result, next] = answer(config, state, event, Number(now))
      state = next
      return `${prefix}${result}`
    })
    .join('\n')
}

// Plays a transcript: `settings` and `classify` lines, then lines `now  event -> result`. A line without an arrow is prose, unless it
// starts with a time. What comes back is the same text with the results that the machine really gives, so that a test
// compares whole stories.
//
// Events                              Results
//   look                                the state as of now; the machine is not touched
//   ask ID                              `permit #GENERATION [ID]`, or `rejected (REASON), retry after N s`
//   admit ID                            the state after the event, or `unchanged` when the same reference came back
//   succeed|fail|release #GENERATION [ID] [slowly] [asking SECONDS]
//   record success|record failure
//   reset
//   isolate|end isolation|disable|enable
//   told EVENT                          what an observer is told of the event: transitions, and why; nothing is changed
//   judge Left|Right TEXT after SECONDS the outcome that the classifier of the settings gives
import type { Classifier } from 'breaker-ts/Classifier'
import { failOnlyWhen, failWhenRight, ignoreWhen, slowAfter, standard } from 'breaker-ts/Classifier'
import type { Config } from 'breaker-ts/Config'
import type { Counts } from 'breaker-ts/Counts'
import type { Event, Permit } from 'breaker-ts/Event'
import * as Ev from 'breaker-ts/Event'
import type { Transition } from 'breaker-ts/Notice'
import { transitions } from 'breaker-ts/Notice'
import { exponential, fibonacci } from 'breaker-ts/RecoveryPolicy'
import { at, permit, reduce } from 'breaker-ts/Reducer'
import type { State } from 'breaker-ts/State'
import { initial } from 'breaker-ts/State'
import { consecutiveFailures, failureCount, failureRate, never, slowCallRate } from 'breaker-ts/TripStrategy'
import { countWindow, timeWindow } from 'breaker-ts/Window'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'

import { configOf } from './config'

const showPermit = ({ generation, probe }: Permit) => `#${generation}${probe === null ? '' : ` ${probe}`}`

const orNothing = (holds: boolean, text: string) => (holds ? text : '')

const showCounts = (counts: Counts): string =>
  counts._tag === 'Consecutive'
    ? `failures ${counts.failures}`
    : `calls ${counts.calls}, failures ${counts.failures}${orNothing(counts.slowCalls > 0, `, slow ${counts.slowCalls}, either ${counts.failedOrSlow}`)}`

export const showState = (state: State): string => {
  switch (state._tag) {
    case 'Closed': {
      const { generation, counts, recovered: before } = state
      const memory =
        before === null ? '' : `, reopenings ${before.reopenings} until ${before.closedAtSeconds + before.openSeconds}`
      return `CLOSED #${generation}, ${showCounts(counts)}${memory}`
    }
    case 'Open': {
      const { generation, openedAtSeconds, retryAtSeconds, reopenings } = state
      const memory = orNothing(reopenings > 0, `, reopenings ${reopenings}`)
      return `OPEN #${generation}, opened at ${openedAtSeconds}, retry at ${retryAtSeconds}${memory}`
    }
    case 'HalfOpen': {
      const { generation, successes, failures } = state
      const probes = state.probes.map(({ id, admittedAtSeconds }) => `${id} since ${admittedAtSeconds}`)
      const borne = orNothing(failures > 0, `, failures ${failures}`)
      return `HALF_OPEN #${generation}, probes [${probes.join(', ')}], successes ${successes}${borne}`
    }
    case 'Isolated':
      return `ISOLATED #${state.generation}`
    case 'Disabled':
      return `DISABLED #${state.generation}`
  }
}

const parseEvent = (text: string): Event => {
  const [, plain = text, slowly, asked] = /^(.*?)( slowly)?(?: asking (\S+))?$/.exec(text) ?? []
  const [verb, generation, probe] = plain.split(/ #?/)
  const held: Permit = { generation: Number(generation), probe: probe ?? null }
  const slow = slowly !== undefined
  switch (verb) {
    case 'admit':
      return Ev.admitted(String(generation))
    case 'succeed':
      return Ev.succeeded(held, slow)
    case 'fail':
      return Ev.failed(held, { slow, ...(asked === undefined ? {} : { retryAfterSeconds: Number(asked) }) })
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

const showTransitions = (told: ReadonlyArray<Transition>): string =>
  told.length === 0
    ? 'nothing'
    : told
        .map(({ from, to, atSeconds, because }) => `${from._tag} to ${to._tag} at ${atSeconds} (${because._tag})`)
        .join(', ')

const judge = (classify: Classifier, text: string): string => {
  const [, side, value, seconds] = /^judge (Left|Right) (.*) after (\S+)$/.exec(text) ?? []
  const outcome = classify(side === 'Left' ? E.left(value) : E.right(value), Number(seconds))
  if (outcome._tag === 'Neutral') return 'neutral'
  return `${outcome.slow ? 'slow ' : ''}${outcome._tag.toLowerCase()}`
}

const PIECES: Readonly<Record<string, (of: string) => (classify: Classifier) => Classifier>> = {
  failOnlyWhen: (of) => failOnlyWhen((error) => error === of),
  failWhenRight: (of) => failWhenRight((value) => value === of),
  ignoreWhen: (of) => ignoreWhen((error) => error === of),
  slowAfter: (of) => slowAfter(Number(of))
}

// `classify` lines: pieces in a pipe from `standard` on.
const parseClassifier = (text: string): Classifier =>
  text.split(', ').reduce((classify: Classifier, piece) => {
    const [, name = '', of = ''] = /^(\w+)\((.*)\)$/.exec(piece) ?? []
    return PIECES[name]?.(of)(classify) ?? classify
  }, standard)

const answer = (
  config: Config,
  classify: Classifier,
  state: State,
  text: string,
  now: number
): readonly [result: string, next: State] => {
  if (text.startsWith('judge ')) return [judge(classify, text), state]
  if (text.startsWith('told '))
    return [showTransitions(transitions(config)(state, parseEvent(text.slice(5)), now)), state]
  if (text === 'look') return [showState(at(config)(state, now)), state]
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

// A number, or a policy with the numbers it takes.
const parseSetting = (text: string): unknown => {
  const [, policy = '', list = ''] = /^(\w+)\((.*)\)$/.exec(text) ?? []
  const numbers = list.split(', ').map(Number)
  const [first = 0, second = 0, third = 0] = numbers
  const policies: Readonly<Record<string, () => unknown>> = {
    countWindow: () => countWindow(first),
    timeWindow: () => timeWindow(first, second),
    consecutiveFailures: () => consecutiveFailures(first),
    failureCount: () => failureCount(first),
    failureRate: () => failureRate(first, second),
    slowCallRate: () => slowCallRate(first, second),
    never: () => never,
    exponential: () => exponential({ initial: first, factor: second, max: third }),
    fibonacci: () => fibonacci({ initial: first, max: second })
  }
  return policies[policy]?.() ?? (text === 'null' ? null : Number(text))
}

export const play = (text: string): string => {
  let config = configOf()
  let state: State = initial
  let classify = standard
  return text
    .split('\n')
    .map((line) => {
      const settings = /^settings (.*)$/.exec(line)?.[1]
      if (settings !== undefined) {
        const pairs = settings
          .split(/, (?![^(]*\))/)
          .map((pair) => /^(\S+) (.*)$/.exec(pair)?.slice(1) as [string, string])
        config = configOf(Object.fromEntries(pairs.map(([key, value]) => [key, parseSetting(value)])))
        state = initial
        return line
      }
      const pieces = /^classify (.*)$/.exec(line)?.[1]
      if (pieces !== undefined) {
        classify = parseClassifier(pieces)
        return line
      }
      if (!line.includes('->')) return /^ *[\d.]+ {2,}/.test(line) ? `${line} -> ?` : line
      const [, prefix = '', now, event = ''] = /^( *(\S+) +(.*?) +-> )/.exec(line) ?? []
      const [result, next] = answer(config, classify, state, event, Number(now))
      state = next
      return `${prefix}${result}`
    })
    .join('\n')
}

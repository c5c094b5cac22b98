/**
 * What is shown: pure functions from the records of a run to lines of text, 79 columns wide.
 */
import { CircuitState } from 'breaker-ts'
import * as RNEA from 'fp-ts/ReadonlyNonEmptyArray'

import type { Transition } from './breaker'
import type { Outcome, Traffic } from './client'
import type { Phase, Scenario } from './scenario'
import { phaseAt } from './scenario'
import type { Received } from './server'

/** Everything known of a run so far. */
export interface Records {
  readonly scenario: Scenario
  readonly withBreaker: Traffic
  readonly without: Traffic
  readonly transitions: ReadonlyArray<Transition>
  readonly received: ReadonlyArray<Received>
}

/** The names by which the server knows its clients. */
export const WITH = 'with breaker'
export const WITHOUT = 'without'

/** Sets a text off from the rest, where the output can. */
export type Paint = (tone: Tone, text: string) => string
export type Tone = 'good' | 'bad' | 'held' | 'strong'

export const WIDTH = 79
const toneOf = { closed: 'good', open: 'bad', half_open: 'held' } as const
const nameOf = (state: CircuitState) => state.toUpperCase()
const time = (seconds: number) => `${seconds.toFixed(2)} s`.padStart(7)

// -------------------------------------------------------------------------------------
// before the run
// -------------------------------------------------------------------------------------

export const heading = (scenario: Scenario, paint: Paint): ReadonlyArray<string> => [
  paint('strong', 'A server falls ill, dies and comes back. What a circuit breaker makes of it:'),
  '',
  `Two clients send the server ${1 / scenario.requestEverySeconds} requests a second each, for ${scenario.endSeconds} s, and give`,
  `up on one after ${scenario.timeoutSeconds} s. One of them calls through a breaker, which opens when`,
  `${scenario.strategy.opensWhen},`,
  `and tries again ${scenario.recoveryTimeoutSeconds} s later.`,
  '',
  '  CLOSED     calls pass                   ok        got the page',
  '  OPEN       calls are rejected           failed    timed out or got a 503',
  '  HALF_OPEN  one call passes, as a probe  rejected  at once: nothing was sent',
  `  each line counts the last ${`${scenario.momentSeconds} s`.padEnd(13)} waiting   for an answer at that time`,
  '',
  paint('strong', `                    | ${'WITH BREAKER'.padEnd(36)} | WITHOUT`),
  paint('strong', '   time  server     | state     ok failed rejected waiting |  ok failed waiting')
]

// -------------------------------------------------------------------------------------
// during the run
// -------------------------------------------------------------------------------------

const STORY: Readonly<Record<Phase['name'], string>> = {
  healthy: 'every request is answered quickly',
  'slow death': 'each answer takes longer than the one before',
  dead: 'the server still accepts requests, and answers none',
  recovering: 'some requests are answered, most get a 503'
}

export const phaseLine = ({ startSeconds, name }: Phase, paint: Paint): string =>
  paint('strong', `${time(startSeconds)}  ${name}: ${STORY[name]} `.padEnd(WIDTH, '-'))

export interface Moment {
  readonly fromSeconds: number
  readonly toSeconds: number
  readonly state: CircuitState
}

export const momentLine = (records: Records, moment: Moment, paint: Paint): string => {
  const { fromSeconds, toSeconds, state } = moment
  const cells = ({ started, ended }: Traffic) => {
    const past = ended.filter(({ endSeconds }) => endSeconds < toSeconds)
    const count = (wanted: Outcome) =>
      past.filter(({ outcome, endSeconds }) => outcome === wanted && endSeconds >= fromSeconds).length
    const waiting = started.filter((start) => start < toSeconds).length - past.length
    const cell = (value: number, width: number, tone: Tone) =>
      value === 0 ? '-'.padStart(width) : paint(tone, String(value).padStart(width))
    return {
      ok: cell(count('answered'), 3, 'good'),
      failed: cell(count('failed'), 7, 'bad'),
      rejected: cell(count('rejected'), 9, 'held'),
      waiting: cell(waiting, 8, 'strong')
    }
  }
  const a = cells(records.withBreaker)
  const b = cells(records.without)
  return [
    `${time(toSeconds)}  ${phaseAt(records.scenario, fromSeconds).name.padEnd(10)}`,
    `${paint(toneOf[state], nameOf(state).padEnd(9))}${a.ok}${a.failed}${a.rejected}${a.waiting}`,
    `${b.ok}${b.failed}${b.waiting}`
  ].join(' | ')
}

export const transitionLine = (transition: Transition, scenario: Scenario, paint: Paint): string => {
  const { atSeconds, from, to } = transition
  const change = `${nameOf(from)} -> ${nameOf(to)}`.padEnd(19)
  return `${time(atSeconds)}             | ${paint(toneOf[to], `${change}  ${reasonOf(transition, scenario)}`)}`
}

const reasonOf = ({ from, to }: Transition, { recoveryTimeoutSeconds }: Scenario): string => {
  switch (to) {
    case CircuitState.OPEN:
      return from === CircuitState.CLOSED ? 'too much went wrong' : 'the probe failed'
    case CircuitState.HALF_OPEN:
      return `${recoveryTimeoutSeconds} s are over, a probe passes`
    case CircuitState.CLOSED:
      return 'the probe was answered'
  }
}

// -------------------------------------------------------------------------------------
// after the run
// -------------------------------------------------------------------------------------

export const summary = (records: Records, paint: Paint): ReadonlyArray<string> => {
  const { scenario, transitions, received } = records
  const a = figures(WITH, records.withBreaker, received)
  const b = figures(WITHOUT, records.without, received)
  const row = (label: string, show: (of: Figures) => string | number) => line(`  ${label}`, show(a), show(b))

  const opened = transitions.find(({ to }) => to === CircuitState.OPEN)
  const closed = transitions.filter(({ to }) => to === CircuitState.CLOSED).pop()
  const since = (start: number | undefined, end: Transition | undefined) =>
    start === undefined || end === undefined ? 'never' : time(end.atSeconds - start).trimStart()
  const fromFirstFailure = (first: number | undefined, end: Transition | undefined) =>
    first !== undefined && end !== undefined && end.atSeconds < first
      ? `${time(first - end.atSeconds).trimStart()} before`
      : `${since(first, end)} after`

  return [
    '',
    paint('strong', line('SUMMARY', WITH, WITHOUT)),
    row('requests the users made', ({ made }) => made),
    row('  answered', ({ answered }) => answered),
    row('  failed', ({ failed }) => failed),
    row('  rejected at once', ({ rejected }) => rejected),
    row('requests that reached the server', ({ reached }) => reached),
    row('  while it was dying or dead', ({ reachedDying }) => reachedDying),
    row('  while it was recovering', ({ reachedRecovering }) => reachedRecovering),
    row('time lost waiting for calls that failed', ({ lostSeconds }) => `${lostSeconds.toFixed(1)} s`),
    '',
    `  time to open   ${since(RNEA.head(scenario.phases).endSeconds, opened)} after the trouble began, ` +
      `${fromFirstFailure(a.firstFailureSeconds, opened)} the first failure`,
    `  time to close  ${since(RNEA.last(scenario.phases).startSeconds, closed)} after the server was healthy again`,
    '',
    `The breaker kept ${b.reachedDying - a.reachedDying} requests away from a dying server and spared its users`,
    `${(b.lostSeconds - a.lostSeconds).toFixed(0)} s of waiting. The price: ${b.answered - a.answered} answers they would have got without it.`
  ]
}

const line = (label: string, a: string | number, b: string | number) =>
  `${label.padEnd(47)}${String(a).padStart(16)}${String(b).padStart(16)}`

type Figures = ReturnType<typeof figures>

const figures = (client: string, { started, ended }: Traffic, received: ReadonlyArray<Received>) => {
  const count = (wanted: Outcome) => ended.filter(({ outcome }) => outcome === wanted).length
  const phases = received.filter((request) => request.client === client).map(({ phase }) => phase.name)
  return {
    made: started.length,
    answered: count('answered'),
    failed: count('failed'),
    rejected: count('rejected'),
    reached: phases.length,
    reachedDying: phases.filter((name) => name === 'slow death' || name === 'dead').length,
    reachedRecovering: phases.filter((name) => name === 'recovering').length,
    firstFailureSeconds: ended.find(({ outcome }) => outcome === 'failed')?.endSeconds,
    lostSeconds: ended
      .filter(({ outcome }) => outcome !== 'answered')
      .reduce((sum, { startSeconds, endSeconds }) => sum + endSeconds - startSeconds, 0)
  }
}

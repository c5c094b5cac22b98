/**
 * What the page shows: settings, traffic and time, and what follows from them. The one place that changes.
 */
import { scenarios } from 'breaker-ts/Scenario'
import type { Call } from 'breaker-ts/Traffic'

import type { Shown } from './link'
import { shownBy } from './link'
import type { Log } from './log'
import type { Run } from './run'
import { atOnce, inPieces, run, verdictOf } from './run'
import { configOf } from './settings'
import { byHand, callsOf } from './traffic'

export const NAMES = ['none', 'A', 'B'] as const
export type Lane = (typeof NAMES)[number]
export type Chosen = 'A' | 'B'

export const ids: ReadonlyArray<string> = scenarios.map(({ name }) => name)

export interface Model {
  shown: Shown
  /** The log that was dropped, instead of a scenario. */
  log: Log | null
  seconds: number
  speed: number
  playing: boolean
  /** The breaker whose state is looked at. */
  which: Chosen
  calls: ReadonlyArray<Call>
  /** The share of bad calls in each second. */
  illness: Float64Array
  spanSeconds: number
  longestSeconds: number
  runs: Record<Lane, Run>
}

export const model = {
  shown: shownBy('', ids),
  log: null,
  seconds: 0,
  speed: 1,
  playing: false,
  which: 'A',
  calls: [],
  illness: new Float64Array(0),
  spanSeconds: 1,
  longestSeconds: 1,
  runs: {}
} as unknown as Model

export const isBad = (call: Call): boolean => verdictOf(call, model.shown.slowSeconds) === 'bad'

/** The calls have changed, or which of them are bad. */
export const rebuild = () => {
  const { log, shown } = model
  model.calls = byHand(shown.hands, shown.seed)(log?.calls ?? callsOf(shown.scenario, shown.seed))
  const ended = model.calls.filter(({ seconds }) => seconds < Infinity)
  model.spanSeconds = Math.ceil(ended.reduce((most, call) => Math.max(most, call.startSeconds + call.seconds), 1))
  const longest = ended.reduce((most, call) => Math.max(most, call.seconds), 0.5)
  model.longestSeconds = Math.min(60, longest)
  model.illness = illnessOf(model.calls, model.spanSeconds)
}

const illnessOf = (calls: ReadonlyArray<Call>, spanSeconds: number): Float64Array => {
  const [bad, all] = [new Float64Array(spanSeconds + 1), new Float64Array(spanSeconds + 1)]
  for (const call of calls) {
    const second = Math.min(spanSeconds, Math.floor(call.startSeconds))
    all[second] = (all[second] as number) + 1
    if (isBad(call)) bad[second] = (bad[second] as number) + 1
  }
  return bad.map((n, i) => n / Math.max(1, all[i] as number))
}

const stepsOf = (lane: Lane) => {
  const made = lane === 'none' ? { config: null } : configOf(lane, model.shown[lane])
  return 'config' in made ? run(model.calls, made.config, model.shown.slowSeconds, model.spanSeconds) : undefined
}

// A long log takes seconds, so it is followed in pieces, and what has become old is dropped.
const AT_ONCE = 20_000
let turn = 0

/** Whether the calls are few enough to follow them at once. */
export const isShort = (): boolean => model.calls.length <= AT_ONCE

/** Follows the calls through these lanes again. */
export const rerun = (...lanes: ReadonlyArray<Lane>) => {
  turn++
  for (const lane of lanes) {
    const steps = stepsOf(lane)
    if (steps !== undefined) model.runs = { ...model.runs, [lane]: atOnce(steps) }
  }
}

/** The same for all lanes of a long log. `false` where something else was asked for meanwhile. */
export const rerunInPieces = async (): Promise<boolean> => {
  const mine = ++turn
  const next: Partial<Record<Lane, Run>> = {}
  for (const lane of NAMES) {
    const steps = stepsOf(lane)
    const found = steps && (await inPieces(steps, () => mine === turn))
    if (mine !== turn) return false
    if (found !== undefined) next[lane] = found
  }
  model.runs = { ...model.runs, ...next }
  return true
}

/**
 * A lane: the calls of the traffic through one breaker, and what is to be seen of it at any time.
 */
import type { Config } from 'breaker-ts/Config'
import type { Counts } from 'breaker-ts/Counts'
import type { Event } from 'breaker-ts/Event'
import { admitted, failed, succeeded } from 'breaker-ts/Event'
import { transitions as transitionsOf, transitionsByTime } from 'breaker-ts/Notice'
import { at, permit, reduce } from 'breaker-ts/Reducer'
import type { State } from 'breaker-ts/State'
import { initial } from 'breaker-ts/State'

import type { Call } from './traffic'

export interface Figures {
  readonly failed: number
  readonly spared: number
  readonly wronglyRejected: number
  readonly waitedSeconds: number
}

export interface Change {
  readonly atSeconds: number
  readonly from: State
  readonly to: State
  readonly because: string
}

export interface Moment {
  readonly atSeconds: number
  readonly call: number
  readonly isEnd: boolean
}

export const NONE = 0
export const PASSED = 1
export const PROBE = 2
export const REJECTED = 3

export interface View {
  readonly state: State
  readonly figures: Figures
  /** The last event that changed the state, and the state before it. */
  readonly last?: { readonly atSeconds: number; readonly event: Event; readonly before: State } | undefined
}

export interface Sample {
  readonly atSeconds: number
  readonly counts: Counts
}

export interface Run {
  readonly config: Config | null
  readonly fates: Uint8Array
  readonly changes: ReadonlyArray<Change>
  readonly samples: ReadonlyArray<Sample>
  readonly at: (seconds: number) => View
  readonly total: Figures
}

/** The starts and ends of the calls, in order of time. */
export const momentsOf = (calls: ReadonlyArray<Call>): ReadonlyArray<Moment> =>
  calls
    .flatMap(({ startSeconds, seconds }, call): ReadonlyArray<Moment> => [
      { atSeconds: startSeconds, call, isEnd: false },
      { atSeconds: startSeconds + seconds, call, isEnd: true }
    ])
    .sort((a, b) => a.atSeconds - b.atSeconds || Number(b.isEnd) - Number(a.isEnd))

interface Folding {
  readonly state: State
  readonly figures: Figures
  readonly last?: View['last']
}

const START: Folding = {
  state: initial,
  figures: { failed: 0, spared: 0, wronglyRejected: 0, waitedSeconds: 0 }
}

export const run = (
  calls: ReadonlyArray<Call>,
  moments: ReadonlyArray<Moment>,
  config: Config | null,
  slowSeconds: number
): Run => {
  const fates = new Uint8Array(calls.length)
  const generations = new Float64Array(calls.length)
  const changes: Array<Change> = []
  const samples: Array<Sample> = []
  const isBad = ({ outcome, seconds }: Call) => outcome === 'failure' || seconds >= slowSeconds

  const take = (before: Folding, { atSeconds, call, isEnd }: Moment, tell: boolean): Folding => {
    const { startSeconds, seconds, outcome } = calls[call] as Call
    const bad = isBad(calls[call] as Call)
    const { figures } = before
    if (!isEnd) {
      if (config === null) {
        fates[call] = PASSED
        return before
      }
      const asked = permit(config)(before.state, atSeconds, String(call))
      if (asked._tag === 'Left') {
        fates[call] = REJECTED
        return {
          ...before,
          figures: bad
            ? { ...figures, spared: figures.spared + 1 }
            : { ...figures, wronglyRejected: figures.wronglyRejected + 1 }
        }
      }
      generations[call] = asked.right.generation
      fates[call] = asked.right.probe === null ? PASSED : PROBE
      return asked.right.probe === null ? before : applied(before, admitted(asked.right.probe), atSeconds, tell)
    }
    if (fates[call] === REJECTED) return before
    const counted = bad
      ? { ...before, figures: { ...figures, failed: figures.failed + 1, waitedSeconds: figures.waitedSeconds + seconds } }
      : before
    if (config === null) return counted
    const held = { generation: generations[call] as number, probe: fates[call] === PROBE ? String(call) : null }
    const slow = startSeconds >= 0 && seconds >= slowSeconds
    return applied(counted, outcome === 'failure' ? failed(held, { slow }) : succeeded(held, slow), atSeconds, tell)
  }

  const applied = (before: Folding, event: Event, now: number, tell: boolean): Folding => {
    const state = reduce(config as Config)(before.state, event, now)
    if (state === before.state) return before
    if (tell) {
      for (const { atSeconds, from, to, because } of transitionsOf(config as Config)(before.state, event, now))
        changes.push({ atSeconds, from, to, because: because._tag })
      if (state._tag === 'Closed') samples.push({ atSeconds: now, counts: state.counts })
    }
    return { ...before, state, last: { atSeconds: now, event, before: before.state } }
  }

  const every = Math.max(1, Math.ceil(moments.length / 4000))
  const checkpoints: Array<Folding> = []
  let folding = START
  moments.forEach((moment, i) => {
    if (i % every === 0) checkpoints.push(folding)
    folding = take(folding, moment, true)
  })
  const total = folding.figures
  if (config !== null)
    for (const { atSeconds, from, to, because } of transitionsByTime(config)(folding.state, Infinity))
      changes.push({ atSeconds, from, to, because: because._tag })

  const upTo = (seconds: number): number => {
    let [low, high] = [0, moments.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((moments[middle] as Moment).atSeconds <= seconds) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    config,
    fates,
    changes,
    samples,
    total,
    at: (seconds) => {
      const end = upTo(seconds)
      const from = Math.min(Math.floor(end / every), checkpoints.length - 1)
      let folded = checkpoints[from] ?? START
      for (let i = from * every; i < end; i++) folded = take(folded, moments[i] as Moment, false)
      const state = config === null ? folded.state : at(config)(folded.state, seconds)
      return { ...folded, state }
    }
  }
}

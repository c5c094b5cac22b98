/**
 * A lane: the calls through one breaker, by `trace` of breaker-ts/Trace, and what is to be seen of it at any time.
 */
import type { Config } from 'breaker-ts/Config'
import { from } from 'breaker-ts/Config'
import type { Counts } from 'breaker-ts/Counts'
import type { Transition } from 'breaker-ts/Notice'
import { transitionsByTime } from 'breaker-ts/Notice'
import { at } from 'breaker-ts/Reducer'
import type { State } from 'breaker-ts/State'
import { initial } from 'breaker-ts/State'
import type { Moment } from 'breaker-ts/Trace'
import { trace } from 'breaker-ts/Trace'
import type { Call } from 'breaker-ts/Traffic'
import { never } from 'breaker-ts/TripStrategy'

/** Counted as `replay` of breaker-ts/Replay counts. */
export interface Figures {
  readonly failed: number
  readonly spared: number
  readonly wronglyRejected: number
  readonly waitedSeconds: number
}

/** What a call was to a breaker. */
export const PASSED = 1
export const PROBE = 2
export const REJECTED = 3

export interface View {
  readonly state: State
  readonly figures: Figures
  /** The last moment that changed the state, and the state before it. */
  readonly last?: { readonly moment: Moment; readonly before: State } | undefined
}

export interface Run {
  readonly config: Config
  readonly isBreaker: boolean
  readonly fates: Uint8Array
  readonly changes: ReadonlyArray<Transition>
  /** What a CLOSED circuit has counted, by time. */
  readonly samples: ReadonlyArray<{ readonly atSeconds: number; readonly counts: Counts }>
  readonly at: (seconds: number) => View
}

/** Good, bad or neither. Of a call that the recorded breaker rejected, the worse is assumed. */
export const verdictOf = ({ outcome, seconds }: Call, slowSeconds: number): 'good' | 'bad' | 'neither' =>
  outcome === 'neutral' || seconds === Infinity
    ? 'neither'
    : outcome === 'success' && seconds < slowSeconds
      ? 'good'
      : 'bad'

/** How many values are at most `x`, of a sorted list. */
export const countUpTo = (length: number, valueAt: (i: number) => number, x: number): number => {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (valueAt(middle) <= x) low = middle + 1
    else high = middle
  }
  return low
}

const NOTHING: Figures = { failed: 0, spared: 0, wronglyRejected: 0, waitedSeconds: 0 }

const add = (figures: Figures, { what, wasAdmitted }: Moment, call: Call, slowSeconds: number): Figures => {
  const verdict = verdictOf(call, slowSeconds)
  if (verdict === 'neither') return figures
  if (what === 'rejected')
    return verdict === 'bad'
      ? { ...figures, spared: figures.spared + 1 }
      : { ...figures, wronglyRejected: figures.wronglyRejected + 1 }
  return what === 'ended' && wasAdmitted && verdict === 'bad'
    ? { ...figures, failed: figures.failed + 1, waitedSeconds: figures.waitedSeconds + call.seconds }
    : figures
}

// Of a long log, only so many moments are kept, and all that changed more than counts.
const KEPT = 40_000

/** The result at once. */
export const atOnce = <A>(steps: Generator<void, A>): A => {
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}

/** The result in pieces of a few milliseconds, so that the page stays alive; `undefined` where it is not wanted any more. */
export const inPieces = async <A>(steps: Generator<void, A>, isWanted: () => boolean): Promise<A | undefined> => {
  let since = performance.now()
  while (isWanted()) {
    const { done, value } = steps.next()
    if (done === true) return value
    if (performance.now() - since < 24) continue
    await new Promise((resolve) => setTimeout(resolve))
    since = performance.now()
  }
  return undefined
}

interface Frame {
  readonly moment: Moment
  readonly figures: Figures
  readonly before: State
}

/** Follows the calls through a breaker, and yields now and then. */
export function* run(
  calls: ReadonlyArray<Call>,
  of: Config | null,
  slowSeconds: number,
  spanSeconds: number
): Generator<void, Run> {
  const config = of ?? from({ name: 'none', trip: never })
  const fates = new Uint8Array(calls.length)
  const frames: Array<Frame> = []
  const changes: Array<Transition> = []
  const samples: Array<{ atSeconds: number; counts: Counts }> = []
  const stride = Math.ceil((2 * calls.length) / KEPT)
  let figures = NOTHING
  let state: State = initial
  let n = 0
  let last: Frame | undefined
  for (const moment of trace(config, { slowSeconds })(calls)) {
    if (n % 10_000 === 9999) yield
    figures = add(figures, moment, calls[moment.call] as Call, slowSeconds)
    if (moment.what !== 'ended')
      fates[moment.call] = moment.what === 'rejected' ? REJECTED : moment.what === 'probe' ? PROBE : PASSED
    const isChange = moment.changes.length > 0
    changes.push(...moment.changes)
    last = { moment, figures, before: state }
    if (n++ % stride === 0 || isChange) {
      frames.push(last)
      if (of !== null && moment.state !== state && moment.state._tag === 'Closed')
        samples.push({ atSeconds: moment.atSeconds, counts: moment.state.counts })
    }
    state = moment.state
  }
  if (last !== undefined && frames.at(-1) !== last) frames.push(last)
  changes.push(...transitionsByTime(config)(state, spanSeconds))

  return {
    config,
    isBreaker: of !== null,
    fates,
    changes,
    samples,
    at: (seconds) => {
      let i = countUpTo(frames.length, (k) => (frames[k] as Frame).moment.atSeconds, seconds) - 1
      const frame = frames[i]
      if (frame === undefined) return { state: initial, figures: NOTHING }
      while (of !== null && i >= 0 && (frames[i] as Frame).moment.state === (frames[i] as Frame).before) i--
      const changed = frames[i]
      return {
        state: at(config)(frame.moment.state, seconds),
        figures: frame.figures,
        last: changed === undefined ? undefined : { moment: changed.moment, before: changed.before }
      }
    }
  }
}

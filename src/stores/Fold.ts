/**
 * What the events of a member make of the state of its fleet, with the reducer that every breaker has.
 *
 * @since 0.1.0
 */
import type { Config } from '../core/Config'
import type { Event } from '../core/Event'
import { attempt } from '../core/InvalidSettings'
import { at, step } from '../core/Reducer'
import type { State } from '../core/State'
import type { LastSeconds } from '../core/Window'

/**
 * Events that a member has recorded: the same one, so many times.
 *
 * @internal
 */
export interface Entry {
  readonly event: Event
  readonly times: number
  /** When the last of them came, by the clock of the member. */
  readonly atSeconds: number
  /** The least generation that they may lead to: no other episode of the fleet has it. */
  readonly least: number
  /** The generation that they are of, where the event itself does not say; `undefined` for what is done by hand. */
  readonly generation: number | undefined
}

/**
 * A state, and when its last event was.
 *
 * @internal
 */
export interface Known {
  readonly state: State
  readonly lastAtSeconds: number
}

/**
 * What comes of a state by an entry; the same reference where nothing does.
 *
 * An entry may come late, after others that are younger. It counts as of then: the machine would take its time for a clock
 * that has gone back. (Where the clock has really gone back, `now` is earlier too.) One that has left the window in the
 * meantime is none any more.
 *
 * @internal
 */
export const after = (config: Config, known: Known, entry: Entry, now: number): Known => {
  const earliest = Math.min(known.lastAtSeconds, now)
  if (isOutcomeOfCall(entry.event) && earliest - entry.atSeconds >= spanOf(config)) return known
  const atSeconds = Math.max(entry.atSeconds, earliest)
  const state = repeated(config, known.state, entry, atSeconds)
  return state === known.state ? known : { state, lastAtSeconds: atSeconds }
}

/**
 * What comes of a state by entries, one after the other. A strategy of your own that throws loses its event here, as in any
 * breaker, and no more.
 *
 * @internal
 */
export const fold = (config: Config, known: Known, entries: ReadonlyArray<Entry>, now: number): Known =>
  entries.reduce((before, entry) => attempt(() => after(config, before, entry, now)) ?? before, known)

/** @internal */
export const isOutcomeOfCall = (event: Event): boolean =>
  event._tag === 'FailureRecorded' ||
  event._tag === 'SuccessRecorded' ||
  ((event._tag === 'Succeeded' || event._tag === 'Failed') && event.permit.probe === null)

/**
 * How long a window remembers a call; for ever, where it does not go by time.
 *
 * @internal
 */
export const spanOf = ({ window }: Config): number => (window as Partial<LastSeconds>).seconds ?? Infinity

const repeated = (config: Config, before: State, entry: Entry, now: number): State => {
  if (entry.generation !== undefined && at(config)(before, now).generation !== entry.generation) return before
  let state = before
  for (let i = 0; i < entry.times; i++) {
    const next = stepped(config, state, entry, now)
    if (next === state) return state
    state = next
    const rest = entry.times - i - 1
    if (rest > 0 && isFastSuccess(entry.event) && state._tag === 'Closed' && state.counts._tag === 'TimeWindow')
      return { ...state, counts: { ...state.counts, calls: state.counts.calls + rest } } // each adds a call, and no more
  }
  return state
}

/**
 * Whether a few times the failures would open the circuit. Successes wait to be shared, and failures do not: without this,
 * the failures of one sick member would be all that a young window knows, and open it for everybody.
 *
 * @internal
 */
export const isNearTrip = ({ trip }: Config, state: State): boolean => {
  if (state._tag !== 'Closed' || trip === undefined) return false
  const { calls, failures, slowCalls, failedOrSlow, failuresInARow } = state.counts
  const worse = {
    calls: calls + (TIMES - 1) * failedOrSlow,
    failures: TIMES * failures,
    slowCalls: TIMES * slowCalls,
    failedOrSlow: TIMES * failedOrSlow,
    failuresInARow: TIMES * failuresInARow
  }
  return attempt(() => trip({ ...state.counts, ...worse })) === true
}

const TIMES = 4

/** @internal */
export const isFastSuccess = (event: Event): boolean =>
  event._tag === 'SuccessRecorded' || (event._tag === 'Succeeded' && event.slow !== true)

// A new generation is no number that another member, which has lost the store, may reach for another episode. Time alone
// only counts on: it leads every member to the same state.
const stepped = (config: Config, state: State, { event, least }: Entry, now: number): State => {
  const next = step(config, state, event, now)
  if (next.generation === state.generation || next.generation >= least) return next
  const current = at(config)(state, now)
  if (next.generation === current.generation) return next
  const generation = least - 1
  const moved = 'permit' in event ? { ...event, permit: { ...event.permit, generation } } : event
  return step(config, { ...current, generation }, moved, now)
}

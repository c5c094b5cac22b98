/**
 * A state as it is saved: on a clock that stood at 0 then.
 *
 * @since 0.1.0
 */
import type { State } from './State'

/**
 * A state that can be kept anywhere JSON can.
 *
 * @category model
 * @since 0.1.0
 */
export interface Snapshot {
  readonly format: 'breaker-ts/1'
  /** When it was made, by the wall clock: seconds since 1970. */
  readonly savedAtSeconds: number
  /** The state, on a clock that stood at 0 when the snapshot was made; without the probes that were in flight. */
  readonly state: State
}

/** @internal */
export const FORMAT = 'breaker-ts/1'

/** @internal */
export const snapshot = (state: State, now: number, wallNowSeconds: number): Snapshot => ({
  format: FORMAT,
  savedAtSeconds: wallNowSeconds,
  state: moved(state, -now)
})

/**
 * The same state on a clock that is so many seconds ahead, without its probes.
 *
 * @internal
 */
export const moved = (state: State, seconds: number): State =>
  later(state._tag === 'HalfOpen' ? { ...state, probes: [] } : state, seconds)

/**
 * The same on a clock that is so many seconds ahead. Every time in a state, in the counts of any window too, has a name that
 * ends in `AtSeconds`.
 *
 * @internal
 */
export const later = <A>(value: A, seconds: number): A => {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item: unknown) => later(item, seconds)) as A
  return Object.fromEntries(
    Object.entries(value).map(([key, held]: [string, unknown]) => [
      key,
      typeof held === 'number' && key.endsWith('AtSeconds') ? held + seconds : later(held, seconds)
    ])
  ) as A
}

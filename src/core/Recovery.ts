/**
 * Opening a circuit and closing it again: how long it waits, and what it remembers of that.
 *
 * @since 0.1.0
 */
import type { Config } from './Config'
import { empty } from './Counts'
import type { Event } from './Event'
import { secondsOf } from './RecoveryPolicy'
import type { Closed, HalfOpen, Open, State } from './State'
import { closed, open } from './State'

/**
 * The circuit opens at `now`. The failure that opens it may ask for more time than the recovery timeout gives.
 *
 * @internal
 */
export const opened = (config: Config, state: Closed | HalfOpen, now: number, because?: Event): Open =>
  openFrom(
    config,
    state.generation + 1,
    countsReopenings(config) ? reopenings(state, now) : 0,
    now,
    because?._tag === 'Failed' ? because.retryAfterSeconds : undefined
  )

/**
 * The recovery timeout of an open circuit starts again at `now`.
 *
 * @internal
 */
export const restarted = (config: Config, state: Open, now: number): Open => {
  const next = openFrom(config, state.generation, state.reopenings, now)
  return next.openedAtSeconds === state.openedAtSeconds && next.retryAtSeconds === state.retryAtSeconds ? state : next
}

/**
 * A state from elsewhere, whose wait is no longer than these settings can make one: a saved state is data, and may say
 * anything.
 *
 * @internal
 */
export const bounded = (config: Config, state: State): State => {
  if (state._tag !== 'Open') return state
  const { generation, reopenings, openedAtSeconds } = state
  const latest = openedAtSeconds + Math.max(timeoutOf(config, generation, reopenings), config.maxRetryAfterSeconds)
  return state.retryAtSeconds <= latest ? state : open(generation, openedAtSeconds, latest, reopenings)
}

/**
 * The circuit closes at `now`.
 *
 * @internal
 */
export const recovered = (config: Config, { generation, reopenings, openSeconds }: HalfOpen, now: number): Closed =>
  closed(generation + 1, empty, countsReopenings(config) ? { reopenings, closedAtSeconds: now, openSeconds } : null)

/**
 * Whether the recovery timeout depends on the reopenings. A constant one does not, so there is nothing to remember.
 *
 * @internal
 */
export const countsReopenings = (config: Config): boolean => typeof config.recoveryTimeoutSeconds === 'function'

const reopenings = (state: Closed | HalfOpen, now: number): number => {
  if (state._tag === 'HalfOpen') return state.reopenings + 1
  if (state.recovered === null) return 0
  const closedSeconds = now - state.recovered.closedAtSeconds
  return closedSeconds >= -1 && closedSeconds < state.recovered.openSeconds ? state.recovered.reopenings + 1 : 0
}

const timeoutOf = ({ name, recoveryTimeoutSeconds }: Config, generation: number, reopenings: number): number =>
  secondsOf(recoveryTimeoutSeconds, reopenings, { name, generation })

const openFrom = (
  config: Config,
  generation: number,
  reopenings: number,
  now: number,
  retryAfterSeconds?: number
): Open => {
  const asked = Number.isFinite(retryAfterSeconds)
    ? Math.min(retryAfterSeconds as number, config.maxRetryAfterSeconds)
    : 0
  const retryAtSeconds = Math.min(now + Math.max(timeoutOf(config, generation, reopenings), asked), Number.MAX_VALUE) // Infinity is not JSON
  return open(generation, now, retryAtSeconds, reopenings)
}

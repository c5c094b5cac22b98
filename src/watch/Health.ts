/**
 * The health of breakers, as data for a page that operators and load balancers read.
 *
 * An open circuit is not an ill process. Answer 200, also where the status is `degraded`, and never let a liveness check
 * depend on it: a restart does not repair the service behind. A readiness check may, for the breakers without which the
 * process is of no use: name them `critical`.
 *
 * @since 0.1.0
 */
import type { IO } from 'fp-ts/IO'

import type { Rule } from '../core/InvalidSettings'
import { attempt, showGiven } from '../core/InvalidSettings'
import type { State } from '../core/State'
import type { Current } from '../shell/Session'
import { check, hasMethods } from './Given'
import { STATE_NAMES } from './StateName'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * `degraded` where a circuit is open, half-open or isolated, and where a critical breaker is not among those given.
 * A disabled breaker lets every call pass, so it does not degrade.
 *
 * @category model
 * @since 0.1.0
 */
export interface Health {
  readonly status: 'ok' | 'degraded'
  readonly breakers: ReadonlyArray<BreakerHealth>
  /**
   * Only where `critical` is given: false while one of those is open or isolated. A half-open one is ready, since it needs a
   * call to close.
   */
  readonly ready?: boolean
  /** Only where there are some: keys of registries that are not closed and not listed, as they are more than 100. */
  readonly omitted?: number
}

/**
 * @category model
 * @since 0.1.0
 */
export interface BreakerHealth {
  readonly name: string
  /** `unknown` is a critical name that no breaker has. */
  readonly state: 'closed' | 'open' | 'half_open' | 'isolated' | 'disabled' | 'unknown'
  /** Seconds until a call may pass: 0 if it may now, `undefined` if that is not known. */
  readonly retryAfterSeconds: number | undefined
  /** For how long it has been open, since the wait began that it is in now; `undefined` in other states: they do not hold it. */
  readonly sinceSeconds: number | undefined
}

/**
 * @category model
 * @since 0.1.0
 */
export interface HealthOptions {
  /** The full names of breakers without which the process should get no traffic. For a key of a registry: `hosts/a.example`. */
  readonly critical?: ReadonlyArray<string> | undefined
}

/**
 * Both shells, and a `Session`.
 *
 * @category model
 * @since 0.1.0
 */
export interface HasCurrent {
  readonly current: IO<Current>
}

/**
 * A `Registry`.
 *
 * @category model
 * @since 0.1.0
 */
export interface HasKeys {
  readonly entries: IO<ReadonlyArray<readonly [key: string, state: State]>>
  readonly for: (key: string) => HasCurrent
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The health of breakers as of now, from breakers, registries, or what `current()` of a breaker has returned. It is a
 * function of what those say, and changes nothing.
 *
 * Of a registry it lists the keys that are not closed, 100 at most, those that have changed last; and all critical ones.
 * Throws `InvalidSettings` where it is given something else.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import { manual } from 'breaker-ts/Clock'
 * import { health } from 'breaker-ts/Health'
 *
 * const time = manual()
 * const payments = new CircuitBreaker({ name: 'payments', failureThreshold: 1, clock: time.clock })
 * const search = new CircuitBreaker({ name: 'search', clock: time.clock })
 * payments.recordFailure()
 * time.advance(20)
 *
 * assert.deepStrictEqual(health([payments, search]), {
 *   status: 'degraded',
 *   breakers: [
 *     { name: 'payments', state: 'open', retryAfterSeconds: 40, sinceSeconds: 20 },
 *     { name: 'search', state: 'closed', retryAfterSeconds: 0, sinceSeconds: undefined }
 *   ]
 * })
 * assert.strictEqual(health([payments, search], { critical: ['search'] }).ready, true)
 * assert.strictEqual(health([payments.current()], { critical: ['payments'] }).ready, false)
 *
 * @category constructors
 * @since 0.1.0
 */
export const health = (
  breakers: ReadonlyArray<Current | HasCurrent | HasKeys>,
  options: HealthOptions = {}
): Health => {
  check({ breakers: [breakers, BREAKERS] }, [options, OPTIONS])
  const { critical } = options
  const names = critical ?? []
  const listed = breakers.map((given) =>
    'entries' in given ? ofKeys(given, names) : { shown: [ofBreaker(given)], omitted: 0 }
  )
  const known = listed.flatMap(({ shown }) => shown)
  const missing = names.filter((name) => known.every((breaker) => breaker.name !== name)).map(unknown)
  const all = [...known, ...missing]
  const omitted = listed.reduce((sum, keys) => sum + keys.omitted, 0)
  const isOk = omitted === 0 && all.every(({ state }) => state === 'closed' || state === 'disabled')
  const isShut = ({ name, state }: BreakerHealth) => names.includes(name) && (state === 'open' || state === 'isolated')
  return {
    status: isOk ? 'ok' : 'degraded',
    breakers: all,
    ...(critical === undefined ? {} : { ready: !all.some(isShut) }),
    ...(omitted === 0 ? {} : { omitted })
  }
}

// -------------------------------------------------------------------------------------
// helpers
// -------------------------------------------------------------------------------------

const isKnown = (given: unknown): boolean =>
  hasMethods(given, ['current']) ||
  hasMethods(given, ['entries', 'for']) ||
  attempt(() => STATE_NAMES[(given as Current).state._tag]) !== undefined

const BREAKERS: Rule = {
  rule: 'a list of breakers, registries, or what current() of a breaker has returned',
  holds: (given) => Array.isArray(given) && given.every(isKnown),
  show: (given) => {
    const wrong: unknown = Array.isArray(given) ? given.find((breaker) => !isKnown(breaker)) : given
    return `${Array.isArray(given) ? 'a list with ' : ''}${showGiven(wrong)}`
  }
}

const OPTIONS: Readonly<Record<keyof HealthOptions, Rule>> = {
  critical: {
    rule: 'a list of the names of breakers',
    holds: (given) => Array.isArray(given) && given.every((name) => typeof name === 'string')
  }
}

const ofBreaker = (given: Current | HasCurrent): BreakerHealth => {
  const { name, state, retryAfterSeconds } = 'current' in given ? given.current() : given
  return {
    name,
    state: STATE_NAMES[state._tag],
    retryAfterSeconds: rounded(retryAfterSeconds),
    sinceSeconds: rounded(openSeconds(state, retryAfterSeconds))
  }
}

// What is left of the wait says what time it is. A clock that has gone back a little leaves more than the whole.
const openSeconds = (state: State, retryAfterSeconds: number | undefined): number | undefined =>
  state._tag === 'Open' && retryAfterSeconds !== undefined
    ? Math.max(0, state.retryAtSeconds - state.openedAtSeconds - retryAfterSeconds)
    : undefined

// Milliseconds are enough, and a page without twelve decimals is easier to read.
const rounded = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : Math.round(seconds * 1000) / 1000

const unknown = (name: string): BreakerHealth => ({
  name,
  state: 'unknown',
  retryAfterSeconds: undefined,
  sinceSeconds: undefined
})

// Strangers may choose the keys, so the page must not grow with them.
const MOST_KEYS = 100

const ofKeys = (
  registry: HasKeys,
  critical: ReadonlyArray<string>
): { readonly shown: ReadonlyArray<BreakerHealth>; readonly omitted: number } => {
  const prefix = ofBreaker(registry.for('')).name
  const always = critical.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))
  const keys = registry
    .entries()
    .filter(([key, { _tag }]) => _tag !== 'Closed' && !always.includes(key))
    .map(([key]) => key)
  return {
    shown: [...always, ...keys.slice(-MOST_KEYS)].map((key) => ofBreaker(registry.for(key))),
    omitted: Math.max(0, keys.length - MOST_KEYS)
  }
}

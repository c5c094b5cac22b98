/**
 * The states of many breakers on the same settings in one record, for Redux-like stores: one for each host, tenant or route.
 *
 * Outside of such a store, use `breaker-ts/Registry`.
 *
 * @since 0.1.0
 */
import type { Config } from '../core/Config'
import { named } from '../core/Config'
import type { Event } from '../core/Event'
import { step } from '../core/Reducer'
import type { State } from '../core/State'
import { initial } from '../core/State'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The states of the keys that something has happened to: immutable, plain data. Read it with `stateOf`.
 *
 * @category model
 * @since 0.1.0
 */
export type Keyed = Readonly<Record<string, State>>

/**
 * What happens to the breaker of one key.
 *
 * @category model
 * @since 0.1.0
 */
export interface KeyedEvent {
  readonly key: string
  readonly event: Event
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Every key is CLOSED.
 *
 * @example
 * import { none, stateOf } from 'breaker-ts/Keyed'
 * import { initial } from 'breaker-ts/State'
 *
 * assert.strictEqual(stateOf(none, 'api.example.com'), initial)
 *
 * @category constructors
 * @since 0.1.0
 */
export const none: Keyed = {}

// -------------------------------------------------------------------------------------
// destructors
// -------------------------------------------------------------------------------------

/**
 * The state of a key: CLOSED where nothing has happened to it yet.
 *
 * @example
 * import { none, stateOf } from 'breaker-ts/Keyed'
 *
 * assert.strictEqual(stateOf(none, '__proto__')._tag, 'Closed')
 *
 * @category destructors
 * @since 0.1.0
 */
export const stateOf = (keyed: Keyed, key: string): State =>
  Object.prototype.hasOwnProperty.call(keyed, key) ? (keyed[key] as State) : initial

// -------------------------------------------------------------------------------------
// reducer
// -------------------------------------------------------------------------------------

/**
 * The states after an event of one key; the same reference when nothing changes. The breaker of a key is named after both,
 * as in `hosts/api.example.com`.
 *
 * A change copies the record, and a key stays once something has happened to it: for hundreds of keys, not for millions.
 *
 * @example
 * import { from } from 'breaker-ts/Config'
 * import { failureRecorded } from 'breaker-ts/Event'
 * import { none, reduceKeyed, stateOf } from 'breaker-ts/Keyed'
 *
 * const reduce = reduceKeyed(from({ name: 'hosts', failureThreshold: 1 }))
 * const states = reduce(none, { key: 'a.example', event: failureRecorded }, 10)
 *
 * assert.strictEqual(stateOf(states, 'a.example')._tag, 'Open')
 * assert.strictEqual(stateOf(states, 'b.example')._tag, 'Closed')
 *
 * @category reducer
 * @since 0.1.0
 */
export const reduceKeyed =
  (config: Config) =>
  (keyed: Keyed, { key, event }: KeyedEvent, now: number): Keyed => {
    const before = stateOf(keyed, key)
    const after = step(named(config, `${config.name}/${key}`), before, event, now)
    return after === before ? keyed : { ...keyed, [key]: after }
  }

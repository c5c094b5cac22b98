/**
 * The states of many breakers on the same settings, one for each key: a host, a tenant, a route.
 *
 * Only keys with something to remember are held: a key that was never heard of is CLOSED, and costs nothing.
 *
 * @since 0.1.0
 */
import type { Config } from './Config'
import { empty } from './Counts'
import type { Event } from './Event'
import { reduce } from './Reducer'
import type { State } from './State'
import { closed } from './State'
import type { Trie } from './Trie'
import * as T from './Trie'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The states of all keys: immutable, and plain data. Read it with `stateOf` and `entries`; how it holds the keys may
 * change.
 *
 * @category model
 * @since 0.1.0
 */
export interface Keyed {
  /** How many keys are held. */
  readonly size: number
  /** The generation of every key that is not held. */
  readonly generation: number
  /** Where to look next for a key to evict. */
  readonly hand: number
  readonly states: Trie<State>
}

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
 * assert.deepStrictEqual(stateOf(none, 'api.example.com'), initial)
 *
 * @category constructors
 * @since 0.1.0
 */
export const none: Keyed = { size: 0, generation: 0, hand: 0, states: T.empty }

// -------------------------------------------------------------------------------------
// destructors
// -------------------------------------------------------------------------------------

/**
 * The state of a key, held or not.
 *
 * @category destructors
 * @since 0.1.0
 *
 * @example
 * import { none, stateOf } from 'breaker-ts/Keyed'
 *
 * assert.strictEqual(stateOf(none, '__proto__')._tag, 'Closed')
 */
export const stateOf = ({ states, generation }: Keyed, key: string): State => T.get(states, key) ?? unheld(generation)

const FRESH = closed(0, empty)
const unheld = (generation: number): State => (generation === 0 ? FRESH : closed(generation, empty))

/**
 * The keys that are held, with their states, in no particular order.
 *
 * @example
 * import { make } from 'breaker-ts/Config'
 * import { failureRecorded } from 'breaker-ts/Event'
 * import { entries, none, reduceKeyed } from 'breaker-ts/Keyed'
 * import { consecutive } from 'breaker-ts/Counts'
 * import { closed } from 'breaker-ts/State'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 *
 * const held = pipe(
 *   make({ name: 'hosts' }),
 *   E.map((config) => reduceKeyed(config, 1000)(none, { key: 'a.example', event: failureRecorded }, 10)),
 *   E.map(entries),
 *   E.getOrElseW((error) => assert.fail(error))
 * )
 *
 * assert.deepStrictEqual(held, [['a.example', closed(0, consecutive(1))]])
 *
 * @category destructors
 * @since 0.1.0
 */
export const entries = ({ states }: Keyed): ReadonlyArray<readonly [key: string, state: State]> => T.toEntries(states)

// -------------------------------------------------------------------------------------
// reducer
// -------------------------------------------------------------------------------------

/**
 * The states after an event of one key; the same reference when nothing changes. The cost does not grow with the number
 * of keys.
 *
 * At most `maxKeys` keys are held. Where there are more, one that is CLOSED and has not changed for long goes, and what it
 * has counted is forgotten; one in any other state stays, even where that leaves more than `maxKeys`. The breaker of a key
 * is named after both, as in `hosts/api.example.com`.
 *
 * @example
 * import { make } from 'breaker-ts/Config'
 * import { failureRecorded } from 'breaker-ts/Event'
 * import { none, reduceKeyed, stateOf } from 'breaker-ts/Keyed'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 *
 * const step = pipe(
 *   make({ name: 'hosts', failureThreshold: 1 }),
 *   E.map((config) => reduceKeyed(config, 1000)),
 *   E.getOrElseW((error) => assert.fail(error))
 * )
 * const states = step(none, { key: 'a.example', event: failureRecorded }, 10)
 *
 * assert.strictEqual(stateOf(states, 'a.example')._tag, 'Open')
 * assert.strictEqual(stateOf(states, 'b.example')._tag, 'Closed')
 *
 * @category reducer
 * @since 0.1.0
 */
export const reduceKeyed =
  (config: Config, maxKeys: number) =>
  (keyed: Keyed, { key, event }: KeyedEvent, now: number): Keyed => {
    const before = stateOf(keyed, key)
    const after = reduce(configOf(config, key))(before, event, now)
    if (after === before) return keyed
    const next = hold(keyed, key, after)
    return next.size > maxKeys ? evict(next, key) : next
  }

/**
 * The settings of the breaker of a key: the same under another name.
 *
 * @internal
 */
export const configOf = (config: Config, key: string): Config =>
  ({
    name: `${config.name}/${key}`,
    failureThreshold: config.failureThreshold,
    trip: config.trip,
    window: config.window,
    recoveryTimeoutSeconds: config.recoveryTimeoutSeconds,
    halfOpenMaxProbes: config.halfOpenMaxProbes,
    halfOpenSuccessThreshold: config.halfOpenSuccessThreshold,
    halfOpenMaxFailures: config.halfOpenMaxFailures,
    probeTimeoutSeconds: config.probeTimeoutSeconds
  }) as Config

// A key that is as if nobody had heard of it is not held.
const hold = (keyed: Keyed, key: string, state: State): Keyed => {
  const value = isUnheld(state, keyed.generation) ? undefined : state
  const wasHeld = T.get(keyed.states, key) !== undefined
  return {
    size: keyed.size + (value === undefined ? 0 : 1) - (wasHeld ? 1 : 0),
    generation: keyed.generation,
    hand: keyed.hand,
    states: T.set(keyed.states, key, value)
  }
}

const isUnheld = (state: State, generation: number): boolean =>
  state._tag === 'Closed' &&
  state.generation === generation &&
  state.recovered === null &&
  state.counts._tag === 'Consecutive' &&
  state.counts.failures === 0

// -------------------------------------------------------------------------------------
// eviction
// -------------------------------------------------------------------------------------

// Looks into one leaf, or a few where all in it are needed; never at the key that has just changed. An outcome from
// before must not count for what the evicted key becomes, so the keys that are not held take its generation.
const evict = (keyed: Keyed, except: string): Keyed => {
  const hands = Array.from({ length: TRIES }, (_, i) => (keyed.hand + (i + 1) * STRIDE) | 0)
  const found = hands
    .map((hand) => ({ hand, victim: victimIn(T.leafAt(keyed.states, hand), keyed.generation, except) }))
    .find(({ victim }) => victim !== undefined)
  if (found?.victim === undefined) return { ...keyed, hand: (keyed.hand + TRIES * STRIDE) | 0 }
  const { key, generation } = found.victim
  return {
    size: keyed.size - 1,
    generation: Math.max(keyed.generation, generation),
    hand: found.hand,
    states: T.set(keyed.states, key, undefined)
  }
}

const TRIES = 8
const STRIDE = 0x9e3779b1 // odd, and far from a pattern: it leads through all leaves

// Within a leaf the first has not changed for longest. Keys of the generation that they will have when they are not held
// go first: that touches nobody else's calls in flight.
const victimIn = ({ keys, values }: T.Leaf<State>, generation: number, except: string) => {
  const idle = keys
    .map((key, i) => ({ key, tag: values[i]?._tag, generation: (values[i] as State).generation }))
    .filter(({ key, tag }) => tag === 'Closed' && key !== except)
  return idle.find((one) => one.generation <= generation) ?? idle[0]
}

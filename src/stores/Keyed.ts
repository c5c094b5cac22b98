/**
 * The states of many breakers on the same settings, one for each key: a host, a tenant, a route.
 *
 * Only keys with something to remember are held: a key that was never heard of is CLOSED, and takes no memory.
 *
 * @since 0.1.0
 */
import type { Config } from '../core/Config'
import { empty } from '../core/Counts'
import type { Event } from '../core/Event'
import { hash } from '../core/Hash'
import { reduce } from '../core/Reducer'
import type { State } from '../core/State'
import { closed, Eq, initial } from '../core/State'
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
  /** How the keys are hashed: another number for each registry, so that nobody can choose keys that fall together. */
  readonly seed: number
  /** Where to look next for a key to evict. */
  readonly hand: number
  /** The states of the keys that are not held, by some bits of their hash. */
  readonly unheld: ReadonlyArray<State>
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
export const none: Keyed = {
  seed: 0,
  hand: 0,
  unheld: Array.from({ length: 64 }, () => initial),
  states: T.empty
}

// -------------------------------------------------------------------------------------
// destructors
// -------------------------------------------------------------------------------------

/**
 * How many keys are held.
 *
 * @example
 * import { none, size } from 'breaker-ts/Keyed'
 *
 * assert.strictEqual(size(none), 0)
 *
 * @category destructors
 * @since 0.1.0
 */
export const size = ({ states }: Keyed): number => T.sizeOf(states)

/**
 * The state of a key, held or not.
 *
 * @example
 * import { none, stateOf } from 'breaker-ts/Keyed'
 *
 * assert.strictEqual(stateOf(none, '__proto__')._tag, 'Closed')
 *
 * @category destructors
 * @since 0.1.0
 */
export const stateOf = (keyed: Keyed, key: string): State => {
  const bits = hash(key, keyed.seed)
  return T.get(keyed.states, key, bits) ?? unheldAt(keyed, bits)
}

const unheldAt = ({ unheld }: Keyed, bits: number): State => unheld[bucketOf(bits)] as State
const bucketOf = (bits: number): number => bits & 63

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
 * The states after an event of one key; the same reference when nothing changes. The work does not grow with the number
 * of keys.
 *
 * Of more than `maxKeys` keys, some that are CLOSED go: those that have counted nothing first, then those that have not
 * changed for long. What they have counted is forgotten. A key in any other state stays, even where that leaves more than
 * `maxKeys`, and so does the key of the event. The breaker of a key is named after both, as in `hosts/api.example.com`.
 *
 * A key that has recovered and is evicted takes the calls in flight of some keys that are not held with it: one in 64 of
 * them. Their outcomes count as those of an earlier generation do: not at all.
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
    return after === before ? keyed : evict(hold(keyed, key, after), maxKeys, key, VICTIMS)
  }

/**
 * The settings of the breaker of a key: the same under another name.
 *
 * @internal
 */
export const configOf = (config: Config, key: string): Config => ({ ...config, name: `${config.name}/${key}` })

// A key that is as if nobody had heard of it is not held.
const hold = (keyed: Keyed, key: string, state: State): Keyed => {
  const bits = hash(key, keyed.seed)
  const value = Eq.equals(state, unheldAt(keyed, bits)) ? undefined : state
  return { ...keyed, states: T.set(keyed.states, key, bits, value) }
}

// -------------------------------------------------------------------------------------
// eviction
// -------------------------------------------------------------------------------------

// Looks into one leaf for each victim, at most so many of them at an event; the key that has just changed is none. An
// outcome from before must not count for what an evicted key becomes, so the unheld keys of its bucket take its
// generation.
const evict = (keyed: Keyed, maxKeys: number, except: string, tries: number): Keyed => {
  if (size(keyed) <= maxKeys || tries === 0) return keyed
  const hand = (keyed.hand + STRIDE) | 0
  const victim = victimIn(T.leafNear(keyed.states, hand), except)
  return evict(victim === undefined ? { ...keyed, hand } : drop({ ...keyed, hand }, victim), maxKeys, except, tries - 1)
}

const VICTIMS = 8
const STRIDE = 0x9e3779b1 // odd, and far from a pattern: it leads through all leaves

const drop = (keyed: Keyed, { key, bits, generation }: Victim): Keyed => {
  const bucket = bucketOf(bits)
  const unheld = generation > unheldAt(keyed, bits).generation ? closed(generation, empty) : undefined
  return {
    ...keyed,
    unheld: unheld ? keyed.unheld.map((state, i) => (i === bucket ? unheld : state)) : keyed.unheld,
    states: T.set(keyed.states, key, bits, undefined)
  }
}

interface Victim {
  readonly key: string
  readonly bits: number
  readonly generation: number
}

// Within a leaf the first has not changed for longest.
const victimIn = ({ hashes, keys, values }: T.Leaf<State>, except: string): Victim | undefined => {
  const places = keys.map((_, i) => i).filter((i) => values[i]?._tag === 'Closed' && keys[i] !== except)
  const place = places.find((i) => hasCountedNothing(values[i] as State)) ?? places[0]
  return place === undefined
    ? undefined
    : { key: keys[place] as string, bits: hashes[place] as number, generation: (values[place] as State).generation }
}

const hasCountedNothing = (state: State): boolean => state._tag === 'Closed' && state.counts.failures === 0

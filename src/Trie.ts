/**
 * An immutable map from texts that costs the same to change whatever its size: a tree by the bits of the key's hash.
 *
 * Keys are values in it and never the names of properties, so no key can meet a prototype.
 *
 * @since 0.1.0
 */
import { hash } from './Hash'

/**
 * A branch has a node for each of the next five bits of the hash.
 *
 * @category model
 * @since 0.1.0
 */
export type Trie<A> = Leaf<A> | ReadonlyArray<Trie<A>>

/**
 * Entries in lists side by side, the one changed last at the end. The hashes come first when one is looked for: they lie
 * together, where keys and values are spread over the memory.
 *
 * @category model
 * @since 0.1.0
 */
export interface Leaf<A> {
  readonly hashes: ReadonlyArray<number>
  readonly keys: ReadonlyArray<string>
  readonly values: ReadonlyArray<A>
}

const BITS = 5
const WIDTH = 1 << BITS
const DEEPEST = 25

/** @internal */
export const empty: Trie<never> = { hashes: [], keys: [], values: [] }

const isBranch = <A>(trie: Trie<A>): trie is ReadonlyArray<Trie<A>> => Array.isArray(trie)

const indexOf = (bits: number, depth: number): number => (bits >>> depth) & (WIDTH - 1)

/**
 * The leaf that a hash leads to.
 *
 * @internal
 */
export const leafAt = <A>(trie: Trie<A>, bits: number, depth: number = 0): Leaf<A> =>
  isBranch(trie) ? leafAt(trie[indexOf(bits, depth)] as Trie<A>, bits, depth + BITS) : trie

const placeIn = ({ hashes, keys }: Leaf<unknown>, key: string, bits: number): number => {
  const first = hashes.indexOf(bits)
  return first === -1 || keys[first] === key ? first : keys.indexOf(key, first) // hashes may be the same
}

/** @internal */
export const get = <A>(trie: Trie<A>, key: string): A | undefined => {
  const bits = hash(key)
  const leaf = leafAt(trie, bits)
  return leaf.values[placeIn(leaf, key, bits)]
}

/**
 * The same map with a value for this key, or without the key where the value is `undefined`.
 *
 * @internal
 */
export const set = <A>(trie: Trie<A>, key: string, value: A | undefined): Trie<A> => put(trie, key, value, hash(key), 0)

const put = <A>(trie: Trie<A>, key: string, value: A | undefined, bits: number, depth: number): Trie<A> => {
  if (isBranch(trie)) {
    const index = indexOf(bits, depth)
    const node = put(trie[index] as Trie<A>, key, value, bits, depth + BITS)
    return trie.slice(0, index).concat([node], trie.slice(index + 1))
  }
  const others = without(trie, placeIn(trie, key, bits))
  if (value === undefined) return others
  const leaf = {
    hashes: others.hashes.concat(bits),
    keys: others.keys.concat(key),
    values: others.values.concat([value])
  }
  return leaf.keys.length > WIDTH && depth <= DEEPEST ? split(leaf, depth) : leaf
}

const without = <A>(leaf: Leaf<A>, place: number): Leaf<A> => {
  if (place === -1) return leaf
  const drop = <B>(list: ReadonlyArray<B>) => list.slice(0, place).concat(list.slice(place + 1))
  return { hashes: drop(leaf.hashes), keys: drop(leaf.keys), values: drop(leaf.values) }
}

const split = <A>({ hashes, keys, values }: Leaf<A>, depth: number): Trie<A> =>
  Array.from({ length: WIDTH }, (_, index) => {
    const isHere = (_: unknown, i: number) => indexOf(hashes[i] as number, depth) === index
    return { hashes: hashes.filter(isHere), keys: keys.filter(isHere), values: values.filter(isHere) }
  })

/** @internal */
export const toEntries = <A>(trie: Trie<A>): ReadonlyArray<readonly [key: string, value: A]> =>
  isBranch(trie) ? trie.flatMap(toEntries) : trie.keys.map((key, i) => [key, trie.values[i] as A])

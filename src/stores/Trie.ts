/**
 * An immutable map that costs the same to change whatever its size: a tree by the bits of its keys' hashes.
 *
 * Keys are values in it and never the names of properties, so no key can meet a prototype.
 *
 * @since 0.1.0
 */

/**
 * A branch has a node for each of the next five bits of the hash.
 *
 * @category model
 * @since 0.1.0
 */
export type Trie<A> = Leaf<A> | Branch<A>

/**
 * @category model
 * @since 0.1.0
 */
export interface Branch<A> {
  /** How many keys are below. */
  readonly size: number
  readonly nodes: ReadonlyArray<Trie<A>>
}

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

/** @internal */
export const sizeOf = (trie: Trie<unknown>): number => ('nodes' in trie ? trie.size : trie.keys.length)

const indexOf = (bits: number, depth: number): number => (bits >>> depth) & (WIDTH - 1)

const leafAt = <A>(trie: Trie<A>, bits: number, depth: number): Leaf<A> =>
  'nodes' in trie ? leafAt(trie.nodes[indexOf(bits, depth)] as Trie<A>, bits, depth + BITS) : trie

/**
 * A leaf that holds something, where anything is held: the one that the bits lead to, or else one near it.
 *
 * @internal
 */
export const leafNear = <A>(trie: Trie<A>, bits: number, depth: number = 0): Leaf<A> => {
  if (!('nodes' in trie)) return trie
  const first = indexOf(bits, depth)
  const order = trie.nodes.map((_, i) => trie.nodes[(first + i) % WIDTH] as Trie<A>)
  return leafNear(order.find((node) => sizeOf(node) > 0) as Trie<A>, bits, depth + BITS)
}

const placeIn = ({ hashes, keys }: Leaf<unknown>, key: string, bits: number): number => {
  const first = hashes.indexOf(bits)
  return first === -1 || keys[first] === key ? first : keys.indexOf(key, first) // hashes may be the same
}

/**
 * The value of the key whose hash this is.
 *
 * @internal
 */
export const get = <A>(trie: Trie<A>, key: string, bits: number): A | undefined => {
  const leaf = leafAt(trie, bits, 0)
  return leaf.values[placeIn(leaf, key, bits)]
}

/**
 * The same map with a value for this key, or without the key where the value is `undefined`.
 *
 * @internal
 */
export const set = <A>(trie: Trie<A>, key: string, bits: number, value: A | undefined): Trie<A> =>
  put(trie, key, bits, value, 0)

const put = <A>(trie: Trie<A>, key: string, bits: number, value: A | undefined, depth: number): Trie<A> => {
  if ('nodes' in trie) {
    const index = indexOf(bits, depth)
    const old = trie.nodes[index] as Trie<A>
    const node = put(old, key, bits, value, depth + BITS)
    const nodes = trie.nodes.slice(0, index).concat(node, trie.nodes.slice(index + 1))
    const size = trie.size + sizeOf(node) - sizeOf(old)
    return size < WIDTH / 2 ? merge(nodes) : { size, nodes }
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

const split = <A>({ hashes, keys, values }: Leaf<A>, depth: number): Trie<A> => ({
  size: keys.length,
  nodes: Array.from({ length: WIDTH }, (_, index) => {
    const isHere = (_: unknown, i: number) => indexOf(hashes[i] as number, depth) === index
    return { hashes: hashes.filter(isHere), keys: keys.filter(isHere), values: values.filter(isHere) }
  })
})

// A branch that has become small is a leaf again, so that no empty ones are left of what has gone. Nothing in it is a
// branch: that would not be small.
const merge = <A>(nodes: ReadonlyArray<Trie<A>>): Leaf<A> => {
  const leaves = nodes as ReadonlyArray<Leaf<A>>
  return {
    hashes: leaves.flatMap(({ hashes }) => hashes),
    keys: leaves.flatMap(({ keys }) => keys),
    values: leaves.flatMap(({ values }) => values)
  }
}

/** @internal */
export const toEntries = <A>(trie: Trie<A>): ReadonlyArray<readonly [key: string, value: A]> =>
  'nodes' in trie ? trie.nodes.flatMap(toEntries) : trie.keys.map((key, i) => [key, trie.values[i] as A])

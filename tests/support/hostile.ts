// Draws what no type promises: values that are nearly right, and values that are made to do harm.
import { inspect } from 'node:util'

// -------------------------------------------------------------------------------------
// chance
// -------------------------------------------------------------------------------------

/** Numbers that look random and follow from a seed, so that every input can be drawn again. */
export interface Random {
  readonly below: (n: number) => number
  readonly chance: (part: number) => boolean
  readonly pick: <A>(values: ReadonlyArray<A>) => A
}

export const randomOf = (seed: number): Random => {
  let bits = seed
  const below = (n: number) => {
    bits = (bits + 0x6d2b79f5) | 0
    let mixed = Math.imul(bits ^ (bits >>> 15), bits | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * n)
  }
  return {
    below,
    chance: (part) => below(1_000_000) < part * 1_000_000,
    pick: (values) => values[below(values.length)] as (typeof values)[number]
  }
}

export type Draw = (random: Random) => unknown

// -------------------------------------------------------------------------------------
// what hostile values see
// -------------------------------------------------------------------------------------

/** What the hostile values drawn since `forget` have seen. */
export const witness = {
  /** Somebody tried to change one. */
  writes: 0,
  /** Somebody read a list without end further than any state is long. */
  endless: 0,
  /** One of them answers otherwise when it is asked again. */
  isFickle: false
}

export const forget = (): void => {
  witness.writes = 0
  witness.endless = 0
  witness.isFickle = false
}

const refuseWrite = () => {
  witness.writes++
  return false
}
const WRITES: ProxyHandler<object> = {
  set: refuseWrite,
  defineProperty: refuseWrite,
  deleteProperty: refuseWrite,
  setPrototypeOf: refuseWrite,
  preventExtensions: refuseWrite
}

const MOST_READS = 300_000 // a count window of a million calls has 62,500 words, and each takes a few reads

// -------------------------------------------------------------------------------------
// hostile values
// -------------------------------------------------------------------------------------

const BOOM = new Error('boom')
const throwing =
  (thrown: unknown = BOOM) =>
  (): never => {
    throw thrown
  }
const THROWN = [BOOM, BOOM, undefined, null, 'text', 5, Symbol('thrown')]

/** Longer than the message of an error may become. */
const LONG = 'x'.repeat(1_000_000)
const longText: Draw = (random) => (random.chance(0.002) ? LONG : LONG.slice(0, 500))

const nest = (levels: number, around: (inner: unknown) => unknown): unknown => {
  let value: unknown = {}
  for (let i = 0; i < levels; i++) value = around(value)
  return value
}
const DEEP = nest(10_000, (inner) => ({ _tag: 'Closed', counts: inner, permit: inner, probes: [inner], state: inner }))
const DEEP_LIST = nest(10_000, (inner) => [inner])
const HUGE = 10n ** 2000n

export const NUMBERS = [
  ...[NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 1e308, -1e308, 5e-324, Number.MAX_VALUE, 2 ** 31, -(2 ** 31)],
  ...[2 ** 32, 2 ** 52, 2 ** 52 + 1, 2 ** 53 - 1, 2 ** 53, -(2 ** 53), 1e21, 7, 16, 17, 1_000_000, 1_000_001]
]

export const TEXTS = [
  ...['', ' ', '0', '1', 'x', 'NaN', '[object Object]', '__proto__', 'constructor', 'prototype', 'toString', 'then'],
  ...['hasOwnProperty', 'length', '\u0000', '\ud800', '\udfff\ud800', 'e\u0301', '\u202e', '🧨', 'Closed', 'closed'],
  ...['%s%n', '${x}', '../..', '"', "'", '\n', 'Right', 'Left', 'x'.repeat(200)]
]

const SCALARS: ReadonlyArray<Draw> = [
  (random) => random.pick(NUMBERS),
  (random) => random.pick(NUMBERS),
  (random) => random.pick(TEXTS),
  (random) => random.pick(TEXTS),
  (random) => random.pick([undefined, null, true, false]),
  (random) => random.pick([0n, -1n, HUGE, Symbol(), Symbol('Closed'), Symbol.iterator]),
  longText
]

class List extends Array<unknown> {
  static override get [Symbol.species](): never {
    throw BOOM
  }

  override [Symbol.iterator](): never {
    throw BOOM
  }
}
class Thing {
  readonly _tag = 'Closed'
  readonly generation = 0
}

const cyclic = (): unknown => {
  const value: Record<string, unknown> = { _tag: 'Closed', type: 'circuitBreaker/test/reset', format: 'breaker-ts/1' }
  for (const key of ['counts', 'permit', 'payload', 'meta', 'state', 'window', 'recovered']) value[key] = value
  value['probes'] = [value]
  return value
}

const talking = (name: PropertyKey, thrown: unknown): object =>
  Object.defineProperty({}, name, { value: throwing(thrown), enumerable: true })
const TALKS: ReadonlyArray<PropertyKey> = [
  'toString',
  'valueOf',
  'toJSON',
  'then',
  'constructor',
  Symbol.toPrimitive,
  Symbol.iterator,
  Symbol.hasInstance
]

const READS = [
  'get',
  'has',
  'ownKeys',
  'getOwnPropertyDescriptor',
  'getPrototypeOf',
  'isExtensible',
  'apply',
  'construct'
] as const

const target: Draw = (random) => random.pick([() => ({}), () => [], () => () => 1, () => new Thing()])()

const throwingProxy: Draw = (random) => {
  const trap = throwing(random.pick(THROWN))
  const traps = random.chance(0.5) ? READS : [random.pick(READS)]
  return new Proxy(target(random) as object, { ...Object.fromEntries(traps.map((name) => [name, trap])), ...WRITES })
}

const KEYS = [
  '_tag',
  'name',
  'type',
  'payload',
  'meta',
  'state',
  'format',
  'generation',
  'probe',
  'permit',
  'x',
  LONG.slice(0, 500)
]

const lyingProxy: Draw = (random) => {
  const prototype = random.pick([null, Array.prototype, Error.prototype, Promise.prototype, Map.prototype])
  const keys = KEYS.filter(() => random.chance(0.5))
  witness.isFickle = true
  return new Proxy(
    {},
    {
      get: () => scalar(random),
      has: () => random.chance(0.5),
      ownKeys: () => keys,
      getOwnPropertyDescriptor: () =>
        random.chance(0.2)
          ? undefined
          : { value: scalar(random), writable: true, enumerable: true, configurable: true },
      getPrototypeOf: () => prototype,
      ...WRITES
    }
  )
}

const revoked: Draw = (random) => {
  const { proxy, revoke } = Proxy.revocable(target(random) as object, {})
  revoke()
  return proxy
}

const OBJECTS: ReadonlyArray<Draw> = [
  throwingProxy,
  throwingProxy,
  throwingProxy,
  lyingProxy,
  lyingProxy,
  revoked,
  (random) => talking(random.pick(TALKS), random.pick(THROWN)),
  (random) => Object.defineProperty({}, random.pick(KEYS), { get: throwing(random.pick(THROWN)), enumerable: true }),
  cyclic,
  () => DEEP,
  () => DEEP_LIST,
  (): unknown => new Array(2 ** 32 - 1),
  (): unknown => new List(1, 2, 3),
  (random) =>
    random.pick([new Uint8Array(8), new Float64Array(2), new ArrayBuffer(8), new DataView(new ArrayBuffer(8))]),
  (random) => random.pick([new Map([['_tag', 'Closed']]), new Set([1]), new WeakMap(), new WeakSet()]),
  (random) => random.pick([new Date(0), new Date(NaN), /x/g, BOOM, new RangeError('boom')]),
  () => new Thing(),
  (random) => random.pick([Object(1), Object('Closed'), Object(true), Object(1n), Object(Symbol('x'))]) as unknown,
  (random) => random.pick([Object.prototype, Array.prototype, Function.prototype, Promise.prototype, Math, JSON]),
  () => Object.create(null) as unknown,
  () => Object.freeze({}),
  () => ({}),
  () => [],
  (random) => Object.fromEntries(KEYS.map((key) => [key, scalar(random)])),
  () => JSON.parse('{ "__proto__": { "name": "x", "_tag": "Closed", "polluted": true }, "constructor": 1 }') as unknown,
  () => Object.create({ _tag: 'Isolated', generation: 0, name: 'x' }) as unknown,
  () => Promise.resolve(1),
  () => Object.assign(Promise.resolve(1), { then: throwing() }),
  () => {
    const rejected = Promise.reject(BOOM)
    rejected.catch(() => undefined)
    return rejected
  },
  () => ({ then: () => undefined }),
  () => ({ then: (resolve: (value: unknown) => void) => resolve(1) }),
  () => ({ then: (_: unknown, reject: (reason: unknown) => void) => reject(BOOM) })
]

const FUNCTIONS: ReadonlyArray<Draw> = [
  (random) => throwing(random.pick(THROWN)),
  (random) => {
    const value = scalar(random)
    return () => value
  },
  () => () => revoked(randomOf(1)),
  () => () => new Proxy({}, { get: throwing(), getPrototypeOf: throwing() }),
  () => async () => 1,
  () => class {},
  () => function* () {},
  () => new Proxy(() => 1, { apply: throwing(), get: throwing(), ...WRITES })
]

const scalar: Draw = (random) => random.pick(SCALARS)(random)

/** A value made to do harm, or one that is just of another kind. */
export const hostile: Draw = (random) => {
  const part = random.below(10)
  return part < 2 ? scalar(random) : part < 9 ? random.pick(OBJECTS)(random) : random.pick(FUNCTIONS)(random)
}

// -------------------------------------------------------------------------------------
// nearly right values
// -------------------------------------------------------------------------------------

interface Slot {
  readonly holder: Record<string, unknown>
  readonly key: string
  readonly value: unknown
}

const isPlain = (u: unknown): u is Record<string, unknown> =>
  Array.isArray(u) || (typeof u === 'object' && u !== null && Object.getPrototypeOf(u) === Object.prototype)

// A copy that the mutations may change, with all places in it.
const copyInto = (holder: Record<string, unknown>, key: string, given: unknown, slots: Array<Slot>): void => {
  const value: unknown = isPlain(given) ? (Array.isArray(given) ? [] : {}) : given
  holder[key] = value
  slots.push({ holder, key, value })
  if (isPlain(given)) for (const name of Object.keys(given)) copyInto(value as typeof given, name, given[name], slots)
}

type Mutation = (random: Random, slot: Slot) => void

const answering = (first: unknown, later: () => unknown): (() => unknown) => {
  let asked = 0
  witness.isFickle = true
  return () => (asked++ === 0 ? first : later())
}

const nearNumber = (random: Random, n: number): unknown =>
  random.pick([n + 1, n - 1, -n, n + 0.5, n * 1e300, String(n), BigInt(Math.round(n) || 0), Object(n), [n]])

// An array by its looks, of any length: items that are right, and no end in sight.
const lyingList = (random: Random, items: ReadonlyArray<unknown>): unknown => {
  if (items.length === 0) return []
  const length = random.pick<unknown>([0, 1, items.length, items.length + 1, 1000, 2 ** 53 - 1, -1, NaN, '2', 2 ** 53])
  let reads = 0
  const item = (key: PropertyKey) => {
    if (++reads <= MOST_READS) return key === 'length' ? length : items[Number(String(key)) % items.length]
    witness.endless++
    throw BOOM
  }
  return new Proxy([], {
    get: (_, key) => item(key),
    getOwnPropertyDescriptor: (list, key) =>
      key === 'length'
        ? Reflect.getOwnPropertyDescriptor(list, key)
        : { value: item(key), writable: true, enumerable: true, configurable: true },
    ...WRITES
  })
}

const put = ({ holder, key }: Slot, value: unknown): void => {
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true })
}

const ROOT = 'the whole'

const setGetter = ({ holder, key }: Slot, get: () => unknown): void => {
  if (key !== ROOT) Object.defineProperty(holder, key, { get, enumerable: true, configurable: true })
}

const MUTATIONS: ReadonlyArray<Mutation> = [
  // another value
  (random, slot) => put(slot, scalar(random)),
  (random, slot) => put(slot, hostile(random)),
  (random, slot) => put(slot, typeof slot.value === 'number' ? nearNumber(random, slot.value) : random.pick(NUMBERS)),
  (random, slot) => put(slot, random.pick<unknown>([[slot.value], { value: slot.value }, [[[slot.value]]]])),
  // another name
  (_, { holder, key }) => delete holder[key],
  (random, { holder, key, value }) => {
    delete holder[key]
    put({ holder, key: random.pick([key.toUpperCase(), `${key} `, `_${key}`, key.slice(1)]), value }, value)
  },
  // a getter
  (random, slot) => setGetter(slot, throwing(random.pick(THROWN))),
  (_, slot) => setGetter(slot, () => slot.value),
  (random, slot) => {
    const later = () => hostile(random)
    setGetter(slot, answering(slot.value, later))
  },
  (random, slot) => {
    const later = () => slot.value
    setGetter(slot, answering(scalar(random), later))
  }
]

const OBJECT_MUTATIONS: ReadonlyArray<(random: Random, value: Record<string, unknown>, slot: Slot) => void> = [
  // more properties
  (random, value, slot) => {
    const key = random.pick([...KEYS, 'constructor', 'toString', 'then', '__proto__']) // as JSON.parse makes it
    put({ ...slot, holder: value, key }, hostile(random))
  },
  // another prototype
  (random, value) => {
    const prototypes = [null, Array.prototype, Error.prototype, Thing.prototype, { polluted: true }, DEEP]
    Object.setPrototypeOf(value, random.pick(prototypes) as object | null)
  },
  (_, value, slot) => put(slot, Object.create(value)),
  (_, value, slot) => put(slot, Object.assign(Object.create(null) as object, value)),
  // a proxy around it
  (_, value, slot) => put(slot, new Proxy(value, WRITES)),
  (random, value, slot) => {
    const trap = throwing(random.pick(THROWN))
    put(slot, new Proxy(value, { [random.pick(READS)]: trap, ...WRITES }))
  },
  (random, value, slot) => {
    const lost = random.pick(['', ...Object.keys(value)])
    const get = (from: object, key: PropertyKey): unknown => (key === lost ? undefined : Reflect.get(from, key))
    put(slot, new Proxy(value, { get, ...WRITES }))
  }
]

const LIST_MUTATIONS: ReadonlyArray<(random: Random, list: ReadonlyArray<unknown>) => unknown> = [
  (_, list) => [...list, ...list],
  (_, list) => list.slice(1),
  (random, list) => [...list, hostile(random)],
  (random, list): unknown => {
    const more = Object.fromEntries(KEYS.map((key) => [`${key}?`, scalar(random)]))
    return new Array(100).fill({ ...(list[0] as object), ...more })
  },
  (_, list) => Object.assign(new Array(2 ** 32 - 1), { 0: list[0] }),
  (_, list) => List.from(list),
  (_, list) => ({ ...list, length: list.length }),
  (_, list) => Int32Array.from(list, (item) => (typeof item === 'number' ? item : 0)),
  lyingList,
  lyingList
]

const mutate = (random: Random, slot: Slot): void => {
  const { value } = slot
  if (Array.isArray(value) && random.chance(0.5)) put(slot, random.pick(LIST_MUTATIONS)(random, value))
  else if (isPlain(value) && random.chance(0.5)) random.pick(OBJECT_MUTATIONS)(random, value, slot)
  else random.pick(MUTATIONS)(random, slot)
}

const freeze = (slots: ReadonlyArray<Slot>) => {
  for (const { value } of slots) if (isPlain(value)) Object.freeze(value)
}

/** A copy of a value that is right, with up to two changes; half of them frozen, so that no write goes unseen. */
export const nearly = (random: Random, right: unknown): unknown => {
  const box: Record<string, unknown> = {}
  const slots: Array<Slot> = []
  copyInto(box, ROOT, right, slots)
  const changes = random.pick([0, 1, 1, 1, 1, 1, 2, 2])
  try {
    for (let i = 0; i < changes; i++) mutate(random, random.pick(slots))
  } catch {
    // the second change has met a getter of the first
  }
  if (random.chance(0.5)) freeze(slots)
  return box[ROOT]
}

/** Half of them nearly right, half hostile. */
export const around =
  (right: Draw): Draw =>
  (random) =>
    random.chance(0.5) ? nearly(random, right(random)) : hostile(random)

// -------------------------------------------------------------------------------------
// telling
// -------------------------------------------------------------------------------------

/** A value in a few lines, whatever it is. */
export const describe = (u: unknown): string => {
  try {
    return inspect(u, { showProxy: true, depth: 4, maxStringLength: 60, maxArrayLength: 6, breakLength: 120 }).slice(
      0,
      1500
    )
  } catch {
    return 'a value that cannot be shown'
  }
}

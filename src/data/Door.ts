/**
 * How codecs read data of unknown shape: io-ts types that are named by their rules, and a door that copies before it reads.
 *
 * @since 0.1.0
 */
import type { Left } from 'fp-ts/Either'
import * as t from 'io-ts'

import type { Problem, Rule } from '../core/InvalidSettings'
import { attempt, integerFrom, isDuration, noSuchName, showGiven, showProblem } from '../core/InvalidSettings'

/** @internal */
export type Codec<A> = t.Type<A, A, unknown>

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/** @internal */
export const isLeft = <A>(read: t.Validation<A>): read is Left<t.Errors> => read._tag === 'Left'

/**
 * A codec that accepts what it can read, and encodes nothing.
 *
 * @internal
 */
export const codecOf = <A>(name: string, validate: t.Validate<unknown, A>): Codec<A> =>
  new t.Type(name, (u): u is A => !isLeft(validate(u, [{ key: '', type: t.unknown }])), validate, t.identity)

/**
 * A type is named by its rule, so that its name is what to say when it is broken.
 *
 * @internal
 */
export const named = <A>({ rule, holds }: Rule): Codec<A> =>
  codecOf(rule, (u, c) => (holds(u) ? t.success(u as A) : t.failure(u, c)))

const brokenRule = (rule: string): Codec<never> => named({ rule, holds: () => false })

/**
 * Reads a value by another codec than the one that the context names.
 *
 * @internal
 */
export const validateAs = <A>(codec: t.Decoder<unknown, A>, u: unknown, c: t.Context): t.Validation<A> =>
  codec.validate(u, [...c.slice(0, -1), { ...(c[c.length - 1] as t.ContextEntry), type: codec }])

const refuse = (u: unknown, c: t.Context, rule: string): t.Validation<never> => validateAs(brokenRule(rule), u, c)

const error = (c: t.Context, key: string, given: unknown, rule: string): t.ValidationError => ({
  value: given,
  context: t.appendContext(c, key, brokenRule(rule), given)
})

interface Wrapper {
  readonly _tag?: string
  readonly type?: Wrapper
}

// A union and an intersection put the number of the member into the path.
const isForked = (type: Wrapper | undefined): boolean =>
  type?._tag === 'UnionType' || type?._tag === 'IntersectionType' || (type?._tag === 'ExactType' && isForked(type.type))

const pathOf = (c: t.Context): string =>
  c
    .filter(({ key }, i) => key !== '' && !isForked(c[i - 1]?.type as Wrapper | undefined))
    .reduce((path, { key }) => (/^\d+$/.test(key) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`), '')

/**
 * A decoding error as a problem: where, what was given, and what is expected there.
 *
 * @internal
 */
export const problemOf = ({ context, value }: t.ValidationError): Problem => ({
  path: pathOf(context),
  given: typeof value === 'symbol' && STAND_INS.includes(value) ? String(value.description) : showGiven(value),
  rule: (context[context.length - 1] as t.ContextEntry).type.name
})

/**
 * A problem below a context, as a decoding error.
 *
 * @internal
 */
export const errorOf = (c: t.Context, { path, given, rule }: Problem): t.ValidationError => {
  const found = error(c, path, given, rule)
  return { ...found, message: showProblem({ path: pathOf(found.context), given, rule }) }
}

// -------------------------------------------------------------------------------------
// copies
// -------------------------------------------------------------------------------------

const UNREADABLE = Symbol('a value that cannot be read')
const TOO_LONG = Symbol('an array of more than 1,000,000')
const TOO_DEEP = Symbol('a value that is nested too deeply')
const A_FUNCTION = Symbol('a function')
const STAND_INS: ReadonlyArray<symbol> = [UNREADABLE, TOO_LONG, TOO_DEEP, A_FUNCTION]

const MOST_ITEMS = 1_000_000
const MOST_LEVELS = 64

// A copy of data: own properties, each read once, so that nothing answers differently later. What throws, or has no end, is
// replaced by a value that no codec accepts. (Unlike `structuredClone`, it is everywhere, reads the proxies of reactive
// stores, and makes objects of this realm.)
const copyOf = (u: unknown, seen: Map<unknown, unknown>, levels: number): unknown => {
  if (typeof u === 'function') return A_FUNCTION
  if (typeof u !== 'object' || u === null) return u
  const known = seen.get(u)
  if (known !== undefined) return known
  if (levels === 0) return TOO_DEEP
  const isList = Array.isArray(u)
  if (isList && !isLength(u.length)) return TOO_LONG
  const copy = (isList ? [] : {}) as Record<PropertyKey, unknown>
  seen.set(u, copy)
  for (const key of isList ? u.keys() : Object.keys(u)) {
    const read = attempt(() => ({ value: copyOf((u as typeof copy)[key], seen, levels - 1) })) ?? { value: UNREADABLE }
    if (key === '__proto__')
      Object.defineProperty(copy, key, { ...read, enumerable: true, configurable: true, writable: true })
    else copy[key] = read.value
  }
  return copy
}

const isLength = integerFrom(0, MOST_ITEMS).holds

// -------------------------------------------------------------------------------------
// the door
// -------------------------------------------------------------------------------------

/**
 * Reads data of unknown shape: a copy of it, in full or not at all.
 *
 * @internal
 */
export const door = <A, O = A>(
  name: string,
  codec: Codec<A>,
  is?: t.Is<A>,
  encode: t.Encode<A, O> = t.identity as t.Encode<A, O>
): t.Type<A, O, unknown> => {
  const validate: t.Validate<unknown, A> = (u, c) => {
    const copy = attempt(() => ({ of: copyOf(u, new Map(), MOST_LEVELS) })) ?? { of: UNREADABLE }
    const read = validateAs(codec, copy.of, c)
    return isLeft(read)
      ? t.failures(read.left.map((found) => ({ ...found, message: found.message ?? showProblem(problemOf(found)) })))
      : read
  }
  return new t.Type(name, is ?? codecOf(name, validate).is, validate, encode)
}

// -------------------------------------------------------------------------------------
// combinators
// -------------------------------------------------------------------------------------

type OptionalKeys<A> = { readonly [K in keyof A]-?: Partial<Pick<A, K>> extends Pick<A, K> ? K : never }[keyof A]
type Required<A> = { readonly [K in Exclude<keyof A, OptionalKeys<A>>]: t.Decoder<unknown, A[K]> }
type Optional<A> = { readonly [K in OptionalKeys<A>]-?: t.Decoder<unknown, Exclude<A[K], undefined>> }
type Rest<A> = [OptionalKeys<A>] extends [never] ? readonly [] : readonly [Optional<A>]

const propsOf = (codecs: object = {}): t.Props => codecs as t.Props

/**
 * An object with these properties: a property that the model has and the codec has not is a compile error. Others are
 * dropped, and absent ones stay absent.
 *
 * @internal
 */
export const record = <A>(required: Required<A>, ...[optional]: Rest<A>): Codec<A> => {
  const known = Object.keys({ ...required, ...optional })
  const codec = t.intersection([t.type(propsOf(required)), t.partial(propsOf(optional))])
  return codecOf('an object', (u, c) => {
    if (!t.UnknownRecord.is(u)) return t.failure(u, c)
    const read = validateAs(codec, pick(u, known), c) as t.Validation<A>
    return isLeft(read) ? read : t.success(withoutAbsent(read.right))
  })
}

// An intersection merges its members by assignment, where a key `__proto__` is not data.
const pick = (u: t.TypeOf<typeof t.UnknownRecord>, keys: ReadonlyArray<string>): object =>
  Object.fromEntries(keys.filter((key) => Object.prototype.hasOwnProperty.call(u, key)).map((key) => [key, u[key]]))

const withoutAbsent = <A>(a: A): A =>
  Object.fromEntries(Object.entries(a as object).filter(([, value]) => value !== undefined)) as A

/**
 * An object with these properties, and no others: of many, the first ten are named.
 *
 * @internal
 */
export const closedRecord = <A>(name: string, required: Required<A>, ...[optional]: Rest<A>): Codec<A> => {
  const known = Object.keys({ ...required, ...optional })
  const codec = t.intersection([t.type(propsOf(required)), t.partial(propsOf(optional))])
  return codecOf(name, (u, c) => {
    if (!t.UnknownRecord.is(u)) return t.failure(u, c)
    const others = Object.keys(u)
      .filter((key) => !known.includes(key))
      .slice(0, 10)
      .map((key, i) => error(c, key.slice(0, 40), u[key], noSuchName(key.slice(0, 40), known, i)))
    const read = validateAs(codec, pick(u, known), c) as t.Validation<A>
    const wrong = [...(isLeft(read) ? read.left : []), ...others]
    return wrong.length > 0 ? t.failures(wrong) : read
  })
}

type Members<A extends { readonly _tag: string }> = {
  readonly [Tag in A['_tag']]: t.Decoder<unknown, Extract<A, { readonly _tag: Tag }>>
}

/**
 * A union whose errors are those of the member that the tag names.
 *
 * @internal
 */
export const tagged = <A extends { readonly _tag: string }>(members: Members<A>): Codec<A> => {
  const codecs: Readonly<Record<string, t.Decoder<unknown, A>>> = members
  const tags = Object.keys(codecs)
  return codecOf('an object with a _tag', (u, c) => {
    if (!t.UnknownRecord.is(u)) return t.failure(u, c)
    const tag = tags.find((known) => known === u['_tag'])
    return tag === undefined
      ? t.failures([error(c, '_tag', u['_tag'], `one of ${tags.join(', ')}`)])
      : validateAs(codecs[tag] as t.Decoder<unknown, A>, u, c)
  })
}

/**
 * Whichever codec the value itself asks for.
 *
 * @internal
 */
export const either = <A>(name: string, choose: (u: unknown) => t.Decoder<unknown, A> | undefined): Codec<A> =>
  codecOf(name, (u, c) => {
    const codec = choose(u)
    return codec === undefined ? t.failure(u, c) : validateAs(codec, u, c)
  })

/** @internal */
export type Broken = { readonly key: string; readonly given: unknown; readonly rule: string } | undefined

/**
 * One rule more on the whole of an object that is right property by property.
 *
 * @internal
 */
export const also = <A>(codec: Codec<A>, broken: (a: A) => Broken): Codec<A> =>
  codecOf(codec.name, (u, c) => {
    const read = validateAs(codec, u, c)
    const wrong = isLeft(read) ? undefined : broken(read.right)
    return wrong === undefined ? read : t.failures([error(c, wrong.key, wrong.given, wrong.rule)])
  })

/**
 * A list, read up to the first wrong item: a million of them cost one message.
 *
 * @internal
 */
export const list = <A>(
  item: t.Decoder<unknown, A>,
  most: number,
  least: number = 0,
  rule: string = `an array of at most ${most}`
): Codec<ReadonlyArray<A>> =>
  codecOf('an array', (u, c) => {
    if (!Array.isArray(u)) return t.failure(u, c)
    if (u.length < least || u.length > most) return refuse(u, c, rule)
    const items: Array<A> = []
    for (let i = 0; i < u.length; i++) {
      const given: unknown = u[i]
      const read = item.validate(given, t.appendContext(c, String(i), item, given))
      if (isLeft(read)) return read
      items.push(read.right)
    }
    return t.success(items)
  })

// -------------------------------------------------------------------------------------
// numbers and texts
// -------------------------------------------------------------------------------------

// Counting on from here stays exact for longer than any breaker lives.
const MAX_GENERATION = 2 ** 52

/** @internal */
export const number = (rule: Rule): Codec<number> => named(rule)
/** @internal */
export const count = number(integerFrom(0, Number.MAX_SAFE_INTEGER, 'an integer >= 0'))
/** @internal */
export const generation = number(integerFrom(0, MAX_GENERATION))
/** @internal */
export const seconds = number({ rule: 'a finite number', holds: Number.isFinite })
/** @internal */
export const duration = number({ rule: 'a finite number >= 0', holds: isDuration })
/** @internal */
export const flag: Codec<boolean> = named({ rule: 'true or false', holds: (u) => typeof u === 'boolean' })
/** @internal */
export const isId = (u: unknown): boolean => typeof u === 'string' && u !== ''
/** @internal */
export const id: Codec<string> = named({ rule: 'a non-empty string', holds: isId })

/**
 * What a value from outside has to be: readers that name every problem, and never throw.
 *
 * @since 0.1.0
 */
import type { Either, Right } from 'fp-ts/Either'

import type { Problem } from './Problem'
import { isArray, isObject, lengthOf, ownKeys, readOwn, showGiven } from './Problem'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Reads a value that stands at a path: the value as it is to be used, or what is wrong with it.
 *
 * @category model
 * @since 0.1.0
 */
export type Rule<A> = (given: unknown, path: string) => Either<ReadonlyArray<Problem>, A>

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/** @internal */
export const refuse = (path: string, given: unknown, rule: string) => ({
  _tag: 'Left' as const,
  left: [{ path, given: showGiven(given), rule }]
})

const accept = <A>(right: A) => ({ _tag: 'Right' as const, right })

type Read<A> = Either<ReadonlyArray<Problem>, A>

/**
 * All values, or all problems.
 *
 * @internal
 */
export const together = <A>(read: ReadonlyArray<Read<A>>): Read<ReadonlyArray<A>> => {
  const problems = read.flatMap((item) => (item._tag === 'Left' ? item.left : []))
  return problems.length > 0 ? { _tag: 'Left', left: problems } : accept(read.map((item) => (item as Right<A>).right))
}

/**
 * A value for which the test holds, taken as it is.
 *
 * @example
 * import { must } from 'breaker-ts/Rule'
 * import * as E from 'fp-ts/Either'
 *
 * const even = must<number>('an even number', (given) => typeof given === 'number' && given % 2 === 0)
 *
 * assert.deepStrictEqual(even(2, 'size'), E.right(2))
 * assert.deepStrictEqual(even(3, 'size'), E.left([{ path: 'size', given: '3', rule: 'an even number' }]))
 *
 * @category constructors
 * @since 0.1.0
 */
export const must =
  <A>(rule: string, holds: (given: unknown) => boolean): Rule<A> =>
  (given, path) =>
    holds(given) ? accept(given as A) : refuse(path, given, rule)

/** @internal */
export const isFiniteFromZero = (given: unknown): boolean => Number.isFinite(given) && (given as number) >= 0

/** @internal */
export const integerFrom = (least: number): Rule<number> =>
  must(
    least === 0 ? 'an integer >= 0' : 'an integer > 0',
    (given) => Number.isInteger(given) && (given as number) >= least
  )

/** @internal */
export const positiveNumber: Rule<number> = must(
  'a finite number > 0',
  (given) => Number.isFinite(given) && (given as number) > 0
)

// -------------------------------------------------------------------------------------
// combinators
// -------------------------------------------------------------------------------------

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

// Each own property that has a rule, read once, in the order of the rules.
const readAll = (rules: object, input: object, path: string): Read<ReadonlyArray<unknown>> =>
  together(
    Object.entries<Rule<unknown>>(rules as never).map(([key, rule]) => rule(readOwn(input, key), join(path, key)))
  )

/**
 * The same, or the fallback where nothing is given.
 *
 * @example
 * import { must, withDefault } from 'breaker-ts/Rule'
 * import * as E from 'fp-ts/Either'
 *
 * const text = withDefault(must<string>('a string', (given) => typeof given === 'string'), 'none')
 *
 * assert.deepStrictEqual(text(undefined, 'note'), E.right('none'))
 *
 * @category combinators
 * @since 0.1.0
 */
export const withDefault =
  <A, B>(rule: Rule<A>, fallback: B): Rule<A | B> =>
  (given, path) =>
    given === undefined ? accept(fallback) : rule(given, path)

/**
 * An object with these properties and no others. Each own property is read once, into a fresh object; of many unknown
 * ones, the first ten are named.
 *
 * @example
 * import { fields, must } from 'breaker-ts/Rule'
 * import * as E from 'fp-ts/Either'
 *
 * const range = fields({ from: must<number>('a number', Number.isFinite) }, 'an object with a range')
 *
 * assert.deepStrictEqual(range({ from: 1 }, ''), E.right({ from: 1 }))
 * assert.deepStrictEqual(
 *   range({ form: 1 }, ''),
 *   E.left([
 *     { path: 'from', given: 'nothing', rule: 'a number' },
 *     { path: 'form', given: '1', rule: 'no setting of this name, only from' }
 *   ])
 * )
 *
 * @category combinators
 * @since 0.1.0
 */
export const fields =
  <A>(rules: { readonly [K in keyof A]: Rule<A[K]> }, rule: string): Rule<A> =>
  (input, path) => {
    if (!isObject(input) || isArray(input)) return refuse(path, input, rule)
    const read = readAll(rules, input, path)
    const known = Object.keys(rules)
    const unknown = ownKeys(input)
      .filter((key) => !known.includes(key))
      .slice(0, 10) // enough to see what is wrong, however hostile the input
      .flatMap((key, i) => {
        const others = i === 0 ? `, only ${known.join(', ')}` : ''
        return refuse(join(path, key.slice(0, 40)), readOwn(input, key), `no setting of this name${others}`).left
      })
    if (read._tag === 'Left') return { _tag: 'Left', left: [...read.left, ...unknown] }
    return unknown.length > 0
      ? { _tag: 'Left', left: unknown }
      : accept(Object.fromEntries(known.map((key, i) => [key, read.right[i]])) as A)
  }

/**
 * One of several kinds of objects, told apart by `_tag`, with these properties and no others.
 *
 * @internal
 */
export const tagged = <A extends { readonly _tag: string }>(members: {
  readonly [Tag in A['_tag']]: { readonly [K in Exclude<keyof Extract<A, { _tag: Tag }>, '_tag'>]: Rule<number> }
}): Rule<A> =>
  union<A>(
    Object.fromEntries(
      Object.entries<object>(members).map(([tag, rules]) => [tag, fields({ _tag: literal(tag), ...rules }, '')])
    ) as never
  )

// -------------------------------------------------------------------------------------
// plain data
// -------------------------------------------------------------------------------------

/** @internal */
export const literal = <A extends string>(value: A): Rule<A> => must(`"${value}"`, (given) => given === value)

/**
 * An object with these properties. Others are dropped; those that read as `undefined` are left out.
 *
 * @internal
 */
export const record =
  <A>(rules: { readonly [K in keyof A]-?: Rule<A[K]> }): Rule<A> =>
  (input, path) => {
    if (!isObject(input)) return refuse(path, input, 'an object')
    const keys = Object.keys(rules)
    const read = readAll(rules, input, path)
    return read._tag === 'Left'
      ? read
      : accept(
          Object.fromEntries(keys.map((key, i) => [key, read.right[i]]).filter(([, value]) => value !== undefined)) as A
        )
  }

/**
 * A list of at most so many items, read up to the first wrong one: a huge array, or a proxy that says it is one, costs no
 * more than one message.
 *
 * @internal
 */
export const list =
  <A>(item: Rule<A>, most: number): Rule<ReadonlyArray<A>> =>
  (input, path) => {
    const length = isArray(input) ? lengthOf(input) : undefined
    if (!isArray(input) || length === undefined) return refuse(path, input, 'an array')
    if (length > most) return refuse(path, input, `an array of at most ${most}`)
    const items: Array<A> = []
    for (let i = 0; i < length; i++) {
      const read = item(readOwn(input, String(i)), `${path}[${i}]`)
      if (read._tag === 'Left') return read
      items.push(read.right)
    }
    return accept(items)
  }

/**
 * One of several kinds of objects, told apart by `_tag`.
 *
 * @internal
 */
export const union =
  <A extends { readonly _tag: string }>(members: {
    readonly [Tag in A['_tag']]: Rule<Extract<A, { readonly _tag: Tag }>>
  }): Rule<A> =>
  (input, path) => {
    if (!isObject(input) || isArray(input)) return refuse(path, input, 'an object with a _tag')
    const tags = Object.keys(members) as ReadonlyArray<A['_tag']>
    const tag = readOwn(input, '_tag')
    const found = tags.find((known) => known === tag)
    return found === undefined
      ? refuse(join(path, '_tag'), tag, `one of ${tags.join(', ')}`)
      : (members[found] as Rule<A>)(input, path)
  }

/**
 * A property that may be absent.
 *
 * @internal
 */
export const optional = <A>(rule: Rule<A>): Rule<A | undefined> => withDefault(rule, undefined)

/** @internal */
export const nullable =
  <A>(rule: Rule<A>): Rule<A | null> =>
  (given, path) =>
    given === null ? accept(null) : isObject(given) ? rule(given, path) : refuse(path, given, 'an object or null')

/**
 * The property that breaks a rule on the whole of an object, or nothing.
 *
 * @internal
 */
export type Broken = { readonly key: string; readonly given: unknown; readonly rule: string } | undefined

/**
 * One rule more on an object that is right property by property.
 *
 * @internal
 */
export const also =
  <A>(rule: Rule<A>, broken: (a: A) => Broken): Rule<A> =>
  (given, path) => {
    const read = rule(given, path)
    const wrong = read._tag === 'Right' ? broken(read.right) : undefined
    return wrong === undefined ? read : refuse(join(path, wrong.key), wrong.given, wrong.rule)
  }

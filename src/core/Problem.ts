/**
 * What is wrong with a value of unknown shape, in words an operator understands.
 *
 * Nothing in here throws, whatever it is given: getters and proxies that throw included.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * One wrong value.
 *
 * @category model
 * @since 0.1.0
 */
export interface Problem {
  /** Where the value stands, for example `failureThreshold` or `probes[0].id`; empty for the whole input. */
  readonly path: string
  /** The value given, in words of bounded length. */
  readonly given: string
  /** What is expected there. */
  readonly rule: string
}

// -------------------------------------------------------------------------------------
// destructors
// -------------------------------------------------------------------------------------

/**
 * A problem as one line.
 *
 * @example
 * import { showProblem } from 'breaker-ts/Problem'
 *
 * assert.strictEqual(
 *   showProblem({ path: 'name', given: '""', rule: 'a non-empty string' }),
 *   'name: given "", expected a non-empty string'
 * )
 *
 * @category destructors
 * @since 0.1.0
 */
export const showProblem = ({ path, given, rule }: Problem): string =>
  `${path === '' ? '' : `${path}: `}given ${given}, expected ${rule}`

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text)

/**
 * Any value in a few words. It never throws and never looks into an object, so it is safe on hostile input.
 *
 * @example
 * import { showGiven } from 'breaker-ts/Problem'
 *
 * assert.deepStrictEqual([NaN, 'five', undefined, [1, 2], {}].map(showGiven), [
 *   'NaN',
 *   '"five"',
 *   'nothing',
 *   'an array of 2',
 *   'an object'
 * ])
 *
 * @category destructors
 * @since 0.1.0
 */
export const showGiven = (given: unknown): string => {
  switch (typeof given) {
    case 'undefined':
      return 'nothing'
    case 'string':
      return JSON.stringify(shorten(given))
    case 'bigint':
      return `${shorten(String(given))}n`
    case 'function':
      return 'a function'
    case 'object':
      return showObject(given)
    default:
      return shorten(String(given))
  }
}

const showObject = (given: object | null): string =>
  given === null
    ? 'null'
    : given === UNREADABLE
      ? 'a value that cannot be read'
      : isArray(given)
        ? `an array of ${lengthOf(given) ?? 'unknown length'}`
        : 'an object'

// -------------------------------------------------------------------------------------
// reading
// -------------------------------------------------------------------------------------

/**
 * What stands for a property whose getter throws. No rule accepts it.
 *
 * @internal
 */
export const UNREADABLE: unknown = Object.freeze({})

/** @internal */
export const isObject = (u: unknown): u is object => typeof u === 'object' && u !== null

/**
 * An own property of an object; `undefined` when it has none.
 *
 * @internal
 */
export const readOwn = (input: object, key: string): unknown => {
  try {
    return Object.prototype.hasOwnProperty.call(input, key) ? (input as Record<string, unknown>)[key] : undefined
  } catch {
    return UNREADABLE
  }
}

/**
 * The length of an array; `undefined` where a proxy gives none that an array can have.
 *
 * @internal
 */
export const lengthOf = (input: ReadonlyArray<unknown>): number | undefined => {
  const length = readOwn(input, 'length')
  return Number.isSafeInteger(length) && (length as number) >= 0 ? (length as number) : undefined
}

/** @internal */
export const ownKeys = (input: object): ReadonlyArray<string> => {
  try {
    return Object.keys(input)
  } catch {
    return [] // a proxy that refuses to be listed; its properties are still read one by one
  }
}

/** @internal */
export const isArray = (u: unknown): u is ReadonlyArray<unknown> => {
  try {
    return Array.isArray(u)
  } catch {
    return false // a revoked proxy
  }
}

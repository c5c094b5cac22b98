/**
 * Why settings were refused: every wrong one, the value given and the rule it breaks.
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

/**
 * The error of a constructor that was given bad settings.
 *
 * @example
 * import { InvalidSettings } from 'breaker-ts/InvalidSettings'
 *
 * const error = new InvalidSettings([{ path: 'failureThreshold', given: '0', rule: 'an integer > 0' }])
 *
 * assert.strictEqual(
 *   error.message,
 *   'Invalid circuit breaker settings: failureThreshold: given 0, expected an integer > 0'
 * )
 *
 * @category model
 * @since 0.1.0
 */
export class InvalidSettings extends Error {
  readonly _tag = 'InvalidSettings'
  override readonly name = 'InvalidSettings'

  constructor(readonly problems: ReadonlyArray<Problem>) {
    super(`Invalid circuit breaker settings: ${problems.map(showProblem).join('; ')}`)
  }
}

// -------------------------------------------------------------------------------------
// destructors
// -------------------------------------------------------------------------------------

/**
 * A problem as one line.
 *
 * @example
 * import { showProblem } from 'breaker-ts/InvalidSettings'
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
 * import { showGiven } from 'breaker-ts/InvalidSettings'
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
      return given === null ? 'null' : showObject(given)
    default:
      return shorten(String(given))
  }
}

const showObject = (given: object): string => {
  try {
    return Array.isArray(given) ? `an array of ${given.length}` : 'an object'
  } catch {
    return 'an object that cannot be read' // a revoked proxy
  }
}

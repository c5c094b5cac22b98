/**
 * The error of bad settings: what is wrong, what was given and what is expected, for every setting at once.
 *
 * @since 0.1.0
 */
import { hintFor } from './Hints'

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
 * An `Error` that names every wrong setting, the value given and the rule it breaks.
 *
 * @example
 * import { InvalidSettings } from 'breaker-ts/InvalidSettings'
 *
 * const error = new InvalidSettings('payments', [{ path: 'failureThreshold', given: '0', rule: 'an integer > 0' }])
 *
 * assert.strictEqual(
 *   error.message,
 *   'Invalid settings of circuit breaker "payments": failureThreshold: given 0, expected an integer > 0'
 * )
 *
 * @category model
 * @since 0.1.0
 */
export class InvalidSettings extends Error {
  readonly _tag = 'InvalidSettings'
  override readonly name = 'InvalidSettings'

  constructor(
    /** The name given to the breaker; `undefined` where that was wrong too. */
    readonly breaker: string | undefined,
    readonly problems: ReadonlyArray<Problem>
  ) {
    const of = breaker === undefined ? 'a circuit breaker' : `circuit breaker ${showGiven(breaker)}`
    super(`Invalid settings of ${of}: ${problems.map(showProblem).join('; ')}`)
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

/**
 * Any value in a few words. It never throws and never looks into an object, so it is safe on hostile input.
 *
 * @example
 * import { showGiven } from 'breaker-ts/InvalidSettings'
 *
 * assert.deepStrictEqual([NaN, 'five', 5n, undefined, [1, 2], {}].map(showGiven), [
 *   'NaN',
 *   '"five"',
 *   '5n',
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

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text)

const showObject = (given: object): string => {
  try {
    return Array.isArray(given) ? `an array of ${shorten(String(given.length))}` : 'an object'
  } catch {
    return 'an object' // a revoked proxy
  }
}

// -------------------------------------------------------------------------------------
// rules
// -------------------------------------------------------------------------------------

/**
 * What a value must be. `show` says what was given where its kind alone is not enough.
 *
 * @internal
 */
export interface Rule {
  readonly rule: string
  readonly holds: (given: unknown) => boolean
  readonly show?: (given: unknown) => string
}

/** @internal */
export const integerFrom = (
  least: number,
  most: number = Infinity,
  rule: string = most < Infinity ? `an integer from ${least} to ${most}` : `an integer ${least === 0 ? '>= 0' : '> 0'}`
): Rule => ({
  rule,
  holds: (given) => Number.isInteger(given) && (given as number) >= least && (given as number) <= most
})

/** @internal */
export const isDuration = (given: unknown): boolean => Number.isFinite(given) && (given as number) >= 0

/** @internal */
export const isFunction = (given: unknown): boolean => typeof given === 'function'

/** @internal */
export const positive: Rule = {
  rule: 'a finite number > 0',
  holds: (given) => isDuration(given) && (given as number) > 0
}

/** @internal */
export const duration: Rule = { rule: 'a finite number >= 0', holds: isDuration }

/** @internal */
export const orNull = ({ rule, holds }: Rule, meaning: string): Rule => ({
  rule: `${rule}, or null for ${meaning}`,
  holds: (given) => given === null || holds(given)
})

/** @internal */
export const problem = (path: string, given: unknown, rule: string): Problem => ({
  path,
  given: showGiven(given),
  rule
})

/** @internal */
export const attempt = <A>(action: () => A): A | undefined => {
  try {
    return action()
  } catch {
    return undefined
  }
}

/**
 * What is wrong with values, each by its own rule. A value that may be absent breaks no rule then.
 *
 * @internal
 */
export const broken = (
  rules: Readonly<Record<string, Rule>>,
  values: Readonly<Record<string, unknown>>,
  required: ReadonlyArray<string> = []
): ReadonlyArray<Problem> =>
  Object.entries(rules).flatMap(([key, { rule, holds, show = showGiven }]) => {
    const given = values[key]
    const isRight = given === undefined ? !required.includes(key) : attempt(() => holds(given)) === true
    return isRight ? [] : [{ path: key, given: show(given), rule }]
  })

/**
 * What to say of an unknown name: what was meant, or, for the first of several, which there are.
 *
 * @internal
 */
export const noSuchName = (name: string, known: ReadonlyArray<string>, i: number): string => {
  const hint = hintFor(name, known)
  return `no setting of this name${hint === undefined ? (i === 0 ? `, only ${known.join(', ')}` : '') : `: ${hint}`}`
}

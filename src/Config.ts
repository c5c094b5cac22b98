/**
 * The settings of a circuit breaker, and the trusted form the reducer works with.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/Either'

import { InvalidSettings } from './InvalidSettings'
import type { Problem } from './Problem'
import { isArray, isObject, ownKeys, readOwn, showGiven } from './Problem'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What a user writes. Every setting is plain data, so settings may come from a JSON file.
 *
 * @category model
 * @since 0.1.0
 */
export interface Settings {
  /** Names the breaker in errors and logs: a non-empty string. */
  readonly name: string
  /** Failures in a row that open the circuit: an integer > 0. Default 5. */
  readonly failureThreshold?: number | undefined
  /** Seconds an open circuit waits before it lets a probe through: a finite number >= 0. Default 60. */
  readonly recoveryTimeoutSeconds?: number | undefined
  /** Probes that may be in flight at a time while HALF_OPEN: an integer > 0. Default 1. */
  readonly halfOpenMaxProbes?: number | undefined
}

declare const trusted: unique symbol

/**
 * Settings that were checked and completed. Only `make` and `fromUnknown` make one, so whoever holds a `Config` need
 * not check again: a type error that mentions `[trusted]` asks for settings that went through `make`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Config {
  readonly name: string
  readonly failureThreshold: number
  readonly recoveryTimeoutSeconds: number
  readonly halfOpenMaxProbes: number
  readonly [trusted]: true
}

// -------------------------------------------------------------------------------------
// rules
// -------------------------------------------------------------------------------------

/**
 * What one setting has to be, in words and as a test, and what it is when absent.
 *
 * @internal
 */
export interface Rule {
  readonly rule: string
  readonly holds: (given: unknown) => boolean
  readonly fallback?: unknown
}

const isPositiveInteger = (given: unknown): boolean => Number.isInteger(given) && (given as number) > 0
const isFiniteFromZero = (given: unknown): boolean => Number.isFinite(given) && (given as number) >= 0

/** @internal */
export const rules = {
  name: { rule: 'a non-empty string', holds: (given: unknown) => typeof given === 'string' && given !== '' },
  failureThreshold: { rule: 'an integer > 0', holds: isPositiveInteger, fallback: 5 },
  recoveryTimeoutSeconds: { rule: 'a finite number >= 0', holds: isFiniteFromZero, fallback: 60 },
  halfOpenMaxProbes: { rule: 'an integer > 0', holds: isPositiveInteger, fallback: 1 }
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Checks settings and fills in the defaults.
 *
 * @example
 * import { make } from 'breaker-ts/Config'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 *
 * assert.deepStrictEqual(
 *   make({ name: 'payments', failureThreshold: 3 }),
 *   E.right({ name: 'payments', failureThreshold: 3, recoveryTimeoutSeconds: 60, halfOpenMaxProbes: 1 })
 * )
 * assert.deepStrictEqual(
 *   pipe(
 *     make({ name: 'payments', failureThreshold: 0, recoveryTimeoutSeconds: NaN }),
 *     E.mapLeft((error) => error.message)
 *   ),
 *   E.left(
 *     'Invalid settings of circuit breaker "payments": failureThreshold: given 0, expected an integer > 0; ' +
 *       'recoveryTimeoutSeconds: given NaN, expected a finite number >= 0'
 *   )
 * )
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (settings: Settings): Either<InvalidSettings, Config> => fromUnknown(settings)

/**
 * The same for input of unknown shape, a parsed JSON file for example. A hostile value gives a `Left`, never an
 * exception. An unknown setting is refused: a misspelt one that is silently ignored is an outage later (of
 * many, the first ten are named).
 *
 * @example
 * import { fromUnknown } from 'breaker-ts/Config'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 *
 * assert.deepStrictEqual(
 *   pipe(
 *     fromUnknown(JSON.parse('{ "name": "payments", "failureTreshold": 3 }')),
 *     E.mapLeft((error) => error.problems)
 *   ),
 *   E.left([
 *     {
 *       path: 'failureTreshold',
 *       given: '3',
 *       rule: 'no setting of this name, only name, failureThreshold, recoveryTimeoutSeconds, halfOpenMaxProbes'
 *     }
 *   ])
 * )
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromUnknown = (input: unknown): Either<InvalidSettings, Config> => {
  const parsed = parse(rules)(input)
  return parsed._tag === 'Left' ? parsed : { _tag: 'Right', right: trust(parsed.right) }
}

/**
 * Settings that `parse` accepted, as a `Config`.
 *
 * @internal
 */
export const trust = (accepted: Readonly<Record<keyof typeof rules, unknown>>): Config =>
  ({
    name: accepted.name,
    failureThreshold: accepted.failureThreshold,
    recoveryTimeoutSeconds: accepted.recoveryTimeoutSeconds,
    halfOpenMaxProbes: accepted.halfOpenMaxProbes
  }) as Config

/**
 * Reads each setting once, into a fresh object, and checks it against its rule. An absent or `undefined` one takes its
 * fallback.
 *
 * @internal
 */
export const parse =
  <K extends string>(rules: Readonly<Record<K, Rule>>) =>
  (input: unknown): Either<InvalidSettings, Readonly<Record<K, unknown>>> => {
    if (!isObject(input) || isArray(input))
      return refuse(undefined, [{ path: '', given: showGiven(input), rule: 'an object of settings' }])

    const fields = Object.entries<Rule>(rules).map(([path, { rule, holds, fallback }]) => {
      const own = readOwn(input, path)
      const given = own === undefined ? fallback : own
      return { path, rule, given, holds: holds(given) }
    })
    const wrong = fields
      .filter((field) => !field.holds)
      .map(({ path, rule, given }) => ({ path, rule, given: showGiven(given) }))
    const known = Object.keys(rules)
    const unknown = ownKeys(input)
      .filter((key) => !known.includes(key))
      .slice(0, 10) // enough to see what is wrong, however hostile the input
      .map((key) => ({
        path: key.slice(0, 40),
        given: showGiven(readOwn(input, key)),
        rule: `no setting of this name, only ${known.join(', ')}`
      }))

    return wrong.length + unknown.length > 0
      ? refuse(nameIn(fields), [...wrong, ...unknown])
      : {
          _tag: 'Right',
          right: Object.fromEntries(fields.map(({ path, given }) => [path, given])) as Record<K, unknown>
        }
  }

const nameIn = (fields: ReadonlyArray<{ readonly path: string; readonly given: unknown; readonly holds: boolean }>) =>
  fields.find(({ path, holds }) => path === 'name' && holds)?.given as string | undefined

const refuse = (breaker: string | undefined, problems: ReadonlyArray<Problem>) => ({
  _tag: 'Left' as const,
  left: new InvalidSettings(breaker, problems)
})

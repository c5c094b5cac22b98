/**
 * The settings of a circuit breaker, and the trusted form the reducer works with.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/Either'
import type { Predicate } from 'fp-ts/Predicate'

import type { Counts } from './Counts'
import { InvalidSettings } from './InvalidSettings'
import { isObject, readOwn } from './Problem'
import type { RecoveryPolicy } from './RecoveryPolicy'
import type { Rule } from './Rule'
import { fields } from './Rule'
import { conflicts, rules } from './SettingRule'
import type { TripData } from './TripStrategy'
import type { Window } from './Window'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What a user writes. All but a recovery policy can be plain data, so settings may come from a JSON file.
 *
 * @category model
 * @since 0.1.0
 */
export interface Settings {
  /** Names the breaker in errors and logs: a non-empty string. */
  readonly name: string
  /** Failures in a row that open the circuit: an integer > 0. Default 5. Not together with `trip`. */
  readonly failureThreshold?: number | undefined
  /**
   * When to open: a strategy of `breaker-ts/TripStrategy`, any function of the counts, the data of a built-in strategy, or
   * a list of such data, of which any may open. Default: at `failureThreshold` failures in a row.
   */
  readonly trip?: Predicate<Counts> | TripData | ReadonlyArray<TripData> | undefined
  /** Which past calls `trip` looks at: a window of `breaker-ts/Window`. Default: the failures in a row. */
  readonly window?: Window | undefined
  /**
   * Seconds an open circuit waits before it lets a probe through: a finite number >= 0, or a policy of
   * `breaker-ts/RecoveryPolicy`. Default 60.
   */
  readonly recoveryTimeoutSeconds?: number | RecoveryPolicy | undefined
  /** Probes that may be in flight at a time while HALF_OPEN: an integer > 0. Default 1. */
  readonly halfOpenMaxProbes?: number | undefined
  /**
   * Successes that close a HALF_OPEN circuit: an integer > 0. Default: one, or as many as it takes until no other probe is
   * in flight, up to `halfOpenMaxProbes`.
   */
  readonly halfOpenSuccessThreshold?: number | undefined
  /** Failures that a HALF_OPEN circuit bears before it opens again: an integer >= 0. Default 0. */
  readonly halfOpenMaxFailures?: number | undefined
  /** Seconds after which a probe that has not ended has failed: a finite number > 0. Default: never. */
  readonly probeTimeoutSeconds?: number | undefined
}

declare const trusted: unique symbol

/**
 * Settings that were checked and completed. Only `make` and `fromUnknown` make one, so whoever holds a `Config` need
 * not check again: a type error that mentions `[trusted]` asks for settings that went through `make`. A copy with other
 * values, `{ ...config, ... }`, has to go through it again, though the type does not say so.
 *
 * @category model
 * @since 0.1.0
 */
export interface Config {
  readonly name: string
  /** `undefined` where `trip` decides. */
  readonly failureThreshold: number | undefined
  readonly trip: Predicate<Counts> | TripData | ReadonlyArray<TripData> | undefined
  readonly window: Window
  readonly recoveryTimeoutSeconds: number | RecoveryPolicy
  readonly halfOpenMaxProbes: number
  readonly halfOpenSuccessThreshold: number | undefined
  readonly halfOpenMaxFailures: number
  readonly probeTimeoutSeconds: number | undefined
  readonly [trusted]: true
}

/**
 * @internal
 */
export type Accepted = Omit<Config, typeof trusted>

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
 *   E.right({
 *     name: 'payments',
 *     failureThreshold: 3,
 *     trip: undefined,
 *     window: { _tag: 'Consecutive' },
 *     recoveryTimeoutSeconds: 60,
 *     halfOpenMaxProbes: 1,
 *     halfOpenSuccessThreshold: undefined,
 *     halfOpenMaxFailures: 0,
 *     probeTimeoutSeconds: undefined
 *   })
 * )
 * assert.deepStrictEqual(
 *   pipe(
 *     make({ name: 'payments', failureThreshold: 0, recoveryTimeoutSeconds: NaN }),
 *     E.mapLeft((error) => error.message)
 *   ),
 *   E.left(
 *     'Invalid settings of circuit breaker "payments": failureThreshold: given 0, expected an integer > 0; ' +
 *       'recoveryTimeoutSeconds: given NaN, expected a finite number >= 0, or a function that returns one'
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
 *     E.mapLeft((error) => error.problems.map(({ path, given }) => [path, given]))
 *   ),
 *   E.left([['failureTreshold', '3']])
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
 * Settings that are right one by one, as a `Config`.
 *
 * @internal
 */
export const parse =
  <A extends Accepted>(rules: { readonly [K in keyof A]: Rule<A[K]> }) =>
  (input: unknown): Either<InvalidSettings, A> => {
    const read = fields(rules, 'an object of settings')(input, '')
    const problems = read._tag === 'Left' ? read.left : conflicts(read.right)
    if (problems.length > 0) return { _tag: 'Left', left: new InvalidSettings(nameOf(input), problems) }
    return read as Either<never, A>
  }

const nameOf = (input: unknown): string | undefined => {
  const name = isObject(input) ? rules.name(readOwn(input, 'name'), '') : undefined
  return name?._tag === 'Right' ? name.right : undefined
}

/** @internal */
export const trust = (accepted: Accepted): Config =>
  ({
    name: accepted.name,
    failureThreshold: accepted.failureThreshold ?? (accepted.trip === undefined ? 5 : undefined),
    trip: accepted.trip,
    window: accepted.window,
    recoveryTimeoutSeconds: accepted.recoveryTimeoutSeconds,
    halfOpenMaxProbes: accepted.halfOpenMaxProbes,
    halfOpenSuccessThreshold: accepted.halfOpenSuccessThreshold,
    halfOpenMaxFailures: accepted.halfOpenMaxFailures,
    probeTimeoutSeconds: accepted.probeTimeoutSeconds
  }) as Config

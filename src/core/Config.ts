/**
 * The settings of a circuit breaker, and the checked form that the reducer works with.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/Either'

import type { Counts } from './Counts'
import type { Problem, Rule } from './InvalidSettings'
import {
  attempt,
  broken,
  duration,
  integerFrom,
  InvalidSettings,
  isDuration,
  isFunction,
  noSuchName,
  orNull,
  positive,
  problem,
  showGiven
} from './InvalidSettings'
import type { RecoveryPolicy } from './RecoveryPolicy'
import { DEFAULT_SECONDS } from './RecoveryPolicy'
import type { TripStrategy } from './TripStrategy'
import type { Window } from './Window'
import { consecutive } from './Window'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The settings of the machine. To read them from a JSON file, decode them with `Settings` of `breaker-ts/Codec`.
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
   * When to open: a strategy of `breaker-ts/TripStrategy`, or any function of the counts. Default: at `failureThreshold`
   * failures in a row.
   */
  readonly trip?: TripStrategy | undefined
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
  /** Failed probes tolerated before a HALF_OPEN circuit reopens: an integer >= 0. Default 0. */
  readonly halfOpenMaxFailures?: number | undefined
  /** Seconds after which a probe that has not ended counts as failed: a finite number > 0, or `null` for never. Default 300. */
  readonly probeTimeoutSeconds?: number | null | undefined
  /**
   * The longest that a failure can ask to be left alone with `retryAfterSeconds`, in seconds: a finite number >= 0. Default
   * 3,600.
   */
  readonly maxRetryAfterSeconds?: number | undefined
}

declare const checked: unique symbol

/**
 * Settings that were checked and completed. Only `make` and `from` make one, and it is not checked again: a type error
 * that mentions `[checked]` asks for settings that went through them. A changed copy, `{ ...config, ... }`, is settings
 * again.
 *
 * @category model
 * @since 0.1.0
 */
export interface Config {
  readonly name: string
  /** `undefined` where `trip` decides. */
  readonly failureThreshold: number | undefined
  readonly trip: TripStrategy | undefined
  readonly window: Window
  readonly recoveryTimeoutSeconds: number | RecoveryPolicy
  readonly halfOpenMaxProbes: number
  readonly halfOpenSuccessThreshold: number | undefined
  readonly halfOpenMaxFailures: number
  readonly probeTimeoutSeconds: number | null
  readonly maxRetryAfterSeconds: number
  readonly [checked]: true
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Checks settings and fills in the defaults. A setting of an unknown name is refused: a misspelt one that is silently
 * ignored is an outage later.
 *
 * @example
 * import { make } from 'breaker-ts/Config'
 * import { consecutive } from 'breaker-ts/Window'
 * import { either as E, function as F } from 'fp-ts'
 *
 * assert.deepStrictEqual(
 *   make({ name: 'payments', failureThreshold: 3 }),
 *   E.right({
 *     name: 'payments',
 *     failureThreshold: 3,
 *     trip: undefined,
 *     window: consecutive,
 *     recoveryTimeoutSeconds: 60,
 *     halfOpenMaxProbes: 1,
 *     halfOpenSuccessThreshold: undefined,
 *     halfOpenMaxFailures: 0,
 *     probeTimeoutSeconds: 300,
 *     maxRetryAfterSeconds: 3600
 *   })
 * )
 * assert.deepStrictEqual(
 *   F.pipe(
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
export const make = (settings: Settings): Either<InvalidSettings, Config> => {
  if (isConfig(settings)) return { _tag: 'Right', right: settings }
  const given = copyOf(settings)
  const wrong = problems(rules, given)
  return wrong.length > 0
    ? { _tag: 'Left', left: invalid(given, wrong) }
    : { _tag: 'Right', right: complete(given as Settings) }
}

/**
 * The same, for settings that are part of the program: it throws `InvalidSettings` when one of them is wrong.
 *
 * @example
 * import { from } from 'breaker-ts/Config'
 *
 * const payments = from({ name: 'payments', failureThreshold: 3 })
 *
 * assert.strictEqual(payments.recoveryTimeoutSeconds, 60)
 * assert.throws(() => from({ name: '' }), /name: given "", expected a non-empty string/)
 *
 * @category constructors
 * @since 0.1.0
 */
export const from = (settings: Settings): Config => {
  const made = make(settings)
  if (made._tag === 'Left') throw made.left // eslint-disable-line functional/no-throw-statements -- what it is for
  return made.right
}

/**
 * The same under another name.
 *
 * @internal
 */
export const named = (config: Config, name: string): Config => ({ ...config, name })

const CONFIGS = new WeakSet<object>()

/**
 * Whether a value is a `Config` that was made here, and no changed copy of one.
 *
 * @internal
 */
export const isConfig = (u: unknown): u is Config => CONFIGS.has(u as object)

/**
 * Settings that are right, with the defaults. Others that a shell needs beside them are left out.
 *
 * @internal
 */
export const complete = (settings: Settings): Config => {
  const { trip, window = consecutive, recoveryTimeoutSeconds = DEFAULT_SECONDS } = settings
  const config = Object.freeze({
    name: settings.name,
    failureThreshold: settings.failureThreshold ?? (trip === undefined ? 5 : undefined),
    trip,
    window,
    recoveryTimeoutSeconds,
    halfOpenMaxProbes: settings.halfOpenMaxProbes ?? 1,
    halfOpenSuccessThreshold: settings.halfOpenSuccessThreshold,
    halfOpenMaxFailures: settings.halfOpenMaxFailures ?? 0,
    probeTimeoutSeconds: settings.probeTimeoutSeconds === undefined ? 300 : settings.probeTimeoutSeconds,
    maxRetryAfterSeconds: settings.maxRetryAfterSeconds ?? 3600
  }) as Config
  CONFIGS.add(config)
  return config
}

// -------------------------------------------------------------------------------------
// rules
// -------------------------------------------------------------------------------------

const isWindow = (given: unknown): boolean => {
  const window = given as Window
  const { _tag, calls, failures, slowCalls, failedOrSlow, failuresInARow } = window.empty
  return (
    typeof window.count === 'function' &&
    typeof window.isSettled === 'function' &&
    typeof _tag === 'string' &&
    [calls, failures, slowCalls, failedOrSlow, failuresInARow].every((n) => n === 0)
  )
}

// How often a circuit may have reopened when a policy is tried with it.
const REOPENINGS = [0, 1, 10, 100]

const timeoutAfter = (policy: unknown, reopenings: number): unknown =>
  attempt(() => (policy as RecoveryPolicy)(reopenings, { name: 'a name', generation: 1 }))

/**
 * The settings of the machine, in the order of their problems.
 *
 * @internal
 */
export const rules: Readonly<Record<keyof Settings, Rule>> = {
  name: { rule: 'a non-empty string', holds: (given) => typeof given === 'string' && given !== '' },
  failureThreshold: integerFrom(1),
  trip: { rule: 'a function of the counts (breaker-ts/Codec reads data)', holds: isFunction },
  window: {
    rule: 'a window: empty, with nothing counted and a _tag, count and isSettled (breaker-ts/Codec reads data)',
    holds: isWindow
  },
  recoveryTimeoutSeconds: {
    rule: 'a finite number >= 0, or a function that returns one',
    holds: (given) =>
      isFunction(given) ? REOPENINGS.every((n) => isDuration(timeoutAfter(given, n))) : isDuration(given),
    show: (given) => {
      const n = isFunction(given) ? REOPENINGS.find((n) => !isDuration(timeoutAfter(given, n))) : undefined
      if (n === undefined) return showGiven(given)
      return `a function that gives ${showGiven(timeoutAfter(given, n))} after ${n} reopenings`
    }
  },
  halfOpenMaxProbes: integerFrom(1),
  halfOpenSuccessThreshold: integerFrom(1),
  halfOpenMaxFailures: integerFrom(0),
  probeTimeoutSeconds: orNull(positive, 'never'),
  maxRetryAfterSeconds: duration
}

// -------------------------------------------------------------------------------------
// problems
// -------------------------------------------------------------------------------------

/**
 * Own properties, each read once: a getter cannot answer differently later.
 *
 * @internal
 */
export const copyOf = (settings: unknown): unknown =>
  typeof settings === 'object' && settings !== null && !Array.isArray(settings) ? { ...settings } : settings

/**
 * What is wrong with settings: first each of them by its own rule, then what would never do together what it says.
 *
 * @internal
 */
export const problems = (rules: Readonly<Record<string, Rule>>, given: unknown): ReadonlyArray<Problem> => {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return [problem('', given, 'an object of settings')]
  const values = given as Readonly<Record<string, unknown>>
  const wrong = [...broken(rules, values, ['name']), ...strangers(rules, values)]
  return wrong.length > 0 ? wrong : conflicts(given as Settings)
}

/**
 * The names that no rule is about.
 *
 * @internal
 */
export const strangers = (
  rules: Readonly<Record<string, Rule>>,
  values: Readonly<Record<string, unknown>>
): ReadonlyArray<Problem> => {
  const known = Object.keys(rules)
  return Object.keys(values)
    .filter((key) => !known.includes(key))
    .slice(0, 10) // enough to see what is wrong
    .map((key, i) => problem(key.slice(0, 40), values[key], noSuchName(key.slice(0, 40), known, i)))
}

/** @internal */
export const invalid = (given: unknown, wrong: ReadonlyArray<Problem>): InvalidSettings =>
  new InvalidSettings(
    wrong.some(({ path }) => path === 'name' || path === '') ? undefined : (given as Settings).name,
    wrong
  )

const conflicts = ({ failureThreshold, trip, window = consecutive }: Settings): ReadonlyArray<Problem> => {
  const inWindow = (window.problems ?? []).map((found) => ({ ...found, path: `window.${found.path}` }))
  if (inWindow.length > 0) return inWindow
  if (trip === undefined)
    return window.empty._tag === consecutive.empty._tag
      ? []
      : [problem('trip', trip, 'a strategy that looks at the window; failureThreshold looks at failures in a row')]
  const failed = (): Counts => window.count(window.empty, { failed: true, slow: false }, 0)
  return [
    ...(failureThreshold === undefined
      ? []
      : [problem('failureThreshold', failureThreshold, 'nothing where trip is given')]),
    ...(typeof attempt(() => trip(failed())) === 'boolean'
      ? []
      : [problem('trip', trip, 'a function from counts to a boolean')]),
    ...(trip.problems?.(window) ?? [])
  ]
}

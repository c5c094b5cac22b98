/**
 * The settings of a circuit breaker, and the trusted form the reducer works with.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/Either'
import type { Predicate } from 'fp-ts/Predicate'

import type { Counts } from './Counts'
import { InvalidSettings } from './InvalidSettings'
import type { Problem } from './Problem'
import { isArray, isObject, lengthOf, readOwn, showGiven, UNREADABLE } from './Problem'
import type { RecoveryPolicy } from './RecoveryPolicy'
import { DEFAULT_SECONDS } from './RecoveryPolicy'
import type { Rule } from './Rule'
import {
  also,
  fields,
  integerFrom,
  isFiniteFromZero,
  list,
  must,
  optional,
  positiveNumber,
  refuse,
  tagged,
  together,
  withDefault
} from './Rule'
import type { TripData } from './TripStrategy'
import { any, fromData } from './TripStrategy'
import type { Window, WindowData } from './Window'
import { consecutive, countWindow, isBuiltIn, MOST_CALLS, timeWindow } from './Window'

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
  readonly window?: Window | WindowData | undefined
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
  readonly trip: Predicate<Counts> | undefined
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
 * import { consecutive } from 'breaker-ts/Window'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
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

// -------------------------------------------------------------------------------------
// windows and strategies
// -------------------------------------------------------------------------------------

const rate = must<number>(
  'a number > 0 and <= 1 (0.5 is 50 %)',
  (given) => Number.isFinite(given) && (given as number) > 0 && (given as number) <= 1
)

// A window is copied now and then, so its size is bounded.
const integerTo = (most: number): Rule<number> =>
  must(
    `an integer from 1 to ${most}`,
    (given) => Number.isInteger(given) && (given as number) > 0 && (given as number) <= most
  )

const windowData = also(
  tagged<WindowData>({
    Consecutive: {},
    CountWindow: { size: integerTo(MOST_CALLS) },
    TimeWindow: { seconds: positiveNumber, slices: integerTo(10_000) }
  }),
  (window) =>
    window._tag === 'TimeWindow' && window.seconds / window.slices === 0
      ? { key: 'seconds', given: window.seconds, rule: 'a time that can be divided into the slices' }
      : undefined
)

const windowOf = (data: WindowData): Window => {
  switch (data._tag) {
    case 'Consecutive':
      return consecutive
    case 'CountWindow':
      return countWindow(data.size)
    case 'TimeWindow':
      return timeWindow(data.seconds, data.slices)
  }
}

const NUMBERS_OF: Readonly<Record<string, ReadonlyArray<string>>> = {
  CountWindow: ['size'],
  TimeWindow: ['seconds', 'slices']
}

const isCounts = (u: unknown): boolean =>
  isObject(u) &&
  typeof readOwn(u, '_tag') === 'string' &&
  !['Consecutive', ...Object.keys(NUMBERS_OF)].includes(readOwn(u, '_tag') as string) &&
  ['calls', 'failures', 'slowCalls', 'failuresInARow'].every((key) => readOwn(u, key) === 0)

const isWindow = (given: object): boolean =>
  typeof readOwn(given, 'count') === 'function' &&
  typeof readOwn(given, 'isSettled') === 'function' &&
  isCounts(readOwn(given, 'empty'))

// Data is made into a window, and so is a changed copy of a built-in one, from its numbers. A window of the user's counts as
// it says.
const window: Rule<Window> = (given, path) => {
  const isValue = isObject(given) && readOwn(given, 'count') !== undefined
  const tag = isValue ? readOwn(given, '_tag') : undefined
  const numbers = typeof tag === 'string' ? readOwn(NUMBERS_OF, tag) : undefined
  if (isValue && numbers === undefined)
    return isBuiltIn(given) || isWindow(given)
      ? { _tag: 'Right', right: given as Window }
      : refuse(path, given, 'a window: empty, with nothing counted and a _tag of its own, count and isSettled')
  const keys = ['_tag', ...((numbers ?? []) as ReadonlyArray<string>)]
  const data = windowData(isValue ? Object.fromEntries(keys.map((key) => [key, readOwn(given, key)])) : given, path)
  if (data._tag === 'Left') return data
  return { _tag: 'Right', right: isBuiltIn(given as object) ? (given as Window) : windowOf(data.right) }
}

const tripData = tagged<TripData>({
  ConsecutiveFailures: { failures: integerFrom(1) },
  FailureCount: { failures: integerFrom(1) },
  FailureRate: { rate, minimumCalls: integerFrom(1) },
  SlowCallRate: { rate, minimumCalls: integerFrom(1) },
  Never: {}
})

const tripList: Rule<ReadonlyArray<TripData>> = (given, path) => {
  const length = lengthOf(given as ReadonlyArray<unknown>) ?? 0
  if (length < 1 || length > 100) return refuse(path, given, 'a list of 1 to 100 strategies')
  return list(tripData, 100)(given, path)
}

// The data that a setting is made of: none, where that is a function of the user's.
const dataOf: Rule<ReadonlyArray<TripData>> = (given, path) => {
  const parts = typeof given === 'function' ? readOwn(given, 'parts') : given
  if (isArray(parts)) return lengthOf(parts) === 0 && parts !== given ? together([]) : tripList(parts, path)
  return typeof given === 'function' ? together([]) : together([tripData(given, path)])
}

const trip: Rule<Accepted['trip']> = (given, path) => {
  if (typeof given !== 'function' && (typeof given !== 'object' || given === null))
    return refuse(path, given, 'a function of the counts, the data of a strategy, or a list of such data')
  const data = dataOf(given, path)
  if (data._tag === 'Left') return data
  const right =
    typeof given === 'function'
      ? (given as Predicate<Counts>)
      : data.right.map(fromData).reduce((strategies, strategy) => any.concat(strategies, strategy))
  return { _tag: 'Right', right }
}

// -------------------------------------------------------------------------------------
// recovery policies
// -------------------------------------------------------------------------------------

const recoveryTimeoutSeconds: Rule<number | RecoveryPolicy> = (given, path) => {
  const rule = 'a finite number >= 0, or a function that returns one'
  if (typeof given !== 'function') return must<number>(rule, isFiniteFromZero)(given, path)
  const wrong = [0, 1, 10, 100]
    .map((n) => ({ n, returned: attempt(() => (given as RecoveryPolicy)(n, { name: 'a name', generation: 1 })) }))
    .find(({ returned }) => !isFiniteFromZero(returned))
  if (wrong === undefined) return { _tag: 'Right', right: given as RecoveryPolicy }
  const what = `a function that gives ${showGiven(wrong.returned)} after ${wrong.n} reopenings`
  return { _tag: 'Left', left: [{ path, given: what, rule }] }
}

const attempt = (action: () => unknown): unknown => {
  try {
    return action()
  } catch {
    return UNREADABLE
  }
}

// -------------------------------------------------------------------------------------
// all together
// -------------------------------------------------------------------------------------

/**
 * What each setting has to be, and what it is when absent.
 *
 * @internal
 */
export const rules: { readonly [K in keyof Accepted]: Rule<Accepted[K]> } = {
  name: must('a non-empty string', (given) => typeof given === 'string' && given !== ''),
  failureThreshold: optional(integerFrom(1)),
  trip: optional(trip),
  window: withDefault(window, consecutive),
  recoveryTimeoutSeconds: withDefault(recoveryTimeoutSeconds, DEFAULT_SECONDS),
  halfOpenMaxProbes: withDefault(integerFrom(1), 1),
  halfOpenSuccessThreshold: optional(integerFrom(1)),
  halfOpenMaxFailures: withDefault(integerFrom(0), 0),
  probeTimeoutSeconds: optional(positiveNumber)
}

/**
 * Settings that are right one by one, and would never do together what they say.
 *
 * @internal
 */
export const conflicts = (accepted: Accepted & { readonly classify?: unknown }): ReadonlyArray<Problem> => {
  const { failureThreshold, trip, window } = accepted
  if (trip === undefined)
    return window.empty._tag === 'Consecutive'
      ? []
      : refuse('trip', trip, 'a strategy that looks at the window; failureThreshold looks at failures in a row').left
  const data = dataOf(trip, 'trip')
  if (data._tag === 'Left') return data.left // a function that says something else each time
  const parts = data.right
  return [
    ...(failureThreshold === undefined
      ? []
      : refuse('failureThreshold', failureThreshold, 'nothing where trip is given').left),
    ...(isPredicate(trip, window) ? [] : refuse('trip', trip, 'a function from counts to a boolean').left),
    // Without shells, whoever dispatches says what was slow.
    ...('classify' in accepted && accepted.classify === undefined && parts.some(isAboutSlowCalls)
      ? refuse('classify', undefined, 'a classifier that says which calls are slow, for SlowCallRate').left
      : []),
    ...parts.flatMap((part) => outOfReach(part, window))
  ]
}

const isPredicate = (trip: Predicate<Counts>, window: Window): boolean =>
  typeof attempt(() => trip(window.count(window.empty, { failed: true, slow: false }, 0))) === 'boolean'

const isAboutSlowCalls = ({ _tag }: TripData): boolean => _tag === 'SlowCallRate'

const outOfReach = (part: TripData, window: Window): ReadonlyArray<Problem> => {
  const needed = 'minimumCalls' in part ? part.minimumCalls : part._tag === 'FailureCount' ? part.failures : 0
  if ('rate' in part && window.empty._tag === 'Consecutive')
    return refuse('window', undefined, `a window that knows rates, CountWindow or TimeWindow, for ${part._tag}`).left
  return window.size !== undefined && needed > window.size
    ? refuse('trip', needed, `${part._tag} to need no more calls than the window has, ${window.size}`).left
    : []
}

/**
 * What each setting of a breaker has to be, and which of them cannot go together.
 *
 * @since 0.1.0
 */
import type { Predicate } from 'fp-ts/Predicate'

import type { Accepted } from './Config'
import type { Counts } from './Counts'
import { empty } from './Counts'
import type { Problem } from './Problem'
import { isArray, lengthOf, readOwn, showGiven, UNREADABLE } from './Problem'
import type { RecoveryPolicy } from './RecoveryPolicy'
import { DEFAULT_SECONDS } from './RecoveryPolicy'
import type { Rule } from './Rule'
import {
  also,
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
import type { Window } from './Window'
import { consecutive, count } from './Window'

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

const window = also(
  tagged<Window>({
    Consecutive: {},
    CountWindow: { size: integerTo(1_000_000) },
    TimeWindow: { seconds: positiveNumber, slices: integerTo(10_000) }
  }),
  (window) =>
    window._tag === 'TimeWindow' && window.seconds / window.slices === 0
      ? { key: 'seconds', given: window.seconds, rule: 'a time that can be divided into the slices' }
      : undefined
)

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
  const [first] = data.right
  const right = typeof given === 'function' ? (given as Predicate<Counts>) : isArray(given) ? data.right : first
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
    return window._tag === 'Consecutive'
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

const isPredicate = (trip: Accepted['trip'], window: Window): boolean =>
  typeof trip !== 'function' || typeof attempt(() => trip(count(window, empty, true, false, 0))) === 'boolean'

const isAboutSlowCalls = ({ _tag }: TripData): boolean => _tag === 'SlowCallRate'

const outOfReach = (part: TripData, window: Window): ReadonlyArray<Problem> => {
  const needed = 'minimumCalls' in part ? part.minimumCalls : part._tag === 'FailureCount' ? part.failures : 0
  if ('rate' in part && window._tag === 'Consecutive')
    return refuse('window', undefined, `a window that knows rates, CountWindow or TimeWindow, for ${part._tag}`).left
  return window._tag === 'CountWindow' && needed > window.size
    ? refuse('trip', needed, `${part._tag} to need no more calls than the window has, ${window.size}`).left
    : []
}

/**
 * How settings are read: their policies as data, and what becomes of them.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'

import type * as Configs from '../core/Config'
import { make, rules } from '../core/Config'
import { isDuration, positive } from '../core/InvalidSettings'
import type { RecoveryPolicy } from '../core/RecoveryPolicy'
import { constant, exponential, fibonacci, jittered } from '../core/RecoveryPolicy'
import type { TripStrategy } from '../core/TripStrategy'
import * as Trip from '../core/TripStrategy'
import type { Window } from '../core/Window'
import { consecutive, countWindow, lastCalls, lastSeconds, timeWindow } from '../core/Window'
import type { Codec } from './Door'
import {
  closedRecord,
  codecOf,
  duration,
  either,
  errorOf,
  isLeft,
  list,
  named,
  number,
  tagged,
  validateAs
} from './Door'

// Data that stands for a policy. The value knows its data, which is what encoding gives back.
const policy = <D, A>(data: Codec<D>, valueOf: (data: D) => A): Codec<A> =>
  codecOf(data.name, (u, c) => {
    const read = validateAs(data, u, c)
    return isLeft(read) ? read : t.success(valueOf(read.right))
  })

const dataOf = (value: unknown): unknown => (value as { readonly toJSON?: () => unknown } | null)?.toJSON?.() ?? value

/**
 * A window as data.
 *
 * @category model
 * @since 0.1.0
 */
export type WindowData =
  | { readonly _tag: 'Consecutive' }
  | { readonly _tag: 'CountWindow'; readonly size: number }
  | { readonly _tag: 'TimeWindow'; readonly seconds: number; readonly slices?: number }

/**
 * A trip strategy as data.
 *
 * @category model
 * @since 0.1.0
 */
export type TripData =
  | { readonly _tag: 'ConsecutiveFailures'; readonly failures: number }
  | { readonly _tag: 'FailureCount'; readonly failures: number }
  | { readonly _tag: 'FailureRate'; readonly rate: number; readonly minimumCalls?: number }
  | { readonly _tag: 'SlowCallRate'; readonly rate: number; readonly minimumCalls?: number }
  | { readonly _tag: 'Never' }

/**
 * A recovery policy as data.
 *
 * @category model
 * @since 0.1.0
 */
export type RecoveryData =
  | SteadyRecoveryData
  | { readonly _tag: 'Jittered'; readonly ratio: number; readonly policy: SteadyRecoveryData | number }

/**
 * A recovery policy without jitter, as data.
 *
 * @category model
 * @since 0.1.0
 */
export type SteadyRecoveryData =
  | { readonly _tag: 'Constant'; readonly seconds: number }
  | { readonly _tag: 'Exponential'; readonly initial: number; readonly factor: number; readonly max: number }
  | { readonly _tag: 'Fibonacci'; readonly initial: number; readonly max: number }

/**
 * Settings as data, as they stand in a JSON file. Of a list of strategies, any may open the circuit.
 *
 * @category model
 * @since 0.1.0
 */
export interface SettingsData extends Omit<Configs.Settings, 'trip' | 'window' | 'recoveryTimeoutSeconds'> {
  readonly trip?: TripData | ReadonlyArray<TripData> | undefined
  readonly window?: WindowData | undefined
  readonly recoveryTimeoutSeconds?: number | RecoveryData | undefined
}

type DataOf<A extends { readonly _tag: string }, Tag extends A['_tag']> = Omit<
  Extract<A, { readonly _tag: Tag }>,
  '_tag'
>
type OptionalOf<D> = { readonly [K in keyof D as Partial<Pick<D, K>> extends Pick<D, K> ? K : never]: D[K] }
type NumbersOf<D> = { readonly [K in keyof D]-?: Codec<Exclude<D[K], undefined>> }

// The member of a union with this tag. What it may leave out has the default of the function that makes the value.
const member = <A extends { readonly _tag: string }, Tag extends A['_tag']>(
  tag: Tag,
  required: NumbersOf<Omit<DataOf<A, Tag>, keyof OptionalOf<DataOf<A, Tag>>>>,
  ...[optional]: keyof OptionalOf<DataOf<A, Tag>> extends never ? [] : [NumbersOf<OptionalOf<DataOf<A, Tag>>>]
): Codec<Extract<A, { readonly _tag: Tag }>> =>
  closedRecord<Extract<A, { readonly _tag: Tag }>>(
    'an object',
    { _tag: t.literal(tag), ...required } as never,
    ...([optional ?? {}] as never)
  )

const window = policy(
  tagged<WindowData>({
    Consecutive: member<WindowData, 'Consecutive'>('Consecutive', {}),
    CountWindow: member<WindowData, 'CountWindow'>('CountWindow', { size: number(lastCalls().size) }),
    TimeWindow: member<WindowData, 'TimeWindow'>(
      'TimeWindow',
      { seconds: number(lastSeconds().seconds) },
      { slices: number(lastSeconds().slices) }
    )
  }),
  (data): Window => {
    switch (data._tag) {
      case 'Consecutive':
        return consecutive
      case 'CountWindow':
        return countWindow(data.size)
      case 'TimeWindow':
        return timeWindow(data.seconds, data.slices)
    }
  }
)

const failures = number(Trip.numbers().failures)
const rate = { rate: number(Trip.numbers().rate) }
const minimum = { minimumCalls: number(Trip.numbers().minimumCalls) }

const strategyData = tagged<TripData>({
  ConsecutiveFailures: member<TripData, 'ConsecutiveFailures'>('ConsecutiveFailures', { failures }),
  FailureCount: member<TripData, 'FailureCount'>('FailureCount', { failures }),
  FailureRate: member<TripData, 'FailureRate'>('FailureRate', rate, minimum),
  SlowCallRate: member<TripData, 'SlowCallRate'>('SlowCallRate', rate, minimum),
  Never: member<TripData, 'Never'>('Never', {})
})

const strategyOf = (data: TripData): TripStrategy => {
  switch (data._tag) {
    case 'ConsecutiveFailures':
      return Trip.consecutiveFailures(data.failures)
    case 'FailureCount':
      return Trip.failureCount(data.failures)
    case 'FailureRate':
      return Trip.failureRate(data.rate, data.minimumCalls)
    case 'SlowCallRate':
      return Trip.slowCallRate(data.rate, data.minimumCalls)
    case 'Never':
      return Trip.never
  }
}

const someStrategies = list(strategyData, 100, 1, 'a list of 1 to 100 strategies')

const oneOrMore = either<TripData | ReadonlyArray<TripData>>('the data of a strategy, or a list of such data', (u) =>
  Array.isArray(u) ? someStrategies : t.UnknownRecord.is(u) ? strategyData : undefined
)

const trip = policy(oneOrMore, (data): TripStrategy =>
  Array.isArray(data)
    ? (data as ReadonlyArray<TripData>).map(strategyOf).reduce((x, y) => Trip.any.concat(x, y))
    : strategyOf(data as TripData)
)

const timeout = 'a finite number >= 0, or the data of a recovery policy'

const ratio = number({ rule: 'a number from 0 to 1', holds: (u) => isDuration(u) && (u as number) <= 1 })

const steady = {
  Constant: member<RecoveryData, 'Constant'>('Constant', { seconds: duration }),
  Exponential: member<RecoveryData, 'Exponential'>('Exponential', {
    initial: duration,
    factor: number(positive),
    max: duration
  }),
  Fibonacci: member<RecoveryData, 'Fibonacci'>('Fibonacci', { initial: duration, max: duration })
}

const constantly = number({ rule: timeout, holds: isDuration })

const secondsOr = <A extends RecoveryData>(policies: Codec<A>): Codec<A | number> =>
  either<A | number>(timeout, (u) => (t.UnknownRecord.is(u) ? policies : constantly))

const recoveryData = secondsOr(
  tagged<RecoveryData>({
    ...steady,
    Jittered: member<RecoveryData, 'Jittered'>('Jittered', {
      ratio,
      policy: secondsOr(tagged<SteadyRecoveryData>(steady))
    })
  })
)

const recoveryOf = (data: RecoveryData | number): RecoveryPolicy => {
  if (typeof data === 'number') return constant(data)
  switch (data._tag) {
    case 'Constant':
      return constant(data.seconds)
    case 'Exponential':
      return exponential(data)
    case 'Fibonacci':
      return fibonacci(data)
    case 'Jittered':
      return jittered(data.ratio)(recoveryOf(data.policy))
  }
}

const recovery = policy(recoveryData, (data) => (typeof data === 'number' ? data : recoveryOf(data)))

const numberOf = (key: keyof Configs.Settings) => number(rules[key])

const data = closedRecord<Configs.Settings>(
  'an object of settings',
  { name: named<string>(rules.name) },
  {
    failureThreshold: numberOf('failureThreshold'),
    trip,
    window,
    recoveryTimeoutSeconds: recovery,
    halfOpenMaxProbes: numberOf('halfOpenMaxProbes'),
    halfOpenSuccessThreshold: numberOf('halfOpenSuccessThreshold'),
    halfOpenMaxFailures: numberOf('halfOpenMaxFailures'),
    probeTimeoutSeconds: named<number | null>(rules.probeTimeoutSeconds),
    maxRetryAfterSeconds: numberOf('maxRetryAfterSeconds')
  }
)

/** @internal */
export const encode = (config: Configs.Config): SettingsData =>
  Object.fromEntries(
    Object.entries(config)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, dataOf(value)])
  ) as unknown as SettingsData

/** @internal */
export const settings: Codec<Configs.Config> = codecOf(data.name, (u, c) => {
  const read = validateAs(data, u, c)
  if (isLeft(read)) return read
  const made = make(read.right)
  return made._tag === 'Right' ? made : t.failures(made.left.problems.map((problem) => errorOf(c, problem)))
})

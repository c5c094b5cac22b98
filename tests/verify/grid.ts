// The configurations that are searched. Times are multiples of the half second by which the clock steps, so all
// arithmetic on them is exact; they differ from each other, so that no deadline can stand in for another.
import type * as Codec from 'breaker-ts/Codec'
import type { RecoveryData, SettingsData } from 'breaker-ts/Codec'

type WindowData = Required<Codec.WindowData>
type TripData = Required<Codec.TripData>

type Exponential = Extract<RecoveryData, { readonly _tag: 'Exponential' }>

/** Settings as data, as far as the grid has them. */
export type PlainSettings = Omit<
  SettingsData,
  'name' | 'trip' | 'window' | 'recoveryTimeoutSeconds' | 'probeTimeoutSeconds'
> & {
  readonly probeTimeoutSeconds: number | null
  readonly trip?: TripData
  readonly window?: WindowData
  readonly recoveryTimeoutSeconds: number | Exponential
}

export interface Configuration {
  readonly settings: PlainSettings
  /** How many calls may overlap. */
  readonly overlap: number
  /** How many calls a time window may hold: the numbers of a rate know no bound of their own. */
  readonly load: number
  /** Seconds for which a failure may ask to be left alone. */
  readonly asks?: number
}

export interface Group {
  readonly name: string
  readonly configurations: ReadonlyArray<Configuration>
}

/** Whether slow calls mean anything to these settings. */
export const minds = ({ settings: { trip } }: Configuration): boolean => trip?._tag === 'SlowCallRate'

const configuration = (settings: Partial<PlainSettings>, rest: Partial<Configuration> = {}): Configuration => ({
  settings: { recoveryTimeoutSeconds: 1.5, probeTimeoutSeconds: null, ...settings },
  overlap: 4,
  load: 4,
  ...rest
})

const each = <A, B>(as: ReadonlyArray<A>, f: (a: A) => ReadonlyArray<B>): ReadonlyArray<B> => as.flatMap((a) => f(a))

const exponential: Exponential = { _tag: 'Exponential', initial: 1, factor: 2, max: 2 }

const countWindow = (size: number): WindowData => ({ _tag: 'CountWindow', size })
const timeWindow = (seconds: number, slices: number): WindowData => ({ _tag: 'TimeWindow', seconds, slices })

const failureCount = (failures: number): TripData => ({ _tag: 'FailureCount', failures })
const failureRate = (rate: number, minimumCalls: number): TripData => ({ _tag: 'FailureRate', rate, minimumCalls })
const slowCallRate = (rate: number, minimumCalls: number): TripData => ({ _tag: 'SlowCallRate', rate, minimumCalls })

const probing = (halfOpenSuccessThreshold: number | undefined, probeTimeoutSeconds: number | null) => ({
  ...(halfOpenSuccessThreshold === undefined ? {} : { halfOpenSuccessThreshold }),
  probeTimeoutSeconds
})

// Every combination of the settings of a circuit without a window.
const consecutiveFailures = each([1, 2, 3], (failureThreshold) =>
  each([1, 2, 3], (halfOpenMaxProbes) =>
    each([undefined, 1, 2], (successes) =>
      each([0, 1], (halfOpenMaxFailures) =>
        [null, 1].map((probeTimeoutSeconds) =>
          configuration({
            failureThreshold,
            halfOpenMaxProbes,
            halfOpenMaxFailures,
            ...probing(successes, probeTimeoutSeconds)
          })
        )
      )
    )
  )
)

const TRIPS: ReadonlyArray<TripData> = [failureCount(2), failureRate(0.5, 2), slowCallRate(0.5, 2)]

// HALF_OPEN forgets the counts, so a window and the settings of HALF_OPEN do not interact: one kind of each is enough.
const withWindow = (windows: ReadonlyArray<WindowData>, trips: ReadonlyArray<TripData>, rest: Partial<Configuration>) =>
  each(windows, (window) =>
    each(trips, (trip) => [
      configuration({ window, trip }, rest),
      configuration({ window, trip, halfOpenMaxProbes: 2, probeTimeoutSeconds: 1 }, rest)
    ])
  )

// With a policy, the end of the last open period matters after closing: also together with each window.
const policies = [
  ...each([1, 2], (halfOpenMaxProbes) =>
    [null, 1].map((probeTimeoutSeconds) =>
      configuration(
        {
          failureThreshold: 2,
          recoveryTimeoutSeconds: exponential,
          halfOpenMaxProbes,
          ...probing(undefined, probeTimeoutSeconds)
        },
        { overlap: 3 }
      )
    )
  ),
  ...[countWindow(2), timeWindow(2, 2)].map((window) =>
    configuration({ window, trip: failureCount(2), recoveryTimeoutSeconds: exponential }, { overlap: 1, load: 2 })
  )
]

const atOnce = each([1, 2], (halfOpenMaxProbes) =>
  [null, 1].map((probeTimeoutSeconds) =>
    configuration({
      failureThreshold: 2,
      recoveryTimeoutSeconds: 0,
      halfOpenMaxProbes,
      ...probing(undefined, probeTimeoutSeconds)
    })
  )
)

const asking = [
  ...[1, 2].map((halfOpenMaxProbes) =>
    configuration({ failureThreshold: 2, halfOpenMaxProbes, probeTimeoutSeconds: 1 }, { asks: 2.5 })
  ),
  configuration({ failureThreshold: 1, maxRetryAfterSeconds: 2 }, { asks: 2.5 })
]

export const full: ReadonlyArray<Group> = [
  { name: 'failures in a row', configurations: consecutiveFailures },
  { name: 'count windows', configurations: withWindow([countWindow(2), countWindow(3)], TRIPS, { overlap: 3 }) },
  {
    name: 'time windows',
    configurations: [
      ...withWindow([timeWindow(2, 2)], TRIPS, { overlap: 2, load: 3 }),
      // A slow call is one more number in a slice: more slices of it are nothing new, but many more states.
      ...withWindow([timeWindow(3, 3)], TRIPS.slice(0, 2), { overlap: 2, load: 3 })
    ]
  },
  { name: 'recovery policies', configurations: policies },
  { name: 'no recovery timeout', configurations: atOnce },
  { name: 'failures that ask to be left alone', configurations: asking }
]

/** Settings of each kind that are searched in a second. */
export const small = {
  inARow: configuration({ failureThreshold: 2, halfOpenMaxProbes: 2 }, { overlap: 3 }),
  successes: configuration(
    { failureThreshold: 1, halfOpenMaxProbes: 2, halfOpenSuccessThreshold: 2, halfOpenMaxFailures: 1 },
    { overlap: 3 }
  ),
  timed: configuration({ failureThreshold: 1, halfOpenMaxProbes: 2, probeTimeoutSeconds: 1 }, { overlap: 2 }),
  countWindow: configuration({ window: countWindow(2), trip: failureCount(2) }, { overlap: 2 }),
  slowCalls: configuration({ window: countWindow(2), trip: slowCallRate(0.5, 2) }, { overlap: 1 }),
  timeWindow: configuration({ window: timeWindow(2, 2), trip: failureCount(2) }, { overlap: 1, load: 2 }),
  policy: configuration({ failureThreshold: 1, recoveryTimeoutSeconds: exponential }, { overlap: 2 }),
  asking: configuration({ failureThreshold: 1 }, { overlap: 2, asks: 2.5 }),
  atOnce: configuration({ failureThreshold: 2, recoveryTimeoutSeconds: 0 }, { overlap: 2 })
} satisfies Readonly<Record<string, Configuration>>

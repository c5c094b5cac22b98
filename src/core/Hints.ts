/**
 * What was meant by a setting that there is not, or that is hardly meant. Bundles for browsers leave this module out
 * (scripts/build.mjs).
 *
 * @since 0.1.0
 */

// The options of opossum, of cockatiel, and of another function.
const FOREIGN = (): Readonly<Record<string, string>> => ({
  timeout: 'limit the time of the operation itself, with AbortSignal.timeout for example',
  resetTimeout: 'use recoveryTimeoutSeconds',
  errorThresholdPercentage: 'use trip: failureRate(percentage / 100) with a window',
  volumeThreshold: 'use trip: failureRate(rate, minimumCalls) with a window',
  rollingCountTimeout: 'use window: timeWindow(seconds, slices)',
  rollingCountBuckets: 'use window: timeWindow(seconds, slices)',
  rollingPercentilesEnabled: 'measure durations in an observer',
  errorFilter: 'use classify: succeedWhen(predicate)(standard)',
  maxFailures: 'use failureThreshold',
  allowWarmUp: 'use trip: failureRate(rate, minimumCalls) with a window',
  enabled: 'use disable() and enable()',
  fallback: 'use orElseWhenOpen of breaker-ts/Fallback, or catch the error',
  capacity: 'limit the calls in flight before the breaker, with p-limit for example',
  cache: 'cache before the breaker',
  coalesce: 'share a promise before the breaker',
  abortController: 'pass a signal to the operation',
  group: 'put it into the name',
  halfOpenAfter: 'use recoveryTimeoutSeconds, a number of seconds or a policy of breaker-ts/RecoveryPolicy',
  breaker: 'use failureThreshold, or window and trip',
  initialState: 'use restore',
  halfOpenSampling: 'use halfOpenMaxProbes, halfOpenSuccessThreshold and halfOpenMaxFailures',
  threshold: 'use failureThreshold, or trip: failureRate(rate)',
  duration: 'use window: timeWindow(seconds, slices)',
  size: 'use window: countWindow(size)',
  minimumRps: 'use trip: failureRate(rate, minimumCalls)',
  minimumNumberOfCalls: 'use trip: failureRate(rate, minimumCalls)',
  key: 'an option of protectFetch, its third argument',
  failed: 'an option of protectFetch, its third argument',
  until: 'an option of protectFetch, its third argument',
  whenOpen: 'an option of protectFetch, its third argument'
})

const MOST_EDITS = 2

/** @internal */
export const hintFor = (name: string, known: ReadonlyArray<string>): string | undefined => {
  const foreign = Object.entries(FOREIGN()).find(([key]) => key === name)
  if (foreign !== undefined) return foreign[1]
  const given = name.toLowerCase().replace(/(ms|millis|milliseconds)$/, '') // `recoveryTimeoutMs`: times are seconds here
  const meant = known.find((key) => {
    const right = key.toLowerCase()
    return edits(given, right) <= MOST_EDITS || (given.length > MOST_EDITS * 2 && right.startsWith(given))
  })
  return meant === undefined ? undefined : `did you mean ${meant}?`
}

// The Levenshtein distance, row by row: letters to insert, to delete or to replace.
const edits = (from: string, to: string): number =>
  [...from].reduce(
    (above, letter, i) =>
      above
        .slice(1)
        .reduce(
          (row, up, j) => [
            ...row,
            Math.min(up + 1, (row[j] as number) + 1, (above[j] as number) + (letter === to[j] ? 0 : 1))
          ],
          [i + 1]
        ),
    Array.from({ length: to.length + 1 }, (_, j) => j)
  )[to.length] as number

const HOUR_SECONDS = 3600

const doubted = new WeakSet<object>()

/**
 * What is hardly meant in these settings, the first time that they are asked about: milliseconds, most likely.
 *
 * @internal
 */
export const doubtAbout = (config: { readonly recoveryTimeoutSeconds: unknown }): string | undefined => {
  const { recoveryTimeoutSeconds: given } = config
  if (typeof given !== 'number' || given <= HOUR_SECONDS || doubted.has(config)) return undefined
  doubted.add(config)
  return (
    `recoveryTimeoutSeconds is ${given}, so an open circuit rejects every call for ${(given / HOUR_SECONDS).toFixed(1)} ` +
    `hours. Times are in seconds: did you mean ${given / 1000}? If not, write constant(${given}) of breaker-ts/RecoveryPolicy`
  )
}

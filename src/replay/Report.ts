/**
 * What a replay tells: the figures of each setting and of no breaker, and what they rest on.
 *
 * @since 0.1.0
 */
import type { Settings } from '../core/Config'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Latencies as callers see them, in seconds: a rejected call costs none. `null` where no call has ended.
 *
 * @category model
 * @since 0.1.0
 */
export interface Latency {
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
}

/**
 * What callers saw without a breaker. A call is bad that failed or was slow, and good that succeeded in time.
 *
 * @category model
 * @since 0.1.0
 */
export interface Plain {
  readonly badCalls: number
  /** Seconds that callers waited in bad calls. */
  readonly secondsInBadCalls: number
  readonly goodCalls: number
  readonly latencySeconds: Latency
}

/**
 * What callers would have seen with a breaker of these settings.
 *
 * @category model
 * @since 0.1.0
 */
export interface Figures extends Plain {
  /** Bad calls that were rejected, which spared their callers the wait. */
  readonly badCallsSpared: number
  /** The part of bad calls that were spared; `null` where there were none. */
  readonly recall: number | null
  /** Good calls that were rejected: the harm that the breaker did. */
  readonly goodCallsRejected: number
  /** All calls that were rejected. */
  readonly rejected: number
  /** The part of rejected calls that were bad; `null` where none was rejected. */
  readonly precision: number | null
  /** How often the circuit opened from CLOSED. */
  readonly openings: number
  /** Openings after which most rejected calls would have been good. */
  readonly falseOpenings: number
  /** How often a failed probe opened the circuit again. */
  readonly reopenings: number
  readonly probes: number
  readonly failedProbes: number
  /** Seconds in which the circuit was OPEN, over all breakers. */
  readonly openSeconds: number
  /** Incidents in which the circuit was open. */
  readonly incidentsFound: number
  /** The median time from the start of an incident to the first opening; `null` where none was found. */
  readonly detectSeconds: number | null
  /** The median time from the end of an incident until the circuit was CLOSED again; `null` where it is not known. */
  readonly closeSeconds: number | null
  /** Openings after the first in one incident. */
  readonly flaps: number
}

/**
 * A time in which the service was ill: given by you, or found where half of the calls of 10 s were bad, of 20 or more.
 *
 * @category model
 * @since 0.1.0
 */
export interface Incident {
  readonly startSeconds: number
  readonly endSeconds: number
  readonly calls: number
  readonly badCalls: number
  /** Calls that the recorded breaker rejected. */
  readonly unknownCalls: number
  readonly key?: string
}

/**
 * A change of state in a replay.
 *
 * @category model
 * @since 0.1.0
 */
export interface Change {
  readonly atSeconds: number
  readonly from: 'Closed' | 'Open' | 'HalfOpen' | 'Isolated' | 'Disabled'
  readonly to: 'Closed' | 'Open' | 'HalfOpen' | 'Isolated' | 'Disabled'
  readonly generation: number
  /** What caused it: the `_tag` of an event, `RecoveryTimeoutElapsed` or `ProbeTimedOut`. */
  readonly because: string
  /** When the circuit, now OPEN, lets a probe through. */
  readonly retryAtSeconds?: number
  readonly key?: string
  /** Which of several instances. */
  readonly instance?: number
}

/**
 * Calls over time, by when they started, and in what state the circuit was. There are at most 400 buckets.
 *
 * @category model
 * @since 0.1.0
 */
export interface Buckets {
  readonly startSeconds: number
  readonly bucketSeconds: number
  /** Admitted calls that were good. */
  readonly good: ReadonlyArray<number>
  /** Admitted calls that were bad. */
  readonly bad: ReadonlyArray<number>
  readonly rejectedGood: ReadonlyArray<number>
  readonly rejectedBad: ReadonlyArray<number>
  /** Seconds in which the circuit was OPEN, over all breakers. */
  readonly openSeconds: ReadonlyArray<number>
  /** Seconds in which the circuit was HALF_OPEN, over all breakers. */
  readonly halfOpenSeconds: ReadonlyArray<number>
}

/**
 * How one setting did.
 *
 * @category model
 * @since 0.1.0
 */
export interface Verdict {
  /** The name in the settings. */
  readonly name: string
  /** The settings; `JSON.stringify` makes data of their policies. */
  readonly settings: Settings
  /** Where the recorded breaker rejected calls, these are the figures if all of them would have failed. */
  readonly figures: Figures
  /** The same if all calls that the recorded breaker rejected would have succeeded; absent where it rejected none. */
  readonly ifUnknownSucceed?: Figures
  /** The figures by key, where calls have one. */
  readonly byKey?: Readonly<Record<string, Figures>>
  /** The first 2,000 changes of state. */
  readonly changes: ReadonlyArray<Change>
  /** Changes of state beyond those. */
  readonly furtherChanges: number
  readonly buckets?: Buckets
}

/**
 * What was replayed.
 *
 * @category model
 * @since 0.1.0
 */
export interface Log {
  readonly calls: number
  /** When the first call started and the last one ended. */
  readonly startSeconds: number
  readonly endSeconds: number
  /** Calls that the recorded breaker rejected: no one knows how they would have ended. */
  readonly unknownCalls: number
  /** Calls that ended as neither good nor bad, cancelled ones for example. */
  readonly neutralCalls: number
  /** Calls that never ended. */
  readonly unendedCalls: number
  /** Calls that came after one that started later: they count as if they had started with it. */
  readonly outOfOrder: number
  /** Ends of calls whose start is not in the log. */
  readonly strayEnds: number
  readonly keys: number
}

/**
 * What all settings were measured by, and what the figures rest on.
 *
 * @category model
 * @since 0.1.0
 */
export interface Evidence {
  readonly assumptions: ReadonlyArray<string>
  /** What a reader must know before trusting the figures. */
  readonly warnings: ReadonlyArray<string>
  readonly log: Log
  /** From how many seconds on a call is slow, where you have said so. */
  readonly slowSeconds?: number
  readonly instances: number
  readonly incidents: ReadonlyArray<Incident>
  readonly noBreaker: Plain
  /** The same if all calls that the recorded breaker rejected would have succeeded; absent where it rejected none. */
  readonly noBreakerIfUnknownSucceed?: Plain
}

/**
 * How one setting did, with what that rests on.
 *
 * @category model
 * @since 0.1.0
 */
export interface Report extends Evidence, Verdict {}

/**
 * How several settings did on the same traffic, in their order.
 *
 * @category model
 * @since 0.1.0
 */
export interface Comparison extends Evidence {
  readonly reports: ReadonlyArray<Verdict>
}

// -------------------------------------------------------------------------------------
// words
// -------------------------------------------------------------------------------------

/**
 * What every replay assumes. A report says it, because a figure without it is a promise that no one can keep.
 *
 * @example
 * import { assumptions } from 'breaker-ts/Report'
 *
 * assert.match(assumptions(20)[4] ?? '', /20 instances/)
 *
 * @category words
 * @since 0.1.0
 */
export const assumptions = (instances: number): ReadonlyArray<string> => [
  'Same arrivals: rejections do not change who calls when. There are no retries, and no users who give up.',
  'Same fate: a call that is let through ends as it was recorded, after as long. Less load heals nothing, so the gain in an overload is a lower bound.',
  'A rejected call costs its caller 0 s.',
  'What the recorded breaker rejected is unknown: the figures are given as if all of it would have failed, and as if all of it would have succeeded.',
  instances === 1
    ? 'One breaker judges all calls of a key. The log of a gateway is of several processes, which have a breaker each: split it by instances.'
    : `Calls are split over ${instances} instances by a seed, with a breaker each.`,
  'Times are those of the log. Where it has whole seconds only, calls are spread over the second by a seed.',
  'Probes are the recorded calls that come after the wait.',
  'What was done by hand is done again: a reset, an isolation. While the recorded breaker was disabled, the settings are tried as if it was on.'
]

/**
 * The verdict in a sentence or two that a manager reads.
 *
 * @example
 * import { verdict } from 'breaker-ts/Report'
 * import { replay } from 'breaker-ts/Replay'
 * import { scenario } from 'breaker-ts/Scenario'
 *
 * const report = replay({ name: 'a', failureThreshold: 5, recoveryTimeoutSeconds: 5 })(scenario('error-spike'))
 * assert.match(verdict(report, report.figures), /^Of 100 rejected calls \d+ would have failed/)
 *
 * @category words
 * @since 0.1.0
 */
export const verdict = (
  { noBreaker, slowSeconds }: Pick<Evidence, 'noBreaker' | 'slowSeconds'>,
  { badCallsSpared, goodCallsRejected, secondsInBadCalls }: Figures
): string => {
  const judged = badCallsSpared + goodCallsRejected
  const waited = `callers waited ${duration(secondsInBadCalls)} in bad calls`
  if (judged === 0) return `No call was rejected; ${waited}, as without a breaker.`
  const bad = slowSeconds === undefined ? 'would have failed' : 'would have failed or been slow'
  const share = Math.round((100 * badCallsSpared) / judged)
  return `Of 100 rejected calls ${share} ${bad}; ${waited} instead of ${duration(noBreaker.secondsInBadCalls)}.`
}

/**
 * What follows a verdict where the recorded breaker rejected calls: what it rests on, and the other bound.
 *
 * @internal
 */
export const otherEnd = (
  { noBreakerIfUnknownSucceed, ...evidence }: Pick<Evidence, 'noBreakerIfUnknownSucceed' | 'slowSeconds'>,
  { ifUnknownSucceed }: Pick<Verdict, 'ifUnknownSucceed'>
): string =>
  noBreakerIfUnknownSucceed === undefined || ifUnknownSucceed === undefined
    ? ''
    : ` That is if all calls that the recorded breaker rejected would have failed. If all would have succeeded: ${verdict(
        { ...evidence, noBreaker: noBreakerIfUnknownSucceed },
        ifUnknownSucceed
      )}`

/**
 * Seconds in words: `37 s`, `9 min`, `4.4 h`.
 *
 * @example
 * import { duration } from 'breaker-ts/Report'
 *
 * assert.deepStrictEqual([0.25, 37, 540, 16000].map(duration), ['0.25 s', '37 s', '9 min', '4.4 h'])
 *
 * @category words
 * @since 0.1.0
 */
export const duration = (seconds: number): string =>
  seconds < 10
    ? `${Number(seconds.toPrecision(2))} s`
    : seconds < 100
      ? `${Math.round(seconds)} s`
      : seconds < 5400
        ? `${Math.round(seconds / 60)} min`
        : `${Number((seconds / 3600).toPrecision(2))} h`

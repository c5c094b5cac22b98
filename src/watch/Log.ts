/**
 * Log records of what breakers do: flat data for any logger.
 *
 * @since 0.1.0
 */
import { attempt, showGiven } from '../core/InvalidSettings'
import type { Cause, Notice, Observer } from '../shell/Notice'
import { callable, check } from './Given'
import { STATE_NAMES } from './StateName'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A change of state as a log line: flat, and JSON.
 *
 * @category model
 * @since 0.1.0
 */
export interface LogRecord {
  /** `WARN` where the circuit opens. */
  readonly severity: 'INFO' | 'WARN'
  readonly event: 'circuit_breaker.state_change'
  readonly breaker: string
  readonly from: 'closed' | 'open' | 'half_open' | 'isolated' | 'disabled'
  readonly to: 'closed' | 'open' | 'half_open' | 'isolated' | 'disabled'
  /** What led to it, as in `because` of a `Transition`. */
  readonly because: Cause['_tag']
  /** Seconds until a probe may pass, where the circuit opens. */
  readonly retry_after?: number
  /** What the call failed with that led to it, in words of bounded length. */
  readonly error?: string
  /** How many calls were rejected since the change before. Only `logTo` counts them. */
  readonly rejected?: number
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The log record of a notice; `undefined` for calls, since a busy service makes too many of them for a log.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import { manual } from 'breaker-ts/Clock'
 * import type { LogRecord } from 'breaker-ts/Log'
 * import { toLogRecord } from 'breaker-ts/Log'
 *
 * const records: Array<LogRecord> = []
 * const breaker = new CircuitBreaker({
 *   name: 'payments',
 *   failureThreshold: 1,
 *   clock: manual().clock,
 *   observer: (notice) => () => {
 *     const record = toLogRecord(notice)
 *     if (record !== undefined) records.push(record)
 *   }
 * })
 * breaker.recordFailure()
 *
 * assert.deepStrictEqual(records, [
 *   {
 *     severity: 'WARN',
 *     event: 'circuit_breaker.state_change',
 *     breaker: 'payments',
 *     from: 'closed',
 *     to: 'open',
 *     because: 'FailureRecorded',
 *     retry_after: 60
 *   }
 * ])
 *
 * @category constructors
 * @since 0.1.0
 */
export const toLogRecord = (notice: Notice): LogRecord | undefined => {
  if (notice._tag !== 'Transition') return undefined
  const { breaker, from, to, atSeconds, because, error } = notice
  return {
    severity: to._tag === 'Open' ? 'WARN' : 'INFO',
    event: 'circuit_breaker.state_change',
    breaker,
    from: STATE_NAMES[from._tag],
    to: STATE_NAMES[to._tag],
    because: because._tag,
    ...(to._tag === 'Open' ? { retry_after: rounded(to.retryAtSeconds - atSeconds) } : {}),
    ...(error === undefined ? {} : { error: inWords(error) })
  }
}

/**
 * An observer that writes a record of each change of state. Rejected calls are counted, and the record of the next change
 * says how many there were: one line for each open period, however many calls it costs.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import { manual } from 'breaker-ts/Clock'
 * import { logTo } from 'breaker-ts/Log'
 *
 * const lines: Array<string> = []
 * const time = manual()
 * const breaker = new CircuitBreaker({
 *   name: 'payments',
 *   failureThreshold: 1,
 *   clock: time.clock,
 *   observer: logTo(({ severity, from, to, rejected }) => lines.push(`${severity} ${from} -> ${to}, ${rejected ?? 0} rejected`))
 * })
 * breaker.recordFailure()
 * breaker.call(() => 'paid')
 * breaker.call(() => 'paid')
 * time.advance(60)
 * breaker.call(() => 'paid')
 *
 * assert.deepStrictEqual(lines, [
 *   'WARN closed -> open, 0 rejected',
 *   'INFO open -> half_open, 2 rejected',
 *   'INFO half_open -> closed, 0 rejected'
 * ])
 *
 * @category constructors
 * @since 0.1.0
 */
export const logTo = (write: (record: LogRecord) => void): Observer => {
  check({ write: [write, WRITE] })
  const rejections = new Map<string, number>() // of circuits that are not closed: each leaves with its next change
  return (notice) => () => {
    const { breaker } = notice
    if (notice._tag === 'CallRejected') rejections.set(breaker, (rejections.get(breaker) ?? 0) + 1)
    const record = toLogRecord(notice)
    if (record === undefined) return
    const rejected = rejections.get(breaker)
    rejections.delete(breaker)
    write(rejected === undefined ? record : { ...record, rejected })
  }
}

// -------------------------------------------------------------------------------------
// helpers
// -------------------------------------------------------------------------------------

const WRITE = callable('a function that writes a record: (record) => console.log(record)')

// A log needs no twelve decimals.
const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000

const MOST_CHARACTERS = 500 // an error may quote the whole page that a service answered with

// What an operation failed with may be anything: a getter may throw.
const inWords = (error: unknown): string =>
  attempt(() => {
    const { name = 'Error', message } = Object(error) as { readonly name?: string; readonly message?: unknown }
    const text = typeof message === 'string' ? `${name}: ${message}` : error
    return typeof text === 'string' ? text.slice(0, MOST_CHARACTERS) : undefined
  }) ?? showGiven(error)

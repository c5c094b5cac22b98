/**
 * Records what a breaker does, as lines of JSON: the traffic that `breaker-ts/Replay` plays against other settings.
 *
 * @since 0.1.0
 */
import type { Settings } from '../core/Config'
import { wall } from '../shell/Clock'
import type { Notice, Observer } from '../shell/Notice'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The first line of a record.
 *
 * @category model
 * @since 0.1.0
 */
export interface Header {
  readonly _tag: 'Record'
  /** Of the format of the lines that follow. */
  readonly version: 1
  /** The name of the breaker, or of the first one that told something. */
  readonly name: string
  /** The settings that it had, as data; `null` where you have not given them. */
  readonly settings: unknown
  /** What to add to the times of the record, which are those of the breaker's clock, for seconds since 1970. */
  readonly timeOriginSeconds: number
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * An observer that writes a line of JSON for each notice, and a header before the first one. A line ends with a line break.
 * Errors of calls are left out: they are large, and nobody wants them in a file. Give it the settings, so that the record
 * says what it is of.
 *
 * `recordSuccess` and `recordFailure` are told to an observer only where they change the lifecycle of the circuit, so those
 * that only count are not in a record. A replay of it then counts less than the breaker did.
 *
 * Files, their size and their number are your logger's business: lines of a second file that has no header are read too.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import { record } from 'breaker-ts/Record'
 *
 * const lines: Array<string> = []
 * const settings = { name: 'payments', failureThreshold: 3 }
 * const breaker = new CircuitBreaker({ ...settings, observer: record((line) => lines.push(line), settings) })
 *
 * breaker.call(() => 'paid')
 * assert.deepStrictEqual(
 *   lines.map((line) => JSON.parse(line)._tag),
 *   ['Record', 'CallAdmitted', 'CallEnded']
 * )
 *
 * @category constructors
 * @since 0.1.0
 */
export const record = (write: (line: string) => unknown, settings?: Settings): Observer => {
  let isHeaded = false
  return (notice) => () => {
    if (!isHeaded) {
      isHeaded = true
      write(lineOf(headerOf(notice, settings)))
    }
    write(lineOf(withoutError(notice)))
  }
}

const lineOf = (data: object): string => `${JSON.stringify(data)}\n`

const headerOf = ({ breaker, atSeconds }: Notice, settings: Settings | undefined): Header => ({
  _tag: 'Record',
  version: 1,
  name: settings?.name ?? breaker,
  settings: settings === undefined ? null : dataOf(settings),
  timeOriginSeconds: wall() - atSeconds
})

// What a settings file may hold. Policies know their data.
const SETTINGS: ReadonlyArray<keyof Settings> = [
  'name',
  'failureThreshold',
  'trip',
  'window',
  'recoveryTimeoutSeconds',
  'halfOpenMaxProbes',
  'halfOpenSuccessThreshold',
  'halfOpenMaxFailures',
  'probeTimeoutSeconds',
  'maxRetryAfterSeconds'
]

const dataOf = (settings: Settings): unknown =>
  Object.fromEntries(SETTINGS.filter((name) => settings[name] !== undefined).map((name) => [name, settings[name]]))

const withoutError = (notice: Notice): object => {
  if (!('error' in notice)) return notice
  const { error: _, ...rest } = notice
  return rest
}

/**
 * Metrics, span attributes and log records of breakers for OpenTelemetry, without a dependency on it: a meter, a span and a
 * logger come in by their shape.
 *
 * @since 0.1.0
 */
import type { Rule } from '../core/InvalidSettings'
import type { Clock } from '../shell/Clock'
import { monotonic } from '../shell/Clock'
import type { CallEnded, Notice, Observer, Transition } from '../shell/Notice'
import type { Outcome } from '../shell/Outcome'
import type { Family, Labels } from './Families'
import { FAMILIES } from './Families'
import { callable, check, withMethods } from './Given'
import type { LogRecord } from './Log'
import { logTo } from './Log'
import type { Metrics, Observed } from './Metrics'
import { BOUNDS, CLOCK, collect } from './Metrics'
import { STATE_NAMES } from './StateName'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export type Attributes = Record<string, string | number>

/**
 * An instrument whose numbers are asked for when metrics are collected.
 *
 * @category model
 * @since 0.1.0
 */
export type ObservableLike = object

/**
 * @category model
 * @since 0.1.0
 */
export interface ResultLike {
  observe(instrument: ObservableLike, value: number, attributes?: Attributes): void
}

/**
 * @category model
 * @since 0.1.0
 */
export interface HistogramLike {
  record(value: number, attributes?: Attributes): void
}

/**
 * @category model
 * @since 0.1.0
 */
export interface InstrumentOptions {
  readonly description: string
  readonly unit: string
  readonly advice?: { explicitBucketBoundaries: Array<number> }
}

/**
 * A `Meter` of `@opentelemetry/api`.
 *
 * @category model
 * @since 0.1.0
 */
export interface MeterLike {
  createObservableCounter(name: string, options: InstrumentOptions): ObservableLike
  createObservableUpDownCounter(name: string, options: InstrumentOptions): ObservableLike
  createHistogram(name: string, options: InstrumentOptions): HistogramLike
  addBatchObservableCallback(callback: (result: ResultLike) => void, instruments: Array<ObservableLike>): void
}

/**
 * A `Span` of `@opentelemetry/api`.
 *
 * @category model
 * @since 0.1.0
 */
export interface SpanLike {
  isRecording(): boolean
  setAttributes(attributes: Attributes): unknown
}

/**
 * A `Logger` of `@opentelemetry/api-logs`.
 *
 * @category model
 * @since 0.1.0
 */
export interface LoggerLike {
  emit(record: {
    eventName: string
    severityNumber: number
    severityText: string
    body: string
    attributes: Attributes
  }): void
}

/**
 * @category model
 * @since 0.1.0
 */
export interface TelemetryOptions {
  /** The clock of the breakers. Default `monotonic` of `breaker-ts/Clock`. */
  readonly clock?: Clock | undefined
  /**
   * How many names there may be, an integer > 0. Default 100: collectors and SDKs drop what is too much. Further breakers are
   * counted under the part of their name before a `/`, and others as `other`.
   */
  readonly maxNames?: number | undefined
  /** Whether each key of a registry has a name. Default false: they are counted under the name of the registry. */
  readonly perKey?: boolean | undefined
  /** Whether the histogram `circuit_breaker.call.duration` is recorded. Default false: it takes 51 series for each breaker. */
  readonly durations?: boolean | undefined
}

// -------------------------------------------------------------------------------------
// metrics
// -------------------------------------------------------------------------------------

/**
 * Reports metrics of breakers by a meter: the setting `observer` of breakers and registries, and `watch`, which has their state
 * read at each collection. Watch every breaker: a state that time has changed, and a breaker that nobody has called yet, are
 * seen only so.
 *
 * Calls are counted in memory and reported at collection, so a call costs the same whatever the SDK does. Get the meter after
 * the SDK has started: one from before reports nothing. Throws `InvalidSettings` where the meter or an option is wrong.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import type { MeterLike } from 'breaker-ts/OpenTelemetry'
 * import { instrument } from 'breaker-ts/OpenTelemetry'
 *
 * // In a service: metrics.getMeter('breaker-ts'). This one collects when it is told to.
 * const seen: Record<string, number> = {}
 * let collect = (): void => undefined
 * const meter: MeterLike = {
 *   createObservableCounter: (name) => ({ name }),
 *   createObservableUpDownCounter: (name) => ({ name }),
 *   createHistogram: () => ({ record: () => undefined }),
 *   addBatchObservableCallback: (callback) => {
 *     const observe = (instrument: object, value: number, attributes = {}) => {
 *       seen[[...Object.values(instrument), ...Object.values(attributes)].join(' ')] = value
 *     }
 *     collect = () => callback({ observe })
 *   }
 * }
 * const { observer, watch } = instrument(meter)
 * const breaker = watch(new CircuitBreaker({ name: 'payments', observer }))
 * breaker.call(() => 'paid')
 * collect()
 *
 * assert.strictEqual(seen['circuit_breaker.calls payments success'], 1)
 * assert.strictEqual(seen['circuit_breaker.state payments closed'], 1)
 *
 * @category metrics
 * @since 0.1.0
 */
export const instrument = (meter: MeterLike, options: TelemetryOptions = {}): Pick<Observed, 'observer' | 'watch'> => {
  check({ meter: [meter, METER] }, [options, OPTIONS])
  const { clock = monotonic, maxNames = 100, perKey = false, durations = false } = options
  const { observer, metrics, watch, nameOf } = collect(clock, { maxNames, perKey })
  const instruments = FAMILIES.map(
    (family) => [family, (family.isCounter ? counterOf : upDownCounterOf)(meter, family)] as const
  )
  meter.addBatchObservableCallback(
    (result) => report(result, instruments, metrics()),
    instruments.map(([, instrument]) => instrument)
  )
  if (!durations) return { observer, watch }
  const time = timing(meter, nameOf)
  return {
    observer: (notice) => () => {
      observer(notice)()
      if (notice._tag === 'CallEnded') time(notice)
    },
    watch
  }
}

const METER = withMethods(
  ['createObservableCounter', 'createObservableUpDownCounter', 'createHistogram', 'addBatchObservableCallback'],
  "a Meter of @opentelemetry/api: metrics.getMeter('breaker-ts')"
)

const OPTIONS: Readonly<Record<keyof TelemetryOptions, Rule>> = {
  clock: CLOCK,
  ...BOUNDS,
  durations: BOUNDS.perKey
}

const counterOf = (meter: MeterLike, { name, description, unit }: Family): ObservableLike =>
  meter.createObservableCounter(`circuit_breaker.${name}`, { description, unit })

const upDownCounterOf = (meter: MeterLike, { name, description, unit }: Family): ObservableLike =>
  meter.createObservableUpDownCounter(`circuit_breaker.${name}`, { description, unit })

const report = (
  result: ResultLike,
  instruments: ReadonlyArray<readonly [Family, ObservableLike]>,
  metrics: Readonly<Record<string, Metrics>>
): void =>
  instruments.forEach(([{ samples }, instrument]) =>
    Object.entries(metrics).forEach(([name, told]) =>
      samples(told).forEach(([value, labels]) => result.observe(instrument, value, attributesFor(name, labels)))
    )
  )

const attributesFor = (name: string, { outcome, reason, state }: Labels): Attributes => ({
  [NAME]: name,
  ...(outcome === undefined ? {} : { [OUTCOME]: outcome }),
  ...(reason === undefined ? {} : { [REASON]: reason }),
  ...(state === undefined ? {} : { [STATE]: state })
})

// -------------------------------------------------------------------------------------
// durations
// -------------------------------------------------------------------------------------

// Those that the semantic conventions of HTTP advise.
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

// A call must not pay for attributes: those of each name and outcome are made once, and the names are bounded.
const timing = (meter: MeterLike, nameOf: (breaker: string) => string): ((ended: CallEnded) => void) => {
  const histogram = meter.createHistogram('circuit_breaker.call.duration', {
    description: 'How long calls took that were let through',
    unit: 's',
    advice: { explicitBucketBoundaries: BOUNDARIES }
  })
  const attributesOf = new Map<string, Readonly<Record<Outcome['_tag'], Attributes>>>()
  return ({ breaker, outcome, elapsedSeconds }) => {
    const name = nameOf(breaker)
    const known = attributesOf.get(name) ?? byOutcome(name)
    attributesOf.set(name, known)
    histogram.record(elapsedSeconds, known[outcome._tag])
  }
}

const byOutcome = (breaker: string): Readonly<Record<Outcome['_tag'], Attributes>> => ({
  Success: { [NAME]: breaker, [OUTCOME]: OUTCOME_NAMES.Success },
  Failure: { [NAME]: breaker, [OUTCOME]: OUTCOME_NAMES.Failure },
  Neutral: { [NAME]: breaker, [OUTCOME]: OUTCOME_NAMES.Neutral }
})

// -------------------------------------------------------------------------------------
// spans
// -------------------------------------------------------------------------------------

/**
 * An observer that says on the caller's span how its calls went: that one was rejected, why and for how long, how one ended, and
 * the state that the circuit entered, on the span of the call that made it. It makes no span, and changes no status.
 *
 * Of several calls in one span the last one counts. Where they are of several breakers, the span tells of one of them: the first
 * one that failed, was rejected, or changed its state.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import type { Attributes } from 'breaker-ts/OpenTelemetry'
 * import { spans } from 'breaker-ts/OpenTelemetry'
 *
 * const attributes: Attributes = {}
 * const span = { isRecording: () => true, setAttributes: (set: Attributes) => Object.assign(attributes, set) }
 * const observer = spans(() => span) // spans(() => trace.getActiveSpan()) with @opentelemetry/api
 * const breaker = new CircuitBreaker({ name: 'payments', observer })
 *
 * breaker.isolate()
 * breaker.call(() => 'paid')
 *
 * assert.deepStrictEqual(attributes, {
 *   'circuit_breaker.name': 'payments',
 *   'circuit_breaker.state': 'isolated',
 *   'circuit_breaker.outcome': 'rejected',
 *   'circuit_breaker.rejection.reason': 'isolated'
 * })
 *
 * @category spans
 * @since 0.1.0
 */
export const spans = (activeSpan: () => SpanLike | undefined): Observer => {
  check({ activeSpan: [activeSpan, ACTIVE_SPAN] })
  const tellers = new WeakMap<SpanLike, Teller>()
  return (notice) => () => {
    const attributes = attributesOf(notice)
    if (attributes === undefined) return
    const span = activeSpan()
    if (span === undefined || !span.isRecording()) return
    const { breaker } = notice
    const known = tellers.get(span)
    const mine = known?.breaker === breaker ? known : undefined
    if (known?.isNotable === true && mine === undefined) return
    span.setAttributes(attributes)
    const isNotable = mine?.isNotable === true || !isCalm(notice)
    if (isNotable !== mine?.isNotable) tellers.set(span, { breaker, isNotable })
  }
}

const ACTIVE_SPAN = callable('a function that returns the active span: () => trace.getActiveSpan()')

/** The breaker that a span tells of. */
interface Teller {
  readonly breaker: string
  readonly isNotable: boolean
}

const attributesOf = (notice: Notice): Attributes | undefined => {
  switch (notice._tag) {
    case 'CallEnded':
      return { [NAME]: notice.breaker, [OUTCOME]: OUTCOME_NAMES[notice.outcome._tag] }
    case 'CallRejected': {
      const { reason, retryAfterSeconds } = notice.rejection
      return {
        [NAME]: notice.breaker,
        [OUTCOME]: 'rejected',
        [REASON]: reason,
        ...(retryAfterSeconds === undefined ? {} : { [RETRY_AFTER]: retryAfterSeconds })
      }
    }
    case 'Transition':
      return isOfCall(notice) ? { [NAME]: notice.breaker, [STATE]: STATE_NAMES[notice.to._tag] } : undefined
    default:
      return undefined
  }
}

const isCalm = (notice: Notice): boolean => notice._tag === 'CallEnded' && notice.outcome._tag !== 'Failure'

// What time has done, or another process, is told with the next call, and was not done by it. Nor is what a call of another key
// of a registry evicts.
const NOT_OF_THE_CALL: ReadonlyArray<string> = ['RecoveryTimeoutElapsed', 'ProbeTimedOut', 'Remote', 'Evicted']

const isOfCall = ({ because }: Transition): boolean => !NOT_OF_THE_CALL.includes(because._tag)

// -------------------------------------------------------------------------------------
// logs
// -------------------------------------------------------------------------------------

/**
 * An observer that emits a log record for each change of state, as an event of OpenTelemetry: `WARN` where the circuit opens.
 * Other loggers take the records of `breaker-ts/Log`.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import { logs } from 'breaker-ts/OpenTelemetry'
 *
 * const bodies: Array<string> = []
 * const observer = logs({ emit: ({ severityText, body }) => bodies.push(`${severityText} ${body}`) }) // logs.getLogger(...)
 * const breaker = new CircuitBreaker({ name: 'payments', failureThreshold: 1, observer })
 * breaker.recordFailure()
 *
 * assert.deepStrictEqual(bodies, ["WARN Circuit breaker 'payments': closed -> open (FailureRecorded)"])
 *
 * @category logs
 * @since 0.1.0
 */
export const logs = (logger: LoggerLike): Observer => {
  check({ logger: [logger, LOGGER] })
  return logTo((record) => logger.emit(toEvent(record)))
}

const LOGGER = withMethods(['emit'], "a Logger of @opentelemetry/api-logs: logs.getLogger('breaker-ts')")

const toEvent = (record: LogRecord): Parameters<LoggerLike['emit']>[0] => {
  const { severity, event, breaker, from, to, because, retry_after, rejected, error } = record
  return {
    eventName: event,
    severityNumber: severity === 'WARN' ? 13 : 9,
    severityText: severity,
    body: `Circuit breaker '${breaker}': ${from} -> ${to} (${because})`,
    attributes: {
      [NAME]: breaker,
      [STATE]: to,
      'circuit_breaker.previous_state': from,
      'circuit_breaker.cause': because,
      ...(retry_after === undefined ? {} : { [RETRY_AFTER]: retry_after }),
      ...(rejected === undefined ? {} : { 'circuit_breaker.rejected_calls': rejected }),
      ...(error === undefined ? {} : { 'exception.message': error })
    }
  }
}

// -------------------------------------------------------------------------------------
// names
// -------------------------------------------------------------------------------------

const NAME = 'circuit_breaker.name'
const OUTCOME = 'circuit_breaker.outcome'
const REASON = 'circuit_breaker.rejection.reason'
const RETRY_AFTER = 'circuit_breaker.retry_after'
const STATE = 'circuit_breaker.state'

const OUTCOME_NAMES = { Success: 'success', Failure: 'failure', Neutral: 'neutral' } as const

/**
 * Reads logs as traffic: records of this library, access logs of nginx, Envoy and AWS, spans, tables, and results of load tests.
 *
 * It is fed text piece by piece, so a log is never held as a whole, in a browser or anywhere else. What it cannot read it
 * counts, and shows the first three.
 *
 * @since 0.1.0
 */
import { alb } from './AlbLog'
import { columnsOf, csv, isHeader, jmeter } from './CsvLog'
import { envoy } from './EnvoyLog'
import { k6 } from './K6Log'
import type { Item, Lines, Request } from './LogLine'
import { endingOfStatus, failing, jsonIn } from './LogLine'
import { nginx } from './NginxLog'
import type { Header } from './Record'
import { recorded } from './RecordLog'
import { Sorter } from './Sorter'
import { spans } from './SpanLog'
import type { Call, Traffic } from './Traffic'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The formats, by name.
 *
 * @category model
 * @since 0.1.0
 */
export type Format = 'record' | 'nginx' | 'envoy' | 'alb' | 'otlp' | 'jaeger' | 'csv' | 'jmeter' | 'k6'

/**
 * How a log is read.
 *
 * @category model
 * @since 0.1.0
 */
export interface ReaderOptions {
  /** Default: what the first lines look like. */
  readonly format?: Format | undefined
  /** The field that calls are grouped by, with a breaker for each: `host`, `upstream`, or any field that the log has. */
  readonly key?: string | undefined
  /** Which statuses are failures. Default `5xx,408,429`. */
  readonly classify?: string | undefined
  /** Other names for the columns of CSV, and their units: `time=startMs:ms,duration=durationUs:us`. */
  readonly columns?: string | undefined
  /** Whether it is known what is slow, so that a table needs no status. */
  readonly isSlowKnown?: boolean | undefined
  /** Spreads times that are in whole seconds. Default 1. */
  readonly seed?: number | undefined
}

/**
 * A line that could not be read.
 *
 * @category model
 * @since 0.1.0
 */
export interface WrongLine {
  /** From 1. */
  readonly line: number
  readonly given: string
  readonly expected: string
}

/**
 * What a reader has seen.
 *
 * @category model
 * @since 0.1.0
 */
export interface Seen {
  readonly format: Format | undefined
  readonly lines: number
  readonly calls: number
  readonly wrong: number
  /** The first three of the lines that were wrong. */
  readonly firstWrong: ReadonlyArray<WrongLine>
  /** Calls without a duration: they count as if they had taken no time. */
  readonly untimed: number
  /** Calls that were spread over a second, as no time of the log has a part of one. */
  readonly inWholeSeconds: number
  /** The header of a record. */
  readonly header: Header | undefined
}

/**
 * Reads text piece by piece. Calls come in the order of their starts.
 *
 * @category model
 * @since 0.1.0
 */
export interface Reader {
  readonly add: (text: string) => ReadonlyArray<Traffic>
  /** The text has ended: gives what was held back. */
  readonly end: () => ReadonlyArray<Traffic>
  readonly seen: () => Seen
}

/**
 * The formats, with what they are of.
 *
 * @example
 * import { formats } from 'breaker-ts/LogReader'
 *
 * assert.deepStrictEqual(Object.keys(formats), [
 *   'record', 'nginx', 'envoy', 'alb', 'otlp', 'jaeger', 'csv', 'jmeter', 'k6'
 * ])
 *
 * @category model
 * @since 0.1.0
 */
export const formats: Readonly<Record<Format, string>> = {
  record: 'what record(write) of breaker-ts/Record writes',
  nginx: 'access log of nginx, combined with $request_time at its end, or JSON',
  envoy: 'access log of Envoy or Istio, text or JSON',
  alb: 'access log of an AWS Application Load Balancer',
  otlp: 'client spans of OpenTelemetry, OTLP JSON',
  jaeger: 'client spans of Jaeger, JSON',
  csv: 'a table with the columns time, duration and status',
  jmeter: 'results of JMeter, JTL as CSV',
  k6: 'results of k6, JSON'
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Reads a log. An option that is wrong throws a `RangeError` that says what is expected.
 *
 * @example
 * import { reader } from 'breaker-ts/LogReader'
 *
 * const { add, end, seen } = reader()
 *
 * const calls = [...add('time,duration,status\n0.5,0.2,200\n1,2'), ...add(',503\n2,oops,200\n'), ...end()]
 *
 * assert.deepStrictEqual(calls, [
 *   { startSeconds: 0.5, seconds: 0.2, outcome: 'success' },
 *   { startSeconds: 1, seconds: 2, outcome: 'failure' }
 * ])
 * assert.deepStrictEqual(seen().firstWrong, [
 *   { line: 4, given: '2,oops,200', expected: 'a duration in duration, in seconds' }
 * ])
 *
 * @category constructors
 * @since 0.1.0
 */
export const reader = (options: ReaderOptions = {}): Reader => new LogReader(options)

const DEFAULT_FAILURES = '5xx,408,429'
const SHOWN_LINES = 3
const LOOKED_AT_LINES = 20
const SHOWN_CHARACTERS = 120

class LogReader implements Reader {
  private readonly isFailing: (status: number) => boolean
  private readonly columns
  private readonly sorter: Sorter
  private lines: Lines | undefined
  private rest = ''
  private format: Format | undefined
  private header: Header | undefined
  /** Lines, as long as it is not known what they are. */
  private readonly first: Array<{ readonly line: string; readonly at: number }> = []
  private read = 0
  private at = 0
  private calls = 0
  private wrong = 0
  private readonly firstWrong: Array<WrongLine> = []
  private untimed = 0

  constructor(private readonly options: ReaderOptions) {
    const { classify = DEFAULT_FAILURES, columns } = options
    this.isFailing =
      failing(classify) ?? refuse(`given ${classify}, expected a list of statuses that are failures, as in 5xx,408,429`)
    const named = columns === undefined ? {} : columnsOf(columns)
    this.columns = typeof named === 'string' ? refuse(named) : named
    this.format = options.format
    this.sorter = new Sorter(options.seed ?? 1)
    this.add = this.add.bind(this)
    this.end = this.end.bind(this)
    this.seen = this.seen.bind(this)
  }

  add(text: string): ReadonlyArray<Traffic> {
    const found = (this.rest + text).split('\n')
    this.rest = found.pop() as string
    return found.flatMap((line) => this.line(line))
  }

  end(): ReadonlyArray<Traffic> {
    const last = this.rest === '' ? [] : this.line(this.rest)
    this.rest = ''
    const first = this.begin()
    const late = (this.lines?.end() ?? []).flatMap((item) => this.item(item, ''))
    return [...last, ...first, ...late, ...this.sorter.end()]
  }

  seen(): Seen {
    const { format, read, calls, wrong, firstWrong, untimed, sorter, header } = this
    return {
      format,
      lines: read,
      calls,
      wrong,
      firstWrong: [...firstWrong],
      untimed,
      inWholeSeconds: sorter.spread,
      header
    }
  }

  private line(given: string): ReadonlyArray<Traffic> {
    this.read++
    this.at = this.read
    const line = given.trim()
    if (line === '') return []
    if (this.lines !== undefined) return this.take(this.lines, line)
    this.first.push({ line, at: this.at })
    this.format ??= this.looksLike(line)
    return this.format === undefined && this.first.length < LOOKED_AT_LINES ? [] : this.begin()
  }

  private take(lines: Lines, line: string): ReadonlyArray<Traffic> {
    return lines.read(line).flatMap((item) => this.item(item, line))
  }

  // The first lines tell what the log is: one that is damaged spoils itself only.
  private looksLike(line: string): Format | undefined {
    const isOpen = this.first.some((one) => one.line.startsWith('{'))
    return (
      (isOpen ? documentLooksLike(line) : undefined) ??
      looksLike(line) ??
      (isHeader(this.columns, this.options.isSlowKnown === true, line) ? 'csv' : undefined)
    )
  }

  private begin(): ReadonlyArray<Traffic> {
    const first = this.first.splice(0)
    if (first.length === 0) return []
    const lines = this.linesOf(first[0]?.line.startsWith('{') === true ? 'otlp' : 'csv')
    this.lines = lines
    return first.flatMap(({ line, at }) => {
      this.at = at
      return this.take(lines, line)
    })
  }

  private linesOf(otherwise: Format): Lines {
    this.format ??= otherwise
    switch (this.format) {
      case 'record':
        return recorded((header) => (this.header ??= header))
      case 'nginx':
        return nginx()
      case 'envoy':
        return envoy()
      case 'alb':
        return alb()
      case 'otlp':
      case 'jaeger':
        return spans(this.format)
      case 'csv':
        return csv(this.columns, this.options.isSlowKnown === true)
      case 'jmeter':
        return jmeter()
      case 'k6':
        return k6()
    }
  }

  private item(item: Item, line: string): ReadonlyArray<Traffic> {
    if (item._tag === 'Told') {
      if (item.notice._tag === 'CallAdmitted' || item.notice._tag === 'CallRejected') this.calls++
      return [item.notice]
    }
    if (item._tag === 'Wrong') return this.refused(line, item.expected)
    const key = this.options.key === undefined ? undefined : keyOf(item.fields, this.options.key)
    if (this.options.key !== undefined && key === undefined)
      return this.refused(line, `a field ${this.options.key} (it has ${Object.keys(item.fields).join(', ')})`)
    this.calls++
    if (item.seconds === undefined) this.untimed++
    return this.sorter.add(this.callOf(item, key), item.isWhole, item.isEnd)
  }

  private callOf({ atSeconds, isEnd, seconds = 0, status, retryAfterSeconds }: Request, key: string | undefined): Call {
    return {
      startSeconds: isEnd ? atSeconds - seconds : atSeconds,
      seconds,
      outcome: endingOfStatus(status, this.isFailing),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      ...(key === undefined ? {} : { key })
    }
  }

  private refused(line: string, expected: string): ReadonlyArray<Traffic> {
    this.wrong++
    if (this.firstWrong.length < SHOWN_LINES)
      this.firstWrong.push({ line: this.at, given: line.slice(0, SHOWN_CHARACTERS), expected })
    return []
  }
}

const refuse = (message: string): never => {
  throw new RangeError(message)
}

// -------------------------------------------------------------------------------------
// fields
// -------------------------------------------------------------------------------------

const OTHER_NAMES: Readonly<Record<string, ReadonlyArray<string>>> = {
  host: ['http_host', 'server_name', 'authority', 'domain_name', ':authority'],
  upstream: ['upstream_addr', 'upstream_cluster', 'upstream_host', 'target_group_arn', 'target'],
  service: ['service.name', 'peer.service'],
  label: ['name']
}

const keyOf = (fields: Readonly<Record<string, unknown>>, name: string): string | undefined => {
  const found = [name, ...(OTHER_NAMES[name] ?? [])].map((known) => fields[known])
  return found.map((field) => (typeof field === 'number' ? String(field) : field)).find(isText)
}

const isText = (field: unknown): field is string => typeof field === 'string' && field !== ''

// -------------------------------------------------------------------------------------
// looks
// -------------------------------------------------------------------------------------

const looksLike = (line: string): Format | undefined => {
  if (line.startsWith('{')) return jsonLooksLike(line)
  if (/^\[\d{4}-/.test(line)) return 'envoy'
  if (/^(https?|h2|grpcs|wss?) \d{4}-/.test(line)) return 'alb'
  if (/^\S+ \S+ .+? \[\d\d\/\w{3}\/\d{4}:/.test(line)) return 'nginx'
  return /(^|,)timeStamp,/.test(line) && line.includes('elapsed') ? 'jmeter' : undefined
}

// A document over many lines.
const documentLooksLike = (line: string): Format | undefined =>
  /^\{?\s*"resourceSpans"\s*:/.test(line) ? 'otlp' : /^\{?\s*"data"\s*:\s*\[/.test(line) ? 'jaeger' : undefined

const jsonLooksLike = (line: string): Format | undefined => {
  const read = jsonIn(line)
  if (typeof read !== 'object' || read === null) return undefined
  if ('_tag' in read) return 'record'
  if ('resourceSpans' in read) return 'otlp'
  if ('data' in read && !('metric' in read)) return 'jaeger'
  if ('metric' in read) return 'k6'
  return 'start_time' in read ? 'envoy' : 'nginx'
}

/**
 * Tables of calls: CSV with named columns, and the results of JMeter, which are such a table.
 *
 * @since 0.1.0
 */
import type { Item, Lines } from './LogLine'
import { isoSeconds, isWholeIso, numberIn, request, wrong } from './LogLine'
import type { Ending } from './Traffic'

// -------------------------------------------------------------------------------------
// columns
// -------------------------------------------------------------------------------------

/** @internal */
export interface Column {
  readonly name: string
  /** How many of its units make a second. */
  readonly perSecond: number
}

/** @internal */
export type Role = 'time' | 'end' | 'duration' | 'status' | 'retryAfter'

/** @internal */
export type Columns = Readonly<Partial<Record<Role, Column>>>

const ROLES: ReadonlyArray<string> = ['time', 'end', 'duration', 'status', 'retryAfter']

const UNITS: Readonly<Record<string, number>> = { s: 1, ms: 1e3, us: 1e6, ns: 1e9 }

/**
 * Reads `time=startMs:ms,duration=durationUs:us`; a text says what is wrong.
 *
 * @internal
 */
export const columnsOf = (text: string): Columns | string => {
  const parts = text.split(',').map((part) => /^(\w+)=(.+?)(?::([^:]*))?$/.exec(part.trim()))
  const bad = parts.findIndex(
    (part) => part === null || !ROLES.includes(part[1] as string) || !/^(?:s|ms|us|ns)$/.test(part[3] ?? 's')
  )
  if (bad >= 0)
    return `given ${text.split(',')[bad]}, expected ${ROLES.join(', ')} with the name of a column, and its unit s, ms, us or ns: time=startMs:ms`
  return Object.fromEntries(
    parts.map((part) => {
      const [, role, name, unit = 's'] = part as RegExpExecArray
      return [role, { name, perSecond: UNITS[unit] }]
    })
  ) as Columns
}

const seconds = (name: string): Column => ({ name, perSecond: 1 })

const CSV: Columns = { time: seconds('time'), duration: seconds('duration'), status: seconds('status') }

// -------------------------------------------------------------------------------------
// table
// -------------------------------------------------------------------------------------

const cells = (line: string): ReadonlyArray<string> =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain as string).trim() : quoted.replace(/""/g, '"')
  )

type Row = Readonly<Record<string, string | undefined>>

// A line that names the columns begins a table: a file that follows another one has its own.
const table = (check: (names: ReadonlyArray<string>) => string | undefined, read: (row: Row) => Item): Lines => {
  let names: ReadonlyArray<string> = []
  let refused: string | undefined
  const isFull = (line: string): boolean => names.length === 0 || cells(line).length === names.length
  return whole(isFull, (line) => {
    const found = cells(line)
    const isHeader = numberIn(found[0]) === undefined && check(found) === undefined
    if (isHeader || names.length === 0) {
      names = found
      refused = check(found)
      return refused === undefined ? undefined : wrong(refused)
    }
    if (refused !== undefined) return undefined // said once
    return found.length === names.length
      ? read(Object.fromEntries(names.map((name, i) => [name, found[i]])))
      : wrong(`${names.length} columns, as the header has: ${names.join(', ')}`)
  })
}

const MOST_LINES = 1000

const QUOTED = /(^|,)"(?:[^"]|"")*"(?=,|$)/g

const opens = (line: string): boolean => /(?:^|,)"[^"]*(?:"[^"]*"[^"]*)*$/.test(line.replace(QUOTED, '$1'))

// What follows a closing quote is a comma or the end.
const isSound = (text: string): boolean => !/(?:^|,)"/.test(text.replace(QUOTED, '$1'))

const closes = (line: string): boolean => line.split('"').length % 2 === 0

// Rows, which may have line breaks in their quotes. A quote that nothing ends spoils its line only.
const whole = (isFull: (text: string) => boolean, row: (text: string) => Item | undefined): Lines => {
  let open: Array<string> = []
  const item = (text: string): ReadonlyArray<Item> => [row(text)].filter((one) => one !== undefined)
  const giveUp = (): ReadonlyArray<Item> => {
    const [first, ...rest] = open as [string, ...ReadonlyArray<string>]
    open = []
    return [...item(first), ...rest.flatMap(read)]
  }
  const read = (line: string): ReadonlyArray<Item> => {
    if (open.length === 0 && !opens(line)) return item(line)
    open.push(line)
    if (open.length === 1 || !closes(line)) return open.length < MOST_LINES ? [] : giveUp()
    const text = open.join('\n')
    if (!isFull(text) || !isSound(text)) return giveUp()
    open = []
    return item(text)
  }
  const end = (): ReadonlyArray<Item> => (open.length === 0 ? [] : [...giveUp(), ...end()])
  return { read, end }
}

const columnsWith = (given: Columns): Columns & Required<Pick<Columns, 'time' | 'duration' | 'status'>> => {
  const { end, ...rest } = { ...CSV, ...given }
  return (end === undefined ? rest : { ...rest, time: end }) as ReturnType<typeof columnsWith>
}

const checkOf =
  (given: Columns, isSlowKnown: boolean) =>
  (names: ReadonlyArray<string>): string | undefined => {
    const missing = Object.entries(columnsWith(given)).filter(
      ([role, column]) =>
        !names.includes(column.name) && !(role === 'status' && given.status === undefined && isSlowKnown)
    )
    return missing.length === 0
      ? undefined
      : `a header with ${missing.map(([, { name }]) => name).join(', ')} (it has ${names.join(', ')})`
  }

/**
 * Whether a line names the columns.
 *
 * @internal
 */
export const isHeader = (given: Columns, isSlowKnown: boolean, line: string): boolean =>
  checkOf(given, isSlowKnown)(cells(line)) === undefined

/**
 * @internal
 */
export const csv = (given: Columns, isSlowKnown: boolean): Lines => {
  const { time, duration, status, retryAfter } = columnsWith(given)
  return table(checkOf(given, isSlowKnown), (row) => {
    const at = row[time.name]
    const [number, length] = [numberIn(at), numberIn(row[duration.name])]
    const ending = statusIn(row[status.name])
    const asked = retryAfter === undefined ? undefined : numberIn(row[retryAfter.name])
    if (length === undefined) return wrong(`a duration in ${duration.name}, in seconds`)
    if (ending === undefined) return wrong(`an HTTP status in ${status.name}, or success, failure, neutral, unknown`)
    return request(number === undefined ? isoSeconds(at) : number / time.perSecond, {
      isEnd: given.end !== undefined,
      // The text decides: 1795776000.000 is exact.
      isWhole: number === undefined ? isWholeIso(at) : time.perSecond === 1 && number > 1e9 && /^\d+$/.test(`${at}`),
      seconds: length / duration.perSecond,
      status: ending,
      retryAfterSeconds: asked === undefined ? undefined : asked / (retryAfter as Column).perSecond,
      fields: row
    })
  })
}

const WORDS: Readonly<Record<string, Ending>> = {
  success: 'success',
  ok: 'success',
  true: 'success',
  failure: 'failure',
  failed: 'failure',
  error: 'failure',
  timeout: 'failure',
  false: 'failure',
  neutral: 'neutral',
  cancelled: 'neutral',
  unknown: 'unknown',
  rejected: 'unknown'
}

const statusIn = (text: string | undefined): number | Ending | undefined => {
  if (text === undefined) return 'success' // no such column: only how long it took is known
  const status = numberIn(text)
  if (status === 0) return 'failure' // no answer
  if (status !== undefined) return Number.isInteger(status) && status >= 100 && status < 600 ? status : undefined
  return WORDS[text.toLowerCase()]
}

// -------------------------------------------------------------------------------------
// JMeter
// -------------------------------------------------------------------------------------

const JTL = ['timeStamp', 'elapsed', 'responseCode', 'success']

/**
 * Its `timeStamp` is the start of a sample, as JMeter's own properties file has it.
 *
 * @internal
 */
export const jmeter = (): Lines =>
  table(
    (names) => {
      const missing = JTL.filter((name) => !names.includes(name))
      return missing.length === 0 ? undefined : `a header of JMeter with ${missing.join(', ')}`
    },
    (row) => {
      const [at, elapsed, status] = [
        numberIn(row['timeStamp']),
        numberIn(row['elapsed']),
        numberIn(row['responseCode'])
      ]
      if (at === undefined || elapsed === undefined) return wrong('timeStamp and elapsed in milliseconds')
      const failed = row['success'] !== 'true'
      return request(at / 1000, {
        isEnd: false,
        seconds: elapsed / 1000,
        // Without a status, or where an assertion failed on a good one, JMeter's own word counts.
        status: status === undefined || (failed && status < 400) ? (failed ? 'failure' : 'success') : status,
        fields: row
      })
    }
  )

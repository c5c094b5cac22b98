/**
 * The access log of nginx: combined, with what its tail says, and JSON.
 *
 * Its times are those of the end of a request, in whole seconds unless there is `$msec`.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'

import type { Item, Lines } from './LogLine'
import { isoSeconds, isWholeIso, jsonIn, lineByLine, numberIn, request, words, wrong } from './LogLine'

const EXPECTED = 'a line of nginx: combined with $request_time at its end, or JSON'

/** @internal */
export const nginx = (): Lines => lineByLine((line) => (line.startsWith('{') ? json(line) : combined(line)))

// -------------------------------------------------------------------------------------
// text
// -------------------------------------------------------------------------------------

const COMBINED = /^(\S+) \S+ (.+?) \[([^\]]+)\] "((?:[^"\\]|\\.)*)" (\d{3}) (\d+|-)(?: (.*))?$/

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const TIME = /^(\d\d)\/(\w{3})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)$/

const timeLocal = (text: string): number | undefined => {
  const [, day, month = '', year, time, zone, more] = TIME.exec(text) ?? []
  const of = String(MONTHS.indexOf(month) + 1).padStart(2, '0')
  return isoSeconds(`${year}-${of}-${day}T${time}${zone}:${more}`)
}

// The words after the referrer and the user agent, by place; or by name, as in rt=0.123.
const TAIL = ['request_time', 'upstream_response_time', 'upstream_status', 'upstream_addr', 'host'] as const

const combined = (line: string): Item => {
  const found = COMBINED.exec(line)
  if (found === null) return wrong(EXPECTED)
  const [, remote_addr, remote_user, time, asked, status, , rest = ''] = found as unknown as ReadonlyArray<string>
  const tail = words(rest)
  const isQuoted = rest.startsWith('"') || tail[0] === '-'
  const extra = isQuoted ? tail.slice(2) : tail
  const named = Object.fromEntries(
    extra.filter((word) => /^\w+=/.test(word)).map((word) => [word.slice(0, word.indexOf('=')), inQuotes(word)])
  )
  const placed = Object.fromEntries(
    extra.filter((word) => !/^\w+=/.test(word)).map((word, i) => [TAIL[i] ?? `field_${i + 1}`, word])
  )
  const [method, path] = (asked as string).split(' ')
  const fields = { remote_addr, remote_user, status, method, path, ...placed, ...named }
  return requestOf(timeLocal(time as string), true, fields)
}

const inQuotes = (word: string): string => word.slice(word.indexOf('=') + 1).replace(/^"|"$/g, '')

// -------------------------------------------------------------------------------------
// JSON
// -------------------------------------------------------------------------------------

const value = t.union([t.string, t.number])

const AccessLog = t.intersection([
  t.type({ status: value }),
  t.partial({ request_time: value, rt: value, msec: value, time_iso8601: t.string, time_local: t.string, time: value })
])

const json = (line: string): Item => {
  const read = jsonIn(line)
  if (!AccessLog.is(read)) return wrong('JSON of nginx with status, request_time and msec, time_iso8601 or time_local')
  const fields = read as unknown as Readonly<Record<string, unknown>>
  const exact = numberIn(read.msec) ?? numberIn(read.time)
  const text = read.time_iso8601 ?? read.time_local ?? read.time
  const told = typeof text === 'string' ? (isoSeconds(text) ?? timeLocal(text)) : undefined
  return requestOf(exact ?? told, exact === undefined && isWholeIso(text), fields)
}

const requestOf = (
  atSeconds: number | undefined,
  isWhole: boolean,
  fields: Readonly<Record<string, unknown>>
): Item => {
  const status = numberIn(fields['status'])
  if (status === undefined) return wrong('a status')
  const seconds = numberIn(fields['request_time'] ?? fields['rt'])
  return request(atSeconds, { isEnd: true, isWhole, seconds, status, fields })
}

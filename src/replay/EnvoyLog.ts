/**
 * The access log of Envoy and of Istio: their default text, and JSON.
 *
 * START_TIME is the start of a request, and DURATION is in milliseconds.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'

import type { Item, Lines } from './LogLine'
import { isoSeconds, isWholeIso, jsonIn, lineByLine, numberIn, request, words, wrong } from './LogLine'
import type { Ending } from './Traffic'

const EXPECTED = 'a line of Envoy: [START_TIME] "METHOD PATH PROTOCOL" RESPONSE_CODE RESPONSE_FLAGS ..., or JSON'

/** @internal */
export const envoy = (): Lines => lineByLine((line) => (line.startsWith('{') ? json(line) : text(line)))

// -------------------------------------------------------------------------------------
// text
// -------------------------------------------------------------------------------------

const text = (line: string): Item => {
  if (!line.startsWith('[')) return wrong(EXPECTED)
  const [start, asked = '', code, flags = '-', ...rest] = words(line)
  // Istio has three words more before the sizes: details of the response, of the connection and of the transport.
  const isIstio = numberIn(rest[0]) === undefined
  const [, , duration, , , , , authority, upstream_host, upstream_cluster] = isIstio ? rest.slice(3) : rest
  const [method, path] = asked.split(' ')
  return requestOf(start, duration, code, flags, { method, path, authority, upstream_host, upstream_cluster })
}

// -------------------------------------------------------------------------------------
// JSON
// -------------------------------------------------------------------------------------

const value = t.union([t.string, t.number])

const AccessLog = t.intersection([
  t.type({ start_time: t.string, duration: value, response_code: value }),
  t.partial({ response_flags: t.union([t.string, t.null]) })
])

const json = (line: string): Item => {
  const read = jsonIn(line)
  if (!AccessLog.is(read)) return wrong('JSON of Envoy with start_time, duration and response_code')
  return requestOf(read.start_time, read.duration, read.response_code, read.response_flags ?? '-', { ...read })
}

// -------------------------------------------------------------------------------------
// both
// -------------------------------------------------------------------------------------

// Requests that were never sent: Envoy's own limits, no healthy host. No one knows how they would have ended.
const NEVER_SENT = ['UO', 'UH', 'RL']

const CLIENT_GONE = ['DC', 'DPE']

const endingOf = (flags: string): Ending | undefined => {
  const set = flags.split(',')
  return NEVER_SENT.some((flag) => set.includes(flag))
    ? 'unknown'
    : CLIENT_GONE.some((flag) => set.includes(flag))
      ? 'neutral'
      : undefined
}

const requestOf = (
  start: unknown,
  duration: unknown,
  code: unknown,
  flags: string,
  fields: Readonly<Record<string, unknown>>
): Item => {
  const [took, status] = [numberIn(duration), numberIn(code)]
  if (took === undefined || status === undefined) return wrong(EXPECTED)
  return request(isoSeconds(start), {
    isEnd: false,
    isWhole: isWholeIso(start),
    seconds: took / 1000,
    status: endingOf(flags) ?? status,
    fields: { ...fields, response_flags: flags }
  })
}

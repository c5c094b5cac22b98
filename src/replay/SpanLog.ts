/**
 * Client spans of OpenTelemetry and Jaeger, as JSON: a document a line, or one document over all lines.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'

import type { Item, Lines } from './LogLine'
import { jsonIn, numberIn, request, wrong } from './LogLine'
import type { Ending } from './Traffic'

// -------------------------------------------------------------------------------------
// documents
// -------------------------------------------------------------------------------------

const MOST_CHARACTERS = 256 * 2 ** 20

const TOO_LONG = 'a document a line, or one of at most 256 MB: jq -c splits it'

// How much deeper a line ends than it began. No text of JSON has a line break.
const depthOf = (line: string): number => {
  const bare = line.replace(/"(?:[^"\\]|\\.)*"/g, '')
  return bare.replace(/[^[{]/g, '').length - bare.replace(/[^\]}]/g, '').length
}

/** Spans of clients, and how many others there were. */
interface Found {
  readonly items: ReadonlyArray<Item>
  readonly skipped: number
}

/** @internal */
export const spans = (format: 'otlp' | 'jaeger'): Lines => {
  const read = format === 'otlp' ? otlp : jaeger
  let open: Array<string> = [] // of a document that is longer than a line
  let [depth, characters, clients, skipped] = [0, 0, 0, 0]
  const take = (found: Found): ReadonlyArray<Item> => {
    clients += found.items.length
    skipped += found.skipped
    return found.items
  }
  const close = (): ReadonlyArray<Item> => {
    if (open.length === 0) return []
    const document = characters > MOST_CHARACTERS ? TOO_LONG : (jsonIn(open.join('\n')) ?? 'JSON')
    open = []
    depth = characters = 0
    return typeof document === 'string' ? [wrong(document)] : take(read(document))
  }
  return {
    read: (line) => {
      const document = open.length === 0 ? jsonIn(line) : undefined
      if (document !== undefined) return take(read(document))
      characters += line.length
      depth += depthOf(line)
      if (characters <= MOST_CHARACTERS) open.push(line)
      return depth <= 0 ? close() : []
    },
    end: () => [
      ...close(),
      ...(clients === 0 && skipped > 0
        ? [wrong(`spans of clients, which alone are calls: all ${skipped} spans are of another kind, and left out`)]
        : [])
    ]
  }
}

const refused = (expected: string): Found => ({ items: [wrong(expected)], skipped: 0 })

const foundIn = (spans: ReadonlyArray<Item | undefined>): Found => {
  const items = spans.filter((span) => span !== undefined)
  return { items, skipped: spans.length - items.length }
}

const KEYS = ['peer.service', 'server.address', 'net.peer.name', 'http.host']

const withKey = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const host = KEYS.map((name) => fields[name]).find((value) => value !== undefined)
  return host === undefined ? fields : { host, ...fields }
}

const statusIn = (fields: Readonly<Record<string, unknown>>): number | undefined =>
  numberIn(fields['http.response.status_code'] ?? fields['http.status_code'])

// A client span of a 404 is an error too, so the status decides where it says that something went wrong.
const statusOf = (failed: boolean, status: number | undefined): number | Ending =>
  status === undefined || (failed && status < 400) ? (failed ? 'failure' : 'success') : status

// -------------------------------------------------------------------------------------
// OpenTelemetry
// -------------------------------------------------------------------------------------

const nano = t.union([t.string, t.number])

const OtlpSpan = t.intersection([
  t.type({ startTimeUnixNano: nano, endTimeUnixNano: nano }),
  t.partial({
    name: t.string,
    kind: t.union([t.number, t.string]),
    status: t.partial({ code: t.union([t.number, t.string]) }),
    attributes: t.array(t.type({ key: t.string, value: t.UnknownRecord }))
  })
])

const Otlp = t.type({
  resourceSpans: t.array(
    t.intersection([
      t.partial({ resource: t.partial({ attributes: t.array(t.type({ key: t.string, value: t.UnknownRecord })) }) }),
      t.type({ scopeSpans: t.array(t.type({ spans: t.array(t.unknown) })) })
    ])
  )
})

const otlp = (document: unknown): Found => {
  if (!Otlp.is(document)) return refused('OTLP JSON with resourceSpans')
  const found = document.resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const shared = attributesOf(resource?.attributes ?? [])
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => otlpSpan(span, shared)))
  })
  return foundIn(found)
}

const attributesOf = (
  attributes: ReadonlyArray<{ readonly key: string; readonly value: Readonly<Record<string, unknown>> }>
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))

// Nanoseconds since 1970 have too many digits for a number.
const seconds = (nanoseconds: string | number): number => {
  const text = String(nanoseconds).padStart(10, '0')
  return Number(text.slice(0, -9)) + Number(`0.${text.slice(-9)}`)
}

const between = (start: string | number, end: string | number): number => {
  const [from, until] = [String(start).padStart(10, '0'), String(end).padStart(10, '0')]
  return (
    Number(until.slice(0, -9)) - Number(from.slice(0, -9)) + (Number(until.slice(-9)) - Number(from.slice(-9))) / 1e9
  )
}

const CLIENT: ReadonlyArray<unknown> = [3, 'SPAN_KIND_CLIENT']
const ERROR: ReadonlyArray<unknown> = [2, 'STATUS_CODE_ERROR']

const otlpSpan = (span: unknown, shared: Readonly<Record<string, unknown>>): Item | undefined => {
  if (!OtlpSpan.is(span)) return wrong('a span with startTimeUnixNano and endTimeUnixNano')
  if (!CLIENT.includes(span.kind)) return undefined // a call of someone else's
  const fields = withKey({ ...shared, name: span.name, ...attributesOf(span.attributes ?? []) })
  return request(seconds(span.startTimeUnixNano), {
    isEnd: false,
    seconds: between(span.startTimeUnixNano, span.endTimeUnixNano),
    status: statusOf(ERROR.includes(span.status?.code), statusIn(fields)),
    fields
  })
}

// -------------------------------------------------------------------------------------
// Jaeger
// -------------------------------------------------------------------------------------

const JaegerSpan = t.intersection([
  t.type({ startTime: t.number, duration: t.number }),
  t.partial({
    operationName: t.string,
    processID: t.string,
    tags: t.array(t.type({ key: t.string, value: t.unknown }))
  })
])

const Jaeger = t.type({
  data: t.array(
    t.intersection([
      t.type({ spans: t.array(t.unknown) }),
      t.partial({ processes: t.record(t.string, t.partial({ serviceName: t.string })) })
    ])
  )
})

const jaeger = (document: unknown): Found => {
  if (!Jaeger.is(document)) return refused('Jaeger JSON with data and spans')
  return foundIn(
    document.data.flatMap(({ spans, processes }) => spans.map((span) => jaegerSpan(span, processes ?? {})))
  )
}

const jaegerSpan = (
  span: unknown,
  processes: Readonly<Record<string, { readonly serviceName?: string }>>
): Item | undefined => {
  if (!JaegerSpan.is(span)) return wrong('a span with startTime and duration, in microseconds')
  const tags = Object.fromEntries((span.tags ?? []).map(({ key, value }) => [key, value]))
  if (tags['span.kind'] !== 'client') return undefined
  const service = processes[span.processID ?? '']?.serviceName
  const fields = withKey({ name: span.operationName, 'service.name': service, ...tags })
  const failed = tags['error'] === true || tags['error'] === 'true' || tags['otel.status_code'] === 'ERROR'
  return request(span.startTime / 1e6, {
    isEnd: false,
    seconds: span.duration / 1e6,
    status: statusOf(failed, statusIn(fields)),
    fields
  })
}

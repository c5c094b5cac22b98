// Logs as traffic. Those of nginx and the record are real: scripts/record-fixtures.mjs made them. Envoy, AWS, Jaeger,
// OpenTelemetry, JMeter and k6 cannot be run here: their lines are written after the documented formats.
import type { ReaderOptions, Seen } from 'breaker-ts/LogReader'
import { formats, reader } from 'breaker-ts/LogReader'
import type { Notice } from 'breaker-ts/Notice'
import { replay } from 'breaker-ts/Replay'
import type { Call, Traffic } from 'breaker-ts/Traffic'
import * as fs from 'fs'
import * as path from 'path'

const fixture = (name: string): string => fs.readFileSync(path.join(__dirname, 'fixtures', 'logs', name), 'utf8')

const read = (
  text: string,
  options: ReaderOptions = {}
): { readonly traffic: ReadonlyArray<Traffic>; readonly seen: Seen } => {
  const { add, end, seen } = reader(options)
  return { traffic: [...add(text), ...end()], seen: seen() }
}

const calls = (text: string, options: ReaderOptions = {}): ReadonlyArray<Call> => {
  const { traffic, seen } = read(text, options)
  expect(seen.firstWrong).toEqual([])
  return traffic as ReadonlyArray<Call>
}

const one = (text: string, options: ReaderOptions = {}): Call => {
  const found = calls(text, options)
  expect(found).toHaveLength(1)
  return found[0] as Call
}

const problem = (text: string, options: ReaderOptions = {}): string | undefined =>
  read(text, options).seen.firstWrong[0]?.expected

const at = (iso: string): number => Date.parse(iso) / 1000

const count = (found: ReadonlyArray<Call>): Record<string, number> =>
  found.reduce<Record<string, number>>((sums, { outcome }) => ({ ...sums, [outcome]: (sums[outcome] ?? 0) + 1 }), {})

const isSorted = (found: ReadonlyArray<Call>): boolean =>
  found.every(({ startSeconds }, i) => i === 0 || startSeconds >= (found[i - 1] as Call).startSeconds)

describe('a log of a real nginx before a backend that slows down and dies', () => {
  const text = calls(fixture('nginx.log'), { key: 'upstream' })
  const json = calls(fixture('nginx-json.log'), { key: 'host' })

  it('is recognised by its first line, as text and as JSON', () => {
    expect(read(fixture('nginx.log')).seen).toMatchObject({ format: 'nginx', lines: 384, calls: 384, wrong: 0 })
    expect(read(fixture('nginx-json.log')).seen).toMatchObject({ format: 'nginx', calls: 384, inWholeSeconds: 0 })
  })

  it('has a failure for each 502 and 504', () => {
    expect(count(text)).toEqual({ success: 272, failure: 112 })
    expect(count(json)).toEqual(count(text))
  })

  it('comes in the order of starts, though it was written in the order of ends', () => {
    expect([isSorted(text), isSorted(json)]).toEqual([true, true])
  })

  it('takes its times for ends: a call starts so much before as it took', () => {
    const [first] = json
    expect(first).toMatchObject({ outcome: 'success', key: '127.0.0.1' })
    expect((first as Call).startSeconds + (first as Call).seconds).toBeCloseTo(
      Number((JSON.parse(fixture('nginx-json.log').split('\n')[0] as string) as { msec: string }).msec),
      3
    )
    expect(Math.max(...json.map(({ seconds }) => seconds))).toBeGreaterThan(1) // proxy_read_timeout
  })

  it('spreads whole seconds by a seed, within a second of the exact times', () => {
    const [first, again, other] = [1, 1, 2].map((seed) => calls(fixture('nginx.log'), { seed }))
    expect(first).toEqual(again)
    expect(first).not.toEqual(other)
    const exact = [...json].sort((a, b) => a.startSeconds - b.startSeconds)
    const off = (first as ReadonlyArray<Call>).map(({ startSeconds }, i) =>
      Math.abs(startSeconds - (exact[i] as Call).startSeconds)
    )
    expect(Math.max(...off)).toBeLessThan(1)
    expect(read(fixture('nginx.log')).seen.inWholeSeconds).toBe(384)
  })

  it('makes a breaker open in the outages, and save callers the wait', () => {
    const { noBreaker, figures } = replay({ name: 'a', failureThreshold: 5, recoveryTimeoutSeconds: 1 })(json)
    expect(noBreaker.badCalls).toBe(112)
    expect(figures.openings).toBe(2)
    expect(figures.secondsInBadCalls).toBeLessThan(noBreaker.secondsInBadCalls / 2)
  })
})

describe('a record of a breaker that was disabled meanwhile', () => {
  const { traffic, seen } = read(fixture('record.jsonl'))

  it('says what it is of', () => {
    expect(seen).toMatchObject({
      format: 'record',
      calls: 384,
      wrong: 0,
      header: { name: 'orders', version: 1, settings: { failureThreshold: 5 } }
    })
  })

  it('is judged as if the breaker was on, and as it was where you ask', () => {
    const settings = { name: 'a', failureThreshold: 5, recoveryTimeoutSeconds: 1 }
    expect(replay(settings)(traffic)).toMatchObject({
      noBreaker: { badCalls: 112 },
      figures: { openings: 2 },
      log: { calls: 384, unknownCalls: 0, strayEnds: 0 }
    })
    const followed = replay(settings, { followDisabled: true })(traffic)
    expect(followed.figures.openings).toBe(0)
    expect(followed.changes.map(({ to }) => to)).toEqual(['Disabled'])
  })

  it('goes on in a second file without a header', () => {
    const lines = fixture('record.jsonl').split('\n')
    expect(read(lines.slice(300).join('\n')).seen).toMatchObject({ format: 'record', wrong: 0, header: undefined })
    expect(replay({ name: 'a' })(read(lines.slice(301).join('\n')).traffic).log.strayEnds).toBeGreaterThan(0)
  })

  it('refuses lines of another version, of no notice, and with something missing', () => {
    const header = { _tag: 'Record', version: 2, name: 'a', settings: null, timeOriginSeconds: 0 }
    const wrong = [header, { _tag: 'Other' }, { _tag: 'CallEnded', breaker: 'a', atSeconds: 1 }]
    expect(read(wrong.map((line) => JSON.stringify(line)).join('\n')).seen.firstWrong).toEqual([
      { line: 1, given: JSON.stringify(header), expected: 'version 1 of the format, and not 2' },
      expect.objectContaining({
        line: 2,
        expected:
          'a line of a record: a header, or one of CallAdmitted, CallEnded, CallRejected, Transition, StoreLost, StoreBack'
      }),
      expect.objectContaining({ line: 3, expected: 'CallEnded with breaker, atSeconds and what else it has' })
    ])
  })

  it('has calls that were rejected', () => {
    const rejected: Notice = { _tag: 'CallRejected', breaker: 'a', atSeconds: 1, rejection: { reason: 'open' } }
    expect(read(JSON.stringify(rejected)).traffic).toEqual([rejected])
  })
})

describe('nginx', () => {
  const start = '10.0.0.1 - - [27/Nov/2026:10:00:00 +0200] "GET /a/b HTTP/1.1"'

  it('reads times with their zone, and a tail of names and values', () => {
    const call = one(`${start} 503 12 "-" "curl/7" rt=0.5 urt="0.4" host=api.example`, { key: 'host' })
    expect(call).toMatchObject({ seconds: 0.5, outcome: 'failure', key: 'api.example' })
    expect(Math.floor(call.startSeconds + call.seconds)).toBe(at('2026-11-27T08:00:00Z'))
  })

  it('reads combined alone, and common, whose calls have no duration', () => {
    expect(read(`${start} 200 12 "-" "curl/7"\n${start} 200 12\n${start} 200 - - - 0.25`).seen).toMatchObject({
      calls: 3,
      wrong: 0,
      untimed: 2
    })
    expect(one(`${start} 200 12 0.75`).seconds).toBe(0.75)
  })

  it('groups by any field, also one that has no name', () => {
    expect(one(`${start} 200 1 "-" "x" 0.1 0.1 200 1.2.3.4:80 h x`, { key: 'field_6' }).key).toBe('x')
    expect(one(`${start} 200 1 "-" "x" 0.1`, { key: 'path' }).key).toBe('/a/b')
    expect(problem(`${start} 200 1 "-" "x" 0.1`, { key: 'tenant' })).toBe(
      'a field tenant (it has remote_addr, remote_user, status, method, path, request_time)'
    )
  })

  it('takes a client that has gone away for no verdict', () => {
    expect(one(`${start} 499 0 "-" "x" 0.1`).outcome).toBe('neutral')
  })

  it.each([
    ['time_iso8601', '2026-11-27T10:00:00+00:00'],
    ['time_local', '27/Nov/2026:10:00:00 +0000'],
    ['time', '2026-11-27T10:00:00+00:00']
  ])('reads JSON with %s in whole seconds', (name, value) => {
    const line = JSON.stringify({ status: 500, request_time: 0.25, [name]: value })
    const call = one(line)
    expect(call).toMatchObject({ seconds: 0.25, outcome: 'failure' })
    expect(Math.floor(call.startSeconds + 0.25)).toBe(at('2026-11-27T10:00:00Z'))
    expect(read(line).seen.inWholeSeconds).toBe(1)
  })

  it('reads JSON whose time is a number, and whose duration is called rt', () => {
    expect(one('{"status":"408","rt":"0.5","time":100}')).toEqual({
      startSeconds: 99.5,
      seconds: 0.5,
      outcome: 'failure'
    })
  })

  it.each([
    ['a line of something else', 'hello', 'nginx', /^a line of nginx/],
    ['JSON of something else', '{"a":1}', 'nginx', /^JSON of nginx/],
    ['a time that is none', '1.1.1.1 - - [today] "GET / HTTP/1.1" 200 1', 'nginx', /^a time/],
    ['a duration below 0', '{"status":200,"rt":-1,"msec":1}', 'nginx', /^a duration >= 0/],
    ['no time', '{"status":200}', 'nginx', /^a time/],
    ['a time without end', '{"status":200,"msec":1e999}', 'nginx', /^a time/],
    ['a time of no day', '{"status":200,"time_iso8601":"2026-13-45T00:00:00Z"}', 'nginx', /^a time/],
    ['a status that is none', '{"status":"-","msec":1}', 'nginx', /^a status/]
  ] as const)('refuses %s', (_, line, format, expected) => {
    expect(problem(line, { format })).toMatch(expected)
  })
})

describe('Envoy and Istio', () => {
  const envoy =
    '[2026-11-27T10:00:00.250Z] "GET /cart HTTP/1.1" 503 UF 0 91 1250 - "-" "curl/7" "id" "cart.shop" "10.0.0.1:80"'
  const istio =
    '[2026-11-27T10:00:00.250Z] "GET /cart HTTP/1.1" 200 - via_upstream - "-" 0 91 40 39 "-" "curl/7" "id" "cart.shop" "10.0.0.1:80" outbound|80||cart.shop 10.0.0.2:1 10.0.0.1:80 10.0.0.3:2 - default'

  it('starts at START_TIME, and takes DURATION in thousandths', () => {
    expect(one(envoy, { key: 'host' })).toEqual({
      startSeconds: at('2026-11-27T10:00:00.250Z'),
      seconds: 1.25,
      outcome: 'failure',
      key: 'cart.shop'
    })
    expect(one(istio, { key: 'upstream' })).toMatchObject({
      seconds: 0.04,
      outcome: 'success',
      key: 'outbound|80||cart.shop'
    })
  })

  it.each([
    ['UO', 'unknown'],
    ['UH,NR', 'unknown'],
    ['DC', 'neutral'],
    ['UT', 'failure']
  ])('takes a request with the flag %s for %s', (flag, outcome) => {
    expect(one(envoy.replace(' UF ', ` ${flag} `)).outcome).toBe(outcome)
  })

  it('reads JSON', () => {
    const line = { start_time: '2026-11-27T10:00:00.250Z', duration: 20, response_code: 504, authority: 'a' }
    expect(one(JSON.stringify(line), { key: 'host' })).toMatchObject({ seconds: 0.02, outcome: 'failure', key: 'a' })
    expect(one(JSON.stringify({ ...line, response_flags: 'DC', response_code: '0' })).outcome).toBe('neutral')
  })

  it.each([
    ['a line of something else', 'hello', /^a line of Envoy/],
    ['JSON of something else', '{"a":1}', /^JSON of Envoy/],
    ['a line without a duration', '[2026-11-27T10:00:00.250Z] "GET / HTTP/1.1" 200 - 0 0 -', /^a line of Envoy/],
    ['a line that is cut off', '[2026-11-27T10:00:00.250Z]', /^a line of Envoy/]
  ])('refuses %s', (_, line, expected) => {
    expect(problem(line, { format: 'envoy' })).toMatch(expected)
  })
})

describe('AWS ALB', () => {
  const line =
    'http 2026-11-27T10:00:02.500000Z app/lb/1 192.168.1.1:2817 10.0.0.1:80 0.000 1.250 0.000 200 200 34 366 ' +
    '"GET http://www.example.com:80/ HTTP/1.1" "curl/7.46.0" - - arn:aws:targetgroup/tg/7 "Root=1-58" "www.example.com" "-" 0 ' +
    '2026-11-27T10:00:01.000000Z "forward" "-" "-"'

  it('ends at time, and starts at request_creation_time', () => {
    expect(one(line, { key: 'host' })).toEqual({
      startSeconds: at('2026-11-27T10:00:01Z'),
      seconds: 1.5,
      outcome: 'success',
      key: 'www.example.com'
    })
  })

  it('without it, starts so much before as the three parts took', () => {
    const old = line.replace('2026-11-27T10:00:01.000000Z', '-')
    expect(one(old)).toMatchObject({ startSeconds: at('2026-11-27T10:00:02.500Z') - 1.25, seconds: 1.25 })
  })

  it('takes a part that is missing for 0', () => {
    const cut = line.replace('2026-11-27T10:00:01.000000Z', '-').replace('1.250', '-')
    expect(one(cut).seconds).toBe(0)
  })

  it('takes a target that did not answer for a failure, and a client that has gone away for no verdict', () => {
    expect(one(line.replace('1.250', '-1')).outcome).toBe('failure')
    expect(one(line.replace('200 200', '460 -')).outcome).toBe('neutral')
  })

  it('refuses a line of something else', () => {
    expect(problem('http hello', { format: 'alb' })).toMatch(/^a line of an ALB/)
  })
})

describe('spans', () => {
  const nano = (seconds: number): string =>
    `${1_795_776_000 + Math.floor(seconds)}${String(Math.round((seconds % 1) * 1e9)).padStart(9, '0')}`
  const attribute = (key: string, value: unknown) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: value }
  })
  const otlp = (...spans: ReadonlyArray<unknown>) => ({
    resourceSpans: [
      {
        resource: { attributes: [attribute('service.name', 'shop')] },
        scopeSpans: [{ spans }]
      },
      { scopeSpans: [] }
    ]
  })
  const span = {
    name: 'GET',
    kind: 3,
    startTimeUnixNano: nano(0.25),
    endTimeUnixNano: nano(1.5),
    attributes: [attribute('server.address', 'cart'), attribute('http.response.status_code', 200)]
  }

  it('of OpenTelemetry start and end to the nanosecond', () => {
    expect(one(JSON.stringify(otlp(span)), { key: 'host' })).toEqual({
      startSeconds: 1_795_776_000.25,
      seconds: 1.25,
      outcome: 'success',
      key: 'cart'
    })
    expect(one(JSON.stringify(otlp(span)), { key: 'service' }).key).toBe('shop')
  })

  it('are those of clients: a server measures calls of others', () => {
    const server = { ...span, kind: 'SPAN_KIND_SERVER' }
    expect(calls(JSON.stringify(otlp({ ...span, kind: 'SPAN_KIND_CLIENT' }, server)))).toHaveLength(1)
  })

  it.each([
    ['an error without a status', { status: { code: 2 }, attributes: undefined }, 'failure'],
    ['an error with 200', { status: { code: 'STATUS_CODE_ERROR' } }, 'failure'],
    ['an error with 404', { status: { code: 2 }, attributes: [attribute('http.status_code', 404)] }, 'success'],
    ['503', { attributes: [attribute('http.status_code', '503')] }, 'failure'],
    ['no status', { attributes: [] }, 'success']
  ])('with %s are a %s', (_, more, outcome) => {
    expect(one(JSON.stringify(otlp({ ...span, ...more }))).outcome).toBe(outcome)
  })

  const jaegerSpan = {
    operationName: 'GET /cart',
    startTime: 1_795_776_000_250_000,
    duration: 1_250_000,
    processID: 'p1',
    tags: [
      { key: 'span.kind', value: 'client' },
      { key: 'peer.service', value: 'cart' }
    ]
  }
  const jaeger = (...spans: ReadonlyArray<unknown>) => ({
    data: [{ spans, processes: { p1: { serviceName: 'shop' } } }]
  })

  it('of Jaeger are in microseconds', () => {
    expect(one(JSON.stringify(jaeger(jaegerSpan)), { key: 'host' })).toEqual({
      startSeconds: 1_795_776_000.25,
      seconds: 1.25,
      outcome: 'success',
      key: 'cart'
    })
    expect(one(JSON.stringify(jaeger(jaegerSpan)), { key: 'service.name' }).key).toBe('shop')
  })

  it.each([
    ['error', true],
    ['error', 'true'],
    ['otel.status_code', 'ERROR'],
    ['http.status_code', 500]
  ])('of Jaeger fail with the tag %s', (key, value) => {
    const failing = { ...jaegerSpan, tags: [...jaegerSpan.tags, { key, value }] }
    expect(one(JSON.stringify(jaeger(failing))).outcome).toBe('failure')
  })

  it('of Jaeger that are of no client are left out, as those without tags', () => {
    const { tags: _, processID: __, ...bare } = jaegerSpan
    expect(calls(JSON.stringify({ data: [{ spans: [bare, jaegerSpan] }] }))).toHaveLength(1)
    expect(problem(JSON.stringify({ data: [{ spans: [bare] }] }))).toMatch(/all 1 spans are of another kind/)
    const lone = { ...bare, tags: [{ key: 'span.kind', value: 'client' }] }
    expect(one(JSON.stringify({ data: [{ spans: [lone] }] }), { key: 'name' }).key).toBe('GET /cart')
  })

  it('may stand in one document over many lines', () => {
    expect(one(JSON.stringify(otlp(span), null, 2), { format: 'otlp' }).seconds).toBe(1.25)
    expect(one(JSON.stringify(jaeger(jaegerSpan), null, 2), { format: 'jaeger' }).seconds).toBe(1.25)
    expect(one(JSON.stringify(otlp(span), null, 2).replace('{\n', '{'), {}).seconds).toBe(1.25)
    expect(one(JSON.stringify(jaeger(jaegerSpan), null, 2).replace('{\n', '{'), {}).seconds).toBe(1.25)
  })

  it('may stand in several documents over many lines, whatever they are', () => {
    const documents = (document: unknown): string =>
      Array(2)
        .fill(JSON.stringify(document, null, 2))
        .join('\n')
    const braced = { ...span, name: 'GET {"a"' }
    for (const text of [documents(otlp(braced)), documents(jaeger(jaegerSpan))]) expect(calls(text)).toHaveLength(2)
    expect(read(documents(jaeger(jaegerSpan))).seen.format).toBe('jaeger')
    expect(read(`oops\n${documents(otlp(span))}`, { format: 'otlp' }).seen).toMatchObject({ calls: 2, wrong: 1 })
    expect(read('{"x": [').seen.format).toBe('otlp')
    expect(read('{"x":1,"resourceSpans":[]}').seen.format).toBe('otlp')
    expect(read('{"total":1,"data":[]}').seen.format).toBe('jaeger')
  })

  it('of servers only say so, and how many there are', () => {
    const server = { ...span, kind: 2 }
    expect(problem(JSON.stringify(otlp(server, server)))).toBe(
      'spans of clients, which alone are calls: all 2 spans are of another kind, and left out'
    )
  })

  it.each([
    ['a document that is cut off', '{"resourceSpans": [', 'otlp', 'JSON'],
    ['a document of something else', '{"a":1}', 'otlp', 'OTLP JSON with resourceSpans'],
    ['a document of something else', '{"a":1}', 'jaeger', 'Jaeger JSON with data and spans'],
    ['a span without times', JSON.stringify(otlp({})), 'otlp', 'a span with startTimeUnixNano and endTimeUnixNano'],
    [
      'a span without times',
      JSON.stringify(jaeger({})),
      'jaeger',
      'a span with startTime and duration, in microseconds'
    ]
  ] as const)('refuses %s', (_, text, format, expected) => {
    expect(problem(text, { format })).toBe(expected)
  })

  it('refuses a document that is longer than memory should hold', () => {
    const { add, end, seen } = reader({ format: 'otlp' })
    const piece = `${'x'.repeat(2 ** 20)}\n`
    for (let i = 0; i < 257; i++) add(i === 0 ? `{${piece}` : piece)
    expect(end()).toEqual([])
    expect(seen().firstWrong[0]?.expected).toMatch(/256 MB/)
  })
})

describe('CSV', () => {
  it('has time in seconds or as ISO, duration in seconds, and status', () => {
    expect(calls('time,duration,status\n0.5,0.25,200\n1,2,503\n1.5,0,success\n', { format: 'csv' })).toEqual([
      { startSeconds: 0.5, seconds: 0.25, outcome: 'success' },
      { startSeconds: 1, seconds: 2, outcome: 'failure' },
      { startSeconds: 1.5, seconds: 0, outcome: 'success' }
    ])
    expect(one('time,duration,status\n2026-11-27T10:00:00.125Z,1,200').startSeconds).toBe(
      at('2026-11-27T10:00:00.125Z')
    )
    expect(one('time,duration,status\n2026-11-27 10:00:00.125,1,200').startSeconds).toBe(at('2026-11-27T10:00:00.125Z'))
    expect(one('time,duration,status\n2026-11-27T12:00:00.123456+02:00,1,200').startSeconds).toBeCloseTo(
      at('2026-11-27T10:00:00Z') + 0.123456,
      5
    )
  })

  it('spreads ISO times and seconds since 1970 that are whole, and no others', () => {
    const whole = 'time,duration,status\n2026-11-27T10:00:00Z,1,200\n1795776000,1,200\n2026-11-27,1,200'
    expect(read(whole).seen.inWholeSeconds).toBe(3)
    expect(read('time,duration,status\n1,1,200\n2,1,200').seen.inWholeSeconds).toBe(0)
  })

  it('moves no call of a log that has a part of a second anywhere, also where others are whole', () => {
    const rows = Array.from(
      { length: 12 },
      (_, i) => `17000000${String(i / 2 + 10).replace(/$/, i % 2 ? '' : '.000')},0.05,200`
    )
    const table = (found: ReadonlyArray<string>) => `time,duration,status\n${found.join('\n')}`
    const times = (text: string) => calls(text).map(({ startSeconds }) => startSeconds - 1_700_000_000)
    expect(times(table(rows))).toEqual(rows.map((_, i) => 10 + i / 2))
    const trimmed = rows.map((row) => row.replace('.000', '')) // as 17.0 is printed by many
    expect(times(table(trimmed))).toEqual(times(table(rows)))
    expect(read(table(trimmed)).seen.inWholeSeconds).toBe(0)
    const iso = ['10:00:00Z', '10:00:00.500Z', '10:00:01Z'].map((time) => `2026-11-27T${time},0.05,200`)
    expect(calls(table(iso)).map(({ startSeconds }) => startSeconds % 10)).toEqual([0, 0.5, 1])
  })

  it('stops spreading where a part of a second comes late', () => {
    const rows = Array.from({ length: 1500 }, (_, i) => `${1_700_000_000 + i},0,200`)
    const { traffic, seen } = read(
      `time,duration,status\n${[...rows, '1700002000.5,0,200', '1700002001,0,200'].join('\n')}`
    )
    expect(seen.inWholeSeconds).toBe(1499) // all but the last of them, which was held
    expect((traffic as ReadonlyArray<Call>).slice(-3).map(({ startSeconds }) => startSeconds)).toEqual([
      1_700_001_499, 1_700_002_000.5, 1_700_002_001
    ])
  })

  it('reads a field that has line breaks in its quotes, and a quote that nothing ends spoils one line', () => {
    const head = 'time,duration,status,message\n'
    const failed = '2,1,503,"first ""line""\nsecond, line\n\nlast"\n'
    expect(calls(`${head}1,1,200,ok\n${failed}3,1,200,"a","b"`.replace(',"a","b"', ',"a"'))).toMatchObject([
      { startSeconds: 1, outcome: 'success' },
      { startSeconds: 2, outcome: 'failure' },
      { startSeconds: 3, outcome: 'success' }
    ])
    const rows = Array.from({ length: 1200 }, (_, i) => `${i},1,200,ok`).join('\n')
    expect(read(`${head}0,1,"x,ok\n${rows}`).seen).toMatchObject({ calls: 1200, wrong: 1 })
    expect(read(`${head}0,1,"x,ok\n1,1,200,ok\n1,1,"x,ok\n2,1,200,ok`).seen).toMatchObject({ calls: 2, wrong: 2 })
    expect(read(`${head}0,1,"x,ok\n1,1,200,ok`).seen).toMatchObject({ calls: 1, wrong: 1 })
  })

  it('has a header for each file, whose columns may stand in another order', () => {
    expect(
      calls('time,duration,status\n1,1,200\nhost,status,time,duration\na,503,2,1\n\ufeffstatus,time,duration\n200,3,1')
    ).toMatchObject([{ startSeconds: 1 }, { startSeconds: 2, outcome: 'failure' }, { startSeconds: 3 }])
  })

  it('takes other names and units, and quotes', () => {
    const text = '\ufeff"start ms",took,code,who,wait\n"1,000",5,200,x,2\n1000,250,429,"a ""b"", c",2'
    const options = { columns: 'time=start ms:ms,duration=took:ms,status=code,retryAfter=wait', key: 'who' } as const
    const { traffic, seen } = read(text, options)
    expect(traffic).toEqual([
      { startSeconds: 1, seconds: 0.25, outcome: 'failure', retryAfterSeconds: 2, key: 'a "b", c' }
    ])
    expect(seen.firstWrong).toEqual([{ line: 2, given: '"1,000",5,200,x,2', expected: 'a time that can be read' }])
    expect(one('time,duration,status,wait\n1,1,503,', { columns: 'retryAfter=wait' })).not.toHaveProperty(
      'retryAfterSeconds'
    )
  })

  it('has decimal numbers only', () => {
    expect(problem('time,duration,status\n1,0x10,200')).toBe('a duration in duration, in seconds')
  })

  it('may give the end', () => {
    expect(problem('time,duration,status\n1,1e999,200')).toBe('a duration in duration, in seconds')
    expect(one('finish,duration,status\n10,2,200', { columns: 'end=finish' })).toMatchObject({
      startSeconds: 8,
      seconds: 2
    })
  })

  it.each([
    ['ok', 'success'],
    ['TRUE', 'success'],
    ['error', 'failure'],
    ['timeout', 'failure'],
    ['0', 'failure'],
    ['404', 'success'],
    ['429', 'failure'],
    ['cancelled', 'neutral'],
    ['rejected', 'unknown']
  ])('takes the status %s for %s', (status, outcome) => {
    expect(one(`time,duration,status\n1,1,${status}`).outcome).toBe(outcome)
  })

  it('needs no status where it is known what is slow', () => {
    expect(one('time,duration\n1,2', { isSlowKnown: true }).outcome).toBe('success')
    expect(problem('time,duration\n1,2')).toBe('a header with status (it has time, duration)')
    expect(problem('time,duration\n1,2', { isSlowKnown: true, columns: 'status=code' })).toMatch(/code/)
  })

  it('says once that its header is wrong, and of each line what is', () => {
    expect(read('a,b\n1,2\n3,4').seen).toMatchObject({ wrong: 1, lines: 3 })
    expect(
      read('time,duration,status\n1,x,200\n1,1,teapot\n1,1,12\n1,1').seen.firstWrong.map(({ expected }) => expected)
    ).toEqual([
      'a duration in duration, in seconds',
      'an HTTP status in status, or success, failure, neutral, unknown',
      'an HTTP status in status, or success, failure, neutral, unknown'
    ])
    expect(problem('time,duration,status\n1,1')).toBe('3 columns, as the header has: time, duration, status')
  })

  it('may have its header again, where one file follows another', () => {
    expect(calls('time,duration,status\n1,1,200\ntime,duration,status\n2,1,200')).toHaveLength(2)
  })
})

describe('JMeter and k6', () => {
  const JTL = 'timeStamp,elapsed,label,responseCode,responseMessage,success\n'

  it('JMeter starts at timeStamp, in thousandths', () => {
    expect(one(`${JTL}1795776000250,1250,cart,200,OK,true`, { key: 'label' })).toEqual({
      startSeconds: 1_795_776_000.25,
      seconds: 1.25,
      outcome: 'success',
      key: 'cart'
    })
  })

  it.each([
    ['503,Unavailable,false', 'failure'],
    ['404,Not Found,false', 'success'],
    ['200,OK,false', 'failure'],
    ['Non HTTP response code: java.net.ConnectException,refused,false', 'failure'],
    [',,true', 'success']
  ])('JMeter takes %s for a %s', (row, outcome) => {
    expect(one(`${JTL}1795776000250,1250,cart,${row}`).outcome).toBe(outcome)
  })

  it('JSON groups by numbers too', () => {
    expect(one('{"status":200,"msec":1,"shard":7}', { key: 'shard' }).key).toBe('7')
  })

  it('JMeter refuses a table without its columns, and a row without times', () => {
    expect(problem('timeStamp,elapsed\n1,2')).toBe('a header of JMeter with responseCode, success')
    expect(problem(`${JTL}x,1250,cart,200,OK,true`)).toBe('timeStamp and elapsed in milliseconds')
  })

  const point = (tags: unknown) =>
    JSON.stringify({
      metric: 'http_req_duration',
      type: 'Point',
      data: { time: '2026-11-27T12:00:02.5+02:00', value: 500, tags }
    })

  it('k6 ends at the time of a point of http_req_duration', () => {
    const text = [
      '{"type":"Metric","data":{"type":"trend"},"metric":"http_req_duration"}',
      '{"type":"Point","data":{"time":"2026-11-27T12:00:00Z","value":5,"tags":null},"metric":"vus"}',
      point({ status: '200', url: 'https://cart.shop/x', method: 'GET' })
    ].join('\n')
    expect(one(text, { key: 'host' })).toEqual({
      startSeconds: at('2026-11-27T10:00:02Z'),
      seconds: 0.5,
      outcome: 'success',
      key: 'cart.shop'
    })
  })

  it.each([
    ['0', 'failure'],
    ['503', 'failure'],
    ['404', 'success']
  ])('k6 takes the status %s for a %s', (status, outcome) => {
    expect(one(point({ status })).outcome).toBe(outcome)
  })

  it('k6 without tags has had no answer, and refuses what is no line of it', () => {
    expect(one(point(null)).outcome).toBe('failure')
    expect(problem('{"a":1}', { format: 'k6' })).toBe('a line of k6 with type and metric')
    expect(problem('{"type":"Point","metric":"http_req_duration"}')).toBe('a point of k6 with time, value and tags')
  })
})

describe('a reader', () => {
  it('gives the same however the text is cut', () => {
    const text = fixture('nginx.log').slice(0, 3000)
    const whole = read(text)
    const { add, end, seen } = reader()
    const pieces = [...text].flatMap((letter) => [...add(letter)])
    expect([...pieces, ...end()]).toEqual(whole.traffic)
    expect(seen()).toEqual(whole.seen)
  })

  it('counts lines that it cannot read, and shows the first three', () => {
    const text = `time,duration,status\n${'x,y,z\n'.repeat(10)}1,1,200\n`
    const { seen } = read(text)
    expect(seen).toMatchObject({ lines: 12, calls: 1, wrong: 10 })
    expect(seen.firstWrong.map(({ line }) => line)).toEqual([2, 3, 4])
  })

  it('keeps blank lines out of it, and reads nothing as nothing', () => {
    expect(read('\n\n').seen).toMatchObject({ format: undefined, calls: 0, wrong: 0 })
    expect(read('').traffic).toEqual([])
  })

  it('takes statuses that you say are failures', () => {
    expect(count(calls('time,duration,status\n1,1,404\n2,1,503', { classify: '4xx' }))).toEqual({
      failure: 1,
      success: 1
    })
  })

  it('throws at options that are wrong', () => {
    expect(() => reader({ classify: '9xx' })).toThrow(
      'given 9xx, expected a list of statuses that are failures, as in 5xx,408,429'
    )
    expect(() => reader({ columns: 'when=x' })).toThrow(
      /^given when=x, expected time, end, duration, status, retryAfter/
    )
    expect(() => reader({ columns: 'time=start:m' })).toThrow(
      /^given time=start:m, expected .* its unit s, ms, us or ns/
    )
    expect(() => reader({ columns: 'time' })).toThrow(/^given time, expected/)
  })

  it('holds back what may be overtaken, and no more', () => {
    const { add, end } = reader({ format: 'csv', columns: 'end=end' })
    add('end,duration,status\n')
    let given = 0
    for (let i = 0; i < 20_000; i++) given += add(`${i / 10},${i % 50 === 0 ? 60 : 0.1},200\n`).length
    expect(given).toBeGreaterThan(15_000)
    expect(given + end().length).toBe(20_000)
  })

  it('gives calls in the order of their starts, where one took longer than those after it', () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `${100 + i / 10},${i % 7 === 0 ? 50 : 0.1},200`)
    const found = calls(`end,duration,status\n${lines.join('\n')}`, { columns: 'end=end' })
    expect(found).toHaveLength(5000)
    expect(isSorted(found)).toBe(true)
  })

  it('knows the formats by name', () => {
    expect(Object.keys(formats)).toEqual(['record', 'nginx', 'envoy', 'alb', 'otlp', 'jaeger', 'csv', 'jmeter', 'k6'])
  })
})

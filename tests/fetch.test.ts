// `breaker-ts/Fetch` with the fetch of Node, against a server on loopback that answers, dies, hangs and breaks off.
import { manual } from 'breaker-ts/Clock'
import type { FetchLike, FetchOptions } from 'breaker-ts/Fetch'
import { protectFetch, ResponseError } from 'breaker-ts/Fetch'
import type { Notice } from 'breaker-ts/Notice'
import type { RegistrySettings } from 'breaker-ts/Registry'
import { Registry } from 'breaker-ts/Registry'
import { once } from 'events'
import type { IncomingMessage, ServerResponse } from 'http'
import { createServer } from 'http'
import type { AddressInfo } from 'net'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))

let handler: Handler
let requests = 0
const server = createServer((request, response) => {
  requests += 1
  handler(request, response)
})
let origin = ''
let host = ''

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  origin = `http://${host}`
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})
beforeEach(() => {
  requests = 0
  handler = (_, response) => response.end('{"name":"Ada"}')
})

const answer =
  (status: number, headers: Record<string, string> = {}, body = '{"name":"Ada"}'): Handler =>
  (_, response) =>
    response.writeHead(status, headers).end(body)
const hang: Handler = () => undefined
const hangAfterHeaders: Handler = (_, response) => void response.writeHead(200).write('half ')
const breakOff: Handler = (_, response) => {
  response.writeHead(200, { 'content-length': '100' }).write('half ')
  setTimeout(() => response.destroy(), 10)
}

const guard = (
  options: FetchOptions<typeof fetch> = {},
  settings: Partial<RegistrySettings> = {},
  inner: typeof fetch = fetch
) => {
  const time = manual()
  const notices: Array<Notice> = []
  const reports: Array<string> = []
  const registry = new Registry({
    name: 'api',
    failureThreshold: 1,
    recoveryTimeoutSeconds: 10,
    clock: time.clock,
    observer: (notice) => () => void notices.push(notice),
    report: (message, cause) => void reports.push(`${message} ${String(cause)}`),
    ...settings
  })
  return {
    guarded: protectFetch(inner, registry, options),
    time,
    notices,
    reports,
    registry,
    state: (key = host) => registry.for(key).current().circuitState,
    retryAfterSeconds: () => registry.for(host).current().retryAfterSeconds,
    outcomes: () => notices.flatMap((notice) => (notice._tag === 'CallEnded' ? [notice.outcome._tag] : [])),
    errors: () => notices.flatMap((notice) => (notice._tag === 'CallEnded' ? [notice.error] : []))
  }
}

const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => ({ resolvedWith: value }),
    (error: unknown) => error
  )

describe('what counts', () => {
  it.each([200, 204, 304, 400, 401, 403, 404, 413, 422])('a response of status %d is a success', async (status) => {
    handler = answer(status, {}, '')
    const { guarded, outcomes, state } = guard()
    const response = await guarded(origin, { redirect: 'manual' })
    expect([response.status, outcomes(), state()]).toEqual([status, ['Success'], 'closed'])
  })

  it.each([500, 502, 503, 529, 599, 408, 429])('a response of status %d is a failure', async (status) => {
    handler = (request, response) => answer(status)(request, response)
    const { guarded, outcomes, state } = guard()
    // The fetch of Node sends a request again after a 408 on a kept connection.
    const response = await guarded(origin, { headers: { connection: 'close' } })
    expect([response.status, await response.json(), outcomes(), state()]).toEqual([
      status,
      { name: 'Ada' },
      ['Failure'],
      'open'
    ])
  })

  it('a refused connection is a failure, and rejects with the error of fetch', async () => {
    const gone = createServer()
    await once(gone.listen(0, '127.0.0.1'), 'listening')
    const { port } = gone.address() as AddressInfo
    gone.close()
    const { guarded, errors, state } = guard()
    const error = await caught(guarded(`http://127.0.0.1:${port}`))
    expect(String(error)).toBe('TypeError: fetch failed')
    expect([errors()[0] === error, state(`127.0.0.1:${port}`)]).toEqual([true, 'open'])
  })

  it('a connection that is cut before the headers is a failure', async () => {
    handler = (request) => request.socket.destroy()
    const { guarded, state } = guard()
    expect(String(await caught(guarded(origin)))).toBe('TypeError: fetch failed')
    expect(state()).toBe('open')
  })

  it.each<[string, (signal: AbortSignal) => Parameters<typeof fetch>]>([
    ['the signal of the call', (signal) => [origin, { signal }]],
    ['the signal of a Request', (signal) => [new Request(origin, { signal })]]
  ])('an abort by the caller is neutral, and a time limit a failure: %s', async (_, args) => {
    handler = hang
    for (const reason of [undefined, new Error('the user has left'), 'a string', 0, null]) {
      const { guarded, outcomes, state } = guard()
      const controller = new AbortController()
      const call = caught(guarded(...args(controller.signal)))
      await pause(0.02)
      controller.abort(reason)
      const error = await call
      if (reason === undefined) expect(error).toMatchObject({ name: 'AbortError' })
      expect([outcomes(), state()]).toEqual([['Neutral'], 'closed'])
    }
    const { guarded, outcomes, state } = guard()
    expect(await caught(guarded(...args(AbortSignal.timeout(20))))).toMatchObject({ name: 'TimeoutError' })
    expect([outcomes(), state()]).toEqual([['Failure'], 'open'])
  })

  it('a time limit that comes with a signal of the caller is a failure, and so is one handed to abort', async () => {
    handler = hang
    const either = AbortSignal.any([new AbortController().signal, AbortSignal.timeout(20)])
    const first = guard()
    await caught(first.guarded(origin, { signal: either }))
    expect(first.state()).toBe('open')
    const second = guard()
    const controller = new AbortController()
    setTimeout(() => controller.abort(new DOMException('too slow', 'TimeoutError')), 20)
    await caught(second.guarded(origin, { signal: controller.signal }))
    expect(second.state()).toBe('open')
  })

  it('a signal that was aborted before the call is neutral', async () => {
    const { guarded, outcomes } = guard()
    await caught(guarded(origin, { signal: AbortSignal.abort() }))
    expect([requests, outcomes()]).toEqual([0, ['Neutral']])
  })

  it('a network error while the signal of the caller is aborted is still a failure', async () => {
    const controller = new AbortController()
    const { guarded, state } = guard({}, {}, async () => {
      controller.abort()
      throw new TypeError('fetch failed')
    })
    await caught(guarded(origin, { signal: controller.signal }))
    expect(state()).toBe('open')
  })

  it('a request that could be sent to no host is neutral: a stranger cannot open the circuit by its headers', async () => {
    for (const init of [
      { headers: { 'x-user': 'a\nb' } },
      { method: 'GET', body: 'no body in a GET' },
      { method: 'no method' }
    ]) {
      const { guarded, outcomes, state } = guard()
      expect(await caught(guarded(origin, init))).toMatchObject({ name: 'TypeError' })
      expect([outcomes(), state()]).toEqual([['Neutral'], 'closed'])
    }
  })

  it('a request to a port that fetch blocks, or with a password in its URL, is neutral: nothing was sent', async () => {
    for (const url of ['http://127.0.0.1:1/', 'http://user:password@127.0.0.1/', new Request('http://127.0.0.1:1/')]) {
      const { guarded, outcomes } = guard()
      expect(await caught(guarded(url))).toMatchObject({ name: 'TypeError' })
      expect([url, outcomes()]).toEqual([url, ['Neutral']])
    }
  })

  it('a network error of a request that could be sent is a failure, with a body and without', async () => {
    handler = (request) => request.socket.destroy()
    for (const args of [
      [origin, { method: 'POST', body: 'text' }],
      [origin, { method: 'POST', body: new Response('text').body, duplex: 'half' }],
      [origin, { headers: {} }],
      [new Request(origin, { method: 'POST', body: 'text' }), {}]
    ]) {
      const { guarded, state } = guard()
      await caught(guarded(...(args as Parameters<typeof fetch>)))
      expect(state()).toBe('open')
    }
  })

  it('a network error is a failure also where the platform has no Request', async () => {
    handler = (request) => request.socket.destroy()
    const { guarded, state } = guard()
    const { Request } = globalThis
    Reflect.deleteProperty(globalThis, 'Request')
    try {
      await caught(guarded(origin, {}))
    } finally {
      globalThis.Request = Request
    }
    expect(state()).toBe('open')
  })

  it('a fetch that throws instead of rejecting has failed', async () => {
    const { guarded, state } = guard({}, {}, () => {
      throw new Error('no network')
    })
    expect(String(await caught(guarded(origin)))).toBe('Error: no network')
    expect(state()).toBe('open')
  })

  it('a redirect counts for the host that was asked, by its end', async () => {
    handler = (request, response) =>
      request.url === '/'
        ? response.writeHead(302, { location: '/moved' }).end()
        : response.writeHead(503).end('at the new place')
    const { guarded, state } = guard()
    const response = await guarded(origin)
    expect([response.redirected, await response.text(), state()]).toEqual([true, 'at the new place', 'open'])
  })
})

describe('the option failed', () => {
  it('decides what is a failure', async () => {
    const { guarded, state } = guard({ failed: ({ status }) => status === 404 })
    handler = answer(503)
    await guarded(origin)
    expect(state()).toBe('closed')
    handler = answer(404)
    await guarded(origin)
    expect(state()).toBe('open')
  })

  it.each<[string, () => unknown]>([
    ['throws', () => { throw new Error('bug') }], // prettier-ignore
    ['returns a promise', async () => { throw new Error('bug') }], // prettier-ignore
    ['returns nothing', () => undefined]
  ])('that %s is reported, and the status decides', async (_, failed) => {
    const { guarded, state, reports } = guard({ failed: failed as () => boolean })
    await guarded(origin)
    expect(state()).toBe('closed')
    expect(reports).toHaveLength(1)
    expect(reports[0]).toMatch(
      /^Circuit breaker 'api\/127.0.0.1:\d+': the option failed has thrown or returned no boolean/
    )
    handler = answer(503)
    await guarded(origin)
    expect(state()).toBe('open')
  })
})

describe('the key', () => {
  it('is the host with its port, of a string, a URL, a Request and whatever looks like a URL', async () => {
    const seen: Array<string> = []
    const inner = (async () => new Response()) as typeof fetch
    const registry = { for: (key: string) => { seen.push(key); return new Registry({ name: 'r' }).for(key) } } // prettier-ignore
    const guarded = protectFetch(inner, registry)
    await guarded('https://a.example:443/x')
    await guarded(new URL('http://b.example:8080/x'))
    await guarded(new Request('https://user.example/x'))
    await guarded({ toString: () => 'https://c.example/x' } as unknown as string)
    expect(seen).toEqual(['a.example', 'b.example:8080', 'user.example', 'c.example'])
  })

  it('is shared by http and https of a host, unless it is made of the origin', async () => {
    const inner: typeof fetch = async (url) =>
      new Response(null, { status: (url as string).startsWith('https') ? 200 : 503 })
    const shared = guard({}, {}, inner)
    await shared.guarded('http://a.example/')
    await expect(shared.guarded('https://a.example/')).rejects.toMatchObject({ name: 'CircuitOpenError' })
    const apart = guard({ key: (url) => url.origin }, {}, inner)
    await apart.guarded('http://a.example/')
    expect((await apart.guarded('https://a.example/')).status).toBe(200)
  })

  it('is not asked of a URL that is neither http nor https: nothing counts', async () => {
    const { guarded, notices, reports, registry } = guard()
    expect(await caught(guarded('foo://a.example/'))).toMatchObject({ cause: { message: 'unknown scheme' } })
    expect(await (await guarded('data:text/plain,hello')).text()).toBe('hello')
    expect([notices, reports, registry.entries()]).toEqual([[], [], []])
  })

  it('says once that a request went out unguarded, where fetch takes a scheme that is neither http nor https', async () => {
    const { guarded, reports } = guard({}, {}, async () => new Response('page'))
    await guarded('app://a.example/')
    await guarded('app://a.example/')
    expect(reports).toHaveLength(1)
    expect(reports[0]).toMatch(/a request went out unguarded, because its URL has no host of http or https/)
  })

  it('gives each host a breaker of its own', async () => {
    handler = answer(503)
    const { guarded, registry } = guard()
    await guarded(origin)
    await caught(guarded(`http://localhost:${new URL(origin).port}/`))
    expect(requests).toBeGreaterThan(0)
    await expect(guarded(`${origin}/other`)).rejects.toMatchObject({ name: 'CircuitOpenError', breaker: `api/${host}` })
    expect(registry.entries().map(([key]) => key)).toContain(host)
  })

  it('can be anything that the URL and the arguments say, also one for all', async () => {
    handler = answer(503)
    const { guarded, state } = guard({
      key: ({ host: name, pathname }, _input, init) => `${name}${pathname} ${init?.method ?? 'GET'}`
    })
    await guarded(`${origin}/a`, { method: 'POST', body: '{}' })
    expect([state(`${host}/a POST`), state(`${host}/a GET`), state(host)]).toEqual(['open', 'closed', 'closed'])
  })

  it.each<[string, () => unknown]>([
    ['throws', () => { throw new Error('bug') }], // prettier-ignore
    ['returns a promise', async () => { throw new Error('bug') }], // prettier-ignore
    ['returns nothing', () => undefined]
  ])('that %s is reported, and the host is the key', async (_, key) => {
    handler = answer(503)
    const { guarded, state, reports } = guard({ key: key as () => string })
    await guarded(origin)
    expect([state(), reports.length]).toEqual(['open', 1])
    expect(reports[0]).toMatch(/the option key has thrown or returned no string, so the key of a request is its host/)
  })

  it('is not asked of a URL that cannot be parsed: fetch rejects, and nothing counts', async () => {
    const { guarded, notices, reports } = guard()
    for (const input of ['not a URL', '/relative', '', undefined, null, Symbol('x')])
      expect(await caught(guarded(input as string))).toMatchObject({ name: 'TypeError' })
    expect([notices, reports]).toEqual([[], []])
  })

  it('says once that a request went out unguarded, where fetch takes what is no URL', async () => {
    const { guarded, reports } = guard({}, {}, async () => new Response('page'))
    expect(await (await guarded('/relative')).text()).toBe('page')
    await guarded('/relative')
    expect(reports).toHaveLength(1)
    expect(reports[0]).toMatch(/a request went out unguarded, because its URL has no host/)
  })

  it.each([
    ['document', { baseURI: 'https://page.example/deep/' }, 'page.example'],
    ['location', { href: 'https://worker.example/deep/' }, 'worker.example']
  ])('of a relative URL is the host of the page: %s', async (name, value, expected) => {
    const { guarded, state } = guard({}, {}, async () => new Response(null, { status: 503 }))
    Object.defineProperty(globalThis, name, { value, configurable: true })
    try {
      await guarded('/users')
    } finally {
      Reflect.deleteProperty(globalThis, name)
    }
    expect(state(expected)).toBe('open')
  })
})

describe('Retry-After', () => {
  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000)
  const asked = async (headers: Record<string, string>, status = 429) => {
    handler = answer(status, headers)
    const { guarded, retryAfterSeconds } = guard({}, { maxRetryAfterSeconds: 600 })
    await guarded(origin)
    return retryAfterSeconds()
  }

  it.each<[string, Record<string, string>, number]>([
    ['seconds', { 'retry-after': '30' }, 30],
    ['a fraction of seconds', { 'retry-after': '30.5' }, 30.5],
    ['milliseconds', { 'retry-after-ms': '20500' }, 20.5],
    ['milliseconds before seconds', { 'retry-after-ms': '20000', 'retry-after': '30' }, 20],
    ['seconds where the milliseconds are none', { 'retry-after-ms': 'soon', 'retry-after': '30' }, 30],
    ['less than the recovery timeout: that stands', { 'retry-after': '3' }, 10],
    ['nothing', {}, 10],
    ['more than the cap: the cap', { 'retry-after': '86400' }, 600],
    ['a far date: the cap', { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }, 600],
    ['a date in the past', { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 10],
    ['far more milliseconds', { 'retry-after-ms': '1'.padEnd(300, '0') }, 600],
    ['far more seconds', { 'retry-after': '1'.padEnd(300, '0') }, 600],
    ['more digits than a number has', { 'retry-after': '1'.padEnd(400, '0') }, 10],
    ['more digits of milliseconds than a number has', { 'retry-after-ms': '1'.padEnd(400, '0') }, 10],
    ...['1e300', '-30', 'NaN', 'Infinity', '', 'soon', '0x20', '30, 60', '30s', '9999-12-31'].map(
      (text): [string, Record<string, string>, number] => [`what is no time: ${text}`, { 'retry-after': text }, 10]
    ),
    ...['1e9', '-30000', 'NaN', 'Infinity', ''].map((text): [string, Record<string, string>, number] => [
      `what is no time, in milliseconds: ${text}`,
      { 'retry-after-ms': text },
      10
    ])
  ])('may hold %s', async (_, headers, seconds) => {
    expect(await asked(headers)).toBe(seconds)
  })

  it('may hold a date, in each of its three forms', async () => {
    const date = inSeconds(100)
    const [, day, month, year, time] = date.toUTCString().split(' ') as [string, string, string, string, string]
    const long = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'][date.getUTCDay()]
    for (const text of [
      date.toUTCString(),
      `${long}, ${day}-${month}-${year.slice(2)} ${time} GMT`,
      `${date.toUTCString().slice(0, 3)} ${month} ${day.replace(/^0/, ' ')} ${time} ${year}`
    ]) {
      const seconds = await asked({ 'retry-after': text }, 503)
      expect(seconds).toBeGreaterThan(90)
      expect(seconds).toBeLessThanOrEqual(100)
    }
  })

  it('of a response that is no failure changes nothing', async () => {
    expect(await asked({ 'retry-after': '30' }, 404)).toBe(0)
  })

  it('is asked for by whatever the option failed takes for a failure', async () => {
    handler = answer(403, { 'retry-after': '30' })
    const { guarded, retryAfterSeconds } = guard({ failed: ({ status }) => status === 403 })
    await guarded(origin)
    expect(retryAfterSeconds()).toBe(30)
  })
})

describe("until: 'headers'", () => {
  it('returns the very response of fetch, and counts before its body', async () => {
    handler = hangAfterHeaders
    const response = new Response('as it is')
    expect(await guard({}, {}, async () => response).guarded(origin)).toBe(response)
    const { guarded, outcomes } = guard()
    const { body } = await guarded(origin)
    expect(outcomes()).toEqual(['Success'])
    await body?.cancel()
  })

  it('does not see a body that breaks off', async () => {
    handler = breakOff
    const { guarded, state } = guard()
    await expect((await guarded(origin)).text()).rejects.toThrow('terminated')
    expect(state()).toBe('closed')
  })
})

let made = 200
class Odd extends Response {
  constructor(body: BodyInit) {
    super(body, { status: made++ })
  }
}

describe("until: 'body'", () => {
  const body = (settings: Partial<RegistrySettings> = {}, inner: typeof fetch = fetch) =>
    guard({ until: 'body' }, settings, inner)

  it('counts a success when the body has been read', async () => {
    const { guarded, outcomes, time, notices } = body()
    const response = await guarded(origin)
    expect(outcomes()).toEqual([])
    time.advance(3)
    expect(await response.json()).toEqual({ name: 'Ada' })
    expect(outcomes()).toEqual(['Success'])
    expect(notices.at(-1)).toMatchObject({ elapsedSeconds: 3 })
  })

  it.each<[string, (response: Response) => Promise<unknown>]>([
    ['json', (r) => r.json()],
    ['text', (r) => r.text()],
    ['arrayBuffer', (r) => r.arrayBuffer()],
    ['blob', (r) => r.blob()],
    ['a reader', async (r) => { const reader = r.body!.getReader(); while (!(await reader.read()).done); }], // prettier-ignore
    ['a reader of bytes', async (r) => { const reader = r.body!.getReader({ mode: 'byob' }); while (!(await reader.read(new Uint8Array(3))).done); }], // prettier-ignore
    ['an iteration', async (r) => { for await (const chunk of r.body!) expect(chunk).toBeInstanceOf(Uint8Array) }], // prettier-ignore
    ['pipeTo', (r) => r.body!.pipeTo(new WritableStream())],
    ['pipeThrough', (r) => new Response(r.body!.pipeThrough(new TextDecoderStream()).pipeThrough(new TextEncoderStream())).text()], // prettier-ignore
    ['another Response', (r) => new Response(r.body, r).text()],
    ['tee', (r) => Promise.all(r.body!.tee().map((half) => new Response(half).text()))]
  ])('sees it read by %s, and sees it break off there', async (_, read) => {
    handler = (_request, response) => {
      response.write('{"name":')
      setTimeout(() => response.end('"Ada"}'), 5)
    }
    const healthy = body()
    await read(await healthy.guarded(origin))
    expect([healthy.outcomes(), healthy.state()]).toEqual([['Success'], 'closed'])
    handler = breakOff
    const broken = body()
    const error = await caught(read(await broken.guarded(origin)))
    expect(error).toMatchObject({ name: 'TypeError' })
    expect([broken.outcomes(), broken.state()]).toEqual([['Failure'], 'open'])
    expect(broken.errors()[0]).toMatchObject({ name: 'TypeError' })
  })

  it('gives the body unchanged, a large one too', async () => {
    const bytes = Buffer.alloc(5_000_000, 'abcdefg')
    handler = (_, response) => response.end(bytes)
    const { guarded } = body()
    expect(Buffer.compare(Buffer.from(await (await guarded(origin)).arrayBuffer()), bytes)).toBe(0)
  })

  it('keeps what a response says of itself, and so do its clones', async () => {
    handler = (request, response) =>
      request.url === '/'
        ? response.writeHead(302, { location: '/moved' }).end()
        : response.writeHead(203, 'Said By Another', [['set-cookie', 'a=1'], ['set-cookie', 'b=2']]).end('text') // prettier-ignore
    const { guarded, outcomes } = body()
    const says = (r: Response) => [r.url, r.redirected, r.type, r.status, r.statusText, r.ok, r.headers.getSetCookie(), r.bodyUsed, r instanceof Response] // prettier-ignore
    const [bare, response] = [await fetch(origin), await guarded(origin)]
    expect(says(response)).toEqual(says(bare))
    const clone = response.clone().clone()
    expect(says(clone)).toEqual(says(bare))
    expect(outcomes()).toEqual([])
    expect([await clone.text(), await response.text()]).toEqual(['text', 'text'])
    expect(outcomes()).toEqual(['Success'])
    expect(response.bodyUsed).toBe(true)
    await bare.text()
  })

  it('buffers nothing: the server writes as fast as the reader reads, and no faster', async () => {
    let written = 0
    handler = (_, response) => {
      const write = () => {
        written += 1
        if (written < 2000 && !response.destroyed) response.write(Buffer.alloc(100_000), write)
      }
      write()
    }
    const { guarded } = body()
    const { body: stream } = await guarded(origin)
    await pause(0.3)
    expect(written).toBeLessThan(1000) // what the sockets hold
    await stream?.cancel()
  })

  it.each<[string, (response: Response) => Promise<unknown>]>([
    ['the body', async (r) => r.body?.cancel()],
    ['its reader', async (r) => { const reader = r.body!.getReader(); await reader.read(); await reader.cancel() }], // prettier-ignore
    ['its reader, while it waits', async (r) => { const reader = r.body!.getReader(); await reader.read(); const waiting = reader.read()
        await pause(0.02); await reader.cancel(); await waiting }], // prettier-ignore
    ['an iteration', async (r) => { for await (const chunk of r.body!) if (chunk !== undefined) break }], // prettier-ignore
    ['all branches of a tee', async (r) => { await Promise.all(r.body!.tee().map((half) => half.cancel())) }] // prettier-ignore
  ])('a reader that cancels is neutral, and the connection is closed: %s', async (_, cancel) => {
    let closed: () => void
    const close = new Promise<void>((resolve) => (closed = resolve))
    handler = (request, response) => {
      response.on('close', () => closed())
      hangAfterHeaders(request, response)
    }
    const { guarded, outcomes, state } = body()
    await cancel(await guarded(origin))
    expect([outcomes(), state()]).toEqual([['Neutral'], 'closed'])
    await close
  })

  it('a reader that has got the last byte may stop there: the call has succeeded', async () => {
    const events = { 'content-type': 'text/event-stream; charset=utf-8' }
    for (const [headers, parts] of [
      [{ 'content-length': '6' }, ['hel', 'lo!']],
      [events, ['data: 1\n\n', 'data: [DONE]\n\n']],
      [events, ['data: 1\r\n\r\ndata: [DO', 'NE]\r\n\r\n']],
      [events, ['data:[DONE]\n\n']]
    ] as const) {
      handler = (_, response) => {
        response.writeHead(200, { ...headers, connection: 'close' })
        parts.forEach((part, i) => setTimeout(() => response.write(part), i * 20))
      }
      const { guarded, outcomes } = body()
      const reader = (await guarded(origin)).body!.getReader()
      let text = ''
      while (text.length < parts.join('').length) {
        expect(outcomes()).toEqual([])
        text += new TextDecoder().decode((await reader.read()).value)
      }
      expect(text).toBe(parts.join(''))
      await reader.cancel()
      expect(outcomes()).toEqual(['Success'])
    }
  })

  it.each([
    ['with fewer bytes than were announced', { 'content-length': '100' }],
    ['with as many bytes as a compressed body has', { 'content-length': '5', 'content-encoding': 'x-none' }],
    ['that is no stream of events', { 'content-type': 'text/plain' }]
  ])('a reader that stops at a body %s is neutral', async (_, headers) => {
    handler = (_request, response) => {
      const text = 'content-encoding' in headers ? '12345' : 'data: [DONE]\n\n'
      response.writeHead(200, { ...headers, connection: 'close' }).write(text)
    }
    const { guarded, outcomes } = body()
    const reader = (await guarded(origin)).body!.getReader()
    await reader.read()
    await reader.cancel()
    expect(outcomes()).toEqual(['Neutral'])
  })

  it('a caller who aborts while the body comes is neutral, and a time limit a failure', async () => {
    handler = hangAfterHeaders
    for (const reason of [undefined, new Error('the user has left')]) {
      const { guarded, outcomes } = body()
      const controller = new AbortController()
      const response = await guarded(origin, { signal: controller.signal })
      const read = caught(response.text())
      await pause(0.02)
      controller.abort(reason)
      expect(await read).toBe(controller.signal.reason)
      expect(outcomes()).toEqual(['Neutral'])
    }
    const { guarded, state } = body()
    const response = await guarded(origin, { signal: AbortSignal.timeout(50) })
    expect(await caught(response.text())).toMatchObject({ name: 'TimeoutError' })
    expect(state()).toBe('open')
  })

  it('ends with its headers where there is no body, and where it is a failure', async () => {
    for (const [status, headers, init, outcome] of [
      [200, {}, { method: 'HEAD' }, 'Success'],
      [204, {}, {}, 'Success'],
      [304, {}, {}, 'Success'],
      [200, { 'content-length': '0' }, {}, 'Success'],
      [503, { 'retry-after': '30' }, {}, 'Failure']
    ] as const) {
      handler = answer(status, headers, status === 503 ? 'a page that says so' : '')
      const { guarded, outcomes } = body()
      const response = await guarded(origin, init)
      expect([response.status, outcomes()]).toEqual([status, [outcome]])
      if (status === 503) expect(await response.text()).toBe('a page that says so')
    }
  })

  it('a probe whose body nobody reads holds its room until probeTimeoutSeconds, and has failed then', async () => {
    handler = answer(503)
    const { guarded, time, state, outcomes } = body({ probeTimeoutSeconds: 5, recoveryTimeoutSeconds: 10 })
    await guarded(origin)
    time.advance(10)
    handler = answer(200)
    const unread = await guarded(origin)
    await expect(guarded(origin)).rejects.toMatchObject({ reason: 'half_open' })
    time.advance(5)
    expect(state()).toBe('open')
    time.advance(10)
    expect(await (await guarded(origin)).text()).toBe('{"name":"Ada"}')
    expect([state(), outcomes()]).toEqual(['closed', ['Failure', 'Success']])
    await unread.text() // too late to count
    expect(state()).toBe('closed')
  })

  it('works with responses that were made by hand', async () => {
    const chunks = ['not ', 'bytes'].map((text) => new TextEncoder().encode(text))
    const stream = () =>
      new ReadableStream({
        start: (controller) => {
          chunks.forEach((chunk) => controller.enqueue(chunk))
          controller.close()
        }
      })
    const { guarded, outcomes } = body({}, async () => new Response(stream()))
    expect(await (await guarded(origin)).text()).toBe('not bytes')
    expect(outcomes()).toEqual(['Success'])
    const texts = new Response(
      new ReadableStream({ start: (controller) => (controller.enqueue('text'), controller.close()) })
    )
    const reader = (await body({}, async () => texts).guarded(origin)).body!.getReader()
    expect(await reader.read()).toEqual({ done: false, value: 'text' })
  })

  it.each<[string, () => unknown]>([
    ['of no class', () => ({ status: 200, headers: new Headers(), body: new ReadableStream() })],
    ['that others read', () => { const r = new Response('x'); r.body!.getReader(); return r }], // prettier-ignore
    ['of a stream of Node', () => ({ status: 200, headers: new Headers(), body: process.stdin })],
    ['whose class makes another', () => new Odd('x')],
    ['without headers', () => ({ status: 200, body: new ReadableStream() })]
  ])('says once that it cannot watch a response %s, which ends with its headers', async (_, make) => {
    const response = make()
    const { guarded, outcomes, reports } = body({}, async () => response as Response)
    expect(await guarded(origin)).toBe(response)
    await guarded(origin)
    expect(outcomes()).toEqual(['Success', 'Success'])
    expect(reports).toHaveLength(1)
    expect(reports[0]).toMatch(/because its body cannot be watched: until: 'body' takes a Response/)
  })
})

describe('when the circuit is open', () => {
  const opened = async (options: FetchOptions<typeof fetch>, headers: Record<string, string> = {}) => {
    handler = answer(503, headers)
    const all = guard(options, { recoveryTimeoutSeconds: 10.2 })
    await all.guarded(origin)
    requests = 0
    return all
  }

  it('it rejects as run does, without a request, and lets a probe through in time', async () => {
    const { guarded, time, state } = await opened({})
    const error = await caught(guarded(origin))
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name: 'CircuitOpenError',
      message: `Circuit breaker 'api/${host}' is OPEN`,
      reason: 'open',
      retryAfterSeconds: 10.2
    })
    expect(Object.prototype.toString.call(error)).toBe('[object Error]')
    expect(requests).toBe(0)
    time.advance(10.2)
    handler = answer(200)
    expect((await guarded(origin)).status).toBe(200)
    expect(state()).toBe('closed')
  })

  it("or, with whenOpen: 'response', answers 503, and says when to come back and that it is ours", async () => {
    const { guarded, registry } = await opened({ whenOpen: 'response' })
    const response = await guarded(origin)
    expect(requests).toBe(0)
    expect(response).toBeInstanceOf(Response)
    expect([response.status, response.ok, response.statusText]).toEqual([503, false, 'Service Unavailable'])
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'application/json',
      'retry-after': '11',
      'x-should-retry': 'false',
      'x-circuit-breaker': 'open'
    })
    expect(await response.json()).toEqual({
      error: {
        _tag: 'CircuitOpenError',
        message: `Circuit breaker 'api/${host}' is OPEN`,
        breaker: `api/${host}`,
        reason: 'open',
        retryAfterSeconds: 10.2
      }
    })
    await registry.for(host).isolate()
    const isolated = await guarded(origin)
    expect(isolated.headers.get('x-circuit-breaker')).toBe('isolated')
    expect(isolated.headers.has('retry-after')).toBe(false)
  })

  it("with whenOpen: 'response', rejects a call whose signal is aborted already with its reason, as fetch does", async () => {
    const { guarded } = await opened({ whenOpen: 'response' })
    const reason = new Error('gave up')
    const signal = AbortSignal.abort(reason)
    expect(await caught(guarded(origin, { signal }))).toBe(reason)
    expect(await caught(guarded(new Request(origin, { signal })))).toBe(reason)
    expect((await guarded(new Request(origin, { signal }), { signal: null })).status).toBe(503)
    expect((await guarded(origin, { signal: new AbortController().signal })).status).toBe(503)
    expect(requests).toBe(0)
  })

  it('a key of any text can be told in a response', async () => {
    const { guarded } = guard({ whenOpen: 'response', key: () => 'Grüße\n\u0000😀' }, {}, async () => new Response('', { status: 500 })) // prettier-ignore
    await guarded(origin)
    expect(await (await guarded(origin)).json()).toMatchObject({ error: { breaker: 'api/Grüße\n\u0000😀' } })
  })

  it('leaves a request with a body as it is, for a fallback', async () => {
    const { guarded } = await opened({})
    const request = new Request(origin, { method: 'POST', body: 'text' })
    await caught(guarded(request))
    expect([request.bodyUsed, await request.text()]).toEqual([false, 'text'])
  })
})

describe('an observer', () => {
  it('gets an error that names the status of a failed response, and none of the caller has to be handled', async () => {
    handler = answer(429, { 'retry-after': '30' })
    const { guarded, errors } = guard()
    await guarded(origin)
    const [error] = errors()
    expect(error).toBeInstanceOf(ResponseError)
    expect(error).toMatchObject({
      name: 'ResponseError',
      message: 'the server has answered with status 429',
      status: 429,
      retryAfterSeconds: 30
    })
  })
})

describe('a classifier in the settings', () => {
  it('refines what fetch counts: it gets failed responses as errors, and the others as values', async () => {
    const seen: Array<unknown> = []
    const { guarded, time } = guard(
      {},
      {
        failureThreshold: 2,
        classify: (result, elapsedSeconds) => {
          seen.push([result._tag, elapsedSeconds])
          return { _tag: result._tag === 'Left' ? 'Failure' : 'Success', slow: true, retryAfterSeconds: 0 }
        }
      },
      async () => (time.advance(2), new Response('', { status: seen.length === 0 ? 200 : 503, headers: { 'retry-after': '40' } })) // prettier-ignore
    )
    await guarded(origin)
    await guarded(origin)
    await guarded(origin)
    expect(seen).toEqual([['Right', 2], ['Left', 2], ['Left', 2]]) // prettier-ignore
    await expect(guarded(origin)).rejects.toMatchObject({ retryAfterSeconds: 40 })
  })

  it('that asks for a time of its own gets it', async () => {
    const { guarded, retryAfterSeconds } = guard({}, { classify: () => ({ _tag: 'Failure', slow: false, retryAfterSeconds: 99 }) }) // prettier-ignore
    handler = answer(503, { 'retry-after': '40' })
    await guarded(origin)
    expect(retryAfterSeconds()).toBe(99)
  })

  it('that returns no outcome is reported, and the call has failed', async () => {
    const { guarded, state, reports } = guard({}, { classify: () => undefined as never })
    await guarded(origin)
    expect([state(), reports.length]).toEqual(['open', 1])
    expect(reports[0]).toMatch(/no outcome of breaker-ts\/Outcome/)
  })
})

describe('what is no fetch', () => {
  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'nothing'],
    ['a text', 'body', '"body"'],
    ['an answer of another client', { data: 1 }, 'an object'],
    ['a status that is no number', { status: '503' }, 'an object']
  ])('that resolves with %s is reported once, and counts as a success', async (_, value, shown) => {
    const { guarded, outcomes, reports } = guard({}, {}, async () => value as Response)
    expect(await guarded(origin)).toBe(value)
    await guarded(origin)
    expect(outcomes()).toEqual(['Success', 'Success'])
    expect(reports).toEqual([
      `Circuit breaker 'api/${host}': fetch resolved with what is no Response, which counts as a success TypeError: given ${shown}, expected a Response`
    ])
  })

  it('is refused where it is no function', () => {
    expect(() => protectFetch(undefined as never, { name: 'api' })).toThrow(
      'Invalid settings of circuit breaker "api": fetch: given nothing, expected a function, such as the fetch of the platform'
    )
  })
})

describe('wrong settings and options', () => {
  const make = (options: unknown, settings: unknown = { name: 'api' }) =>
    protectFetch(fetch, settings as RegistrySettings, options as FetchOptions<typeof fetch>)

  it.each<[string, unknown, string]>([
    ['key', { key: 'host' }, 'options.key: given "host", expected a function from the URL of a request to a string'],
    [
      'failed',
      { failed: [503] },
      'options.failed: given an array of 1, expected a function from a response to a boolean'
    ],
    ['until', { until: 'end' }, "options.until: given \"end\", expected 'headers' or 'body'"],
    ['whenOpen', { whenOpen: null }, "options.whenOpen: given null, expected 'throw' or 'response'"],
    [
      'a misspelt one',
      { untill: 'body' },
      'options.untill: given "body", expected no setting of this name: did you mean until?'
    ],
    [
      'one of the breaker',
      { failureThreshold: 3 },
      'options.failureThreshold: given 3, expected it among the settings, in the second argument'
    ],
    ['no options', 'body', 'options: given "body", expected an object of options']
  ])('are refused when they are made: %s', (_, options, message) => {
    expect(() => make(options)).toThrow(`Invalid settings of circuit breaker "api": ${message}`)
  })

  it('are told all at once, and where an option stands among the settings', () => {
    expect(() => make({ until: 1, whenOpen: 2 })).toThrow(/options\.until: .*; options\.whenOpen: /)
    expect(() => make({}, { name: 'api', until: 'body' })).toThrow(
      'until: given "body", expected no setting of this name: an option of protectFetch, its third argument'
    )
    expect(() => make({}, { name: '' })).toThrow('name: given "", expected a non-empty string')
    expect(() => make({}, null)).toThrow('given null, expected an object of settings')
    expect(() => make({ until: 1 }, null)).toThrow('Invalid settings of a circuit breaker: options.until')
  })

  it('a breaker is neither settings nor a registry', () => {
    const { registry } = guard()
    expect(() => make({}, registry.for('x'))).toThrow(/given an object, expected settings or a Registry/)
    expect(() => make({}, registry.forSync('x'))).toThrow(/given an object, expected settings or a Registry/)
    expect(() => make({}, registry.for('x').session)).toThrow(/given an object, expected settings or a Registry/)
  })
})

describe('the guarded fetch', () => {
  it('has the type of the fetch that it guards, its overloads and its other members', async () => {
    const guarded: typeof fetch = protectFetch(fetch, { name: 'api' })
    expect((await guarded(new URL(origin))).ok).toBe(true)
    const preconnect = (url: string) => `connected to ${url}`
    const bun = Object.assign(async (url: string) => new Response(url), { preconnect })
    const more: typeof bun = protectFetch(bun, { name: 'api' })
    expect(more.preconnect('x')).toBe('connected to x')
    expect(await (await more(origin)).text()).toBe(origin)
    const least: FetchLike = protectFetch(async () => ({ status: 200, headers: new Map<string, string>() as never }), {
      name: 'api'
    })
    expect(typeof least).toBe('function')
  })

  it('passes every argument on as it is', async () => {
    const seen: Array<ReadonlyArray<unknown>> = []
    const inner = async (...args: ReadonlyArray<unknown>) => (seen.push(args), new Response())
    const guarded = protectFetch(inner, { name: 'api' })
    const args = [new Request(origin), { method: 'PUT' }, 'more']
    await guarded(...args)
    await guarded(origin)
    expect(seen[0]?.map((arg, i) => arg === args[i])).toEqual([true, true, true])
    expect(seen[1]).toEqual([origin])
  })
})

// Proves `protectFetch` with the real clients, against a server on loopback that dies: calls fail, the circuit opens, rejected
// calls cost no request and no retry, and it recovers. Prints a table and `N passed, N failed`.
import assert from 'node:assert'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { isCircuitOpenError } from 'breaker-ts/CircuitOpenError'
import { manual } from 'breaker-ts/Clock'
import { protectFetch } from 'breaker-ts/Fetch'
import { Registry } from 'breaker-ts/Registry'

import { CLIENTS } from './clients.mjs'
import { BLOCKS } from './guide.mjs'
import { startServer } from './server.mjs'

const THRESHOLD = 2

const guard = (options = {}, inner = fetch) => {
  const time = manual()
  const told = { CallAdmitted: 0, CallRejected: 0, outcomes: [] }
  const registry = new Registry({
    name: 'clients',
    failureThreshold: THRESHOLD,
    recoveryTimeoutSeconds: 60,
    clock: time.clock,
    observer: (notice) => () => {
      if (notice._tag === 'CallEnded') told.outcomes.push(notice.outcome._tag)
      else if (notice._tag !== 'Transition') told[notice._tag] += 1
    }
  })
  const guarded = protectFetch(inner, registry, options)
  const breaker = registry.for(new URL(server.url).host)
  return { guarded, told, time, breaker, state: () => breaker.current().circuitState }
}

const server = await startServer()
const revive = () => {
  server.mode = 'up'
  server.requests = 0
}

/** A fetch with a time limit, within what is guarded. */
const limited = (input, { signal, ...init } = {}) =>
  fetch(input, { ...init, signal: AbortSignal.any([AbortSignal.timeout(50), ...(signal ? [signal] : [])]) })

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

const timed = async (promise) => {
  const start = performance.now()
  const error = await promise().then(
    () => undefined,
    (error) => error
  )
  return { error, milliseconds: performance.now() - start }
}

const CHECKS = {
  'calls fail and open the circuit': async ({ setUp, options }) => {
    const { guarded, told, breaker, state } = guard(options)
    const call = setUp(guarded, server.url, {}, breaker)
    assert.strictEqual(await call(), 'hello')
    assert.deepStrictEqual(told.outcomes, ['Success'])
    server.die()
    for (let i = 1; i <= THRESHOLD; i++) {
      assert.strictEqual(state(), 'closed')
      await assert.rejects(call())
    }
    assert.deepStrictEqual(told.outcomes, ['Success', ...Array(THRESHOLD).fill('Failure')])
    assert.strictEqual(state(), 'open')
  },

  'a rejected call costs no request and no retry, and says so': async ({ setUp, options, isRejection }) => {
    const { guarded, told, breaker } = await opened(setUp, options)
    const call = setUp(guarded, server.url, {}, breaker)
    const rejected = []
    for (let i = 0; i < 20; i++) rejected.push(await timed(call))
    for (const { error } of rejected) assert.ok(isRejection(error), `rejected with ${error}`)
    assert.strictEqual(told.CallRejected, 20)
    assert.strictEqual(server.requests, 0)
    return `${median(rejected.map(({ milliseconds }) => milliseconds)).toFixed(1)} ms`
  },

  'the circuit recovers': async ({ setUp, options }) => {
    const { guarded, time, breaker, state } = await opened(setUp, options)
    const call = setUp(guarded, server.url, {}, breaker)
    time.advance(60)
    assert.strictEqual(await call(), 'hello')
    assert.strictEqual(state(), 'closed')
    assert.strictEqual(await call(), 'hello')
  },

  'a server that hangs opens the circuit, by a time limit of fetch': async ({ setUp, options }) => {
    const { guarded, told, breaker, state } = guard(options, limited)
    const call = setUp(guarded, server.url, {}, breaker)
    server.mode = 'hang'
    for (let i = 0; i < THRESHOLD; i++) await assert.rejects(call())
    assert.deepStrictEqual([told.outcomes.at(-1), state()], ['Failure', 'open'])
  },

  'a stream that is read counts, one that breaks off is a failure, one that is left is neutral': async ({
    stream,
    options
  }) => {
    if (stream === undefined) return undefined
    const { guarded, told } = guard(options)
    const parts = stream(guarded, server.url)
    const read = async (most = Infinity) => {
      let text = ''
      for await (const part of parts()) if ((text += part).length >= most) break
      return text
    }
    assert.strictEqual(await read(), 'hello')
    await read(1)
    await until(() => told.outcomes.length === 2)
    server.mode = 'cut'
    await assert.rejects(read())
    await until(() => told.outcomes.length === 3)
    assert.deepStrictEqual(told.outcomes, ['Success', 'Neutral', 'Failure'])
    return 'ok'
  }
}

const opened = async (setUp, options) => {
  const all = guard(options)
  const call = setUp(all.guarded, server.url, {}, all.breaker)
  server.die()
  for (let i = 0; i < THRESHOLD; i++) await assert.rejects(call())
  revive()
  return all
}

const until = async (condition) => {
  for (let i = 0; i < 100 && !condition(); i++) await sleep(10)
}

const rejections = async ({ setUp }, options, clientOptions) => {
  const { guarded, told } = await opened(setUp, options)
  await assert.rejects(setUp(guarded, server.url, clientOptions)())
  return told.CallRejected
}

const neutralAt = async ({ setUp, options }, clientOptions) => {
  const { guarded, told } = guard(options)
  server.mode = 'hang'
  await assert.rejects(setUp(guarded, server.url, clientOptions)())
  await until(() => told.outcomes.length === 1)
  assert.deepStrictEqual(told.outcomes, ['Neutral'])
}

// What the guides say of single clients.
const { openai, '@anthropic-ai/sdk': anthropic, ai, ky, axios } = CLIENTS
const retry = { limit: 2, shouldRetry: ({ error }) => !isCircuitOpenError(error) && undefined }
const SAID = [
  [
    'openai',
    'retries an exception',
    async () => assert.strictEqual(await rejections(openai, {}, { maxRetries: 2 }), 3)
  ],
  [
    'openai',
    "does not retry a response of whenOpen: 'response'",
    async () => assert.strictEqual(await rejections(openai, { whenOpen: 'response' }, { maxRetries: 2 }), 1)
  ],
  ['openai', 'ends a call at its own timeout by an abort, which is neutral', () => neutralAt(openai, { timeout: 50 })],
  [
    '@anthropic-ai/sdk',
    'retries an exception',
    async () => assert.strictEqual(await rejections(anthropic, {}, { maxRetries: 2 }), 3)
  ],
  [
    '@anthropic-ai/sdk',
    "does not retry a response of whenOpen: 'response'",
    async () => assert.strictEqual(await rejections(anthropic, { whenOpen: 'response' }, { maxRetries: 2 }), 1)
  ],
  [
    '@anthropic-ai/sdk',
    'ends a call at its own timeout by an abort, which is neutral',
    () => neutralAt(anthropic, { timeout: 50 })
  ],
  ['ai', 'does not retry an exception', async () => assert.strictEqual(await rejections(ai, {}, { maxRetries: 2 }), 1)],
  ['ky', 'retries an exception', async () => assert.strictEqual(await rejections(ky, {}, { retry: 1 }), 2)],
  ['ky', 'does not, where shouldRetry says so', async () => assert.strictEqual(await rejections(ky, {}, { retry }), 1)],
  ['ky', 'ends a call at its own timeout by an abort, which is neutral', () => neutralAt(ky, { timeout: 50 })],
  ['axios', 'ends a call at its own timeout by an abort, which is neutral', () => neutralAt(axios, { timeout: 50 })]
]

const overdue = async () => {
  await sleep(20_000, undefined, { ref: false })
  throw new Error('no end after 20 s')
}

const results = []
const check = async (client, title, promise) => {
  revive()
  try {
    results.push({ client, title, ok: true, note: await Promise.race([promise(), overdue()]) })
  } catch (error) {
    results.push({ client, title, ok: false })
    console.error(`FAIL ${client}: ${title}\n`, error)
  }
}

for (const [name, client] of Object.entries(CLIENTS))
  for (const [title, run] of Object.entries(CHECKS))
    if (client.stream !== undefined || !title.startsWith('a stream')) await check(name, title, () => run(client))

for (const [name, title, run] of SAID) await check(name, title, run)
// Keys for the clients of the guides, which are made and not used.
process.env.OPENAI_API_KEY = process.env.ANTHROPIC_API_KEY = 'none'
for (const { name, file } of BLOCKS) await check('guide', name, () => import(file))
server.close()

const versionOf = (name) =>
  name === 'fetch'
    ? `Node ${process.versions.node}`
    : JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url), 'utf8')).version
for (const name of Object.keys(CLIENTS)) {
  const own = results.filter(({ client }) => client === name)
  const note = own.find(({ title }) => title.startsWith('a rejected call'))?.note ?? '-'
  const passed = own.filter(({ ok }) => ok).length
  console.log(`${name.padEnd(18)} ${versionOf(name).padEnd(14)} ${passed} of ${own.length}   a rejected call: ${note}`)
}
const guide = results.filter(({ client }) => client === 'guide')
console.log(`${'the guides'.padEnd(33)} ${guide.filter(({ ok }) => ok).length} of ${guide.length}`)
const failed = results.filter(({ ok }) => !ok).length
console.log(`${results.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

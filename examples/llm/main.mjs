// Two providers on loopback and the real SDKs. One provider is overloaded, limits the rate and cuts its streams: the questions
// move to the other one, without waiting, and back. It asserts what it says, and prints `N passed, N failed`.
import assert from 'node:assert'
import { setTimeout as sleep } from 'node:timers/promises'

import Anthropic from '@anthropic-ai/sdk'
import { protectFetch } from 'breaker-ts/Fetch'
import OpenAI from 'openai'

import { askFirst, breakers, modelsAt } from './models.mjs'
import { startProvider } from './provider.mjs'

const MOST_MILLISECONDS = 50
const THRESHOLD = 2
const ANSWER = 'Circuit breakers are fuses.'

const [first, second] = [await startProvider(), await startProvider()]
const models = modelsAt(first.url, second.url)
const [claude, gpt] = models

const breaker = breakers.for('claude-x')
const answers = (status, headers = {}) =>
  Object.assign(first, { status, headers, cuts: false, hangs: false, requests: 0 })
const ask = () => askFirst(models, (model) => model.ask('what is a breaker?'))
const readAll = async (parts) => {
  let text = ''
  for await (const part of parts) text += part
  return text
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
const timed = async (run) => {
  const start = performance.now()
  await run()
  return performance.now() - start
}
const medianOf = async (run) => {
  const times = []
  for (let i = 0; i < 15; i++) times.push(await timed(run))
  return median(times)
}

/** Fails the first model until its circuit is open: after two questions, which the other model answers. */
const open = async (status, headers) => {
  answers(status, headers)
  await breaker.reset()
  for (let i = 0; i < THRESHOLD; i++) assert.deepStrictEqual(await ask(), { model: 'gpt-x', answer: ANSWER })
  assert.strictEqual(first.requests, THRESHOLD)
  assert.strictEqual(breaker.current().circuitState, 'open')
}

const movesBack = async () => {
  answers(200)
  await sleep(Math.ceil((breaker.current().retryAfterSeconds ?? 0) * 1000) + 1)
  assert.deepStrictEqual(await ask(), { model: 'claude-x', answer: ANSWER })
  assert.strictEqual(breaker.current().circuitState, 'closed')
}

const STEPS = {
  'the first model answers while it can': async () => {
    for (let i = 0; i < 3; i++) assert.deepStrictEqual(await ask(), { model: 'claude-x', answer: ANSWER })
    assert.strictEqual(second.requests, 0)
  },

  [`529, overloaded: the questions move to the second after ${THRESHOLD} failures`]: () => open(529),

  [`while it is open: no request, no retry, and no wait (median < ${MOST_MILLISECONDS} ms)`]: async () => {
    await open(529, { 'retry-after': '60' }) // longer than this step takes on any machine
    first.requests = 0
    await assert.rejects(claude.ask('?'), { status: 503 })
    const rejected = await medianOf(() => claude.ask('?').catch(() => undefined))
    const waits = (await medianOf(ask)) - (await medianOf(() => gpt.ask('?')))
    assert.ok(rejected < MOST_MILLISECONDS, `a rejected call took ${rejected} ms`)
    assert.ok(waits < MOST_MILLISECONDS, `a question took ${waits} ms longer than to the second model alone`)
    assert.strictEqual(first.requests, 0)
    return `a rejected call ${rejected.toFixed(1)} ms, a question ${waits.toFixed(1)} ms longer than to the second alone`
  },

  'it is up again: one probe, and the questions move back': async () => {
    await open(529)
    await movesBack()
  },

  '429 with Retry-After: 2 opens for 2 s, and not for the 1 s of the settings': async () => {
    await open(429, { 'retry-after': '2' })
    const { retryAfterSeconds } = breaker.current()
    assert.ok(retryAfterSeconds > 1 && retryAfterSeconds <= 2, `open for ${retryAfterSeconds} s`)
    await movesBack()
  },

  '400, a mistake of ours: no failure, and no other model is asked': async () => {
    answers(400)
    second.requests = 0
    for (let i = 0; i < 2 * THRESHOLD; i++) await assert.rejects(ask(), { status: 400 })
    assert.strictEqual(breaker.current().circuitState, 'closed')
    assert.strictEqual(second.requests, 0)
  },

  'a caller who leaves: neither success nor failure, and no other model is asked': async () => {
    answers(200)
    Object.assign(first, { hangs: true })
    second.requests = 0
    for (let i = 0; i < 2 * THRESHOLD; i++) {
      const caller = new AbortController()
      setTimeout(() => caller.abort(), 20)
      await assert.rejects(
        askFirst(models, (model) => model.ask('?', { signal: caller.signal })),
        Anthropic.APIUserAbortError
      )
    }
    assert.strictEqual(first.requests, 2 * THRESHOLD)
    assert.strictEqual(breaker.current().circuitState, 'closed')
    assert.strictEqual(second.requests, 0)
  },

  'a stream that breaks off after 200 OK is a failure, and the next goes to the second': async () => {
    answers(200)
    first.cuts = true
    const stream = () => askFirst(models, (model) => readAll(model.stream('?')))
    for (let i = 0; i < THRESHOLD; i++) assert.deepStrictEqual(await stream(), { model: 'gpt-x', answer: ANSWER })
    assert.strictEqual(breaker.current().circuitState, 'open')
    first.requests = 0
    assert.deepStrictEqual(await stream(), { model: 'gpt-x', answer: ANSWER })
    assert.strictEqual(first.requests, 0)
    await movesBack()
    assert.strictEqual(await readAll(claude.stream('?')), ANSWER)
  },

  'a stream that its reader leaves counts as neither': async () => {
    for (let i = 0; i < 2 * THRESHOLD; i++) for await (const part of claude.stream('?')) if (part !== '') break
    assert.strictEqual(breaker.current().circuitState, 'closed')
  },

  'both are down: the last error comes at once': async () => {
    await open(503)
    Object.assign(second, { status: 503 })
    for (let i = 0; i < THRESHOLD; i++) await assert.rejects(ask(), { status: 503 })
    Object.assign(second, { requests: 0 })
    const milliseconds = await medianOf(() => assert.rejects(ask(), ({ error }) => error._tag === 'CircuitOpenError'))
    assert.ok(milliseconds < MOST_MILLISECONDS, `it took ${milliseconds} ms`)
    assert.strictEqual(second.requests, 0)
    Object.assign(second, { status: 200 })
    return `${milliseconds.toFixed(1)} ms`
  }
}

/** How long the SDKs take with the retries that they have unless they are told otherwise (`maxRetries: 2`). */
const backoff = async () => {
  const isolated = async (whenOpen) => {
    const guarded = protectFetch(fetch, breakers, { key: () => 'isolated', whenOpen })
    await breakers.for('isolated').isolate()
    return guarded
  }
  const asks = (fetch, options = {}) => ({
    openai: () =>
      new OpenAI({ apiKey: 'none', baseURL: `${first.url}/v1`, fetch, ...options }).chat.completions.create({
        model: 'gpt-x',
        messages: [{ role: 'user', content: '?' }]
      }),
    '@anthropic-ai/sdk': () =>
      new Anthropic({ apiKey: 'none', baseURL: first.url, fetch, ...options }).messages.create({
        model: 'claude-x',
        max_tokens: 9,
        messages: [{ role: 'user', content: '?' }]
      })
  })
  const rows = [
    ['no breaker, 529', fetch, 529, {}],
    ['no breaker, 429 with Retry-After: 1', fetch, 429, { 'retry-after': '1' }],
    ["open, whenOpen: 'throw'", await isolated('throw'), 200, {}],
    ["open, whenOpen: 'response'", await isolated('response'), 200, {}],
    ["open, whenOpen: 'throw', maxRetries: 0", await isolated('throw'), 200, {}, { maxRetries: 0 }]
  ]
  for (const [what, guarded, status, headers, options] of rows) {
    answers(status, headers)
    const times = []
    for (const [sdk, run] of Object.entries(asks(guarded, options)))
      times.push(`${sdk} ${(await timed(() => run().catch(() => undefined))).toFixed(0).padStart(5)} ms`)
    console.log(`  ${what.padEnd(40)} ${times.join('   ')}`)
  }
}

let failed = 0
for (const [title, run] of Object.entries(STEPS)) {
  try {
    const note = await run()
    console.log(`ok   ${title}${note === undefined ? '' : `: ${note}`}`)
  } catch (error) {
    failed += 1
    console.log(`FAIL ${title}\n`, error)
  }
}
console.log('\nOne call that fails, with the retries of the SDK as they come:')
await backoff()
first.close()
second.close()
console.log(`\n${Object.keys(STEPS).length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

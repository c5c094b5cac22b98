// node story.mjs express: the application of a recipe serves on loopback, beside a payment service that dies and comes back.
// One line for each promise that it keeps; the first that it does not keep throws.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'

const [name] = process.argv.slice(2)

// -------------------------------------------------------------------------------------
// the payment service
// -------------------------------------------------------------------------------------

const service = { up: true, requests: 0 }
const payments = createServer((_, response) => {
  service.requests++
  if (service.up) response.end('paid')
  else response.destroy()
}).listen(0, '127.0.0.1')
await once(payments, 'listening')
process.env.PAYMENTS_URL = `http://127.0.0.1:${payments.address().port}`

// -------------------------------------------------------------------------------------
// the applications
// -------------------------------------------------------------------------------------

const serving = async (server) => {
  await once(server, 'listening')
  return server
}

const SERVERS = {
  express: ({ app }) => serving(app.listen(0, '127.0.0.1')),
  fastify: async ({ app }) => {
    await app.listen({ port: 0, host: '127.0.0.1' })
    return app.server
  },
  hono: async ({ app }) => {
    const { serve } = await import('@hono/node-server')
    return serving(serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }))
  },
  nest: async ({ AppModule }) => {
    const { NestFactory } = await import('@nestjs/core')
    const app = await NestFactory.create(AppModule, { logger: false })
    await app.listen(0, '127.0.0.1')
    return app.getHttpServer()
  }
}

const server = await SERVERS[name](await import(`./build/${name}.mjs`))

const ask = async (path) => {
  const response = await fetch(`http://127.0.0.1:${server.address().port}${path}`)
  const text = await response.text()
  return { status: response.status, retryAfter: response.headers.get('retry-after'), text }
}
const page = async () => {
  const { status, text } = await ask('/health')
  return { httpStatus: status, ...JSON.parse(text) }
}
const stateOf = async (breaker) => (await page()).breakers.find((each) => each.name === breaker)

// -------------------------------------------------------------------------------------
// the story
// -------------------------------------------------------------------------------------

const STORY = {
  'passes healthy calls': async () =>
    assert.deepEqual(await ask('/pay'), { status: 200, retryAfter: null, text: 'paid' }),

  'is healthy and ready while every circuit is closed': async () => {
    const { httpStatus, status, breakers } = await page()
    assert.deepEqual([httpStatus, status], [200, 'ok'])
    assert.deepEqual(breakers[0], { name: 'payments', state: 'closed', retryAfterSeconds: 0 })
    assert.equal((await ask('/ready')).status, 200)
  },

  'gives the errors of the service as they are': async () => {
    service.up = false
    for (let i = 0; i < 3; i++) assert.equal((await ask('/pay')).status, 500)
  },

  'answers 503 with Retry-After while the circuit is open, and asks the service nothing': async () => {
    const before = service.requests
    const { status, retryAfter, text } = await ask('/pay')
    assert.equal(status, 503)
    assert.match(retryAfter, /^[1-5]$/)
    assert.deepEqual(JSON.parse(text), { error: 'Try again later' })
    assert.equal(service.requests, before)
  },

  'is degraded, and says so with status 200': async () => {
    const { httpStatus, status } = await page()
    assert.deepEqual([httpStatus, status], [200, 'degraded'])
    const { state, retryAfterSeconds, sinceSeconds } = await stateOf('payments')
    assert.equal(state, 'open')
    assert.ok(Math.abs(retryAfterSeconds + sinceSeconds - 5) < 0.002)
  },

  'is not ready while a critical circuit is open': async () => {
    const { status, text } = await ask('/ready')
    assert.equal(status, 503)
    assert.match(text, /"name":"payments","state":"open"/)
  },

  'is ready again when a probe may pass, and well after it': async () => {
    service.up = true
    while ((await stateOf('payments')).state !== 'half_open') await new Promise((next) => setTimeout(next, 50))
    assert.equal((await ask('/ready')).status, 200)
    assert.equal((await ask('/pay')).text, 'paid')
    assert.equal((await page()).status, 'ok')
  }
}

const NEST = {
  'guards a route, where the mistakes of callers count for nothing': async () => {
    for (let i = 0; i < 5; i++) assert.equal((await ask('/orders/404')).status, 404)
    for (let i = 0; i < 3; i++) assert.equal((await ask('/orders/1')).status, 500)
    const { status, retryAfter } = await ask('/orders/1')
    assert.equal(status, 503)
    assert.match(retryAfter, /^[1-9]\d?$/)
    assert.equal((await stateOf('routes/PaymentsController.order')).state, 'open')
  }
}

for (const [promise, keep] of Object.entries({ ...STORY, ...(name === 'nest' ? NEST : {}) })) {
  await keep()
  console.log(`ok ${promise}`)
}
process.exit(0)

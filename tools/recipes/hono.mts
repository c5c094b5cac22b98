import { isCircuitOpenError } from 'breaker-ts'
import { health } from 'breaker-ts/Health'
import { Hono } from 'hono'

import { breakers, pay } from './payments.mjs'

export const app = new Hono()

app.get('/pay', async (context) => context.text(await pay()))

app.get('/health', (context) => context.json(health(breakers))) // always 200

app.get('/ready', (context) => {
  const { ready, ...page } = health(breakers, { critical: ['payments'] })
  return context.json(page, ready ? 200 : 503)
})

app.onError((error, context) => {
  if (!isCircuitOpenError(error)) return context.text('Internal Server Error', 500)
  context.header('Retry-After', String(Math.ceil(error.retryAfterSeconds ?? 1)))
  return context.json({ error: 'Try again later' }, 503)
})

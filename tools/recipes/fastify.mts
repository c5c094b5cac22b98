import { isCircuitOpenError } from 'breaker-ts'
import { health } from 'breaker-ts/Health'
import Fastify from 'fastify'

import { breakers, pay } from './payments.mjs'

export const app = Fastify()

app.setErrorHandler((error, _request, reply) => {
  if (!isCircuitOpenError(error)) return reply.send(error)
  return reply
    .header('Retry-After', Math.ceil(error.retryAfterSeconds ?? 1))
    .code(503)
    .send({ error: 'Try again later' })
})

app.get('/pay', () => pay())

app.get('/health', () => health(breakers)) // always 200

app.get('/ready', (_request, reply) => {
  const { ready, ...page } = health(breakers, { critical: ['payments'] })
  return reply.code(ready ? 200 : 503).send(page)
})

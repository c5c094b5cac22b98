import { isCircuitOpenError } from 'breaker-ts'
import { health } from 'breaker-ts/Health'
import express, { type ErrorRequestHandler } from 'express'

import { breakers, pay } from './payments.mjs'

export const app = express()

app.get('/pay', async (_request, response) => {
  response.send(await pay())
})

app.get('/health', (_request, response) => {
  response.json(health(breakers)) // always 200
})

app.get('/ready', (_request, response) => {
  const { ready, ...page } = health(breakers, { critical: ['payments'] })
  response.status(ready ? 200 : 503).json(page)
})

const whenOpen: ErrorRequestHandler = (error, _request, response, next) => {
  if (!isCircuitOpenError(error)) return next(error)
  response.set('Retry-After', String(Math.ceil(error.retryAfterSeconds ?? 1)))
  response.status(503).json({ error: 'Try again later' })
}
app.use(whenOpen) // after the routes

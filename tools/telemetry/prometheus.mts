import { createServer } from 'node:http'

import { AsyncCircuitBreaker } from 'breaker-ts'
import { observe } from 'breaker-ts/Metrics'
import { expose } from 'breaker-ts/Prometheus'
import { collectDefaultMetrics, register } from 'prom-client'

collectDefaultMetrics()
const { observer, metrics, watch } = observe()

export const payments = watch(new AsyncCircuitBreaker({ name: 'payments', failureThreshold: 2, observer }))

export const server = createServer((_, response) => {
  void register.metrics().then((others) => {
    response.setHeader('content-type', register.contentType)
    response.end(others + expose(metrics()))
  })
})

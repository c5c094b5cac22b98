// A service with breakers of every kind of trouble, as two jobs: one shown by breaker-ts/Prometheus, one by the SDK of
// OpenTelemetry. Its backend is an HTTP server that dies and recovers again and again.
import { once } from 'node:events'
import { createServer } from 'node:http'

import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { AsyncCircuitBreaker, Registry } from 'breaker-ts'
import { slowAfter, standard } from 'breaker-ts/Classifier'
import { observe } from 'breaker-ts/Metrics'
import { instrument } from 'breaker-ts/OpenTelemetry'
import { contentType, expose } from 'breaker-ts/Prometheus'

const { fetch } = globalThis

const listening = async (handler) => {
  const server = createServer(handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, address: `127.0.0.1:${server.address().port}` }
}

const exporters = {
  prometheus: () => {
    const { observer, metrics, watch } = observe()
    const answer = (_, response) => {
      response.setHeader('content-type', contentType)
      response.end(expose(metrics()))
    }
    return { observer, watch, answer }
  },
  opentelemetry: () => {
    const exporter = new PrometheusExporter({ preventServerStart: true })
    const meter = new MeterProvider({ readers: [exporter] }).getMeter('breaker-ts')
    const answer = (request, response) => exporter.getMetricsRequestHandler(request, response)
    return { ...instrument(meter, { durations: true }), answer }
  }
}

/** The breakers of one job, and what calls them every so often. */
const service = async ({ observer, watch }, backend, openSeconds) => {
  const settings = { failureThreshold: 3, recoveryTimeoutSeconds: openSeconds, observer }
  const breaker = (name, more) => watch(new AsyncCircuitBreaker({ name, ...settings, ...more }))
  const get = async (path) => {
    const response = await fetch(`http://${backend}${path}`)
    const text = await response.text()
    if (!response.ok) throw new Error(`${response.status}`)
    return text
  }
  const payments = breaker('payments', { classify: slowAfter(0.03)(standard) })
  const search = breaker('search')
  const ledger = breaker('ledger')
  const [legacy, beta] = [breaker('legacy'), breaker('beta')]
  const hosts = watch(new Registry({ name: 'hosts', ...settings }))
  await Promise.all([legacy.isolate(), beta.disable()])
  for (let i = 0; i < 3; i++) await ledger.recordFailure()
  let probes = 0
  const hang = () => (probes++ === 0 ? new Promise(() => undefined) : Promise.resolve())
  const calls = [
    () => payments.run(get, '/pay'),
    () => search.run(get, '/search'),
    () => ledger.run(hang), // the first probe never ends
    () => legacy.run(get, '/search'),
    () => beta.run(get, '/pay'),
    () => hosts.for('a.example').run(get, '/pay'),
    () => hosts.for('c.example').run(get, '/search'),
    () => search.run(() => Promise.reject(Object.assign(new Error(), { name: 'AbortError' })))
  ]
  return calls
}

/** Starts both jobs; `stop` ends them. The backend is down for `downSeconds` of every `periodSeconds`. */
export const start = async ({ periodSeconds, downSeconds, openSeconds, callsEverySeconds }) => {
  const startedAt = performance.now()
  const isDown = () => ((performance.now() - startedAt) / 1000) % periodSeconds > periodSeconds - downSeconds
  const backend = await listening(({ url }, response) => {
    response.statusCode = url === '/pay' && isDown() ? 503 : 200
    const answer = () => response.end('answer')
    if (url === '/pay' && Math.random() < 0.2) globalThis.setTimeout(answer, 40)
    else answer()
  })
  const jobs = await Promise.all(
    Object.entries(exporters).map(async ([name, exporter]) => {
      const exported = exporter()
      const calls = await service(exported, backend.address, openSeconds)
      return { name, calls, ...(await listening(exported.answer)) }
    })
  )
  const timer = globalThis.setInterval(() => {
    for (const { calls } of jobs) for (const call of calls) call().catch(() => undefined)
  }, callsEverySeconds * 1000)
  return {
    targets: Object.fromEntries(jobs.map(({ name, address }) => [name, address])),
    stop: () => {
      globalThis.clearInterval(timer)
      for (const { server } of [backend, ...jobs]) {
        server.close()
        server.closeAllConnections()
      }
    }
  }
}

// What the real SDK of OpenTelemetry and the real prom-client make of breakers: `npm run telemetry`. The last line counts.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { context, trace } from '@opentelemetry/api'
import { AggregationTemporality } from '@opentelemetry/sdk-metrics'
import { AsyncCircuitBreaker, CircuitBreaker, Registry, isCircuitOpenError } from 'breaker-ts'
import { slowAfter, standard } from 'breaker-ts/Classifier'
import { manual } from 'breaker-ts/Clock'
import { observe } from 'breaker-ts/Metrics'
import { instrument } from 'breaker-ts/OpenTelemetry'
import { contentType, expose } from 'breaker-ts/Prometheus'
import { from } from 'breaker-ts/Snapshot'

import { promtool } from './prometheus.mjs'
import { meterAsText, meterInMemory, startGlobal } from './sdk.mjs'

const { fetch } = globalThis
const HERE = import.meta.dirname
const TSC = join(HERE, '..', '..', 'node_modules', 'typescript', 'bin', 'tsc')

// -------------------------------------------------------------------------------------
// the story of one incident
// -------------------------------------------------------------------------------------

const fail = () => Promise.reject(new Error('503'))
const settings = (time, observer) => ({
  name: 'payments',
  failureThreshold: 2,
  classify: slowAfter(1)(standard),
  clock: time.clock,
  observer
})

/** Ten seconds of health, an outage of 75 seconds, a probe that is in flight. */
const incident = async (time, observer, watch) => {
  const payments = watch(new AsyncCircuitBreaker(settings(time, observer)))
  const pay = (seconds, work = async () => 'paid') =>
    payments
      .run(() => {
        time.advance(seconds)
        return work()
      })
      .catch(() => undefined)
  await pay(0.2)
  await pay(9.8) // slow
  await pay(0, () => Promise.reject(Object.assign(new Error('cancelled'), { name: 'AbortError' })))
  await pay(0.06, fail)
  await pay(0.06, fail)
  await pay(0)
  await pay(0)
  time.advance(75)
  void payments.run(() => new Promise(() => undefined)) // a probe that hangs
  await pay(0)
  return payments
}

/** A point of a metric in memory, as a line. */
const linesOf = (metrics) =>
  metrics.flatMap(({ descriptor, dataPoints }) =>
    dataPoints.map(({ value, attributes }) => {
      const labels = Object.entries(attributes).map(([key, text]) => `${key}=${text}`)
      return `${descriptor.name} [${descriptor.unit}] ${labels.join(' ')}: ${typeof value === 'number' ? round(value) : JSON.stringify(value.buckets.counts)}`
    })
  )
const round = (value) => Math.round(value * 1e6) / 1e6
const namesIn = (metrics) => [
  ...new Set(
    metrics.flatMap(({ dataPoints }) => dataPoints.map(({ attributes }) => attributes['circuit_breaker.name']))
  )
]
const valueOf = (metrics, metric, attributes) =>
  metrics
    .find(({ descriptor }) => descriptor.name === `circuit_breaker.${metric}`)
    ?.dataPoints.find((point) =>
      Object.entries(attributes).every(([key, text]) => point.attributes[`circuit_breaker.${key}`] === text)
    )?.value
const stateIn = (metrics, name) =>
  ['closed', 'open', 'half_open', 'isolated', 'disabled'].map((state) => valueOf(metrics, 'state', { name, state }))

const expected = (file) => readFileSync(join(HERE, 'expected', file), 'utf8')

// -------------------------------------------------------------------------------------
// checks
// -------------------------------------------------------------------------------------

const metricsInMemory = async () => {
  const { meter, collect } = meterInMemory()
  const time = manual(1000)
  const { observer, watch } = instrument(meter, { clock: time.clock })
  await incident(time, observer, watch)
  const metrics = await collect()
  const lines = linesOf(metrics)
  assert.equal(lines.join('\n') + '\n', expected('incident-otel.txt'))
  assert.equal(lines.length, 23)
}

const metricsAsText = async () => {
  const { meter, collect } = meterAsText()
  const time = manual(1000)
  const { observer, watch } = instrument(meter, { clock: time.clock })
  await incident(time, observer, watch)
  assert.equal(rounded(await collect()), expected('incident-otel.prom'))
}

const rounded = (text) => text.replace(/ (\d+\.\d{7,})$/gm, (_, value) => ` ${round(Number(value))}`)

const textOfOurs = async () => {
  const time = manual(1000)
  const { observer, metrics, watch } = observe(time.clock)
  await incident(time, observer, watch)
  const text = expose(metrics())
  assert.equal(rounded(text), expected('incident.prom'))
  lint(text)
}

const lint = (text) => promtool(['check', 'metrics'], text)

const timeAlone = async () => {
  const { meter, collect } = meterInMemory()
  const time = manual()
  const { observer, watch } = instrument(meter, { clock: time.clock })
  const payments = watch(new AsyncCircuitBreaker({ ...settings(time, observer), probeTimeoutSeconds: 10 }))
  assert.deepEqual(stateIn(await collect(), 'payments'), [1, 0, 0, 0, 0], 'before the first call')
  await payments.recordFailure()
  await payments.recordFailure()
  assert.deepEqual(stateIn(await collect(), 'payments'), [0, 1, 0, 0, 0])
  time.advance(60)
  const halfOpen = await collect()
  assert.deepEqual(stateIn(halfOpen, 'payments'), [0, 0, 1, 0, 0], 'nobody has called since')
  assert.equal(valueOf(halfOpen, 'transitions', { name: 'payments', state: 'half_open' }), 1)
  assert.equal(valueOf(halfOpen, 'state.duration', { name: 'payments', state: 'open' }), 60)
  void payments.run(() => new Promise(() => undefined))
  time.advance(15)
  const open = await collect()
  assert.deepEqual(stateIn(open, 'payments'), [0, 1, 0, 0, 0], 'the probe has timed out')
  assert.equal(valueOf(open, 'state.duration', { name: 'payments', state: 'open' }), 65)
  await payments.isolate()
  assert.deepEqual(stateIn(await collect(), 'payments'), [0, 0, 0, 1, 0])
  await payments.disable()
  assert.deepEqual(stateIn(await collect(), 'payments'), [0, 0, 0, 0, 1])
}

const restored = async () => {
  const { meter, collect } = meterInMemory()
  const time = manual()
  const { observer, watch } = instrument(meter, { clock: time.clock })
  const before = new CircuitBreaker({ name: 'payments', failureThreshold: 1, clock: time.clock })
  before.recordFailure()
  watch(new CircuitBreaker({ name: 'payments', clock: time.clock, restore: from(before.snapshot()), observer }))
  time.advance(20)
  const metrics = await collect()
  assert.deepEqual(stateIn(metrics, 'payments'), [0, 1, 0, 0, 0])
  assert.equal(valueOf(metrics, 'state.duration', { name: 'payments', state: 'open' }), 20)
}

const durations = async () => {
  const { meter, collect } = meterInMemory()
  const time = manual(1000)
  const { observer, watch } = instrument(meter, { clock: time.clock, durations: true })
  await incident(time, observer, watch)
  const metrics = await collect()
  const histogram = metrics.find(({ descriptor }) => descriptor.name === 'circuit_breaker.call.duration')
  assert.deepEqual(
    histogram.dataPoints[0].value.buckets.boundaries,
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
  )
  assert.deepEqual(linesOf([histogram]), [
    'circuit_breaker.call.duration [s] circuit_breaker.name=payments circuit_breaker.outcome=success: [0,0,0,0,0,0,1,0,0,0,0,0,0,1,0]',
    'circuit_breaker.call.duration [s] circuit_breaker.name=payments circuit_breaker.outcome=neutral: [1,0,0,0,0,0,0,0,0,0,0,0,0,0,0]',
    'circuit_breaker.call.duration [s] circuit_breaker.name=payments circuit_breaker.outcome=failure: [0,0,0,0,2,0,0,0,0,0,0,0,0,0,0]'
  ])
  const text = meterAsText()
  const { observer: second, watch: watchSecond } = instrument(text.meter, { clock: time.clock, durations: true })
  await incident(time, second, watchSecond)
  const series = (await text.collect()).split('\n').filter((line) => line.startsWith('circuit_breaker'))
  assert.equal(series.length, 74)
}

const differences = async () => {
  const { meter, collect } = meterInMemory(AggregationTemporality.DELTA)
  const time = manual(1000)
  const { observer, watch } = instrument(meter, { clock: time.clock })
  const breaker = watch(new CircuitBreaker(settings(time, observer)))
  const deltas = async () =>
    [await collect()].map((metrics) => [
      valueOf(metrics, 'calls', { outcome: 'success' }),
      valueOf(metrics, 'state.duration', { state: 'closed' })
    ])[0]
  for (let i = 0; i < 3; i++) breaker.call(() => 'paid')
  time.advance(5)
  assert.deepEqual(await deltas(), [3, 5])
  breaker.call(() => 'paid')
  assert.deepEqual(await deltas(), [1, 0])
}

const manyBreakers = async () => {
  const { meter, collect } = meterInMemory()
  const said = []
  const { error } = console
  console.error = (message) => said.push(message)
  try {
    const { observer } = instrument(meter)
    for (let i = 0; i < 5000; i++) new CircuitBreaker({ name: `b${i}`, observer }).call(() => 1)
    const metrics = await collect()
    const names = namesIn(metrics)
    assert.equal(names.length, 101)
    assert.equal(valueOf(metrics, 'calls', { name: 'other', outcome: 'success' }), 4900)
    assert.ok(!JSON.stringify(linesOf(metrics)).includes('overflow'))
    assert.equal(said.length, 1)
    assert.match(said[0], /'b100': its metrics are counted as 'other'.*raise maxNames/)
  } finally {
    console.error = error
  }
}

const keys = async () => {
  const { meter, collect } = meterInMemory()
  const time = manual()
  const { observer, watch } = instrument(meter, { clock: time.clock })
  const hosts = watch(new Registry({ name: 'hosts', failureThreshold: 1, clock: time.clock, observer }))
  assert.deepEqual(stateIn(await collect(), 'hosts'), [0, 0, 0, 0, 0])
  for (let i = 0; i < 5000; i++) await hosts.for(`h${i}`).run(async () => i)
  await hosts.for('a').recordFailure()
  time.advance(30)
  await hosts.for('b').recordFailure()
  await hosts.for('c').isolate()
  await hosts.for('d').recordFailure()
  await hosts.for('d').reset()
  time.advance(30)
  const metrics = await collect()
  assert.deepEqual(namesIn(metrics), ['hosts'])
  assert.equal(valueOf(metrics, 'calls', { name: 'hosts', outcome: 'success' }), 5000)
  assert.deepEqual(stateIn(metrics, 'hosts'), [1, 1, 1, 1, 0]) // d is held as CLOSED, a has waited
  assert.deepEqual(
    ['open', 'half_open', 'isolated'].map((state) => valueOf(metrics, 'state.duration', { name: 'hosts', state })),
    [90, 0, 30]
  )
}

const perKey = async () => {
  const { meter, collect } = meterInMemory()
  const time = manual()
  const { observer, watch } = instrument(meter, { clock: time.clock, perKey: true, maxNames: 3 })
  const hosts = watch(new Registry({ name: 'hosts', failureThreshold: 1, clock: time.clock, observer }))
  for (const key of ['a', 'b', 'c', 'd', 'e']) await hosts.for(key).recordFailure()
  time.advance(60)
  const metrics = await collect()
  assert.deepEqual(namesIn(metrics), ['hosts/a', 'hosts/b', 'hosts/c', 'hosts'])
  assert.deepEqual(stateIn(metrics, 'hosts/a'), [0, 0, 1, 0, 0])
  assert.deepEqual(stateIn(metrics, 'hosts'), [0, 0, 2, 0, 0])
}

const spansAndLogs = async ({ spans, records, collect }) => {
  const { payments, hosts } = await import('./build/otel.mjs')
  const tracer = trace.getTracer('test')
  const inSpan = (name, breaker, work) =>
    tracer.startActiveSpan(name, async (span) => {
      await breaker.run(work).catch(() => undefined)
      span.end()
    })
  const slowly = (milliseconds, work) => () => sleep(milliseconds).then(work)
  await Promise.all([
    inSpan('first', payments, slowly(20, fail)),
    inSpan('second', payments, slowly(40, fail)), // trips
    inSpan(
      'third',
      payments,
      slowly(60, async () => 'late')
    )
  ])
  await inSpan('fourth', payments, async () => 'rejected')
  await tracer.startActiveSpan('two breakers', async (span) => {
    await payments.run(fail).catch((error) => assert.ok(isCircuitOpenError(error)))
    await hosts.for('a').run(async () => 'fine')
    span.end()
  })
  const attributes = Object.fromEntries(spans.getFinishedSpans().map((span) => [span.name, span.attributes]))
  const payment = (rest) => ({
    'circuit_breaker.name': 'payments',
    ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [`circuit_breaker.${key}`, value]))
  })
  assert.deepEqual(attributes.first, payment({ outcome: 'failure' }))
  assert.deepEqual(attributes.second, payment({ outcome: 'failure', state: 'open' }))
  assert.deepEqual(attributes.third, payment({ outcome: 'success' }))
  for (const name of ['fourth', 'two breakers']) {
    const { 'circuit_breaker.retry_after': retryAfter, ...rest } = attributes[name]
    assert.ok(retryAfter > 59 && retryAfter <= 60)
    assert.deepEqual(rest, payment({ outcome: 'rejected', 'rejection.reason': 'open' }))
  }
  assert.ok(
    spans.getFinishedSpans().every(({ status }) => status.code === 0),
    'no status is changed'
  )
  assert.equal(trace.getSpan(context.active()), undefined)

  await payments.reset()
  const [opened, closed] = records.getFinishedLogRecords()
  assert.deepEqual(
    [opened.eventName, opened.severityNumber, opened.severityText, opened.body, opened.attributes],
    [
      'circuit_breaker.state_change',
      13,
      'WARN',
      "Circuit breaker 'payments': closed -> open (Failed)",
      {
        ...payment({ state: 'open', previous_state: 'closed', cause: 'Failed', retry_after: 60 }),
        'exception.message': 'Error: 503'
      }
    ]
  )
  assert.deepEqual(
    [closed.severityNumber, closed.attributes],
    [9, payment({ state: 'closed', previous_state: 'open', cause: 'Reset', rejected_calls: 2 })]
  )
  const metrics = await collect()
  assert.deepEqual(stateIn(metrics, 'payments'), [1, 0, 0, 0, 0])
  assert.equal(valueOf(metrics, 'calls', { name: 'payments', outcome: 'rejected' }), 2)
  assert.equal(valueOf(metrics, 'calls', { name: 'hosts', outcome: 'success' }), 1)
}

const besidePromClient = async () => {
  const { payments, server } = await import('./build/prometheus.mjs')
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await payments.run(async () => 'paid')
    const response = await fetch(`http://127.0.0.1:${server.address().port}/metrics`)
    const text = await response.text()
    assert.match(response.headers.get('content-type'), /^text\/plain; version=0\.0\.4/)
    assert.match(text, /^process_cpu_seconds_total/m)
    assert.match(text, /^circuit_breaker_calls_total\{name="payments",outcome="success"\} 1$/m)
    lint(text.slice(text.indexOf('# HELP circuit_breaker')))
    assert.equal(contentType, 'text/plain; version=0.0.4; charset=utf-8')
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

const hostileNames = () => {
  const { observer, metrics } = observe()
  const names = ['a "quoted" one', 'back\\slash', 'two\nlines', '__proto__', 'größe 🙂', '\\n', 'tab\t{}=,', "it's"]
  for (const name of names) new CircuitBreaker({ name, observer }).call(() => 1)
  const text = expose(metrics())
  lint(text)
  for (const escaped of ['a \\"quoted\\" one', 'back\\\\slash', 'two\\nlines', '__proto__', '\\\\n'])
    assert.ok(text.includes(`circuit_breaker_calls_total{name="${escaped}",outcome="success"} 1\n`), escaped)
}

const noDependency = () => {
  const program =
    "require('breaker-ts/OpenTelemetry'); console.log(Object.keys(require.cache).filter((file) => file.includes('opentelemetry')).length)"
  const found = createRequire(import.meta.url).resolve('breaker-ts/OpenTelemetry')
  assert.ok(!/require\(.@opentelemetry/.test(readFileSync(join(found, '..', '..', 'watch.js'), 'utf8')))
  assert.equal(execFileSync(process.execPath, ['-e', program], { cwd: HERE, encoding: 'utf8' }).trim(), '0')
}

const compile = () => {
  try {
    execFileSync(process.execPath, [TSC, '-p', '.'], { cwd: HERE, encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    throw new Error(error.stdout, { cause: error })
  }
}

const sdk = startGlobal()
const CHECKS = [
  ['the recipes compile, with the types of @opentelemetry/api 1.9 and 1.10', compile],
  ['breaker-ts/OpenTelemetry loads nothing of OpenTelemetry', noDependency],
  ['SDK, in memory: the 23 series of an incident, their attributes and units', metricsInMemory],
  ['SDK, Prometheus exporter: the same as text', metricsAsText],
  ['breaker-ts/Prometheus: the same as text, which promtool accepts', textOfOurs],
  ['SDK: what time alone does is seen at collection', timeAlone],
  ['SDK: a restored breaker is open from the start', restored],
  ['SDK: durations on demand, 74 series with them', durations],
  ['SDK: sums as differences', differences],
  ['SDK: 5,000 breakers take 101 names, and nothing overflows', manyBreakers],
  ['SDK: 5,000 keys take one name, with the number of keys in each state', keys],
  ['SDK: keys as names, up to maxNames', perKey],
  ['SDK: spans of overlapping calls, logs and metrics of the recipe', () => spansAndLogs(sdk)],
  ['prom-client: the recipe serves its metrics and ours', besidePromClient],
  ['promtool accepts hostile names', hostileNames]
]

let failed = 0
for (const [name, check] of CHECKS) {
  try {
    await check()
    console.log(`ok    ${name}`)
  } catch (error) {
    failed++
    console.log(`FAIL  ${name}\n${error.stack}`)
  }
}
console.log(`${CHECKS.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

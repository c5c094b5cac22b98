// What it costs to watch a healthy call: `npm run bench:watch` writes the figures into docs/benchmarks-watch.md.
//
// All contenders are observers of the same breaker, measured in turns in one process, so the ratios hold where the nanoseconds do
// not. The naive ones do what most instrumentation does: for each call it adds to a counter and records a duration, with labels
// made for the call.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { metrics as noSdk } from '@opentelemetry/api'
import { CircuitBreaker, Registry } from 'breaker-ts'
import { observe } from 'breaker-ts/Metrics'
import { instrument } from 'breaker-ts/OpenTelemetry'
import { Counter, Histogram, Registry as PromRegistry } from 'prom-client'

import { interleave, looping } from '../../bench/measure.mjs'
import { machine } from '../../bench/machine.mjs'
import { meterInMemory } from './sdk.mjs'

const ROUNDS = 100
const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'benchmarks-watch.md')
const TARGET = 1.2

// -------------------------------------------------------------------------------------
// contenders
// -------------------------------------------------------------------------------------

const idle = () => () => undefined
const naming = { name: 'payments' }
const outcomeOf = { Success: 'success', Failure: 'failure', Neutral: 'neutral' }

const otelByHand = (meter) => {
  const calls = meter.createCounter('calls')
  const time = meter.createHistogram('duration')
  return (notice) => () => {
    if (notice._tag !== 'CallEnded') return
    calls.add(1, { name: notice.breaker, outcome: outcomeOf[notice.outcome._tag] })
    time.record(notice.elapsedSeconds, { name: notice.breaker, outcome: outcomeOf[notice.outcome._tag] })
  }
}

const promByHand = () => {
  const registers = [new PromRegistry()]
  const labelNames = ['name', 'outcome']
  const calls = new Counter({ name: 'calls', help: 'calls', labelNames, registers })
  const time = new Histogram({ name: 'duration', help: 'duration', labelNames, registers })
  return (notice) => () => {
    if (notice._tag !== 'CallEnded') return
    calls.labels({ name: notice.breaker, outcome: outcomeOf[notice.outcome._tag] }).inc()
    time.labels({ name: notice.breaker, outcome: outcomeOf[notice.outcome._tag] }).observe(notice.elapsedSeconds)
  }
}

const promBound = () => {
  const registers = [new PromRegistry()]
  const calls = new Counter({ name: 'calls', help: 'calls', labelNames: ['name', 'outcome'], registers })
  const bound = calls.labels({ name: 'payments', outcome: 'success' })
  return (notice) => () => {
    if (notice._tag === 'CallEnded') bound.inc()
  }
}

const NONE = 'no observer'
const IDLE = 'an observer that does nothing'
const KEY_IDLE = 'a key of a registry, an observer that does nothing'
const sdk = () => meterInMemory().meter
const calling = (observer) => {
  const { call } = new CircuitBreaker({ ...naming, ...(observer === undefined ? {} : { observer }) })
  return looping((work) => call(work), inputs)
}
const inputs = Array.from({ length: 256 }, (_, i) => () => i)
const keys = inputs.map((_, i) => `api${i}.example.com`)
const work = () => 1
const keyed = (observer) => {
  const hosts = new Registry({ name: 'hosts', observer })
  return looping((key) => hosts.forSync(key).call(work), keys)
}

const contenders = [
  [NONE, calling()],
  [IDLE, calling(idle)],
  ['`instrument`, the SDK', calling(instrument(sdk()).observer)],
  ['`instrument`, no SDK', calling(instrument(noSdk.getMeter('none')).observer)],
  ['`observe` and `expose`', calling(observe().observer)],
  ['`instrument` with `durations`, the SDK', calling(instrument(sdk(), { durations: true }).observer)],
  ['prom-client, a counter bound once', calling(promBound())],
  ['prom-client, a counter and a histogram', calling(promByHand())],
  ['the SDK, a counter and a histogram', calling(otelByHand(sdk()))],
  ['the API without an SDK, a counter and a histogram', calling(otelByHand(noSdk.getMeter('none')))],
  [KEY_IDLE, keyed(idle)],
  ['a key of a registry, `instrument`, the SDK', keyed(instrument(sdk()).observer)]
]

// -------------------------------------------------------------------------------------
// the page
// -------------------------------------------------------------------------------------

const measured = await interleave(
  contenders.map(([name, run]) => ({ name, run })),
  ROUNDS
)
// The tenth of the rounds that was fastest: what makes a round slow is other work of the machine, and never the contender.
const nanoseconds = (name) => {
  const sorted = [...measured[name].nanoseconds].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 10)]
}
const ratio = (name, base) => nanoseconds(name) / nanoseconds(base)
const baseOf = (name) => (name.startsWith('a key') ? KEY_IDLE : IDLE)

const rows = contenders.map(([name]) => [
  name,
  `${nanoseconds(name).toFixed(0)} ns`,
  `${ratio(name, baseOf(name)).toFixed(2)}x`
])
const header = ['Observer', 'a healthy call', 'than one that is idle']
const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)))
const line = (cells) =>
  `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`
const table = [
  line(header),
  `| ${'-'.repeat(widths[0])} | ${'-'.repeat(widths[1] - 1)}: | ${'-'.repeat(widths[2] - 1)}: |`,
  ...rows.map(line)
].join('\n')

const held = ['`instrument`, the SDK', '`instrument`, no SDK', '`observe` and `expose`']
const worst = Math.max(...held.map((name) => ratio(name, baseOf(name))))
const versionOf = (name) =>
  `${name} ${JSON.parse(readFileSync(join(import.meta.dirname, 'node_modules', name, 'package.json'), 'utf8')).version}`
const packages = ['@opentelemetry/api', '@opentelemetry/sdk-metrics', 'prom-client'].map(versionOf).join(', ')
const verdict = `Target: at most ${TARGET} times an idle observer, whatever the SDK. The largest ratio of \`instrument\` and \`observe\` was ${worst.toFixed(2)}: **${worst <= TARGET ? 'met' : 'missed'}**.`
const text = `${machine.map(([key, value]) => `${key}: ${value}`).join(' · ')} · ${packages}\n\n${table}\n\n${verdict}`

console.log(text)
if (process.argv.includes('--write')) {
  const page = readFileSync(PAGE, 'utf8')
  writeFileSync(PAGE, page.replace(/(?<=<!-- figures -->\n)[^]*(?=<!-- end -->)/, `\n${text}\n\n`))
}

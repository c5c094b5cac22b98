/**
 * What sharing costs, and how fast a fleet is: `npm run bench:fleet` runs it on a Redis of its own, and writes
 * docs/benchmarks-fleet.md. All ways of calling take turns in the same processes; what counts are the ratios.
 */
import { writeFileSync } from 'node:fs'
import { cpus, loadavg, release, type } from 'node:os'
import { join } from 'node:path'

import { until } from '../support/cellContract'
import type { Member } from '../support/fleet'
import { endMember, startMember } from '../support/fleet'
import type { Connected, Server } from '../support/redis'
import { connect, startRedis } from '../support/redis'
import type { Way, Work } from './worker'

const WORKER = join(__dirname, 'worker.js')
const SIZE = 4
const ROUNDS = 9
const ROUND_SECONDS = 0.4
const TRIALS = 200
const TIMEOUT_SECONDS = 0.25
const OUTAGES = 5

const inARow = { name: 'bench', failureThreshold: 1, recoveryTimeoutSeconds: 600, probeTimeoutSeconds: 5 }
const rate = {
  name: 'bench',
  window: { _tag: 'TimeWindow', seconds: 30, slices: 10 },
  trip: { _tag: 'FailureRate', rate: 0.5, minimumCalls: 20 },
  probeTimeoutSeconds: 5
}

const quantile = (values: ReadonlyArray<number>, share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? NaN
const median = (values: ReadonlyArray<number>): number => quantile(values, 0.5)
const sum = (values: ReadonlyArray<number>): number => values.reduce((a, b) => a + b, 0)
const sleep = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000))

const withFleet = async <A>(
  settings: object,
  size: number,
  use: (of: ReadonlyArray<Member>, redis: Connected, server: Server) => Promise<A>
): Promise<A> => {
  const server = await startRedis()
  const redis = await connect('redis', server.port)
  const start = { client: 'redis', port: server.port, settings, timeoutSeconds: TIMEOUT_SECONDS } as const
  const of = await Promise.all(Array.from({ length: size }, () => startMember(start, WORKER)))
  try {
    await redis.command('SET', 'state', JSON.stringify(await of[0]?.state()))
    return await use(of, redis, server)
  } finally {
    await Promise.all(of.map(endMember))
    redis.close()
    await server.stop()
  }
}

// -------------------------------------------------------------------------------------
// throughput
// -------------------------------------------------------------------------------------

const WAYS: ReadonlyArray<Way> = ['bare', 'local', 'shared', 'readThrough']

interface Throughput {
  readonly name: string
  readonly of: Readonly<Record<Way, number>>
  /** Medians of the ratios within a round. */
  readonly overLocal: number
  readonly overReadThrough: number
  readonly commands: number
}

const throughput = (name: string, settings: object, work: Work, size: number): Promise<Throughput> =>
  withFleet(settings, size, async (of, redis) => {
    const measure = async (way: Way): Promise<number> =>
      sum(await Promise.all(of.map((member) => member.throughput(way, work, ROUND_SECONDS))))
    for (const way of WAYS) await measure(way)
    await redis.command('CONFIG', 'RESETSTAT')
    let commands = 0
    const rounds: Array<Readonly<Record<Way, number>>> = []
    for (let round = 0; round < ROUNDS; round++) {
      const found = { bare: 0, local: 0, shared: 0, readThrough: 0 }
      // Shared and local stand side by side, each first in half of the rounds.
      const order: ReadonlyArray<Way> = round % 2 === 0 ? WAYS : ['bare', 'shared', 'local', 'readThrough']
      for (const way of order) {
        const before = await commits(redis)
        found[way] = await measure(way)
        if (way === 'shared') commands += (await commits(redis)) - before
      }
      rounds.push(found)
    }
    const medianOf = (way: Way): number => median(rounds.map((round) => round[way]))
    return {
      name,
      of: {
        bare: medianOf('bare'),
        local: medianOf('local'),
        shared: medianOf('shared'),
        readThrough: medianOf('readThrough')
      },
      overLocal: median(rounds.map(({ shared, local }) => shared / local)),
      overReadThrough: median(rounds.map(({ shared, readThrough }) => shared / readThrough)),
      commands
    }
  })

// Without the reads that each member makes every few seconds, however many calls there are.
const commits = async (redis: Connected): Promise<number> =>
  Number(/cmdstat_hset:calls=(\d+)/.exec(String(await redis.command('INFO', 'commandstats')))?.[1] ?? 0)

// -------------------------------------------------------------------------------------
// opening
// -------------------------------------------------------------------------------------

interface Opening {
  /** From the end of the failing call until the last process rejects, and until the tripping one does. */
  readonly allSeconds: ReadonlyArray<number>
  readonly ownSeconds: ReadonlyArray<number>
}

const opening = (): Promise<Opening> =>
  withFleet(inARow, SIZE, async (of) => {
    const allSeconds: Array<number> = []
    const ownSeconds: Array<number> = []
    for (let trial = 0; trial < TRIALS; trial++) {
      const { endedAtSeconds, tookSeconds } = await (of[trial % SIZE] as Member).trip()
      const seen = await Promise.all(of.map((member) => member.opened()))
      ownSeconds.push(tookSeconds)
      allSeconds.push(Math.max(...seen) - endedAtSeconds)
      await of[0]?.reset()
      await until(async () =>
        (await Promise.all(of.map((member) => member.circuit()))).every((each) => each === 'closed')
      )
      await sleep(0.02) // idle
    }
    return { allSeconds, ownSeconds }
  })

// -------------------------------------------------------------------------------------
// outage
// -------------------------------------------------------------------------------------

interface Outage {
  readonly calls: number
  readonly slowestSeconds: number
  readonly strange: ReadonlyArray<string>
}

// Redis stands still while calls go on, probes among them: those wait for it as long as they may.
const outage = (): Promise<Outage> =>
  withFleet({ ...inARow, recoveryTimeoutSeconds: 0.05, probeTimeoutSeconds: 0.3 }, SIZE, async (of, _, server) => {
    const found: Array<Outage> = []
    for (let i = 0; i < OUTAGES; i++) {
      await Promise.all(of.map((member) => member.start('fail', 4, 0.002)))
      await sleep(0.5)
      server.process.kill('SIGSTOP')
      await sleep(1.5)
      server.process.kill('SIGCONT')
      await sleep(0.5)
      const calls = await Promise.all(of.map((member) => member.stop()))
      found.push({
        calls: sum(calls.map((each) => (each === undefined ? 0 : each.succeeded + each.failed + each.rejected))),
        slowestSeconds: Math.max(...calls.map((each) => each?.slowestSeconds ?? 0)),
        strange: calls.flatMap((each) => each?.strange ?? [])
      })
    }
    return {
      calls: sum(found.map(({ calls }) => calls)),
      slowestSeconds: Math.max(...found.map(({ slowestSeconds }) => slowestSeconds)),
      strange: found.flatMap(({ strange }) => strange)
    }
  })

// -------------------------------------------------------------------------------------
// report
// -------------------------------------------------------------------------------------

const milliseconds = (seconds: number): string => `${(1000 * seconds).toFixed(2)} ms`
const thousands = (value: number): string => `${Math.round(value / 1000).toLocaleString('en')} k`
const row = (...cells: ReadonlyArray<string>): string => `| ${cells.join(' | ')} |`
const verdict = (isMet: boolean): string => (isMet ? 'met' : '**missed**')

const page = (
  rows: ReadonlyArray<Throughput>,
  { allSeconds, ownSeconds }: Opening,
  away: Outage,
  load: number
): string => {
  const least = (policy: string, pick: (row: Throughput) => number): number =>
    Math.min(...rows.filter(({ name }) => name.startsWith(`${policy}, one turn`)).map(pick))
  const targets = ['in a row', 'rate'].flatMap((policy) => {
    const [overLocal, overReadThrough] = [
      least(policy, (each) => each.overLocal),
      least(policy, (each) => each.overReadThrough)
    ]
    const unshared = least(policy, ({ of }) => of.local / of.readThrough)
    return [
      row(
        `${policy}: throughput over the same breaker unshared`,
        '≥ 0.85x',
        `${overLocal.toFixed(2)}x`,
        verdict(overLocal >= 0.85)
      ),
      row(
        `${policy}: throughput over a breaker that reads Redis per call (the unshared one: ${unshared.toFixed(0)}x)`,
        '≥ 30x',
        `${overReadThrough.toFixed(0)}x`,
        verdict(overReadThrough >= 30)
      )
    ]
  })
  const commands = sum(rows.filter(({ name }) => name.includes('in a row')).map((each) => each.commands))
  const p99 = quantile(allSeconds, 0.99)
  const ratio = away.slowestSeconds / TIMEOUT_SECONDS
  return `<!-- Written by \`npm run bench:fleet\`. Do not edit: run it again. -->

# Benchmarks of a shared breaker

From one run of \`npm run bench:fleet\` on ${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${type()} ${release()}, Node ${process.version}, on
${new Date().toISOString().slice(0, 10)}, with a load of ${load.toFixed(1)} when it began. Redis and the processes share the machine. Compare figures of
one table with each other; what says something elsewhere are the ratios.

## Targets

${[
  row('', 'target', 'measured', ''),
  row('---', '--:', '--:', '---'),
  row(
    'writes to the store in the rounds of healthy calls, counted in a row',
    '0',
    String(commands),
    verdict(commands === 0)
  ),
  ...targets,
  row(`a trip reaches all of ${SIZE} processes, p99`, '≤ 20 ms', milliseconds(p99), verdict(p99 <= 0.02)),
  row(
    'the slowest call while Redis stands still, in time limits',
    '≤ 1.2x',
    `${ratio.toFixed(2)}x`,
    verdict(ratio <= 1.2)
  ),
  row(
    'errors of the breaker while Redis stands still',
    '0',
    String(away.strange.length),
    verdict(away.strange.length === 0)
  )
].join('\n')}

## Healthy calls a second

All processes together, 16 calls at once in each. *One turn*: each call takes a turn of the event loop, as every call that waits
for a socket does. *Nothing*: the operation is an async function without a body, so only the breaker is left. “Reads Redis” makes one \`GET\` before each call of an unshared breaker,
and decodes nothing. Medians of ${ROUNDS} rounds, in which all take turns.

${[
  row('', 'bare', 'unshared', 'shared', 'reads Redis', 'shared over unshared', 'over reads Redis', 'writes'),
  row('---', '--:', '--:', '--:', '--:', '--:', '--:', '--:'),
  ...rows.map(({ name, of, overLocal, overReadThrough, commands: made }) =>
    row(
      name,
      thousands(of.bare),
      thousands(of.local),
      thousands(of.shared),
      thousands(of.readThrough),
      `${overLocal.toFixed(2)}x`,
      `${overReadThrough.toFixed(0)}x`,
      String(made)
    )
  )
].join('\n')}

With a rate, successes count: each process writes them once a second.

## Opening

${TRIALS} times, one of ${SIZE} idle processes fails a call that opens the circuit. From the end of that call:

${[
  row('', 'p50', 'p99'),
  row('---', '--:', '--:'),
  row('the process itself rejects', milliseconds(median(ownSeconds)), milliseconds(quantile(ownSeconds, 0.99))),
  row(`all ${SIZE} processes reject`, milliseconds(median(allSeconds)), milliseconds(p99))
].join('\n')}

## While Redis stands still

${OUTAGES} times Redis is stopped (\`SIGSTOP\`) for 1.5 s, so that commands hang, while ${SIZE} processes call and probe. ${away.calls.toLocaleString('en')} calls, the slowest ${milliseconds(away.slowestSeconds)}
with a time limit of ${milliseconds(TIMEOUT_SECONDS)}: a probe that waited for the store.
`
}

const main = async (): Promise<void> => {
  const load = loadavg()[0] ?? NaN
  const rows: Array<Throughput> = []
  for (const [policy, settings] of [
    ['in a row', { ...inARow, failureThreshold: 5 }],
    ['rate', rate]
  ] as const)
    for (const [what, work] of [
      ['one turn', 'turn'],
      ['nothing', 'nothing']
    ] as const)
      for (const size of [1, SIZE]) {
        rows.push(
          await throughput(
            `${policy}, ${what}, ${size === 1 ? '1 process' : `${size} processes`}`,
            settings,
            work,
            size
          )
        )
        console.log(JSON.stringify(rows.at(-1)))
      }
  const opened = await opening()
  console.log('opening', quantile(opened.allSeconds, 0.5), quantile(opened.allSeconds, 0.99))
  const away = await outage()
  console.log('outage', JSON.stringify(away))
  writeFileSync(join('docs', 'benchmarks-fleet.md'), page(rows, opened, away, load))
}

void main()

// What a breaker finds in real traffic around injected faults: the figures of docs/guides/evidence.md, which
// `npm run evidence` prints.
import { reader } from 'breaker-ts/LogReader'
import { replay } from 'breaker-ts/Replay'
import type { Change } from 'breaker-ts/Report'
import type { Call } from 'breaker-ts/Traffic'
import { slowCallRate } from 'breaker-ts/TripStrategy'
import { timeWindow } from 'breaker-ts/Window'
import * as fs from 'fs'
import * as path from 'path'
import * as zlib from 'zlib'

interface Judgement {
  readonly faults: number
  readonly found: number
  readonly medianSeconds: number
  readonly openings: number
  readonly about: Readonly<Record<'own' | 'caller' | 'dependency' | 'unrelated' | 'outside', number>>
  readonly missed: ReadonlyArray<{ readonly service: string; readonly calls: number }>
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- a script, which is no TypeScript
const { FILES, READ, counter, judge } = require('../scripts/nezha.cjs') as {
  readonly FILES: ReadonlyArray<string>
  readonly READ: { readonly format: 'csv'; readonly columns: string; readonly key: string; readonly isSlowKnown: true }
  readonly counter: (slowSeconds: number) => { readonly add: (call: Call) => void; readonly faults: () => unknown }
  readonly judge: (faults: unknown, changes: ReadonlyArray<Change>) => Judgement
}

describe('439,911 calls of seven services, with 28 faults of CPU and network', () => {
  const { add, end, seen } = reader(READ)
  const text = FILES.map((file) => zlib.gunzipSync(fs.readFileSync(file)).toString())
  const calls = [...text.flatMap((one) => [...add(one)]), ...end()] as ReadonlyArray<Call>
  const settings = { name: 'a', window: timeWindow(10, 10), trip: slowCallRate(0.5, 20), recoveryTimeoutSeconds: 10 }
  const { changes, noBreaker, figures } = replay(settings, { slowSeconds: 0.1 })(calls)
  const count = counter(0.1)
  calls.forEach((call) => count.add(call))
  const found = judge(count.faults(), changes)

  it('are read without a wrong line', () => {
    expect(seen()).toMatchObject({ calls: 439_911, wrong: 0 })
  })

  it('let half slow calls of 10 s find 23 of them, the median after 13 s', () => {
    expect([found.found, found.faults, Math.round(found.medianSeconds)]).toEqual([23, 28, 13])
  })

  it('open no circuit in a fault of an unrelated service', () => {
    expect(found.openings).toBe(183)
    expect(found.about).toEqual({ own: 131, caller: 27, dependency: 22, unrelated: 0, outside: 3 })
  })

  it('show what is missed: a service that is hardly called never fills minimumCalls', () => {
    expect(found.missed.map(({ service, calls }) => [service, calls])).toEqual([
      ['CheckoutService', 43],
      ['ProductCatalogService', 3560],
      ['CheckoutService', 15],
      ['CheckoutService', 19],
      ['ProductCatalogService', 3061]
    ])
  })

  it('cost callers half of the wait', () => {
    expect([Math.round(noBreaker.secondsInBadCalls), Math.round(figures.secondsInBadCalls)]).toEqual([16_762, 7845])
  })
})

describe('the data', () => {
  it('is small, and comes with its licence', () => {
    const dir = path.join(__dirname, 'data', 'nezha')
    const sizes = fs.readdirSync(dir).map((file) => fs.statSync(path.join(dir, file)).size)
    expect(sizes.reduce((sum, n) => sum + n, 0)).toBeLessThan(3e6)
    expect(fs.readFileSync(path.join(dir, 'LICENSE-Nezha.txt'), 'utf8')).toMatch(/MIT License/)
    const logs = path.join(__dirname, 'fixtures', 'logs')
    const fixtures = fs.readdirSync(logs).map((file) => fs.statSync(path.join(logs, file)).size)
    expect(fixtures.reduce((sum, n) => sum + n, 0)).toBeLessThan(300_000)
  })
})

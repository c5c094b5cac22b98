// What a replay counts. That its breaker does what the recorded one did is the law of replayLaw.test.ts.
import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
import { manual } from 'breaker-ts/Clock'
import type { Settings } from 'breaker-ts/Config'
import * as Ev from 'breaker-ts/Event'
import type { Notice, Transition } from 'breaker-ts/Notice'
import { failureFor, neutral, slow, success } from 'breaker-ts/Outcome'
import { record } from 'breaker-ts/Record'
import { compare, front, grid, holdOut, points, replay, small, start } from 'breaker-ts/Replay'
import type { Figures } from 'breaker-ts/Report'
import { assumptions, duration, verdict } from 'breaker-ts/Report'
import type { ScenarioName } from 'breaker-ts/Scenario'
import { scenario, scenarios } from 'breaker-ts/Scenario'
import { Session } from 'breaker-ts/Session'
import { shadow } from 'breaker-ts/Shadow'
import { closed, disabled, initial, isolated } from 'breaker-ts/State'
import * as T from 'breaker-ts/testing'
import { trace } from 'breaker-ts/Trace'
import type { Call, Ending } from 'breaker-ts/Traffic'
import { chance } from 'breaker-ts/Traffic'
import { failureRate, slowCallRate } from 'breaker-ts/TripStrategy'
import { timeWindow } from 'breaker-ts/Window'
import * as fc from 'fast-check'
import * as v8 from 'v8'
import * as vm from 'vm'

const call = (startSeconds: number, seconds: number, outcome: Ending, more: Partial<Call> = {}): Call => ({
  startSeconds,
  seconds,
  outcome,
  ...more
})

const QUICK: Settings = { name: 'quick', failureThreshold: 1, recoveryTimeoutSeconds: 10 }

async function* later<A>(items: Iterable<A>): AsyncGenerator<A> {
  for (const item of items) yield item
}

const seconds = fc.oneof(fc.constantFrom(0, 0.1, 0.25, 1, 3), fc.double({ min: 0, max: 2, noNaN: true }))

const log: fc.Arbitrary<ReadonlyArray<Call>> = fc
  .array(
    fc.record({
      gap: seconds,
      took: fc.oneof(seconds, fc.constant(Infinity)),
      outcome: fc.constantFrom<Ending>('success', 'success', 'failure', 'failure', 'neutral'),
      asked: fc.constantFrom(undefined, undefined, 20)
    }),
    { minLength: 1, maxLength: 80, size: 'max' }
  )
  .map((items) => {
    let now = 0
    return items.map(({ gap, took, outcome, asked }) =>
      call((now += gap), took, outcome, asked === undefined ? {} : { retryAfterSeconds: asked })
    )
  })

describe('replay', () => {
  it('admits a call at its start and counts it at its end, overlapping calls included', () => {
    const { figures, noBreaker, changes, log } = replay(QUICK)([
      call(0, 5, 'failure'), // opens the circuit at 5
      call(1, 1, 'success'),
      call(4, 3, 'failure'), // was admitted before: its end, in the wait, is stale
      call(6, 2, 'failure'), // rejected
      call(14.9, 1, 'success'), // rejected
      call(15, 1, 'success'), // the probe
      call(15.5, 1, 'success'), // rejected: the probe is in flight
      call(17, 1, 'success')
    ])
    expect(changes).toEqual([
      { atSeconds: 5, from: 'Closed', to: 'Open', generation: 1, because: 'Failed', retryAtSeconds: 15 },
      { atSeconds: 15, from: 'Open', to: 'HalfOpen', generation: 2, because: 'RecoveryTimeoutElapsed' },
      { atSeconds: 16, from: 'HalfOpen', to: 'Closed', generation: 3, because: 'Succeeded' }
    ])
    expect(figures).toMatchObject({
      badCalls: 2,
      secondsInBadCalls: 8,
      badCallsSpared: 1,
      recall: 1 / 3,
      goodCalls: 3,
      goodCallsRejected: 2,
      rejected: 3,
      precision: 1 / 3,
      openings: 1,
      falseOpenings: 1,
      reopenings: 0,
      probes: 1,
      failedProbes: 0,
      openSeconds: 10
    })
    expect(noBreaker).toMatchObject({ badCalls: 3, goodCalls: 5, secondsInBadCalls: 10 })
    expect(log).toMatchObject({ calls: 8, startSeconds: 0, endSeconds: 18, outOfOrder: 0, keys: 1 })
  })

  it('never makes more calls succeed: a breaker only spares the wait', () => {
    fc.assert(
      fc.property(T.settings, log, (settings, calls) => {
        const { figures, noBreaker } = replay(settings)(calls)
        expect(figures.goodCalls + figures.goodCallsRejected).toBe(noBreaker.goodCalls)
        expect(figures.badCalls + figures.badCallsSpared).toBe(noBreaker.badCalls)
        expect(figures.secondsInBadCalls).toBeLessThanOrEqual(noBreaker.secondsInBadCalls + 1e-9)
        expect(figures.rejected).toBeGreaterThanOrEqual(figures.badCallsSpared + figures.goodCallsRejected)
        expect(figures.falseOpenings).toBeLessThanOrEqual(figures.openings)
      })
    )
  })

  it('counts what a trace of the same calls shows, moment by moment', () => {
    fc.assert(
      fc.property(T.settings, log, (settings, calls) => {
        const { figures, changes, log } = replay(settings)(calls)
        const moments = [...trace(settings)(calls)]
        const of = (what: string) => moments.filter((moment) => moment.what === what)
        const ended = (admitted: boolean, outcome: Ending) =>
          of('ended').filter((moment) => moment.wasAdmitted === admitted && calls[moment.call]?.outcome === outcome)
        expect(of('probe')).toHaveLength(figures.probes)
        expect(ended(true, 'failure')).toHaveLength(figures.badCalls)
        expect(ended(false, 'failure')).toHaveLength(figures.badCallsSpared)
        expect(ended(true, 'success')).toHaveLength(figures.goodCalls)
        expect(ended(false, 'success')).toHaveLength(figures.goodCallsRejected)
        expect(moments.flatMap((moment) => moment.changes).map(({ to }) => to.generation)).toEqual(
          changes.map(({ generation }) => generation)
        )
        expect(of('ended')).toHaveLength(log.calls - log.unendedCalls)
      })
    )
  })

  it('gives the same for calls that come one by one, asynchronously', async () => {
    const settings = { name: 'a', failureThreshold: 3, recoveryTimeoutSeconds: 5 }
    const calls = [...scenario('error-spike')]
    expect(await replay(settings)(later(calls))).toEqual(replay(settings)(calls))
  })

  it('gives each setting of a comparison what it gets alone', () => {
    fc.assert(
      fc.property(fc.array(T.settings, { minLength: 1, maxLength: 4 }), log, (list, calls) => {
        const { reports } = compare(list)(calls)
        list.forEach((settings, i) => {
          const { figures, changes, buckets } = replay(settings)(calls)
          expect(reports[i]).toMatchObject({ figures, changes, buckets })
        })
      }),
      { numRuns: 50 }
    )
  })

  it('refuses wrong settings at once', () => {
    const wrong = { name: 'a', failureThreshold: 0 }
    expect(() => replay(wrong)).toThrow(/failureThreshold/)
    expect(() => compare([wrong])).toThrow(/failureThreshold/)
    expect(() => start([wrong])).toThrow(/failureThreshold/)
  })

  it('plays a log without calls', () => {
    const { figures, noBreaker, warnings, incidents, buckets } = replay(QUICK)([])
    expect(warnings).toEqual(['The log has no calls.'])
    expect(figures).toMatchObject({ rejected: 0, precision: null, recall: null, detectSeconds: null })
    expect(figures.latencySeconds).toEqual({ p50: null, p95: null, p99: null })
    expect([noBreaker.badCalls, incidents, buckets]).toEqual([0, [], undefined])
  })

  it('takes a call that comes too late as if it had started then, and says so', () => {
    const { log, warnings } = replay(QUICK)([call(5, 1, 'success'), call(4, 0.5, 'success'), call(0, 10, 'success')])
    expect(log).toMatchObject({ calls: 3, outOfOrder: 2, endSeconds: 10 })
    expect(warnings).toEqual(['2 calls came out of order, and count as if they had started later.'])
  })

  it('keeps calls that never end out of good and bad, and frees their room as the settings say', () => {
    const { log, warnings, figures, changes } = replay({ ...QUICK, probeTimeoutSeconds: 5 })([
      call(0, 1, 'failure'),
      call(11, Infinity, 'neutral'), // the probe
      call(12, 1, 'success'), // rejected
      call(17, 1, 'success') // the probe has failed at 16
    ])
    expect(log.unendedCalls).toBe(1)
    expect(warnings).toEqual(['1 calls never ended: they are neither good nor bad.'])
    expect(figures).toMatchObject({ probes: 1, failedProbes: 1, reopenings: 1, goodCallsRejected: 2 })
    expect(changes.map(({ because, atSeconds }) => [because, atSeconds])).toEqual([
      ['Failed', 1],
      ['RecoveryTimeoutElapsed', 11],
      ['ProbeTimedOut', 16]
    ])
  })

  it('waits as long as a failure asks for', () => {
    const { changes } = replay(QUICK)([call(0, 1, 'failure', { retryAfterSeconds: 30 })])
    expect(changes[0]).toMatchObject({ to: 'Open', retryAtSeconds: 31 })
  })

  it('says what is slow, so that a slow call rate works, and a slow call is bad', () => {
    const settings = { name: 'a', window: timeWindow(10), trip: slowCallRate(0.5, 2), recoveryTimeoutSeconds: 5 }
    const calls = [0, 1, 2, 3].map((at) => call(at, 1.5, 'success'))
    const { figures, noBreaker, slowSeconds } = replay(settings, { slowSeconds: 1 })(calls)
    expect([noBreaker.badCalls, figures.openings, slowSeconds]).toEqual([4, 1, 1])
    expect(replay(settings)(calls).figures.openings).toBe(0)
  })

  it('counts failed probes that reopen the circuit, also those that are slow', () => {
    const { figures } = replay(
      { ...QUICK, halfOpenMaxFailures: 1 },
      { slowSeconds: 5 }
    )([call(0, 1, 'failure'), call(11, 6, 'failure'), call(18, 1, 'failure'), call(30, 1, 'neutral')])
    expect(figures).toMatchObject({ probes: 3, failedProbes: 2, reopenings: 1, openings: 1, openSeconds: 20 })
  })

  it('gives latencies as callers see them: a rejected call costs none', () => {
    const calls = [call(0, 1, 'failure'), ...[2, 3, 4, 5, 6].map((at) => call(at, 4, 'failure'))]
    const { figures, noBreaker } = replay(QUICK)(calls)
    expect(noBreaker.latencySeconds.p50).toBeCloseTo(4, 0)
    expect(figures.latencySeconds).toEqual({
      p50: 0,
      p95: expect.closeTo(1, 1) as number,
      p99: expect.closeTo(1, 1) as number
    })
  })

  it('rejects calls that end as neither, without calling them good or bad', () => {
    const { figures } = replay(QUICK)([call(0, 1, 'failure'), call(2, 1, 'neutral')])
    expect(figures).toMatchObject({
      rejected: 1,
      badCallsSpared: 0,
      goodCallsRejected: 0,
      precision: 0,
      falseOpenings: 0
    })
  })
})

describe('a circuit that is still open when the log ends', () => {
  it('has been OPEN for its wait, and HALF_OPEN since', () => {
    const { figures, buckets } = replay(QUICK)([call(0, 1, 'failure'), call(2, 30, 'success')])
    expect(figures.openSeconds).toBe(10)
    const total = (sums: ReadonlyArray<number>): number => sums.reduce((sum, n) => sum + n, 0)
    expect(total(buckets?.openSeconds ?? [])).toBeCloseTo(10)
    expect(total(buckets?.halfOpenSeconds ?? [])).toBeCloseTo(21)
  })
})

describe('what a recorded breaker rejected', () => {
  const calls = [
    call(0, 1, 'success'),
    ...Array.from({ length: 30 }, (_, i) => call(2 + i / 10, 0.1, 'failure')),
    ...Array.from({ length: 20 }, (_, i) => call(6 + i / 10, 0, 'unknown'))
  ]
  const settings = { name: 'a', failureThreshold: 40, recoveryTimeoutSeconds: 5 }

  it('is bounded from both sides: all of it failing, and all of it succeeding', () => {
    const { figures, ifUnknownSucceed, noBreaker, noBreakerIfUnknownSucceed, log } = replay(settings)(calls)
    expect(log.unknownCalls).toBe(20)
    expect(figures).toMatchObject({ openings: 1, badCalls: 40, badCallsSpared: 10 })
    expect(ifUnknownSucceed).toMatchObject({ openings: 0, badCalls: 30, goodCalls: 21 })
    expect([noBreaker.badCalls, noBreakerIfUnknownSucceed?.badCalls]).toEqual([50, 30])
    expect([noBreaker.goodCalls, noBreakerIfUnknownSucceed?.goodCalls]).toEqual([1, 21])
  })

  it('makes a log that cannot decide, where it was much of an incident', () => {
    expect(replay(settings)(calls).warnings).toEqual([
      'This log cannot decide: the recorded breaker rejected more than 5 % of the calls in 1 of 1 incidents. Record in shadow, or with the breaker disabled.'
    ])
  })

  it('splits what was known only: what came before is the same on both sides', () => {
    const early = [
      call(0, 1, 'failure'),
      call(2, 0, 'unknown'),
      call(3, 1, 'failure'),
      call(11, 0, 'unknown'),
      call(12, 1, 'success')
    ]
    const { figures, ifUnknownSucceed } = compare([QUICK])(early).reports[0] as {
      figures: Figures
      ifUnknownSucceed?: Figures
    }
    expect(figures).toMatchObject({ openings: 1, reopenings: 1, badCallsSpared: 2, goodCallsRejected: 1 })
    expect(ifUnknownSucceed).toMatchObject({
      openings: 1,
      reopenings: 0,
      badCallsSpared: 1,
      goodCallsRejected: 1,
      goodCalls: 2
    })
  })

  it('comes soon after an opening that is over, which both sides remember', () => {
    const calls = [call(0, 1, 'failure'), call(11, 1, 'success'), call(13, 0, 'unknown'), call(40, 1, 'success')]
    const { figures, ifUnknownSucceed } = replay(QUICK)(calls)
    expect([figures.openings, ifUnknownSucceed?.openings]).toEqual([2, 1])
    expect(ifUnknownSucceed?.falseOpenings).toBe(0)
  })

  it('comes after an incident, which both sides remember', () => {
    const outage = Array.from({ length: 60 }, (_, i) => call(i / 10, 0.1, 'failure'))
    const well = Array.from({ length: 60 }, (_, i) => call(20 + i, 0.1, 'success'))
    const { figures, ifUnknownSucceed } = replay(QUICK)([...outage, ...well, call(90, 0, 'unknown')])
    expect([figures.incidentsFound, ifUnknownSucceed?.incidentsFound]).toEqual([1, 1])
    expect(ifUnknownSucceed?.detectSeconds).toBe(figures.detectSeconds)
  })

  it('is told by records too', () => {
    const notices: ReadonlyArray<Notice> = [
      { _tag: 'CallRejected', breaker: 'a', atSeconds: 1, rejection: { reason: 'open' } },
      { _tag: 'CallAdmitted', breaker: 'b', atSeconds: 2 },
      { _tag: 'CallEnded', breaker: 'b', atSeconds: 3, elapsedSeconds: 1, outcome: success }
    ]
    const { log, byKey, figures, ifUnknownSucceed } = replay(QUICK)(notices)
    expect(log).toMatchObject({ calls: 2, unknownCalls: 1, keys: 2 })
    expect(Object.keys(byKey ?? {})).toEqual(['a', 'b'])
    expect([figures.badCalls, ifUnknownSucceed?.goodCalls]).toEqual([1, 2])
  })
})

describe('incidents', () => {
  const outage = (from: number, count: number, outcome: Ending = 'failure'): ReadonlyArray<Call> =>
    Array.from({ length: count }, (_, i) => call(from + i / 10, 0.05, outcome))
  const well = (from: number, until: number) => outage(from, (until - from) * 10, 'success')
  const calls = [...well(0, 20), ...outage(20, 100), ...well(30, 60), ...outage(60, 100), ...well(70, 100)]
  const settings = { name: 'a', failureThreshold: 5, recoveryTimeoutSeconds: 2 }

  it('are found where half of the calls of 10 s were bad, of 20 or more', () => {
    const { incidents } = replay(settings)(calls)
    expect(incidents.map(({ startSeconds }) => startSeconds)).toEqual([20, 60])
    expect(incidents[0]?.endSeconds).toBeCloseTo(29.95)
    expect(incidents[0]?.badCalls).toBe(100)
  })

  it('that come within 10 s of each other are one', () => {
    const { incidents } = replay(settings)([
      ...well(0, 20),
      ...outage(20, 60),
      ...well(26, 35),
      ...outage(35, 100),
      ...well(45, 90)
    ])
    expect(incidents).toHaveLength(1)
    expect(incidents[0]).toMatchObject({ startSeconds: 20, endSeconds: expect.closeTo(44.95) as number })
  })

  it('that last until the log ends, end with it', () => {
    const { incidents, figures } = replay(settings)([...well(0, 20), ...outage(20, 100)])
    expect(incidents[0]?.endSeconds).toBeCloseTo(29.95)
    expect(figures).toMatchObject({ incidentsFound: 1, closeSeconds: null })
  })

  it('are answered after some time, and the circuit closes some time after their end', () => {
    const { figures } = replay(settings)(calls)
    expect(figures).toMatchObject({ openings: 2, incidentsFound: 2, flaps: 0 })
    expect(figures.detectSeconds).toBeCloseTo(0.45)
    expect(figures.closeSeconds).toBeGreaterThanOrEqual(0)
    expect(figures.closeSeconds).toBeLessThan(2.5)
  })

  it('are those that you know of, where you say so', () => {
    const known = [
      { startSeconds: 59, endSeconds: 71 },
      { startSeconds: 10, endSeconds: 12, key: 'other' },
      { startSeconds: 19, endSeconds: 31, key: 'x' }
    ]
    const keyed = calls.map((one) => ({ ...one, key: 'x' }))
    const { incidents, figures } = replay(settings, { incidents: known })(keyed)
    expect(incidents).toEqual([
      {
        startSeconds: 19,
        endSeconds: 31,
        calls: expect.any(Number) as number,
        badCalls: 100,
        unknownCalls: 0,
        key: 'x'
      },
      {
        startSeconds: 59,
        endSeconds: 71,
        calls: expect.any(Number) as number,
        badCalls: 100,
        unknownCalls: 0,
        key: 'x'
      }
    ])
    expect(figures.detectSeconds).toBeCloseTo(1.45)
  })

  it('in which the circuit opens again and again are flapped', () => {
    const swinging = Array.from({ length: 300 }, (_, i) => call(i / 10, 0.05, i % 20 < 12 ? 'failure' : 'success'))
    const { figures } = replay({ name: 'a', failureThreshold: 5, recoveryTimeoutSeconds: 0.5 })(swinging)
    expect(figures.flaps).toBeGreaterThan(3)
    expect(figures.incidentsFound).toBe(1)
  })

  it('start again after a pause without calls', () => {
    const { incidents } = replay(settings)([...outage(0, 100), ...outage(500, 100)])
    expect(incidents.map(({ startSeconds }) => startSeconds)).toEqual([0, 500])
  })
})

describe('keys and instances', () => {
  const calls = [...scenario('one-of-many', { keyed: true })]
  const settings = { name: 'a', failureThreshold: 5, recoveryTimeoutSeconds: 10 }

  it('have a breaker each: one service that is ill costs the others nothing', () => {
    const { figures, byKey, log, changes } = replay(settings)(calls)
    expect(log.keys).toBe(4)
    expect(Object.values(byKey ?? {}).map(({ openings }) => openings > 0)).toEqual(
      Object.keys(byKey ?? {}).map((key) => key === 'service-1')
    )
    expect(figures.openings).toBe(byKey?.['service-1']?.openings)
    expect(new Set(changes.map(({ key }) => key))).toEqual(new Set(['service-1']))
  })

  it('may be missing for some of the calls, which share one', () => {
    const { byKey, log } = replay(QUICK)([call(0, 1, 'failure'), call(0, 1, 'success', { key: 'a' })])
    expect(log.keys).toBe(2)
    expect(Object.keys(byKey ?? {})).toEqual(['', 'a'])
  })

  it('of a fleet see a part of the calls each, and take longer to find out', () => {
    const one = replay(settings)(scenario('error-spike'))
    const many = replay(settings, { instances: 20 })(scenario('error-spike'))
    expect(many.instances).toBe(20)
    expect(many.figures.detectSeconds as number).toBeGreaterThan(one.figures.detectSeconds as number)
    expect(many.figures.openings).toBeGreaterThan(10)
    expect(new Set(many.changes.map(({ instance }) => instance)).size).toBeGreaterThan(10)
    expect(many.assumptions.join()).toMatch(/20 instances/)
    expect(many).toEqual(replay(settings, { instances: 20 })(scenario('error-spike')))
    expect(many.figures).not.toEqual(replay(settings, { instances: 20, seed: 2 })(scenario('error-spike')).figures)
  })

  it('come in the order of time where they are several', () => {
    const keyed = (key: string, at: number) => call(at, 1, 'failure', { key })
    const { changes, buckets } = replay(QUICK)([keyed('a', 10), keyed('b', 12), keyed('a', 40), keyed('b', 41)])
    expect(changes.map(({ key }) => key)).toEqual(['a', 'b', 'a', 'b', 'a', 'b'])
    expect(buckets).toMatchObject({ startSeconds: 10 })
  })
})

describe('figures over time', () => {
  it('add up to the figures, in at most 400 buckets, however long the log is', () => {
    const total = (sums: ReadonlyArray<number> = []): number => sums.reduce((sum, n) => sum + n, 0)
    for (const seconds of [100, 399.5, 5000, 300_000]) {
      const rate = 3000 / seconds
      const calls = scenario('error-spike', { seconds, callsPerSecond: rate })
      const { buckets, figures } = replay({ name: 'a', failureThreshold: 5, recoveryTimeoutSeconds: seconds / 30 })(
        calls
      )
      expect(buckets?.good.length).toBeLessThanOrEqual(400)
      expect((buckets?.good.length ?? 0) * (buckets?.bucketSeconds ?? 0)).toBeGreaterThan(seconds * 0.95)
      expect([buckets?.good, buckets?.bad, buckets?.rejectedGood, buckets?.rejectedBad].map(total)).toEqual([
        figures.goodCalls,
        figures.badCalls,
        figures.goodCallsRejected,
        figures.badCallsSpared
      ])
      expect(total(buckets?.openSeconds)).toBeCloseTo(figures.openSeconds, 3)
    }
  })

  it('are left out where you do not want them', () => {
    expect(replay(QUICK, { buckets: false })(scenario('oscillating')).buckets).toBeUndefined()
  })

  it('of keys whose logs are of different lengths fit each other', () => {
    const of = (key: string, count: number) =>
      Array.from({ length: count }, (_, i) => call(i, 0.5, i % 9 === 0 ? 'failure' : 'success', { key }))
    const calls = [...of('a', 30), ...of('b', 3000)].sort((x, y) => x.startSeconds - y.startSeconds)
    const { buckets, figures } = replay(QUICK)(calls)
    expect(buckets?.bucketSeconds).toBe(8)
    expect(buckets?.good.reduce((sum, n) => sum + n, 0)).toBe(figures.goodCalls)
  })

  it('lists the first 2,000 changes of state, and counts the others', () => {
    const calls = Array.from({ length: 3000 }, (_, i) => call(i * 20, 1, i % 2 === 0 ? 'failure' : 'success'))
    const { changes, furtherChanges } = replay(QUICK)(calls)
    expect(changes).toHaveLength(2000)
    expect(furtherChanges).toBe(2500)
  })
})

describe('memory', () => {
  it('does not grow with the length of the log', () => {
    v8.setFlagsFromString('--expose-gc')
    const collect = vm.runInNewContext('gc') as () => void
    const held = (): number => {
      collect()
      return process.memoryUsage().heapUsed
    }
    const running = start([QUICK, { name: 'b', window: timeWindow(10), trip: failureRate(0.5) }])
    const play = (from: number, until: number): void => {
      for (let i = from; i < until; i++) running.add(call(i / 10, 0.3, i % 7 === 0 ? 'failure' : 'success'))
    }
    play(0, 100_000)
    const before = held()
    play(100_000, 500_000)
    expect(held() - before).toBeLessThan(200_000) // half a byte for each call
    expect(running.finish().log.calls).toBe(500_000)
  })
})

describe('a search', () => {
  it('tries every combination of a grid', () => {
    expect(points(small)).toHaveLength(108)
    const spec = { windowSeconds: [5, 10], rate: [0.5], minimumCalls: [10], recoveryTimeoutSeconds: [5, 30] }
    const { reports } = grid(spec)(scenario('error-spike'))
    expect(reports.map(({ name }) => name)).toEqual([
      '5 s, 50 % of 10, wait 5 s',
      '5 s, 50 % of 10, wait 30 s',
      '10 s, 50 % of 10, wait 5 s',
      '10 s, 50 % of 10, wait 30 s'
    ])
    expect(reports.every(({ buckets }) => buckets === undefined)).toBe(true)
  })

  const reportOf = (name: string, secondsInBadCalls: number, goodCallsRejected: number) => {
    const { figures, ...rest } = replay({ name })([])
    return { ...rest, name, figures: { ...figures, secondsInBadCalls, goodCallsRejected } }
  }

  it('leaves the settings that no other beats in both, and marks the knee', () => {
    const found = front([
      reportOf('slow to open', 100, 0),
      reportOf('balanced', 20, 10),
      reportOf('worse than balanced', 20, 11),
      reportOf('eager', 10, 100),
      reportOf('the same', 20, 10)
    ])
    expect(found.filter(({ isOnFront }) => isOnFront).map(({ name }) => name)).toEqual([
      'slow to open',
      'balanced',
      'eager',
      'the same'
    ])
    expect(found.filter(({ isKnee }) => isKnee).map(({ name, index }) => [name, index])).toEqual([['balanced', 1]])
  })

  it('has a knee where there is one setting only, and none where there is none', () => {
    expect(front([reportOf('alone', 1, 1)])).toMatchObject([{ isOnFront: true, isKnee: true }])
    expect(front([])).toEqual([])
  })

  it('holds out time, so that settings can be tried on what they were not chosen by', async () => {
    const calls = [...scenario('sudden-spikes')]
    const parts = { train: (at: number) => at < 90, test: (at: number) => at >= 100 }
    const { train, test } = holdOut([QUICK], parts)(calls)
    expect(train).toEqual(compare([QUICK])(calls.filter(({ startSeconds }) => startSeconds < 90)))
    expect(test).toEqual(compare([QUICK])(calls.filter(({ startSeconds }) => startSeconds >= 100)))
    expect(await holdOut([QUICK], parts)(later(calls))).toEqual({ train, test })
    const notice: Notice = { _tag: 'CallAdmitted', breaker: 'a', atSeconds: 95 }
    expect(holdOut([QUICK], parts)([notice]).test.log.calls).toBe(0)
  })
})

describe('words', () => {
  const settings = { name: 'a', failureThreshold: 5, recoveryTimeoutSeconds: 5 }

  it('state the assumptions in every report', () => {
    const { assumptions: stated } = replay(settings)([])
    expect(stated).toEqual(assumptions(1))
    expect(stated.join('\n')).toMatch(
      /Same arrivals[^]*Same fate[^]*0 s[^]*unknown[^]*One breaker[^]*seed[^]*Probes[^]*by hand/
    )
    expect(compare([settings])([]).assumptions).toEqual(stated)
  })

  it('say the verdict in a sentence', () => {
    const spike = replay(settings)(scenario('error-spike'))
    expect(verdict(spike, spike.figures)).toMatch(
      /^Of 100 rejected calls \d+ would have failed; callers waited \d+ (s|min) in bad calls instead of 1\d min\.$/
    )
    const slowly = replay(settings, { slowSeconds: 1 })(scenario('error-spike'))
    expect(verdict(slowly, slowly.figures)).toMatch(/would have failed or been slow/)
    const calm = replay(settings)(scenario('oscillating'))
    expect(verdict(calm, calm.figures)).toMatch(
      /^No call was rejected; callers waited .* in bad calls, as without a breaker\.$/
    )
  })

  it('show seconds as people say them', () => {
    expect([0, 0.123, 9.99, 37.2, 99.9, 540, 5399, 5400, 16_762].map(duration)).toEqual([
      '0 s',
      '0.12 s',
      '10 s',
      '37 s',
      '100 s',
      '9 min',
      '90 min',
      '1.5 h',
      '4.7 h'
    ])
  })
})

describe('scenarios', () => {
  it.each(scenarios.map(({ name }) => name))(
    '%s is the same for the same seed, sorted, and of a size to watch',
    (name) => {
      const calls = [...scenario(name, { seed: 7 })]
      expect(calls).toEqual([...scenario(name, { seed: 7 })])
      expect(calls).not.toEqual([...scenario(name, { seed: 8 })])
      expect(calls.every(({ startSeconds }, i) => startSeconds >= (calls[i - 1]?.startSeconds ?? 0))).toBe(true)
      expect(calls.length).toBeGreaterThan(2000)
      expect(calls.every(({ key }) => key === undefined)).toBe(true)
    }
  )

  const badIn = (name: ScenarioName, from: number, until: number): number => {
    const found = [...scenario(name, { seconds: 1000, callsPerSecond: 100 })].filter(
      ({ startSeconds }) => startSeconds >= from && startSeconds < until
    )
    return found.filter(({ outcome }) => outcome === 'failure').length / found.length
  }

  it('have the shapes that their texts say', () => {
    expect(badIn('error-spike', 150, 350)).toBeCloseTo(0.2, 1)
    expect(badIn('error-spike', 550, 750)).toBeCloseTo(1, 2)
    expect(badIn('sudden-spikes', 350, 390)).toBeCloseTo(1, 2)
    expect(badIn('gradual-increase', 430, 470)).toBeCloseTo(0.4, 1)
    expect(badIn('sustained-load', 150, 750)).toBeCloseTo(0.4, 1)
    expect(badIn('oscillating', 0, 55)).toBeCloseTo(0.02, 2)
    expect(badIn('oscillating', 56, 111)).toBeCloseTo(0.06, 2)
    expect(badIn('near-target', 300, 400)).toBeCloseTo(0.6, 1)
    expect(badIn('slow-query', 0, 1000)).toBeLessThan(0.01)
    expect(badIn('one-of-many', 200, 700)).toBeCloseTo(0.225, 1)
  })
})

describe('chance', () => {
  it('is even, and depends on seed and place', () => {
    const found = Array.from({ length: 10_000 }, (_, i) => chance(3, i))
    expect(found.every((n) => n >= 0 && n < 1)).toBe(true)
    expect(found.reduce((sum, n) => sum + n, 0) / found.length).toBeCloseTo(0.5, 1)
    expect(new Set(found).size).toBeGreaterThan(9_990)
    expect(chance(1, 2 ** 32)).not.toBe(chance(1, 0))
  })
})

describe('a record', () => {
  it('opens with a header, and ends each line', () => {
    const lines: Array<string> = []
    const time = manual(100)
    const settings = { name: 'a', window: timeWindow(10), trip: failureRate(0.5, 20), clock: time.clock }
    const breaker = new CircuitBreaker({ ...settings, observer: record((line) => lines.push(line), settings) })
    breaker.call(() => 1)
    expect(lines.every((line) => line.endsWith('}\n'))).toBe(true)
    const { timeOriginSeconds, ...header } = JSON.parse(lines[0] as string) as { readonly timeOriginSeconds: number }
    expect(header).toEqual({
      _tag: 'Record',
      version: 1,
      name: 'a',
      settings: {
        name: 'a',
        window: { _tag: 'TimeWindow', seconds: 10, slices: 10 },
        trip: { _tag: 'FailureRate', rate: 0.5, minimumCalls: 20 }
      }
    })
    expect(timeOriginSeconds + 100).toBeCloseTo(Date.now() / 1000, 0)
  })

  it('takes its name from the breaker where it is given no settings, and leaves errors out', () => {
    const lines: Array<string> = []
    const breaker = new CircuitBreaker({
      name: 'mail',
      failureThreshold: 1,
      observer: record((line) => lines.push(line))
    })
    expect(() =>
      breaker.call(() => {
        throw new Error('secret')
      })
    ).toThrow('secret')
    expect(JSON.parse(lines[0] as string)).toMatchObject({ name: 'mail', settings: null })
    expect(lines).toHaveLength(4)
    expect(lines.join('')).not.toMatch(/error/)
  })

  it('that began in the middle has ends without a start: they are left out, and counted', () => {
    const { log, warnings } = replay(QUICK)([
      { _tag: 'CallEnded', breaker: 'a', atSeconds: 5, elapsedSeconds: 2, outcome: neutral }
    ])
    expect([log.calls, log.strayEnds]).toEqual([0, 1])
    expect(warnings).toContain('1 calls ended whose start is not in the log: they are left out.')
  })

  it('of a clock that went back finds the call all the same', () => {
    const { log } = replay(QUICK)([
      { _tag: 'CallAdmitted', breaker: 'a', atSeconds: 10 },
      { _tag: 'CallAdmitted', breaker: 'a', atSeconds: 10 },
      { _tag: 'CallEnded', breaker: 'a', atSeconds: 8, elapsedSeconds: 0, outcome: success },
      { _tag: 'CallEnded', breaker: 'a', atSeconds: 11, elapsedSeconds: 1, outcome: success }
    ])
    expect(log).toMatchObject({ calls: 2, strayEnds: 0, unendedCalls: 0 })
  })

  it('says what was slow, unless you do', () => {
    const notices: ReadonlyArray<Notice> = [
      { _tag: 'CallAdmitted', breaker: 'a', atSeconds: 1 },
      { _tag: 'CallEnded', breaker: 'a', atSeconds: 3, elapsedSeconds: 2, outcome: slow(success) },
      { _tag: 'CallAdmitted', breaker: 'a', atSeconds: 4 },
      { _tag: 'CallEnded', breaker: 'a', atSeconds: 5, elapsedSeconds: 1, outcome: failureFor(30) }
    ]
    expect(replay(QUICK)(notices).noBreaker.badCalls).toBe(2)
    expect(replay(QUICK, { slowSeconds: 3 })(notices).noBreaker.badCalls).toBe(1)
    expect(replay(QUICK)(notices).changes[0]).toMatchObject({ retryAtSeconds: 35 })
  })

  const by = (because: Transition['because'], to: Transition['to'], atSeconds: number): Transition => ({
    _tag: 'Transition',
    breaker: 'a',
    from: initial,
    to,
    atSeconds,
    because
  })

  it('of a key that was evicted starts again, and what was recorded elsewhere is recorded again', () => {
    const { changes } = replay(QUICK)([
      by(Ev.failureRecorded, initial, 1),
      by({ _tag: 'Evicted' }, initial, 2),
      by(Ev.isolationStarted, isolated(1), 3),
      { _tag: 'CallAdmitted', breaker: 'a', atSeconds: 4 },
      by(Ev.isolationEnded, closed(2, initial._tag === 'Closed' ? initial.counts : (undefined as never)), 5),
      by(Ev.breakerDisabled, disabled(3), 6),
      { _tag: 'StoreLost', breaker: 'a', atSeconds: 7, error: undefined },
      { _tag: 'StoreBack', breaker: 'a', atSeconds: 8, lostSeconds: 1 }
    ])
    expect(changes.map(({ because, to }) => [because, to])).toEqual([
      ['FailureRecorded', 'Open'],
      ['Reset', 'Closed'],
      ['IsolationStarted', 'Isolated'],
      ['IsolationEnded', 'Closed']
    ])
  })

  it('is long: it is played in stretches', () => {
    const notices: Array<Notice> = []
    for (let i = 0; i < 9000; i++)
      notices.push(by(Ev.reset, initial, i), { _tag: 'CallAdmitted', breaker: 'a', atSeconds: i + 0.5 })
    for (let i = 0; i < 9000; i++)
      notices.push(by({ _tag: 'RecoveryTimeoutElapsed' }, initial, 9000), {
        _tag: 'CallRejected',
        breaker: 'a',
        atSeconds: 9000,
        rejection: { reason: 'open' }
      })
    const { log, changes, furtherChanges } = replay(QUICK)(notices)
    expect(log).toMatchObject({ calls: 18_000, unendedCalls: 9000, unknownCalls: 9000 })
    expect(changes.length + furtherChanges).toBe(9001)
  })
})

describe('a shadow', () => {
  const live = (settings: Partial<Settings> = {}) => {
    const time = manual()
    const told: Array<string> = []
    const session = new Session({
      name: 'pay',
      clock: time.clock,
      observer: shadow({ ...QUICK, ...settings }, (message) => told.push(message)),
      failureThreshold: 3,
      recoveryTimeoutSeconds: 5
    })
    const begin = () => {
      const acquired = session.acquire()
      return acquired._tag === 'Right' ? acquired.right : undefined
    }
    return { time, told, session, begin }
  }

  it('tells what its settings would have done, while the live breaker lets everything pass', () => {
    const { time, told, session, begin } = live()
    session.dispatch(Ev.breakerDisabled)
    begin()?.fail()
    begin()?.fail()
    begin()?.end(slow(success))
    begin()?.succeed()
    begin()?.release()
    time.advance(10)
    begin()?.succeed()
    expect(told).toEqual([
      "shadow 'pay': CLOSED -> OPEN",
      "shadow 'pay': OPEN -> HALF_OPEN",
      "shadow 'pay': HALF_OPEN -> CLOSED; it would have rejected 4 calls, of which 2 were bad"
    ])
  })

  it('sees what the live breaker does by hand and by time, and what it rejects', () => {
    const { time, told, session, begin } = live()
    begin()?.fail()
    begin()?.fail()
    begin()?.fail() // the live one is OPEN too
    begin()
    time.advance(5)
    session.state() // HALF_OPEN there, and here not yet
    time.advance(5)
    expect(begin()).toBeDefined()
    session.dispatch(Ev.isolationStarted)
    session.dispatch(Ev.reset)
    expect(told).toEqual([
      "shadow 'pay': CLOSED -> OPEN",
      "shadow 'pay': OPEN -> HALF_OPEN",
      "shadow 'pay': HALF_OPEN -> ISOLATED",
      "shadow 'pay': ISOLATED -> CLOSED; it would have rejected 2 calls, of which 2 were bad"
    ])
  })

  it('is the replay of what it sees', () => {
    fc.assert(
      fc.property(
        T.settings,
        T.settings,
        fc.array(fc.tuple(seconds, fc.nat(4)), { maxLength: 60 }),
        (mine, other, steps) => {
          const time = manual()
          const [seen, told]: [Array<Notice>, Array<Transition>] = [[], []]
          const session = new Session({
            ...mine,
            clock: time.clock,
            classify: () => success,
            observer: [
              (notice) => () => void seen.push(notice),
              shadow(other, (_, transition) => told.push(transition))
            ]
          })
          session.dispatch(Ev.breakerDisabled)
          const inFlight: Array<{ readonly fail: () => void; readonly succeed: () => void }> = []
          for (const [gap, what] of steps) {
            time.advance(gap + 0.001)
            const acquired = what < 2 ? session.acquire() : undefined
            if (acquired?._tag === 'Right') inFlight.push(acquired.right)
            else if (what === 2) inFlight.shift()?.succeed()
            else inFlight.pop()?.fail()
          }
          const { changes } = replay(other)(seen)
          expect(told.map(({ to, atSeconds }) => [to._tag, to.generation, atSeconds])).toEqual(
            changes.map(({ to, generation, atSeconds }) => [to, generation, atSeconds])
          )
        }
      )
    )
  })

  it('keeps breakers apart by name, and leaves out ends without a start', () => {
    const told: Array<string> = []
    const observer = shadow(QUICK, (message) => told.push(message))
    observer({ _tag: 'CallEnded', breaker: 'a', atSeconds: 1, elapsedSeconds: 1, outcome: failureFor(0) })()
    observer({ _tag: 'CallAdmitted', breaker: 'b', atSeconds: 1 })()
    observer({ _tag: 'CallEnded', breaker: 'b', atSeconds: 2, elapsedSeconds: 1, outcome: failureFor(0) })()
    observer({ _tag: 'CallAdmitted', breaker: 'b', atSeconds: 3 })()
    observer({ _tag: 'CallEnded', breaker: 'b', atSeconds: 4, elapsedSeconds: 1, outcome: success })()
    observer({ ...by(Ev.reset), breaker: 'b' })()
    observer({ _tag: 'StoreLost', breaker: 'b', atSeconds: 7, error: undefined })()
    observer({ _tag: 'StoreBack', breaker: 'b', atSeconds: 8, lostSeconds: 1 })()
    expect(told).toEqual([
      "shadow 'b': CLOSED -> OPEN",
      "shadow 'b': OPEN -> CLOSED; it would have rejected 1 call, of which 0 were bad"
    ])
  })

  const by = (because: Transition['because']): Transition => ({
    _tag: 'Transition',
    breaker: 'a',
    from: initial,
    to: initial,
    atSeconds: 5,
    because
  })

  it('refuses wrong settings', () => {
    expect(() => shadow({ name: '' }, () => undefined)).toThrow(/name/)
  })
})

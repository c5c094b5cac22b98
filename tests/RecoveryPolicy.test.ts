import { constant, exponential, fibonacci, jittered, secondsOf } from 'breaker-ts/RecoveryPolicy'
import * as fc from 'fast-check'

const circuit = { name: 'payments', generation: 1 }

describe('a recovery policy', () => {
  it('grows up to its limit, however often the circuit has reopened', () => {
    for (const n of [0, 1, 5, 50, 1e6, Number.MAX_SAFE_INTEGER]) {
      expect(exponential({ initial: 1, factor: 2, max: 300 })(n, circuit)).toBe(Math.min(2 ** n, 300))
      expect(fibonacci({ initial: 1, max: 300 })(n, circuit)).toBeLessThanOrEqual(300)
      expect(constant(30)(n, circuit)).toBe(30)
    }
  })

  it('follows Fibonacci exactly, as far as the numbers are exact', () => {
    const policy = fibonacci({ initial: 1, max: Number.MAX_VALUE })
    for (let n = 2; n < 70; n++) expect(policy(n, circuit)).toBe(policy(n - 1, circuit) + policy(n - 2, circuit))
  })

  it('that throws or gives no time is as good as the default of 60 seconds', () => {
    const boom = () => {
      throw new Error('boom')
    }
    const policies = [boom, () => NaN, () => -1, () => Infinity, () => '5' as unknown as number]
    expect(policies.map((policy) => secondsOf(policy, 0, circuit))).toEqual(Array(5).fill(60))
    expect(secondsOf(() => 0, 0, circuit)).toBe(0)
  })
})

describe('jittered', () => {
  const wait = (name: string, generation: number) => jittered(0.5)(constant(60))(0, { name, generation })

  it('stays within its ratio, and is the same for the same name and generation', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(), (name, generation) => {
        expect(wait(name, generation)).toBeGreaterThanOrEqual(30)
        expect(wait(name, generation)).toBeLessThan(90)
        expect(wait(name, generation)).toBe(wait(name, generation))
      })
    ))

  it('takes any ratio from 0 to 1', () => {
    const waits = [0, 1, -0.1, 1.1, NaN].map((ratio) => jittered(ratio)(constant(60))(0, circuit))
    expect(waits).toEqual([60, expect.any(Number), NaN, NaN, NaN])
    expect(waits[1]).not.toBeNaN()
  })

  it('is the same in every process and release', () => {
    expect(wait('payments', 1)).toBeCloseTo(59.919415740296245, 9)
  })

  it('spreads a thousand breakers evenly over the time, and each of them from one open period to the next', () => {
    const spread = (waits: ReadonlyArray<number>) =>
      Array.from({ length: 10 }, (_, i) => waits.filter((s) => Math.floor((s - 30) / 6) === i).length)
    const byName = Array.from({ length: 1000 }, (_, i) => wait(`host-${i}`, 1))
    const byGeneration = Array.from({ length: 1000 }, (_, i) => wait('host', 2 * i + 1))
    for (const bucket of [...spread(byName), ...spread(byGeneration)]) {
      expect(bucket).toBeGreaterThan(60) // of 100 on average
      expect(bucket).toBeLessThan(140)
    }
  })
})

describe('a policy as JSON', () => {
  const json = (u: unknown): unknown => JSON.parse(JSON.stringify({ u }))

  it('is its data, and so is one with jitter', () => {
    expect(json(constant(30))).toEqual({ u: { _tag: 'Constant', seconds: 30 } })
    expect(json(jittered(0.1)(fibonacci({ initial: 1, max: 9 })))).toEqual({
      u: { _tag: 'Jittered', ratio: 0.1, policy: { _tag: 'Fibonacci', initial: 1, max: 9 } }
    })
  })

  it('is nothing where it is a function of yours', () => {
    expect(json(jittered(0.1)((reopenings) => reopenings))).toEqual({})
  })
})

import type { Counts, CountWindow } from 'breaker-ts/Counts'
import { consecutive, empty } from 'breaker-ts/Counts'
import { own } from 'breaker-ts/Reducer'
import type { TripStrategy } from 'breaker-ts/TripStrategy'
import * as TS from 'breaker-ts/TripStrategy'
import { countWindow } from 'breaker-ts/Window'
import * as fc from 'fast-check'
import { concatAll } from 'fp-ts/Monoid'

const window = countWindow(20)
const counts: fc.Arbitrary<Counts> = fc.oneof(
  fc.nat(10).map(consecutive),
  fc
    .array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 30 })
    .map((calls) =>
      calls.reduce(
        (held: Counts, [failed, slow]) => window.count(own(window, held) as CountWindow, { failed, slow }, 0),
        empty
      )
    )
)
const strategy: fc.Arbitrary<TripStrategy> = fc.oneof(
  fc.integer({ min: 1, max: 5 }).map(TS.consecutiveFailures),
  fc.integer({ min: 1, max: 5 }).map(TS.failureCount),
  fc.constantFrom(TS.failureRate(0.5, 4), TS.slowCallRate(0.5, 4), TS.never),
  fc.integer({ min: 0, max: 9 }).map((limit) => (held: Counts) => held.failures > limit)
)

describe.each([
  { name: 'any', monoid: TS.any, or: (x: boolean, y: boolean) => x || y },
  { name: 'all', monoid: TS.all, or: (x: boolean, y: boolean) => x && y }
])('the Monoid $name', ({ name, monoid, or }) => {
  it('is lawful: associative, with an empty that changes nothing', () =>
    fc.assert(
      fc.property(strategy, strategy, strategy, counts, (x, y, z, held) => {
        const { concat } = monoid
        expect(concat(concat(x, y), z)(held)).toBe(concat(x, concat(y, z))(held))
        expect(concat(x, monoid.empty)(held)).toBe(x(held))
        expect(concat(monoid.empty, x)(held)).toBe(x(held))
      })
    ))

  it(`opens when ${name} of its strategies would`, () =>
    fc.assert(
      fc.property(strategy, strategy, counts, (x, y, held) => {
        expect(monoid.concat(x, y)(held)).toBe(or(x(held), y(held)))
      })
    ))

  it('knows what is wrong with its strategies, and which of them need a classifier', () => {
    const made = monoid.concat(
      TS.failureCount(21),
      monoid.concat(TS.slowCallRate(0.5, 22), () => true)
    )
    expect(made.problems?.(window).map(({ given }) => given)).toEqual(['21', '22'])
    expect(made.needsSlowCalls).toBe(true)
    expect(monoid.concat(TS.failureCount(1), TS.slowCallRate(0.5, 4)).needsSlowCalls).toBe(true)
    expect(monoid.concat(TS.failureCount(1), () => true).needsSlowCalls).toBe(false)
  })
})

describe('a rate', () => {
  it('needs 20 calls unless it is told otherwise', () => {
    const counts = { ...countWindow(100).empty, calls: 19, failures: 19, slowCalls: 19 }
    for (const strategy of [TS.failureRate(0.5), TS.slowCallRate(0.5)])
      expect([strategy(counts), strategy({ ...counts, calls: 20 })]).toEqual([false, true])
  })
})

describe('a trip strategy as JSON', () => {
  const count = { _tag: 'FailureCount', failures: 3 }
  const slow = { _tag: 'SlowCallRate', rate: 0.5, minimumCalls: 4 }
  const json = (u: unknown): unknown => JSON.parse(JSON.stringify({ u }))

  it('is its data, and a list where any may open', () => {
    expect(json(TS.failureCount(3))).toEqual({ u: count })
    expect(json(concatAll(TS.any)([TS.failureCount(3), TS.slowCallRate(0.5, 4)]))).toEqual({
      u: [count, slow]
    })
  })

  it('is nothing where there is no data for it', () => {
    expect(json(TS.all.concat(TS.failureCount(3), TS.slowCallRate(0.5, 4)))).toEqual({})
    expect(json(TS.any.concat(TS.failureCount(3), () => true))).toEqual({})
    expect(json(TS.any.concat(() => true, TS.failureCount(3)))).toEqual({})
  })
})

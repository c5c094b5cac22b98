import type { Counts, CountWindow } from 'breaker-ts/Counts'
import { consecutive, empty } from 'breaker-ts/Counts'
import type { TripData, TripStrategy } from 'breaker-ts/TripStrategy'
import * as TS from 'breaker-ts/TripStrategy'
import { countWindow, own } from 'breaker-ts/Window'
import * as fc from 'fast-check'
import { concatAll } from 'fp-ts/Monoid'

import { configOf } from './support/config'

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
const data: fc.Arbitrary<TripData> = fc.oneof(
  fc.integer({ min: 1, max: 5 }).map((failures): TripData => ({ _tag: 'ConsecutiveFailures', failures })),
  fc.integer({ min: 1, max: 5 }).map((failures): TripData => ({ _tag: 'FailureCount', failures })),
  fc.constant<TripData>({ _tag: 'FailureRate', rate: 0.5, minimumCalls: 4 }),
  fc.constant<TripData>({ _tag: 'SlowCallRate', rate: 0.5, minimumCalls: 4 }),
  fc.constant<TripData>({ _tag: 'Never' })
)
const strategy: fc.Arbitrary<TripStrategy> = fc.oneof(
  data.map(TS.fromData),
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

  it('knows what it is made of, where all of its strategies do', () => {
    const made = concatAll(monoid)([TS.failureCount(3), TS.slowCallRate(0.5, 4)])
    expect(made.parts).toEqual(
      expect.arrayContaining([
        { _tag: 'FailureCount', failures: 3 },
        { _tag: 'SlowCallRate', rate: 0.5, minimumCalls: 4 }
      ])
    )
    expect(monoid.concat(made, () => true).parts).toBeUndefined()
    expect(monoid.concat(() => true, made).parts).toBeUndefined()
  })
})

describe('a trip strategy', () => {
  it('of nothing is made of nothing, or of never', () => {
    expect(TS.all.empty.parts).toEqual([])
    expect(TS.any.empty.parts).toEqual([{ _tag: 'Never' }])
  })

  it('says the same as the data it is made of, alone and in a list', () =>
    fc.assert(
      fc.property(data, data, counts, (x, y, held) => {
        const made = (trip: TripData | ReadonlyArray<TripData>) => configOf({ window: countWindow(5), trip }).trip
        expect(made(x)?.(held)).toBe(TS.fromData(x)(held))
        expect(made([x, y])?.(held)).toBe(TS.any.concat(TS.fromData(x), TS.fromData(y))(held))
      })
    ))
})

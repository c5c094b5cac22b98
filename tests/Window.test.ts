import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
import type { Counts, CountWindow } from 'breaker-ts/Counts'
import { consecutive, empty } from 'breaker-ts/Counts'
import { isHealthy, own } from 'breaker-ts/Reducer'
import { closed } from 'breaker-ts/State'
import { failureRate } from 'breaker-ts/TripStrategy'
import type { Window } from 'breaker-ts/Window'
import * as W from 'breaker-ts/Window'
import * as fc from 'fast-check'

import { configOf } from './support/config'

interface Call {
  readonly failed: boolean
  readonly slow: boolean
  readonly now: number
}
const HEALTHY = { failed: false, slow: false }

// As the reducer counts: counts of another window hold nothing for this one.
const countWith = (window: Window, counts: Counts, failed: boolean, slow: boolean, now: number): Counts =>
  window.count(own(window, counts), { failed, slow }, now)
const isSettled = (window: Window, counts: Counts): boolean =>
  isHealthy(configOf({ window, trip: () => false }), closed(0, counts))

const add =
  (window: Window) =>
  (counts: Counts, { failed, slow, now }: Call) =>
    countWith(window, counts, failed, slow, now)
const sums = ({ calls, failures, slowCalls, failedOrSlow, failuresInARow }: Counts) => [
  calls,
  failures,
  slowCalls,
  failedOrSlow,
  failuresInARow
]

/** A pseudo-random number in [0, 1), the same in each run. */
const numbers = (seed: number) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return seed / 2 ** 32
}

describe('failures in a row', () => {
  it('know of no slow calls', () => expect(consecutive(2).slowCalls).toBe(0))

  const count = add(W.consecutive)

  it('go up at a failure, and start again at a success', () => {
    const two = [1, 2].reduce((counts: Counts, now) => count(counts, { ...HEALTHY, failed: true, now }), empty)
    expect(two).toEqual(consecutive(2))
    expect(count(two, { ...HEALTHY, now: 3 })).toBe(empty)
  })

  it('stay the same reference when a success changes nothing', () => {
    const none = consecutive(0)
    expect(count(none, { ...HEALTHY, now: 0 })).toBe(none)
    expect(isSettled(W.consecutive, none)).toBe(true)
    expect(isSettled(W.consecutive, consecutive(1))).toBe(false)
  })

  it('start anew where the settings had a window before', () => {
    const other = countWith(W.countWindow(4), empty, true, false, 0)
    expect(count(other, { failed: true, slow: false, now: 0 })).toEqual(consecutive(1))
    expect(isSettled(W.consecutive, other)).toBe(false)
    expect(isSettled(W.consecutive, countWith(W.countWindow(4), empty, false, false, 0))).toBe(false)
  })
})

describe('a count window', () => {
  it.each([1, 2, 15, 16, 17, 31, 32, 33, 100])('of %i calls holds what a list of the last ones holds', (size) => {
    const window = W.countWindow(size)
    const random = numbers(size)
    let counts: Counts = empty
    let list: ReadonlyArray<Call> = []
    for (let i = 0; i < 20 * size; i++) {
      const share = i % (6 * size) < 2 * size ? 0 : 0.4 // now and then, a healthy while that fills the window
      const call = { failed: random() < share, slow: random() < share, now: i }
      counts = add(window)(counts, call)
      list = [...list, call].slice(-size)
      const failed = list.map((one) => one.failed)
      expect(sums(counts).slice(0, 4)).toEqual([
        list.length,
        failed.filter(Boolean).length,
        list.filter(({ slow }) => slow).length,
        list.filter((one) => one.failed || one.slow).length
      ])
      expect(counts.failuresInARow > 0).toBe(call.failed)
    }
  })

  it('stays the same reference when it is full of healthy calls and another one ends', () => {
    const window = W.countWindow(20)
    const fill = (from: Counts) =>
      Array.from({ length: 20 }).reduce((counts: Counts, _, now) => add(window)(counts, { ...HEALTHY, now }), from)
    const full = fill(countWith(window, empty, true, true, 0))
    expect(sums(full)).toEqual([20, 0, 0, 0, 0])
    expect(add(window)(full, { ...HEALTHY, now: 21 })).toBe(full)
    expect(isSettled(window, full)).toBe(true)
    for (const other of [empty, countWith(window, full, true, false, 0), countWith(window, full, false, true, 0)])
      expect(isSettled(window, other)).toBe(false)
    expect(isSettled(W.countWindow(21), full)).toBe(false)
  })

  it('holds the last calls across its pages', () => {
    const size = 2500 // three pages, the last of them short
    const window = W.countWindow(size)
    const random = numbers(size)
    const failed = Array.from({ length: 4 * size }, () => random() < 0.3)
    let counts: Counts = empty
    let inWindow = 0
    failed.forEach((isFailure, now) => {
      counts = add(window)(counts, { failed: isFailure, slow: !isFailure, now })
      inWindow += (isFailure ? 1 : 0) - (failed[now - size] ? 1 : 0)
      expect(sums(counts).slice(0, 4)).toEqual([
        Math.min(now + 1, size),
        inWindow,
        Math.min(now + 1, size) - inWindow,
        Math.min(now + 1, size)
      ])
    })
  })

  it('comes in pages of 64 words, the last of them as long as it takes', () => {
    expect([1, 16, 17, 1024, 1025, 2500].map(W.pageLengths)).toEqual([[1], [1], [2], [64], [64, 1], [64, 64, 29]])
  })

  it('copies no page where the calls are as they were a round ago', () => {
    const healthy = (from: Counts) =>
      Array.from({ length: 16 }).reduce(
        (counts: Counts, _, now) => add(W.countWindow(100))(counts, { ...HEALTHY, now }),
        from
      )
    const before = healthy(empty)
    const after = healthy(before)
    expect(after.calls).toBe(32)
    expect((after as CountWindow).pages).toBe((before as CountWindow).pages)
  })

  it('copies the page that a call changes and no other, so that a failure costs about as much in a window of any size', () => {
    const fill = Array.from({ length: 1030 }).reduce(
      (counts: Counts, _, now) => add(W.countWindow(4000))(counts, { failed: true, slow: false, now }),
      empty
    )
    const after = Array.from({ length: 16 }).reduce(
      (counts: Counts, _, now) => add(W.countWindow(4000))(counts, { failed: true, slow: false, now }),
      fill
    )
    const { pages } = fill as CountWindow
    expect((after as CountWindow).pages.map((page, i) => page === pages[i])).toEqual([true, false, true, true])
  })

  it('starts anew where the settings have changed its size', () => {
    const before = countWith(W.countWindow(4), empty, true, false, 0)
    expect(sums(countWith(W.countWindow(5), before, true, false, 0))).toEqual([1, 1, 0, 1, 1])
  })
})

describe('a time window', () => {
  const window = W.timeWindow(60, 6)

  it('counts every success of a breaker, however many there were before it', () => {
    const breaker = new CircuitBreaker({ name: 'payments', window, trip: failureRate(0.5, 4), clock: () => 7 })
    for (let call = 0; call < 3; call++) breaker.call(() => call)
    expect(breaker.current().counts.calls).toBe(3)
    expect(isSettled(window, breaker.current().counts)).toBe(false)
  })
  const failure = (now: number) => ({ failed: true, slow: false, now })

  it('starts anew where the settings have made it shorter, though the slices are as long as before', () => {
    const six = [0, 10, 20, 30, 40, 50].reduce((counts: Counts, now) => add(window)(counts, failure(now)), empty)
    expect(sums(six)).toEqual([6, 6, 0, 6, 6])
    expect(sums(add(window)(six, failure(55)))).toEqual([7, 7, 0, 7, 7])
    expect(sums(add(W.timeWindow(50, 5))(six, failure(55)))).toEqual([1, 1, 0, 1, 1])
  })

  it('stands still for a clock that goes back within it, and goes on from one that goes back further', () => {
    const at100 = add(window)(empty, failure(100))
    expect([50, 49.9, -900].map((now) => add(window)(at100, failure(now)))).toEqual(
      [100, 49.9, -900].map((startedAtSeconds) => expect.objectContaining({ calls: 2, startedAtSeconds }) as Counts)
    )
  })

  it('holds what a list of calls holds, whose slices are those of the last seconds', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            failed: fc.boolean(),
            slow: fc.boolean(),
            wait: fc.constantFrom(0, 0, 0.5, 9.5, 10, 10.5, 49, 50, 59, 60, 61, 120, 1e6)
          }),
          { maxLength: 60 }
        ),
        (steps) => {
          let counts: Counts = empty
          let list: ReadonlyArray<Call> = []
          let now = 100
          for (const { failed, slow, wait } of steps) {
            now += wait
            counts = add(window)(counts, { failed, slow, now })
            list = [...list, { failed, slow, now }]
            const start = list[0]?.now ?? 0 // of the first slice
            const sliceOf = (seconds: number) => Math.floor((seconds - start) / 10)
            const held = list.filter((call) => sliceOf(call.now) > sliceOf(now) - 6)
            expect(sums(counts).slice(0, 4)).toEqual([
              held.length,
              held.filter((call) => call.failed).length,
              held.filter((call) => call.slow).length,
              held.filter((call) => call.failed || call.slow).length
            ])
          }
        }
      )
    ))

  it('stays of the same size, however long it counts', () => {
    const random = numbers(1)
    let counts: Counts = empty
    for (let now = 0; now < 10_000; now += 3) counts = add(window)(counts, { ...HEALTHY, failed: random() < 0.5, now })
    expect(counts).toMatchObject({ older: { length: 5 } })
  })

  it('never takes a success for one that changes nothing', () => {
    expect(isSettled(window, empty)).toBe(false)
  })

  it('starts anew where the settings have changed its slices', () => {
    const before = countWith(window, empty, true, false, 0)
    expect(sums(countWith(W.timeWindow(60, 5), before, true, false, 0))).toEqual([1, 1, 0, 1, 1])
    const later = countWith(window, before, true, false, 30)
    expect(sums(countWith(W.timeWindow(20, 2), later, true, false, 30))).toEqual([1, 1, 0, 1, 1])
  })
})

describe('failureRate', () => {
  it('says of a million random calls what a naive list says', () => {
    const size = 50
    const window = W.countWindow(size)
    const random = numbers(42)
    const strategy = failureRate(0.5, 20)
    const list: Array<boolean> = []
    let counts: Counts = empty
    let share = 0
    const wrong: Array<number> = []
    const said = { yes: 0, no: 0 }
    for (let i = 0; i < 1_000_000; i++) {
      if (i % 1000 === 0) share = random()
      const failed = random() < share
      counts = countWith(window, counts, failed, false, 0)
      list.push(failed)
      if (list.length > size) list.shift()
      const expected = list.length >= 20 && list.filter(Boolean).length / list.length >= 0.5
      if (strategy(counts) !== expected) wrong.push(i)
      said[expected ? 'yes' : 'no']++
    }
    expect(wrong).toEqual([])
    expect(Math.min(said.yes, said.no)).toBeGreaterThan(100_000)
  })
})

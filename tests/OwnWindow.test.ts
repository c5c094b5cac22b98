// A window and a strategy that are written outside of src, as a user would write them.
import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
import type { Counts } from 'breaker-ts/Counts'
import { consecutive } from 'breaker-ts/Counts'
import { callPermit, failed, succeeded } from 'breaker-ts/Event'
import { reduce } from 'breaker-ts/Reducer'
import { closed, initial } from 'breaker-ts/State'
import { laws } from 'breaker-ts/testing'
import type { Window } from 'breaker-ts/Window'
import { countWindow } from 'breaker-ts/Window'
import * as fc from 'fast-check'

import { configOf } from './support/config'

/** Each call weighs `keep` times as much as the one after it. */
interface Weighted extends Counts {
  readonly _tag: 'Weighted'
  readonly keep: number
  /** The part of the calls that failed, by weight. */
  readonly failing: number
}

const weighted = (keep: number): Window<Weighted> => {
  const empty: Weighted = {
    _tag: 'Weighted',
    calls: 0,
    failures: 0,
    slowCalls: 0,
    failedOrSlow: 0,
    failuresInARow: 0,
    keep,
    failing: 0
  }
  return {
    empty,
    count: (counts, { failed, slow }) => {
      const before = counts.keep === keep ? counts : empty
      return {
        ...before,
        calls: before.calls + 1,
        failures: before.failures + (failed ? 1 : 0),
        slowCalls: before.slowCalls + (slow ? 1 : 0),
        failedOrSlow: before.failedOrSlow + (failed || slow ? 1 : 0),
        failuresInARow: failed ? before.failuresInARow + 1 : 0,
        failing: before.failing * keep + (failed ? 1 - keep : 0)
      }
    },
    isSettled: () => false
  }
}

const failing = (part: number) => (counts: Counts) => (counts as Weighted).failing >= part

const config = configOf({ window: weighted(0.5), trip: failing(0.7), probeTimeoutSeconds: 5 })
const step = reduce(config)

describe('a window of your own', () => {
  it('opens a breaker by what it keeps', () => {
    const breaker = new CircuitBreaker({ name: 'own', window: weighted(0.5), trip: failing(0.7) })
    breaker.recordFailure()
    breaker.recordSuccess()
    breaker.recordFailure()
    expect(breaker.state()).toBe('closed')
    breaker.recordFailure()
    expect(breaker.state()).toBe('open')
  })

  it('never sees the counts of another kind of window, and starts again where they are of other settings', () => {
    const failure = failed(callPermit(0))
    const once = { counts: { _tag: 'Weighted', keep: 0.5, calls: 1, failing: 0.5 } }
    for (const counts of [consecutive(4), countWindow(8).empty, weighted(0.9).empty])
      expect(step(closed(0, counts), failure, 0)).toMatchObject(once)
    expect(step(step(initial, failure, 0), succeeded(callPermit(0)), 0)).toMatchObject({
      counts: { calls: 2, failing: 0.25 }
    })
  })

  it.each(laws(config, step))('keeps the law: $name', ({ property }) => fc.assert(property))
})

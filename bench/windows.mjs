// What a window costs for each call it counts: ours through the reducer, cockatiel's, and a ring changed in place.
import { performance } from 'node:perf_hooks'

import { CountBreaker, SamplingBreaker } from 'cockatiel'

import { require } from './contenders.mjs'
import { mutableCount, mutableTime } from './floor.mjs'
import { interleave, summing } from './measure.mjs'

const { make } = require('breaker-ts/Config')
const { callPermit, failed, succeeded } = require('breaker-ts/Event')
const { reduce } = require('breaker-ts/Reducer')
const { initial } = require('breaker-ts/State')
const { failureRate } = require('breaker-ts/TripStrategy')
const { countWindow, timeWindow } = require('breaker-ts/Window')

const ROUNDS = 21
const SUCCESS = succeeded(callPermit(0))
const FAILURE = failed(callPermit(0))
const CLOSED = 0 // CircuitState.Closed of cockatiel

const stepOf = (window, minimumCalls) =>
  reduce(make({ name: 'bench', trip: failureRate(1, minimumCalls), window }).right)

// The time is given: a whole number where it does not matter, so that none is allocated; 1,000 calls a second where it
// does. Or it is read. Each is a function of its own and calls the contender itself, as that of cockatiel does: what comes between
// would be in the figure, and the calls of one contender would slow down another's.
const anyTime = (step) => {
  let state = initial
  return (failed, i) => {
    state = step(state, failed ? FAILURE : SUCCESS, i)
    return state.counts.failures
  }
}
const given = (step) => {
  let state = initial
  return (failed, i) => {
    state = step(state, failed ? FAILURE : SUCCESS, i * 0.001)
    return state.counts.failures
  }
}
const read = (step) => {
  let state = initial
  return (failed) => {
    state = step(state, failed ? FAILURE : SUCCESS, performance.now() / 1000)
    return state.counts.failures
  }
}
const floorOfCount = (count) => (failed, i) => count(failed, 0, i)
const floorOfTime = (count) => (failed, i) => count(failed, 0, i * 0.001)
// Ours opens when all calls have failed, and cockatiel, whose threshold has to be below 1, at nearly all: neither happens.
const counted = (breaker) => (failed) => (failed ? +breaker.failure(CLOSED) : (breaker.success(CLOSED), 0))
const threshold = 0.999_999

const ofCount = (size) => ({
  window: `last ${size.toLocaleString('en')} calls`,
  contenders: {
    'mutable floor': floorOfCount(mutableCount(size)),
    'breaker-ts': anyTime(stepOf(countWindow(size), size)),
    'cockatiel CountBreaker': counted(new CountBreaker({ threshold, size }))
  }
})

const ofTime = () => ({
  window: 'last 60 s',
  contenders: {
    'mutable floor': floorOfTime(mutableTime(60, 10)),
    'breaker-ts': given(stepOf(timeWindow(60, 10), 100)),
    'breaker-ts, and a clock read': read(stepOf(timeWindow(60, 10), 100)),
    'cockatiel SamplingBreaker, and its clock read': counted(new SamplingBreaker({ threshold, duration: 60_000 }))
  }
})

// Whether each of 65,536 calls fails, in no order that a ring could know: by a linear congruential generator.
const load = (chance) => {
  let seed = 1
  return Array.from({ length: 65_536 }, () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return seed / 2 ** 32 < chance ? 1 : 0
  })
}

const LOADS = { healthy: load(0), '1 % failures': load(0.01), '50 % failures': load(0.5) }

export const windows = async () => {
  const rows = []
  for (const { window, contenders } of [ofCount(100), ofCount(50_000), ofTime()])
    for (const [calls, inputs] of Object.entries(LOADS)) {
      const named = Object.entries(contenders).map(([name, call]) => ({ name, run: summing(call, inputs) }))
      const measured = await interleave(named, ROUNDS)
      rows.push(
        ...named.map(({ name }) => ({ name, bare: 'mutable floor', case: `${window}, ${calls}`, ...measured[name] }))
      )
    }
  return rows
}

/** Whether a success changes nothing in a full window of successes, not even the reference. */
export const fixpoint = () => {
  const step = stepOf(countWindow(100), 100)
  const full = Array.from({ length: 100 }).reduce((state) => step(state, SUCCESS, 0), initial)
  return [{ name: 'same reference', isSame: step(full, SUCCESS, 1) === full }]
}

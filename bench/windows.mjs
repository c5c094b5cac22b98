// What a window costs for each call it counts: ours, through the reducer, against a ring that is changed in place.
// Run it with `npm run bench:windows`; figures are medians of rounds in one process, to be compared with each other only.
import { createRequire } from 'node:module'
import { performance } from 'node:perf_hooks'

const require = createRequire(import.meta.url)
const { make } = require('breaker-ts/Config')
const { callPermit, failed, succeeded } = require('breaker-ts/Event')
const { reduce } = require('breaker-ts/Reducer')
const { initial } = require('breaker-ts/State')
const { never } = require('breaker-ts/TripStrategy')
const { countWindow, timeWindow } = require('breaker-ts/Window')

const CALLS = 200_000
const ROUNDS = 31

// The honest floors: the same four sums, kept as one would by hand, with nothing immutable about it.
const mutableCount = (size) => {
  const ring = new Uint8Array(size)
  const sums = { calls: 0, failures: 0, slowCalls: 0, failuresInARow: 0 }
  let next = 0
  return (failed, slow) => {
    const gone = ring[next]
    sums.failures += failed - (gone & 1)
    sums.slowCalls += slow - (gone >> 1)
    sums.failuresInARow = failed ? sums.failuresInARow + 1 : 0
    if (sums.calls < size) sums.calls++
    ring[next] = failed | (slow << 1)
    next = next + 1 === size ? 0 : next + 1
    return sums.failures
  }
}

const mutableTime = (seconds, slices) => {
  const sliceSeconds = seconds / slices
  const ring = Array.from({ length: slices }, () => ({ calls: 0, failures: 0, slowCalls: 0 }))
  const sums = { calls: 0, failures: 0, slowCalls: 0, failuresInARow: 0 }
  let slice = 0
  const add = (sum, calls, failures, slowCalls) => {
    sum.calls += calls
    sum.failures += failures
    sum.slowCalls += slowCalls
  }
  return (failed, slow, now) => {
    const current = Math.floor(now / sliceSeconds)
    for (let gone = Math.max(slice + 1, current - slices + 1); gone <= current; gone++) {
      const old = ring[gone % slices]
      add(sums, -old.calls, -old.failures, -old.slowCalls)
      add(old, -old.calls, -old.failures, -old.slowCalls)
    }
    slice = Math.max(slice, current)
    add(ring[slice % slices], 1, failed, slow)
    add(sums, 1, failed, slow)
    sums.failuresInARow = failed ? sums.failuresInARow + 1 : 0
    return sums.failures
  }
}

const PERMIT = callPermit(0)
const SUCCESS = succeeded(PERMIT)
const FAILURE = failed(PERMIT)
const immutable = (window) => {
  const step = reduce(make({ name: 'bench', trip: never, window }).right)
  let state = initial
  return (failed, _, now) => {
    state = step(state, failed ? FAILURE : SUCCESS, now)
    return state.counts.failures
  }
}

const KINDS = [
  ['count window of 100', () => immutable(countWindow(100)), () => mutableCount(100)],
  ['count window of 50,000', () => immutable(countWindow(50_000)), () => mutableCount(50_000)],
  ['time window of 60 s in 10', () => immutable(timeWindow(60, 10)), () => mutableTime(60, 10)]
]
const LOADS = [
  ['healthy', () => 0],
  ['1 % failures', (i) => (i % 100 === 0 ? 1 : 0)],
  ['50 % failures', (i) => i & 1]
]

let sink = 0
const round = (step, load, from) => {
  globalThis.gc()
  const before = process.memoryUsage().heapUsed
  const start = performance.now()
  for (let i = from; i < from + CALLS; i++) sink += step(load(i), 0, i * 0.001) // 1,000 calls a second
  const nanoseconds = ((performance.now() - start) * 1e6) / CALLS
  return { nanoseconds, bytes: (process.memoryUsage().heapUsed - before) / CALLS }
}
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1]

for (const [window, ours, floor] of KINDS)
  for (const [load, at] of LOADS) {
    const [a, b] = [ours(), floor()]
    const rounds = Array.from({ length: ROUNDS }, (_, i) => [round(a, at, i * CALLS), round(b, at, i * CALLS)]).slice(5)
    const [x, y] = [0, 1].map((n) => median(rounds.map((pair) => pair[n].nanoseconds)))
    const bytes = median(rounds.map(([pair]) => pair.bytes))
    console.log(
      [
        `${window.padEnd(28)}${load.padEnd(16)}${x.toFixed(1).padStart(6)} ns ${bytes.toFixed(0).padStart(4)} B`,
        `${(x / y).toFixed(1)}x of a mutable one (${y.toFixed(1)} ns)`
      ].join('   ')
    )
  }
if (Number.isNaN(sink)) throw new Error('the windows did not count')

// Measures contenders side by side in one process: rounds interleaved, one loop of machine code for each.
//
// With --expose-gc, the bytes a call allocates are counted, and the heap is emptied before each round. Times are right without it
// only: for a while after each of these collections, V8 gives pages back in the background, and hands out fresh ones.
import { performance } from 'node:perf_hooks'

const WARM_UP_MILLISECONDS = 500
const ROUND_MILLISECONDS = 20 // long enough for what is allocated to be collected within a round
const ROUND_BYTES = 32 * 2 ** 20 // far from a young generation of 256 MB, so nothing is collected within a round
const MOST_CALLS = 1_000_000

const countsBytes = globalThis.gc !== undefined

// `new Function` compiles the text anew each time. So each contender has a loop of its own, and what V8 learns of one
// contender's call cannot slow down another's.
const compile = (text) => (call, inputs) => new Function('call', 'inputs', `'use strict'; return ${text}`)(call, inputs)

/** Awaits one call after the other. */
export const awaiting = compile('async (calls) => { for (let i = 0; i < calls; i++) await call() }')

/** The same for calls that reject. */
export const catching = compile(
  'async (calls) => { for (let i = 0; i < calls; i++) try { await call() } catch { continue } }'
)

/** Synchronous calls on inputs that vary. The last result is returned, so that none can be optimised away. */
export const looping = compile(`(calls) => {
  let result
  for (let i = 0; i < calls; i++) result = call(inputs[i & 255])
  return result
}`)

/** Synchronous calls that return numbers. */
export const summing = compile(`(() => {
  let i = 0
  return (calls) => {
    let sum = 0
    for (const end = i + calls; i < end; i++) sum += call(inputs[i & 65535], i)
    return sum
  }
})()`)

/** Calls that are all started before one of them has ended. */
export const starting = compile('(calls, results) => { for (let i = 0; i < calls; i++) results[i] = call() }')

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** What is on the heap for good. The first collection leaves what only finalisers and weak references held. */
export const heldBytes = () => {
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

const round = async (run, calls) => {
  await new Promise(setImmediate) // so that contenders with timers get them served
  if (countsBytes) globalThis.gc({ type: 'minor' })
  const before = countsBytes ? process.memoryUsage().heapUsed : 0
  const start = performance.now()
  const pending = run(calls)
  if (pending instanceof Promise) await pending
  const milliseconds = performance.now() - start
  const bytes = countsBytes ? (process.memoryUsage().heapUsed - before) / calls : 0
  return { nanoseconds: (milliseconds * 1e6) / calls, bytes }
}

// Calls until the code is hot, then says how many calls make a round.
const warmUp = async ({ run, calls }) => {
  const end = performance.now() + WARM_UP_MILLISECONDS
  let last = await round(run, calls ?? 100)
  while (performance.now() < end) last = await round(run, calls ?? callsFor(last))
  return calls ?? callsFor(last)
}

const callsFor = ({ nanoseconds, bytes }) =>
  Math.max(
    100,
    Math.floor(Math.min((ROUND_MILLISECONDS * 1e6) / nanoseconds, ROUND_BYTES / Math.max(bytes, 1), MOST_CALLS))
  )

/**
 * Rounds of all contenders in turn. A contender is `{ name, run }`: `run(calls)` makes so many calls, and may return a
 * promise; `calls` fixes their number. Returns, for each name, the nanoseconds and bytes a call took in each round.
 */
export const interleave = async (contenders, rounds) => {
  const prepared = []
  for (const contender of contenders) prepared.push({ ...contender, calls: await warmUp(contender) })
  const measured = Object.fromEntries(contenders.map(({ name }) => [name, { nanoseconds: [], bytes: [] }]))
  for (let i = 0; i < rounds; i++)
    for (const { name, run, calls } of prepared) {
      const { nanoseconds, bytes } = await round(run, calls)
      measured[name].nanoseconds.push(nanoseconds)
      measured[name].bytes.push(bytes)
    }
  return measured
}

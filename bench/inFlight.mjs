// What a call costs while many others are in flight: time for each, and the memory each holds until it ends.
import { performance } from 'node:perf_hooks'

import { Effect } from 'effect'
import * as E from 'fp-ts/lib/Either.js'

import { cockatiel, effect, opossum, OUT_OF_REACH, require } from './contenders.mjs'
import { MutableBreaker } from './floor.mjs'
import { heldBytes, starting } from './measure.mjs'

const { AsyncCircuitBreaker } = require('breaker-ts/AsyncCircuitBreaker')

const COUNTS = [1000, 10_000]
const ROUNDS = 11
const WARM_UP_ROUNDS = 4
const SUCCESS = E.right(1)

const BARE_TASK = 'bare TaskEither'
const BARE_PROMISE = 'bare promise'
const BARE_RUN = 'bare Effect.runPromise'

// Calls wait for these promises, in order; they were made before, so they are not counted.
const queue = { promises: [], next: 0 }
const work = () => queue.promises[queue.next++]

const round = async (start, count, value) => {
  await new Promise(setImmediate) // lets the contender before finish
  const resolvers = []
  queue.promises = Array.from({ length: count }, () => new Promise((resolve) => resolvers.push(resolve)))
  queue.next = 0
  const results = new Array(count).fill(undefined)
  const before = heldBytes()
  const started = performance.now()
  start(count, results)
  const starts = performance.now() - started
  const bytes = (heldBytes() - before) / count
  const ended = performance.now()
  for (const resolve of resolvers) resolve(value)
  for (const result of results) await result
  return { nanoseconds: ((starts + performance.now() - ended) * 1e6) / count, bytes }
}

export const inFlight = async () => {
  const ours = new AsyncCircuitBreaker({ name: 'bench' })
  const floor = new MutableBreaker(OUT_OF_REACH, 30_000)
  const policy = cockatiel(OUT_OF_REACH)
  const circuit = opossum(work, 50)
  const plain = Effect.promise(work)
  const guarded = plain.pipe((await effect(OUT_OF_REACH)).execute({ key: 'bench' }))
  const contenders = [
    { name: BARE_TASK, call: work, value: SUCCESS },
    { name: 'mutable floor', bare: BARE_TASK, call: () => floor.callAsync(work), value: SUCCESS },
    { name: 'breaker-ts', bare: BARE_TASK, call: ours.call(work), value: SUCCESS },
    { name: BARE_PROMISE, call: work, value: 1 },
    { name: 'cockatiel', bare: BARE_PROMISE, call: () => policy.execute(work), value: 1 },
    { name: 'opossum', bare: BARE_PROMISE, call: () => circuit.fire(), value: 1 },
    { name: BARE_RUN, call: () => Effect.runPromise(plain), value: 1 },
    { name: 'Effect, a run for each call', bare: BARE_RUN, call: () => Effect.runPromise(guarded), value: 1 }
  ].map((contender) => ({ ...contender, start: starting(contender.call) }))

  const measured = []
  for (const count of COUNTS) {
    const rows = contenders.map(({ name, bare }) => ({
      name,
      bare: bare ?? name,
      case: `${count.toLocaleString('en')} in flight`,
      nanoseconds: [],
      bytes: []
    }))
    for (let i = 0; i < WARM_UP_ROUNDS + ROUNDS; i++)
      for (const [n, { start, value }] of contenders.entries()) {
        const { nanoseconds, bytes } = await round(start, count, value)
        if (i < WARM_UP_ROUNDS) continue
        rows[n].nanoseconds.push(nanoseconds)
        rows[n].bytes.push(bytes)
      }
    measured.push(...rows)
  }
  circuit.shutdown()
  return measured
}

// What each of many breakers on the same settings holds: memory, timers, and what keeps a process alive.
import { createHook } from 'node:async_hooks'

import { Effect } from 'effect'

import { cockatiel, effect, opossum, require } from './contenders.mjs'
import { MutableBreaker } from './floor.mjs'
import { heldBytes, median } from './measure.mjs'

const { AsyncCircuitBreaker } = require('breaker-ts/AsyncCircuitBreaker')
const { CircuitBreaker } = require('breaker-ts/CircuitBreaker')
const { from } = require('breaker-ts/Config')

const ROUNDS = 3
const settings = from({ name: 'bench', failureThreshold: 5, recoveryTimeoutSeconds: 30 })
const work = () => Promise.resolve(1)

// A breaker of Effect is a key in a store: its entry comes with the first call.
const keyed = async () => {
  const breaker = await effect(5)
  let keys = 0
  return () => Effect.runSync(Effect.succeed(1).pipe(breaker.execute({ key: `key-${keys++}` })))
}

// 100,000 of opossum's would need 700 MB and 200,000 timers, so it is measured with fewer.
const contenders = async () => [
  { name: 'mutable floor', count: 100_000, make: () => new MutableBreaker(5, 30_000) },
  { name: 'breaker-ts, async', count: 100_000, make: () => new AsyncCircuitBreaker(settings) },
  { name: 'breaker-ts, sync', count: 100_000, make: () => new CircuitBreaker(settings) },
  { name: 'cockatiel', count: 100_000, make: () => cockatiel(5) },
  { name: 'opossum', count: 5000, make: () => opossum(work, 50), end: (circuit) => circuit.shutdown() },
  { name: 'Effect, a key in a store', count: 100_000, make: await keyed() }
]

const bytesOfEach = ({ count, make, end }) => {
  const breakers = new Array(count).fill(undefined)
  const before = heldBytes()
  for (let i = 0; i < count; i++) breakers[i] = make()
  const bytes = (heldBytes() - before) / count
  if (end) breakers.forEach(end)
  return bytes
}

// Timers that do not keep the process alive are no active resource, so they are counted as they are made.
const timersOfEach = ({ make, end }) => {
  let timers = 0
  const hook = createHook({ init: (_, type) => (timers += type === 'Timeout' ? 1 : 0) }).enable()
  const breakers = Array.from({ length: 10 }, make)
  hook.disable()
  if (end) breakers.forEach(end)
  return timers / breakers.length
}

const resources = () => process.getActiveResourcesInfo().length

export const memory = async () => {
  const all = await contenders()
  const rows = all.map((contender) => {
    const before = resources()
    const bytes = median(Array.from({ length: ROUNDS }, () => bytesOfEach(contender)))
    return { name: contender.name, count: contender.count, bytes, activeResources: resources() - before }
  })
  return rows.map((row, i) => ({ ...row, timers: timersOfEach(all[i]) }))
}

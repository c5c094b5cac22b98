// What a registry costs with 10, 1,000 and 1,000,000 keys: time for each call, and memory for each key that is held.
// Run it with `npm run bench:keys`; figures are medians of rounds in one process, to be compared with each other only.
import { createRequire } from 'node:module'
import { performance } from 'node:perf_hooks'

const require = createRequire(import.meta.url)
const { from } = require('breaker-ts/Config')
const { failureRecorded } = require('breaker-ts/Event')
const { none, reduceKeyed, stateOf } = require('breaker-ts/Keyed')
const { Registry } = require('breaker-ts/Registry')

const CALLS = 100_000
const ROUNDS = 15
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1]
const perCall = (action) => {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = performance.now()
    for (let i = 0; i < CALLS; i++) action(i)
    return ((performance.now() - start) * 1e6) / CALLS
  })
  return `${median(rounds.slice(3)).toFixed(0).padStart(6)} ns`
}
const heap = () => {
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

const settings = { name: 'hosts', failureThreshold: 1e9 }
const ok = () => 1
for (const count of [10, 1000, 1_000_000]) {
  const before = heap()
  const keys = Array.from({ length: count }, (_, i) => `host-${i}.example.com`)
  const texts = heap() - before
  const breakers = new Registry({ ...settings, maxKeys: 2 * count })
  for (const key of keys) breakers.forSync(key).recordFailure()
  const bytes = (heap() - before - texts) / count

  const keyAt = (i) => keys[(i * 7919) % count]
  console.log(`${count.toLocaleString('en').padStart(9)} keys, all of them held:`)
  const map = new Map(keys.map((key) => [key, {}]))
  console.log(`  a Map, for comparison    ${perCall((i) => map.get(keyAt(i)))}`)
  console.log(`  read the state of a key  ${perCall((i) => breakers.forSync(keyAt(i)).state())}`)
  console.log(`  count a failure of a key ${perCall((i) => breakers.forSync(keyAt(i)).recordFailure())}`)
  console.log(`  for(key).call, counted   ${perCall((i) => breakers.forSync(keyAt(i)).call(ok))}`)
  console.log(`  for(key).call, healthy   ${perCall((i) => breakers.forSync(`new-${i % count}`).call(ok))}`)
  console.log(`  memory of a key          ${bytes.toFixed(0).padStart(6)} B, beside its text`)
}

// The record of a Redux-like store: every change copies it.
const step = reduceKeyed(from(settings))
for (const count of [10, 1000]) {
  const keys = Array.from({ length: count }, (_, i) => `host-${i}.example.com`)
  let keyed = keys.reduce((states, key) => step(states, { key, event: failureRecorded }, 0), none)
  const keyAt = (i) => keys[(i * 7919) % count]
  console.log(`${count.toLocaleString('en').padStart(9)} keys in a record:`)
  console.log(`  read the state of a key  ${perCall((i) => stateOf(keyed, keyAt(i)))}`)
  const calls = count > 100 ? 1000 : CALLS
  const start = performance.now()
  for (let i = 0; i < calls; i++) keyed = step(keyed, { key: keyAt(i), event: failureRecorded }, i)
  console.log(`  count a failure of a key ${(((performance.now() - start) * 1e6) / calls).toFixed(0).padStart(6)} ns`)
}

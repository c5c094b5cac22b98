// How many recorded calls a second `breaker-ts/Replay` plays, for each setting, on one thread. `npm run bench:replay`.
//
// CPU time is measured, so that other programs on the machine do not count. The floor is a loop that calls the reducer for each
// call in the order of the log: what overlaps, figures and incidents cost is what lies above it.
import { createRequire } from 'node:module'
import { cpus } from 'node:os'

const require = createRequire(import.meta.url)
const { compare } = require('../lib/replay/Replay.js')
const { record } = require('../lib/replay/Record.js')
const { chance } = require('../lib/replay/Traffic.js')
const { from } = require('../lib/core/Config.js')
const { callPermit, failed, succeeded } = require('../lib/core/Event.js')
const { reduce } = require('../lib/core/Reducer.js')
const { initial } = require('../lib/core/State.js')
const { failureRate } = require('../lib/core/TripStrategy.js')
const { countWindow, timeWindow } = require('../lib/core/Window.js')
const { CircuitBreaker } = require('../lib/shell/CircuitBreaker.js')

const CALLS = 1_000_000
const ROUNDS = 5

// 100 calls a second that take 0.1 to 0.2 s and overlap; 1 % fail, and 3 % of the time nearly all do.
const calls = Array.from({ length: CALLS }, (_, i) => ({
  startSeconds: i / 100 + chance(1, 3 * i) / 100,
  seconds: 0.1 + chance(1, 3 * i + 1) / 10,
  outcome: chance(1, 3 * i + 2) < (i % 100_000 < 3_000 ? 0.9 : 0.01) ? 'failure' : 'success'
}))

const SETTINGS = {
  'consecutive failures': { name: 'a', failureThreshold: 5, recoveryTimeoutSeconds: 10 },
  'count window': { name: 'a', window: countWindow(100), trip: failureRate(0.5), recoveryTimeoutSeconds: 10 },
  'time window': { name: 'a', window: timeWindow(10), trip: failureRate(0.5), recoveryTimeoutSeconds: 10 }
}

const cpuSeconds = (run) => {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]

const perSecond = (count, run) => count / median(Array.from({ length: ROUNDS }, () => cpuSeconds(run)))

const floor = (settings) => {
  const step = reduce(from(settings))
  return () => {
    let state = initial
    for (const { startSeconds, seconds, outcome } of calls) {
      const permit = callPermit(state.generation)
      state = step(state, outcome === 'failure' ? failed(permit) : succeeded(permit), startSeconds + seconds)
    }
    return state
  }
}

const millions = (n) => `${(n / 1e6).toFixed(2)} M`.padStart(8)

console.log(
  `Recorded calls replayed a second of CPU time, ${cpus()[0].model}, Node ${process.versions.node}; median of ${ROUNDS} rounds of ${CALLS.toLocaleString('en')} calls\n`
)
console.log(`${''.padEnd(22)}  one setting  each of 8    reducer alone  one / reducer`)
for (const [name, settings] of Object.entries(SETTINGS)) {
  const eight = Array.from({ length: 8 }, () => settings)
  const [one, of8, alone] = [
    perSecond(CALLS, () => compare([settings])(calls)),
    perSecond(8 * CALLS, () => compare(eight, { buckets: false })(calls)),
    perSecond(CALLS, floor(settings))
  ]
  console.log(
    `${name.padEnd(22)}  ${millions(one)}     ${millions(of8)}     ${millions(alone)}       ${(one / alone).toFixed(2)}`
  )
}

// What recording costs a live breaker: two lines for each call.
const WRITTEN = 200_000
const live = (observer) => {
  const breaker = new CircuitBreaker({ name: 'a', ...(observer === undefined ? {} : { observer }) })
  return () => {
    for (let i = 0; i < WRITTEN; i++) breaker.call(() => i)
  }
}
let bytes = 0
const microseconds = (run) => 1e6 / perSecond(WRITTEN, run)
const [bare, observed, recorded] = [
  microseconds(live(undefined)),
  microseconds(live(() => () => undefined)),
  microseconds(live(record((line) => void (bytes += line.length))))
]
console.log(
  `\nA call of CircuitBreaker: ${bare.toFixed(2)} µs; with an observer that does nothing ${observed.toFixed(2)} µs; with record ${recorded.toFixed(2)} µs and ${Math.round(bytes / WRITTEN / ROUNDS)} bytes`
)

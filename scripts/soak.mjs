// Runs 10 million calls and over a million trips through one breaker, with random overlap, on a clock moved by hand; then
// 10,000 calls in flight at once; then a process that has to end by itself. Run it with `npm run soak`; `--calls` makes it
// shorter, and `--seed` plays a run again.
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { performance } from 'node:perf_hooks'
import { parseArgs, promisify } from 'node:util'

const require = createRequire(import.meta.url)
const { AsyncCircuitBreaker } = require('breaker-ts/AsyncCircuitBreaker')
const { isCircuitOpenError } = require('breaker-ts/CircuitOpenError')
const { manual } = require('breaker-ts/Clock')
const { make } = require('breaker-ts/Config')
const { inMemory } = require('breaker-ts/Store')

// How much more the heap may hold than after the warm-up: the engine's own notes on hot code come and go with some tens of
// kB. One byte that leaks at a trip would be 1,000 kB and more, and one pointer at a call 80,000 kB.
const MOST_KILOBYTES = 256
const IN_FLIGHT = 10_000

const { values: options } = parseArgs({
  options: {
    calls: { type: 'string', default: '10000000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    exit: { type: 'boolean', default: false }
  }
})

const failures = []
const check = (holds, promise) => {
  if (!holds && failures.length < 10) failures.push(promise)
}
const format = (n) => Math.round(n).toLocaleString('en')

// -------------------------------------------------------------------------------------
// calls
// -------------------------------------------------------------------------------------

// mulberry32: the same numbers for the same seed.
const randomOf = (seed) => {
  let bits = seed | 0
  return () => {
    bits = (bits + 0x6d2b79f5) | 0
    let mixed = Math.imul(bits ^ (bits >>> 15), bits | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const success = (call) => call.resolve((call.result = { _tag: 'Right', right: call }))
const failure = (call) => call.resolve((call.result = { _tag: 'Left', left: call }))
const cancellation = (call) => call.resolve((call.result = { _tag: 'Left', left: { name: 'AbortError' } }))
const rejection = (call) => call.reject((call.result = { name: 'Rejected' }))

/** The promise of a call that `success` and the like settle. */
const run = (call) =>
  new Promise((resolve, reject) => {
    call.resolve = resolve
    call.reject = reject
  })

const take = (list, random) => {
  const i = Math.floor(random() * list.length)
  const taken = list[i]
  list[i] = list[list.length - 1]
  list.pop()
  return taken
}

// -------------------------------------------------------------------------------------
// 10 million calls
// -------------------------------------------------------------------------------------

const PROBES = 3
const PROBE_SECONDS = 5
const settings = {
  name: 'soak',
  failureThreshold: 2,
  recoveryTimeoutSeconds: 1,
  halfOpenMaxProbes: PROBES,
  probeTimeoutSeconds: PROBE_SECONDS
}

const heap = () => {
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed / 1024
}

const soak = async (total, random) => {
  const time = manual()
  const count = { calls: 0, admitted: 0, rejected: 0, settled: 0, late: 0, trips: 0, recoveries: 0, probes: 0 }
  const memory = inMemory(make(settings).right)
  const store = {
    getState: () => memory.getState(),
    dispatch: (event, now) => {
      const before = memory.getState()._tag
      memory.dispatch(event, now)
      const after = memory.getState()._tag
      if (before !== after && after === 'Open') count.trips++
      if (before !== after && after === 'Closed') count.recoveries++
    }
  }
  const breaker = new AsyncCircuitBreaker({ ...settings, clock: time.clock, store })
  const inFlight = []
  const hung = []
  let probes = [] // in flight in the current HALF_OPEN circuit, as their operations see it
  let probed = -1 // the generation of that

  const operation = (call) => {
    const state = store.getState()
    count.admitted++
    call.isProbe = state._tag === 'HalfOpen'
    if (call.isProbe) {
      if (probed !== state.generation) probes = []
      probed = state.generation
      const now = time.clock()
      call.startedAtSeconds = now
      probes = probes.filter((probe) => !probe.isSettled && now - probe.startedAtSeconds < PROBE_SECONDS).concat(call)
      count.probes = Math.max(count.probes, probes.length)
      check(probes.length <= PROBES, `${probes.length} probes in flight, at most ${PROBES}`)
    } else check(state._tag === 'Closed', `a call was admitted while ${state._tag}`)
    inFlight.push(call)
    return run(call)
  }

  const end = (call, given) => {
    count.settled++
    check(given === call.result, 'the result of a call has changed')
  }
  const start = () => {
    count.calls++
    const call = { resolve: undefined, reject: undefined, result: undefined, isSettled: false, isProbe: false }
    breaker
      .call(operation, call)()
      .then(
        (given) => {
          if (call.resolve !== undefined) return end(call, given)
          count.rejected++
          check(isCircuitOpenError(given.left), 'a call that did not run has another error than a rejection')
          if (random() < 0.9) time.advance((given.left.retryAfterSeconds ?? PROBE_SECONDS / 10) * (0.8 + random()))
        },
        (reason) => end(call, reason)
      )
  }
  const settle = (call) => {
    call.isSettled = true
    const chance = random()
    const failing = call.isProbe ? 0.08 : 0.9
    if (chance < failing) (chance < 0.05 ? rejection : failure)(call)
    else if (chance < failing + 0.05) cancellation(call)
    else success(call)
  }
  const drain = async () => {
    for (const call of [...inFlight.splice(0), ...hung.splice(0)]) settle(call)
    for (let i = 0; i < 10; i++) await undefined
  }

  console.log('      calls      trips  recoveries    admitted    rejected       late   seconds   heap, kB')
  const began = performance.now()
  const report = async () => {
    await drain()
    probes = []
    const { calls, trips, recoveries, admitted, rejected, late } = count
    const seconds = (performance.now() - began) / 1000
    const kilobytes = heap()
    const cells = [calls, trips, recoveries, admitted, rejected, late].map((n, i) =>
      format(n).padStart([11, 11, 12, 12, 12, 11][i])
    )
    console.log(`${cells.join('')}${seconds.toFixed(1).padStart(10)}${format(kilobytes).padStart(11)}`)
    return kilobytes
  }

  await report()
  let width = 1
  let warm = 0
  for (const part of [0.05, 0.25, 0.5, 0.75, 1]) {
    while (count.calls < part * total) {
      if (random() < 0.01) width = 1 + Math.floor(random() * (random() < 0.8 ? 4 : 16))
      if (inFlight.length < width && random() < 0.6) start()
      else if (inFlight.length > 0) {
        const call = take(inFlight, random)
        if (random() < 0.03) hung.push(call)
        else settle(call)
      }
      if (hung.length > 20) {
        count.late++
        settle(take(hung, random))
      }
      time.advance(random() < 0.002 ? PROBE_SECONDS : random() * 0.01)
      if (random() < 0.7) await undefined // otherwise the next comes before any result of this is known
    }
    const kilobytes = await report()
    if (part === 0.05) warm = kilobytes
    else
      check(
        kilobytes - warm <= MOST_KILOBYTES,
        `the heap holds ${format(kilobytes - warm)} kB more than after the warm-up, at most ${MOST_KILOBYTES}`
      )
  }

  const { calls, admitted, rejected, settled, trips, recoveries } = count
  check(admitted + rejected === calls, `${admitted} admitted and ${rejected} rejected are not ${calls} calls`)
  check(settled === admitted, `${settled} of ${admitted} results came back`)
  check(
    Math.min(trips, recoveries) >= total / 10,
    `${trips} trips and ${recoveries} recoveries, at least ${total / 10}`
  )
  check(count.probes === PROBES, `at most ${count.probes} probes were in flight: the cap of ${PROBES} was not tried`)
  console.log(`at most ${count.probes} probes in flight, of ${PROBES} allowed; every result came back unchanged`)
}

// -------------------------------------------------------------------------------------
// 10,000 calls in flight
// -------------------------------------------------------------------------------------

const inFlightAtOnce = async (random) => {
  const breaker = new AsyncCircuitBreaker({ name: 'crowd', failureThreshold: IN_FLIGHT })
  const held = async (begin) => {
    const calls = Array.from({ length: IN_FLIGHT }, () => ({
      resolve: undefined,
      reject: undefined,
      result: undefined
    }))
    const promises = new Array(IN_FLIGHT).fill(undefined)
    const before = heap()
    for (let i = 0; i < IN_FLIGHT; i++) promises[i] = begin(calls[i])
    const bytes = ((heap() - before) * 1024) / IN_FLIGHT
    const ends = [success, success, failure, cancellation]
    const waiting = [...calls]
    while (waiting.length > 0) ends[Math.floor(random() * ends.length)](take(waiting, random))
    const results = await Promise.all(promises)
    check(
      results.every((result, i) => result === calls[i].result),
      'not all calls in flight have settled with their result'
    )
    return bytes
  }
  const bytes = { bare: [], held: [] }
  for (let round = 0; round < 9; round++) {
    bytes.bare.push(await held((call) => run(call)))
    bytes.held.push(await held((call) => breaker.call(run, call)()))
  }
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1]
  console.log(
    `${format(IN_FLIGHT)} calls in flight at once have all settled; held for each: ` +
      `${format(median(bytes.held))} B, ${format(median(bytes.bare))} B without a breaker`
  )
}

// -------------------------------------------------------------------------------------
// the end of a process
// -------------------------------------------------------------------------------------

const wallMilliseconds = () => performance.timeOrigin + performance.now()

// A breaker that has tripped, one with a call that never ends, and nothing that stops the process.
const leave = async () => {
  const tripped = new AsyncCircuitBreaker({ name: 'tripped', failureThreshold: 1, recoveryTimeoutSeconds: 3600 })
  await tripped.call(async () => ({ _tag: 'Left', left: '503' }))()
  const hanging = new AsyncCircuitBreaker({ name: 'hanging', probeTimeoutSeconds: 3600 })
  void hanging.call(run, {})()
  console.log(`${await tripped.state()} ${wallMilliseconds()}`)
}

const exitByItself = async () => {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, '--exit'], {
      timeout: 30_000
    })
    const [state, saidAt] = stdout.trim().split(' ')
    check(state === 'open', `the breaker of the other process is ${state}`)
    console.log(`a process ended ${(wallMilliseconds() - Number(saidAt)).toFixed(0)} ms after its last line, by itself`)
  } catch (error) {
    check(false, `a process did not end by itself: ${error.message}`)
  }
}

// -------------------------------------------------------------------------------------

if (options.exit) await leave()
else {
  console.log(`seed ${options.seed}, Node ${process.version}`)
  const before = process.getActiveResourcesInfo()
  const random = randomOf(Number(options.seed))
  await soak(Number(options.calls), random)
  await inFlightAtOnce(random)
  const added = process.getActiveResourcesInfo().filter((resource) => !before.includes(resource))
  check(added.length === 0, `there is something that keeps the process alive: ${added.join()}`)
  console.log(`timers and handles added: ${added.length}`)
  await exitByItself()
  for (const promise of failures) console.log(`FAILED: ${promise}`)
  process.exitCode = failures.length === 0 ? 0 : 1
}

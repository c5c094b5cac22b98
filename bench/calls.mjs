// What one call costs: healthy, failing, rejected, synchronous, with a time window, with an observer.
import { CircuitState, CountBreaker, SamplingBreaker } from 'cockatiel'
import { Effect } from 'effect'
import * as E from 'fp-ts/lib/Either.js'

import { cockatiel, cockatielOf, effect, opossum, OUT_OF_REACH, require, withinEffect } from './contenders.mjs'
import { MutableBreaker } from './floor.mjs'
import { awaiting, catching, interleave, looping, summing } from './measure.mjs'

const { AsyncCircuitBreaker } = require('breaker-ts/AsyncCircuitBreaker')
const { CircuitBreaker } = require('breaker-ts/CircuitBreaker')
const { monotonic } = require('breaker-ts/Clock')
const { observe } = require('breaker-ts/Metrics')
const { failureRate } = require('breaker-ts/TripStrategy')
const { countWindow, timeWindow } = require('breaker-ts/Window')

const ROUNDS = 41

const SUCCESS = E.right(1)
const ERROR = new Error('503')
const FAILURE = E.left(ERROR)

const settings = { name: 'bench', failureThreshold: OUT_OF_REACH, recoveryTimeoutSeconds: 30 }
const succeeding = () => Promise.resolve(1)
const succeedingTask = () => Promise.resolve(SUCCESS)
const rejecting = () => Promise.reject(ERROR)
const failingTask = () => Promise.resolve(FAILURE)

// What any breaker does that hands on the result after it has looked at it.
const same = (result) => result
const rethrow = (reason) => {
  throw reason
}

const BARE_TASK = 'bare TaskEither'
const BARE_PROMISE = 'bare promise'
const BARE_RUN = 'bare Effect.runPromise'
const BARE_EFFECT = 'bare Effect, in one run'

// Measures, and puts to each contender what it is compared with.
const compare = async (contenders) => {
  const measured = await interleave(contenders, ROUNDS)
  return contenders.map(({ name, bare }) => ({ name, bare: bare ?? name, ...measured[name] }))
}

// A circuit that has changed its state meanwhile was not measured in the one the table says.
const expect = (circuits) => {
  for (const [name, isAsExpected] of Object.entries(circuits))
    if (!isAsExpected) throw new Error(`the circuit of ${name} is in another state than the one to be measured`)
}

const guardedBy = async (failures, plain) => plain.pipe((await effect(failures)).execute({ key: 'bench' }))

export const healthy = async () => {
  const ours = new AsyncCircuitBreaker(settings)
  const floor = new MutableBreaker(OUT_OF_REACH, 30_000)
  const policy = cockatiel(OUT_OF_REACH)
  const circuit = opossum(succeeding, 50)
  const plain = Effect.promise(succeeding)
  const guarded = await guardedBy(OUT_OF_REACH, plain)
  const measured = await compare([
    { name: BARE_TASK, run: awaiting(succeedingTask) },
    { name: 'mutable floor', bare: BARE_TASK, run: awaiting(() => floor.callAsync(succeedingTask)) },
    { name: 'bare().then(f, g)', bare: BARE_TASK, run: awaiting(() => succeedingTask().then(same, rethrow)) },
    { name: 'breaker-ts', bare: BARE_TASK, run: awaiting(ours.call(succeedingTask)) },
    { name: 'breaker-ts, made for each call', bare: BARE_TASK, run: awaiting(() => ours.call(succeedingTask)()) },
    { name: BARE_PROMISE, run: awaiting(succeeding) },
    { name: 'breaker-ts, `run`', bare: BARE_PROMISE, run: awaiting(() => ours.run(succeeding)) },
    { name: 'cockatiel', bare: BARE_PROMISE, run: awaiting(() => policy.execute(succeeding)) },
    { name: 'opossum', bare: BARE_PROMISE, run: awaiting(() => circuit.fire()) },
    { name: BARE_RUN, run: awaiting(() => Effect.runPromise(plain)) },
    { name: 'Effect, a run for each call', bare: BARE_RUN, run: awaiting(() => Effect.runPromise(guarded)) },
    { name: BARE_EFFECT, run: withinEffect(plain) },
    { name: 'Effect, all in one run', bare: BARE_EFFECT, run: withinEffect(guarded) }
  ])
  expect({ cockatiel: policy.state === CircuitState.Closed, opossum: circuit.closed })
  circuit.shutdown()
  return measured
}

// opossum sums up and sorts its whole window at each failure, so each round begins with an empty one, and says how many
// calls it will hold.
const failingOpossum = (name, calls, options) => ({
  name,
  bare: BARE_PROMISE,
  calls,
  run: async (calls) => {
    const circuit = opossum(rejecting, 100, options)
    await catching(() => circuit.fire())(calls)
    circuit.shutdown()
  }
})

export const failing = async () => {
  const ours = new AsyncCircuitBreaker(settings)
  const floor = new MutableBreaker(OUT_OF_REACH, 30_000)
  const policy = cockatiel(OUT_OF_REACH)
  const plain = Effect.tryPromise({ try: rejecting, catch: (error) => error })
  const guarded = await guardedBy(OUT_OF_REACH, plain)
  return compare([
    { name: BARE_TASK, run: awaiting(failingTask) },
    { name: 'mutable floor', bare: BARE_TASK, run: awaiting(() => floor.callAsync(failingTask)) },
    { name: 'breaker-ts', bare: BARE_TASK, run: awaiting(ours.call(failingTask)) },
    { name: BARE_PROMISE, run: catching(rejecting) },
    { name: 'breaker-ts, of a promise that rejects', bare: BARE_PROMISE, run: catching(ours.call(rejecting)) },
    { name: 'cockatiel', bare: BARE_PROMISE, run: catching(() => policy.execute(rejecting)) },
    failingOpossum('opossum, 100 calls in its window', 100),
    failingOpossum('opossum, 1,000 calls in its window', 1000),
    failingOpossum('opossum, 1,000 calls, no percentiles', 1000, { rollingPercentilesEnabled: false }),
    { name: BARE_RUN, run: catching(() => Effect.runPromise(plain)) },
    { name: 'Effect, a run for each call', bare: BARE_RUN, run: catching(() => Effect.runPromise(guarded)) },
    { name: BARE_EFFECT, run: withinEffect(Effect.exit(plain)) },
    { name: 'Effect, all in one run', bare: BARE_EFFECT, run: withinEffect(Effect.exit(guarded)) }
  ])
}

/** Calls while the circuit is open: what is called does not run, so there is no bare call to compare with. */
export const rejected = async () => {
  const floor = new MutableBreaker(1, 1e9)
  const open = { ...settings, failureThreshold: 1, recoveryTimeoutSeconds: 1e6 }
  const [openAsync, openSync] = [new AsyncCircuitBreaker(open), new CircuitBreaker(open)]
  const policy = cockatiel(1)
  const circuit = opossum(rejecting, 50)
  const plain = Effect.tryPromise({ try: rejecting, catch: (error) => error })
  const guarded = await guardedBy(1, plain)
  floor.fail()
  await openAsync.recordFailure()
  openSync.recordFailure()
  await catching(() => policy.execute(rejecting))(1)
  await catching(() => circuit.fire())(1)
  await Effect.runPromise(Effect.exit(guarded))
  const measured = await compare([
    { name: 'clock read', run: summing(monotonic, TEXTS) },
    { name: 'an awaited promise', run: awaiting(succeedingTask) },
    { name: 'mutable floor', run: awaiting(() => floor.callAsync(succeedingTask)) },
    { name: 'breaker-ts', run: awaiting(openAsync.call(succeedingTask)) },
    { name: 'breaker-ts, made for each call', run: awaiting(() => openAsync.call(succeedingTask)()) },
    { name: 'breaker-ts, sync `call`', run: looping((input) => openSync.call(checked, input), TEXTS) },
    { name: 'breaker-ts, sync `callEither`', run: looping((input) => openSync.callEither(check, input), TEXTS) },
    { name: 'cockatiel', run: catching(() => policy.execute(succeeding)) },
    { name: 'opossum', run: catching(() => circuit.fire()) },
    { name: 'Effect, a run for each call', run: catching(() => Effect.runPromise(guarded)) },
    { name: 'Effect, all in one run', run: withinEffect(Effect.exit(guarded)) }
  ])
  expect({ cockatiel: policy.state === CircuitState.Open, opossum: circuit.opened })
  circuit.shutdown()
  return measured
}

// The smallest thing one could protect, and a small one: a text is checked, and a text is read as JSON. Each in two
// versions: one returns a `Left`, and one throws.
const TEXTS = Array.from({ length: 256 }, (_, i) => `port ${i}`)
const DOCUMENTS = TEXTS.map((text, i) => JSON.stringify({ host: `${text}.example.com`, port: 1024 + i }))
const INVALID = E.left(new Error('invalid'))

const check = (text) => (text.length < 10 ? E.right(text) : INVALID)
const checked = (text) => {
  if (text.length < 10) return text
  throw INVALID.left
}
const parse = (text) => {
  try {
    return E.right(JSON.parse(text))
  } catch {
    return INVALID
  }
}

const syncOn = (inputs, safe, unsafe) => {
  const ours = new CircuitBreaker(settings)
  const floor = new MutableBreaker(OUT_OF_REACH, 30_000)
  return [
    { name: 'bare function', run: looping(safe, inputs) },
    {
      name: 'mutable floor',
      bare: 'bare function',
      run: looping((input) => floor.callEither(safe, input), inputs)
    },
    {
      name: 'breaker-ts `callEither`',
      bare: 'bare function',
      run: looping((input) => ours.callEither(safe, input), inputs)
    },
    { name: 'fp-ts `E.tryCatch`', run: looping((input) => E.tryCatch(() => unsafe(input), E.toError), inputs) },
    {
      name: 'breaker-ts `call`',
      bare: 'fp-ts `E.tryCatch`',
      run: looping((input) => ours.call(unsafe, input), inputs)
    }
  ]
}

export const syncSmallest = () => compare(syncOn(TEXTS, check, checked))

export const syncSmall = () => compare(syncOn(DOCUMENTS, parse, JSON.parse))

/** Healthy calls that a window counts: it opens at half of the last 100 calls, or of those of the last minute. */
export const windowed = () => {
  const trip = failureRate(0.5, 20)
  const counting = new AsyncCircuitBreaker({ name: 'bench', trip, window: countWindow(100) })
  const timing = new AsyncCircuitBreaker({ name: 'bench', trip, window: timeWindow(60, 10) })
  const policies = [
    new CountBreaker({ threshold: 0.5, size: 100 }),
    new SamplingBreaker({ threshold: 0.5, duration: 60_000 })
  ].map(cockatielOf)
  return compare([
    { name: BARE_TASK, run: awaiting(succeedingTask) },
    { name: 'breaker-ts, last 100 calls', bare: BARE_TASK, run: awaiting(counting.call(succeedingTask)) },
    { name: 'breaker-ts, last 60 s', bare: BARE_TASK, run: awaiting(timing.call(succeedingTask)) },
    { name: BARE_PROMISE, run: awaiting(succeeding) },
    {
      name: 'cockatiel, last 100 calls',
      bare: BARE_PROMISE,
      run: awaiting(() => policies[0].execute(succeeding))
    },
    { name: 'cockatiel, last 60 s', bare: BARE_PROMISE, run: awaiting(() => policies[1].execute(succeeding)) }
  ])
}

/** Healthy calls with somebody who is told of each of them. */
export const observed = async () => {
  const ours = new AsyncCircuitBreaker({ ...settings, observer: () => () => undefined })
  const policy = cockatiel(OUT_OF_REACH)
  const circuit = opossum(succeeding, 50)
  policy.onSuccess(() => undefined)
  policy.onFailure(() => undefined)
  for (const event of ['fire', 'success', 'failure', 'reject']) circuit.on(event, () => undefined)
  const measured = await compare([
    { name: BARE_TASK, run: awaiting(succeedingTask) },
    { name: 'breaker-ts, an observer', bare: BARE_TASK, run: awaiting(ours.call(succeedingTask)) },
    { name: BARE_PROMISE, run: awaiting(succeeding) },
    {
      name: 'cockatiel, onSuccess and onFailure',
      bare: BARE_PROMISE,
      run: awaiting(() => policy.execute(succeeding))
    },
    { name: 'opossum, four events', bare: BARE_PROMISE, run: awaiting(() => circuit.fire()) }
  ])
  circuit.shutdown()
  return measured
}

/** What metrics cost more than an observer that does nothing. */
export const metered = () => {
  const idle = new AsyncCircuitBreaker({ ...settings, observer: () => () => undefined })
  const measuring = new AsyncCircuitBreaker({ ...settings, observer: observe().observer })
  return compare([
    { name: BARE_TASK, run: awaiting(succeedingTask) },
    { name: 'breaker-ts, an observer', bare: BARE_TASK, run: awaiting(idle.call(succeedingTask)) },
    { name: 'breaker-ts, metrics', bare: BARE_TASK, run: awaiting(measuring.call(succeedingTask)) }
  ])
}

// One way to drive each breaker, so that the same interleaving can be run against all of them.
//
// `call(work)` gives how a call ended: returned, failed, rejected (by the breaker) or cancelled. `state()` is closed, open
// or half-open. Every breaker opens at the first failure, and stays open for `RECOVERY_MILLISECONDS`, on its own clock.
// What a library has no way to do is not in its adapter.
import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleAll,
  handleWhen,
  SamplingBreaker,
  timeout,
  TimeoutStrategy,
  wrap
} from 'cockatiel'
import { Effect, Layer, ManagedRuntime } from 'effect'
import { CircuitBreaker as EffectBreaker } from 'effect/persistence'

import { require } from './contenders.mjs'

const Opossum = require('opossum')
const { AsyncCircuitBreaker } = require('breaker-ts/AsyncCircuitBreaker')
const { monotonic } = require('breaker-ts/Clock')
const { isCircuitOpenError } = require('breaker-ts/CircuitOpenError')
const { make } = require('breaker-ts/Config')
const { restore, snapshot } = require('breaker-ts/Snapshot')
const { inMemory } = require('breaker-ts/Store')
const { failureRate } = require('breaker-ts/TripStrategy')
const { timeWindow } = require('breaker-ts/Window')

export const RECOVERY_MILLISECONDS = 200
const RECOVERY_SECONDS = RECOVERY_MILLISECONDS / 1000

const endOf = (promise, isRejection) =>
  promise.then(
    () => 'returned',
    (error) => (isRejection(error) ? 'rejected' : 'failed')
  )

// -------------------------------------------------------------------------------------
// ours
// -------------------------------------------------------------------------------------

const settings = { name: 'peer', failureThreshold: 1, recoveryTimeoutSeconds: RECOVERY_SECONDS }

const guard = (given = {}) => {
  const breaker = new AsyncCircuitBreaker({ ...settings, ...given })
  return {
    call: async (work) => {
      const result = await breaker.call(async () => {
        try {
          return { _tag: 'Right', right: await work() }
        } catch (left) {
          return { _tag: 'Left', left }
        }
      })()
      return result._tag === 'Right' ? 'returned' : isCircuitOpenError(result.left) ? 'rejected' : 'failed'
    },
    state: async () => (await breaker.state()).replace('_', '-'),
    end: () => undefined
  }
}

const wall = () => Date.now() / 1000

// What `fail` does is the same as a failed call; the state goes through JSON, as it would through a file.
const restored = async (fail, wait) => {
  const { right: config } = make(settings)
  const store = inMemory(config)
  await fail(guard({ store }))
  await wait()
  const saved = JSON.parse(JSON.stringify(snapshot(store.getState(), monotonic(), wall())))
  return guard({ store: inMemory(config, restore(saved, monotonic(), wall()).right) })
}

export const ours = {
  name: 'breaker-ts',
  make: guard,
  probes: (count) => guard({ halfOpenMaxProbes: count }),
  timed: () => guard({ probeTimeoutSeconds: RECOVERY_SECONDS }),
  windowed: (milliseconds, calls) =>
    guard({ failureThreshold: undefined, trip: failureRate(0.5, calls), window: timeWindow(milliseconds / 1000, 5) }),
  onWallClock: () => guard({ clock: wall }),
  restored,
  observed: (listener) => guard({ observer: () => listener }),
  withThreshold: (failureThreshold) => guard({ failureThreshold }),
  withRecovery: (milliseconds) => guard({ recoveryTimeoutSeconds: milliseconds / 1000 })
}

// -------------------------------------------------------------------------------------
// cockatiel: its readme.md, "circuitBreaker(policy, ...)"
// -------------------------------------------------------------------------------------

const policy = ({ handled = handleAll, within = (breaker) => breaker, ...options } = {}) => {
  const breaker = circuitBreaker(handled, {
    halfOpenAfter: RECOVERY_MILLISECONDS,
    breaker: new ConsecutiveBreaker(1),
    ...options
  })
  const outer = within(breaker)
  return {
    policy: breaker,
    call: (work) => endOf(outer.execute(work), (error) => error instanceof BrokenCircuitError),
    state: () => CircuitState[breaker.state].toLowerCase().replace('halfopen', 'half-open'),
    end: () => undefined
  }
}

export const cockatiel = {
  name: 'cockatiel',
  make: policy,
  ignoringAborts: () => policy({ handled: handleWhen(({ name }) => name !== 'AbortError') }),
  probes: (calls) => policy({ halfOpenSampling: { calls, threshold: 0 } }),
  timed: () =>
    policy({ within: (breaker) => wrap(breaker, timeout(RECOVERY_MILLISECONDS, TimeoutStrategy.Aggressive)) }),
  windowed: (duration, calls) =>
    policy({ breaker: new SamplingBreaker({ threshold: 0.5, duration, minimumRps: (calls * 1000) / duration }) }),
  restored: async (fail, wait) => {
    const before = policy()
    await fail(before)
    await wait()
    return policy({ initialState: JSON.parse(JSON.stringify(before.policy.toJSON())) })
  },
  observed: (listener) => {
    const made = policy()
    made.policy.onSuccess(listener)
    return made
  },
  withThreshold: (threshold) => policy({ breaker: new ConsecutiveBreaker(threshold) }),
  withRecovery: (halfOpenAfter) => policy({ halfOpenAfter })
}

// -------------------------------------------------------------------------------------
// opossum: its README.md, "Usage" and "Breaker State Initialization"
// -------------------------------------------------------------------------------------

const circuitOf = (options = {}) => {
  const circuit = new Opossum((work) => work(), {
    timeout: 3000,
    errorThresholdPercentage: 1,
    resetTimeout: RECOVERY_MILLISECONDS,
    ...options
  })
  return {
    circuit,
    call: (work) => endOf(circuit.fire(work), (error) => error.code === 'EOPENBREAKER'),
    state: () => (circuit.opened ? 'open' : circuit.halfOpen ? 'half-open' : 'closed'),
    end: () => circuit.shutdown()
  }
}

export const opossum = {
  name: 'opossum',
  make: circuitOf,
  ignoringAborts: () => circuitOf({ errorFilter: ({ name }) => name === 'AbortError' }),
  timed: () => circuitOf({ timeout: RECOVERY_MILLISECONDS }),
  windowed: (rollingCountTimeout, volumeThreshold) =>
    circuitOf({ errorThresholdPercentage: 50, rollingCountTimeout, rollingCountBuckets: 5, volumeThreshold }),
  restored: async (fail, wait) => {
    const before = circuitOf()
    await fail(before)
    await wait()
    const saved = JSON.parse(JSON.stringify(before.circuit.toJSON()))
    before.end()
    return circuitOf({ state: saved.state })
  },
  observed: (listener) => {
    const made = circuitOf()
    made.circuit.on('success', listener)
    return made
  },
  withThreshold: (errorThresholdPercentage) => circuitOf({ errorThresholdPercentage }),
  withRecovery: (resetTimeout) => circuitOf({ resetTimeout })
}

// -------------------------------------------------------------------------------------
// Effect: the documentation of the module `CircuitBreaker` of `effect/persistence`
// -------------------------------------------------------------------------------------

const keyed = async ({ failures = 1, openDuration = RECOVERY_MILLISECONDS, within = (call) => call } = {}) => {
  const layer = EffectBreaker.layer({ tripPolicy: EffectBreaker.consecutive(failures), openDuration })
  const runtime = ManagedRuntime.make(layer.pipe(Layer.provide(EffectBreaker.layerStoreMemory())))
  const breaker = await runtime.runPromise(EffectBreaker.CircuitBreaker)
  return {
    // The signal interrupts the call, as a caller who has gone does.
    call: (work, signal) =>
      Effect.runPromise(
        Effect.tryPromise({ try: work, catch: (error) => error }).pipe(
          within,
          breaker.execute({ key: 'peer' }),
          Effect.match({
            onSuccess: () => 'returned',
            onFailure: (error) => (error instanceof EffectBreaker.CircuitBreakerError ? 'rejected' : 'failed')
          })
        ),
        { signal }
      ).catch(() => 'cancelled'),
    state: async () =>
      (await runtime.runPromise(breaker.state('peer')))._tag.replace('HalfOpen', 'half-open').toLowerCase(),
    end: () => runtime.dispose()
  }
}

export const effect = {
  name: 'Effect',
  make: keyed,
  timed: () => keyed({ within: Effect.timeout(RECOVERY_MILLISECONDS) }),
  withThreshold: (failures) => keyed({ failures }),
  withRecovery: (openDuration) => keyed({ openDuration })
}

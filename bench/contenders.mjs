// The breakers that are compared, each set up as its documentation says, with limits that a benchmark asks for.
//
// - cockatiel: `circuitBreaker(handleAll, { halfOpenAfter, breaker })`, then `breaker.execute(fn)` (its readme.md).
// - opossum: `new CircuitBreaker(action, options)`, then `breaker.fire()`, with the options of its README's "Usage".
// - Effect: `CircuitBreaker` of `effect/persistence` (since 4.0.6), the layer and `breaker.execute({ key })` as in the
//   examples of that module's documentation.
import { createRequire } from 'node:module'

import { circuitBreaker, ConsecutiveBreaker, handleAll } from 'cockatiel'
import { Effect, Layer, ManagedRuntime } from 'effect'
import { CircuitBreaker as EffectBreaker } from 'effect/persistence'

export const require = createRequire(import.meta.url)
const Opossum = require('opossum')

/** A threshold that no benchmark reaches: the circuit stays closed however many calls fail. */
export const OUT_OF_REACH = 1e9

export const cockatielOf = (breaker) => circuitBreaker(handleAll, { halfOpenAfter: 30_000, breaker })

export const cockatiel = (threshold) => cockatielOf(new ConsecutiveBreaker(threshold))

/** The options of the README. At 100 % it never opens, since it opens above the percentage only. */
export const opossum = (action, errorThresholdPercentage, options = {}) =>
  new Opossum(action, { timeout: 3000, errorThresholdPercentage, resetTimeout: 30_000, ...options })

export const effect = async (failures, openDuration = '30 seconds') => {
  const policy = EffectBreaker.layer({ tripPolicy: EffectBreaker.consecutive(failures), openDuration })
  const runtime = ManagedRuntime.make(policy.pipe(Layer.provide(EffectBreaker.layerStoreMemory())))
  return runtime.runPromise(EffectBreaker.CircuitBreaker)
}

/** Calls one after the other inside one run of the Effect runtime, as a program that is all Effect makes them. */
export const withinEffect = (program) => (calls) =>
  Effect.runPromise(
    Effect.gen(function* () {
      for (let i = 0; i < calls; i++) yield* program
    })
  )

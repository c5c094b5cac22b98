/**
 * The breaker of the demo, on a store that tells of every transition.
 */
import type { Clock, InvalidSettings, Settings, Store } from 'breaker-ts'
import { AsyncCircuitBreaker, CircuitState } from 'breaker-ts'
import { make } from 'breaker-ts/Config'
import { circuitState } from 'breaker-ts/State'
import { inMemory } from 'breaker-ts/Store'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'

export interface Transition {
  readonly atSeconds: number
  readonly from: CircuitState
  readonly to: CircuitState
}

type Listener = (transition: Transition) => void

const watched = (store: Store, listener: Listener): Store => ({
  getState: () => store.getState(),
  dispatch: (event, now) => {
    const from = circuitState(store.getState())
    store.dispatch(event, now)
    const to = circuitState(store.getState())
    if (to !== from) listener({ atSeconds: now, from, to })
  }
})

export const makeBreaker = (
  settings: Settings,
  clock: Clock,
  listener: Listener
): E.Either<InvalidSettings, AsyncCircuitBreaker> =>
  pipe(
    make(settings),
    E.map((config) => new AsyncCircuitBreaker({ ...config, clock, store: watched(inMemory(config), listener) }))
  )

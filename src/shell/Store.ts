/**
 * The cell that holds a breaker's state: what a shell reads and dispatches to.
 *
 * @since 0.1.0
 */
import type { Config } from '../core/Config'
import type { Event } from '../core/Event'
import { step } from '../core/Reducer'
import type { State } from '../core/State'
import { initial } from '../core/State'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Holds one breaker's state. `dispatch` applies `reduce` of the same settings as the shell's, synchronously: `getState`
 * returns the new state when it is done, and the same object until the next change. States are immutable. A store that
 * changes a state in place, or ignores events, leaves the service unprotected, and is reported. Wrap one to see what happens
 * to the state.
 *
 * @example
 * import { AsyncCircuitBreaker } from 'breaker-ts/AsyncCircuitBreaker'
 * import { from } from 'breaker-ts/Config'
 * import { circuitState } from 'breaker-ts/State'
 * import type { Store } from 'breaker-ts/Store'
 * import { inMemory } from 'breaker-ts/Store'
 *
 * const watched = (store: Store, onTransition: (from: string, to: string) => void): Store => ({
 *   getState: () => store.getState(),
 *   dispatch: (event, now) => {
 *     const from = circuitState(store.getState())
 *     store.dispatch(event, now)
 *     const to = circuitState(store.getState())
 *     if (from !== to) onTransition(from, to)
 *   }
 * })
 *
 * const seen: Array<string> = []
 * const config = from({ name: 'payments', failureThreshold: 1 })
 * const store = watched(inMemory(config), (from, to) => seen.push(`${from} -> ${to}`))
 * const breaker = new AsyncCircuitBreaker({ ...config, store })
 *
 * const program = async () => {
 *   await breaker.recordFailure()
 *   assert.deepStrictEqual(seen, ['closed -> open'])
 * }
 * void program()
 *
 * @category model
 * @since 0.1.0
 */
export interface Store {
  getState(): State
  dispatch(event: Event, now: number): void
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A store in memory. Give one to several shells to let them share a state.
 *
 * @example
 * import { from } from 'breaker-ts/Config'
 * import { failureRecorded } from 'breaker-ts/Event'
 * import { open } from 'breaker-ts/State'
 * import { inMemory } from 'breaker-ts/Store'
 *
 * const config = from({ name: 'payments', failureThreshold: 1 })
 * const store = inMemory(config)
 * store.dispatch(failureRecorded, 10)
 *
 * assert.deepStrictEqual(store.getState(), open(1, 10, 70))
 *
 * @category constructors
 * @since 0.1.0
 */
export const inMemory = (config: Config, state: State = initial): Store => new InMemory(config, state)

class InMemory implements Store {
  constructor(
    private config: Config,
    private state: State
  ) {}

  // The same state becomes another object, so that whoever has asked about it asks again.
  configure(config: Config): void {
    this.config = config
    this.state = { ...this.state }
  }

  getState(): State {
    return this.state
  }

  dispatch(event: Event, now: number): void {
    this.state = step(this.config, this.state, event, now)
  }
}

/**
 * Gives a store in memory other settings. Others have settings of their own: false.
 *
 * @internal
 */
export const reconfigure = (store: Store, config: Config): boolean => {
  if (!(store instanceof InMemory)) return false
  store.configure(config)
  return true
}

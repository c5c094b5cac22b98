/**
 * A breaker for each key, made when it is asked for: thousands of hosts, tenants or routes without as many objects.
 *
 * @since 0.1.0
 */
import type { IO } from 'fp-ts/IO'

import { named } from '../core/Config'
import { empty } from '../core/Counts'
import { integerFrom, showGiven } from '../core/InvalidSettings'
import { step } from '../core/Reducer'
import type { State } from '../core/State'
import { closed, initial } from '../core/State'
import { AsyncCircuitBreaker } from '../shell/AsyncCircuitBreaker'
import { CircuitBreaker } from '../shell/CircuitBreaker'
import type { BreakerSettings, Parts } from '../shell/Session'
import { partsOf, Session, sharedRules } from '../shell/Session'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The settings that all breakers share. The name of each is this name and its key: `hosts/api.example.com`.
 *
 * @category model
 * @since 0.1.0
 */
export interface RegistrySettings extends Omit<BreakerSettings, 'store'> {
  /** Keys to hold at most, an integer > 0; only CLOSED ones are evicted. Default 100,000. */
  readonly maxKeys?: number | undefined
}

const registryRules = { ...sharedRules, maxKeys: integerFrom(1) }

/**
 * Breakers by key. Two that are made for the same key share their state. Only keys with something to remember are held: a
 * key that never failed is CLOSED, and takes no memory.
 *
 * Of more than `maxKeys` keys, CLOSED ones that have not changed for longest are evicted. What they have counted is
 * forgotten. A key in any other state stays, even where that leaves more than `maxKeys`.
 *
 * @example
 * import { Registry } from 'breaker-ts/Registry'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * import * as TE from 'fp-ts/TaskEither'
 *
 * const breakers = new Registry({ name: 'hosts', failureThreshold: 1 })
 * const get = (host: string, path: string): TE.TaskEither<Error, string> =>
 *   pipe(TE.left<Error, string>(new Error(`503 at ${path}`)), breakers.for(host).call)
 *
 * const program = async () => {
 *   await get('a.example', '/')()
 *   assert.strictEqual(E.isLeft(await get('a.example', '/')()), true)
 *   assert.strictEqual(await breakers.for('a.example').state(), 'open')
 *   assert.strictEqual(await breakers.for('b.example').state(), 'closed')
 * }
 * void program()
 *
 * @category model
 * @since 0.1.0
 */
export class Registry {
  private readonly parts: Parts
  private readonly maxKeys: number
  /** A `Map` keeps its keys in the order in which they were set: those that have not changed for longest come first. */
  private readonly states = new Map<string, State>()
  /** The state of the keys that are not held. */
  private unheld: State = initial

  /** Throws `InvalidSettings` when a setting is wrong. */
  constructor(settings: RegistrySettings) {
    this.parts = partsOf(settings, registryRules)
    this.maxKeys = settings.maxKeys ?? 100_000
  }

  /** A breaker of this key, for asynchronous operations. A key is a text: others stand for what they look like. */
  readonly for = (key: string): AsyncCircuitBreaker => new AsyncCircuitBreaker(this.sessionOf(key))

  /** A breaker of this key, for synchronous operations. */
  readonly forSync = (key: string): CircuitBreaker => new CircuitBreaker(this.sessionOf(key))

  /** The keys that are held, with their states: all that are not CLOSED, and those that have something to remember. */
  get entries(): IO<ReadonlyArray<readonly [key: string, state: State]>> {
    return () => [...this.states]
  }

  private sessionOf(given: string): Session {
    const key = typeof given === 'string' ? given : showGiven(given) // from code without types
    const config = named(this.parts.config, `${this.parts.config.name}/${key}`)
    const getState = () => this.states.get(key) ?? this.unheld
    return new Session(undefined, {
      ...this.parts,
      config,
      store: {
        getState,
        dispatch: (event, now) => {
          const before = getState()
          const after = step(config, before, event, now)
          if (after !== before) this.hold(key, after)
        }
      }
    })
  }

  private hold(key: string, state: State): void {
    this.states.delete(key)
    if (!isForgettable(state, this.unheld)) this.states.set(key, state)
    if (this.states.size > this.maxKeys) this.evict(key)
  }

  // Looks at a few of the oldest keys, so that the work does not grow with the number of keys; those that cannot go move to
  // the other end. An outcome from before must not count for what an evicted key becomes, so the keys that are not held
  // take its generation.
  private evict(except: string): void {
    const oldest = this.states.entries()
    for (let looks = 0; looks < LOOKS && this.states.size > this.maxKeys; looks++) {
      const [key, state] = oldest.next().value as [string, State]
      this.states.delete(key)
      if (state._tag !== 'Closed' || key === except) this.states.set(key, state)
      else if (state.generation > this.unheld.generation) this.unheld = closed(state.generation, empty)
    }
  }
}

const LOOKS = 8

// A key that is as if it had never failed is not held.
const isForgettable = (state: State, unheld: State): boolean =>
  state._tag === 'Closed' &&
  state.generation === unheld.generation &&
  state.counts.calls === 0 &&
  state.recovered === null

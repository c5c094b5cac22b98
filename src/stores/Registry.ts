/**
 * A breaker for each key, made when it is asked for: thousands of hosts, tenants or routes without as many objects.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/Either'
import type { IO } from 'fp-ts/IO'

import { parse } from '../core/Config'
import type { InvalidSettings } from '../core/InvalidSettings'
import { showGiven } from '../core/Problem'
import { integerFrom, withDefault } from '../core/Rule'
import type { State } from '../core/State'
import { AsyncCircuitBreaker } from '../shell/AsyncCircuitBreaker'
import type { BreakerSettings } from '../shell/BreakerSettings'
import { sharedRules } from '../shell/BreakerSettings'
import { CircuitBreaker } from '../shell/CircuitBreaker'
import { attempt } from '../shell/Session'
import { Setup } from '../shell/Setup'
import type { Keyed } from './Keyed'
import { configOf, entries, none, reduceKeyed, stateOf } from './Keyed'

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

const registryRules = { ...sharedRules, maxKeys: withDefault(integerFrom(1), 100_000) }

/**
 * Breakers by key. Two that are made for the same key share their state. The constructor throws `InvalidSettings` when a
 * setting is wrong; `fromUnknown` returns it.
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
  private readonly setup: Setup
  private readonly reduce: ReturnType<typeof reduceKeyed>
  private keyed: Keyed = { ...none, seed: Math.floor(Math.random() * 2 ** 32) }

  /** Throws `InvalidSettings` when a setting is wrong. */
  constructor(settings: RegistrySettings) {
    const parsed = parse(registryRules)(settings)
    if (parsed._tag === 'Left') throw parsed.left
    this.setup = Setup.trusting(parsed.right)
    this.reduce = reduceKeyed(this.setup.config, parsed.right.maxKeys)
  }

  /** The same from input of unknown shape. */
  static fromUnknown(settings: unknown): Either<InvalidSettings, Registry> {
    return attempt(() => new Registry(settings as RegistrySettings))
  }

  /** A breaker of this key, for asynchronous operations. A key is a text: others stand for what they look like. */
  readonly for = (key: string): AsyncCircuitBreaker => new AsyncCircuitBreaker(this.setupOf(key))

  /** A breaker of this key, for synchronous operations. */
  readonly forSync = (key: string): CircuitBreaker => new CircuitBreaker(this.setupOf(key))

  /** The keys that are held, with their states: all that are not CLOSED, and those that have something to remember. */
  get entries(): IO<ReadonlyArray<readonly [key: string, state: State]>> {
    return () => entries(this.keyed)
  }

  private setupOf(given: string): BreakerSettings {
    const key = typeof given === 'string' ? given : showGiven(given) // from code without types
    const { config, clock, classify, outbox } = this.setup
    return new Setup(configOf(config, key), clock, classify, outbox, {
      getState: () => stateOf(this.keyed, key),
      dispatch: (event, now) => {
        this.keyed = this.reduce(this.keyed, { key, event }, now)
      }
    }) as unknown as BreakerSettings
  }
}

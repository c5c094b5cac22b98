/**
 * A breaker for each key, made when it is asked for: thousands of hosts, tenants or routes without as many objects.
 *
 * @since 0.1.0
 */
import type { IO } from 'fp-ts/IO'

import type { Config } from '../core/Config'
import { named } from '../core/Config'
import { integerFrom, isFunction, showGiven } from '../core/InvalidSettings'
import { bounded } from '../core/Recovery'
import { at, step } from '../core/Reducer'
import type { Snapshot } from '../core/Saved'
import { snapshot } from '../core/Saved'
import type { State } from '../core/State'
import { initial } from '../core/State'
import { AsyncCircuitBreaker } from '../shell/AsyncCircuitBreaker'
import { CircuitBreaker } from '../shell/CircuitBreaker'
import { wall } from '../shell/Clock'
import { Reporter } from '../shell/Reporter'
import type { BreakerSettings, Parts, RestoreAll } from '../shell/Session'
import { partsOf, Session, sharedRules } from '../shell/Session'
import type { Store } from '../shell/Store'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The settings that all breakers share. The name of each is this name and its key: `hosts/api.example.com`.
 *
 * @category model
 * @since 0.1.0
 */
export interface RegistrySettings<E = unknown, A = unknown> extends Omit<BreakerSettings<E, A>, 'store' | 'restore'> {
  /** The most keys that are held, an integer > 0. Default 100,000. */
  readonly maxKeys?: number | undefined
  /** The states to start from: `fromRegistry(saved)` of `breaker-ts/Snapshot`, which reads what `snapshot()` has returned. */
  readonly restore?: RestoreAll | undefined
}

const registryRules = {
  ...sharedRules,
  maxKeys: integerFrom(1),
  restore: { rule: 'fromRegistry(saved) of breaker-ts/Snapshot', holds: isFunction }
}

/**
 * Breakers by key. Two that are made for the same key share their state. Only keys with something to remember are held: a
 * key that never failed is CLOSED, and takes no memory.
 *
 * Never more than `maxKeys` are held, whoever chooses the keys. Past that, these are evicted, each kind from the one that
 * has not changed for longest: CLOSED ones, then OPEN ones whose wait is over, then other OPEN and HALF_OPEN ones, then those
 * held by hand. What an evicted key has counted is forgotten: it is CLOSED, and an observer is told so by a transition
 * because of `Evicted`. Its calls in flight count for that closed circuit, if they are of its first generation.
 *
 * @example
 * import { Registry } from 'breaker-ts/Registry'
 * import { either as E, function as F, taskEither as TE } from 'fp-ts'
 *
 * const breakers = new Registry({ name: 'hosts', failureThreshold: 1 })
 * const get = (host: string, path: string): TE.TaskEither<Error, string> =>
 *   F.pipe(TE.left<Error, string>(new Error(`503 at ${path}`)), breakers.for(host).call)
 *
 * const program = async () => {
 *   await get('a.example', '/')()
 *   assert.strictEqual(E.isLeft(await get('a.example', '/')()), true)
 *   assert.strictEqual(breakers.for('a.example').current().circuitState, 'open')
 *   assert.strictEqual(breakers.for('b.example').current().circuitState, 'closed')
 * }
 * void program()
 *
 * @category model
 * @since 0.1.0
 */
export class Registry<E = unknown, A = unknown> {
  private readonly parts: Parts
  private readonly maxKeys: number
  /** A `Map` keeps its keys in the order in which they were set: those that have not changed for longest come first. */
  private readonly closed = new Map<string, State>()
  private readonly tripped = new Map<string, State>()
  private readonly byHand = new Map<string, State>()
  /** Keys whose wait was over when they were last looked for, and when to look again. */
  private waited: Array<string> = []
  private lookAtSeconds = -Infinity

  /** Throws `InvalidSettings` when a setting is wrong. */
  constructor(settings: RegistrySettings<E, A>) {
    const parts = partsOf(settings as Omit<BreakerSettings, 'restore'>, registryRules)
    const reporter = parts.reporter ?? new Reporter() // one count of mistakes for all keys
    this.parts = { ...parts, reporter }
    this.maxKeys = settings.maxKeys ?? 100_000
    if (settings.restore !== undefined) this.take(settings.restore, reporter)
  }

  /** A breaker of this key, for asynchronous operations. A key is a text: others stand for what they look like. */
  readonly for = (key: string): AsyncCircuitBreaker<E, A> => new AsyncCircuitBreaker(this.sessionOf(key))

  /** A breaker of this key, for synchronous operations. */
  readonly forSync = (key: string): CircuitBreaker<E, A> => new CircuitBreaker(this.sessionOf(key))

  /** The keys that are held, with their states: all that are not CLOSED, and those that have something to remember. */
  get entries(): IO<ReadonlyArray<readonly [key: string, state: State]>> {
    return () => this.kinds().flatMap((states) => [...states])
  }

  /** The states as JSON, in the order of `entries`, which the setting `restore` takes by `fromRegistry` of `breaker-ts/Snapshot`. */
  get snapshot(): IO<ReadonlyArray<readonly [key: string, snapshot: Snapshot]>> {
    return () => {
      const [now, wallNow] = [this.parts.clock(), wall()]
      return this.entries().map(
        ([key, state]) => [key, snapshot(at(this.parts.config)(state, now), now, wallNow)] as const
      )
    }
  }

  private take(restore: RestoreAll, reporter: Reporter): void {
    const { clock, config } = this.parts
    const now = clock()
    const { states, problems } = restore(now)
    for (const [key, state] of states) this.hold(key, bounded(this.configOf(key), state), now)
    for (const problem of problems) reporter.report(config.name, 'a saved state cannot be restored', problem)
  }

  private sessionOf(given: string): Session {
    const key = typeof given === 'string' ? given : showGiven(given) // from code without types
    const config = this.configOf(key)
    const getState = () => this.held(key) ?? initial
    const store: Store & { readonly mayForget: true } = {
      mayForget: true, // a key may be evicted at once
      getState,
      dispatch: (event, now) => {
        const before = getState()
        const after = step(config, before, event, now)
        if (after !== before) this.hold(key, after, now)
      }
    }
    return new Session(undefined, { ...this.parts, config, store })
  }

  private configOf(key: string): Config {
    const { config } = this.parts
    return named(config, `${config.name}/${key}`)
  }

  private kinds(): ReadonlyArray<Map<string, State>> {
    return [this.closed, this.tripped, this.byHand]
  }

  private kindOf({ _tag }: State): Map<string, State> {
    return _tag === 'Closed' ? this.closed : _tag === 'Open' || _tag === 'HalfOpen' ? this.tripped : this.byHand
  }

  private held(key: string): State | undefined {
    return this.closed.get(key) ?? this.tripped.get(key) ?? this.byHand.get(key)
  }

  private hold(key: string, state: State, now: number): void {
    for (const states of this.kinds()) states.delete(key)
    if (!isForgettable(state)) this.kindOf(state).set(key, state)
    if (this.closed.size + this.tripped.size + this.byHand.size > this.maxKeys) this.evict(key, now)
  }

  private evict(newest: string, now: number): void {
    const [key, state] = this.leastOf(newest, now)
    for (const states of this.kinds()) states.delete(key)
    const breaker = `${this.parts.config.name}/${key}`
    const because = { _tag: 'Evicted' } as const
    this.parts.outbox?.add({ _tag: 'Transition', breaker, from: state, to: initial, atSeconds: now, because })
  }

  // What an operator holds by hand stays, unless there is nothing else: a new key of a stranger goes first.
  private leastOf(newest: string, now: number): readonly [string, State] {
    return (
      firstOf(this.closed, newest) ??
      this.firstThatWaited(newest, now) ??
      firstOf(this.tripped, newest) ??
      firstOf(this.closed) ??
      firstOf(this.tripped) ??
      (firstOf(this.byHand, newest) as readonly [string, State])
    )
  }

  // Looking at all keys takes time that grows with their number, so it is done once a second at most.
  private firstThatWaited(except: string, now: number): readonly [string, State] | undefined {
    if (this.waited.length === 0 && now >= this.lookAtSeconds) {
      this.waited = [...this.tripped.keys()].filter((key) => this.hasWaited(key, now)).reverse()
      this.lookAtSeconds = now + 1
    }
    while (this.waited.length > 0) {
      const key = this.waited.pop() as string
      if (key !== except && this.hasWaited(key, now)) return [key, this.tripped.get(key) as State]
    }
    return undefined
  }

  private hasWaited(key: string, now: number): boolean {
    const state = this.tripped.get(key)
    return state?._tag === 'Open' && at(this.parts.config)(state, now) !== state
  }
}

const firstOf = (states: ReadonlyMap<string, State>, except?: string): readonly [string, State] | undefined => {
  for (const entry of states) if (entry[0] !== except) return entry
  return undefined
}

// A key that is as if it had never failed is not held.
const isForgettable = (state: State): boolean =>
  state._tag === 'Closed' &&
  state.generation === initial.generation &&
  state.counts.calls === 0 &&
  state.recovered === null

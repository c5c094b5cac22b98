/**
 * One breaker for a fleet of processes, on a store that they share: `breaker-ts/RedisCell`, for example.
 *
 * Every process keeps the whole breaker in memory. A healthy call asks nobody. What changes the state is committed behind the
 * call, and every other process is told. Without the store, a member is a breaker of its own.
 *
 * @since 0.1.0
 */
import type { Settings } from '../core/Config'
import { complete, copyOf, invalid, problems } from '../core/Config'
import type { Problem } from '../core/InvalidSettings'
import { isFunction, positive, problem } from '../core/InvalidSettings'
import { closed } from '../core/State'
import type { stateOf } from '../data/Codec'
import { stateCodec } from '../data/StateData'
import type { Clock } from '../shell/Clock'
import { monotonic } from '../shell/Clock'
import { Reporter } from '../shell/Reporter'
import type { BreakerSettings, Fleet } from '../shell/Session'
import { sharedRules } from '../shell/Session'
import type { Store } from '../shell/Store'
import type { Cell } from './Cell'
import type { States } from './Envelope'
import { envelopes } from './Envelope'
import { join } from './Join'
import type { Equipment } from './Member'
import { Member } from './Member'
import { timers } from './Timers'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The settings of the breaker: the same in every process. Those that only the breaker needs may be among them.
 *
 * @category model
 * @since 0.1.0
 */
export interface FleetSettings extends Settings {
  /**
   * Seconds after which a probe that has not ended counts as failed: a finite number > 0. A process that dies with a probe
   * blocks the recovery of the whole fleet for so long, so `null` is refused. Default 300: give a little more than a call may
   * take.
   */
  readonly probeTimeoutSeconds?: number | null | undefined
  /** The clock of the breaker, if you give it one. */
  readonly clock?: Clock | undefined
  /** Gets the reports of the store, as those of the breaker. Default: `console.error`. */
  readonly report?: BreakerSettings['report']
}

/**
 * What `shared` takes.
 *
 * @category model
 * @since 0.1.0
 */
export interface SharedOptions {
  /** Where the fleet keeps its state: `redisCell(client)` of `breaker-ts/RedisCell`, or a cell of your own. */
  readonly cell: Cell
  /** The settings of the breaker. Its name names the key, so it must not come from strangers. */
  readonly settings: FleetSettings
  /**
   * How long the store may take to answer, in seconds: a finite number > 0. Only a call that would be a probe ever waits for
   * it. A store that takes longer counts as lost. Default 0.25.
   */
  readonly timeoutSeconds?: number | undefined
  /** How often the store is read, whatever it pushes, in seconds and more or less: a finite number > 0. Default 3. */
  readonly pollSeconds?: number | undefined
  /** Reads the states of a window of your own: `stateOf` of `breaker-ts/Codec`. */
  readonly states?: ReturnType<typeof stateOf> | undefined
}

/**
 * The store of a shared breaker. It wants to be closed.
 *
 * @category model
 * @since 0.1.0
 */
export interface SharedStore extends Store {
  /**
   * Resolves when all that was recorded so far is in the store, or the store does not answer: await it before a process is
   * frozen, and before the first call of one that lives for a single call. It never rejects.
   */
  readonly flush: () => Promise<void>
  /**
   * Flushes, unsubscribes, and stops all timers. Later calls go on with a breaker of this process alone, and the first that
   * would have told others something is reported.
   */
  readonly close: () => Promise<void>
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A store that shares the state of a breaker with all processes that have the same cell and the same name.
 *
 * - **A healthy call costs no store operation**, and waits for nothing.
 * - **Failures are committed behind the call**: its result is returned at once. The process whose failure opens the circuit
 *   rejects at once, the others when they are told. With a window, successes are told once a second.
 * - **A call that would be a probe waits** until the fleet has taken it in, at most `timeoutSeconds`: `halfOpenMaxProbes` is
 *   for the whole fleet. A `CircuitBreaker`, and `session.acquire()`, cannot wait. They admit a probe where this process
 *   sees room, so each process may have one too many.
 * - **A store that fails, hangs, forgets or lies never fails a call.** The process goes on with its own breaker, without
 *   probes for a while, and tells the store what happened when it is back. An observer gets `StoreLost` and `StoreBack`.
 * - **What others did** reaches an observer as a transition because of `Remote`.
 *
 * Share a breaker only where a failure that one process sees says something to all, and count by a rate: a few failures of one
 * sick process then open no circuit for the healthy ones. The guide *Should you share a breaker?* says more.
 *
 * @example
 * import { AsyncCircuitBreaker } from 'breaker-ts/AsyncCircuitBreaker'
 * import { memoryCell } from 'breaker-ts/Cell'
 * import { shared } from 'breaker-ts/Shared'
 * import { failureRate } from 'breaker-ts/TripStrategy'
 * import { timeWindow } from 'breaker-ts/Window'
 *
 * const cell = memoryCell() // in production, `redisCell(client)`
 * const payments = { name: 'payments', window: timeWindow(10), trip: failureRate(0.5, 20), probeTimeoutSeconds: 5 }
 *
 * const program = async () => {
 *   const [here, there] = [shared({ cell, settings: payments }), shared({ cell, settings: payments })]
 *   const [breaker, other] = [here, there].map((store) => new AsyncCircuitBreaker({ ...payments, store }))
 *
 *   for (let call = 0; call < 20; call++) await breaker?.run(async () => Promise.reject(new Error('503'))).catch(() => 0)
 *   await here.flush()
 *
 *   assert.strictEqual(await other?.state(), 'open')
 *   await Promise.all([here.close(), there.close()])
 * }
 * void program()
 *
 * @category constructors
 * @since 0.1.0
 */
export const shared = (options: SharedOptions): SharedStore => storeOf(memberOf(options))

/**
 * A member of a fleet; a simulation gives it timers and chance of its own.
 *
 * @internal
 */
export const memberOf = (
  options: SharedOptions,
  platform: Partial<Pick<Equipment, 'timers' | 'random'>> = {}
): Member => {
  const { cell, states = stateCodec, timeoutSeconds = 0.25, pollSeconds = 3 } = checked(options)
  const { clock = monotonic, report, ...settings } = copyOf(options.settings) as FleetSettings
  const config = complete(settings)
  return new Member({
    cell,
    config,
    envelopes: envelopes(config, states),
    reporter: new Reporter(report),
    clock,
    timers,
    random: Math.random,
    timeoutSeconds,
    pollSeconds,
    ...platform
  })
}

/** @internal */
export const storeOf = (member: Member): SharedStore & Fleet => {
  const store: SharedStore & Fleet & { readonly mayForget: true } = {
    getState: () => member.state,
    dispatch: (event, now) => member.dispatch(event, now),
    flush: () => member.flush(),
    close: () => member.close(),
    reduce: (_, event, now) => member.after(event, now),
    connect: (session) => join(session, member),
    mayForget: true // of a probe, while it is alone
  }
  return store
}

const optionRules = {
  cell: {
    rule: 'a cell of breaker-ts/Cell: read, compareAndSet and subscribe',
    holds: (given: unknown) => {
      const cell = given as Cell
      return [cell.read, cell.compareAndSet, cell.subscribe].every(isFunction)
    }
  },
  settings: { rule: 'the settings of the breaker', holds: (given: unknown) => typeof given === 'object' },
  timeoutSeconds: positive,
  pollSeconds: positive,
  states: {
    rule: 'stateOf(your codec) of breaker-ts/Codec',
    holds: (given: unknown) => typeof (given as States).decode === 'function'
  }
}

const checked = (options: SharedOptions): SharedOptions => {
  const given = copyOf(options) as SharedOptions
  const wrong = problems(optionRules, given)
  const missing = (['cell', 'settings'] as const).filter(
    (key) => (given as Partial<SharedOptions> | null)?.[key] === undefined
  )
  const settings = copyOf((given as Partial<SharedOptions> | null)?.settings) as FleetSettings | undefined
  const all: ReadonlyArray<Problem> = [
    ...missing.map((key) => problem(key, undefined, optionRules[key].rule)),
    ...wrong,
    ...(settings === undefined ? [] : problems(sharedRules, settings))
  ]
  const first = all.length > 0 || settings === undefined ? all : conflicts(settings, given.states)
  // eslint-disable-next-line functional/no-throw-statements -- as every shell does
  if (first.length > 0) throw invalid(settings ?? given, first)
  return given
}

const conflicts = (
  { probeTimeoutSeconds, window }: FleetSettings,
  states: States = stateCodec
): ReadonlyArray<Problem> => [
  ...(probeTimeoutSeconds === null
    ? [problem('probeTimeoutSeconds', null, 'a finite number > 0: a process may die with a probe, and block the fleet')]
    : []),
  ...(window !== undefined && states.decode(closed(0, window.empty))._tag === 'Left'
    ? [
        problem(
          'states',
          undefined,
          'stateOf(your codec) of breaker-ts/Codec: others have to read what your window counts'
        )
      ]
    : [])
]

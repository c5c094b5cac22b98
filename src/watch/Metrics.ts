/**
 * Counters of what breakers did, by name: an observer that keeps them, and immutable data to read.
 *
 * @since 0.1.0
 */
import type { IO } from 'fp-ts/IO'

import type { Rule } from '../core/InvalidSettings'
import type { Rejection } from '../core/Reducer'
import type { State } from '../core/State'
import type { Clock } from '../shell/Clock'
import { monotonic } from '../shell/Clock'
import type { Observer } from '../shell/Notice'
import { Reporter } from '../shell/Reporter'
import { callable, check, hasMethods } from './Given'
import { bounded, OTHER, registryOf } from './Names'
import type { Tally } from './Tally'
import { count, forget, join, see, spend, start, statesAt } from './Tally'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What one breaker did since `observe`, or the breakers that are counted under one name. Counters only go up. `secondsIn` and
 * `states` are as of what the breaker has told, unless it is watched: that a probe has timed out, which opens the circuit, is
 * told at the next call or read, and then the seconds since count as OPEN.
 *
 * @category model
 * @since 0.1.0
 */
export interface Metrics {
  /** Calls that were let through. Those that have not ended yet are the difference to the sum of the next three. */
  readonly accepted: number
  readonly succeeded: number
  readonly failed: number
  /** Calls that ended as neither, cancelled ones for example. */
  readonly neutral: number
  /** Calls that succeeded or failed, and took too long. */
  readonly slow: number
  /** Calls that were rejected, by reason. */
  readonly rejected: Readonly<Record<Rejection['reason'], number>>
  /** How often each state was entered; resets of a CLOSED circuit count for `Closed`. */
  readonly transitions: Readonly<Record<State['_tag'], number>>
  /** Seconds spent in each state; summed over the keys of a registry, without those that are CLOSED. */
  readonly secondsIn: Readonly<Record<State['_tag'], number>>
  /**
   * How many breakers are in each state: 1 for the state that a breaker is in and 0 for the others, or the number of keys of a
   * registry. CLOSED keys count where the registry is watched, as far as it holds them.
   */
  readonly states: Readonly<Record<State['_tag'], number>>
  /** Only on a watched breaker whose name contains a `/`: it is no key of a registry, so `expose` keeps its name. */
  readonly ownName?: true
}

/**
 * Both shells, and a `Session`.
 *
 * @category model
 * @since 0.1.0
 */
export interface WatchedBreaker {
  readonly name: string
  readonly current: IO<{ readonly state: State }>
}

/**
 * A `Registry`.
 *
 * @category model
 * @since 0.1.0
 */
export interface WatchedRegistry {
  readonly entries: IO<ReadonlyArray<readonly [key: string, state: State]>>
  readonly for: (key: string) => WatchedBreaker
}

/**
 * Under which names breakers are counted.
 *
 * @category model
 * @since 0.1.0
 */
export interface MetricsOptions {
  /**
   * How many names there may be, an integer > 0, or `Infinity`, the default. Breakers whose names contain a `/` are counted
   * under the part before it then, and others as `other`.
   */
  readonly maxNames?: number | undefined
  /** Whether each key of a registry has a name. Default true. Otherwise they are counted under the name of the registry. */
  readonly perKey?: boolean | undefined
}

/**
 * @category model
 * @since 0.1.0
 */
export interface Observed {
  /** The setting `observer` of breakers and registries. */
  readonly observer: Observer
  /** What they have done so far, by name. */
  readonly metrics: IO<Readonly<Record<string, Metrics>>>
  /**
   * Has the state of a breaker, or of the keys of a registry, read whenever metrics are: also before its first call, and where
   * nothing but time has changed it. Returns what it was given. Of two breakers of one name, the last one is read.
   */
  readonly watch: <B extends WatchedBreaker | WatchedRegistry>(watched: B) => B
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * An observer that keeps metrics of each breaker by its name, and what they are now, as immutable data. Give it the clock
 * of the breakers. A breaker that has told nothing yet and is not watched has no metrics; until its first transition it counts as
 * CLOSED.
 *
 * There is one entry for each name. In a `Registry` whose keys are chosen by strangers, so is their number: bound it by
 * `perKey: false`, or by `maxNames`. Throws `InvalidSettings` where the clock or an option is wrong.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import { manual } from 'breaker-ts/Clock'
 * import { observe } from 'breaker-ts/Metrics'
 *
 * const time = manual()
 * const { observer, metrics, watch } = observe(time.clock)
 * const breaker = watch(new CircuitBreaker({ name: 'payments', clock: time.clock, observer }))
 *
 * breaker.call(() => 'paid')
 * breaker.isolate()
 * time.advance(10)
 * breaker.call(() => 'paid')
 *
 * const { payments } = metrics()
 * assert.deepStrictEqual([payments?.accepted, payments?.succeeded, payments?.rejected.isolated], [1, 1, 1])
 * assert.deepStrictEqual([payments?.transitions.Isolated, payments?.secondsIn.Isolated], [1, 10])
 * assert.deepStrictEqual([payments?.states.Isolated, payments?.states.Closed], [1, 0])
 *
 * @category constructors
 * @since 0.1.0
 */
export const observe = (clock: Clock = monotonic, options: MetricsOptions = {}): Observed => {
  const { observer, metrics, watch } = collect(clock, options)
  return { observer, metrics, watch }
}

/**
 * The same, with the name that a breaker is counted under.
 *
 * @internal
 */
export const collect = (
  clock: Clock,
  options: MetricsOptions
): Observed & { readonly nameOf: (breaker: string) => string } => {
  check({ clock: [clock, CLOCK] }, [options, BOUNDS])
  const { maxNames = Infinity, perKey = true } = options
  const startedAtSeconds = clock()
  const NO_TALLY = start('', startedAtSeconds)
  const tallies = new Map<string, Tally>()
  const watched = new Map<string, WatchedBreaker | WatchedRegistry>()
  const nameOf = bounded({ maxNames, perKey }, onceFull(maxNames))
  // A call tells twice, and then a call of the same breaker does, or of another key of the same registry: looking at the start
  // of a name takes less than looking the name up.
  let last = NO_TALLY
  let lastStart = ''
  let isFolding = !perKey // and no watched breaker has a name with a slash
  const tallyOfLast = (breaker: string): Tally => {
    if (breaker === last.name || (lastStart !== '' && breaker.startsWith(lastStart))) return last
    last = tallyOf(breaker)
    lastStart = isFolding && last.name === registryOf(breaker) && last.name !== breaker ? `${last.name}/` : ''
    return last
  }
  const tallyOf = (breaker: string, isOwn = perKey): Tally => {
    const known = tallies.get(breaker) ?? (isOwn ? undefined : tallies.get(registryOf(breaker)))
    if (known !== undefined) return known
    const name = nameOf(breaker, isOwn)
    const tally = tallies.get(name) ?? start(name, startedAtSeconds)
    if (name === breaker) join(tally)
    tallies.set(name, tally)
    return tally
  }
  const look = ({ name, current }: WatchedBreaker): void => {
    const { state } = current() // an observer is told now what time has done
    see(tallyOf(name), name, state, clock())
  }
  const lookAtKeys = (prefix: string, registry: WatchedRegistry): void => {
    const held = new Map(registry.entries().map(([key, state]) => [prefix + key, [key, state]] as const))
    held.forEach(([key, state], breaker) => {
      if (state._tag === 'Open' || state._tag === 'HalfOpen') look(registry.for(key))
      else see(tallyOf(breaker), breaker, state, clock()) // time does not change it
    })
    tallies.forEach((tally) =>
      tally.members.forEach((_, breaker) => {
        if (breaker.startsWith(prefix) && !held.has(breaker)) forget(tally, breaker, clock())
      })
    )
  }
  const isOwn = (name: string): boolean => {
    const given = watched.get(name)
    return given !== undefined && !('entries' in given) && registryOf(name) !== name
  }
  return {
    nameOf,
    observer: (notice) => () => count(tallyOfLast(notice.breaker), notice),
    metrics: () => {
      tallies.forEach((tally) => {
        tally.closed = 0
      })
      watched.forEach((given, name) => ('entries' in given ? lookAtKeys(name, given) : look(given)))
      const now = clock()
      return Object.freeze(
        Object.fromEntries([...tallies].map(([name, tally]) => [name, metricsAt(tally, now, isOwn(name))]))
      )
    },
    watch: (given) => {
      check({ watched: [given, WATCHED] })
      const { name } = 'entries' in given ? given.for('') : given
      if ('entries' in given) {
        if (!perKey) tallyOf(name)
      } else {
        tallyOf(name, true)
        isFolding = isFolding && !name.includes('/')
        lastStart = ''
      }
      watched.set(name, given)
      return given
    }
  }
}

// -------------------------------------------------------------------------------------
// helpers
// -------------------------------------------------------------------------------------

/** @internal */
export const CLOCK = callable('a clock: a function that returns seconds')

/** @internal */
export const BOUNDS: Readonly<Record<keyof MetricsOptions, Rule>> = {
  maxNames: {
    rule: 'an integer > 0, or Infinity',
    holds: (given: unknown) => given === Infinity || (Number.isInteger(given) && (given as number) > 0)
  },
  perKey: { rule: 'true or false', holds: (given: unknown) => typeof given === 'boolean' }
}

const WATCHED: Rule = {
  rule: 'a breaker, a Session or a Registry',
  holds: (given) => hasMethods(given, ['current']) || hasMethods(given, ['entries', 'for'])
}

// A breaker without numbers of its own is hard to find at night.
const onceFull = (maxNames: number): ((breaker: string) => void) => {
  let isTold = false
  return (breaker) => {
    if (!isTold)
      new Reporter().report(
        breaker,
        `its metrics are counted as '${OTHER}', with those of all further breakers, since there are ${maxNames} names: raise maxNames`,
        undefined
      )
    isTold = true
  }
}

const metricsAt = (tally: Tally, now: number, hasOwnName: boolean): Metrics => {
  const { accepted, succeeded, failed, neutral, slow, rejected, transitions, members } = tally
  const secondsIn = { ...tally.secondsIn }
  members.forEach((member) => spend(secondsIn, member, now))
  return Object.freeze({
    accepted,
    succeeded,
    failed,
    neutral,
    slow,
    rejected: Object.freeze({ ...rejected }),
    transitions: Object.freeze({ ...transitions }),
    secondsIn: Object.freeze(secondsIn),
    states: Object.freeze(statesAt(tally, now)),
    ...(hasOwnName ? { ownName: true as const } : {})
  })
}

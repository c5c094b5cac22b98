/**
 * Plays recorded traffic against settings: what a breaker would have rejected, spared and found, by the reducer that runs in
 * production.
 *
 * It takes calls or notices one by one, from an iterable or an asynchronous one, and keeps only what is in flight: its memory
 * does not grow with the length of the log. It needs nothing of Node, so it runs in a browser too.
 *
 * @since 0.1.0
 */
import type { Config, Settings } from '../core/Config'
import { from } from '../core/Config'
import type { PlayerOptions } from './Player'
import { Player } from './Player'
import type { Buckets, Comparison, Evidence, Figures, Incident, Plain, Report, Verdict } from './Report'
import { assumptions } from './Report'
import { quantile, Timeline } from './Timeline'
import type { Traffic } from './Traffic'
import type { Counts, Trial } from './Trial'
import { BAD, GOOD, HALF_OPEN_SECONDS, OPEN_SECONDS, REJECTED_BAD, REJECTED_GOOD } from './Trial'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * How traffic is replayed.
 *
 * @category model
 * @since 0.1.0
 */
export interface ReplayOptions {
  /** From how many seconds on a call is slow, and so bad. Without it, calls are slow that a record says were. */
  readonly slowSeconds?: number | undefined
  /** Over how many instances calls are split, with a breaker each: an integer > 0. Default 1. */
  readonly instances?: number | undefined
  /** Decides which call belongs to which instance: an integer. Default 1. */
  readonly seed?: number | undefined
  /** Incidents that you know of. Default: those that are found. One without a key is of all keys. */
  readonly incidents?: ReadonlyArray<Pick<Incident, 'startSeconds' | 'endSeconds' | 'key'>> | undefined
  /** Whether figures over time are kept. Default true. */
  readonly buckets?: boolean | undefined
  /**
   * Whether the settings are off while the recorded breaker was disabled, as it was. Default false: a breaker that is
   * disabled rejects nothing, which makes the best record.
   */
  readonly followDisabled?: boolean | undefined
}

/**
 * Takes traffic one by one, and tells at the end how settings did.
 *
 * @category model
 * @since 0.1.0
 */
export interface Running {
  readonly add: (item: Traffic) => void
  /** Ends the calls that are still in flight. Nothing can be added after that. */
  readonly finish: () => Comparison
}

/**
 * Plays traffic: at once, or as it comes.
 *
 * @category model
 * @since 0.1.0
 */
export interface Playing<R> {
  (traffic: Iterable<Traffic>): R
  (traffic: AsyncIterable<Traffic>): Promise<R>
}

// -------------------------------------------------------------------------------------
// replay
// -------------------------------------------------------------------------------------

/**
 * How a breaker of these settings would have done. Wrong settings throw `InvalidSettings`.
 *
 * @example
 * import { replay } from 'breaker-ts/Replay'
 * import { scenario } from 'breaker-ts/Scenario'
 *
 * const { noBreaker, figures } = replay({ name: 'a', failureThreshold: 5, recoveryTimeoutSeconds: 10 })(
 *   scenario('error-spike', { seed: 7 })
 * )
 *
 * assert.strictEqual(figures.openings > 0, true)
 * assert.strictEqual(figures.secondsInBadCalls < noBreaker.secondsInBadCalls, true)
 *
 * @category replay
 * @since 0.1.0
 */
export const replay = (settings: Settings, options: ReplayOptions = {}): Playing<Report> =>
  playing([settings], options, ({ reports: [verdict], ...evidence }) => ({ ...evidence, ...(verdict as Verdict) }))

/**
 * How breakers of several settings would have done on the same traffic, in one pass.
 *
 * @example
 * import { compare } from 'breaker-ts/Replay'
 * import { scenario } from 'breaker-ts/Scenario'
 * import { failureRate } from 'breaker-ts/TripStrategy'
 * import { timeWindow } from 'breaker-ts/Window'
 *
 * const { reports } = compare([
 *   { name: 'five in a row', failureThreshold: 5 },
 *   { name: 'half of 10 s', window: timeWindow(10), trip: failureRate(0.5) }
 * ])(scenario('oscillating'))
 *
 * assert.deepStrictEqual(reports.map(({ name, figures }) => [name, figures.openings]), [
 *   ['five in a row', 0],
 *   ['half of 10 s', 0]
 * ])
 *
 * @category replay
 * @since 0.1.0
 */
export const compare = (settings: ReadonlyArray<Settings>, options: ReplayOptions = {}): Playing<Comparison> =>
  playing(settings, options, (comparison) => comparison)

const playing = <R>(
  settings: ReadonlyArray<Settings>,
  options: ReplayOptions,
  end: (comparison: Comparison) => R
): Playing<R> => {
  const configs = settings.map(from)
  const play = (traffic: Iterable<Traffic> | AsyncIterable<Traffic>): R | Promise<R> => {
    const running = start(configs, options)
    if (Symbol.asyncIterator in traffic) return playAsync(running, traffic).then(end)
    for (const item of traffic) running.add(item)
    return end(running.finish())
  }
  return play as Playing<R>
}

const playAsync = async (running: Running, traffic: AsyncIterable<Traffic>): Promise<Comparison> => {
  for await (const item of traffic) running.add(item)
  return running.finish()
}

/**
 * A replay that is fed by hand, for traffic that no iterable gives.
 *
 * @example
 * import { start } from 'breaker-ts/Replay'
 *
 * const running = start([{ name: 'a', failureThreshold: 1 }])
 *
 * running.add({ startSeconds: 0, seconds: 1, outcome: 'failure' })
 * running.add({ startSeconds: 2, seconds: 1, outcome: 'success' })
 * assert.strictEqual(running.finish().reports[0]?.figures.goodCallsRejected, 1)
 *
 * @category replay
 * @since 0.1.0
 */
export const start = (settings: ReadonlyArray<Settings>, options: ReplayOptions = {}): Running => {
  const { slowSeconds, instances = 1, seed = 1, buckets = true, followDisabled = false, incidents } = options
  const configs = settings.map(from)
  const players = new Map<string | undefined, Player>()
  const playerOf = (key: string | undefined): Player => {
    const known = players.get(key)
    if (known !== undefined) return known
    const player = new Player(configs, key, {
      slowSeconds,
      instances,
      seed,
      buckets,
      followDisabled,
      incidents: incidents?.filter((incident) => incident.key === undefined || incident.key === key)
    } satisfies PlayerOptions)
    players.set(key, player)
    return player
  }
  return {
    add: (item) => {
      if ('startSeconds' in item) playerOf(item.key).call(item)
      else playerOf(item.breaker).notice(item)
    },
    finish: () => {
      const all = [...players.values()]
      all.forEach((player) => player.finish())
      return comparisonOf(configs, all, { slowSeconds, instances })
    }
  }
}

// -------------------------------------------------------------------------------------
// figures
// -------------------------------------------------------------------------------------

const comparisonOf = (
  configs: ReadonlyArray<Config>,
  players: ReadonlyArray<Player>,
  { slowSeconds, instances }: { readonly slowSeconds: number | undefined; readonly instances: number }
): Comparison => {
  const incidents = players.flatMap((player) => incidentsOf(player))
  const unknown = sum(players.map((player) => player.unknown))
  const evidence: Evidence = {
    assumptions: assumptions(instances),
    warnings: [],
    log: logOf(players),
    ...(slowSeconds === undefined ? {} : { slowSeconds }),
    instances,
    incidents,
    noBreaker: plainOf(players, true),
    ...(unknown === 0 ? {} : { noBreakerIfUnknownSucceed: plainOf(players, false) })
  }
  return {
    ...evidence,
    warnings: warningsOf(evidence),
    reports: configs.map((config, i) => verdictOf(config, players, i, unknown > 0))
  }
}

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((total, n) => total + n, 0)

const logOf = (players: ReadonlyArray<Player>): Evidence['log'] => ({
  calls: sum(players.map(({ calls }) => calls)),
  startSeconds: Math.min(...players.map(({ startSeconds }) => startSeconds)),
  endSeconds: Math.max(...players.map(({ endSeconds }) => endSeconds)),
  unknownCalls: sum(players.map(({ unknown }) => unknown)),
  neutralCalls: sum(players.map(({ neutral }) => neutral)),
  unendedCalls: sum(players.map(({ unended }) => unended)),
  outOfOrder: sum(players.map(({ outOfOrder }) => outOfOrder)),
  strayEnds: sum(players.map(({ strayEnds }) => strayEnds)),
  keys: players.length
})

const incidentsOf = ({ incidents, key }: Player): ReadonlyArray<Incident> =>
  incidents.found.map(({ startSeconds, endSeconds, calls, bad, unknown }) => ({
    startSeconds,
    endSeconds,
    calls,
    badCalls: bad,
    unknownCalls: unknown,
    ...(key === undefined ? {} : { key })
  }))

const UNDECIDED = 0.05

const warningsOf = ({ log, incidents }: Evidence): ReadonlyArray<string> => {
  const undecided = incidents.filter(({ calls, unknownCalls }) => unknownCalls > calls * UNDECIDED)
  return [
    ...(undecided.length === 0
      ? []
      : [
          `This log cannot decide: the recorded breaker rejected more than 5 % of the calls in ${undecided.length} of ${incidents.length} incidents. Record in shadow, or with the breaker disabled.`
        ]),
    ...(log.calls === 0 ? ['The log has no calls.'] : []),
    ...(log.outOfOrder === 0
      ? []
      : [`${log.outOfOrder} calls came out of order, and count as if they had started later.`]),
    ...(log.unendedCalls === 0 ? [] : [`${log.unendedCalls} calls never ended: they are neither good nor bad.`]),
    ...(log.strayEnds === 0 ? [] : [`${log.strayEnds} calls ended whose start is not in the log: they are left out.`])
  ]
}

const latencyOf = (histogram: Float64Array): Plain['latencySeconds'] => ({
  p50: quantile(histogram, 0.5),
  p95: quantile(histogram, 0.95),
  p99: quantile(histogram, 0.99)
})

const histogramOf = (players: ReadonlyArray<Player>): Float64Array =>
  Float64Array.from((players[0] as Player).latencies, (_, i) =>
    sum(players.map(({ latencies }) => latencies[i] as number))
  )

const plainOf = (players: ReadonlyArray<Player>, unknownFail: boolean): Plain => {
  const unknown = sum(players.map((player) => player.unknown))
  return {
    badCalls: sum(players.map(({ bad }) => bad)) + (unknownFail ? unknown : 0),
    secondsInBadCalls: sum(players.map(({ secondsInBad }) => secondsInBad)),
    goodCalls: sum(players.map(({ good }) => good)) + (unknownFail ? 0 : unknown),
    latencySeconds: players.length === 0 ? { p50: null, p95: null, p99: null } : latencyOf(histogramOf(players))
  }
}

const verdictOf = (config: Config, players: ReadonlyArray<Player>, i: number, hasUnknown: boolean): Verdict => {
  const trialOf = (player: Player): Trial => player.trials[i] as Trial
  const twinOf = (player: Player): Trial => player.twins?.[i] ?? trialOf(player)
  const changes = players.flatMap((player) => trialOf(player).changes)
  const buckets = bucketsOf(players.map((player) => trialOf(player)))
  return {
    name: config.name,
    settings: config,
    figures: figuresOf(players, trialOf),
    ...(hasUnknown ? { ifUnknownSucceed: figuresOf(players, twinOf) } : {}),
    ...(players.length > 1
      ? { byKey: Object.fromEntries(players.map((player) => [player.key ?? '', figuresOf([player], trialOf)])) }
      : {}),
    changes: [...changes].sort((a, b) => a.atSeconds - b.atSeconds),
    furtherChanges: sum(players.map((player) => trialOf(player).furtherChanges)),
    ...(buckets === undefined ? {} : { buckets })
  }
}

const figuresOf = (players: ReadonlyArray<Player>, trialOf: (player: Player) => Trial): Figures => {
  const trials = players.map((player) => trialOf(player))
  const total = (name: keyof Counts): number => sum(trials.map(({ counts }) => counts[name]))
  const [badCalls, spared, goodRejected] = [total('bad'), total('badSpared'), total('goodRejected')]
  const rejected = spared + goodRejected + total('neutralRejected')
  const answers = trials.flatMap(({ answers }) => [...answers.values()].flatMap((found) => [...found.values()]))
  return {
    badCalls,
    secondsInBadCalls: total('secondsInBad'),
    badCallsSpared: spared,
    recall: ratio(spared, spared + badCalls),
    goodCalls: total('good'),
    goodCallsRejected: goodRejected,
    rejected,
    precision: ratio(spared, rejected),
    openings: total('openings'),
    falseOpenings: total('falseOpenings'),
    reopenings: total('reopenings'),
    probes: total('probes'),
    failedProbes: total('failedProbes'),
    openSeconds: total('openSeconds'),
    incidentsFound: sum(trials.map(({ answers }) => answers.size)),
    detectSeconds: median(answers.map(({ detectSeconds }) => detectSeconds)),
    closeSeconds: median(answers.map(({ closeSeconds }) => closeSeconds)),
    flaps: total('flaps'),
    latencySeconds: players.length === 0 ? { p50: null, p95: null, p99: null } : latencyOf(seenBy(players, trials))
  }
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

const median = (numbers: ReadonlyArray<number>): number | null => {
  const known = numbers.filter((n) => !Number.isNaN(n)).sort((a, b) => a - b)
  return known[Math.floor((known.length - 1) / 2)] ?? null
}

// A rejected call costs its caller nothing.
const seenBy = (players: ReadonlyArray<Player>, trials: ReadonlyArray<Trial>): Float64Array => {
  const all = histogramOf(players)
  const rejected = Float64Array.from(all, (_, i) => sum(trials.map(({ latencies }) => latencies[i] as number)))
  const inAll = rejected.reduce((total, n) => total + n, 0)
  return all.map((n, i) => n - (rejected[i] as number) + (i === 0 ? inAll : 0))
}

const bucketsOf = (trials: ReadonlyArray<Trial>): Buckets | undefined => {
  const timelines = trials.flatMap(({ timeline }) => (timeline === undefined ? [] : [timeline]))
  const [first] = timelines
  if (first === undefined) return undefined
  const startSeconds = Math.min(...timelines.map((timeline) => timeline.startSeconds))
  const whole = Timeline.of(startSeconds, 6)
  timelines.forEach((timeline) => whole.absorb(timeline))
  return {
    startSeconds,
    bucketSeconds: whole.bucketSeconds,
    good: whole.sums(GOOD),
    bad: whole.sums(BAD),
    rejectedGood: whole.sums(REJECTED_GOOD),
    rejectedBad: whole.sums(REJECTED_BAD),
    openSeconds: whole.sums(OPEN_SECONDS),
    halfOpenSeconds: whole.sums(HALF_OPEN_SECONDS)
  }
}

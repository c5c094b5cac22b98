/**
 * Makes the figures of a replay out of what its players have counted.
 *
 * @since 0.1.0
 */
import type { Config } from '../core/Config'
import type { Player } from './Player'
import type { Buckets, Comparison, Evidence, Figures, Incident, Plain, Verdict } from './Report'
import { assumptions } from './Report'
import { quantile, Timeline } from './Timeline'
import type { Counts, Trial } from './Trial'
import { BAD, GOOD, HALF_OPEN_SECONDS, OPEN_SECONDS, REJECTED_BAD, REJECTED_GOOD } from './Trial'

/** @internal */
export const comparisonOf = (
  configs: ReadonlyArray<Config>,
  players: ReadonlyArray<Player>,
  { slowSeconds, instances }: { readonly slowSeconds: number | undefined; readonly instances: number }
): Comparison => {
  const found = players.flatMap((player) => incidentsOf(player))
  const incidents = [...found].sort((x, y) => x.startSeconds - y.startSeconds)
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

const UNSORTED = 0.05
const MANY = 20

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
      : log.outOfOrder >= MANY && log.outOfOrder > log.calls * UNSORTED
        ? [
            `${log.outOfOrder} of ${log.calls} calls came out of order, as in a log with the newest first: the figures are wrong. Sort the log by time, the oldest first.`
          ]
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
    changes: players.length === 1 ? changes : [...changes].sort((a, b) => a.atSeconds - b.atSeconds),
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

/**
 * Plays recorded traffic against settings: what a breaker would have rejected, spared and found, by the reducer that runs in
 * production.
 *
 * It takes calls or notices one by one, from an iterable or an asynchronous one, and keeps only what is in flight: its memory
 * does not grow with the length of the log. It needs nothing of Node, so it runs in a browser too.
 *
 * @since 0.1.0
 */
import type { Settings } from '../core/Config'
import { from } from '../core/Config'
import { any, failureRate, slowCallRate } from '../core/TripStrategy'
import { timeWindow } from '../core/Window'
import { comparisonOf } from './Figures'
import { Player } from './Player'
import type { Comparison, Figures, Incident, Report, Verdict } from './Report'
import type { Traffic } from './Traffic'

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
export interface Running<R = Comparison> {
  readonly add: (item: Traffic) => void
  /** Ends the calls that are still in flight. Nothing can be added after that. */
  readonly finish: () => R
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
export const replay = (settings: Settings, options: ReplayOptions = {}): Playing<Report> => {
  const config = from(settings)
  return played(() => {
    const { add, finish } = start([config], options)
    const end = (): Report => {
      const { reports, ...evidence } = finish()
      return { ...evidence, ...(reports[0] as Verdict) }
    }
    return { add, finish: end }
  })
}

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
export const compare = (settings: ReadonlyArray<Settings>, options: ReplayOptions = {}): Playing<Comparison> => {
  const configs = settings.map(from)
  return played(() => start(configs, options))
}

const played = <R>(begin: () => Running<R>): Playing<R> => {
  const play = (traffic: Iterable<Traffic> | AsyncIterable<Traffic>): R | Promise<R> => {
    const running = begin()
    if (Symbol.asyncIterator in traffic) return playAsync(running, traffic)
    for (const item of traffic) running.add(item)
    return running.finish()
  }
  return play as Playing<R>
}

const playAsync = async <R>({ add, finish }: Running<R>, traffic: AsyncIterable<Traffic>): Promise<R> => {
  for await (const item of traffic) add(item)
  return finish()
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
    })
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
// search
// -------------------------------------------------------------------------------------

/**
 * The settings of a grid: a time window that opens at a rate of failed calls, or of slow ones, for every combination of these
 * numbers.
 *
 * @category search
 * @since 0.1.0
 */
export interface Grid {
  readonly windowSeconds: ReadonlyArray<number>
  readonly rate: ReadonlyArray<number>
  readonly minimumCalls: ReadonlyArray<number>
  readonly recoveryTimeoutSeconds: ReadonlyArray<number>
}

/**
 * A grid of 108 settings that suits most services.
 *
 * @example
 * import { small } from 'breaker-ts/Replay'
 *
 * assert.deepStrictEqual(small.windowSeconds, [5, 10, 20, 30])
 *
 * @category search
 * @since 0.1.0
 */
export const small: Grid = {
  windowSeconds: [5, 10, 20, 30],
  rate: [0.3, 0.5, 0.7],
  minimumCalls: [10, 20, 50],
  recoveryTimeoutSeconds: [5, 10, 30]
}

/**
 * The settings that a grid stands for.
 *
 * @example
 * import { points, small } from 'breaker-ts/Replay'
 *
 * assert.deepStrictEqual(points(small).length, 108)
 * assert.deepStrictEqual(points(small)[0]?.name, '5 s, 30 % of 10, wait 5 s')
 *
 * @category search
 * @since 0.1.0
 */
export const points = ({ windowSeconds, rate, minimumCalls, recoveryTimeoutSeconds }: Grid): ReadonlyArray<Settings> =>
  windowSeconds.flatMap((seconds) =>
    rate.flatMap((part) =>
      minimumCalls.flatMap((calls) =>
        recoveryTimeoutSeconds.map((wait) => ({
          name: `${seconds} s, ${Math.round(part * 100)} % of ${calls}, wait ${wait} s`,
          window: timeWindow(seconds),
          trip: any.concat(failureRate(part, calls), slowCallRate(part, calls)),
          recoveryTimeoutSeconds: wait
        }))
      )
    )
  )

/**
 * How all settings of a grid would have done.
 *
 * @example
 * import { front, grid } from 'breaker-ts/Replay'
 * import { scenario } from 'breaker-ts/Scenario'
 *
 * const { reports } = grid({ windowSeconds: [10], rate: [0.5], minimumCalls: [10, 20], recoveryTimeoutSeconds: [5, 10] })(
 *   scenario('error-spike')
 * )
 *
 * assert.strictEqual(reports.length, 4)
 * assert.strictEqual(front(reports).some(({ isKnee }) => isKnee), true)
 *
 * @category search
 * @since 0.1.0
 */
export const grid = (spec: Grid, options: ReplayOptions = {}): Playing<Comparison> =>
  compare(points(spec), { buckets: false, ...options })

/**
 * One setting among others.
 *
 * @category search
 * @since 0.1.0
 */
export interface Point {
  /** Its place among the reports. */
  readonly index: number
  readonly name: string
  readonly settings: Settings
  readonly figures: Figures
  /** No other setting is better in one of the two, seconds waited in bad calls and good calls rejected, and no worse in the other. */
  readonly isOnFront: boolean
  /** The setting of the front that is nearest to the best of both. There is none where no circuit of the front opened. */
  readonly isKnee: boolean
}

/**
 * Which settings are worth a thought: the Pareto front of seconds waited in bad calls and good calls rejected. One point for
 * each report, in their order.
 *
 * @example
 * import { compare, front } from 'breaker-ts/Replay'
 * import { scenario } from 'breaker-ts/Scenario'
 *
 * const settings = [1, 5].map((failureThreshold) => ({ name: `${failureThreshold} in a row`, failureThreshold }))
 * const { reports } = compare(settings)(scenario('oscillating'))
 *
 * assert.deepStrictEqual(front(reports).map(({ isOnFront }) => isOnFront), [true, true])
 *
 * @category search
 * @since 0.1.0
 */
export const front = (reports: ReadonlyArray<Pick<Verdict, 'name' | 'settings' | 'figures'>>): ReadonlyArray<Point> => {
  const best = reports.filter(({ figures }) => !reports.some((other) => beats(other.figures, figures)))
  const range = (of: keyof Objectives): ((figures: Objectives) => number) => {
    const numbers = best.map(({ figures }) => figures[of])
    const [least, most] = [Math.min(...numbers), Math.max(...numbers)]
    return (figures) => (most === least ? 0 : (figures[of] - least) / (most - least))
  }
  const [waited, rejected] = [range('secondsInBadCalls'), range('goodCallsRejected')]
  const distances = best.map(({ figures }) => Math.hypot(waited(figures), rejected(figures)))
  const hasOpened = best.some(({ figures }) => figures.openings > 0 || figures.goodCallsRejected > 0)
  const knee = hasOpened ? best[distances.indexOf(Math.min(...distances))] : undefined
  return reports.map((report, index) => ({
    index,
    name: report.name,
    settings: report.settings,
    figures: report.figures,
    isOnFront: best.includes(report),
    isKnee: report === knee
  }))
}

type Objectives = Pick<Figures, 'secondsInBadCalls' | 'goodCallsRejected'>

const beats = (x: Objectives, y: Objectives): boolean =>
  x.secondsInBadCalls <= y.secondsInBadCalls &&
  x.goodCallsRejected <= y.goodCallsRejected &&
  (x.secondsInBadCalls < y.secondsInBadCalls || x.goodCallsRejected < y.goodCallsRejected)

/**
 * Settings on the time they were chosen by, and on the time that was held out.
 *
 * @category search
 * @since 0.1.0
 */
export interface HeldOut {
  readonly train: Comparison
  readonly test: Comparison
}

/**
 * Plays two parts of a log apart: the one that settings are chosen by, and one that they have not seen. A choice that is
 * good in the first only fits one incident. What starts in neither part is left out.
 *
 * @example
 * import { holdOut } from 'breaker-ts/Replay'
 * import { scenario } from 'breaker-ts/Scenario'
 *
 * const { train, test } = holdOut([{ name: 'a' }], {
 *   train: (startSeconds) => startSeconds < 90,
 *   test: (startSeconds) => startSeconds >= 90
 * })(scenario('oscillating'))
 *
 * assert.strictEqual(train.log.calls + test.log.calls, [...scenario('oscillating')].length)
 *
 * @category search
 * @since 0.1.0
 */
export const holdOut = (
  settings: ReadonlyArray<Settings>,
  parts: { readonly train: (startSeconds: number) => boolean; readonly test: (startSeconds: number) => boolean },
  options: ReplayOptions = {}
): Playing<HeldOut> =>
  played(() => {
    const [train, test] = [start(settings, options), start(settings, options)]
    const at = (item: Traffic): number => ('startSeconds' in item ? item.startSeconds : item.atSeconds)
    return {
      add: (item) => {
        if (parts.train(at(item))) train.add(item)
        if (parts.test(at(item))) test.add(item)
      },
      finish: () => ({ train: train.finish(), test: test.finish() })
    }
  })

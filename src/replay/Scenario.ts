/**
 * Eight shapes of incidents as seeded traffic, to try settings on before you have a log: those that Shopify's semian is
 * tested with.
 *
 * @since 0.1.0
 */
import type { Call } from './Traffic'
import { chance } from './Traffic'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The names of the scenarios, in the order of the list.
 *
 * @category model
 * @since 0.1.0
 */
export type ScenarioName =
  | 'error-spike'
  | 'sudden-spikes'
  | 'gradual-increase'
  | 'sustained-load'
  | 'oscillating'
  | 'near-target'
  | 'slow-query'
  | 'one-of-many'

/**
 * A scenario in words.
 *
 * @category model
 * @since 0.1.0
 */
export interface Scenario {
  readonly name: ScenarioName
  readonly title: string
  readonly text: string
}

/**
 * How a scenario is played.
 *
 * @category model
 * @since 0.1.0
 */
export interface ScenarioOptions {
  /** Another seed gives other calls of the same shape: an integer. Default 1. */
  readonly seed?: number | undefined
  /** How long it lasts: the shape is stretched. Default 180. */
  readonly seconds?: number | undefined
  /** Calls a second. Default 15. */
  readonly callsPerSecond?: number | undefined
  /** Whether calls say which service they are for, so that each has a breaker. Default false: one breaker for all. */
  readonly keyed?: boolean | undefined
}

// What the service is like at a time, from 0 at the start of a scenario to 1 at its end.
interface Weather {
  readonly failing: number
  /** How many calls arrive, as a multiple. */
  readonly load?: number
  /** How long a call takes that succeeds, as a multiple. */
  readonly latency?: number
}

interface Shape extends Scenario {
  readonly weather: (time: number, service: number) => Weather
  readonly services?: number
}

// -------------------------------------------------------------------------------------
// shapes
// -------------------------------------------------------------------------------------

const NOISE = 0.005

const within = (time: number, from: number, to: number): boolean => time >= from && time < to

const SHAPES: ReadonlyArray<Shape> = [
  {
    name: 'error-spike',
    title: 'Error spikes of 20 % and 100 %',
    text: 'A brown-out in which every fifth call fails, and later an outage in which all do.',
    weather: (time) => ({ failing: within(time, 0.15, 0.35) ? 0.2 : within(time, 0.55, 0.75) ? 1 : NOISE })
  },
  {
    name: 'sudden-spikes',
    title: 'Sudden spikes',
    text: 'Four short outages, each over before anyone looks.',
    weather: (time) => ({
      failing: [0.15, 0.35, 0.55, 0.75].some((from) => within(time, from, from + 0.04)) ? 1 : NOISE
    })
  },
  {
    name: 'gradual-increase',
    title: 'Gradual increase',
    text: 'Failures grow from none to eight of ten, and go away at once.',
    weather: (time) => ({ failing: within(time, 0.15, 0.75) ? ((time - 0.15) / 0.6) * 0.8 : NOISE })
  },
  {
    name: 'sustained-load',
    title: 'Sustained load',
    text: 'Three times the calls, and a service that fails four of ten and slows down under them.',
    weather: (time) => (within(time, 0.15, 0.75) ? { failing: 0.4, load: 3, latency: 4 } : { failing: NOISE })
  },
  {
    name: 'oscillating',
    title: 'Oscillating between 2 % and 6 %',
    text: 'A service that is never quite well and never ill: a breaker should leave it alone.',
    weather: (time) => ({ failing: Math.floor(time * 18) % 2 === 0 ? 0.02 : 0.06 })
  },
  {
    name: 'near-target',
    title: 'Near the threshold',
    text: 'Failures stay just under a half, with two pushes above it.',
    weather: (time) => ({
      failing: within(time, 0.3, 0.4) || within(time, 0.65, 0.75) ? 0.6 : within(time, 0.15, 0.85) ? 0.45 : NOISE
    })
  },
  {
    name: 'slow-query',
    title: 'Slow queries',
    text: 'Nothing fails: calls take ten times as long.',
    weather: (time) => ({ failing: NOISE, latency: within(time, 0.2, 0.7) ? 10 : 1 })
  },
  {
    name: 'one-of-many',
    title: 'One of many services degraded',
    text: 'One of four services behind the breaker fails nine calls of ten; the others are well.',
    services: 4,
    weather: (time, service) => ({ failing: service === 0 && within(time, 0.2, 0.7) ? 0.9 : NOISE })
  }
]

/**
 * The eight scenarios in words.
 *
 * @example
 * import { scenarios } from 'breaker-ts/Scenario'
 *
 * assert.deepStrictEqual(scenarios.map(({ name }) => name), [
 *   'error-spike',
 *   'sudden-spikes',
 *   'gradual-increase',
 *   'sustained-load',
 *   'oscillating',
 *   'near-target',
 *   'slow-query',
 *   'one-of-many'
 * ])
 *
 * @category model
 * @since 0.1.0
 */
export const scenarios: ReadonlyArray<Scenario> = SHAPES.map(({ name, title, text }) => ({ name, title, text }))

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

const HEALTHY_SECONDS = 0.1
const TIME_LIMIT_SECONDS = 2

/**
 * The calls of a scenario, in the order of their starts. A call takes about 0.15 s; one that fails has run into a time limit
 * of 2 s, or was refused at once. With `keyed`, the four services of `one-of-many` are the keys `service-1` to `service-4`.
 *
 * @example
 * import { scenario } from 'breaker-ts/Scenario'
 *
 * const calls = [...scenario('error-spike', { seed: 7 })]
 *
 * assert.deepStrictEqual(calls, [...scenario('error-spike', { seed: 7 })])
 * assert.strictEqual(calls.length > 2000, true)
 *
 * @category constructors
 * @since 0.1.0
 */
export const scenario = (
  name: ScenarioName,
  { seed = 1, seconds = 180, callsPerSecond = 15, keyed = false }: ScenarioOptions = {}
): Iterable<Call> => ({
  [Symbol.iterator]: () =>
    played(SHAPES.find((shape) => shape.name === name) as Shape, seed, seconds, callsPerSecond, keyed)
})

function* played(
  { weather, services = 1 }: Shape,
  seed: number,
  seconds: number,
  rate: number,
  keyed: boolean
): Generator<Call> {
  let startSeconds = 0
  for (let i = 0; ; i += 5) {
    const service = Math.floor(chance(seed, i) * services)
    const { failing, load = 1, latency = 1 } = weather(startSeconds / seconds, service)
    startSeconds += (2 * chance(seed, i + 1)) / (rate * load)
    if (startSeconds >= seconds) return
    const spread = HEALTHY_SECONDS * (1 + chance(seed, i + 2))
    const failed = chance(seed, i + 3) < failing
    const refused = chance(seed, i + 4) < 0.3
    yield {
      startSeconds,
      seconds: failed ? (refused ? spread / 5 : TIME_LIMIT_SECONDS) : Math.min(spread * latency, TIME_LIMIT_SECONDS),
      outcome: failed ? 'failure' : 'success',
      ...(keyed ? { key: `service-${service + 1}` } : {})
    }
  }
}

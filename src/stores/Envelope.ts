/**
 * The text that a fleet keeps in its store: a state with the name of its format, read by the codec and never trusted.
 *
 * @since 0.1.0
 */
import type { Config } from '../core/Config'
import { attempt, showProblem } from '../core/InvalidSettings'
import { bounded } from '../core/Recovery'
import { secondsOf } from '../core/RecoveryPolicy'
import { later } from '../core/Saved'
import type { State } from '../core/State'
import type { stateOf } from '../data/Codec'
import { door, id, isLeft, named, problemOf, record, seconds } from '../data/Door'
import { encode as settingsOf } from '../data/SettingsData'
import type { Known } from './Fold'
import { spanOf } from './Fold'

/**
 * The number of the format, in the key and in the value: two formats never share a key.
 *
 * @internal
 */
export const SCHEMA = 1

/**
 * The braces keep what belongs together on one node of a Redis cluster.
 *
 * @internal
 */
export const keyOf = (name: string): string => `cb:{${name}}:s${SCHEMA}`

interface Envelope extends Known {
  readonly schema: typeof SCHEMA
  /** A fingerprint of the writer's settings. */
  readonly settings: string
}

/**
 * How a member writes and reads.
 *
 * @internal
 */
export interface Envelopes {
  readonly settings: string
  /** The text of a state. Its times are those of the store, whose clock is so many seconds ahead. */
  readonly write: (known: Known, offsetSeconds: number) => string
  /** The state of a text, or what is wrong with it. */
  readonly read: (text: string, offsetSeconds: number) => Envelope | string
}

/**
 * Reads states: those of the package, or also those whose counts are of a window of your own.
 *
 * @internal
 */
export type States = ReturnType<typeof stateOf>

/** @internal */
export const envelopes = (config: Config, states: States): Envelopes => {
  const codec = door(
    'a state of a fleet',
    record<Envelope>({
      schema: named<typeof SCHEMA>({ rule: String(SCHEMA), holds: (u) => u === SCHEMA }),
      settings: id,
      lastAtSeconds: seconds,
      state: states
    })
  )
  const settings = fingerprint(JSON.stringify(settingsOf(config)))
  return {
    settings,
    write: (known, offsetSeconds) => JSON.stringify({ schema: SCHEMA, settings, ...moved(known, offsetSeconds) }),
    read: (text, offsetSeconds) => {
      const read = attempt(() => codec.decode(JSON.parse(text)))
      if (read === undefined) return 'no JSON, or a codec that throws'
      if (isLeft(read)) return read.left.map((error) => showProblem(problemOf(error))).join('; ')
      const { state, ...rest } = moved(read.right, -offsetSeconds)
      return { ...rest, state: bounded(config, state) }
    }
  }
}

/**
 * The names of the settings that two breakers do not share, as far as they are data.
 *
 * @internal
 */
export const differences = (config: Config, other: Config): ReadonlyArray<string> => {
  const texts = (given: Config): Readonly<Record<string, string | undefined>> =>
    Object.fromEntries(Object.entries(settingsOf(given)).map(([key, value]) => [key, JSON.stringify(value)]))
  const [one, two] = [texts(config), texts(other)]
  return Object.keys({ ...one, ...two }).filter((key) => one[key] !== two[key])
}

// A text of eight letters that other settings hardly ever have: FNV-1a, 32 bits.
const fingerprint = (text: string): string =>
  Array.from(text)
    .reduce((hash, letter) => Math.imul(hash ^ (letter.codePointAt(0) as number), 0x01000193) >>> 0, 0x811c9dc5)
    .toString(16)
    .padStart(8, '0')

/**
 * The same on a clock that is so many seconds ahead; the same reference on one that is not.
 *
 * @internal
 */
export const moved = <A>(value: A, seconds: number): A => (seconds === 0 ? value : later(value, seconds))

/**
 * For how long the store keeps a state that nobody writes: much longer than it means anything. What is held by hand stays a
 * month.
 *
 * @internal
 */
export const ttlOf = (config: Config, state: State): number => {
  const span = spanOf(config)
  const openSeconds = state._tag === 'Open' ? state.retryAtSeconds - state.openedAtSeconds : openSecondsOf(config)
  return state._tag === 'Isolated' || state._tag === 'Disabled'
    ? MONTH_SECONDS
    : Math.min(
        MONTH_SECONDS,
        10 * Math.max(60, span < Infinity ? span : 0, openSeconds, config.probeTimeoutSeconds as number)
      )
}

const MONTH_SECONDS = 30 * 86_400

/** @internal */
export const openSecondsOf = ({ name, recoveryTimeoutSeconds }: Config): number =>
  secondsOf(recoveryTimeoutSeconds, 0, { name, generation: 0 })

/**
 * Whether a state says no more than that all is well: a store that forgets it has forgotten nothing.
 *
 * @internal
 */
export const isIdle = (config: Config, { state, lastAtSeconds }: Known, now: number): boolean =>
  state._tag === 'Closed' &&
  (state.counts.failedOrSlow === 0 || now - lastAtSeconds >= spanOf(config)) &&
  (state.recovered === null || now - state.recovered.closedAtSeconds >= state.recovered.openSeconds)

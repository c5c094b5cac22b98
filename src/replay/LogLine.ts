/**
 * What the formats of logs have in common: a line read as a request, and what a request says of a call.
 *
 * @since 0.1.0
 */
import type { Notice } from '../shell/Notice'
import type { Ending } from './Traffic'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A request of a log.
 *
 * @internal
 */
export interface Request {
  readonly _tag: 'Request'
  /** When it started or ended, whichever the log says. */
  readonly atSeconds: number
  readonly isEnd: boolean
  /** Whether the log gives the time in whole seconds. */
  readonly isWhole: boolean
  /** How long it took; `undefined` where the log does not say. */
  readonly seconds: number | undefined
  /** The HTTP status, or how it ended. */
  readonly status: number | Ending
  readonly retryAfterSeconds?: number | undefined
  /** What it may be grouped by, by name. */
  readonly fields: Readonly<Record<string, unknown>>
}

/**
 * A line that is not what it should be.
 *
 * @internal
 */
export interface Wrong {
  readonly _tag: 'Wrong'
  readonly expected: string
}

/**
 * A line of a record: a notice, or its header.
 *
 * @internal
 */
export interface Told {
  readonly _tag: 'Told'
  readonly notice: Notice
}

/**
 * What lines are read as. A header, a comment or a blank line holds nothing.
 *
 * @internal
 */
export type Item = Request | Told | Wrong

/**
 * Reads the lines of one format.
 *
 * @internal
 */
export interface Lines {
  readonly read: (line: string) => ReadonlyArray<Item>
  /** The log has ended. */
  readonly end: () => ReadonlyArray<Item>
}

/** @internal */
export const wrong = (expected: string): Wrong => ({ _tag: 'Wrong', expected })

/** @internal */
export const request = (
  atSeconds: number | undefined,
  more: Omit<Request, '_tag' | 'atSeconds' | 'isWhole'> & { readonly isWhole?: boolean }
): Request | Wrong =>
  atSeconds === undefined || !Number.isFinite(atSeconds)
    ? wrong('a time that can be read')
    : more.seconds !== undefined && !(more.seconds >= 0)
      ? wrong('a duration >= 0')
      : { _tag: 'Request', isWhole: false, ...more, atSeconds }

/** One line after the other, none of which needs another one.
 * @internal
 */
export const lineByLine = (read: (line: string) => Item | undefined): Lines => ({
  read: (line) => {
    const item = read(line)
    return item === undefined ? [] : [item]
  },
  end: () => []
})

// -------------------------------------------------------------------------------------
// texts
// -------------------------------------------------------------------------------------

/**
 * The words of a line: what stands in quotes or brackets is one.
 *
 * @internal
 */
export const words = (line: string): ReadonlyArray<string> =>
  (line.match(/"(?:[^"\\]|\\.)*"|\[[^\]]*\]|\S+/g) ?? []).map((word) => word.replace(/^["[]|["\]]$/g, ''))

/** A number, `undefined` for what is none: `-` and nothing among them.
 * @internal
 */
export const numberIn = (text: unknown): number | undefined => {
  if (typeof text === 'number') return Number.isFinite(text) ? text : undefined
  if (typeof text !== 'string' || !DECIMAL.test(text)) return undefined
  const n = Number(text)
  return Number.isFinite(n) ? n : undefined
}

const DECIMAL = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i

/** Seconds since 1970 of an ISO time.
 * @internal
 */
export const isoSeconds = (text: unknown): number | undefined => {
  const found = typeof text === 'string' ? ISO.exec(text.trim()) : null
  if (found === null) return undefined
  // Digits beyond thousandths are cut by some engines and refused by others. No zone is UTC.
  const [, date, time = '00:00', fraction, zone = 'Z'] = found
  const parsed = Date.parse(`${date}T${time}${zone.replace(/(\d\d)(\d\d)$/, '$1:$2')}`) // eslint-disable-line no-restricted-globals -- reads no clock
  return Number.isNaN(parsed) ? undefined : parsed / 1000 + Number(fraction ?? 0)
}

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(\.\d+)?(Z|[+-]\d\d:?\d\d)?)?$/

/** Whether an ISO time has no part of a second.
 * @internal
 */
export const isWholeIso = (text: unknown): boolean => typeof text === 'string' && !/:\d\d\.\d/.test(text)

/** A line of JSON; `undefined` where it is none.
 * @internal
 */
export const jsonIn = (line: string): unknown => {
  try {
    return JSON.parse(line) as unknown
  } catch {
    return undefined
  }
}

// -------------------------------------------------------------------------------------
// what a request says
// -------------------------------------------------------------------------------------

/**
 * Which statuses are failures: `5xx,408,429`.
 *
 * @internal
 */
export const failing = (list: string): ((status: number) => boolean) | undefined => {
  const parts = list.split(',').map((part) => part.trim().toLowerCase())
  if (!parts.every((part) => /^[1-5](xx|\d\d)$/.test(part))) return undefined
  return (status) =>
    parts.some((part) => (part.endsWith('xx') ? part[0] === `${Math.floor(status / 100)}` : Number(part) === status))
}

// nginx and AWS say so where the client has gone away; 0 is Envoy's word for it.
const CANCELLED: ReadonlyArray<number> = [0, 460, 499]

/** How a request ended.
 * @internal
 */
export const endingOfStatus = (status: number | Ending, isFailing: (status: number) => boolean): Ending =>
  typeof status === 'string'
    ? status
    : isFailing(status)
      ? 'failure'
      : CANCELLED.includes(status)
        ? 'neutral'
        : 'success'

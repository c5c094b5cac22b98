/**
 * What the command line prints: one table, the states over time in a line, and the verdict in a sentence.
 *
 * @since 0.1.0
 */
import type { Point } from '../replay/Replay'
import type { Buckets, Evidence, Figures, Plain, Verdict } from '../replay/Report'
import { duration, otherEnd, verdict } from '../replay/Report'

// -------------------------------------------------------------------------------------
// cells
// -------------------------------------------------------------------------------------

const count = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',')

const percent = (part: number | null): string => (part === null ? '-' : `${Math.round(100 * part)} %`)

const maybe = (seconds: number | null): string => (seconds === null ? '-' : duration(seconds))

// The two ends of what is not known.
const range = (show: (figures: Figures) => string, figures: Figures, other: Figures | undefined): string => {
  const [one, two] = [show(figures), other === undefined ? show(figures) : show(other)]
  return one === two ? one : `${one} to ${two}`
}

/** Columns that are as wide as what is in them.
 * @internal
 */
export const table = (rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = (rows[0] as ReadonlyArray<string>).map((_, i) =>
    Math.max(...rows.map((row) => (row[i] as string).length))
  )
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number)))
        .join('  ')
        .trimEnd()
    )
    .join('\n')
}

const COLUMNS: ReadonlyArray<readonly [name: string, show: (figures: Figures) => string]> = [
  ['bad let through', ({ badCalls }) => count(badCalls)],
  ['waited in them', ({ secondsInBadCalls }) => duration(secondsInBadCalls)],
  ['bad spared', ({ badCallsSpared }) => count(badCallsSpared)],
  ['good rejected', ({ goodCallsRejected }) => count(goodCallsRejected)],
  ['precision', ({ precision }) => percent(precision)],
  [
    'openings',
    ({ openings, falseOpenings }) => (falseOpenings === 0 ? `${openings}` : `${openings} (${falseOpenings} false)`)
  ],
  ['found', ({ incidentsFound }) => `${incidentsFound}`],
  ['after', ({ detectSeconds }) => maybe(detectSeconds)],
  ['p95', ({ latencySeconds }) => maybe(latencySeconds.p95)]
]

const plainRow = ({ badCalls, secondsInBadCalls, latencySeconds }: Plain): ReadonlyArray<string> => [
  'no breaker',
  count(badCalls),
  duration(secondsInBadCalls),
  ...['', '', '', '', '', ''],
  maybe(latencySeconds.p95)
]

const rowOf = (name: string, figures: Figures, other?: Figures): ReadonlyArray<string> => [
  name,
  ...COLUMNS.map(([, show]) => range(show, figures, other))
]

// -------------------------------------------------------------------------------------
// over time
// -------------------------------------------------------------------------------------

const WIDTH = 60

/**
 * The states over time in a line: `█` OPEN, `▒` HALF_OPEN, `·` CLOSED; half-high where it was only part of the time.
 *
 * @internal
 */
export const strip = ({ good, openSeconds, halfOpenSeconds, bucketSeconds }: Buckets, width = WIDTH): string => {
  const cells = Math.min(width, good.length)
  return Array.from({ length: cells }, (_, i) => {
    const [from, until] = [Math.floor((i * good.length) / cells), Math.floor(((i + 1) * good.length) / cells)]
    const part = (seconds: ReadonlyArray<number>): number =>
      seconds.slice(from, until).reduce((sum, n) => sum + n, 0) / ((until - from) * bucketSeconds)
    const [open, halfOpen] = [part(openSeconds), part(halfOpenSeconds)]
    return open > 0.5 ? '█' : open > 0 ? '▄' : halfOpen > 0 ? '▒' : '·'
  }).join('')
}

/** A time of a log: of the day where it is one, and seconds of its own otherwise.
 * @internal
 */
export const timeOf = (seconds: number): string =>
  seconds > 1e8 && seconds < 1e11
    ? new Date(seconds * 1000).toISOString().replace('T', ' ').slice(0, 19) // eslint-disable-line no-restricted-globals -- reads no clock
    : `${seconds.toFixed(1)} s`

// -------------------------------------------------------------------------------------
// report
// -------------------------------------------------------------------------------------

/** A verdict with the name of the file that its settings are of, and its figures elsewhere.
 * @internal
 */
export interface Entry extends Verdict {
  readonly file: string
  /** The verdict in a sentence. */
  readonly verdict: string
  /** On the time that was held out. */
  readonly heldOut?: Figures
  /** Where times are in whole seconds: with another seed. */
  readonly withOtherSeed?: Figures
}

/** @internal */
export const entryOf = (evidence: Evidence, file: string, found: Verdict): Entry => ({
  file,
  verdict: `${verdict(evidence, found.figures)}${otherEnd(evidence, found)}`,
  ...found
})

const LISTED = 10

const incidentsOf = ({ incidents }: Evidence): ReadonlyArray<string> => [
  incidents.length === 0 ? 'No incidents found (half of the calls of 10 s bad, of 20 or more).' : 'Incidents:',
  ...incidents
    .slice(0, LISTED)
    .map(
      ({ startSeconds, endSeconds, calls, badCalls, unknownCalls, key }) =>
        `  ${timeOf(startSeconds)}, ${duration(Math.max(0, endSeconds - startSeconds))}: ${count(badCalls)} of ${count(calls)} calls bad${unknownCalls === 0 ? '' : `, with ${count(unknownCalls)} that the recorded breaker rejected`}${key === undefined ? '' : ` (${key})`}`
    ),
  ...(incidents.length > LISTED ? [`  and ${incidents.length - LISTED} more`] : [])
]

// Settings of the same name are told apart by their file.
const namesOf = (entries: ReadonlyArray<Entry>): ReadonlyArray<string> =>
  entries.map(({ name, file }) =>
    entries.filter((other) => other.name === name).length > 1 ? `${name} (${file})` : name
  )

/** @internal */
export const reportOf = (
  evidence: Evidence,
  entries: ReadonlyArray<Entry>,
  notes: ReadonlyArray<string>
): ReadonlyArray<string> => {
  const { log, noBreaker, assumptions, warnings } = evidence
  const names = namesOf(entries)
  return [
    `${count(log.calls)} calls from ${timeOf(log.startSeconds)} to ${timeOf(log.endSeconds)}${log.keys > 1 ? `, ${log.keys} keys with a breaker each` : ''}.`,
    ...[...notes, ...warnings].map((note) => `Note: ${note}`),
    '',
    'What the figures rest on:',
    ...assumptions.map((assumption, i) => `  ${i + 1}. ${assumption}`),
    '',
    table([
      ['', ...COLUMNS.map(([name]) => name)],
      plainRow(noBreaker),
      ...entries.flatMap(({ figures, ifUnknownSucceed, heldOut, withOtherSeed }, i) => [
        rowOf(names[i] as string, figures, ifUnknownSucceed),
        ...(heldOut === undefined ? [] : [rowOf('  held out', heldOut)]),
        ...(withOtherSeed === undefined ? [] : [rowOf('  another seed', withOtherSeed)])
      ])
    ]),
    '',
    ...entries.flatMap(({ verdict, buckets }, i) => [
      `${names[i]}: ${verdict}`,
      `  ${strip(buckets as Buckets)}  █ open ▒ half-open · closed`
    ]),
    '',
    ...incidentsOf(evidence)
  ]
}

/** A point of the front, with its figures on the time that was held out.
 * @internal
 */
export interface Tried extends Point {
  readonly heldOut?: Figures
}

/** The settings of a grid that are worth a thought.
 * @internal
 */
export const frontOf = (points: ReadonlyArray<Tried>, given: number): ReadonlyArray<string> => {
  const worth = points
    .filter(({ isOnFront, index }) => isOnFront || index < given)
    .sort((x, y) => x.figures.secondsInBadCalls - y.figures.secondsInBadCalls)
  // Settings that differ in what never mattered do the same: one line for all of them.
  const isAlike = (x: Point, y: Point): boolean =>
    x.figures.secondsInBadCalls === y.figures.secondsInBadCalls &&
    x.figures.goodCallsRejected === y.figures.goodCallsRejected
  const shown = worth.filter(
    (point, i) => point.index < given || !worth.slice(0, i).some((other) => isAlike(other, point))
  )
  const alike = (point: Point): string => {
    const others = worth.filter((other) => other.index >= given && isAlike(other, point)).length - 1
    return point.index < given || others === 0 ? '' : `, and ${others} alike`
  }
  const isKneeOf = (point: Point): boolean =>
    worth.some((other) => other.isKnee && (other === point || (point.index >= given && isAlike(other, point))))
  const mark = (point: Point): string =>
    [
      point.index < given ? 'current' : '',
      isKneeOf(point) ? 'knee' : '',
      point.index < given && !point.isOnFront ? 'not on the front' : ''
    ]
      .filter((word) => word !== '')
      .join(', ')
  const isTried = worth.some(({ heldOut }) => heldOut !== undefined)
  const pair = (figures: Figures): ReadonlyArray<string> => [
    duration(figures.secondsInBadCalls),
    count(figures.goodCallsRejected)
  ]
  return [
    `The front: ${points.filter(({ isOnFront }) => isOnFront).length} of ${points.length} settings, which no other beats in both seconds waited and good calls rejected.`,
    table([
      [
        '',
        'waited in bad calls',
        'good rejected',
        'openings',
        ...(isTried ? ['held out: waited', 'good rejected'] : []),
        ''
      ],
      ...shown.map((point) => [
        `${point.name}${alike(point)}`,
        ...pair(point.figures),
        count(point.figures.openings),
        ...(isTried ? pair(point.heldOut as Figures) : []),
        mark(point)
      ])
    ]),
    ''
  ]
}

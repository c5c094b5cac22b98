/**
 * The smaller tables of the HTML report: the front, incidents, keys, and the days held out; and what a cell looks like.
 *
 * @since 0.1.0
 */
import type { Markup } from './Markup'
import { markup } from './Markup'
import type { Shown } from './PageWords'
import { count, isCalendar, plural } from './PageWords'
import type { Point } from './Replay'
import { front } from './Replay'
import type { Comparison, Verdict } from './Report'

// -------------------------------------------------------------------------------------
// cells
// -------------------------------------------------------------------------------------

/** @internal */
export type Format = (value: number) => string

const digits =
  (most: number, unit: string): Format =>
  (value) =>
    `${value.toLocaleString('en-US', { minimumFractionDigits: most, maximumFractionDigits: most })} ${unit}`

const percents = digits(1, '%')

/** @internal */
export const seconds = digits(1, 's')

/** @internal */
export const latency = digits(3, 's')

/** @internal */
export const percent: Format = (part) => percents(part * 100)

/** @internal */
export const NOTHING = markup`<span class="none" aria-label="none">–</span>`

/**
 * A figure, with its exact value for whoever reads the page by a program.
 *
 * @internal
 */
export const valueOf = (format: Format, value: number | null | undefined): Markup =>
  value === null || value === undefined ? NOTHING : markup`<data value="${value}">${format(value)}</data>`

// -------------------------------------------------------------------------------------
// tables
// -------------------------------------------------------------------------------------

// Cells in the order of the headings; the first of a row is its heading. Text stands left, numbers right.
const tableOf = (
  name: string,
  headings: ReadonlyArray<string | { readonly text: string }>,
  rows: ReadonlyArray<readonly [Markup, ...ReadonlyArray<Markup>]>,
  most: number
): Markup => markup`<div class="wide" tabindex="0" role="group" aria-label="${name}"><table class="figures">
<thead><tr>${headings.map((heading) =>
  typeof heading === 'string'
    ? markup`<th scope="col">${heading}</th>`
    : markup`<th scope="col" class="text">${heading.text}</th>`
)}</tr></thead>
<tbody>${rows.slice(0, most).map(
  ([first, ...cells]) => markup`
<tr><th scope="row">${first}</th>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>`
)}
</tbody></table></div>${rows.length > most ? markup`<p class="note">And ${count(rows.length - most)} more.</p>` : ''}`

/**
 * The front: for who cannot see the scatter, and in print. Settings that did exactly the same share a row.
 *
 * @internal
 */
export const frontTable = (all: ReadonlyArray<Verdict>): Markup => {
  const best = front(all).filter(({ isOnFront }) => isOnFront)
  const alike = ({ figures: x }: Point, { figures: y }: Point): boolean =>
    x.secondsInBadCalls === y.secondsInBadCalls && x.goodCallsRejected === y.goodCallsRejected
  const rows = best
    .filter((point, i) => best.findIndex((other) => alike(point, other)) === i)
    .reduce<ReadonlyArray<Point>>(byWait, [])
    .map((point) => {
      const same = best.filter((other) => alike(point, other))
      const others = same.length === 1 ? '' : markup` <small>and ${count(same.length - 1)} that did the same</small>`
      const knee = same.some(({ isKnee }) => isKnee) ? markup` <b>knee</b>` : ''
      const { secondsInBadCalls, goodCallsRejected } = point.figures
      return [
        markup`${point.name}${others}${knee}`,
        valueOf(seconds, secondsInBadCalls),
        valueOf(count, goodCallsRejected)
      ] as const
    })
  const headings = [{ text: 'Settings' }, 'Waited in bad calls', 'Good calls rejected']
  return markup`<details><summary>The front as a table (${count(best.length)} of ${count(all.length)} settings)</summary>
${tableOf('The front', headings, rows, 40)}</details>`
}

// Puts a point among points that are sorted.
const byWait = (sorted: ReadonlyArray<Point>, point: Point): ReadonlyArray<Point> => {
  const isShorter = ({ figures }: Point): boolean => figures.secondsInBadCalls < point.figures.secondsInBadCalls
  return [...sorted.filter(isShorter), point, ...sorted.filter((other) => !isShorter(other))]
}

const TIME = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', dateStyle: 'medium', timeStyle: 'medium' })

/**
 * The incidents that settings are judged by, so that a reader can object; empty where there are none.
 *
 * @internal
 */
export const incidentsTable = (comparison: Comparison): Markup => {
  const { incidents } = comparison
  if (incidents.length === 0) return markup``
  const hasKeys = incidents.some(({ key }) => key !== undefined)
  const hasUnknown = incidents.some(({ unknownCalls }) => unknownCalls > 0)
  const timeOf = (atSeconds: number): string =>
    isCalendar(comparison) ? TIME.format(atSeconds * 1000) : seconds(atSeconds)
  const rows = incidents.map(
    ({ startSeconds, endSeconds, calls, badCalls, unknownCalls, key = '' }) =>
      [
        markup`${timeOf(startSeconds)}${hasKeys ? ` ${key}` : ''}`,
        valueOf(seconds, endSeconds - startSeconds),
        valueOf(count, calls),
        valueOf(count, badCalls),
        ...(hasUnknown ? [valueOf(count, unknownCalls)] : [])
      ] as const
  )
  const start = `Start${isCalendar(comparison) ? ', UTC' : ''}${hasKeys ? ', key' : ''}`
  return markup`<details><summary>Incidents (${count(incidents.length)})</summary>
${tableOf('Incidents', [{ text: start }, 'Length', 'Calls', 'Bad calls', ...(hasUnknown ? ['Of these, rejected when recorded'] : [])], rows, 100)}</details>`
}

/**
 * The most telling figures for each key; empty where the log has no keys.
 *
 * @internal
 */
export const keysTable = ({ byKey = {} }: Verdict): Markup => {
  const keys = Object.entries(byKey)
  if (keys.length === 0) return markup``
  const rows = keys.map(
    ([key, { secondsInBadCalls, badCallsSpared, goodCallsRejected, openings }]) =>
      [
        markup`${key}`,
        valueOf(seconds, secondsInBadCalls),
        ...[badCallsSpared, goodCallsRejected, openings].map((figure) => valueOf(count, figure))
      ] as const
  )
  const headings = [{ text: 'Key' }, 'Waited in bad calls', 'Bad calls spared', 'Good calls rejected', 'Openings']
  return markup`<details><summary>By key (${count(keys.length)})</summary>
${tableOf('Figures by key', headings, rows, 50)}</details>`
}

/**
 * What the settings shown did on the part of the log that they were not judged by.
 *
 * @internal
 */
export const heldOutTable = ({ log, noBreaker, reports }: Comparison, shown: ReadonlyArray<Shown>): Markup => {
  const rowOf = ({ label, index }: Shown) => {
    const { secondsInBadCalls, goodCallsRejected, recall, precision, openings } = (reports[index] as Verdict).figures
    return [
      markup`${label}`,
      valueOf(seconds, secondsInBadCalls),
      valueOf(count, goodCallsRejected),
      valueOf(percent, recall),
      valueOf(percent, precision),
      valueOf(count, openings)
    ] as const
  }
  const plain = [
    markup`No breaker`,
    valueOf(seconds, noBreaker.secondsInBadCalls),
    valueOf(count, 0),
    ...[NOTHING, NOTHING, NOTHING]
  ] as const
  const headings = [
    { text: 'Settings' },
    'Waited in bad calls',
    'Good calls rejected',
    'Recall',
    'Precision',
    'Openings'
  ]
  const rows = [plain, ...shown.map(rowOf)]
  return markup`<section id="held-out">
<h2>On days not seen</h2>
<p class="note">All else on this page is of the days that settings were judged by. These are ${plural(log.calls, 'call')} of the days held out: settings that do well above and badly here fit one incident only.</p>
${tableOf('Figures on days not seen', headings, rows, rows.length)}
</section>`
}

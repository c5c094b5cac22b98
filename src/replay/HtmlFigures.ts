/**
 * The figures of a replay as tables of the HTML report: a row for each figure, a column for each setting and for no breaker.
 *
 * @since 0.1.0
 */
import type { Markup } from './Markup'
import { markup } from './Markup'
import type { Shown } from './PageWords'
import { count, plural } from './PageWords'
import type { Point } from './Replay'
import { front } from './Replay'
import type { Comparison, Figures, Plain, Verdict } from './Report'

type Format = (value: number) => string

const grouped = (value: number, digits: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })

const seconds: Format = (value) => `${grouped(value, 1)} s`
const latency: Format = (value) => `${grouped(value, 3)} s`
const percent: Format = (value) => `${grouped(value * 100, 1)} %`

interface Row {
  /** The path in the JSON of a replay. */
  readonly figure: string
  readonly label: string
  readonly note?: string
  readonly format: Format
  readonly of: (figures: Figures) => number | null
  /** Without a breaker; absent where there is no such figure. */
  readonly plain?: (plain: Plain) => number | null
}

const row = (figure: keyof Figures, label: string, format: Format, more: Partial<Row> = {}): Row => ({
  figure,
  label,
  format,
  of: (figures) => figures[figure] as number | null,
  ...more
})

const latencyRow = (part: 'p50' | 'p95' | 'p99', label: string): Row => ({
  figure: `latencySeconds.${part}`,
  label,
  format: latency,
  of: ({ latencySeconds }) => latencySeconds[part],
  plain: ({ latencySeconds }) => latencySeconds[part]
})

const none = (): number => 0

const GROUPS: ReadonlyArray<{ readonly title: string; readonly rows: ReadonlyArray<Row> }> = [
  {
    title: 'What callers saw',
    rows: [
      row('secondsInBadCalls', 'Waited in bad calls', seconds, { plain: ({ secondsInBadCalls }) => secondsInBadCalls }),
      row('badCalls', 'Bad calls let through', count, { plain: ({ badCalls }) => badCalls }),
      row('goodCalls', 'Good calls answered', count, {
        note: 'a replay never adds any',
        plain: ({ goodCalls }) => goodCalls
      }),
      latencyRow('p50', 'Latency, median'),
      latencyRow('p95', 'Latency, 95 % below'),
      latencyRow('p99', 'Latency, 99 % below')
    ]
  },
  {
    title: 'What was rejected',
    rows: [
      row('rejected', 'Rejected calls', count, { plain: none }),
      row('badCallsSpared', 'Bad calls spared', count, { note: 'the benefit', plain: none }),
      row('goodCallsRejected', 'Good calls rejected', count, { note: 'the harm', plain: none }),
      row('recall', 'Recall', percent, { note: 'spared, of all bad calls' }),
      row('precision', 'Precision', percent, { note: 'bad, of all rejected calls' })
    ]
  },
  {
    title: 'How the circuit behaved',
    rows: [
      row('incidentsFound', 'Incidents found', count),
      row('detectSeconds', 'Time to detect', seconds, { note: 'median, from the start of an incident' }),
      row('closeSeconds', 'Time to close', seconds, { note: 'median, from the end of an incident' }),
      row('openings', 'Openings', count),
      row('falseOpenings', 'False openings', count, { note: 'most rejected were good' }),
      row('flaps', 'Flaps', count, { note: 'openings after the first in an incident' }),
      row('reopenings', 'Reopenings', count, { note: 'after a failed probe' }),
      row('probes', 'Probes', count),
      row('failedProbes', 'Failed probes', count),
      row('openSeconds', 'Time open', seconds, { note: 'over all breakers' })
    ]
  }
]

const NOTHING = markup`<span class="none" aria-label="none">–</span>`

const valueOf = (format: Format, value: number | null | undefined): Markup =>
  value === null || value === undefined ? NOTHING : markup`<data value="${value}">${format(value)}</data>`

// Where the log does not know how some calls would have ended: one end of the range, and the other.
const range = (format: Format, value: number | null, other: number | null): Markup =>
  other === value
    ? valueOf(format, value)
    : markup`${valueOf(format, value)}<small>to ${valueOf(format, other)}</small>`

const cellOf = ({ of, format }: Row, { figures, ifUnknownSucceed }: Verdict): Markup =>
  range(format, of(figures), of(ifUnknownSucceed ?? figures))

const plainCell = ({ plain, format }: Row, { noBreaker, noBreakerIfUnknownSucceed }: Comparison): Markup =>
  plain === undefined ? NOTHING : range(format, plain(noBreaker), plain(noBreakerIfUnknownSucceed ?? noBreaker))

/**
 * The table of all figures.
 *
 * @internal
 */
export const figuresTable = (comparison: Comparison, shown: ReadonlyArray<Shown>): Markup => {
  const { incidents } = comparison
  const rowOf = (row: Row): Markup => markup`
      <tr data-figure="${row.figure}">
        <th scope="row">${row.label}${row.figure === 'incidentsFound' ? ` (of ${count(incidents.length)})` : ''}${
          row.note === undefined ? '' : markup` <small>${row.note}</small>`
        }</th>
        <td>${plainCell(row, comparison)}</td>${shown.map(({ report }) => markup`<td>${cellOf(row, report)}</td>`)}
      </tr>`
  return markup`<div class="wide" tabindex="0" role="group" aria-label="Figures"><table class="figures">
    <thead><tr><td></td><th scope="col">No breaker</th>${shown.map(
      ({ label }, i) => markup`<th scope="col"><a href="#setting-${i}">${label}</a></th>`
    )}</tr></thead>${GROUPS.map(
      ({ title, rows }) => markup`
    <tbody><tr class="group"><th colspan="${shown.length + 2}" scope="rowgroup">${title}</th></tr>${rows.map(rowOf)}
    </tbody>`
    )}
  </table></div>`
}

const MOST_KEYS = 50
const KEY_FIGURES = ['badCallsSpared', 'goodCallsRejected', 'openings'] as const

/**
 * The most telling figures for each key; empty where the log has no keys.
 *
 * @internal
 */
export const keysTable = ({ byKey = {} }: Verdict): Markup => {
  const keys = Object.entries(byKey)
  if (keys.length === 0) return markup``
  return markup`<details><summary>By key (${count(keys.length)})</summary>
    <div class="wide" tabindex="0" role="group" aria-label="Figures by key"><table class="figures">
    <thead><tr><td></td><th scope="col">Waited in bad calls</th><th scope="col">Bad calls spared</th><th scope="col">Good calls rejected</th><th scope="col">Openings</th></tr></thead>
    <tbody>${keys.slice(0, MOST_KEYS).map(
      ([key, figures]) => markup`
      <tr><th scope="row">${key}</th><td>${valueOf(seconds, figures.secondsInBadCalls)}</td>${KEY_FIGURES.map(
        (figure) => markup`<td>${valueOf(count, figures[figure])}</td>`
      )}</tr>`
    )}
    </tbody></table></div>${
      keys.length > MOST_KEYS ? markup`<p class="note">And ${count(keys.length - MOST_KEYS)} more keys.</p>` : ''
    }</details>`
}

const MOST_ON_FRONT = 40

/**
 * The front as a table: for who cannot see the scatter, and in print. Settings that did exactly the same share a row.
 *
 * @internal
 */
export const frontTable = (all: ReadonlyArray<Verdict>): Markup => {
  const best = front(all).filter(({ isOnFront }) => isOnFront)
  const alike = (x: Point, y: Point): boolean =>
    x.figures.secondsInBadCalls === y.figures.secondsInBadCalls &&
    x.figures.goodCallsRejected === y.figures.goodCallsRejected
  const rows = best.filter((point, i) => best.findIndex((other) => alike(point, other)) === i)
  const rowOf = (point: Point): Markup => {
    const same = best.filter((other) => alike(point, other))
    return markup`
      <tr><th scope="row">${point.name}${same.length === 1 ? '' : markup` <small>and ${count(same.length - 1)} that did the same</small>`}${
        same.some(({ isKnee }) => isKnee) ? markup` <b>knee</b>` : ''
      }</th><td>${valueOf(seconds, point.figures.secondsInBadCalls)}</td><td>${valueOf(count, point.figures.goodCallsRejected)}</td></tr>`
  }
  return markup`<details><summary>The front as a table (${count(best.length)} of ${count(all.length)} settings)</summary>
    <div class="wide" tabindex="0" role="group" aria-label="The front"><table class="figures">
    <thead><tr><th scope="col" class="text">Settings</th><th scope="col">Waited in bad calls</th><th scope="col">Good calls rejected</th></tr></thead>
    <tbody>${rows.slice(0, MOST_ON_FRONT).map(rowOf)}
    </tbody></table></div>${
      rows.length > MOST_ON_FRONT ? markup`<p class="note">And ${count(rows.length - MOST_ON_FRONT)} more.</p>` : ''
    }</details>`
}

const HELD_OUT_FIGURES = [
  ['secondsInBadCalls', seconds],
  ['goodCallsRejected', count],
  ['recall', percent],
  ['precision', percent],
  ['openings', count]
] as const

/**
 * What the settings shown did on the part of the log that they were not judged by.
 *
 * @internal
 */
export const heldOutTable = (
  { log, noBreaker, reports }: Comparison,
  shown: ReadonlyArray<Shown>
): Markup => markup`<section id="held-out">
<h2>On days not seen</h2>
<p class="note">All else on this page is of the days that settings were judged by. These are ${plural(log.calls, 'call')} of the days held out: settings that do well above and badly here fit one incident only.</p>
<div class="wide" tabindex="0" role="group" aria-label="Figures on days not seen"><table class="figures">
    <thead><tr><td></td><th scope="col">Waited in bad calls</th><th scope="col">Good calls rejected</th><th scope="col">Recall</th><th scope="col">Precision</th><th scope="col">Openings</th></tr></thead>
    <tbody>
      <tr><th scope="row">No breaker</th><td>${valueOf(seconds, noBreaker.secondsInBadCalls)}</td><td>${valueOf(count, 0)}</td><td>${NOTHING}</td><td>${NOTHING}</td><td>${NOTHING}</td></tr>${shown.map(
        ({ label, index }) => markup`
      <tr><th scope="row">${label}</th>${HELD_OUT_FIGURES.map(
        ([figure, format]) => markup`<td>${valueOf(format, (reports[index] as Verdict).figures[figure])}</td>`
      )}</tr>`
      )}
    </tbody></table></div>
</section>`

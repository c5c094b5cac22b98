/**
 * The figures of a replay as tables of the HTML report: a row for each figure, a column for each setting and for no breaker.
 *
 * @since 0.1.0
 */
import type { Markup } from './Markup'
import { markup } from './Markup'
import type { Front } from './PageWords'
import { count, describe } from './PageWords'
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
        note: 'a breaker never adds any in a replay',
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
      row('falseOpenings', 'False openings', count, { note: 'most rejected calls would have been good' }),
      row('flaps', 'Flaps', count, { note: 'openings after the first in an incident' }),
      row('reopenings', 'Reopenings', count, { note: 'after a failed probe' }),
      row('probes', 'Probes', count),
      row('failedProbes', 'Failed probes', count),
      row('openSeconds', 'Time open', seconds, { note: 'over all breakers' })
    ]
  }
]

const NOTHING = markup`<span class="none" aria-label="none">–</span>`

const shown = (format: Format, value: number | null | undefined): Markup =>
  value === null || value === undefined ? NOTHING : markup`<data value="${value}">${format(value)}</data>`

// Where the log does not know how some calls would have ended: one end of the range, and the other.
const range = (format: Format, value: number | null, other: number | null): Markup =>
  other === value ? shown(format, value) : markup`${shown(format, value)}<small>to ${shown(format, other)}</small>`

const cellOf = ({ of, format }: Row, { figures, ifUnknownSucceed }: Verdict): Markup =>
  range(format, of(figures), of(ifUnknownSucceed ?? figures))

const plainCell = ({ plain, format }: Row, { noBreaker, noBreakerIfUnknownSucceed }: Comparison): Markup =>
  plain === undefined ? NOTHING : range(format, plain(noBreaker), plain(noBreakerIfUnknownSucceed ?? noBreaker))

/**
 * The table of all figures. `labels` are of the reports, in their order.
 *
 * @internal
 */
export const figuresTable = (comparison: Comparison, labels: ReadonlyArray<string>): Markup => {
  const { reports, incidents } = comparison
  const rowOf = (row: Row): Markup => markup`
      <tr data-figure="${row.figure}">
        <th scope="row">${row.label}${row.figure === 'incidentsFound' ? ` (of ${count(incidents.length)})` : ''}${
          row.note === undefined ? '' : markup` <small>${row.note}</small>`
        }</th>
        <td>${plainCell(row, comparison)}</td>${reports.map((report) => markup`<td>${cellOf(row, report)}</td>`)}
      </tr>`
  return markup`<div class="wide" tabindex="0" role="group" aria-label="Figures"><table class="figures">
    <thead><tr><td></td><th scope="col">No breaker</th>${labels.map(
      (label, i) => markup`<th scope="col"><a href="#setting-${i}">${label}</a></th>`
    )}</tr></thead>${GROUPS.map(
      ({ title, rows }) => markup`
    <tbody><tr class="group"><th colspan="${reports.length + 2}" scope="rowgroup">${title}</th></tr>${rows.map(rowOf)}
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
      <tr><th scope="row">${key}</th><td>${shown(seconds, figures.secondsInBadCalls)}</td>${KEY_FIGURES.map(
        (figure) => markup`<td>${shown(count, figures[figure])}</td>`
      )}</tr>`
    )}
    </tbody></table></div>${
      keys.length > MOST_KEYS ? markup`<p class="note">And ${count(keys.length - MOST_KEYS)} more keys.</p>` : ''
    }</details>`
}

/**
 * The front as a table, for who cannot see the scatter, and in print.
 *
 * @internal
 */
export const frontTable = ({ points, knee }: Front): Markup => {
  const best = points.map((point, i) => ({ ...point, isKnee: i === knee })).filter(({ onFront }) => onFront)
  return markup`<details><summary>The front as a table (${count(best.length)} of ${count(points.length)} settings)</summary>
    <div class="wide" tabindex="0" role="group" aria-label="The front"><table class="figures">
    <thead><tr><th scope="col" class="text">Settings</th><th scope="col">Waited in bad calls</th><th scope="col">Good calls rejected</th><th scope="col">Openings</th></tr></thead>
    <tbody>${best.map(
      ({ settings, figures, isKnee }) => markup`
      <tr><th scope="row">${describe(settings)}${isKnee ? markup` <b>knee</b>` : ''}</th><td>${shown(seconds, figures.secondsInBadCalls)}</td><td>${shown(count, figures.goodCallsRejected)}</td><td>${shown(count, figures.openings)}</td></tr>`
    )}
    </tbody></table></div></details>`
}

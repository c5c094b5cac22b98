/**
 * The figures of a replay as a table of the HTML report: a row for each figure, a column for each setting and for no breaker.
 *
 * @since 0.1.0
 */
import type { Format } from './HtmlTables'
import { latency, NOTHING, percent, seconds, valueOf } from './HtmlTables'
import type { Markup } from './Markup'
import { markup } from './Markup'
import type { Shown } from './PageWords'
import { count } from './PageWords'
import type { Comparison, Figures, Plain, Verdict } from './Report'

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

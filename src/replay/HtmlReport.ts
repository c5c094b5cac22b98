/**
 * Writes a replay as a page that a manager can read: one HTML file that needs no network, prints, and can be mailed.
 *
 * @since 0.1.0
 */
import { figuresTable } from './HtmlFigures'
import { head } from './HtmlHead'
import { overTime, tradeOff } from './HtmlPlots'
import { heldOutTable } from './HtmlTables'
import { json, markup, trusted } from './Markup'
import { script, scriptDigest, style } from './PageAssets'
import type { PageData } from './PageData'
import { breakersOf, isCalendar, pointsOf, shownOf } from './PageWords'
import type { Buckets, Comparison, Verdict } from './Report'
import { duration } from './Report'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What a page is made of.
 *
 * @category model
 * @since 0.1.0
 */
export interface HtmlReport {
  /** The settings to be shown; the first are the current ones. */
  readonly comparison: Comparison
  /** Settings that were tried on the same traffic, as by `grid`: points in the scatter, and the knee among them is shown too. */
  readonly tried?: ReadonlyArray<Verdict> | undefined
  /** The same settings, those tried after those to be shown, on a part of the log that they were not judged by. */
  readonly heldOut?: Comparison | undefined
  /** What was replayed: the name of a file or of a scenario. */
  readonly title?: string | undefined
}

// -------------------------------------------------------------------------------------
// page
// -------------------------------------------------------------------------------------

/**
 * The page as one string, to be written to a file. Nothing in it comes from elsewhere, and only its own script can run.
 *
 * @example
 * import { html } from 'breaker-ts/HtmlReport'
 * import { compare } from 'breaker-ts/Replay'
 * import { scenario } from 'breaker-ts/Scenario'
 *
 * const comparison = compare([{ name: 'payments', failureThreshold: 5 }])(scenario('error-spike'))
 * const page = html({ comparison, title: 'scenario error-spike' })
 *
 * assert.match(page, /^<!doctype html>/)
 *
 * @category page
 * @since 0.1.0
 */
export const html = ({ comparison, tried = [], heldOut, title = 'recorded traffic' }: HtmlReport): string => {
  const shown = shownOf(comparison.reports, tried)
  const data: PageData = {
    isCalendar: isCalendar(comparison),
    breakers: breakersOf(comparison),
    incidents: comparison.incidents
      .slice(0, MOST_INCIDENTS)
      .map(({ startSeconds, endSeconds }) => [rounded(startSeconds), rounded(endSeconds)]),
    timelines: shown.flatMap(({ report }) => timelineOf(report, comparison)),
    points: pointsOf(comparison, tried)
  }
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src '${scriptDigest}'`
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="generator" content="breaker-ts">
<title>${title} – circuit breaker replay</title>
<style>${trusted(style)}</style>
</head>
<body>
<main>
${head(comparison, shown, title)}
${tradeOff(comparison, tried)}
${overTime(comparison, shown)}
<section>
<h2>Figures</h2>
<p class="note">A call is bad that failed${
    comparison.slowSeconds === undefined ? '' : ` or took ${duration(comparison.slowSeconds)} or more`
  }; all others are good.${
    comparison.noBreakerIfUnknownSucceed === undefined
      ? ''
      : ' The recorded breaker rejected calls, and no one knows how they would have ended: the first figure is for all of them failing, the second for all of them succeeding.'
  }</p>
${figuresTable(comparison, shown)}
</section>
${heldOut === undefined ? '' : heldOutTable(heldOut, shown)}
</main>
<script type="application/json" id="data">${json(data)}</script>
<script>${trusted(script)}</script>
</body>
</html>
`.markup
}

const MOST_INCIDENTS = 500

const rounded = (value: number): number => Math.round(value * 1000) / 1000

// A share of a bucket in thousandths says enough, and makes the page a third smaller.
const thin = (buckets: Buckets): Buckets => ({
  ...buckets,
  startSeconds: rounded(buckets.startSeconds),
  openSeconds: buckets.openSeconds.map(rounded),
  halfOpenSeconds: buckets.halfOpenSeconds.map(rounded)
})

const MOST_SPANS = 400

const timelineOf = ({ buckets, changes, furtherChanges }: Verdict, comparison: Comparison): PageData['timelines'] => {
  if (buckets === undefined) return []
  if (breakersOf(comparison) > 1 || furtherChanges > 0 || changes.length > MOST_SPANS)
    return [{ buckets: thin(buckets) }]
  const spans = changes.flatMap(({ atSeconds, to }, i) => {
    const until = changes[i + 1]?.atSeconds ?? comparison.log.endSeconds
    if (to === 'Closed' || to === 'Disabled') return []
    return [[rounded(atSeconds), rounded(until), to === 'HalfOpen' ? 'halfopen' : 'open'] as const]
  })
  return [{ buckets: thin(buckets), spans }]
}

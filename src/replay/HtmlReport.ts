/**
 * Writes a replay as a page that a manager can read: one HTML file that needs no network, prints, and can be mailed.
 *
 * @since 0.1.0
 */
import { count, figuresTable, frontTable, keysTable } from './HtmlFigures'
import type { Markup } from './Markup'
import { json, markup, trusted } from './Markup'
import { script, scriptDigest, style } from './PageAssets'
import type { PageData } from './PageData'
import type { Front } from './PageWords'
import { describe, labelsOf, pointsOf, unbroken } from './PageWords'
import type { Buckets, Comparison, Verdict } from './Report'
import { duration, verdict } from './Report'

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
  /** The first of its reports is of the current settings. */
  readonly comparison: Comparison
  /** The settings of a grid on the same traffic. */
  readonly front?: Front | undefined
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
export const html = ({ comparison, front, title = 'Recorded traffic' }: HtmlReport): string => {
  const labels = labelsOf(comparison.reports)
  const data: PageData = {
    isCalendar: isCalendar(comparison),
    breakers: Math.max(1, comparison.log.keys) * comparison.instances,
    incidents: comparison.incidents
      .slice(0, MOST_INCIDENTS)
      .map(({ startSeconds, endSeconds }) => [rounded(startSeconds), rounded(endSeconds)]),
    timelines: comparison.reports.flatMap((report) => timelineOf(report, comparison)),
    points: pointsOf(comparison, labels, front)
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
${head(comparison, labels, title)}
${tradeOff(comparison, front)}
${overTime(comparison, labels)}
<section>
<h2>Figures</h2>
<p class="note">A call is bad that failed${
    comparison.slowSeconds === undefined ? '' : ` or took ${duration(comparison.slowSeconds)} or more`
  }; all others are good.${
    comparison.noBreakerIfUnknownSucceed === undefined
      ? ''
      : ' The recorded breaker rejected calls, and no one knows how they would have ended: the first figure is for all of them failing, the second for all of them succeeding.'
  }</p>
${figuresTable(comparison, labels)}
</section>
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

const timelineOf = (
  { buckets, changes, furtherChanges }: Verdict,
  { log, instances }: Comparison
): PageData['timelines'] => {
  if (buckets === undefined) return []
  if (log.keys * instances > 1 || furtherChanges > 0 || changes.length > MOST_SPANS) return [{ buckets: thin(buckets) }]
  const spans = changes.flatMap(({ atSeconds, to }, i) => {
    const until = changes[i + 1]?.atSeconds ?? log.endSeconds
    if (to === 'Closed' || to === 'Disabled') return []
    return [[rounded(atSeconds), rounded(until), to === 'HalfOpen' ? 'halfopen' : 'open'] as const]
  })
  return [{ buckets: thin(buckets), spans }]
}

// Times of 1985 and later; others are seconds since some start.
const isCalendar = ({ log }: Comparison): boolean => log.startSeconds > 5e8

// -------------------------------------------------------------------------------------
// parts
// -------------------------------------------------------------------------------------

const DATE = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', dateStyle: 'medium', timeStyle: 'short' })

const span = (comparison: Comparison): string => {
  const { startSeconds, endSeconds } = comparison.log
  const words = duration(endSeconds - startSeconds)
  return isCalendar(comparison)
    ? `${DATE.format(startSeconds * 1000)} to ${DATE.format(endSeconds * 1000)} UTC (${words})`
    : words
}

const plural = (n: number, noun: string): string => `${count(n)} ${noun}${n === 1 ? '' : 's'}`

const head = (comparison: Comparison, labels: ReadonlyArray<string>, title: string): Markup => {
  const { log, incidents, slowSeconds, instances, reports, warnings, assumptions } = comparison
  const facts = [
    plural(log.calls, 'call'),
    ...(log.calls === 0 ? [] : [span(comparison)]),
    ...(slowSeconds === undefined ? [] : [`slow from ${duration(slowSeconds)}`]),
    ...(log.keys > 1 ? [plural(log.keys, 'key')] : []),
    ...(instances > 1 ? [plural(instances, 'instance')] : []),
    plural(incidents.length, 'incident'),
    ...(log.unknownCalls > 0 ? [`${plural(log.unknownCalls, 'call')} rejected when recorded`] : [])
  ]
  const sentence = (report: Verdict): string => unbroken(verdict(comparison, report.figures))
  const [current, ...others] = reports
  return markup`<header>
<p class="title">Circuit breaker replay <span>${title}</span></p>
${current === undefined ? '' : markup`<h1>${sentence(current)}</h1>
<p class="by">With the current settings, <a href="#setting-0">${labels[0] as string}</a>.${otherEnd(comparison, current)}</p>`}
${others.length === 0 ? '' : markup`<dl class="others">${others.map(
    (report, i) => markup`
<dt><a href="#setting-${i + 1}">${labels[i + 1] as string}</a></dt><dd>${sentence(report)}</dd>`
  )}
</dl>`}
<p class="facts">${facts.join(' · ')}</p>
${warnings.map((warning) => markup`<p class="warning">${warning}</p>`)}
<details class="assumptions"><summary>What this rests on: ${plural(assumptions.length, 'assumption')}</summary>
<ol>${assumptions.map((assumption) => markup`<li>${assumption}</li>`)}</ol></details>
</header>`
}

// What the recorded breaker rejected is taken as failed in the headline.
const otherEnd = ({ noBreakerIfUnknownSucceed, ...evidence }: Comparison, { ifUnknownSucceed }: Verdict): string =>
  noBreakerIfUnknownSucceed === undefined || ifUnknownSucceed === undefined
    ? ''
    : ` That is if all calls that the recorded breaker rejected would have failed. If all would have succeeded: ${unbroken(
        verdict({ ...evidence, noBreaker: noBreakerIfUnknownSucceed }, ifUnknownSucceed)
      )}`

const hint = (text: string): Markup =>
  markup`<div class="tools"><p class="readout" aria-live="polite">${text}</p><button type="button" class="reset" hidden>Show all</button></div>`

const tradeOff = ({ reports }: Comparison, front: Front | undefined): Markup => markup`<section>
<h2>Trade-off</h2>
<p class="note">${
  front === undefined
    ? 'Each mark is a setting.'
    : `Each mark is a setting, of ${plural(front.points.length, 'setting')} tried. No other one is better in both ways than those on the front. The knee is where both costs are small.`
} Left is a shorter wait in bad calls, down are fewer good calls rejected.</p>
<ul class="legend marks">
<li><i class="mark current"></i>current settings</li>${
  reports.length < 2 ? '' : markup`<li><i class="mark given"></i>other settings given</li>`
}<li><i class="mark none"></i>no breaker</li>${
  front === undefined ? '' : markup`<li><i class="mark knee"></i>knee</li><li><i class="mark front"></i>front</li><li><i class="mark grid"></i>others tried</li>`
}</ul>
<p class="axis">Good calls rejected</p>
<div class="plot" id="scatter" tabindex="0" role="group" aria-label="Seconds waited in bad calls, and good calls rejected, of each setting"><noscript>The plots need the script of this page.</noscript></div>
${hint('Drag to zoom, point at a mark to read it. By keyboard: arrows, Escape.')}
${front === undefined ? '' : frontTable(front)}
</section>`

const overTime = (comparison: Comparison, labels: ReadonlyArray<string>): Markup => markup`<section>
<h2>Over time</h2>
${comparison.reports.map((report, i) => setting(report, i, labels[i] as string))}
</section>`

const setting = (report: Verdict, i: number, label: string): Markup => markup`<article id="setting-${i}">
<h3>${label}</h3>
<p class="settings">${describe(report.settings)}</p>
${report.buckets === undefined ? '' : timeline(report.buckets, label)}
${keysTable(report)}
<details><summary>Settings as JSON</summary><pre>${JSON.stringify(report.settings, null, 2)}</pre></details>
</article>`

const total = (numbers: ReadonlyArray<number>): string => count(numbers.reduce((sum, n) => sum + n, 0))

const timeline = (buckets: Buckets, label: string): Markup => {
  const { good, bad, rejectedBad, rejectedGood, bucketSeconds } = buckets
  const kind = (name: string, text: string, calls: ReadonlyArray<number>): Markup =>
    markup`<li><i class="swatch ${name}"></i>${text} <b>${total(calls)}</b></li>`
  return markup`<ul class="legend">${[
    kind('good', 'good', good),
    kind('bad', 'bad', bad),
    kind('spared', 'rejected, would have been bad', rejectedBad),
    kind('harmed', 'rejected, would have been good', rejectedGood)
  ]}</ul>
<p class="axis">Calls per ${bucketSeconds === 1 ? 'second' : duration(bucketSeconds)}, by when they started</p>
<div class="plot timeline" tabindex="0" role="group" aria-label="Calls over time with ${label}"></div>
<ul class="legend states"><li><i class="swatch closed"></i>closed</li><li><i class="swatch open"></i>open</li><li><i class="swatch halfopen"></i>half-open</li><li><i class="swatch incident"></i>incident</li></ul>
${hint('Drag to zoom, or click on a bucket. By keyboard: arrows, Enter, Escape.')}`
}

/**
 * The plots of the HTML report, as far as they are text: the script of the page draws them in their places.
 *
 * @since 0.1.0
 */
import { frontTable, keysTable } from './HtmlFigures'
import type { Markup } from './Markup'
import { markup } from './Markup'
import type { Front } from './PageWords'
import { breakersOf, count, describe, plural } from './PageWords'
import type { Buckets, Comparison, Verdict } from './Report'
import { duration } from './Report'

const hint = (text: string): Markup =>
  markup`<div class="tools"><p class="readout" aria-live="polite">${text}</p><button type="button" class="reset" hidden>Show all</button></div>`

/**
 * What each setting costs in both ways.
 *
 * @internal
 */
export const tradeOff = ({ reports }: Comparison, front: Front | undefined): Markup => markup`<section id="trade-off">
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
  front === undefined
    ? ''
    : markup`<li><i class="mark knee"></i>knee</li><li><i class="mark front"></i>front</li><li><i class="mark grid"></i>others tried</li>`
}</ul>
<p class="axis">Good calls rejected</p>
<div class="plot" id="scatter" tabindex="0" role="group" aria-label="Seconds waited in bad calls, and good calls rejected, of each setting"><noscript>The plots need the script of this page.</noscript></div>
${hint('Drag to zoom, point at a mark to read it. By keyboard: arrows, Escape.')}
${front === undefined ? '' : frontTable(front)}
</section>`

/**
 * What each setting did over time.
 *
 * @internal
 */
export const overTime = (comparison: Comparison, labels: ReadonlyArray<string>): Markup => markup`<section>
<h2>Over time</h2>
${comparison.reports.map((report, i) => setting(report, i, labels[i] as string, breakersOf(comparison)))}
</section>`

const setting = (
  report: Verdict,
  i: number,
  label: string,
  breakers: number
): Markup => markup`<article id="setting-${i}">
<h3>${label}</h3>
<p class="settings">${describe(report.settings)}</p>
${report.buckets === undefined ? '' : timeline(report.buckets, label, breakers)}
${keysTable(report)}
<details><summary>Settings as JSON</summary><pre>${JSON.stringify(report.settings, null, 2)}</pre></details>
</article>`

const total = (numbers: ReadonlyArray<number>): string => count(numbers.reduce((sum, n) => sum + n, 0))

const timeline = (buckets: Buckets, label: string, breakers: number): Markup => {
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
<ul class="legend states"><li><i class="swatch closed"></i>closed</li><li><i class="swatch open"></i>open</li><li><i class="swatch halfopen"></i>half-open</li><li><i class="swatch incident"></i>incident</li>${
    breakers === 1 ? '' : markup`<li class="note">by height: the part of ${count(breakers)} breakers</li>`
  }</ul>
${hint('Drag to zoom, or click on a bucket. By keyboard: arrows, Enter, Escape.')}`
}

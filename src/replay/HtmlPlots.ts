/**
 * The plots of the HTML report, as far as they are text: the script of the page draws them in their places.
 *
 * @since 0.1.0
 */
import { frontTable, incidentsTable, keysTable } from './HtmlTables'
import type { Markup } from './Markup'
import { markup } from './Markup'
import type { Shown } from './PageWords'
import { breakersOf, count, describe, kneeOf, MOST_OTHERS, plural } from './PageWords'
import type { Buckets, Comparison, Verdict } from './Report'

const hint = (text: string): Markup =>
  markup`<div class="tools"><p class="readout" aria-live="polite">${text}</p><button type="button" class="reset" hidden>Show all</button></div>`

/**
 * What each setting costs in both ways.
 *
 * @internal
 */
export const tradeOff = (comparison: Comparison, tried: ReadonlyArray<Verdict>): Markup => {
  const { reports } = comparison
  const mark = (kind: string, name: string): Markup => markup`<li><i class="mark ${kind}"></i>${name}</li>`
  const all = [...reports, ...tried]
  const knee = kneeOf(reports, tried)
  return markup`<section id="trade-off">
<h2>Trade-off</h2>
<p class="note">Each mark is a setting${
    knee === undefined ? '' : `, of ${plural(all.length, 'setting')} tried`
  }: further left, callers wait less in bad calls; further down, fewer good calls are rejected.${
    knee === undefined
      ? ''
      : ` On the front, nothing tried is better in both. The knee is its point that is nearest to the best of both.`
  }</p>
<ul class="legend marks">${[
    ...(reports.length === 0 ? [] : [mark('current', 'current settings')]),
    ...(reports.length < 2 ? [] : [mark('given', 'other settings given')]),
    ...(knee === undefined
      ? []
      : [
          ...(reports.includes(knee) ? [] : [mark('knee', 'knee')]),
          mark('front', 'front'),
          mark('grid', `${all.length > MOST_OTHERS ? 'some of the ' : ''}others tried`)
        ]),
    mark('none', 'no breaker')
  ]}</ul>
<p class="axis">Good calls rejected</p>
<div class="plot" id="scatter" tabindex="0" role="group" aria-label="Seconds waited in bad calls, and good calls rejected, of each setting"><noscript>The plots need the script of this page.</noscript></div>
${hint('Drag to zoom, point at a mark to read it. By keyboard: arrows, Escape.')}
${knee === undefined ? '' : frontTable(all)}
</section>`
}

/**
 * What each setting did over time.
 *
 * @internal
 */
export const overTime = (comparison: Comparison, shown: ReadonlyArray<Shown>): Markup => markup`<section>
<h2>Over time</h2>
${incidentsTable(comparison)}
${shown.map((one, i) => setting(one, i, breakersOf(comparison)))}
</section>`

const setting = ({ report, label }: Shown, i: number, breakers: number): Markup => markup`<article id="setting-${i}">
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
<p class="axis">Calls per ${bucketSeconds === 1 ? 'second' : `${count(bucketSeconds)} s`}, by when they started</p>
<div class="plot timeline" tabindex="0" role="group" aria-label="Calls over time with ${label}"></div>
<ul class="legend states"><li><i class="swatch closed"></i>closed</li><li><i class="swatch open"></i>open</li><li><i class="swatch halfopen"></i>half-open</li><li><i class="swatch incident"></i>incident</li>${
    breakers === 1 ? '' : markup`<li class="note">by height: the part of ${count(breakers)} breakers</li>`
  }</ul>
${hint('Drag to zoom, or click on a bucket. By keyboard: arrows, Enter, Escape.')}`
}

/**
 * The head of the HTML report: the verdict, what was replayed, and what that rests on.
 *
 * @since 0.1.0
 */
import type { Markup } from './Markup'
import { markup } from './Markup'
import type { Shown } from './PageWords'
import { isCalendar, plural, unbroken } from './PageWords'
import type { Comparison, Verdict } from './Report'
import { duration, otherEnd, verdict } from './Report'

const DATE = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', dateStyle: 'medium', timeStyle: 'short' })

const span = (comparison: Comparison): string => {
  const { startSeconds, endSeconds } = comparison.log
  const words = duration(endSeconds - startSeconds)
  const [from, until] = [DATE.format(startSeconds * 1000), DATE.format(endSeconds * 1000)]
  const day = from.replace(/\d\d:\d\d$/, '')
  return isCalendar(comparison)
    ? `${from} to ${until.startsWith(day) ? until.slice(day.length) : until} UTC (${words})`
    : words
}

/**
 * What a reader sees first.
 *
 * @internal
 */
export const head = (comparison: Comparison, shown: ReadonlyArray<Shown>, title: string): Markup => {
  const { log, incidents, slowSeconds, instances, warnings, assumptions } = comparison
  const facts = [
    plural(log.calls, 'call'),
    ...(log.calls === 0 ? [] : [span(comparison)]),
    ...(slowSeconds === undefined ? [] : [`slow from ${duration(slowSeconds)}`]),
    ...(log.keys > 1 ? [plural(log.keys, 'key')] : []),
    ...(instances > 1 ? [plural(instances, 'instance')] : []),
    plural(incidents.length, 'incident'),
    ...(log.unknownCalls > 0 ? [`${plural(log.unknownCalls, 'call')} rejected when recorded`] : [])
  ]
  const sentence = ({ report }: Shown): string => unbroken(verdict(comparison, report.figures))
  const [first, ...others] = shown
  return markup`<header>
<p class="title">Circuit breaker replay <span>${title}</span></p>
${
  first === undefined
    ? ''
    : markup`<h1>${sentence(first)}</h1>
<p class="by">With ${first.kind === 'knee' ? '' : 'the current settings, '}${link(first, 0)}.${end(comparison, first.report)}</p>`
}
${
  others.length === 0
    ? ''
    : markup`<dl class="others">${others.map(
        (other, i) => markup`
<dt>${link(other, i + 1)}</dt><dd>${sentence(other)}</dd>`
      )}
</dl>`
}
<p class="facts">${facts.join(' · ')}</p>
${warnings.map((warning) => markup`<p class="warning">${warning}</p>`)}
<details class="assumptions"><summary>What this rests on: ${plural(assumptions.length, 'assumption')}</summary>
<ol>${assumptions.map((assumption) => markup`<li>${assumption}</li>`)}</ol></details>
</header>`
}

const link = ({ label }: Shown, i: number): Markup => markup`<a href="#setting-${i}">${label}</a>`

// What the recorded breaker rejected is taken as failed in the headline.
const end = (comparison: Comparison, report: Verdict): string => unbroken(otherEnd(comparison, report))

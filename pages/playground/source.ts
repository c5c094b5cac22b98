/**
 * Where the calls come from: a scenario, its seed, and from when on a call is slow.
 */
import type { ScenarioName } from 'breaker-ts/Scenario'
import { scenarios } from 'breaker-ts/Scenario'

import { legend } from './legend'
import { shownBy } from './link'
import { ids, model } from './model'
import { find, html, segments, svg, write } from './svg'
import { callsOf } from './traffic'

const titles: Readonly<Record<ScenarioName, string>> = {
  'error-spike': 'Error spikes',
  'sudden-spikes': 'Outages',
  'gradual-increase': 'Gradual',
  'sustained-load': 'Overload',
  oscillating: 'Oscillating',
  'near-target': 'Near 50 %',
  'slow-query': 'Slow',
  'one-of-many': 'One of four'
}

// The share of bad calls over time, of the calls themselves.
const icon = (name: string): SVGElement => {
  const [bins, calls] = [36, callsOf(name, 1)]
  const [bad, all] = [new Float64Array(bins), new Float64Array(bins)]
  for (const call of calls) {
    const bin = Math.min(bins - 1, Math.floor((call.startSeconds / 180) * bins))
    all[bin] = (all[bin] as number) + 1
    if (call.outcome === 'failure' || call.seconds >= 1) bad[bin] = (bad[bin] as number) + 1
  }
  const y = (n: number, i: number) => 19 - (n / Math.max(1, all[i] as number)) * 18
  const d = Array.from(bad, (n, i) => `${i === 0 ? 'M' : 'L'}${(i / (bins - 1)) * 100} ${y(n, i)}`).join('')
  const box = { viewBox: '0 0 100 20', preserveAspectRatio: 'none', 'aria-hidden': 'true' }
  return svg('svg', box, svg('path', { d }))
}

/** `choose` is told a scenario; `change` that another seed, or another limit for slow calls, stands in the model. */
export const source = (choose: (name: string) => void, change: () => void) => {
  const scenario = segments(
    find('#scenarios'),
    scenarios.map(({ name, title }) => [name as string, html('span', { title }, icon(name), titles[name])] as const),
    choose
  )
  const seed = html('input', { id: 'seed', type: 'number', min: 0, max: 2 ** 32 - 1, step: 1 })
  const another = html('button', { type: 'button' }, 'Another')
  const slow = html('input', { type: 'range', min: 0.1, max: 3, step: 0.1, id: 'slow' })
  const slowSeconds = html('output', { for: 'slow' })
  const seedField = html(
    'div',
    { class: 'field' },
    html('label', { for: 'seed' }, 'Seed'),
    html('span', { class: 'seed' }, seed, another)
  )
  const update = (part: Partial<typeof model.shown>) => {
    model.shown = { ...model.shown, ...part }
    change()
  }
  seed.addEventListener('change', () => update({ seed: shownBy(`#seed=${seed.value}`, ids).seed }))
  another.addEventListener('click', () => update({ seed: Math.floor(Math.random() * 10_000) }))
  slow.addEventListener('input', () => update({ slowSeconds: Number(slow.value) }))

  return {
    element: html(
      'div',
      {},
      html('div', { class: 'bar' }, html('h2', {}, 'Calls')),
      seedField,
      html('div', { class: 'field' }, html('label', { for: 'slow' }, 'Slow from'), slow, slowSeconds),
      legend(),
      html(
        'p',
        { class: 'note' },
        'All lanes get the same calls, whatever the breakers do. A rejected call would have ended as it does in the first lane: that is how the page knows which ones were spared.'
      )
    ),
    show: () => {
      const { log, shown } = model
      scenario(log === null ? shown.scenario : '')
      seed.value = String(shown.seed)
      seedField.hidden = log !== null
      slow.value = String(shown.slowSeconds)
      write(slowSeconds, `${shown.slowSeconds} s`)
      find('#undo').hidden = shown.hands.length === 0
      write(find('#blurb'), log?.name ?? scenarios.find(({ name }) => name === shown.scenario)?.text ?? '')
    }
  }
}

/**
 * Why a breaker is in its state: a sentence, the list of its changes, and the state itself.
 */
import type { Transition } from 'breaker-ts/Notice'
import type { State } from 'breaker-ts/State'

import { json, nameOf, sentence, short } from './inspector'
import { model } from './model'
import type { Run, View } from './run'
import { changeAt } from './stage'
import { find, html, svg, write } from './svg'

const MOST = 300

const mark = (tag: State['_tag']): SVGElement =>
  svg(
    'svg',
    { viewBox: '0 0 12 12', 'aria-hidden': 'true' },
    tag === 'Open'
      ? svg('path', { d: 'M1 11V1l10 10z', class: 'open' })
      : tag === 'HalfOpen'
        ? svg('path', { d: 'M1 6h10v5H1z', class: 'half' })
        : svg('path', { d: 'M0 10h12', stroke: 'var(--good)', 'stroke-width': 3 })
  )

/** `seek` is told the time of a change that is chosen. */
export const because = (seek: (seconds: number) => void) => {
  const list = find<HTMLOListElement>('#changes')
  let listed: Run | null = null

  const item = (change: Transition, { config }: Run) => {
    const why = `${nameOf[change.to._tag]}: ${short(config, model.shown[model.which], change)}`
    const time = html('span', {}, `${change.atSeconds.toFixed(2)} s`)
    const button = html('button', { type: 'button' }, time, mark(change.to._tag), html('span', { class: 'why' }, why))
    button.addEventListener('click', () => seek(change.atSeconds))
    return html('li', {}, button)
  }

  const fill = (run: Run) => {
    listed = run
    const left = run.changes.length - MOST
    list.replaceChildren(...run.changes.slice(0, MOST).map((change) => item(change, run)))
    if (left > 0) list.append(html('li', { class: 'label' }, `and ${left.toLocaleString('en')} more`))
  }

  const point = (index: number) =>
    list.querySelectorAll('button').forEach((button, i) => {
      if ((i === index) === button.hasAttribute('aria-current')) return
      if (i !== index) return button.removeAttribute('aria-current')
      button.setAttribute('aria-current', 'true')
      list.scrollTop = button.offsetTop - list.offsetTop - 60
    })

  return {
    /** The settings or the calls have changed. */
    show: () => (listed = null),
    draw: ({ state, last }: View) => {
      const { which, runs, shown, seconds, calls } = model
      const run = runs[which]
      const index = changeAt(run, seconds)
      write(find('#because'), sentence(which, run.config, shown[which], run.changes[index], last, calls))
      write(find('#json-time'), `at ${seconds.toFixed(1)} s`)
      find('#json').replaceChildren(...json(state, last?.before))
      if (listed !== run) fill(run)
      point(index)
    }
  }
}

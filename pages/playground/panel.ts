/**
 * The settings of a lane, with what its window holds.
 */
import { showProblem } from 'breaker-ts/InvalidSettings'

import type { Choice, Made } from './settings'
import { choices, inRange, inUse, ranges } from './settings'
import { html, segments, svg, write } from './svg'

type NumberKey = keyof typeof ranges

const words: Readonly<Record<string, string>> = {
  row: 'in a row',
  rate: 'failure rate',
  slow: 'slow calls',
  calls: 'last calls',
  seconds: 'last seconds',
  no: 'constant',
  yes: 'doubles'
}

export interface Panel {
  readonly lane: 'A' | 'B'
  readonly element: HTMLElement
  readonly show: (choice: Choice, made: Made) => void
  readonly draw: (nodes: ReadonlyArray<Node>) => void
}

export const panel = (lane: 'A' | 'B', change: (choice: Choice) => void, showCode: () => void): Panel => {
  let current: Choice
  const update = (part: Partial<Choice>) => change(inRange({ ...current, ...part }))

  const pick = <K extends keyof typeof choices>(key: K, label: string) => {
    const group = html('span', { class: 'segments', 'aria-label': `${lane}: ${label}` })
    const choose = segments<Choice[K]>(
      group,
      choices[key].map((value) => [value as Choice[K], words[value] as string]),
      (value) => update({ [key]: value })
    )
    const element = html('div', { class: 'field' }, html('span', { class: 'label' }, label), group)
    return { element, choose }
  }
  const picks = {
    trip: pick('trip', 'Opens by'),
    window: pick('window', 'Counts'),
    longer: pick('longer', 'Each wait')
  }

  const sliders = Object.fromEntries(
    (Object.keys(ranges) as ReadonlyArray<NumberKey>).map((key) => {
      const { label, min, max, step } = ranges[key]
      const id = `${lane}-${key}`
      const input = html('input', { id, type: 'range', min, max, step })
      const output = html('output', { for: id })
      input.addEventListener('input', () => update({ [key]: Number(input.value) }))
      return [
        key,
        { input, output, element: html('div', { class: 'field' }, html('label', { for: id }, label), input, output) }
      ]
    })
  ) as unknown as Record<NumberKey, { input: HTMLInputElement; output: HTMLOutputElement; element: HTMLElement }>

  const drawing = svg('svg', { viewBox: '0 -8 380 156', role: 'img', 'aria-label': `What ${lane} counts` })
  const problem = html('p', { class: 'problem', role: 'alert', hidden: '' })
  const code = html('button', { type: 'button', id: `code-${lane}` }, 'Copy as code')
  code.addEventListener('click', showCode)

  return {
    lane,
    element: html(
      'section',
      { 'aria-label': `Settings of ${lane}` },
      html('div', { class: 'bar' }, html('h2', {}, `Breaker ${lane}`), code),
      html('div', { class: 'window' }, drawing),
      picks.trip.element,
      sliders.failures.element,
      picks.window.element,
      sliders.calls.element,
      sliders.seconds.element,
      sliders.rate.element,
      sliders.minimum.element,
      sliders.wait.element,
      picks.longer.element,
      sliders.probes.element,
      problem
    ),
    show: (choice, made) => {
      current = choice
      picks.trip.choose(choice.trip)
      picks.window.choose(choice.window)
      picks.longer.choose(choice.longer)
      picks.window.element.hidden = choice.trip === 'row'
      const used = inUse(choice)
      for (const key of Object.keys(sliders) as ReadonlyArray<NumberKey>) {
        const { input, output, element } = sliders[key]
        element.hidden = !used.includes(key)
        if (document.activeElement !== input) input.value = String(choice[key])
        input.setAttribute('aria-valuetext', `${choice[key]}${ranges[key].unit}`)
        write(output, `${choice[key]}${ranges[key].unit}`)
      }
      problem.hidden = !('problems' in made)
      write(problem, 'problems' in made ? made.problems.map(showProblem).join('; ') : '')
    },
    draw: (nodes) => drawing.replaceChildren(...nodes)
  }
}

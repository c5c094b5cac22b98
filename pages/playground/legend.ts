/** What the marks of a lane mean. */
import { html, svg } from './svg'

const dot = (color: string) => svg('circle', { cx: 9, cy: 9, r: 3.8, fill: `var(--${color})` })
const ring = (color: string, r: number) =>
  svg('circle', { cx: 9, cy: 9, r, fill: 'none', stroke: `var(--${color})`, 'stroke-width': 1.6 })
const cross = (color: string) =>
  svg('path', { d: 'M5 5l8 8m0-8l-8 8', stroke: `var(--${color})`, 'stroke-width': 2, fill: 'none' })

const MARKS: ReadonlyArray<readonly [string, ...ReadonlyArray<SVGElement>]> = [
  ['a call', dot('ink')],
  ['waits long', dot('probe')],
  ['went well', dot('good')],
  ['failed', cross('bad')],
  ['rejected, spared', cross('spared')],
  ['rejected wrongly', ring('good', 3.8)],
  ['a probe', dot('ink'), ring('probe', 7)]
]

export const legend = (): HTMLElement =>
  html(
    'div',
    { class: 'legend', role: 'group', 'aria-label': 'Marks' },
    ...MARKS.map(([words, ...marks]) =>
      html(
        'span',
        {},
        svg('svg', { width: 18, height: 18, viewBox: '0 0 18 18', 'aria-hidden': 'true' }, ...marks),
        words
      )
    )
  )

/**
 * The three lanes: what each is, its picture, and its figures.
 */
import { nameOf } from './inspector'
import type { Lane } from './model'
import { isBad, model, NAMES } from './model'
import type { View } from './run'
import { titleOf } from './settings'
import type { Palette } from './stage'
import { draw } from './stage'
import { find, html, write } from './svg'

const paletteOf = (style: CSSStyleDeclaration): Palette => {
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    ink: color('ink'),
    muted: color('muted'),
    faint: color('faint'),
    good: color('good'),
    bad: color('bad'),
    probe: color('probe'),
    spared: color('spared'),
    font: color('sans')
  }
}

const figure = (name: string, ...label: ReadonlyArray<string | Node>) => {
  const [value, term] = [html('dd'), html('dt', {}, ...label)]
  return { value, term, element: html('div', { class: name }, term, value) }
}

const laneOf = (lane: Lane, i: number) => {
  const canvas = html('canvas', { role: 'img' })
  const [title, badge] = [html('span', { class: 'title' }), html('span', { class: 'badge' })]
  const figures = {
    failed: figure('failed', 'failed'),
    spared: figure('spared', 'spared'),
    wrongly: figure('wrongly', 'wrongly', html('span', { class: 'more' }, ' rejected')),
    waited: figure('waited', 'waited')
  }
  const name = lane === 'none' ? 'No breaker' : lane
  const element = html(
    'article',
    { class: 'lane', style: `--column: ${i + 1}`, 'aria-label': lane === 'none' ? name : `Breaker ${lane}` },
    html('div', { class: 'lane-head' }, html('h2', {}, name), title, badge),
    html('div', { class: 'stage' }, canvas),
    html('dl', { class: 'figures', id: `figures-${lane}` }, ...Object.values(figures).map((f) => f.element))
  )
  for (const { element: part } of [figures.spared, figures.wrongly]) part.classList.toggle('none', lane === 'none')
  return { lane, element, canvas, context: canvas.getContext('2d') as CanvasRenderingContext2D, title, badge, figures }
}

export const lanes = (isStill: () => boolean) => {
  let palette = paletteOf(getComputedStyle(document.documentElement))
  const all = NAMES.map(laneOf)
  find('#lanes').append(...all.map(({ element }) => element))

  const paint = ({ lane, canvas, context }: (typeof all)[number], { state }: View) => {
    const { width, height } = canvas.getBoundingClientRect()
    const ratio = Math.min(3, devicePixelRatio || 1)
    if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio)
    if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio)
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    const { calls, runs, seconds, speed, longestSeconds } = model
    const illness = model.illness[Math.floor(seconds)] ?? 0
    const scene = { calls, run: runs[lane], state, seconds, speed, still: isStill(), isBad, illness, longestSeconds }
    draw(context, width, height, scene, palette)
  }

  return {
    /** The colours have changed. */
    recolor: () => (palette = paletteOf(getComputedStyle(document.documentElement))),
    /** The settings or the calls have changed. */
    show: () => {
      const slowToo = model.calls.some((call) => call.outcome === 'success' && isBad(call))
      for (const { lane, title, figures } of all) {
        write(figures.failed.term, slowToo ? 'failed or slow' : 'failed')
        write(title, lane === 'none' ? 'every call reaches the service' : titleOf(model.shown[lane]))
      }
    },
    /** Time has changed. */
    draw: (views: Record<Lane, View>) => {
      for (const each of all) {
        const { lane, badge, figures } = each
        const { state, figures: found } = views[lane]
        paint(each, views[lane])
        write(figures.failed.value, String(found.failed))
        write(figures.spared.value, lane === 'none' ? '–' : String(found.spared))
        write(figures.wrongly.value, lane === 'none' ? '–' : String(found.wronglyRejected))
        write(figures.waited.value, `${Math.round(found.waitedSeconds)} s`)
        if (lane === 'none') continue
        write(badge, nameOf[state._tag])
        badge.dataset['state'] = state._tag
      }
    },
    /** What the pictures show, in words. */
    describe: (views: Record<Lane, View>) => {
      for (const { lane, canvas } of all) {
        const words =
          lane === 'none' ? 'Calls without a breaker' : `Calls through ${lane}, ${nameOf[views[lane].state._tag]}`
        if (canvas.getAttribute('aria-label') !== words) canvas.setAttribute('aria-label', words)
      }
    }
  }
}

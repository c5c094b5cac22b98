/**
 * The timeline: a row for the calls and one for each breaker, over a slider.
 */
import { nameOf } from './inspector'
import type { Lane } from './model'
import { isBad, model } from './model'
import type { View } from './run'
import { axisRow, clockOf, laneRow, row, trafficRow } from './strip'
import { find, html, write } from './svg'

/** `seek` is told the time that the reader goes to. */
export const timeline = (seek: (seconds: number) => void) => {
  const rows = {
    traffic: row('traffic', 'row-traffic'),
    A: row('lane', 'row-a'),
    B: row('lane', 'row-b'),
    axis: row('axis', 'row-axis')
  }
  const notes = { A: html('small'), B: html('small') }
  const line = (element: Element, ...label: ReadonlyArray<string | Node>) =>
    html('div', { class: 'row' }, html('span', {}, ...label), element)
  find('#rows').append(
    line(rows.traffic.element, 'Calls', html('small', {}, 'good, bad')),
    line(rows.A.element, 'A', notes.A),
    line(rows.B.element, 'B', notes.B),
    line(rows.axis.element)
  )
  const scrub = find<HTMLInputElement>('#scrub')
  scrub.addEventListener('input', () => seek(Number(scrub.value)))
  for (const { element } of Object.values(rows)) {
    const move = (event: PointerEvent) => {
      const { left, width } = element.getBoundingClientRect()
      seek(((event.clientX - left) / width) * model.spanSeconds)
    }
    element.addEventListener('pointerdown', (event) => {
      element.setPointerCapture(event.pointerId)
      move(event)
    })
    element.addEventListener('pointermove', (event) => {
      if (element.hasPointerCapture(event.pointerId)) move(event)
    })
  }
  let width = 0

  return {
    /** The settings or the calls have changed. */
    show: () => {
      const { calls, runs, shown, spanSeconds } = model
      width = rows.traffic.element.getBoundingClientRect().width || 800
      scrub.max = String(spanSeconds)
      rows.traffic.fill(trafficRow(calls, isBad, shown.hands, spanSeconds, width), width)
      for (const lane of ['A', 'B'] as const)
        rows[lane].fill(laneRow(runs[lane], shown[lane], calls, spanSeconds, width), width)
      rows.axis.fill(axisRow(spanSeconds, width), width)
    },
    /** Time has changed. */
    draw: (views: Record<Lane, View>) => {
      const { seconds, spanSeconds, playing } = model
      for (const { move } of Object.values(rows)) move((seconds / spanSeconds) * width, width)
      for (const lane of ['A', 'B'] as const) write(notes[lane], nameOf[views[lane].state._tag])
      const tenths = Math.round(seconds * 10)
      find('#clock').replaceChildren(
        `${clockOf(tenths / 10)}.${tenths % 10} `,
        html('small', {}, `of ${clockOf(spanSeconds)}`)
      )
      if (document.activeElement !== scrub || playing) scrub.value = String(seconds)
    },
    /** What it shows, in words. */
    describe: (views: Record<Lane, View>) => {
      const [a, b] = [nameOf[views.A.state._tag], nameOf[views.B.state._tag]]
      scrub.setAttribute('aria-valuetext', `${model.seconds.toFixed(1)} seconds, A ${a}, B ${b}`)
    }
  }
}

/**
 * The rows of the timeline: the calls, and for each breaker how near it is to opening, how long it waits, and its probes.
 */
import type { Call } from 'breaker-ts/Traffic'

import type { Run } from './run'
import { PROBE } from './run'
import type { Choice, Pressure } from './settings'
import { pressureOf } from './settings'
import { svg } from './svg'
import type { Hand } from './traffic'

const TRAFFIC = 58
const LANE = 46
const LIMIT = 0.3 // where the threshold lies, from the top

const path = (d: string, name: string) => svg('path', { d, class: name })

/** Good calls upwards, bad calls downwards, a bar for each few pixels. */
export const trafficRow = (
  calls: ReadonlyArray<Call>,
  isBad: (call: Call) => boolean,
  hands: ReadonlyArray<Hand>,
  span: number,
  width: number
): ReadonlyArray<Node> => {
  const bars = Math.max(20, Math.floor(width / 4))
  const [good, bad] = [new Float64Array(bars), new Float64Array(bars)]
  for (const call of calls) {
    const bar = Math.min(bars - 1, Math.floor((call.startSeconds / span) * bars))
    const side = isBad(call) ? bad : good
    side[bar] = (side[bar] as number) + 1
  }
  const most = Math.max(1, ...good.map((g, i) => g + (bad[i] as number)))
  const [up, down] = [34, 22]
  const w = width / bars
  const rects = (counts: Float64Array, top: (h: number) => number, room: number) =>
    Array.from(counts, (n, i) => {
      const h = (Math.min(1, n / most) * room).toFixed(1)
      return n === 0
        ? ''
        : `M${(i * w).toFixed(1)} ${top(Number(h))}h${(w * 0.72).toFixed(2)}v${h}h-${(w * 0.72).toFixed(2)}z`
    }).join('')
  return [
    ...hands.map(({ fromSeconds, toSeconds }) =>
      svg('rect', {
        class: 'hand',
        x: (fromSeconds / span) * width,
        y: 0,
        width: Math.max(1, ((Math.min(toSeconds, span) - fromSeconds) / span) * width),
        height: TRAFFIC
      })
    ),
    path(
      rects(good, (h) => up - h, up),
      'good'
    ),
    path(
      rects(bad, () => up + 1, down),
      'bad'
    )
  ]
}

/** CLOSED: how near the counts are to the threshold. OPEN: a wedge as high as what is left to wait. HALF_OPEN: probes. */
export const laneRow = (
  run: Run,
  choice: Choice,
  calls: ReadonlyArray<Call>,
  span: number,
  width: number
): ReadonlyArray<Node> => {
  const x = (seconds: number) => ((seconds / span) * width).toFixed(1)
  const limit = LANE * LIMIT
  const y = (pressure: number) => (LANE - Math.min(1, pressure * (1 - LIMIT)) * LANE).toFixed(1)
  const ends = run.changes.map((_, i) => run.changes[i + 1]?.atSeconds ?? span)
  const wedges = run.changes
    .map(({ to, atSeconds }, i) => {
      if (to._tag !== 'Open') return ''
      const end = Math.min(ends[i] as number, span)
      const whole = to.retryAtSeconds - to.openedAtSeconds
      const rest = whole > 0 ? Math.max(0, to.retryAtSeconds - end) / whole : 0
      return `M${x(atSeconds)} ${LANE}V2L${x(end)} ${(LANE - rest * (LANE - 2)).toFixed(1)}V${LANE}z`
    })
    .join('')
  const bases = run.changes
    .map(({ to, atSeconds }, i) =>
      to._tag === 'Open' ? `M${x(atSeconds)} 2H${x(Math.min(ends[i] as number, span))}V${LANE}H${x(atSeconds)}z` : ''
    )
    .join('')
  const halves = run.changes
    .map(({ to, atSeconds }, i) => {
      const right = Math.max(Number(x(Math.min(ends[i] as number, span))), Number(x(atSeconds)) + 2)
      return to._tag === 'HalfOpen' ? `M${x(atSeconds)} ${LANE * 0.5}H${right}V${LANE}H${x(atSeconds)}z` : ''
    })
    .join('')
  return [
    svg('line', { class: 'hair', x1: 0, x2: width, y1: LANE, y2: LANE }),
    svg('line', { class: 'limit', x1: 0, x2: width, y1: limit, y2: limit }),
    path(bases, 'open-base'),
    path(wedges, 'open'),
    path(halves, 'half'),
    path(pressureLine(run, choice, x, y, true, span), 'pressure'),
    path(pressureLine(run, choice, x, y, false, span), 'pressure few'),
    ...probes(run, calls, x)
  ]
}

// Counts stay until a call changes them, so the line has steps. `counting` picks the part where a rate counts, or the other.
const pressureLine = (
  run: Run,
  choice: Choice,
  x: (seconds: number) => string,
  y: (pressure: number) => string,
  counting: boolean,
  span: number
): string => {
  const parts: Array<string> = []
  let last: Pressure | undefined
  let next = 0
  const end = (seconds: number) => {
    if (last?.counts === counting) parts.push(`H${x(Math.min(span, seconds))}`)
    last = undefined
  }
  for (const { atSeconds, counts } of [{ atSeconds: 0, counts: run.config.window.empty }, ...run.samples]) {
    for (; (run.changes[next]?.atSeconds ?? Infinity) <= atSeconds; next++)
      end((run.changes[next] as { readonly atSeconds: number }).atSeconds)
    const pressure = pressureOf(choice, counts)
    if (pressure.counts !== last?.counts) {
      end(atSeconds)
      if (pressure.counts === counting) parts.push(`M${x(atSeconds)} ${y(pressure.of)}`)
    } else if (pressure.counts === counting && pressure.of !== last.of) parts.push(`H${x(atSeconds)}V${y(pressure.of)}`)
    last = pressure
  }
  end(run.changes[next]?.atSeconds ?? span)
  return parts.join('')
}

const probes = (run: Run, calls: ReadonlyArray<Call>, x: (seconds: number) => string): ReadonlyArray<Node> => {
  const found: Array<Node> = []
  for (let i = 0; i < calls.length && found.length < 2000; i++) {
    if (run.fates[i] !== PROBE) continue
    const call = calls[i] as Call
    const at = Number(x(call.startSeconds + call.seconds))
    found.push(
      call.outcome === 'failure'
        ? svg('path', { d: `M${at - 3} 6l6 6m0-6l-6 6`, stroke: 'var(--bad)', 'stroke-width': 1.75, fill: 'none' })
        : svg('circle', { cx: at, cy: 9, r: 3.25, fill: 'var(--good)' })
    )
  }
  return found
}

export const axisRow = (span: number, width: number): ReadonlyArray<Node> => {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800]
  const step = steps.find((s) => span / s <= width / 64) ?? span
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, i) => {
    const left = ((i * step) / span) * width
    const anchor = i === 0 ? 'start' : left > width - 16 ? 'end' : 'middle'
    return svg('text', { class: 'axis', x: left.toFixed(1), y: 11, 'text-anchor': anchor }, clockOf(i * step))
  })
}

export const clockOf = (seconds: number): string => {
  const whole = Math.floor(seconds)
  const two = (n: number) => String(n).padStart(2, '0')
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** A row whose past is drawn in full, and its future faintly. */
export interface Row {
  readonly element: SVGElement
  readonly fill: (nodes: ReadonlyArray<Node>, width: number) => void
  readonly move: (x: number, width: number) => void
}

const heights = { traffic: TRAFFIC, lane: LANE, axis: 14 }

export const row = (kind: keyof typeof heights, id: string): Row => {
  const height = heights[kind]
  const clip = svg('rect', { x: -6, y: -4, width: 0, height: height + 8 })
  const past = svg('g', { 'clip-path': `url(#${id}-past)` })
  const future = svg('g', { class: 'future' })
  const head = svg('line', { class: 'playhead', y1: -4, y2: height + 4 })
  const element = svg(
    'svg',
    { height, 'aria-hidden': 'true' },
    svg('clipPath', { id: `${id}-past` }, clip),
    future,
    past,
    ...(kind === 'axis' ? [] : [head])
  )
  return {
    element,
    fill: (nodes, width) => {
      element.setAttribute('viewBox', `0 0 ${width} ${height}`)
      if (kind === 'axis') {
        future.replaceChildren()
        clip.setAttribute('width', String(width + 40))
        past.replaceChildren(...nodes)
        return
      }
      past.replaceChildren(...nodes)
      future.replaceChildren(...nodes.map((node) => node.cloneNode(true)))
    },
    move: (x, width) => {
      if (kind === 'axis') return
      const at = Math.min(width, Math.max(0, x))
      clip.setAttribute('width', String(at + 6))
      head.setAttribute('x1', String(at))
      head.setAttribute('x2', String(at))
    }
  }
}

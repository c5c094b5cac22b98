/**
 * Calls over time as stacked bars, over a strip of the states of the circuit.
 */
import uPlot from 'uplot'

import type { PageData, Timeline } from '../../src/replay/PageData'
import type { Buckets } from '../../src/replay/Report'
import { axis, colour, keep, sizeOf, toolsOf } from './page'
import { fillOf } from './patterns'
import { spanOf, steps, ticksOf } from './times'

const HEIGHT = 240
const STRIP = 12
const STRIP_GAP = 6
const NARROWEST = 5 // buckets

type Range = readonly [number, number]

/** The time that all timelines show. */
export interface View {
  readonly show: (range: Range | undefined) => void
  readonly add: (follow: (range: Range | undefined) => void) => void
}

export const viewOf = (): View => {
  const followers: Array<(range: Range | undefined) => void> = []
  return {
    show: (range) => followers.forEach((follow) => follow(range)),
    add: (follow) => void followers.push(follow)
  }
}

const sumOf = (...series: ReadonlyArray<ReadonlyArray<number>>): Array<number> =>
  (series[0] ?? []).map((_, i) => series.reduce((sum, numbers) => sum + (numbers[i] ?? 0), 0))

// Each series is drawn from the top of the next one, on whole pixels, so nothing shines through at the edges.
const bars =
  (bucketSeconds: number): uPlot.Series.PathBuilder =>
  (plot, series, first, last) => {
    const fill = new Path2D()
    const [xs, tops, bottoms] = [plot.data[0], plot.data[series] ?? [], plot.data[series + 1]]
    const at = (value: number, scale: string) => Math.round(plot.valToPos(value, scale, true))
    for (let i = Math.max(0, first - 1); i <= last; i++) {
      const [top, bottom] = [tops[i] ?? 0, bottoms?.[i] ?? 0]
      if (top === bottom) continue
      const [left, right] = [at(xs[i] ?? 0, 'x'), at((xs[i] ?? 0) + bucketSeconds, 'x')]
      const high = Math.min(at(top, 'y'), at(bottom, 'y') - uPlot.pxRatio) // one call is seen among thousands
      fill.rect(left, high, Math.max(uPlot.pxRatio, right - left), at(bottom, 'y') - high)
    }
    return { fill }
  }

const count = (n: number): string => n.toLocaleString('en-US')

const sentence = (buckets: Buckets, i: number, { isCalendar, breakers }: PageData): string => {
  const { startSeconds, bucketSeconds } = buckets
  const from = startSeconds + i * bucketSeconds
  const until = from + bucketSeconds
  const step = bucketSeconds % 60 === 0 ? 60 : Math.min(1, bucketSeconds)
  const share = (seconds: number): string => `${Math.round((100 * seconds) / (bucketSeconds * breakers))} %`
  const [open, halfOpen] = [buckets.openSeconds[i] ?? 0, buckets.halfOpenSeconds[i] ?? 0]
  return [
    `${spanOf(isCalendar)(from, until, step)}: ${count(buckets.good[i] ?? 0)} good`,
    `${count(buckets.bad[i] ?? 0)} bad`,
    `${count(buckets.rejectedBad[i] ?? 0)} bad rejected`,
    `${count(buckets.rejectedGood[i] ?? 0)} good rejected`,
    ...(open > 0 ? [`open ${share(open)} of the time`] : []),
    ...(halfOpen > 0 ? [`half-open ${share(halfOpen)} of the time`] : [])
  ].join(', ')
}

const drawSpans = (plot: uPlot, spans: Required<Timeline>['spans'], top: number, height: number) => {
  const fills = { open: fillOf('open'), halfopen: fillOf('halfopen') }
  for (const [from, until, state] of spans) {
    const left = plot.valToPos(from, 'x', true)
    plot.ctx.fillStyle = fills[state]
    plot.ctx.fillRect(left, top, Math.max(uPlot.pxRatio, plot.valToPos(until, 'x', true) - left), height)
  }
}

// Of several breakers, or of more changes than can be seen: as high as the share of the time.
const drawShares = (plot: uPlot, buckets: Buckets, breakers: number, top: number, height: number) => {
  const { startSeconds, bucketSeconds, openSeconds, halfOpenSeconds } = buckets
  const { ctx } = plot
  const ratio = uPlot.pxRatio
  const [open, halfOpen] = [fillOf('open'), fillOf('halfopen')]
  const share = (seconds: number) =>
    seconds > 0 ? Math.min(height, Math.max(2 * ratio, (height * seconds) / (bucketSeconds * breakers))) : 0
  openSeconds.forEach((seconds, i) => {
    const left = plot.valToPos(startSeconds + i * bucketSeconds, 'x', true)
    const right = plot.valToPos(startSeconds + (i + 1) * bucketSeconds, 'x', true)
    const [high, low] = [share(seconds), share(halfOpenSeconds[i] ?? 0)]
    const width = Math.max(ratio, right - left)
    ctx.fillStyle = halfOpen
    ctx.fillRect(left, top + Math.max(0, height - high - low), width, low)
    ctx.fillStyle = open
    ctx.fillRect(left, top + height - high, width, high)
  })
}

const drawStrip = (plot: uPlot, { buckets, spans }: Timeline, breakers: number) => {
  const { ctx, bbox } = plot
  const ratio = uPlot.pxRatio
  const [top, height] = [bbox.top + bbox.height + STRIP_GAP * ratio, STRIP * ratio]
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, top, bbox.width, height)
  ctx.clip()
  ctx.fillStyle = colour('closed')
  ctx.fillRect(bbox.left, top, bbox.width, height)
  if (spans === undefined) drawShares(plot, buckets, breakers, top, height)
  else drawSpans(plot, spans, top, height)
  ctx.restore()
}

const drawIncidents = (plot: uPlot, incidents: PageData['incidents']) => {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  for (const [from, until] of incidents) {
    const left = plot.valToPos(from, 'x', true)
    const width = Math.max(uPlot.pxRatio, plot.valToPos(until, 'x', true) - left)
    ctx.fillStyle = colour('incident')
    ctx.fillRect(left, bbox.top, width, bbox.height)
    ctx.fillStyle = colour('incident-edge')
    ctx.fillRect(left, bbox.top, width, 2 * uPlot.pxRatio)
  }
  ctx.restore()
}

const around = (range: Range, whole: Range, at: number, factor: number, narrowest: number): Range | undefined => {
  const width = Math.max((range[1] - range[0]) * factor, narrowest)
  if (width >= whole[1] - whole[0]) return undefined
  const from = Math.min(Math.max(at - width / 2, whole[0]), whole[1] - width)
  return [from, from + width]
}

export const timeline = (place: HTMLElement, shown: Timeline, data: PageData, view: View) => {
  const { buckets } = shown
  const { startSeconds, bucketSeconds, good, bad, rejectedBad, rejectedGood } = buckets
  const last = good.length - 1
  const whole: Range = [startSeconds, startSeconds + good.length * bucketSeconds]
  const { say, reset } = toolsOf(place)
  const rangeOf = ({ scales }: uPlot): Range => [scales.x?.min ?? whole[0], scales.x?.max ?? whole[1]]
  const bucketAt = (seconds: number): number =>
    Math.min(Math.max(Math.floor((seconds - startSeconds) / bucketSeconds), 0), last)
  const zoom = (plot: uPlot, i: number, factor: number) =>
    view.show(around(rangeOf(plot), whole, startSeconds + (i + 0.5) * bucketSeconds, factor, NARROWEST * bucketSeconds))

  let chosen: number | undefined
  const choose = (i: number | undefined) => {
    chosen = i
    say(i === undefined ? undefined : sentence(buckets, i, data))
  }
  const stack = (fill: Parameters<typeof fillOf>[0]): uPlot.Series => ({
    fill: () => fillOf(fill),
    width: 0,
    points: { show: false },
    paths: bars(bucketSeconds)
  })
  const plot = new uPlot(
    {
      ...sizeOf(place, HEIGHT),
      legend: { show: false },
      padding: [8, 12, 0, 0],
      scales: {
        x: { time: false, range: (_, min, max) => [min, max] },
        y: { range: (_, __, max) => [0, Math.max(1, max * 1.04)] }
      },
      axes: [
        axis({
          incrs: steps,
          values: (_, splits, __, ___, step) => ticksOf(data.isCalendar)(splits, step),
          space: 64,
          gap: STRIP + STRIP_GAP + 4,
          size: STRIP + STRIP_GAP + 42,
          grid: { show: false },
          ticks: { show: false }
        }),
        axis({
          size: 56,
          incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e7],
          values: (_, splits) => splits.map(count)
        })
      ],
      series: [{}, stack('harmed'), stack('spared'), stack('bad'), stack('good')],
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false },
        bind: { dblclick: () => () => (view.show(undefined), null) }
      },
      hooks: {
        drawClear: [(self) => drawIncidents(self, data.incidents)],
        draw: [(self) => drawStrip(self, shown, data.breakers)],
        setCursor: [
          (self) => {
            const left = self.cursor.left ?? -1
            choose(left < 0 ? undefined : bucketAt(self.posToVal(left, 'x')))
          }
        ],
        setSelect: [
          (self) => {
            const { left, width } = self.select
            if (width === 0) return
            const [from, until] = [self.posToVal(left, 'x'), self.posToVal(left + width, 'x')]
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
            view.show(around([from, until], whole, (from + until) / 2, 1, NARROWEST * bucketSeconds))
          }
        ]
      }
    },
    [
      good.map((_, i) => startSeconds + i * bucketSeconds),
      sumOf(good, bad, rejectedBad, rejectedGood),
      sumOf(good, bad, rejectedBad),
      sumOf(good, bad),
      [...good]
    ],
    place
  )
  view.add((range) => {
    const [min, max] = range ?? whole
    plot.setScale('x', { min, max })
    reset.hidden = range === undefined
  })
  plot.setScale('x', { min: whole[0], max: whole[1] })
  reset.addEventListener('click', () => view.show(undefined))

  let pressedAt = 0
  plot.over.addEventListener('mousedown', ({ clientX }) => (pressedAt = clientX))
  plot.over.addEventListener('click', ({ clientX, detail }) => {
    if (detail < 2 && Math.abs(clientX - pressedAt) < 3 && chosen !== undefined) zoom(plot, chosen, 0.25)
  })
  const moveTo = (i: number) => {
    const [from, until] = rangeOf(plot)
    const middle = bucketSeconds / 2 // of a bucket, which has to be in sight
    const next = Math.min(Math.max(i, bucketAt(from + middle)), bucketAt(until - middle))
    plot.setCursor({ left: plot.valToPos(startSeconds + (next + 0.5) * bucketSeconds, 'x'), top: 10 })
  }
  place.addEventListener('keydown', (event) => {
    const [from, until] = rangeOf(plot)
    const at = chosen ?? bucketAt((from + until) / 2)
    const keys: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => moveTo(at - 1),
      ArrowRight: () => moveTo(at + 1),
      PageUp: () => moveTo(at - 10),
      PageDown: () => moveTo(at + 10),
      Home: () => moveTo(0),
      End: () => moveTo(last),
      Enter: () => (zoom(plot, at, 0.25), moveTo(at)),
      '+': () => (zoom(plot, at, 0.5), moveTo(at)),
      '-': () => (zoom(plot, at, 2), moveTo(at)),
      Escape: () => view.show(undefined)
    }
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key]
    if (act === undefined) return
    event.preventDefault()
    act()
  })
  place.addEventListener('blur', () => plot.setCursor({ left: -10, top: -10 }))
  keep(place, plot)
}

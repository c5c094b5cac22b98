/**
 * Settings in the plane of what callers waited and what they lost.
 */
import uPlot from 'uplot'

import type { PageData, Point } from '../../src/replay/PageData'
import { axis, colour, FONT, keep, sizeOf, toolsOf } from './page'

const HEIGHT = 360
const ORDER: ReadonlyArray<Point['kind']> = ['grid', 'front', 'none', 'given', 'current', 'knee'] // what is drawn last is on top
const MOST_LETTERS = 28

const number = (n: number): string => n.toLocaleString('en-US', { maximumFractionDigits: n < 100 ? 1 : 0 })
const plain = (n: number): string => n.toLocaleString('en-US')

const NAMES: Readonly<Record<Point['kind'], string>> = {
  current: 'Current: ',
  given: '',
  none: '',
  knee: 'Knee: ',
  front: 'On the front: ',
  grid: ''
}

const sentence = ({ kind, label, x, y }: Point): string =>
  `${NAMES[kind]}${label}: ${number(x)} s waited in bad calls, ${plain(y)} good calls rejected`

// A shape for each kind, so that they can be told apart without their colours.
const SHAPES: Readonly<
  Record<Point['kind'], { readonly size: number; readonly corners: ReadonlyArray<readonly [number, number]> }>
> = {
  grid: { size: 3, corners: [] },
  front: { size: 4, corners: [] },
  none: {
    size: 6,
    corners: [
      [-1, -1],
      [1, -1],
      [1, 1],
      [-1, 1]
    ]
  },
  given: {
    size: 8,
    corners: [
      [0, -1],
      [1, 0],
      [0, 1],
      [-1, 0]
    ]
  },
  current: {
    size: 8,
    corners: [
      [0, -1],
      [1, 0],
      [0, 1],
      [-1, 0]
    ]
  },
  knee: {
    size: 8,
    corners: [
      [0, -1],
      [1, 0.8],
      [-1, 0.8]
    ]
  }
}

const outline = (context: CanvasRenderingContext2D, kind: Point['kind'], x: number, y: number, ratio: number) => {
  const { size, corners } = SHAPES[kind]
  context.beginPath()
  if (corners.length === 0) context.arc(x, y, size * ratio, 0, 2 * Math.PI)
  corners.forEach(([dx, dy]) => context.lineTo(x + dx * size * ratio, y + dy * size * ratio))
  context.closePath()
}

const drawMark = (plot: uPlot, { kind, x, y }: Point) => {
  const { ctx } = plot
  const ratio = uPlot.pxRatio
  outline(ctx, kind, plot.valToPos(x, 'x', true), plot.valToPos(y, 'y', true), ratio)
  const isHollow = kind === 'grid' || kind === 'none' || kind === 'given'
  ctx.fillStyle = colour(isHollow ? 'paper' : kind)
  ctx.strokeStyle = colour(isHollow ? (kind === 'given' ? 'current' : 'muted') : 'paper')
  ctx.lineWidth = (kind === 'grid' ? 1 : kind === 'given' ? 2 : 1.5) * ratio
  ctx.fill()
  ctx.stroke()
}

interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

const meet = (a: Box, b: Box): boolean =>
  a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height

// Beside its mark, where no other label and no other named mark is.
const drawLabels = (plot: uPlot, points: ReadonlyArray<Point>) => {
  const { ctx, bbox } = plot
  const ratio = uPlot.pxRatio
  const px = (n: number) => n * ratio
  ctx.font = FONT.replace('12px', `600 ${px(12)}px`)
  ctx.textBaseline = 'middle'
  ctx.textAlign = 'left'
  const named = points.filter(({ kind }) => kind !== 'grid' && kind !== 'front')
  const taken: Array<Box> = named.map(({ x, y }) => ({
    left: plot.valToPos(x, 'x', true) - px(8),
    top: plot.valToPos(y, 'y', true) - px(8),
    width: px(16),
    height: px(16)
  }))
  for (const { kind, label, x, y } of [...named].reverse()) {
    const [left, top] = [plot.valToPos(x, 'x', true), plot.valToPos(y, 'y', true)]
    const whole = kind === 'knee' ? 'knee' : label
    const text = whole.length > MOST_LETTERS ? `${whole.slice(0, MOST_LETTERS - 1)}…` : whole
    const [width, height] = [ctx.measureText(text).width, px(16)]
    const places = [0, -1, 1, -2, 2, -3, 3].flatMap((line) => [
      { left: left + px(12), top: top + line * height - height / 2, width, height },
      { left: left - px(12) - width, top: top + line * height - height / 2, width, height }
    ])
    const isFree = (box: Box) =>
      box.left >= bbox.left &&
      box.left + width <= bbox.left + bbox.width &&
      box.top >= bbox.top &&
      box.top + height <= bbox.top + bbox.height &&
      !taken.some((other) => meet(box, other))
    const box = places.find(isFree)
    if (box === undefined) continue // it is read by pointing at its mark
    taken.push(box)
    ctx.strokeStyle = colour('paper')
    ctx.lineWidth = px(4)
    ctx.lineJoin = 'round'
    ctx.strokeText(text, box.left, box.top + height / 2)
    ctx.fillStyle = colour('ink')
    ctx.fillText(text, box.left, box.top + height / 2)
  }
}

const drawFront = (plot: uPlot, points: ReadonlyArray<Point>) => {
  const { ctx } = plot
  const front = points.filter(({ isOnFront }) => isOnFront).sort((a, b) => a.x - b.x)
  ctx.beginPath()
  front.forEach(({ x, y }, i) => {
    const [left, top] = [plot.valToPos(x, 'x', true), plot.valToPos(y, 'y', true)]
    const before = front[i - 1]
    if (before !== undefined) ctx.lineTo(left, plot.valToPos(before.y, 'y', true)) // what is reached by waiting longer
    ctx.lineTo(left, top)
  })
  ctx.strokeStyle = colour('front')
  ctx.lineWidth = 1.25 * uPlot.pxRatio
  ctx.stroke()
}

export const scatter = (place: HTMLElement, { points }: PageData) => {
  const { say, reset } = toolsOf(place)
  const ordered = [...points].sort((a, b) => a.x - b.x || a.y - b.y)
  const [mostX, mostY] = [Math.max(...points.map(({ x }) => x)), Math.max(...points.map(({ y }) => y))]
  const least = mostX * 0.05
  const whole = {
    x: { min: -least, max: mostX * 1.06 || 1 },
    y: { min: -(mostY || 1) * 0.05, max: (mostY || 1) * 1.08 }
  }
  let chosen: Point | undefined

  const draw = (plot: uPlot) => {
    const { ctx, bbox } = plot
    ctx.save()
    ctx.beginPath()
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
    ctx.clip()
    drawFront(plot, points)
    for (const kind of ORDER) points.filter((point) => point.kind === kind).forEach((point) => drawMark(plot, point))
    drawLabels(plot, points)
    if (chosen !== undefined) {
      ctx.beginPath()
      ctx.arc(
        plot.valToPos(chosen.x, 'x', true),
        plot.valToPos(chosen.y, 'y', true),
        12 * uPlot.pxRatio,
        0,
        2 * Math.PI
      )
      ctx.strokeStyle = colour('ink')
      ctx.lineWidth = 1.5 * uPlot.pxRatio
      ctx.stroke()
    }
    ctx.restore()
  }
  const choose = (plot: uPlot, point: Point | undefined) => {
    if (point === chosen) return
    chosen = point
    say(point === undefined ? undefined : sentence(point))
    plot.redraw(false)
  }
  const nearest = (plot: uPlot): Point | undefined => {
    const { left = -1, top = -1 } = plot.cursor
    if (left < 0) return undefined
    const distance = ({ x, y }: Point) => Math.hypot(plot.valToPos(x, 'x') - left, plot.valToPos(y, 'y') - top)
    const found = [...points].sort((a, b) => distance(a) - distance(b))[0]
    return found !== undefined && distance(found) < 24 ? found : undefined
  }
  const isZoomed = ({ scales }: uPlot) =>
    (Object.keys(whole) as Array<'x' | 'y'>).some(
      (key) => scales[key]?.min !== whole[key].min || scales[key]?.max !== whole[key].max
    )
  const plot = new uPlot(
    {
      ...sizeOf(place, HEIGHT),
      legend: { show: false },
      padding: [8, 16, 0, 0],
      scales: { x: { time: false, auto: false, ...whole.x }, y: { auto: false, ...whole.y } },
      axes: [
        axis({
          label: 'seconds waited in bad calls',
          labelFont: FONT,
          labelSize: 22,
          size: 32,
          values: (_, splits) => splits.map((n) => (n < 0 ? '' : plain(n)))
        }),
        axis({ size: 64, values: (_, splits) => splits.map((n) => (n < 0 ? '' : plain(n))) })
      ],
      series: [{}, { paths: () => null, points: { show: false } }],
      cursor: {
        x: false,
        y: false,
        points: { show: false },
        drag: { x: true, y: true, uni: 20 },
        bind: { dblclick: (self) => () => (showAll(self), null) }
      },
      hooks: {
        draw: [draw],
        setCursor: [(self) => choose(self, nearest(self))],
        setScale: [(self) => (reset.hidden = !isZoomed(self))]
      }
    },
    [ordered.map(({ x }) => x), ordered.map(({ y }) => y)],
    place
  )
  const showAll = (self: uPlot) =>
    self.batch(() => {
      self.setScale('x', whole.x)
      self.setScale('y', whole.y)
    })
  reset.addEventListener('click', () => showAll(plot))
  place.addEventListener('keydown', ({ key }) => {
    const at = chosen === undefined ? -1 : ordered.indexOf(chosen)
    if (key === 'ArrowRight') choose(plot, ordered[Math.min(at + 1, ordered.length - 1)])
    if (key === 'ArrowLeft') choose(plot, ordered[Math.max(at - 1, 0)])
    if (key === 'Escape') showAll(plot)
  })
  place.addEventListener('blur', () => choose(plot, undefined))
  keep(place, plot)
}

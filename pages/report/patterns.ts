/**
 * Fills that can be told apart without their colours: plain, striped, dotted, hatched.
 */
import uPlot from 'uplot'

import { colour } from './page'

export type Fill = 'good' | 'bad' | 'spared' | 'harmed' | 'open' | 'halfopen'

const SIDE = 6

const drawn = (draw: (context: CanvasRenderingContext2D) => void): CanvasPattern | string => {
  const tile = document.createElement('canvas')
  const ratio = uPlot.pxRatio
  tile.width = tile.height = SIDE * ratio
  const context = tile.getContext('2d') as CanvasRenderingContext2D
  context.scale(ratio, ratio)
  draw(context)
  return context.createPattern(tile, 'repeat') ?? ''
}

const striped = (ground: string, line: string, width: number) =>
  drawn((context) => {
    context.fillStyle = ground
    context.fillRect(0, 0, SIDE, SIDE)
    context.strokeStyle = line
    context.lineWidth = width
    for (const shift of [-SIDE, 0, SIDE]) {
      context.beginPath()
      context.moveTo(shift - 1, SIDE + 1)
      context.lineTo(shift + SIDE + 1, -1)
      context.stroke()
    }
  })

const dotted = (ground: string, dot: string) =>
  drawn((context) => {
    context.fillStyle = ground
    context.fillRect(0, 0, SIDE, SIDE)
    context.fillStyle = dot
    for (const [x, y] of [
      [1.5, 1.5],
      [4.5, 4.5]
    ] as const) {
      context.beginPath()
      context.arc(x, y, 0.9, 0, 2 * Math.PI)
      context.fill()
    }
  })

/** Made for each drawing: the colours change with the scheme, and in print. */
export const fillOf = (fill: Fill): CanvasPattern | string => {
  if (fill === 'spared') return striped(colour('spared'), colour('paper'), 1.4)
  if (fill === 'harmed') return dotted(colour('harmed'), colour('harmed-ink'))
  if (fill === 'halfopen') return striped(colour('closed'), colour('open'), 1.6)
  return colour(fill)
}

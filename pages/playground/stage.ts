/**
 * Draws a lane: calls fall towards the service, pass or bounce off the gate, wait, and end well or badly. Everything follows
 * from the time, so a frame can be drawn for any moment, forwards or backwards.
 */
import type { State } from 'breaker-ts/State'
import type { Call } from 'breaker-ts/Traffic'
import { chance } from 'breaker-ts/Traffic'

import type { Run } from './run'
import { countUpTo, PROBE, REJECTED } from './run'

export interface Palette {
  readonly ink: string
  readonly muted: string
  readonly faint: string
  readonly good: string
  readonly bad: string
  readonly probe: string
  readonly spared: string
  readonly font: string
}

export interface Scene {
  readonly calls: ReadonlyArray<Call>
  readonly run: Run
  readonly state: State
  readonly seconds: number
  /** Virtual seconds that pass in a second: what is drawn takes as long at any speed. */
  readonly speed: number
  /** Without motion: each call is where it is decided, or where it ends. */
  readonly still: boolean
  readonly isBad: (call: Call) => boolean
  /** The share of bad calls about now, whoever lets them through. */
  readonly illness: number
  /** How far to look back for calls that have not ended. */
  readonly longestSeconds: number
}

// In real seconds.
const FALL = 1.25
const CROSS = 0.16
const FADE = 0.55
const GATE = 0.2
const MOST = 900

const clamp = (x: number) => Math.min(1, Math.max(0, x))
const ease = (x: number) => 1 - (1 - clamp(x)) ** 3

const startedBy = (calls: ReadonlyArray<Call>, seconds: number): number =>
  countUpTo(calls.length, (i) => (calls[i] as Call).startSeconds, seconds)

/** The place of the last change at or before a time. */
export const changeAt = ({ changes }: Run, seconds: number): number =>
  countUpTo(changes.length, (i) => changes[i]?.atSeconds as number, seconds) - 1

const aperture = (state: State | undefined): number =>
  state === undefined || state._tag === 'Closed' || state._tag === 'Disabled' ? 1 : state._tag === 'HalfOpen' ? 0.12 : 0

export const draw = (ctx: CanvasRenderingContext2D, width: number, height: number, scene: Scene, palette: Palette) => {
  const { calls, run, seconds: now, speed, still } = scene
  const [gate, service] = [Math.round(height * 0.5), height - 34]
  const velocity = (gate + 12) / (FALL * speed)
  const radius = width < 160 ? 2.6 : 3.4
  ctx.clearRect(0, 0, width, height)
  drawService(ctx, width, service, scene, palette)

  const from = startedBy(calls, now - scene.longestSeconds - (FADE + CROSS) * speed)
  const to = startedBy(calls, now + (still ? 0 : FALL * speed))
  const stride = Math.max(1, Math.ceil((to - from) / MOST))
  let waiting = 0
  for (let i = from - (from % stride); i < to; i += stride) {
    const call = calls[i]
    if (call === undefined) continue
    const fate = now < call.startSeconds ? 0 : run.fates[i]
    const [lane, jitter] = [chance(7, 2 * i), chance(7, 2 * i + 1)]
    const x = 12 + lane * (width - 24)
    const age = now - call.startSeconds
    if (age < 0) {
      const y = gate + age * velocity
      const isProbe = run.fates[i] === PROBE
      const drawn = isProbe ? x + (width / 2 - x) * ease(1 - Math.abs(gate - y) / 70) : x
      dot(ctx, drawn, y, radius, palette.muted)
      continue
    }
    if (fate === REJECTED) {
      bounce(
        ctx,
        { x, gate, gone: clamp(age / (FADE * speed)), side: jitter - 0.5, radius, still },
        scene.isBad(call),
        palette
      )
      continue
    }
    const shown = Math.max(call.seconds, CROSS * speed) // no call is too short to be seen
    const left = fate === PROBE ? width / 2 : x
    if (age < shown) {
      const crossing = Math.min(shown, (service - gate) / velocity)
      const rest = service - 7 - jitter * Math.min(64, (service - gate) * 0.55)
      const way = still ? 1 : clamp(age / crossing)
      const y = gate + (rest - gate) * way
      waiting += age >= crossing ? stride : 0
      dot(ctx, left, y, radius, age > crossing && age > 0.5 ? palette.probe : palette.ink)
      if (fate === PROBE) ring(ctx, left, y, radius + 4, palette.probe)
      continue
    }
    const gone = clamp((age - shown) / (FADE * speed))
    if (gone >= 1) continue
    ctx.globalAlpha = 1 - gone * gone
    if (call.outcome === 'failure') cross(ctx, left, service - 7 + (still ? 0 : gone * 5), radius + 1, palette.bad)
    else if (scene.isBad(call)) dot(ctx, left, service - 7 + (still ? 0 : gone * 14), radius, palette.probe)
    else dot(ctx, left, service - 7 + (still ? 0 : gone * 14), radius, palette.good)
    if (fate === PROBE) ring(ctx, left, service - 7, radius + 4 + (still ? 0 : gone * 9), palette.probe)
    ctx.globalAlpha = 1
  }
  if (run.isBreaker) drawGate(ctx, width, gate, scene, palette)
  const left = waiting > 0 ? `${waiting} waiting` : ''
  label(ctx, width < 160 && waiting > 0 ? left : 'service', 0, service + 20, 'left', palette.muted, palette)
  if (width >= 160) label(ctx, left, width / 2, service + 20, 'center', palette.muted, palette)
}

const dot = (ctx: CanvasRenderingContext2D, x: number, y: number, radius: number, color: string) => {
  ctx.fillStyle = color
  ctx.beginPath()
  ctx.arc(x, y, radius, 0, 7)
  ctx.fill()
}

const ring = (ctx: CanvasRenderingContext2D, x: number, y: number, radius: number, color: string) => {
  ctx.strokeStyle = color
  ctx.lineWidth = 1.5
  ctx.beginPath()
  ctx.arc(x, y, radius, 0, 7)
  ctx.stroke()
}

const cross = (ctx: CanvasRenderingContext2D, x: number, y: number, size: number, color: string) => {
  ctx.strokeStyle = color
  ctx.lineWidth = 2
  ctx.beginPath()
  ctx.moveTo(x - size, y - size)
  ctx.lineTo(x + size, y + size)
  ctx.moveTo(x + size, y - size)
  ctx.lineTo(x - size, y + size)
  ctx.stroke()
}

interface Bounce {
  readonly x: number
  readonly gate: number
  readonly gone: number
  readonly side: number
  readonly radius: number
  readonly still: boolean
}

// A call that was spared is a grey cross; one that would have gone well is a green ring.
const bounce = (ctx: CanvasRenderingContext2D, of: Bounce, bad: boolean, palette: Palette) => {
  const { x, gate, gone, side, radius, still } = of
  if (gone >= 1) return
  const [dx, dy] = still ? [0, 12] : [side * 34 * gone, 6 + 46 * gone * (1.25 - gone * 0.8)]
  ctx.globalAlpha = 1 - gone * gone
  if (bad) cross(ctx, x + dx, gate - dy, radius * 0.85, palette.spared)
  else ring(ctx, x + dx, gate - dy, radius, palette.good)
  ctx.globalAlpha = 1
}

const label = (
  ctx: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  align: CanvasTextAlign,
  color: string,
  { font }: Palette
) => {
  ctx.font = `500 12px ${font}`
  ctx.textAlign = align
  ctx.fillStyle = color
  ctx.fillText(text, x, y)
}

const drawService = (ctx: CanvasRenderingContext2D, width: number, y: number, scene: Scene, palette: Palette) => {
  const ill = clamp(scene.illness)
  const split = Math.round(width * (1 - ill))
  ctx.fillStyle = palette.good
  ctx.fillRect(0, y, split, 3)
  ctx.fillStyle = palette.bad
  for (let x = split; x < width; x += 6) ctx.fillRect(x, y, Math.min(4, width - x), 3)
  const words = ill < 0.005 ? 'fine' : ill > 0.995 ? 'down' : `${Math.max(1, Math.round(ill * 100))} % bad`
  label(ctx, words, width, y + 20, 'right', ill < 0.05 ? palette.muted : palette.bad, palette)
}

const drawGate = (ctx: CanvasRenderingContext2D, width: number, y: number, scene: Scene, palette: Palette) => {
  const { run, seconds: now, speed, state, still } = scene
  const change = run.changes[changeAt(run, now)]
  const progress = change === undefined || still ? 1 : ease((now - change.atSeconds) / (GATE * speed))
  const before = aperture(change?.from)
  const open = before + (aperture(state) - before) * progress
  const half = ((width - 16) / 2) * (1 - open) + 8
  const color = state._tag === 'Open' ? palette.bad : state._tag === 'HalfOpen' ? palette.probe : palette.faint
  ctx.fillStyle = color
  const thick = state._tag === 'Closed' ? 2 : 4
  const bar = (from: number, to: number) => ctx.fillRect(from, y - thick / 2, Math.max(0, to - from), thick)
  const middle = width / 2
  if (half >= middle - 0.5) {
    // closed: what is left to wait drains towards the middle
    const left =
      state._tag === 'Open' ? (state.retryAtSeconds - now) / (state.retryAtSeconds - state.openedAtSeconds) : 1
    ctx.globalAlpha = 0.24
    bar(0, width)
    ctx.globalAlpha = 1
    bar(middle * (1 - clamp(left)), middle * (1 + clamp(left)))
  } else {
    bar(0, half)
    bar(width - half, width)
  }
  const rest = state._tag === 'Open' ? Math.max(0, state.retryAtSeconds - now).toFixed(1) : ''
  label(ctx, rest === '' ? '' : `probe in ${rest} s`, 0, y + 19, 'left', color, palette)
}

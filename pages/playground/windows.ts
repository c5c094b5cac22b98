/**
 * Draws the counts of a CLOSED circuit as what they are: pips, a ring of calls, or slices of time.
 */
import type { Counts, CountWindow, Slice, TimeWindow } from 'breaker-ts/Counts'
import type { State } from 'breaker-ts/State'

import type { Choice } from './settings'
import { rateOf } from './settings'
import { svg } from './svg'

const percent = (share: number) => `${Math.round(share * 100)} %`

const text = (x: number, y: number, words: string, of: Readonly<Record<string, string | number>> = {}) =>
  svg('text', { x, y, ...of }, words)

/** The picture of a state, 380 wide and 148 high. */
export const picture = (choice: Choice, state: State, now: number): ReadonlyArray<Node> => {
  switch (state._tag) {
    case 'Closed':
      return choice.trip === 'row'
        ? pips(choice, state.counts)
        : state.counts._tag === 'CountWindow'
          ? ring(choice, state.counts as CountWindow)
          : slices(choice, state.counts)
    case 'Open': {
      const [whole, rest] = [state.retryAtSeconds - state.openedAtSeconds, Math.max(0, state.retryAtSeconds - now)]
      return [
        arc(74, 74, 58, 0, 0.9999, 'slot'),
        arc(74, 74, 58, 0, whole > 0 ? Math.min(0.9999, rest / whole) : 0, 'open'),
        text(74, 80, `${rest.toFixed(1)} s`, { class: 'big', 'text-anchor': 'middle' }),
        text(160, 66, 'No call is counted.'),
        text(160, 84, `The first probe may go at ${state.retryAtSeconds.toFixed(1)} s.`),
        ...(state.reopenings > 0 ? [text(160, 102, `Reopened ${state.reopenings} times in a row.`)] : [])
      ]
    }
    case 'HalfOpen':
      return [
        ...Array.from({ length: choice.probes }, (_, i) => {
          const [x, isOut] = [24 + (i % 5) * 34, i < state.probes.length]
          return svg('circle', {
            cx: x,
            cy: 60 + Math.floor(i / 5) * 34,
            r: 11,
            class: isOut ? 'half' : 'outline'
          })
        }),
        text(13, 24, `${state.probes.length} of ${choice.probes} probes in flight, ${state.successes} succeeded`)
      ]
    default:
      return []
  }
}

const pips = (choice: Choice, counts: Counts): ReadonlyArray<Node> => {
  const each = Math.min(34, 372 / Math.min(15, choice.failures))
  return [
    ...Array.from({ length: choice.failures }, (_, i) => {
      const [x, y] = [each * ((i % 15) + 0.5), 62 + Math.floor(i / 15) * each]
      const r = each * 0.33
      return i < counts.failuresInARow
        ? svg('path', {
            d: `M${x - r} ${y - r}l${2 * r} ${2 * r}m0 ${-2 * r}l${-2 * r} ${2 * r}`,
            stroke: 'var(--bad)',
            'stroke-width': Math.max(2, each / 9),
            fill: 'none'
          })
        : svg('circle', { cx: x, cy: y, r, class: 'outline' })
    }),
    text(0, 24, `${counts.failuresInARow} of ${choice.failures} failures in a row. A success forgets them.`)
  ]
}

const point = (cx: number, cy: number, r: number, turn: number): string => {
  const angle = 2 * Math.PI * turn - Math.PI / 2
  return `${(cx + r * Math.cos(angle)).toFixed(2)} ${(cy + r * Math.sin(angle)).toFixed(2)}`
}

const sector = (cx: number, cy: number, inner: number, outer: number, from: number, to: number, name: string) => {
  const far = to - from > 0.5 ? 1 : 0
  const d = `M${point(cx, cy, outer, from)}A${outer} ${outer} 0 ${far} 1 ${point(cx, cy, outer, to)}L${point(cx, cy, inner, to)}A${inner} ${inner} 0 ${far} 0 ${point(cx, cy, inner, from)}z`
  return svg('path', { d, class: name })
}

const arc = (cx: number, cy: number, r: number, from: number, to: number, name: string) =>
  sector(cx, cy, r - 7, r, from, to, name)

/** The calls of a ring, by place: `undefined` where there is none yet, else the bits of `breaker-ts/Counts`. */
export const callsOf = ({ size, calls, next, word, pages }: CountWindow): ReadonlyArray<number | undefined> => {
  const room = 16 * Math.ceil(size / 16)
  return Array.from({ length: size }, (_, age) => {
    if (age >= calls) return undefined
    const place = (next - 1 - age + room) % room
    const index = Math.floor(place / 16)
    const isCurrent = index === Math.floor(next / 16) && place < next
    const bits = isCurrent ? word : (pages[Math.floor(index / 64)]?.[index % 64] ?? 0)
    return (bits >>> (2 * (place % 16))) & 3
  })
}

// The latest call is at the top, and older ones follow clockwise.
const ring = (choice: Choice, counts: CountWindow): ReadonlyArray<Node> => {
  const gap = Math.min(0.004, 0.15 / counts.size)
  const share = rateOf(choice, counts)
  const cells = callsOf(counts).map((bits, age) => {
    const [from, to] = [age / counts.size + gap, (age + 1) / counts.size - gap]
    if (bits === undefined) return sector(74, 74, 52, 60, from, to, 'slot')
    const [failed, slow] = [(bits & 1) !== 0, (bits & 2) !== 0]
    return failed
      ? sector(74, 74, 46, 72, from, to, 'bad')
      : sector(74, 74, slow ? 48 : 52, slow ? 66 : 60, from, to, slow ? 'slow' : 'good')
  })
  return [
    ...cells,
    svg('path', { d: 'M74 -1l-4 -6h8z', fill: 'var(--ink)' }),
    text(74, 80, percent(share), { class: 'big', 'text-anchor': 'middle' }),
    ...meter(choice, counts, 164)
  ]
}

const EMPTY: Slice = { calls: 0, failures: 0, slowCalls: 0, failedOrSlow: 0 }

const slicesOf = (counts: TimeWindow): ReadonlyArray<Slice> => {
  const sum = (key: keyof Slice) => counts.older.reduce((total, slice) => total + slice[key], 0)
  const current = {
    calls: counts.calls - sum('calls'),
    failures: counts.failures - sum('failures'),
    slowCalls: counts.slowCalls - sum('slowCalls'),
    failedOrSlow: counts.failedOrSlow - sum('failedOrSlow')
  }
  return [current, ...counts.older]
}

// The oldest slice on the left, the current one on the right.
const slices = (choice: Choice, counts: Counts): ReadonlyArray<Node> => {
  const found = counts._tag === 'TimeWindow' ? slicesOf(counts as TimeWindow) : []
  const ten = Array.from({ length: 10 }, (_, i) => found[9 - i] ?? EMPTY)
  const most = Math.max(4, ...ten.map(({ calls }) => calls))
  const bars = ten.flatMap(({ calls, failures, slowCalls }, i) => {
    const bad = choice.trip === 'slow' ? slowCalls : failures
    const [x, h, b] = [i * 15, (calls / most) * 112, (bad / most) * 112]
    return [
      svg('rect', { x, y: 119, width: 12, height: 2, class: 'slot' }),
      svg('rect', { x, y: 118 - h, width: 12, height: h - b, class: 'good' }),
      svg('rect', { x, y: 118 - b, width: 12, height: b, class: choice.trip === 'slow' ? 'slow' : 'bad' })
    ]
  })
  return [
    ...bars,
    text(0, 138, `${choice.seconds} s ago`),
    text(147, 138, 'now', { 'text-anchor': 'end' }),
    ...meter(choice, counts, 172)
  ]
}

// The rate, and the line it must not reach.
const meter = (choice: Choice, counts: Counts, x: number): ReadonlyArray<Node> => {
  const width = 372 - x
  const share = rateOf(choice, counts)
  const enough = counts.calls >= choice.minimum
  const bad = choice.trip === 'slow' ? counts.slowCalls : counts.failures
  const limit = x + (width * choice.rate) / 100
  return [
    text(x, 34, `${bad} of ${counts.calls} calls ${choice.trip === 'slow' ? 'slow' : 'failed'}`),
    svg('rect', { x, y: 50, width, height: 12, rx: 2, class: 'slot' }),
    svg('rect', {
      x,
      y: 50,
      width: width * share,
      height: 12,
      rx: 2,
      class: enough ? (choice.trip === 'slow' ? 'slow' : 'bad') : 'open-base'
    }),
    svg('line', { class: 'next', x1: limit, x2: limit, y1: 44, y2: 68 }),
    text(limit, 84, `opens at ${choice.rate} %`, { 'text-anchor': choice.rate > 60 ? 'end' : 'middle' }),
    ...(enough ? [] : [text(x, 116, `The rate is off below ${choice.minimum} calls.`)])
  ]
}

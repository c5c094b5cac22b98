/**
 * What a page shows, as the part of its address after `#`, and back. Whatever stands there, something sensible comes out.
 */
import type { Choice } from './settings'
import { choices, defaults, inRange, ranges } from './settings'
import type { Hand } from './traffic'

export interface Shown {
  readonly scenario: string
  readonly seed: number
  readonly slowSeconds: number
  readonly hands: ReadonlyArray<Hand>
  readonly A: Choice
  readonly B: Choice
  readonly seconds: number | null
  readonly story: string | null
  readonly step: number
}

const short = (seconds: number) => String(Math.round(seconds * 10) / 10)

const choiceText = (choice: Choice, usual: Choice): string =>
  Object.entries(choice)
    .filter(([key, value]) => value !== usual[key as keyof Choice])
    .map(([key, value]) => `${key}.${value}`)
    .join('_')

const choiceOf = (text: string, usual: Choice): Choice => {
  const given = text.split('_').flatMap((part): ReadonlyArray<readonly [string, unknown]> => {
    const [key = '', value = ''] = part.split('.')
    if (Object.keys(choices).includes(key))
      return (choices[key as keyof typeof choices] as ReadonlyArray<string>).includes(value) ? [[key, value]] : []
    return Object.keys(ranges).includes(key) && value !== '' ? [[key, Number(value)]] : []
  })
  return inRange({ ...usual, ...Object.fromEntries(given) })
}

const handOf = (text: string): ReadonlyArray<Hand> => {
  const [, kind, from, to] = /^(kill|slow|errors)\.([\d.]+)-([\d.]+)$/.exec(text) ?? []
  return kind !== undefined && Number(to) > Number(from)
    ? [{ kind: kind as Hand['kind'], fromSeconds: Number(from), toSeconds: Number(to) }]
    : []
}

export const linkOf = (shown: Shown): string => {
  const pairs: ReadonlyArray<readonly [string, string]> =
    shown.story !== null
      ? [
          ['story', shown.story],
          ['step', String(shown.step)]
        ]
      : [
          ['scenario', shown.scenario],
          ['seed', String(shown.seed)],
          ['A', choiceText(shown.A, defaults.A)],
          ['B', choiceText(shown.B, defaults.B)],
          ['slow', shown.slowSeconds === 1 ? '' : short(shown.slowSeconds)],
          ['hand', shown.hands.map((h) => `${h.kind}.${short(h.fromSeconds)}-${short(h.toSeconds)}`).join('_')],
          ['t', shown.seconds === null ? '' : short(shown.seconds)]
        ]
  return `#${pairs
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}=${value}`)
    .join('&')}`
}

const numberOr = (text: string | null, other: number, least: number, most: number): number => {
  const n = text === null || text === '' ? NaN : Number(text)
  return Number.isFinite(n) ? Math.min(most, Math.max(least, n)) : other
}

export const shownBy = (link: string, scenarios: ReadonlyArray<string>): Shown => {
  const given = new URLSearchParams(link.replace(/^#/, ''))
  const scenario = given.get('scenario') ?? ''
  return {
    scenario: scenarios.includes(scenario) ? scenario : (scenarios[0] as string),
    seed: Math.round(numberOr(given.get('seed'), 1, 0, 2 ** 32 - 1)),
    slowSeconds: numberOr(given.get('slow'), 1, 0.1, 60),
    hands: (given.get('hand') ?? '').split('_').flatMap(handOf).slice(0, 100),
    A: choiceOf(given.get('A') ?? '', defaults.A),
    B: choiceOf(given.get('B') ?? '', defaults.B),
    seconds: given.has('t') ? numberOr(given.get('t'), 0, 0, 1e9) : null,
    story: given.get('story'),
    step: Math.round(numberOr(given.get('step'), 0, 0, 100))
  }
}

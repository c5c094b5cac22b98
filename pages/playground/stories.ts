/**
 * The interleavings of docs/peers.md, step by step, by the reducer: the transcript that the tests play, as a picture.
 */
import type { Config, Settings } from 'breaker-ts/Config'
import { from } from 'breaker-ts/Config'
import * as Ev from 'breaker-ts/Event'
import { at, permit, reduce } from 'breaker-ts/Reducer'
import type { State } from 'breaker-ts/State'
import { initial } from 'breaker-ts/State'
import { failureRate } from 'breaker-ts/TripStrategy'
import { timeWindow } from 'breaker-ts/Window'

import transcript from '../../tests/transcripts/21-interleavings.txt?raw'
import { json, nameOf } from './inspector'
import { find, html, svg, write } from './svg'

declare const PEERS: {
  readonly names: ReadonlyArray<string>
  readonly rows: Readonly<Record<string, ReadonlyArray<string>>>
}

const peers = PEERS

interface Step {
  readonly seconds: number
  readonly prose: string
  readonly event: string
  /** Whose call it is. */
  readonly call: string
  readonly end: 'start' | 'rejected' | 'succeed' | 'fail' | 'release' | 'look'
  readonly before: State
  readonly after: State
  readonly result: string
}

interface Story {
  readonly id: string
  readonly title: string
  readonly settings: string
  readonly steps: ReadonlyArray<Step>
}

const POLICIES: Readonly<Record<string, (...numbers: ReadonlyArray<number>) => unknown>> = {
  timeWindow: (seconds = 1, slices) => timeWindow(seconds, slices),
  failureRate: (rate = 1, minimum) => failureRate(rate, minimum)
}

const settingsOf = (line: string): Config => {
  const pairs = line.split(/, (?![^(]*\))/).map((pair) => {
    const [key = '', ...rest] = pair.split(' ')
    const [, policy, numbers = ''] = /^(\w+)\((.*)\)$/.exec(rest.join(' ')) ?? []
    return [key, policy === undefined ? Number(rest[0]) : POLICIES[policy]?.(...numbers.split(', ').map(Number))]
  })
  return from({ name: 'story', ...(Object.fromEntries(pairs) as Partial<Settings>) })
}

const showState = (state: State): string => {
  switch (state._tag) {
    case 'Open':
      return `OPEN, until ${state.retryAtSeconds} s`
    case 'HalfOpen':
      return `HALF-OPEN, ${state.probes.length === 0 ? 'no probe' : state.probes.length === 1 ? 'a probe' : `${state.probes.length} probes`} in flight`
    case 'Closed':
      return `CLOSED, ${state.counts.failures} failure${state.counts.failures === 1 ? '' : 's'} counted`
    default:
      return nameOf[state._tag]
  }
}

// Every state goes through JSON on its way to the next step: it is a value.
const saved = (state: State): State => JSON.parse(JSON.stringify(state)) as State

const play = (config: Config, before: State, seconds: number, prose: string, event: string): Step => {
  const [verb = '', first = '', id = null] = event.split(/ #?/)
  const step = (call: string, end: Step['end'], after: State, result?: string): Step => ({
    seconds,
    prose,
    event,
    call,
    end,
    before,
    after,
    result: result ?? (after === before ? 'Nothing changes.' : showState(after))
  })
  if (verb === 'look') return step('', 'look', at(config)(before, seconds))
  if (verb === 'ask') {
    const asked = permit(config)(before, seconds, first)
    return asked._tag === 'Right'
      ? step(first, 'start', before, 'It passes.')
      : step(
          first,
          'rejected',
          before,
          asked.left.reason === 'open'
            ? `Rejected, for ${asked.left.retryAfterSeconds} s more.`
            : 'Rejected: no room for a probe.'
        )
  }
  if (verb === 'admit') return step(first, 'start', reduce(config)(before, Ev.admitted(first), seconds))
  const held = { generation: Number(first), probe: id }
  const said = verb === 'succeed' ? Ev.succeeded(held) : verb === 'fail' ? Ev.failed(held) : Ev.released(held)
  const call = id ?? /'(\w+)'/.exec(prose)?.[1] ?? 'calls'
  return step(call, verb as Step['end'], reduce(config)(before, said, seconds))
}

const storyOf = (text: string): Story => {
  const [title = '', ...lines] = text.split('\n')
  const settings = lines.find((line) => line.startsWith('settings '))?.slice('settings '.length) ?? ''
  const config = settingsOf(settings)
  const steps: Array<Step> = []
  let prose = ''
  let state: State = initial
  for (const line of lines) {
    const [, seconds, event] = /^ *([\d.]+) +(.*?) +-> /.exec(line) ?? []
    if (seconds !== undefined && event !== undefined) {
      const step = play(config, state, Number(seconds), prose, event)
      steps.push(step)
      state = step.after === state ? state : saved(step.after)
    } else if (line !== '' && !line.startsWith('settings ')) prose = line
  }
  return { id: title.toLowerCase().replace(/\W+/g, '-'), title, settings, steps }
}

export const stories: ReadonlyArray<Story> = transcript.split('\n## ').slice(1).map(storyOf)

// -------------------------------------------------------------------------------------
// picture
// -------------------------------------------------------------------------------------

const LEFT = 74
const ROW = 34
const TOP = 30

const diagram = ({ steps }: Story, chosen: number): SVGElement => {
  const narrow = innerWidth < 760
  const column = narrow ? Math.max(34, (innerWidth - 32 - LEFT) / steps.length) : Math.min(104, 640 / steps.length)
  const calls = [...new Set(steps.map(({ call }) => call).filter((call) => call !== ''))]
  const width = LEFT + column * steps.length + 6
  const bottom = TOP + calls.length * ROW + 6
  const x = (i: number) => LEFT + column * (i + 0.5)
  const faded = (i: number) => (i > chosen ? 0.22 : 1)
  const marks = (step: Step, i: number, y: number): ReadonlyArray<SVGElement> => {
    const of = { opacity: faded(i) }
    switch (step.end) {
      case 'start':
        return [svg('circle', { cx: x(i), cy: y, r: 5, fill: 'var(--ink)', ...of })]
      case 'succeed':
        return [svg('circle', { cx: x(i), cy: y, r: 7, class: 'good', ...of })]
      case 'fail':
        return [
          svg('path', { d: `M${x(i) - 6} ${y - 6}l12 12m0-12l-12 12`, stroke: 'var(--bad)', 'stroke-width': 3, ...of })
        ]
      case 'release':
        return [svg('circle', { cx: x(i), cy: y, r: 6, class: 'outline', 'stroke-width': 2, ...of })]
      case 'rejected':
        return [
          svg('path', {
            d: `M${x(i) - 14} ${y - 9}q10 -2 13 8q-3 -2 -9 7`,
            fill: 'none',
            stroke: 'var(--spared)',
            'stroke-width': 2,
            ...of
          }),
          svg('line', {
            x1: x(i) + 3,
            x2: x(i) + 3,
            y1: y - 10,
            y2: y + 10,
            stroke: 'var(--bad)',
            'stroke-width': 3,
            ...of
          })
        ]
      case 'look':
        return []
    }
  }
  const rows = calls.flatMap((call, n) => {
    const y = TOP + n * ROW + ROW / 2
    const own = steps.flatMap((step, i) => (step.call === call ? [i] : []))
    const [first = 0] = own
    const last = own.length > 1 ? (own.at(-1) as number) : steps[first]?.end === 'start' ? steps.length - 0.6 : first
    const isLine = call !== 'calls' && last > first
    return [
      svg('text', { x: 0, y: y + 4, class: 'axis', opacity: faded(first) }, call),
      ...(isLine
        ? [
            svg('line', { x1: x(first), x2: x(last), y1: y, y2: y, stroke: 'var(--line)', 'stroke-width': 2 }),
            ...(chosen >= first
              ? [
                  svg('line', {
                    x1: x(first),
                    x2: x(Math.min(last, chosen)),
                    y1: y,
                    y2: y,
                    stroke: 'var(--ink)',
                    'stroke-width': 2
                  })
                ]
              : [])
          ]
        : []),
      ...own.flatMap((i) => marks(steps[i] as Step, i, y))
    ]
  })
  const states = steps.map(({ after }, i) => {
    const [left, w] = [LEFT + column * (i + 0.5), column]
    const of = { opacity: faded(i) }
    return after._tag === 'Open'
      ? svg('rect', { x: left, y: bottom, width: w, height: 18, class: 'open', ...of })
      : after._tag === 'HalfOpen'
        ? svg('rect', { x: left, y: bottom + 9, width: w, height: 9, class: 'half', ...of })
        : svg('rect', { x: left, y: bottom + 15, width: w, height: 3, class: 'good', ...of })
  })
  return svg(
    'svg',
    {
      viewBox: `0 0 ${width + column / 2} ${bottom + 26}`,
      width: width + column / 2,
      height: bottom + 26,
      role: 'img',
      'aria-label': 'Calls and states, step by step'
    },
    svg('line', {
      x1: x(chosen),
      x2: x(chosen),
      y1: 18,
      y2: bottom + 20,
      stroke: 'var(--faint)',
      'stroke-dasharray': '2 3'
    }),
    ...steps.map(({ seconds }, i) =>
      svg(
        'text',
        { x: x(i), y: 12, class: 'axis', 'text-anchor': 'middle', opacity: faded(i) },
        narrow ? String(seconds) : `${seconds} s`
      )
    ),
    ...rows,
    svg('rect', { x: LEFT, y: bottom + 15, width: column * 0.5, height: 3, class: 'good' }),
    ...states,
    svg('text', { x: 0, y: bottom + 16, class: 'axis' }, 'breaker')
  )
}

/** Shows a story at a step, and tells when another is chosen. */
export const theater = (tell: (id: string, step: number) => void) => {
  let story = stories[0] as Story
  let step = 0
  const list = html('ul', { class: 'list', 'aria-label': 'Stories' })
  const picture = html('div', { class: 'diagram' })
  const title = html('h2', { class: 'story-title' })
  const settings = html('p', { class: 'label' })
  const prose = html('p', { class: 'prose', 'aria-live': 'polite' })
  const result = html('p', { class: 'result' })
  const value = html('pre', { class: 'value', tabindex: 0, 'aria-label': 'State as JSON' })
  const range = html('input', { type: 'range', min: 0, step: 1, 'aria-label': 'Step' })
  const elsewhere = html('table', {}, html('caption', {}, 'The same with each library, as measured in docs/peers.md'))
  const [back, forth] = [
    html('button', { type: 'button' }, 'Back'),
    html('button', { type: 'button', class: 'primary' }, 'Next step')
  ]

  const show = () => {
    const now = story.steps[step] as Step
    for (const button of list.querySelectorAll('button'))
      if (button.dataset['id'] === story.id) button.setAttribute('aria-current', 'true')
      else button.removeAttribute('aria-current')
    write(title, story.title)
    write(settings, story.settings)
    write(prose, now.prose)
    result.replaceChildren(html('code', {}, `${now.seconds} s  ${now.event}`), html('span', {}, now.result))
    picture.replaceChildren(diagram(story, step))
    value.replaceChildren(...json(now.after, now.before))
    range.max = String(story.steps.length - 1)
    range.value = String(step)
    range.setAttribute('aria-valuetext', `step ${step + 1} of ${story.steps.length}, ${now.result}`)
    back.disabled = step === 0
    write(forth, step === story.steps.length - 1 ? 'Next story' : 'Next step')
    const cells = peers.rows[story.title] ?? []
    elsewhere.replaceChildren(
      elsewhere.caption as HTMLElement,
      html(
        'tbody',
        {},
        ...cells.map((cell, i) =>
          html('tr', {}, html('th', { scope: 'row' }, peers.names[i] ?? ''), html('td', {}, cell))
        )
      )
    )
  }
  const go = (to: Story, at: number) => {
    story = to
    step = Math.min(story.steps.length - 1, Math.max(0, at))
    show()
    tell(story.id, step)
  }
  const move = (by: 1 | -1) => {
    if (by > 0 && step === story.steps.length - 1)
      return go(stories[(stories.indexOf(story) + 1) % stories.length] as Story, 0)
    go(story, step + by)
  }

  for (const each of stories) {
    const button = html('button', { type: 'button', 'data-id': each.id }, each.title)
    button.addEventListener('click', () => go(each, 0))
    list.append(html('li', {}, button))
  }
  back.addEventListener('click', () => move(-1))
  forth.addEventListener('click', () => move(1))
  range.addEventListener('input', () => go(story, Number(range.value)))
  find('#stories').append(
    html(
      'div',
      { class: 'theater' },
      html(
        'nav',
        { class: 'side', 'aria-label': 'Stories' },
        list,
        html(
          'p',
          { class: 'note' },
          'docs/peers.md has two more, which are about what is around the machine: observers that throw, and settings that are NaN.'
        )
      ),
      html(
        'section',
        { class: 'play', 'aria-label': 'Story' },
        title,
        settings,
        picture,
        html('div', { class: 'steps' }, back, forth, range),
        prose,
        result,
        html(
          'div',
          { class: 'under' },
          html('div', {}, html('h3', {}, 'The state'), value),
          html('div', {}, html('h3', {}, 'Elsewhere'), elsewhere)
        )
      )
    )
  )
  return {
    move,
    open: (id: string, at: number) => {
      story = stories.find((each) => each.id === id) ?? (stories[0] as Story)
      step = Math.min(story.steps.length - 1, Math.max(0, at))
      show()
    },
    redraw: show
  }
}

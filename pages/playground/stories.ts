/**
 * Shows the stories: calls and states side by side, what happens at a step, and what other libraries do there.
 */
import { json } from './inspector'
import type { Step, Story } from './story'
import { stories } from './story'
import { find, html, svg, write } from './svg'

declare const PEERS: {
  readonly names: ReadonlyArray<string>
  readonly rows: Readonly<Record<string, ReadonlyArray<string>>>
}

const peers = PEERS

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

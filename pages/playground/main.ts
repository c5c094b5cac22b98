/**
 * The page: what is shown follows from the link, the time, and the calls.
 */
import './style.css'

import type { ScenarioName } from 'breaker-ts/Scenario'
import { scenarios } from 'breaker-ts/Scenario'
import type { Call } from 'breaker-ts/Traffic'

import { json, nameOf, sentence, short } from './inspector'
import { legend } from './legend'
import { linkOf, shownBy } from './link'
import type { Log } from './log'
import { read } from './log'
import { panel } from './panel'
import type { Run, View } from './run'
import { atOnce, inPieces, run, verdictOf } from './run'
import type { Choice } from './settings'
import { codeOf, configOf, dataOf, titleOf } from './settings'
import type { Palette } from './stage'
import { changeAt, draw } from './stage'
import { stories, theater } from './stories'
import type { Row } from './strip'
import { axisRow, clockOf, laneRow, row, trafficRow } from './strip'
import { find, html, segments, svg, write } from './svg'
import type { Hand } from './traffic'
import { byHand, callsOf } from './traffic'
import { picture } from './windows'

const NAMES = ['none', 'A', 'B'] as const
type Lane = (typeof NAMES)[number]
type Chosen = 'A' | 'B'

// -------------------------------------------------------------------------------------
// what is shown
// -------------------------------------------------------------------------------------

const ids: ReadonlyArray<string> = scenarios.map(({ name }) => name)
const prefersStill = matchMedia('(prefers-reduced-motion: reduce)')
let shown = shownBy(location.hash, ids)
let log: Log | null = null
let seconds = 0
let speed = 1
let playing = false
let which: Chosen = 'A'

let calls: ReadonlyArray<Call> = []
let illness = new Float64Array(0)
let span = 180
let longestSeconds = 1
let runs: Record<Lane, Run>

const isBad = (call: Call) => verdictOf(call, shown.slowSeconds) === 'bad'

/** The calls have changed, or which of them are bad. */
const rebuild = () => {
  const base = log?.calls ?? callsOf(shown.scenario, shown.seed)
  calls = byHand(shown.hands, shown.seed)(base)
  const ended = calls.filter(({ seconds }) => seconds < Infinity)
  span = Math.ceil(ended.reduce((most, call) => Math.max(most, call.startSeconds + call.seconds), 1))
  longestSeconds = Math.min(
    60,
    ended.reduce((most, call) => Math.max(most, call.seconds), 0.5)
  )
  illness = new Float64Array(Math.ceil(span) + 1)
  const all = new Float64Array(illness.length)
  for (const call of calls) {
    const second = Math.min(illness.length - 1, Math.floor(call.startSeconds))
    all[second] = (all[second] as number) + 1
    if (isBad(call)) illness[second] = (illness[second] as number) + 1
  }
  illness = illness.map((bad, i) => (all[i] === 0 ? 0 : bad / (all[i] as number)))
}

const stepsOf = (lane: Lane) => {
  const made = lane === 'none' ? { config: null } : configOf(lane, shown[lane])
  return 'config' in made ? run(calls, made.config, shown.slowSeconds, span) : undefined
}

const rerun = (...lanes: ReadonlyArray<Lane>) => {
  const next: Partial<Record<Lane, Run>> = { ...runs }
  for (const lane of lanes) {
    const steps = stepsOf(lane)
    if (steps !== undefined) next[lane] = atOnce(steps)
  }
  runs = next as Record<Lane, Run>
}

const say = (text: string) => {
  write(find('#log'), text)
  find('#log').hidden = text === ''
}

// A long log takes seconds, so it is followed in pieces, and what has become old is dropped.
const AT_ONCE = 20_000
let turn = 0

const rerunInPieces = async (...lanes: ReadonlyArray<Lane>): Promise<boolean> => {
  const mine = ++turn
  const next: Partial<Record<Lane, Run>> = {}
  for (const lane of lanes) {
    const steps = stepsOf(lane)
    const found = steps && (await inPieces(steps, () => mine === turn))
    if (mine !== turn) return false
    if (found !== undefined) next[lane] = found
  }
  runs = { ...runs, ...next }
  return true
}

/** What is shown has changed: follows the calls through these lanes again. */
const follow = (...lanes: ReadonlyArray<Lane>) => {
  if (calls.length <= AT_ONCE) {
    rerun(...lanes)
    refresh()
    return
  }
  refresh()
  say('Working…')
  void rerunInPieces(...NAMES).then((isDone) => {
    if (!isDone) return
    say('')
    refresh()
  })
}

// -------------------------------------------------------------------------------------
// the parts of the page
// -------------------------------------------------------------------------------------

const lanes = NAMES.map((lane, i) => {
  const canvas = html('canvas', { role: 'img' })
  const title = html('span', { class: 'title' })
  const badge = html('span', { class: 'badge' })
  const figure = (name: string, ...label: ReadonlyArray<string | Node>) => {
    const value = html('dd')
    const term = html('dt', {}, ...label)
    return { value, term, element: html('div', { class: name }, term, value) }
  }
  const figures = {
    failed: figure('failed', 'failed'),
    spared: figure('spared', 'spared'),
    wrongly: figure('wrongly', 'wrongly', html('span', { class: 'more' }, ' rejected')),
    waited: figure('waited', 'waited')
  }
  const element = html(
    'article',
    { class: 'lane', style: `--column: ${i + 1}`, 'aria-label': lane === 'none' ? 'No breaker' : `Breaker ${lane}` },
    html('div', { class: 'lane-head' }, html('h2', {}, lane === 'none' ? 'No breaker' : lane), title, badge),
    html('div', { class: 'stage' }, canvas),
    html('dl', { class: 'figures', id: `figures-${lane}` }, ...Object.values(figures).map((f) => f.element))
  )
  find('#lanes').append(element)
  return { lane, canvas, context: canvas.getContext('2d') as CanvasRenderingContext2D, title, badge, figures }
})

const rows: Record<'traffic' | 'A' | 'B' | 'axis', Row> = {
  traffic: row('traffic', 'row-traffic'),
  A: row('lane', 'row-a'),
  B: row('lane', 'row-b'),
  axis: row('axis', 'row-axis')
}
const rowNotes = { A: html('small'), B: html('small') }
find('#rows').append(
  html('div', { class: 'row' }, html('span', {}, 'Calls', html('small', {}, 'good, bad')), rows.traffic.element),
  html('div', { class: 'row' }, html('span', {}, 'A', rowNotes.A), rows.A.element),
  html('div', { class: 'row' }, html('span', {}, 'B', rowNotes.B), rows.B.element),
  html('div', { class: 'row' }, html('span'), rows.axis.element)
)
const scrub = find<HTMLInputElement>('#scrub')

const panels = (['A', 'B'] as const).map((lane) =>
  panel(
    lane,
    (choice) => {
      shown = { ...shown, [lane]: choice }
      follow(lane)
    },
    () => openCode(lane)
  )
)

const seed = html('input', { id: 'seed', type: 'number', min: 0, max: 2 ** 32 - 1, step: 1 })
const slow = html('input', { type: 'range', min: 0.1, max: 3, step: 0.1, id: 'slow' })
const slowOut = html('output')
const again = html('button', { type: 'button' }, 'Another')
find('#panels').append(
  html(
    'div',
    {},
    html('div', { class: 'bar' }, html('h2', {}, 'Calls')),
    html(
      'div',
      { class: 'field', id: 'seed-field' },
      html('label', { for: 'seed' }, 'Seed'),
      html('span', { class: 'seed' }, seed, again)
    ),
    html('div', { class: 'field' }, html('label', { for: 'slow' }, 'Slow from'), slow, slowOut),
    legend(),
    html(
      'p',
      { class: 'note' },
      'All lanes get the same calls, whatever the breakers do. A rejected call would have ended as it does in the first lane: that is how the page knows which ones were spared.'
    )
  ),
  ...panels.map(({ element }) => element)
)

const titles: Readonly<Record<ScenarioName, string>> = {
  'error-spike': 'Error spikes',
  'sudden-spikes': 'Outages',
  'gradual-increase': 'Gradual',
  'sustained-load': 'Overload',
  oscillating: 'Oscillating',
  'near-target': 'Near 50 %',
  'slow-query': 'Slow',
  'one-of-many': 'One of four'
}

const chooseScenario = segments(
  find('#scenarios'),
  scenarios.map(({ name, title }) => [name as string, html('span', { title }, icon(name), titles[name])] as const),
  (id) => {
    log = null
    shown = { ...shown, scenario: id, hands: [] }
    rebuild()
    rerun(...NAMES)
    start()
  }
)

function icon(id: string): SVGElement {
  const [bins, found] = [36, callsOf(id, 1)]
  const [bad, all] = [new Float64Array(bins), new Float64Array(bins)]
  for (const call of found) {
    const bin = Math.min(bins - 1, Math.floor((call.startSeconds / 180) * bins))
    all[bin] = (all[bin] as number) + 1
    if (call.outcome === 'failure' || call.seconds >= 1) bad[bin] = (bad[bin] as number) + 1
  }
  const d = Array.from(
    bad,
    (n, i) => `${i === 0 ? 'M' : 'L'}${(i / (bins - 1)) * 100} ${19 - (n / Math.max(1, all[i] as number)) * 18}`
  )
  return svg(
    'svg',
    { viewBox: '0 0 100 20', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    svg('path', { d: d.join('') })
  )
}

const SPEEDS = ['0.25', '1', '4', '16'] as const
let chooseSpeed = segments<string>(find('#speeds'), [], () => undefined)
const offerSpeeds = () => {
  const fit = 10 ** Math.ceil(Math.log10(Math.max(1, span / 200)))
  const offered = fit > 16 ? ['1', '16', String(fit), String(fit * 10)] : [...SPEEDS]
  chooseSpeed = segments(
    find('#speeds'),
    offered.map((s) => [s, `${s === '0.25' ? '¼' : s}×`] as const),
    (s) => {
      speed = Number(s)
      refresh()
    }
  )
  find('#speeds').classList.add('segments')
}

const chooseWhich = segments<Chosen>(
  find('#which'),
  [
    ['A', 'A'],
    ['B', 'B']
  ],
  (lane) => {
    which = lane
    refresh()
  }
)
find('#which').classList.add('segments')

// -------------------------------------------------------------------------------------
// drawing
// -------------------------------------------------------------------------------------

let palette: Palette
const readPalette = () => {
  const style = getComputedStyle(document.documentElement)
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim()
  palette = {
    paper: color('paper'),
    ink: color('ink'),
    muted: color('muted'),
    faint: color('faint'),
    line: color('line'),
    good: color('good'),
    bad: color('bad'),
    probe: color('probe'),
    spared: color('spared'),
    font: color('sans')
  }
}

let rowWidth = 0

const fillRows = () => {
  rowWidth = rows.traffic.element.getBoundingClientRect().width || 800
  rows.traffic.fill(trafficRow(calls, isBad, shown.hands, span, rowWidth), rowWidth)
  for (const lane of ['A', 'B'] as const)
    rows[lane].fill(laneRow(runs[lane], shown[lane], calls, span, rowWidth), rowWidth)
  rows.axis.fill(axisRow(span, rowWidth), rowWidth)
}

let drawnAt = -1

const frame = (all: boolean) => {
  const views = Object.fromEntries(NAMES.map((lane) => [lane, runs[lane].at(seconds)])) as Record<Lane, View>
  const second = Math.min(illness.length - 1, Math.max(0, Math.floor(seconds)))
  for (const { lane, canvas, context, badge, figures } of lanes) {
    const { width, height } = canvas.getBoundingClientRect()
    const ratio = Math.min(3, devicePixelRatio || 1)
    if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio)
    if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio)
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    const { state, figures: found } = views[lane]
    draw(
      context,
      width,
      height,
      {
        calls,
        run: runs[lane],
        state,
        seconds,
        speed,
        still: prefersStill.matches,
        isBad,
        illness: illness[second] ?? 0,
        longestSeconds
      },
      palette
    )
    write(figures.failed.value, String(found.failed))
    write(figures.spared.value, lane === 'none' ? '–' : String(found.spared))
    write(figures.wrongly.value, lane === 'none' ? '–' : String(found.wronglyRejected))
    write(figures.waited.value, `${Math.round(found.waitedSeconds)} s`)
    figures.spared.element.classList.toggle('none', lane === 'none')
    figures.wrongly.element.classList.toggle('none', lane === 'none')
    if (lane === 'none') continue
    write(rowNotes[lane], nameOf[state._tag])
    write(badge, nameOf[state._tag])
    badge.dataset['state'] = state._tag
  }
  const x = (seconds / span) * rowWidth
  for (const { move } of Object.values(rows)) move(x, rowWidth)
  const tenths = Math.round(seconds * 10)
  find('#clock').replaceChildren(`${clockOf(tenths / 10)}.${tenths % 10} `, html('small', {}, `of ${clockOf(span)}`))
  if (document.activeElement !== scrub || playing) scrub.value = String(seconds)
  const now = performance.now()
  if (!all && now - drawnAt < 90) return
  drawnAt = now
  scrub.setAttribute(
    'aria-valuetext',
    `${seconds.toFixed(1)} seconds, A ${nameOf[views.A.state._tag]}, B ${nameOf[views.B.state._tag]}`
  )
  for (const { lane, canvas } of lanes)
    canvas.setAttribute(
      'aria-label',
      lane === 'none' ? 'Calls without a breaker' : `Calls through ${lane}, ${nameOf[views[lane].state._tag]}`
    )
  panels.forEach(({ lane, draw: fill }) => fill(picture(shown[lane], views[lane].state, seconds)))
  inspect(views[which])
}

let listed: Run | null = null

const inspect = (view: View) => {
  const of = runs[which]
  const config = of.config
  const index = changeAt(of, seconds)
  write(find('#because'), sentence(which, config, shown[which], of.changes[index], view.last, calls))
  write(find('#json-time'), `at ${seconds.toFixed(1)} s`)
  find('#json').replaceChildren(...json(view.state, view.last?.before))
  const list = find<HTMLOListElement>('#changes')
  if (listed !== of) {
    listed = of
    list.replaceChildren(
      ...of.changes.slice(0, 300).map((change) => {
        const button = html(
          'button',
          { type: 'button' },
          html('span', {}, `${change.atSeconds.toFixed(2)} s`),
          mark(change.to._tag),
          html('span', { class: 'why' }, `${nameOf[change.to._tag]}: ${short(config, shown[which], change)}`)
        )
        button.addEventListener('click', () => {
          playing = false
          go(change.atSeconds)
        })
        return html('li', {}, button)
      })
    )
  }
  Array.from(list.querySelectorAll('button'), (button, i) => {
    const isCurrent = i === index
    if (isCurrent !== (button.getAttribute('aria-current') === 'true')) {
      if (isCurrent) {
        button.setAttribute('aria-current', 'true')
        list.scrollTop = button.offsetTop - list.offsetTop - 60
      } else button.removeAttribute('aria-current')
    }
  })
}

const mark = (tag: string): SVGElement =>
  svg(
    'svg',
    { viewBox: '0 0 12 12', 'aria-hidden': 'true' },
    tag === 'Open'
      ? svg('path', { d: 'M1 11V1l10 10z', class: 'open' })
      : tag === 'HalfOpen'
        ? svg('path', { d: 'M1 6h10v5H1z', class: 'half' })
        : svg('path', { d: 'M0 10h12', stroke: 'var(--good)', 'stroke-width': 3 })
  )

// -------------------------------------------------------------------------------------
// time
// -------------------------------------------------------------------------------------

const PLAY = 'M4 2.5v11l9-5.5z'
const PAUSE = 'M4.5 3v10M11 3v10'

const refresh = () => {
  chooseScenario(log === null ? shown.scenario : '')
  chooseSpeed(String(speed))
  chooseWhich(which)
  panels.forEach(({ lane, show }) => show(shown[lane], configOf(lane, shown[lane])))
  const slowToo = calls.some((call) => call.outcome === 'success' && isBad(call))
  for (const { figures } of lanes) write(figures.failed.term, slowToo ? 'failed or slow' : 'failed')
  for (const { lane, title } of lanes)
    write(title, lane === 'none' ? 'every call reaches the service' : titleOf(shown[lane]))
  seed.value = String(shown.seed)
  find('#seed-field').hidden = log !== null
  slow.value = String(shown.slowSeconds)
  write(slowOut, `${shown.slowSeconds} s`)
  find('#undo').hidden = shown.hands.length === 0
  write(find('#blurb'), log === null ? blurb() : log.name)
  scrub.max = String(span)
  listed = null
  fillRows()
  showPlaying()
  frame(true)
  keepLink()
}

const blurb = () => scenarios.find(({ name }) => name === shown.scenario)?.text ?? ''

const showPlaying = () => {
  find('#play').replaceChildren(
    svg('svg', { viewBox: '0 0 16 16', 'aria-hidden': 'true' }, svg('path', { d: playing ? PAUSE : PLAY })),
    playing ? 'Pause' : 'Play'
  )
}

let keeping: ReturnType<typeof setTimeout> | undefined
const keepLink = () => {
  clearTimeout(keeping)
  keeping = setTimeout(() => {
    if (!playing && log === null) history.replaceState(null, '', linkOf({ ...shown, seconds }))
  }, 150)
}

const go = (to: number) => {
  seconds = Math.min(span, Math.max(0, to))
  showPlaying()
  frame(true)
  keepLink()
}

let lastFrame = 0
const tick = (now: number) => {
  const passed = Math.min(0.1, (now - lastFrame) / 1000)
  lastFrame = now
  if (playing) {
    // without motion, the picture changes twice a second
    if (!prefersStill.matches) seconds = Math.min(span, seconds + passed * speed)
    else if (now - drawnAt >= 500) seconds = Math.min(span, seconds + 0.5 * speed)
    if (seconds >= span) {
      playing = false
      go(span)
    } else if (!prefersStill.matches || now - drawnAt >= 500) frame(prefersStill.matches)
  }
  requestAnimationFrame(tick)
}

const play = (on: boolean) => {
  if (on && seconds >= span) seconds = 0
  playing = on
  showPlaying()
  frame(true)
  keepLink()
}

/** From a little before the first breaker opens. */
const start = () => {
  const first = Math.min(...(['A', 'B'] as const).flatMap((lane) => runs[lane].changes[0]?.atSeconds ?? []))
  offerSpeeds()
  speed = log === null ? 1 : Number(find('#speeds').children[2]?.getAttribute('data-value'))
  seconds = Number.isFinite(first) ? Math.max(0, first - (prefersStill.matches ? -0.4 : 5 * speed)) : 0
  playing = !prefersStill.matches
  refresh()
}

const step = (direction: 1 | -1) => {
  const all = [...runs.A.changes, ...runs.B.changes].map((change) => change.atSeconds).sort((a, b) => a - b)
  const next = direction > 0 ? all.find((at) => at > seconds + 1e-9) : all.findLast((at) => at < seconds - 1e-9)
  playing = false
  go(next ?? (direction > 0 ? span : 0))
}

find('#play').addEventListener('click', () => play(!playing))
find('#back').addEventListener('click', () => step(-1))
find('#forth').addEventListener('click', () => step(1))
scrub.addEventListener('input', () => {
  playing = false
  go(Number(scrub.value))
})
for (const { element } of Object.values(rows)) {
  const move = (event: PointerEvent) => {
    const { left, width } = element.getBoundingClientRect()
    playing = false
    go(((event.clientX - left) / width) * span)
  }
  element.addEventListener('pointerdown', (event) => {
    element.setPointerCapture(event.pointerId)
    move(event)
  })
  element.addEventListener('pointermove', (event) => {
    if (element.hasPointerCapture(event.pointerId)) move(event)
  })
}

// -------------------------------------------------------------------------------------
// stories
// -------------------------------------------------------------------------------------

const stage = theater((story, step) => {
  shown = { ...shown, story, step }
  keepLink()
})

const view = (story: string | null) => {
  shown = { ...shown, story }
  find('#traffic').hidden = story !== null
  find('#stories').hidden = story === null
  for (const part of document.querySelectorAll<HTMLElement>('[data-view]'))
    part.hidden = (part.dataset['view'] === 'stories') !== (story !== null)
  find('#view-traffic').setAttribute('aria-pressed', String(story === null))
  find('#view-stories').setAttribute('aria-pressed', String(story !== null))
  if (story === null) refresh()
  else {
    play(false)
    stage.open(story, shown.step)
  }
  keepLink()
}
find('#view-traffic').addEventListener('click', () => view(null))
find('#view-stories').addEventListener('click', () => view(shown.story ?? (stories[0]?.id as string)))

// -------------------------------------------------------------------------------------
// incidents by hand
// -------------------------------------------------------------------------------------

const AT_LEAST = 5
const held = new Map<Hand['kind'], number>()

const withHands = (hands: ReadonlyArray<Hand>) => {
  shown = { ...shown, hands }
  rebuild()
  follow(...NAMES)
}

const press = (kind: Hand['kind']) => {
  if (held.has(kind)) return
  held.set(kind, shown.hands.length)
  find(`[data-hand=${kind}]`).setAttribute('aria-pressed', 'true')
  withHands([...shown.hands, { kind, fromSeconds: seconds, toSeconds: span }])
}

const release = (kind: Hand['kind']) => {
  const index = held.get(kind)
  if (index === undefined) return
  held.delete(kind)
  find(`[data-hand=${kind}]`).setAttribute('aria-pressed', 'false')
  withHands(
    shown.hands.map((hand, i) =>
      i === index ? { ...hand, toSeconds: Math.max(seconds, hand.fromSeconds + AT_LEAST) } : hand
    )
  )
}

for (const button of document.querySelectorAll<HTMLButtonElement>('[data-hand]')) {
  const kind = button.dataset['hand'] as Hand['kind']
  button.setAttribute('aria-pressed', 'false')
  button.addEventListener('pointerdown', (event) => {
    button.setPointerCapture(event.pointerId)
    press(kind)
  })
  for (const end of ['pointerup', 'pointercancel', 'blur']) button.addEventListener(end, () => release(kind))
  button.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === ' ') press(kind)
  })
  button.addEventListener('keyup', () => release(kind))
}
find('#undo').addEventListener('click', () => withHands([]))

seed.addEventListener('change', () => {
  shown = { ...shown, seed: shownBy(`#seed=${seed.value}`, ids).seed }
  rebuild()
  follow(...NAMES)
})
again.addEventListener('click', () => {
  shown = { ...shown, seed: Math.floor(Math.random() * 10_000) }
  rebuild()
  follow(...NAMES)
})
slow.addEventListener('input', () => {
  shown = { ...shown, slowSeconds: Number(slow.value) }
  rebuild()
  follow(...NAMES)
})

// -------------------------------------------------------------------------------------
// logs
// -------------------------------------------------------------------------------------

const openLog = async (file: File) => {
  say(`Reading ${file.name}…`)
  const found = await read(file, (share) => say(`Reading ${file.name}: ${Math.round(share * 100)} %`)).catch(
    (error: unknown) => `${file.name}: ${error instanceof Error ? error.message : String(error)}`
  )
  if (typeof found === 'string') return say(found)
  log = found
  shown = { ...shown, hands: [] }
  playing = false
  seconds = 0
  rebuild()
  say('Working…')
  if (!(await rerunInPieces(...NAMES))) return
  view(null)
  start()
  say(found.notes.join(' '))
  scrollTo({ top: 0 })
}

const file = find<HTMLInputElement>('#file')
file.addEventListener('change', () => {
  const [chosen] = file.files ?? []
  if (chosen !== undefined) void openLog(chosen)
  file.value = ''
})
const isFile = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true
addEventListener('dragover', (event) => {
  if (!isFile(event)) return
  event.preventDefault()
  document.body.classList.add('dropping')
})
addEventListener('dragleave', (event) => {
  if (event.relatedTarget === null) document.body.classList.remove('dropping')
})
addEventListener('drop', (event) => {
  document.body.classList.remove('dropping')
  const [dropped] = event.dataTransfer?.files ?? []
  if (dropped === undefined) return
  event.preventDefault()
  void openLog(dropped)
})

// -------------------------------------------------------------------------------------
// keys, links, code
// -------------------------------------------------------------------------------------

const HAND_KEYS: Readonly<Record<string, Hand['kind']>> = { k: 'kill', s: 'slow', e: 'errors' }

const isTyping = ({ target }: KeyboardEvent) =>
  target instanceof HTMLInputElement || document.querySelector('dialog[open]') !== null

addEventListener('keydown', (event) => {
  if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return
  const hand = HAND_KEYS[event.key.toLowerCase()]
  if (shown.story !== null && !event.key.startsWith('Arrow')) return
  if (hand !== undefined) return press(hand)
  if (event.key === ' ' && event.target === document.body) {
    event.preventDefault()
    play(!playing)
  } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
    event.preventDefault()
    const direction = event.key === 'ArrowRight' ? 1 : -1
    if (shown.story !== null) return stage.move(direction)
    if (event.shiftKey) return step(direction)
    playing = false
    go(seconds + direction)
  } else if (/^[1-8]$/.test(event.key)) find('#scenarios').querySelectorAll('button')[Number(event.key) - 1]?.click()
})
addEventListener('keyup', (event) => {
  const hand = HAND_KEYS[event.key.toLowerCase()]
  if (hand !== undefined) release(hand)
})
addEventListener('blur', () => [...held.keys()].forEach(release))

let toasting: ReturnType<typeof setTimeout> | undefined
const toast = (text: string) => {
  write(find('#toast'), text)
  find('#toast').classList.add('shown')
  clearTimeout(toasting)
  toasting = setTimeout(() => find('#toast').classList.remove('shown'), 1800)
}

// The clipboard may be out of reach in a page from a file; the text can then be selected.
const copy = async (text: string, what: string) => {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    const area = html('textarea', { class: 'sr' }, text)
    ;(document.querySelector('dialog[open]') ?? document.body).append(area)
    area.select()
    document.execCommand('copy')
    area.remove()
  }
  toast(`${what} copied`)
}

find('#share').addEventListener('click', () => {
  playing = false
  const link = linkOf({ ...shown, seconds })
  history.replaceState(null, '', link)
  go(seconds)
  void copy(location.href, 'Link')
})

const openCode = (lane: Chosen) => {
  const choice: Choice = shown[lane]
  const code = codeOf('payments', choice, shown.slowSeconds)
  const data = JSON.stringify(dataOf('payments', choice), null, 2)
  write(find('#code-title'), `${lane}: ${titleOf(choice)}`)
  write(find('#code-text'), code)
  write(find('#code-json'), data)
  write(
    find('#code-command'),
    log === null
      ? `npx breaker-ts scenario ${shown.scenario} --seed ${shown.seed} --slow ${shown.slowSeconds}s --settings settings.json`
      : `npx breaker-ts replay ${log.file} --slow ${shown.slowSeconds}s --settings settings.json`
  )
  find('#copy-code').onclick = () => void copy(code, 'Code')
  find('#copy-json').onclick = () => void copy(data, 'JSON')
  find<HTMLDialogElement>('#code').showModal()
}
find('#help').addEventListener('click', () => find<HTMLDialogElement>('#keys').showModal())

const load = () => {
  shown = shownBy(location.hash, ids)
  log = null
  rebuild()
  rerun(...NAMES)
  start()
  if (shown.seconds !== null) {
    playing = false
    go(shown.seconds)
  }
  view(shown.story)
}
addEventListener('hashchange', load)

// -------------------------------------------------------------------------------------
// go
// -------------------------------------------------------------------------------------

readPalette()
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  readPalette()
  refresh()
})
load()
new ResizeObserver(() => (shown.story === null ? refresh() : stage.redraw())).observe(document.body)
requestAnimationFrame((now) => {
  lastFrame = now
  requestAnimationFrame(tick)
})

export {} // says that this is an ES module, so that it is bundled as one

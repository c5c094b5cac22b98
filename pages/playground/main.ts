/**
 * The page: its parts, put together, and how time goes on.
 */
import './style.css'

import { because } from './because'
import { drop } from './drop'
import { handOf, hands } from './hands'
import { lanes } from './lanes'
import { linkOf, shownBy } from './link'
import { read } from './log'
import type { Chosen, Lane } from './model'
import { ids, isShort, model, NAMES, rebuild, rerun, rerunInPieces } from './model'
import { panel } from './panel'
import type { View } from './run'
import { configOf } from './settings'
import { copy, openCode } from './share'
import { source } from './source'
import { theater } from './stories'
import { stories } from './story'
import { find, segments, svg, write } from './svg'
import { timeline } from './timeline'
import { picture } from './windows'

const prefersStill = matchMedia('(prefers-reduced-motion: reduce)')

// -------------------------------------------------------------------------------------
// parts
// -------------------------------------------------------------------------------------

const seek = (seconds: number) => {
  model.playing = false
  go(seconds)
}

const parts = {
  lanes: lanes(() => prefersStill.matches),
  timeline: timeline(seek),
  because: because(seek),
  source: source(
    (scenario) => {
      model.log = null
      model.shown = { ...model.shown, scenario, hands: [] }
      rebuild()
      rerun(...NAMES)
      start()
    },
    () => {
      rebuild()
      follow(...NAMES)
    }
  )
}

const panels = (['A', 'B'] as const).map((lane) =>
  panel(
    lane,
    (choice) => {
      model.shown = { ...model.shown, [lane]: choice }
      follow(lane)
    },
    () => openCode(lane)
  )
)
find('#panels').append(parts.source.element, ...panels.map(({ element }) => element))

const byHand = hands((made) => {
  model.shown = { ...model.shown, hands: made }
  rebuild()
  follow(...NAMES)
})

const chooseWhich = segments<Chosen>(
  find('#which'),
  [
    ['A', 'A'],
    ['B', 'B']
  ],
  (lane) => {
    model.which = lane
    refresh()
  }
)

let chooseSpeed: (speed: string) => void = () => undefined

// A log of hours is played faster.
const offerSpeeds = () => {
  const fit = 10 ** Math.ceil(Math.log10(Math.max(1, model.spanSeconds / 200)))
  const offered = fit > 16 ? ['1', '16', String(fit), String(fit * 10)] : ['0.25', '1', '4', '16']
  chooseSpeed = segments(
    find('#speeds'),
    offered.map((speed) => [speed, `${speed === '0.25' ? '¼' : speed}×`] as const),
    (speed) => {
      model.speed = Number(speed)
      refresh()
    }
  )
  model.speed = Number(model.log === null ? 1 : offered[2])
}

// -------------------------------------------------------------------------------------
// showing
// -------------------------------------------------------------------------------------

const say = (text: string) => {
  write(find('#log'), text)
  find('#log').hidden = text === ''
}

/** Settings have changed: follows the calls through these lanes again. */
const follow = (...changed: ReadonlyArray<Lane>) => {
  if (isShort()) rerun(...changed)
  refresh()
  if (isShort()) return
  say('Working…')
  void rerunInPieces().then((isDone) => {
    if (!isDone) return
    say('')
    refresh()
  })
}

/** Shows what has changed, whatever it is. */
const refresh = () => {
  parts.source.show()
  chooseSpeed(String(model.speed))
  chooseWhich(model.which)
  panels.forEach(({ lane, show }) => show(model.shown[lane], configOf(lane, model.shown[lane])))
  parts.lanes.show()
  parts.timeline.show()
  parts.because.show()
  showPlaying()
  frame(true)
  keepLink()
}

const PLAY = 'M4 2.5v11l9-5.5z'
const PAUSE = 'M4.5 3v10M11 3v10'

const showPlaying = () =>
  find('#play').replaceChildren(
    svg('svg', { viewBox: '0 0 16 16', 'aria-hidden': 'true' }, svg('path', { d: model.playing ? PAUSE : PLAY })),
    model.playing ? 'Pause' : 'Play'
  )

let keeping: ReturnType<typeof setTimeout> | undefined

// The address always leads back here, once the page has come to rest.
const keepLink = () => {
  clearTimeout(keeping)
  keeping = setTimeout(() => {
    const { playing, log, shown, seconds } = model
    if (!playing && log === null) history.replaceState(null, '', linkOf({ ...shown, seconds }))
  }, 150)
}

const WORDS_SECONDS = 0.09
let drawnAt = -1

/** Draws the present; words and windows not at every frame, unless told to. */
const frame = (all: boolean) => {
  const { runs, seconds, shown, which } = model
  const views = Object.fromEntries(NAMES.map((lane) => [lane, runs[lane].at(seconds)])) as Record<Lane, View>
  parts.lanes.draw(views)
  parts.timeline.draw(views)
  const now = performance.now() / 1000
  if (!all && now - drawnAt < WORDS_SECONDS) return
  drawnAt = now
  parts.lanes.describe(views)
  parts.timeline.describe(views)
  panels.forEach(({ lane, draw }) => draw(picture(shown[lane], views[lane].state, seconds)))
  parts.because.draw(views[which])
}

// -------------------------------------------------------------------------------------
// time
// -------------------------------------------------------------------------------------

const go = (to: number) => {
  model.seconds = Math.min(model.spanSeconds, Math.max(0, to))
  showPlaying()
  frame(true)
  keepLink()
}

const STEP_SECONDS = 0.5 // without motion, the picture changes twice a second
let lastFrame = 0

const tick = (milliseconds: number) => {
  requestAnimationFrame(tick)
  const now = milliseconds / 1000
  const passed = Math.min(0.1, now - lastFrame)
  lastFrame = now
  const isStill = prefersStill.matches
  if (!model.playing || (isStill && performance.now() / 1000 - drawnAt < STEP_SECONDS)) return
  model.seconds = Math.min(model.spanSeconds, model.seconds + (isStill ? STEP_SECONDS : passed) * model.speed)
  if (model.seconds >= model.spanSeconds) seek(model.spanSeconds)
  else frame(isStill)
}

const play = (on: boolean) => {
  if (on && model.seconds >= model.spanSeconds) model.seconds = 0
  model.playing = on
  go(model.seconds)
}

const changesOf = (): ReadonlyArray<number> =>
  (['A', 'B'] as const)
    .flatMap((lane) => model.runs[lane].changes.map(({ atSeconds }) => atSeconds))
    .sort((a, b) => a - b)

/** From a little before the first breaker opens. */
const start = () => {
  offerSpeeds()
  const [first] = changesOf()
  const lead = prefersStill.matches ? -0.4 : 5 * model.speed
  model.seconds = first === undefined ? 0 : Math.max(0, first - lead)
  model.playing = !prefersStill.matches
  refresh()
}

const step = (direction: 1 | -1) => {
  const { seconds, spanSeconds } = model
  const next =
    direction > 0
      ? (changesOf().find((at) => at > seconds + 1e-9) ?? spanSeconds)
      : changesOf().findLast((at) => at < seconds - 1e-9)
  seek(next ?? 0)
}

find('#play').addEventListener('click', () => play(!model.playing))
find('#back').addEventListener('click', () => step(-1))
find('#forth').addEventListener('click', () => step(1))

// -------------------------------------------------------------------------------------
// stories, logs, links
// -------------------------------------------------------------------------------------

const stage = theater((story, at) => {
  model.shown = { ...model.shown, story, step: at }
  keepLink()
})

const view = (story: string | null) => {
  model.shown = { ...model.shown, story }
  const isStory = story !== null
  find('#traffic').hidden = isStory
  find('#stories').hidden = !isStory
  for (const part of document.querySelectorAll<HTMLElement>('[data-view]'))
    part.hidden = (part.dataset['view'] === 'stories') !== isStory
  find('#view-traffic').setAttribute('aria-pressed', String(!isStory))
  find('#view-stories').setAttribute('aria-pressed', String(isStory))
  if (!isStory) return refresh()
  play(false)
  stage.open(story, model.shown.step)
}
find('#view-traffic').addEventListener('click', () => view(null))
find('#view-stories').addEventListener('click', () => view(model.shown.story ?? (stories[0]?.id as string)))

drop((file) => {
  const open = async () => {
    say(`Reading ${file.name}…`)
    const found = await read(file, (share) => say(`Reading ${file.name}: ${Math.round(share * 100)} %`)).catch(
      (error: unknown) => `${file.name}: ${error instanceof Error ? error.message : String(error)}`
    )
    if (typeof found === 'string') return say(found)
    model.playing = false
    model.seconds = 0
    model.log = found
    model.shown = { ...model.shown, hands: [] }
    rebuild()
    say('Working…')
    if (!(await rerunInPieces())) return
    view(null)
    start()
    say(found.notes.join(' '))
    scrollTo({ top: 0 })
  }
  void open()
})

find('#share').addEventListener('click', () => {
  seek(model.seconds)
  history.replaceState(null, '', linkOf({ ...model.shown, seconds: model.seconds }))
  void copy(location.href, 'Link')
})
find('#help').addEventListener('click', () => find<HTMLDialogElement>('#keys').showModal())

const load = () => {
  model.shown = shownBy(location.hash, ids)
  model.log = null
  rebuild()
  rerun(...NAMES)
  start()
  if (model.shown.seconds !== null) seek(model.shown.seconds)
  view(model.shown.story)
}
addEventListener('hashchange', load)

// -------------------------------------------------------------------------------------
// keys
// -------------------------------------------------------------------------------------

const isTyping = ({ target }: KeyboardEvent) =>
  target instanceof HTMLInputElement || document.querySelector('dialog[open]') !== null

const arrow = (direction: 1 | -1, isShifted: boolean) => {
  if (model.shown.story !== null) stage.move(direction)
  else if (isShifted) step(direction)
  else seek(model.seconds + direction)
}

addEventListener('keydown', (event) => {
  if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
    event.preventDefault()
    return arrow(event.key === 'ArrowRight' ? 1 : -1, event.shiftKey)
  }
  if (model.shown.story !== null) return
  const hand = handOf(event)
  if (hand !== undefined) return byHand.press(hand)
  if (event.key === ' ' && event.target === document.body) {
    event.preventDefault()
    play(!model.playing)
  } else if (/^[1-8]$/.test(event.key)) find(`#scenarios button:nth-child(${event.key})`).click()
})
addEventListener('keyup', (event) => {
  const hand = handOf(event)
  if (hand !== undefined) byHand.release(hand)
})

// -------------------------------------------------------------------------------------
// go
// -------------------------------------------------------------------------------------

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  parts.lanes.recolor()
  refresh()
})
load()
new ResizeObserver(() => (model.shown.story === null ? refresh() : stage.redraw())).observe(document.body)
requestAnimationFrame(tick)

export {} // says that this is an ES module, so that it is bundled as one

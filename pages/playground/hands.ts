/**
 * Incidents by hand: they last for as long as a button or a key is held.
 */
import { model } from './model'
import { find } from './svg'
import type { Hand } from './traffic'

const AT_LEAST = 5

const KEYS: Readonly<Record<string, Hand['kind']>> = { k: 'kill', s: 'slow', e: 'errors' }

/** The incident that a key stands for. */
export const handOf = ({ key }: KeyboardEvent): Hand['kind'] | undefined => KEYS[key.toLowerCase()]

/** `change` is told the incidents that there are now. */
export const hands = (change: (hands: ReadonlyArray<Hand>) => void) => {
  const held = new Map<Hand['kind'], Hand>()

  const press = (kind: Hand['kind']) => {
    if (held.has(kind)) return
    const hand = { kind, fromSeconds: model.seconds, toSeconds: model.spanSeconds }
    held.set(kind, hand)
    find(`[data-hand=${kind}]`).setAttribute('aria-pressed', 'true')
    change([...model.shown.hands, hand])
  }

  const release = (kind: Hand['kind']) => {
    const hand = held.get(kind)
    if (hand === undefined) return
    held.delete(kind)
    find(`[data-hand=${kind}]`).setAttribute('aria-pressed', 'false')
    const ended = { ...hand, toSeconds: Math.max(model.seconds, hand.fromSeconds + AT_LEAST) }
    change(model.shown.hands.map((each) => (each === hand ? ended : each)))
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
  addEventListener('blur', () => [...held.keys()].forEach(release))
  find('#undo').addEventListener('click', () => change([]))
  return { press, release }
}

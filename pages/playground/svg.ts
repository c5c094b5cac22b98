/** Elements, made in a line. */
export type Attributes = Readonly<Record<string, string | number>>

const NS = 'http://www.w3.org/2000/svg'

export const svg = (tag: string, attributes: Attributes = {}, ...children: ReadonlyArray<Node | string>): SVGElement =>
  fill(document.createElementNS(NS, tag), attributes, children)

export const html = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: ReadonlyArray<Node | string>
): HTMLElementTagNameMap[K] => fill(document.createElement(tag), attributes, children)

const fill = <E extends Element>(element: E, attributes: Attributes, children: ReadonlyArray<Node | string>): E => {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value))
  element.append(...children)
  return element
}

export const find = <E extends Element = HTMLElement>(selector: string, within: ParentNode = document): E =>
  within.querySelector(selector) as E

/** Sets the text, if it is another. */
export const write = (element: Element, text: string) => {
  if (element.textContent !== text) element.textContent = text
}

/** Buttons of which one is on. Arrow keys move, as in a group of radio buttons. */
export const segments = <A extends string>(
  group: HTMLElement,
  options: ReadonlyArray<readonly [A, string | Node]>,
  choose: (value: A) => void
): ((value: A) => void) => {
  const buttons = options.map(([value, content]) => {
    const button = html('button', { type: 'button', role: 'radio', 'data-value': value }, content)
    button.addEventListener('click', () => choose(value))
    return button
  })
  group.setAttribute('role', 'radiogroup')
  group.replaceChildren(...buttons)
  group.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    const at = buttons.indexOf(event.target as HTMLButtonElement)
    if (step === undefined || at < 0 || event.shiftKey) return
    event.preventDefault()
    event.stopPropagation()
    const next = buttons[(at + step + buttons.length) % buttons.length] as HTMLButtonElement
    next.focus()
    next.click()
  })
  return (chosen) => {
    for (const button of buttons) {
      const isOn = button.dataset['value'] === chosen
      button.setAttribute('aria-checked', String(isOn))
      button.tabIndex = isOn ? 0 : -1
    }
    if (buttons.every((button) => button.tabIndex < 0) && buttons[0]) buttons[0].tabIndex = 0
  }
}

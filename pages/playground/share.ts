/**
 * What leaves the page: a link, settings as code and as a file, and a command that prints the same numbers.
 */
import type { Chosen } from './model'
import { model } from './model'
import { codeOf, dataOf, titleOf } from './settings'
import { find, html, write } from './svg'

let toasting: ReturnType<typeof setTimeout> | undefined
const toast = (text: string) => {
  write(find('#toast'), text)
  find('#toast').classList.add('shown')
  clearTimeout(toasting)
  toasting = setTimeout(() => find('#toast').classList.remove('shown'), 1800)
}

/** The clipboard may be out of reach in a page from a file: then the text is selected and copied as by hand. */
export const copy = async (text: string, what: string) => {
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

const command = (): string => {
  const { log, shown } = model
  const rest = `--slow ${shown.slowSeconds}s --settings settings.json`
  if (log !== null) return `npx breaker-ts replay ${log.file} ${rest}`
  const scenario = `npx breaker-ts scenario ${shown.scenario} --seed ${shown.seed} ${rest}`
  return shown.hands.length === 0 ? scenario : `${scenario}\n# without what you did by hand`
}

export const openCode = (lane: Chosen) => {
  const choice = model.shown[lane]
  const code = codeOf('payments', choice, model.shown.slowSeconds)
  const data = JSON.stringify(dataOf('payments', choice), null, 2)
  write(find('#code-title'), `${lane}: ${titleOf(choice)}`)
  write(find('#code-text'), code)
  write(find('#code-json'), data)
  write(find('#code-command'), command())
  find('#copy-code').onclick = () => void copy(code, 'Code')
  find('#copy-json').onclick = () => void copy(data, 'JSON')
  find<HTMLDialogElement>('#code').showModal()
}

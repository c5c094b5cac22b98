/**
 * A file comes in: dropped on the page, or chosen.
 */
import { find } from './svg'

const isFile = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true

export const drop = (open: (file: File) => void) => {
  const input = find<HTMLInputElement>('#file')
  input.addEventListener('change', () => {
    const [chosen] = input.files ?? []
    if (chosen !== undefined) open(chosen)
    input.value = ''
  })
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
    open(dropped)
  })
}

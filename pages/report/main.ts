/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The script of the HTML report: draws its plots from the data in the page. The rest of the page does without.
 */
import './sharp'

import type { PageData } from '../../src/replay/PageData'
import { watch } from './page'
import { scatter } from './scatter'
import { timeline, viewOf } from './timeline'

const data = JSON.parse(document.getElementById('data')?.textContent ?? '') as PageData
const view = viewOf()

scatter(document.getElementById('scatter') as HTMLElement, data)
document.querySelectorAll<HTMLElement>('.timeline').forEach((place, i) => {
  const shown = data.timelines[i]
  if (shown !== undefined) timeline(place, shown, data, view)
})
watch()

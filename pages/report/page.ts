/**
 * What both kinds of plots need of the page: its colours, its size, and to know when it is printed.
 */
import type uPlot from 'uplot'

const PRINTED_WIDTH = 680

const root = document.documentElement

/** A colour of the style sheet. */
export const colour = (name: string): string => getComputedStyle(root).getPropertyValue(`--${name}`).trim()

export const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'

/** The size of a plot in its place; on paper there is less room. */
export const sizeOf = (place: HTMLElement, height: number) =>
  root.dataset.printing === undefined
    ? { width: place.clientWidth, height }
    : { width: PRINTED_WIDTH, height: height * 0.8 }

const plots: Array<{ readonly place: HTMLElement; readonly plot: uPlot; readonly height: number }> = []

const fit = () => {
  for (const { place, plot, height } of plots) {
    plot.setSize(sizeOf(place, height))
    plot.redraw(false, true)
  }
}

/** Keeps a plot as wide as its place, and in the colours of the moment. */
export const keep = (place: HTMLElement, plot: uPlot) => {
  plots.push({ place, plot, height: plot.height })
}

/** The axes of every plot. */
export const axis = (more: uPlot.Axis): uPlot.Axis => ({
  stroke: () => colour('muted'),
  font: FONT,
  grid: { stroke: () => colour('rule'), width: 1 },
  ticks: { stroke: () => colour('rule'), width: 1, size: 4 },
  ...more
})

const print = (isPrinting: boolean) => {
  for (const details of document.querySelectorAll('details')) {
    if (isPrinting && !details.open) details.dataset.closed = ''
    if (isPrinting) details.open = true
    else if (details.dataset.closed !== undefined) details.open = false
    if (!isPrinting) delete details.dataset.closed
  }
  if (isPrinting) root.dataset.printing = ''
  else delete root.dataset.printing
  fit()
}

export const watch = () => {
  window.addEventListener('beforeprint', () => print(true))
  window.addEventListener('afterprint', () => print(false))
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', fit)
  new ResizeObserver(fit).observe(document.body)
}

/** What is said under a plot, and the button that shows all of it again. */
export const toolsOf = (place: HTMLElement) => {
  const tools = [...(place.parentElement?.children ?? [])].find(({ className }) => className === 'tools')
  const readout = tools?.querySelector<HTMLElement>('.readout') as HTMLElement
  const reset = tools?.querySelector<HTMLButtonElement>('.reset') as HTMLButtonElement
  const hint = readout.textContent ?? ''
  return { say: (text: string | undefined) => (readout.textContent = text ?? hint), reset }
}

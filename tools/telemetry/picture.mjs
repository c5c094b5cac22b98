// Draws the panels of a Grafana dashboard from the answers of a Prometheus, as SVG. It is no screenshot: Grafana looks different,
// but the queries, the numbers, the places and the colours are those of the dashboard.

const WIDTH = 1440
const COLUMN = WIDTH / 24
const ROW = 34
const GAP = 8
const HEAD = 52

const COLORS = {
  green: '#73BF69',
  red: '#F2495C',
  yellow: '#EAB839',
  purple: '#B877D9',
  blue: '#5794F2',
  text: '#8e9096',
  orange: '#FF9830'
}
const PALETTE = ['#73BF69', '#EAB839', '#5794F2', '#FF9830', '#F2495C', '#B877D9', '#37A2B4', '#C4A27A']
const [GROUND, PANEL, EDGE, GRID, INK, FAINT] = ['#111217', '#181b1f', '#2b2e34', '#26292f', '#d5d6db', '#8e9096']

const escaped = (text) => String(text).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
const write = (x, y, text, { size = 12, fill = INK, anchor = 'start', weight = 400 } = {}) =>
  `<text x="${fixed(x)}" y="${fixed(y)}" font-size="${size}" fill="${fill}" text-anchor="${anchor}" font-weight="${weight}">${escaped(text)}</text>`
const box = (x, y, width, height, fill, more = '') =>
  `<rect x="${fixed(x)}" y="${fixed(y)}" width="${fixed(Math.max(0, width))}" height="${fixed(height)}" fill="${fill}" ${more}/>`
const fixed = (value) => Number(value.toFixed(1))

const UNITS = {
  percentunit: (value) => `${Math.round(value * 100)} %`,
  reqps: (value) => `${trimmed(value)}/s`,
  s: (value) => (value > 0 && value < 1 ? `${Math.round(value * 1000)} ms` : `${trimmed(value)} s`),
  short: (value) => trimmed(value)
}
const trimmed = (value) => String(Number(value.toPrecision(3)))

// -------------------------------------------------------------------------------------
// what the panels have in common
// -------------------------------------------------------------------------------------

const nameOf = (panel, metric) =>
  panel.targets[0].legendFormat.replace(/\{\{(\w+)\}\}/g, (_, label) => metric[label] ?? '')

const seriesOf = (panel, answer) =>
  answer
    .map(({ metric, values }) => ({
      name: nameOf(panel, metric),
      values: values.map(([at, value]) => [at, Number(value)])
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((series, i) => ({ ...series, color: colorOf(panel, series.name) ?? PALETTE[i % PALETTE.length] }))

const colorOf = ({ fieldConfig }, name) => {
  const override = fieldConfig.overrides.find(({ matcher }) => matcher.options === name)
  return override && COLORS[override.properties[0].value.fixedColor]
}

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, '0')}`

const timeAxis = ({ x, y, width, height }, from, to) => {
  const step = [10, 15, 30, 60].find((seconds) => (to - from) / seconds <= width / 70) ?? 120
  const ticks = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => i * step)
  return ticks.map((tick) =>
    write(x + (tick / (to - from)) * width, y + height + 16, clock(tick), { size: 10, fill: FAINT, anchor: 'middle' })
  )
}

// -------------------------------------------------------------------------------------
// kinds of panels
// -------------------------------------------------------------------------------------

const stateTimeline = (panel, answer, area, from, to) => {
  const states = panel.fieldConfig.defaults.mappings[0].options
  const lanes = seriesOf(panel, answer)
  const [left, bottom] = [76, 24]
  const plot = { x: area.x + left, y: area.y, width: area.width - left, height: area.height - bottom }
  const laneHeight = plot.height / lanes.length
  const place = (at) => plot.x + ((at - from) / (to - from)) * plot.width
  const drawn = lanes.flatMap(({ name, values }, i) => {
    const y = plot.y + i * laneHeight
    return [
      write(plot.x - 8, y + laneHeight / 2 + 4, name, { anchor: 'end' }),
      ...merged(values, to).map(([start, end, value]) => {
        const { text, color } = states[value]
        const width = place(end) - place(start)
        const label =
          width > text.length * 7 + 8
            ? write(place(start) + 6, y + laneHeight / 2 + 4, text, { size: 11, fill: '#0b0c0e' })
            : ''
        return box(place(start), y + laneHeight * 0.1, width - 1, laneHeight * 0.8, COLORS[color]) + label
      })
    ]
  })
  return [...drawn, ...timeAxis(plot, from, to)]
}

const merged = (values, to) =>
  values.reduce((segments, [at, value], i) => {
    const end = values[i + 1]?.[0] ?? to
    const last = segments.at(-1)
    if (last?.[2] === value) last[1] = end
    else segments.push([at, end, value])
    return segments
  }, [])

const timeSeries = (panel, answer, area, from, to) => {
  const { unit, custom, max } = panel.fieldConfig.defaults
  const series = seriesOf(panel, answer)
  const isStacked = custom.stacking?.mode === 'normal'
  const rows = isStacked ? stacked(series) : series.map((one) => ({ ...one, base: undefined }))
  const top =
    max ??
    nice(Math.max(1e-3, ...rows.flatMap(({ values }) => values.map(([, value]) => value).filter(Number.isFinite))))
  const entries = legendOf(series, area)
  const [left, bottom] = [58, 42 + entries.at(-1).row * LEGEND_ROW]
  const plot = { x: area.x + left, y: area.y + 6, width: area.width - left - 12, height: area.height - bottom }
  const px = (at) => plot.x + ((at - from) / (to - from)) * plot.width
  const py = (value) => plot.y + plot.height - (Math.min(value, top) / top) * plot.height
  const grid = [0, 0.25, 0.5, 0.75, 1].flatMap((part) => [
    `<line x1="${fixed(plot.x)}" x2="${fixed(plot.x + plot.width)}" y1="${fixed(py(part * top))}" y2="${fixed(py(part * top))}" stroke="${GRID}"/>`,
    part % 0.5 === 0
      ? write(plot.x - 8, py(part * top) + 4, UNITS[unit](part * top), { size: 10, fill: FAINT, anchor: 'end' })
      : ''
  ])
  const drawn = rows.map(({ values, base, color }) =>
    runs(values).map((run) => {
      const points = run.map(([at, value]) => `${fixed(px(at))},${fixed(py(value))}`)
      const floor = run.map(([at]) => `${fixed(px(at))},${fixed(py(base?.get(at) ?? 0))}`).reverse()
      return (
        `<polygon points="${[...points, ...floor].join(' ')}" fill="${color}" fill-opacity="${custom.fillOpacity / 100}"/>` +
        `<polyline points="${points.join(' ')}" fill="none" stroke="${color}" stroke-width="1.5"/>`
      )
    })
  )
  return [...grid, ...drawn.flat(), ...timeAxis(plot, from, to), ...legend(entries, area)]
}

const stacked = (series) => {
  const heights = new Map()
  return series.map((one) => {
    const base = new Map(heights)
    const values = one.values.map(([at, value]) => {
      const height = (heights.get(at) ?? 0) + (Number.isFinite(value) ? value : 0)
      heights.set(at, height)
      return [at, height]
    })
    return { ...one, values, base }
  })
}

// Where there is no number for a while, there is no line.
const runs = (values) =>
  values
    .reduce(
      (found, [at, value]) => {
        const run = found.at(-1)
        const last = run.at(-1)
        if (!Number.isFinite(value) || (last !== undefined && at - last[0] > 1.5)) found.push([])
        if (Number.isFinite(value)) found.at(-1).push([at, value])
        return found
      },
      [[]]
    )
    .filter((run) => run.length > 0)

const nice = (value) => {
  const power = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((top) => top >= value)
}

const LEGEND_ROW = 15

// Where each name goes, in rows from the left.
const legendOf = (series, area) =>
  series.reduce((placed, { name, color }) => {
    const width = 24 + name.length * 6.4
    const last = placed.at(-1)
    const x = last === undefined ? 4 : last.x + last.width
    const fits = x + width <= area.width
    const row = (last?.row ?? 0) + (fits ? 0 : 1)
    return [...placed, { name, color, width, x: fits ? x : 4, row }]
  }, [])

const legend = (entries, area) => {
  const rows = entries.at(-1).row + 1
  return entries.map(({ name, color, x, row }) => {
    const y = area.y + area.height - (rows - 1 - row) * LEGEND_ROW
    return box(area.x + x, y - 7, 12, 3, color) + write(area.x + x + 16, y - 3, name, { size: 11, fill: FAINT })
  })
}

const barGauge = (panel, answer, area) => {
  const { unit, thresholds, decimals } = panel.fieldConfig.defaults
  const series = seriesOf(panel, answer)
  const lasts = series.map(({ name, values }) => [name, values.at(-1)[1]])
  const top = Math.max(1e-9, ...lasts.map(([, value]) => value))
  const height = area.height / lasts.length
  return lasts.flatMap(([name, value], i) => {
    const y = area.y + i * height
    const step = thresholds.steps.filter((threshold) => threshold.value === null || value >= threshold.value).at(-1)
    const width = area.width - 150
    return [
      write(area.x + 68, y + height / 2 + 4, name, { size: 11, anchor: 'end' }),
      box(area.x + 76, y + height * 0.15, width, height * 0.7, GRID),
      box(area.x + 76, y + height * 0.15, (value / top) * width, height * 0.7, COLORS[step.color]),
      write(area.x + area.width - 6, y + height / 2 + 4, UNITS[unit](decimals === 0 ? Math.round(value) : value), {
        size: 12,
        fill: COLORS[step.color],
        anchor: 'end',
        weight: 600
      })
    ]
  })
}

const KINDS = { 'state-timeline': stateTimeline, timeseries: timeSeries, bargauge: barGauge }

/** The dashboard as SVG. `answers` are the results of a range query, one for each panel. */
export const picture = (dashboard, answers, from, to, note) => {
  const rows = Math.max(...dashboard.panels.map(({ gridPos }) => gridPos.y + gridPos.h))
  const height = HEAD + rows * ROW + 12
  const panels = dashboard.panels.map((panel, i) => {
    const { x, y, w, h } = panel.gridPos
    const outer = { x: x * COLUMN + GAP / 2, y: HEAD + y * ROW, width: w * COLUMN - GAP, height: h * ROW - GAP }
    const area = { x: outer.x + 10, y: outer.y + 34, width: outer.width - 20, height: outer.height - 42 }
    return [
      box(outer.x, outer.y, outer.width, outer.height, PANEL, `stroke="${EDGE}" rx="3"`),
      write(outer.x + 10, outer.y + 21, panel.title, { size: 13, weight: 600 }),
      ...KINDS[panel.type](panel, answers[i], area, from, to)
    ].join('\n')
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="Inter, Helvetica, Arial, sans-serif">`,
    box(0, 0, WIDTH, height, GROUND),
    write(12, 32, dashboard.title, { size: 18, weight: 600 }),
    write(WIDTH - 12, 32, note, { size: 12, fill: FAINT, anchor: 'end' }),
    ...panels,
    '</svg>',
    ''
  ].join('\n')
}

// Puts the figures into the words and tables of docs/benchmarks.md.
import { peersAhead } from './ahead.mjs'
import { targets } from './targets.mjs'
import { machine, packages } from './versions.mjs'

const number = (value) => {
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0
  const text = value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return /^-0(\.0+)?$/.test(text) ? text.slice(1) : text
}
const whole = (value) => number(Math.round(value)).replace(/\.0+$/, '')
const shown = (value) => (typeof value === 'boolean' ? (value ? 'yes' : 'no') : number(value))
const withUnit = (text, unit) => (unit === 'x' ? `${text}x` : unit === '' ? text : `${text} ${unit}`)

const table = (head, rows) =>
  [head, head.map((_, i) => (i === 0 ? '---' : '--:')), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')

const overBare = (rows) =>
  table(
    ['', 'ns a call', 'ns over the bare call', 'times the bare call', 'B over the bare call', 'its bare call'],
    rows.map((row) =>
      row.name === row.bare
        ? [row.name, number(row.nanoseconds), '', '', '', '']
        : [
            row.name,
            number(row.nanoseconds),
            number(row.overNanoseconds),
            `${number(row.ratio)}x`,
            whole(row.overBytes),
            row.bare
          ]
    )
  )

const byCase = (show) => (rows) =>
  [...new Set(rows.map((row) => row.case))]
    .map((name) => `**${name}**\n\n${show(rows.filter((row) => row.case === name))}`)
    .join('\n\n')

const inClockReads = (rows) => {
  const clock = rows.find(({ name }) => name === 'clock read')
  return table(
    ['', 'ns a call', 'in clock reads', 'B a call'],
    rows.map((row) => [
      row.name,
      number(row.nanoseconds),
      `${number(row.nanoseconds / clock.nanoseconds)}x`,
      whole(row.bytes)
    ])
  )
}

const overFloor = (rows) =>
  table(
    ['', 'ns', 'times the floor', 'B'],
    rows.map((row) => [row.name, number(row.nanoseconds), `${number(row.ratio)}x`, whole(row.bytes)])
  )

const TABLES = {
  rejected: inClockReads,
  inFlight: byCase(overBare),
  windows: byCase(overFloor),
  memory: (rows) =>
    table(
      ['', 'how many', 'B each', 'timers each', 'active resources, all'],
      rows.map((row) => [row.name, whole(row.count), whole(row.bytes), whole(row.timers), whole(row.activeResources)])
    ),
  fixpoint: ([{ isSame }]) => `The same reference comes back: ${shown(isSame)}.`,
  bundles: (rows) =>
    table(
      ['', 'B minified', 'B minified and gzipped', 'packages in it, or asked for'],
      rows.map((row) => [row.name, whole(row.minified), whole(row.gzipped), row.imports.join(', ') || 'none'])
    ),
  coldStart: (rows) =>
    table(
      ['', 'by', 'ms'],
      rows.map((row) => [row.name, row.case, number(row.milliseconds)])
    )
}

export const tableOf = (topic, rows) => (TABLES[topic] ?? overBare)(rows)

const SECTIONS = [
  [
    'healthy',
    'A healthy async call',
    'The circuit is closed and the call succeeds. `breaker-ts` is a `TaskEither` that was guarded once, `breaker.call(task)`, and is run many times; “made for each call” guards it anew each time. The programs of Effect are made once too.'
  ],
  [
    'failing',
    'A failing async call',
    'The circuit stays closed, because the threshold is out of reach. A call fails the way its library is told of failures: a `TaskEither` by a `Left`, the others by a promise that rejects, with an error that was made before. opossum sums up its window at every failure, so its cost depends on the calls in it.'
  ],
  [
    'rejected',
    'A call rejected while open',
    'What is called does not run, so there is no bare call: these are whole calls, each awaited unless it is sync. The clock read is `performance.now() / 1000`.'
  ],
  [
    'syncSmallest',
    'A healthy sync call of the smallest function',
    'The function looks at the length of a text, and V8 makes a few machine instructions of it. With `callEither` it returns a `Left` where the text is too long; with `E.tryCatch` and `call` it throws. No peer returns the value of a function that is not async.'
  ],
  [
    'syncSmall',
    'A healthy sync call of a small function',
    'The same with `JSON.parse` of a document of some 40 characters.'
  ],
  [
    'windowed',
    'A healthy async call that a window counts',
    'The circuit opens at half of the last 100 calls, or of those of the last minute.'
  ],
  [
    'observed',
    'A healthy async call that somebody observes',
    'Whoever is told of each call does nothing with it. The breaker of Effect tells of transitions only.'
  ],
  [
    'metered',
    'A healthy async call with metrics',
    'Beside an observer that does nothing, in one process. Two observers at once make V8 choose between them, so both take longer than one does above.'
  ],
  [
    'inFlight',
    'Many calls in flight',
    'All are started, wait for promises that were made before, end, and are awaited. “B over the bare call” is what each holds on the heap while it waits. To see that, the heap is collected within each round, so times and bytes are from the same process.'
  ],
  [
    'windows',
    'What a window costs',
    'One outcome counted, and whether to open decided: ours through the reducer, cockatiel by the methods its policy calls, the floor in place, and without a decision. The failures come in no order. The clock of cockatiel cannot be handed in, so its read is in its figure; where the time is handed in to ours, it is a fractional number, as that of a clock is.'
  ],
  ['fixpoint', 'A success in a full window of 100 successes', ''],
  [
    'memory',
    'Memory of a breaker',
    'Many breakers on the same settings, made and kept. A breaker of Effect is a key in a store, counted after a first call. Active resources are those that keep a process alive; the timers are counted whether they do or not.'
  ],
  [
    'bundles',
    'What a browser loads',
    'Bundled and minified by esbuild, then by gzip at level 9. “cockatiel, a breaker” and Effect have what one breaker needs, the rest shaken off; opossum is CommonJS, so nothing is, and the module `events` it asks for is not in the figure.'
  ],
  [
    'coldStart',
    'The first load',
    'In a process that has loaded nothing else: medians of 15, interleaved. cockatiel and Effect are ES modules only.'
  ]
]

const ahead = (found) =>
  found.length === 0
    ? 'In none of the figures that are compared.'
    : found
        .map(
          ({ what, case: ofCase, peer, theirs, ours, unit }) =>
            `- ${what}${ofCase === undefined ? '' : ` (${ofCase})`}: ${peer} ${number(theirs)} ${unit}, breaker-ts ${number(ours)} ${unit}`
        )
        .join('\n')

export const page = (results) => {
  const found = targets(results)
  const met = found.filter(({ isMet }) => isMet).length
  return `<!-- Written by \`npm run bench\`. Do not edit: run it again. -->

# Benchmarks

Every figure here is from one run of \`npm run bench\`, which also wrote this page.

Each topic is measured in processes of its own, and there all contenders in the same process: warmed up, each with a loop
that was compiled for it alone, then in turn, in rounds of 20 ms. A figure is the median of its rounds in three or five
processes. Times are those of Node as you start it: what a call allocates is collected within the rounds. Bytes are counted in another
process, where nothing is collected within a round, and are right to about one a call. What is *over the bare call* is the median of the
differences to the bare call in the same round. Compare figures of one table with each other, and not with those of another machine.

The mutable floor is [a breaker by hand](../bench/floor.mjs): it changes its fields in place, counts failures in a row, and
does nothing else. The peers are set up [as their documentation says](../bench/contenders.mjs).

## On what

${table(['', ''], machine)}

${table(
  ['package', 'version', 'asks for Node'],
  packages.map(({ name, version, node }) => [name, version, node ?? 'any'])
)}

All peers are published versions. The \`CircuitBreaker\` of Effect is in \`effect/persistence\`, since 4.0.6. A package that asks
for another Node than the one above was run on it all the same.

## Targets

${met} of ${found.length} met.

${table(
  ['', 'target', 'aim', 'measured', ''],
  found.map(({ what, unit, limit, aim, measured, isMet }) => [
    what,
    withUnit(limit, unit),
    aim === undefined ? '' : withUnit(`≤ ${aim}`, unit),
    withUnit(shown(measured), unit),
    isMet ? 'met' : '**missed**'
  ])
)}

## Where a peer is ahead

${ahead(peersAhead(results))}

${SECTIONS.map(([topic, title, words]) => `## ${title}\n\n${words && `${words}\n\n`}${tableOf(topic, results[topic])}`).join('\n\n')}
`
}

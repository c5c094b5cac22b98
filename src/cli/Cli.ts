/**
 * The command line: `breaker-ts replay` and `breaker-ts scenario`.
 *
 * It ends with 0 where all is well, with 1 where data is wrong, and with 2 where it was called wrongly.
 *
 * @since 0.1.0
 */
import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'

import type { Settings } from '../core/Config'
import { html } from '../replay/HtmlReport'
import type { Format, Seen } from '../replay/LogReader'
import { formats } from '../replay/LogReader'
import { front, start } from '../replay/Replay'
import type { Comparison, Evidence, Verdict } from '../replay/Report'
import { scenario, scenarios } from '../replay/Scenario'
import type { Terminal } from './Input'
import type { Given } from './Inquiry'
import { given, gridOf, NEEDS_SLOW, needsSlow, Problem, withFile, WRONG_USAGE } from './Inquiry'
import type { Played } from './Playback'
import { playFiles } from './Playback'
import type { Entry, Tried } from './Table'
import { entryOf, frontOf, reportOf } from './Table'

// -------------------------------------------------------------------------------------
// words
// -------------------------------------------------------------------------------------

const EXAMPLES = `
Examples:
  What would these settings have done to last week's traffic?
    $ breaker-ts replay access.log --settings payments.json --key upstream --slow 1s
  Are the new ones better? Search 108 others too, and make a page of it.
    $ breaker-ts replay traffic.jsonl --settings now.json --settings new.json --grid small --html report.html
  The log is of a gateway with 20 processes, which have a breaker each.
    $ zcat access.log.*.gz | breaker-ts replay - --settings now.json --instances 20
  Choose by the first five days, and see how the choice does on the last two.
    $ breaker-ts replay week.jsonl --settings now.json --grid small --train 1-5 --test 6-7
  A table of your own.
    $ breaker-ts replay calls.csv --settings now.json --columns time=startMs:ms,duration=durationUs:us --slow 100ms
  No log yet? Try one of eight incidents.
    $ breaker-ts scenario oscillating --settings now.json

A settings file is JSON, as Settings of breaker-ts/Codec reads it:
  {
    "name": "payments",
    "window": { "_tag": "TimeWindow", "seconds": 10, "slices": 10 },
    "trip": { "_tag": "FailureRate", "rate": 0.5, "minimumCalls": 20 },
    "recoveryTimeoutSeconds": 10
  }
`

const FORMATS = `
Formats (--format; without it, the first line decides):
${Object.entries(formats)
  .map(([name, text]) => `  ${name.padEnd(7)} ${text}`)
  .join('\n')}

Exit codes: 0 fine, 1 wrong data (a file, a setting, a line), 2 wrong usage.
`

const SCENARIOS = `
Scenarios:
${scenarios.map(({ name, text }) => `  ${name.padEnd(16)} ${text}`).join('\n')}
`

// -------------------------------------------------------------------------------------
// options
// -------------------------------------------------------------------------------------

interface Options {
  readonly settings: ReadonlyArray<string>
  readonly slow?: number
  readonly grid?: string
  readonly instances: number
  readonly seed: number
  readonly json?: true
  readonly html?: string
}

interface ReplayOptions extends Options {
  readonly format?: Format
  readonly key?: string
  readonly classify?: string
  readonly columns?: string
  readonly train?: Days
  readonly test?: Days
}

interface ScenarioOptions extends Options {
  readonly seconds?: number
  readonly rate?: number
  readonly key?: 'service'
}

/** Days of a log, from 1. */
interface Days {
  readonly first: number
  readonly last: number
}

const UNITS: Readonly<Record<string, number>> = { ms: 1e-3, s: 1, m: 60 }

const seconds = (text: string): number => {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? []
  if (!(Number(number) > 0)) throw new InvalidArgumentError('Expected a time, as in 1s, 500ms or 2m, and more than 0.')
  return Number(number) * (UNITS[unit] as number)
}

const integer =
  (least: number) =>
  (text: string): number => {
    if (!/^\d+$/.test(text) || Number(text) < least || Number(text) > 65_535)
      throw new InvalidArgumentError(`Expected an integer from ${least} to 65,535.`)
    return Number(text)
  }

const positive = (text: string): number => {
  if (!(Number(text) > 0) || Number(text) > 1e6) throw new InvalidArgumentError('Expected a number > 0.')
  return Number(text)
}

const days = (text: string): Days => {
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? []
  if (first === undefined || Number(first) < 1 || Number(last) < Number(first))
    throw new InvalidArgumentError('Expected days of the log from 1, as in 1-5 or 6.')
  return { first: Number(first), last: Number(last) }
}

const listed = (text: string, before: ReadonlyArray<string>): ReadonlyArray<string> => [...before, text]

const common = (command: Command): Command =>
  command
    .addOption(
      new Option('-s, --settings <file>', 'settings to try, as JSON; may be given several times')
        .argParser(listed)
        .default([], 'none')
    )
    .option('--slow <time>', 'a call that takes as long is slow, and so bad: 1s, 500ms', seconds)
    .option('--grid <name>', 'search other settings too: small (108 of them), or a JSON file')
    .option('--instances <n>', 'split calls over so many processes with a breaker each', integer(1), 1)
    .option('--seed <n>', 'for all that is left to chance', integer(0), 1)
    .option('--html <file>', 'write a page that shows it all, in one file')
    .option('--json', 'print JSON')

// -------------------------------------------------------------------------------------
// run
// -------------------------------------------------------------------------------------

/**
 * Runs a command, and returns its exit code.
 *
 * @category command line
 * @since 0.1.0
 */
export const run = async (args: ReadonlyArray<string>, terminal: Terminal, version = ''): Promise<number> => {
  const program = new Command('breaker-ts')
    .description('Chooses the settings of a circuit breaker by evidence: plays recorded traffic against them.')
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text)
    })
    .exitOverride()
    .version(version)
    .addHelpText('after', `${EXAMPLES}\nSee also: breaker-ts replay --help, breaker-ts scenario --help`)
  common(program.command('replay'))
    .description('Plays a log against settings, and tells what a breaker would have rejected, spared and found.')
    .argument('<files...>', 'logs, in the order of time, zipped or not; - is standard input')
    .addOption(new Option('--format <name>', 'what the log is').choices(Object.keys(formats)))
    .option('--key <field>', 'a breaker for each value of this field: host, upstream, or any that the log has')
    .option('--classify <statuses>', 'which statuses are failures (default: 5xx,408,429)')
    .option('--columns <names>', 'names and units of the columns of CSV: time=startMs:ms,duration=ms:ms,status=code')
    .option('--train <days>', 'judge settings by these days of the log only: 1-5', days)
    .option('--test <days>', 'and show how they do on these: 6-7', days)
    .addHelpText('after', EXAMPLES + FORMATS)
    .action((files: ReadonlyArray<string>, options: ReplayOptions) => replay(files, options, terminal))
  common(program.command('scenario'))
    .description('Plays one of eight incidents against settings.')
    .argument('<name>', 'the scenario')
    .option('--seconds <n>', 'how long it lasts (default: 180)', positive)
    .option('--rate <n>', 'calls a second (default: 15)', positive)
    .addOption(new Option('--key <field>', 'a breaker for each service of one-of-many').choices(['service']))
    .addHelpText('after', SCENARIOS)
    .action((name: string, options: ScenarioOptions) => playScenario(name, options, terminal))
  try {
    await program.parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE
    if (!(error instanceof Problem)) throw error
    terminal.stderr.write(`error: ${error.message}\n`)
    return error.code
  }
}

interface Chosen {
  readonly files: ReadonlyArray<Given>
  readonly grid: ReadonlyArray<Settings>
  /** A strategy judges slow calls, and nobody has said what is slow. */
  readonly lacksSlow: boolean
}

const chosen = ({ settings, grid, slow }: Options): Chosen => {
  if (settings.length === 0 && grid === undefined)
    throw new Problem('no settings: give --settings FILE, or --grid small to search some', WRONG_USAGE)
  const files = settings.map(given)
  const found = grid === undefined ? { settings: [], needsSlow: false } : gridOf(grid)
  return {
    files,
    grid: found.settings,
    lacksSlow: slow === undefined && (found.needsSlow || files.some(({ config }) => needsSlow(config)))
  }
}

const replay = async (files: ReadonlyArray<string>, options: ReplayOptions, terminal: Terminal): Promise<void> => {
  if ((options.train === undefined) !== (options.test === undefined))
    throw new Problem(
      '--train and --test go together: one chooses the settings, the other one tries the choice',
      WRONG_USAGE
    )
  if (
    options.train &&
    options.test &&
    options.train.first <= options.test.last &&
    options.test.first <= options.train.last
  )
    throw new Problem(
      '--train and --test overlap: settings are tried on days that they were not chosen by',
      WRONG_USAGE
    )
  const { files: named, grid, lacksSlow } = chosen(options)
  const settings = [...named.map(({ config }) => config), ...grid]
  const { slow, instances, seed } = options
  const parts = options.train && options.test && { train: options.train, test: options.test }
  const inquiry = {
    files,
    settings,
    parts,
    needsSlow: lacksSlow,
    replay: { slowSeconds: slow, instances, seed },
    reader: { ...options, isSlowKnown: slow !== undefined }
  }
  const played = await playFiles(inquiry, terminal)
  // Where times are in whole seconds, chance has a say: how much, another seed tells.
  const isRepeatable = played.seen.inWholeSeconds > 0 && named.length > 0 && !files.includes('-')
  const again = isRepeatable
    ? await playFiles(
        { ...inquiry, settings: named.map(({ config }) => config), reader: { ...inquiry.reader, seed: seed + 1 } },
        terminal
      )
    : undefined
  show({ title: files.join(', '), named, played, again, notes: notesOf(played.seen, played.places), options }, terminal)
}

const playScenario = async (name: string, options: ScenarioOptions, terminal: Terminal): Promise<void> => {
  const known = scenarios.filter((one) => one.name.startsWith(name))
  const [found] = known
  if (found === undefined || known.length > 1)
    throw new Problem(
      `no scenario ${name}, expected one of ${scenarios.map((one) => one.name).join(', ')}`,
      WRONG_USAGE
    )
  const { files: named, grid, lacksSlow } = chosen(options)
  if (lacksSlow) throw new Problem(NEEDS_SLOW, WRONG_USAGE)
  const { slow, instances, seed, seconds, rate, key } = options
  const running = start([...named.map(({ config }) => config), ...grid], { slowSeconds: slow, instances, seed })
  for (const call of scenario(found.name, { seed, seconds, callsPerSecond: rate, keyed: key !== undefined }))
    running.add(call)
  const played = { comparison: running.finish(), heldOut: undefined }
  show({ title: `scenario ${found.name}`, named, played, again: undefined, notes: [found.text], options }, terminal)
}

// -------------------------------------------------------------------------------------
// show
// -------------------------------------------------------------------------------------

interface Shown {
  readonly title: string
  readonly named: ReadonlyArray<Given>
  readonly played: Pick<Played, 'comparison' | 'heldOut'>
  readonly again: Played | undefined
  readonly notes: ReadonlyArray<string>
  readonly options: Options
}

const show = ({ title, named, played, again, notes, options }: Shown, terminal: Terminal): void => {
  const { reports, ...evidence } = played.comparison
  const entries = named.map(({ file }, i): Entry => ({
    ...entryOf(evidence, file, reports[i] as Verdict),
    ...(played.heldOut === undefined ? {} : { heldOut: (played.heldOut.reports[i] as Verdict).figures }),
    ...(again === undefined ? {} : { withOtherSeed: (again.comparison.reports[i] as Verdict).figures })
  }))
  const found = options.grid === undefined ? undefined : pointsOf(reports, played.heldOut)
  if (options.html !== undefined)
    writePage(
      options.html,
      html({
        comparison: { ...evidence, reports: entries.map((entry) => ({ ...entry, name: basename(entry.file) })) },
        tried: reports.slice(named.length),
        heldOut: played.heldOut,
        title: title
          .split(', ')
          .map((file) => basename(file))
          .join(', ') // for others, who have other folders
      })
    )
  if (options.json === true)
    return void terminal.stdout.write(`${JSON.stringify(jsonOf(title, evidence, entries, found, notes), null, 2)}\n`)
  const lines = [
    ...reportOf(evidence, entries, notes),
    ...(found === undefined ? [] : ['', ...frontOf(found, named.length)]),
    ...(options.html === undefined ? [] : [`The page is in ${options.html}.`])
  ]
  terminal.stdout.write(`${lines.join('\n').trimEnd()}\n`)
}

const writePage = (file: string, page: string): void => withFile(file, () => writeFileSync(file, page))

const pointsOf = (reports: ReadonlyArray<Verdict>, heldOut: Comparison | undefined): ReadonlyArray<Tried> =>
  front(reports).map((point) =>
    heldOut === undefined ? point : { ...point, heldOut: (heldOut.reports[point.index] as Verdict).figures }
  )

const jsonOf = (
  title: string,
  evidence: Evidence,
  entries: ReadonlyArray<Entry>,
  found: ReadonlyArray<Tried> | undefined,
  notes: ReadonlyArray<string>
): unknown => ({
  title,
  ...evidence,
  notes,
  reports: entries,
  ...(found === undefined
    ? {}
    : {
        searched: found.length,
        front: found.filter(({ isOnFront }) => isOnFront),
        knee: found.find(({ isKnee }) => isKnee)
      })
})

const notesOf = (seen: Seen, places: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...(seen.wrong === 0
    ? []
    : [
        `${seen.wrong} of ${seen.lines} lines could not be read and are left out. The first:`,
        ...seen.firstWrong.map(
          ({ given, expected }, i) => `  ${places[i]}: given ${JSON.stringify(given)}, expected ${expected}`
        )
      ]),
  ...(seen.untimed === 0 ? [] : [`${seen.untimed} calls have no duration: they count as if they had taken no time.`]),
  ...(seen.inWholeSeconds === 0
    ? []
    : [`${seen.inWholeSeconds} calls have times in whole seconds: they are spread by a seed.`])
]

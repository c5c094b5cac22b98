/**
 * Plays the files of a command against settings, and tells how far it is.
 *
 * @since 0.1.0
 */
import type { Settings } from '../core/Config'
import type { ReaderOptions, Seen } from '../replay/LogReader'
import { formats, reader } from '../replay/LogReader'
import type { ReplayOptions } from '../replay/Replay'
import { start } from '../replay/Replay'
import type { Comparison } from '../replay/Report'
import type { Traffic } from '../replay/Traffic'
import type { Progress, Terminal } from './Input'
import { textOf } from './Input'
import { NEEDS_SLOW, Problem, WRONG_USAGE } from './Inquiry'

/** @internal */
export interface Inquiry {
  readonly files: ReadonlyArray<string>
  readonly settings: ReadonlyArray<Settings>
  /** Days of the log, from 1: those that settings are judged by, and those that are held out. */
  readonly parts: Readonly<Record<'train' | 'test', { readonly first: number; readonly last: number }>> | undefined
  /** Whether a strategy asks for slow calls, and nobody has said what is slow. */
  readonly needsSlow: boolean
  readonly replay: ReplayOptions
  readonly reader: ReaderOptions
}

/** @internal */
export interface Played {
  readonly comparison: Comparison
  readonly heldOut: Comparison | undefined
  readonly seen: Seen
  /** Where the first lines are that could not be read: file and line. */
  readonly places: ReadonlyArray<string>
}

const DAY_SECONDS = 86_400

/**
 * Plays files in their order, as if they were one.
 *
 * @internal
 */
export const playFiles = async (inquiry: Inquiry, terminal: Terminal): Promise<Played> => {
  const { files, settings, parts } = inquiry
  const { add, end, seen } = readerOf(inquiry.reader)
  const [all, heldOut] = [start(settings, inquiry.replay), parts && start(settings, inquiry.replay)]
  const dayOf = days()
  const take = (item: Traffic): void => {
    if (parts === undefined) return all.add(item)
    const day = dayOf(item, seen().header?.timeOriginSeconds ?? 0)
    if (day >= parts.train.first && day <= parts.train.last) all.add(item)
    if (day >= parts.test.first && day <= parts.test.last) heldOut?.add(item)
  }
  const firstLines: Array<readonly [file: string, line: number]> = []
  for (const file of files) {
    firstLines.push([file, seen().lines])
    const progress = new ProgressLine(file, terminal)
    let isWhole = true // the last line
    for await (const text of textOf(file, terminal, (at) => progress.show(at, seen().calls))) {
      isWhole = text === '' ? isWhole : text.endsWith('\n')
      add(text).forEach(take)
      if (inquiry.needsSlow && isUnslow(seen().format)) throw new Problem(NEEDS_SLOW, WRONG_USAGE)
    }
    if (!isWhole) add('\n').forEach(take)
    progress.end()
  }
  end().forEach(take)
  const found = seen()
  if (inquiry.needsSlow && isUnslow(found.format)) throw new Problem(NEEDS_SLOW, WRONG_USAGE)
  const places = found.firstWrong.map(({ line }) => {
    const [file, before] = firstLines.filter(([, lines]) => lines < line).slice(-1)[0] as readonly [string, number]
    return `${file}:${line - before}`
  })
  if (found.calls === 0) throw new Problem(nothingIn(inquiry, found, places))
  const played = { comparison: all.finish(), heldOut: heldOut?.finish(), seen: found, places }
  if (played.comparison.log.calls === 0 || played.heldOut?.log.calls === 0)
    throw new Problem(
      `${files.join(', ')}: no calls on the days of --train or of --test; days are counted from 1, by UTC`
    )
  return played
}

// A record says itself what was slow.
const isUnslow = (format: Seen['format']): boolean => format !== undefined && format !== 'record'

const readerOf = (options: ReaderOptions): ReturnType<typeof reader> => {
  try {
    return reader(options)
  } catch (error) {
    throw new Problem((error as Error).message, WRONG_USAGE)
  }
}

const COLUMNS_HINT =
  '--columns gives other names and units, as in time=startMs:ms,duration=us:us; with --slow, a table needs no status'

const FORMAT_HINT = `--format says what the log is, where its first lines do not: ${Object.keys(formats).join(', ')}`

const nothingIn = (
  { files, reader: { format: isGiven } }: Inquiry,
  { format, lines, firstWrong }: Seen,
  places: ReadonlyArray<string>
): string =>
  [
    `${files.join(', ')}: no calls in ${lines} lines${format === undefined ? '' : `, read as ${format}`}`,
    ...firstWrong.map(({ given, expected }, i) => `${places[i]}: given ${JSON.stringify(given)}, expected ${expected}`),
    ...(format === 'csv' ? [COLUMNS_HINT] : []),
    ...(format !== undefined && isGiven === undefined ? [FORMAT_HINT] : [])
  ].join('\n       ')

// The day of a log that something is of, from 1, by the calendar of UTC.
const days = (): ((item: Traffic, timeOriginSeconds: number) => number) => {
  let first: number | undefined
  return (item, timeOriginSeconds) => {
    const atSeconds = 'startSeconds' in item ? item.startSeconds : item.atSeconds
    const day = Math.floor((atSeconds + timeOriginSeconds) / DAY_SECONDS)
    first ??= day
    return day - first + 1
  }
}

// -------------------------------------------------------------------------------------
// progress
// -------------------------------------------------------------------------------------

const OFTEN_SECONDS = 0.5 // where someone watches
const SELDOM_SECONDS = 10 // in a file

class ProgressLine {
  private shownAtSeconds = now()
  private hasShown = false

  constructor(
    private readonly file: string,
    private readonly terminal: Terminal
  ) {}

  show({ readBytes, totalBytes }: Progress, calls: number): void {
    const { stderr } = this.terminal
    const isWatched = stderr.isTTY === true
    if (now() - this.shownAtSeconds < (isWatched ? OFTEN_SECONDS : SELDOM_SECONDS)) return
    this.shownAtSeconds = now()
    this.hasShown = true
    const part = totalBytes === undefined ? megabytes(readBytes) : `${Math.round((100 * readBytes) / totalBytes)} %`
    stderr.write(`${isWatched ? '\r' : ''}${this.file}: ${part}, ${calls} calls${isWatched ? '' : '\n'}`)
  }

  end(): void {
    if (this.hasShown && this.terminal.stderr.isTTY === true) this.terminal.stderr.write('\n')
  }
}

const now = (): number => performance.now() / 1000

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

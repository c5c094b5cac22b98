/**
 * What a command was given: settings and grids in files, and what is wrong with them.
 *
 * @since 0.1.0
 */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

import * as t from 'io-ts'
import { PathReporter } from 'io-ts/PathReporter'

import type { Config, Settings } from '../core/Config'
import * as Codec from '../data/Codec'
import type { Grid } from '../replay/Replay'
import { points, small } from '../replay/Replay'

// -------------------------------------------------------------------------------------
// problems
// -------------------------------------------------------------------------------------

/** @internal */
export const WRONG_DATA = 1
/** @internal */
export const WRONG_USAGE = 2

/**
 * A problem that the user can do something about, which the message says.
 *
 * @internal
 */
export class Problem extends Error {
  constructor(
    message: string,
    readonly code: typeof WRONG_DATA | typeof WRONG_USAGE = WRONG_DATA
  ) {
    super(message)
  }
}

const MESSAGES: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'no permission to read or write it',
  EISDIR: 'a directory, expected a file',
  ENOTDIR: 'no such file',
  ENOSPC: 'no space left on the disk',
  EPIPE: 'closed by the program that reads it',
  Z_DATA_ERROR: 'zipped, and damaged',
  Z_BUF_ERROR: 'zipped, and cut off'
}

/**
 * What the system says of a file; `undefined` for any other error.
 *
 * @internal
 */
export const fileProblem = (error: unknown, file: string): Problem | undefined => {
  const message = MESSAGES[(error as { readonly code?: string }).code ?? '']
  return message === undefined ? undefined : new Problem(`${file}: ${message}`)
}

/**
 * Does something with a file; where the system refuses, the problem names the file.
 *
 * @internal
 */
export const withFile = <A>(file: string, use: () => A): A => {
  try {
    return use()
  } catch (error) {
    throw fileProblem(error, file) ?? error
  }
}

/** @internal */
export const NEEDS_SLOW = 'SlowCallRate needs --slow: nothing else says which calls are slow'

// -------------------------------------------------------------------------------------
// settings
// -------------------------------------------------------------------------------------

/**
 * Settings that stand in a file.
 *
 * @internal
 */
export interface Given {
  readonly file: string
  readonly config: Config
}

const jsonOf = (file: string): unknown => {
  const text = withFile(file, () => readFileSync(file, 'utf8')).replace(/^\ufeff/, '')
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new Problem(`${file}: given no JSON (${(error as Error).message}), expected JSON`)
  }
}

const named = (json: unknown, name: string): unknown =>
  t.UnknownRecord.is(json) && json['name'] === undefined ? { name, ...json } : json

const settingsOf = (file: string, json: unknown): Config => {
  const read = Codec.Settings.decode(json)
  if (read._tag === 'Right') return read.right
  throw new Problem(
    PathReporter.report(read)
      .map((message) => `${file}: ${message}`)
      .join('\n       ')
  )
}

/**
 * Reads a settings file. Without a name, settings take that of the file.
 *
 * @internal
 */
export const given = (file: string): Given => ({
  file,
  config: settingsOf(file, named(jsonOf(file), basename(file).replace(/\.json$/, '')))
})

const numbers = t.array(t.number)

const GridData = t.partial({
  windowSeconds: numbers,
  rate: numbers,
  minimumCalls: numbers,
  recoveryTimeoutSeconds: numbers
})

const MOST_POINTS = 2000

/**
 * The settings of a grid: `small`, or a file with numbers for it, or with a list of settings.
 *
 * @internal
 */
export const gridOf = (name: string): { readonly settings: ReadonlyArray<Settings>; readonly needsSlow: boolean } => {
  if (name === 'small') return { settings: points(small), needsSlow: false }
  const json = jsonOf(name)
  const found = Array.isArray(json)
    ? json.map((one: unknown, i) => settingsOf(`${name}[${i}]`, named(one, `${basename(name)}[${i}]`)))
    : pointsOf(name, json)
  if (found.length === 0 || found.length > MOST_POINTS)
    throw new Problem(`${name}: given ${found.length} settings, expected 1 to ${MOST_POINTS}`)
  // Numbers make settings that judge slow calls only where you say what is slow.
  return { settings: found, needsSlow: Array.isArray(json) && found.some(needsSlow) }
}

/** Whether settings judge slow calls.
 * @internal
 */
export const needsSlow = ({ trip }: Config): boolean => trip?.needsSlowCalls === true

const pointsOf = (file: string, json: unknown): ReadonlyArray<Config> => {
  const names = Object.keys(small)
  const others = t.UnknownRecord.is(json) ? Object.keys(json).filter((key) => !names.includes(key)) : ['']
  if (!GridData.is(json) || others.length > 0)
    throw new Problem(`${file}: expected a list of settings, or an object of lists of numbers: ${names.join(', ')}`)
  const grid: Grid = { ...small, ...(json as Partial<Grid>) }
  if (Object.values(grid).reduce((product, { length }: ReadonlyArray<number>) => product * length, 1) > MOST_POINTS)
    throw new Problem(`${file}: expected at most ${MOST_POINTS} settings`)
  return points(grid).map((settings) => settingsOf(`${file}: ${settings.name}`, JSON.parse(JSON.stringify(settings))))
}

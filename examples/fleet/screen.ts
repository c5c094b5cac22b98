/**
 * What is shown: lines of text, 79 columns wide.
 */
import type { Client } from './infrastructure'

/** What is known of a worker's circuit. */
export type Known = 'closed' | 'open' | 'half_open'

export const SIZE = 4

const isTerminal = process.stdout.isTTY && process.env['NO_COLOR'] === undefined && process.env['TERM'] !== 'dumb'
const COLOURS = { closed: 32, open: 31, half_open: 33, strong: 1 }
const paint = (tone: keyof typeof COLOURS, text: string): string =>
  isTerminal ? `\u001b[${COLOURS[tone]}m${text}\u001b[0m` : text

const print = (line: string): void => console.log(line)
const SIGN: Readonly<Record<Known, string>> = { closed: '·', open: 'OPEN', half_open: 'try' }
const lane = (states: ReadonlyArray<Known>): string =>
  states.map((state) => paint(state, SIGN[state].padEnd(6))).join('')
const time = (seconds: number): string => `${seconds.toFixed(1)} s`.padStart(7)
export const milliseconds = (seconds: number): string => `${(seconds * 1000).toFixed(1)} ms`
const names = Array.from({ length: SIZE }, (_, i) => `w${i + 1}`.padEnd(6)).join('')

export const heading = (everySeconds: number, opensWhen: string): void =>
  [
    paint('strong', 'Four workers and a server that dies: who knows when, with and without sharing'),
    '',
    `Each worker asks the server ${1 / everySeconds} times a second through a breaker that all share by`,
    'Redis, and as often through one of its own. Both open when',
    `${opensWhen}.`,
    '',
    '  ·  requests pass    OPEN  requests are rejected    try  one request tries',
    '  503s: requests that have reached the server while it was down',
    '',
    paint('strong', `                  ${'SHARED'.padEnd(SIZE * 6 + 7)}EACH ON ITS OWN`),
    paint('strong', `   time  server   ${names} 503s  ${names} 503s`)
  ].forEach(print)

export const moment = (
  seconds: number,
  isDown: boolean,
  states: Readonly<Record<Client, ReadonlyArray<Known>>>,
  asked: Readonly<Record<Client, number>>
): void =>
  print(
    `${time(seconds)}  ${isDown ? paint('open', 'down') : paint('closed', 'up  ')}     ` +
      `${lane(states.shared)}${String(asked.shared).padStart(5)}  ${lane(states.alone)}${String(asked.alone).padStart(5)}`
  )

export const event = (text: string): void => print(paint('strong', `         ${text}`))

export const summary = (lines: ReadonlyArray<readonly [what: string, shared: string, alone: string]>): void => {
  print('')
  print(paint('strong', `SUMMARY${' '.repeat(49)}SHARED      ALONE`))
  lines.forEach(([what, shared, alone]) => print(`${what.padEnd(54)}${shared.padStart(8)} ${alone.padStart(10)}`))
}

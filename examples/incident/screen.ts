/**
 * Where lines go: a terminal, with colours and a line that is rewritten in place; anywhere else, plain lines.
 */
import type { Paint } from './report'
import { WIDTH } from './report'

export interface Screen {
  readonly paint: Paint
  readonly print: (...lines: ReadonlyArray<string>) => void
  /** Shows a line until the next one comes; nothing where a line cannot be rewritten. */
  readonly preview: (line: string) => void
}

const ESC = '\u001b['
const REWRITE = `\r${ESC}K`
const SGR = { good: 32, bad: 31, held: 33, strong: 1 }

export const makeScreen = (output: NodeJS.WriteStream): Screen => {
  const terminal = output.isTTY && process.env['TERM'] !== 'dumb'
  const colours = terminal && !process.env['NO_COLOR']
  const start = terminal ? REWRITE : ''
  return {
    paint: (tone, text) => (colours ? `${ESC}${SGR[tone]}m${text}${ESC}0m` : text),
    print: (...lines) => void output.write(lines.map((line) => `${start}${line}\n`).join('')),
    preview: (line) => void (terminal && output.columns >= WIDTH && output.write(`${start}${line}`))
  }
}

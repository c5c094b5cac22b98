/**
 * The command line of the demo: `npm start`, or `npm start -- --fast` for the same incident four times as fast.
 */
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { incident } from './incident'
import { scenarioAt } from './scenario'
import { makeScreen } from './screen'

const speedOf = (args: string): number | undefined => {
  switch (args) {
    case '':
      return 1
    case '--fast':
      return 4
    default:
      return undefined
  }
}

const exit = (code: number, message: string) => {
  console.error(message)
  process.exitCode = code // the process ends by itself: nothing is left open
}

const args = process.argv.slice(2).join(' ')
const speed = speedOf(args)

if (speed === undefined) {
  exit(2, `Unknown arguments: ${args}\nUsage: npm start [-- --fast]`)
} else {
  process.stdout.on('error', () => process.exit()) // the reader of a pipe has left
  void pipe(
    incident(scenarioAt(speed), makeScreen(process.stdout)),
    TE.match(
      (error) => exit(1, `The demo cannot run: ${error.message}`),
      () => undefined
    )
  )()
}

/**
 * The command line of the demo: `npm start`, with `-- --fast` for the same incident four times as fast, and with
 * `-- --strategy count` or `-- --strategy time` for another breaker in the same incident.
 */
import { parseArgs } from 'node:util'

import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { incident } from './incident'
import type { Scenario } from './scenario'
import { scenarioAt } from './scenario'
import { makeScreen } from './screen'
import { isStrategyName } from './strategy'

const USAGE = 'Usage: npm start [-- [--fast] [--strategy consecutive|count|time]]'

const scenarioOf = (args: ReadonlyArray<string>): E.Either<string, Scenario> =>
  pipe(
    E.tryCatch(
      () => parseArgs({ args: [...args], options: { fast: { type: 'boolean' }, strategy: { type: 'string' } } }).values,
      (error) => E.toError(error).message
    ),
    E.chain(({ fast = false, strategy = 'consecutive' }) =>
      isStrategyName(strategy)
        ? E.right(scenarioAt(fast ? 4 : 1, strategy))
        : E.left(`Unknown strategy '${strategy}', expected consecutive, count or time`)
    )
  )

const exit = (code: number, message: string) => {
  console.error(message)
  process.exitCode = code // the process ends by itself: nothing is left open
}

const play = (scenario: Scenario) => {
  process.stdout.on('error', () => process.exit()) // the reader of a pipe has left
  void pipe(
    incident(scenario, makeScreen(process.stdout)),
    TE.match(
      (error) => exit(1, `The demo cannot run: ${error.message}`),
      () => undefined
    )
  )()
}

pipe(
  scenarioOf(process.argv.slice(2)),
  E.match((problem) => exit(2, `${problem}\n${USAGE}`), play)
)

/**
 * Plays the incident: one server, two clients, a breaker in front of one of them, and a report of what happens.
 */
import { setTimeout as sleep } from 'node:timers/promises'

import type { Clock } from 'breaker-ts'
import { monotonic } from 'breaker-ts/Clock'
import { pipe } from 'fp-ts/function'
import type { IO } from 'fp-ts/IO'
import * as TE from 'fp-ts/TaskEither'

import type { Transition } from './breaker'
import { makeBreaker } from './breaker'
import { fetchPage, makeClient } from './client'
import { heading, momentLine, phaseLine, summary, transitionLine, WITH, WITHOUT } from './report'
import type { Scenario } from './scenario'
import type { Screen } from './screen'
import type { Server } from './server'
import { startServer } from './server'

export const incident = (scenario: Scenario, screen: Screen): TE.TaskEither<Error, void> =>
  pipe(
    TE.fromIO(stopwatch),
    TE.chain((clock) =>
      TE.bracket(
        startServer(scenario, clock),
        (server) => play(scenario, screen, clock, server),
        (server) => TE.fromTask(server.stop)
      )
    )
  )

/** The clock of the server, the breaker and the report alike: seconds since the demo's start. */
const stopwatch: IO<Clock> = () => {
  const start = monotonic()
  return () => monotonic() - start
}

const play = (
  scenario: Scenario,
  screen: Screen,
  clock: Clock,
  { url, received }: Server
): TE.TaskEither<Error, void> => {
  const { phases, endSeconds, requestEverySeconds, timeoutSeconds, momentSeconds } = scenario

  const transitions: Array<Transition> = []
  const onTransition = (transition: Transition) => {
    transitions.push(transition)
    screen.print(transitionLine(transition, scenario, screen.paint))
  }

  return pipe(
    TE.of(makeBreaker(scenario, clock, onTransition)),
    TE.chainTaskK((breaker) => async () => {
      const guarded = makeClient(pipe(fetchPage(url, WITH, timeoutSeconds), breaker.call), clock)
      const bare = makeClient(fetchPage(url, WITHOUT, timeoutSeconds), clock)
      const send = () => Promise.all([guarded.send(), bare.send()])

      const records = { scenario, transitions, received, withBreaker: guarded.traffic, without: bare.traffic }
      const moment = async (fromSeconds: number, toSeconds: number) =>
        momentLine(records, { fromSeconds, toSeconds, state: await breaker.state() }, screen.paint)
      const preview = async (now: number) => screen.preview(await moment(now - (now % momentSeconds), now))
      const show = async (now: number) => {
        if (now > 0) screen.print(await moment(now - momentSeconds, now))
        const starting = phases.filter(({ startSeconds }) => startSeconds >= now && startSeconds < now + momentSeconds)
        screen.print(...starting.map((phase) => phaseLine(phase, screen.paint)))
      }

      screen.print(...heading(scenario, screen.paint))
      await Promise.all([
        every(clock, requestEverySeconds, endSeconds - requestEverySeconds, send),
        every(clock, momentSeconds / 10, endSeconds, preview),
        every(clock, momentSeconds, endSeconds, show)
      ])
      screen.print(...summary(records, screen.paint))
    })
  )
}

/** Starts `action` at a fixed rate, however long each run takes, and ends when every run has ended. */
const every = async (
  clock: Clock,
  periodSeconds: number,
  untilSeconds: number,
  action: (now: number) => Promise<unknown>
): Promise<void> => {
  const runs: Array<Promise<unknown>> = []
  const times = Math.round(untilSeconds / periodSeconds)
  for (let n = 0; n <= times; n++) {
    while (clock() < n * periodSeconds) await sleep((n * periodSeconds - clock()) * 1000)
    runs.push(action(n * periodSeconds))
  }
  await Promise.all(runs)
}

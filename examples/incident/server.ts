/**
 * A real HTTP server whose health follows the scenario, and which remembers every request that reached it.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { Clock } from 'breaker-ts'
import * as E from 'fp-ts/Either'
import type * as T from 'fp-ts/Task'
import type * as TE from 'fp-ts/TaskEither'

import type { Phase, Scenario } from './scenario'
import { phaseAt } from './scenario'

export interface Server {
  readonly url: string
  readonly received: ReadonlyArray<Received>
  readonly stop: T.Task<void>
}

/** A request that reached the server, from the client named in its `x-client` header. */
export interface Received {
  readonly client: string
  readonly phase: Phase
}

interface Answer {
  readonly status: 200 | 503
  readonly afterSeconds: number
}

/** What the `nth` request of a client in this phase gets; `null`: nothing, ever. */
const answer = (
  { startSeconds, endSeconds, latencySeconds, pageOneIn }: Phase,
  nth: number,
  now: number
): Answer | null => {
  if (latencySeconds === 'never') return null
  const [atStart, atEnd] = latencySeconds
  const progress = (now - startSeconds) / (endSeconds - startSeconds)
  return { status: nth % pageOneIn === 0 ? 200 : 503, afterSeconds: atStart + (atEnd - atStart) * progress }
}

export const startServer =
  (scenario: Scenario, clock: Clock): TE.TaskEither<Error, Server> =>
  () =>
    new Promise((resolve) => {
      const received: Array<Received> = []

      const server = createServer((request, response) => {
        const now = clock()
        const client = String(request.headers['x-client'])
        const phase = phaseAt(scenario, now)
        received.push({ client, phase })
        const reply = answer(phase, received.filter((r) => r.client === client && r.phase === phase).length, now)
        if (reply === null) return
        const timer = setTimeout(() => response.writeHead(reply.status).end('a page\n'), reply.afterSeconds * 1000)
        response.once('close', () => clearTimeout(timer)) // the client has given up
      })

      const stop = () =>
        new Promise<void>((stopped) => {
          server.close(() => stopped())
          server.closeAllConnections()
        })

      server.once('error', (error) => resolve(E.left(new Error(`no server on 127.0.0.1: ${error.message}`))))
      server.listen(0, '127.0.0.1', () => {
        const { port } = server.address() as AddressInfo
        resolve(E.right({ url: `http://127.0.0.1:${port}/`, received, stop }))
      })
    })

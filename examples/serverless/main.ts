/**
 * A function that runs in a process of its own each time, as serverless ones do, and still has a breaker: its state lives
 * in a file. `node build/serverless/main.js FILE URL` makes one request through it and prints what became of it.
 */
import { randomUUID } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'

import type { CircuitOpenError, State } from 'breaker-ts'
import { AsyncCircuitBreaker, at, initial, isCircuitOpenError } from 'breaker-ts'
import { monotonic } from 'breaker-ts/Clock'
import { make } from 'breaker-ts/Config'
import { restore, snapshot } from 'breaker-ts/Snapshot'
import { inMemory } from 'breaker-ts/Store'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

const wallSeconds = () => Date.now() / 1000

const load = (file: string): TE.TaskEither<never, State> =>
  pipe(
    TE.tryCatch(async () => JSON.parse(await readFile(file, 'utf8')) as unknown, E.toError),
    TE.chainEitherKW((saved) => restore(saved, monotonic(), wallSeconds())),
    TE.orElse(() => TE.right(initial)) // the first time, or nothing of use: start closed
  )

// Written aside and moved, so that nobody reads half a file, or what two have written at a time.
const save = async (file: string, state: State): Promise<void> => {
  const aside = `${file}.${randomUUID()}`
  await writeFile(aside, JSON.stringify(snapshot(state, monotonic(), wallSeconds())))
  await rename(aside, file)
}

const request = (url: string): TE.TaskEither<Error, string> =>
  pipe(
    TE.tryCatch(() => fetch(url, { signal: AbortSignal.timeout(2000) }), E.toError),
    TE.chain((response) => (response.ok ? TE.right('answered') : TE.left(new Error(`status ${response.status}`))))
  )

const told = (error: Error | CircuitOpenError) =>
  isCircuitOpenError(error)
    ? `rejected, ${Math.ceil(error.retryAfterSeconds ?? 0)} s to wait`
    : `failed: ${error.message}`

const handler = (file: string, url: string): TE.TaskEither<Error, void> =>
  pipe(
    TE.fromEither(make({ name: 'downstream', failureThreshold: 2, recoveryTimeoutSeconds: 30 })),
    TE.bindTo('config'),
    TE.bindW('state', () => load(file)),
    TE.chainTaskK(({ config, state }) => async () => {
      const store = inMemory(config, state)
      const breaker = new AsyncCircuitBreaker({ ...config, store })
      console.log(
        await pipe(
          request(url),
          breaker.call,
          TE.getOrElse((error) => async () => told(error))
        )()
      )
      await save(file, at(config)(store.getState(), monotonic())).catch((error: unknown) => console.error(error))
    })
  )

const [file, url] = process.argv.slice(2)
if (file === undefined || url === undefined) {
  console.error('Usage: node build/serverless/main.js FILE URL')
  process.exitCode = 2
} else
  void pipe(
    handler(file, url),
    TE.mapLeft((error) => console.error(error.message))
  )()

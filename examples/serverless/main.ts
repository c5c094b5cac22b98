/**
 * A function that runs in a process of its own each time, as serverless ones do, and still has a breaker: its state lives
 * in a file. `node build/serverless/main.js FILE URL` makes one request through it and prints what became of it.
 */
import { randomUUID } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'

import { AsyncCircuitBreaker, isCircuitOpenError } from 'breaker-ts'
import { from } from 'breaker-ts/Snapshot'

// The first time there is no file, and `from(undefined)` starts CLOSED. A damaged one is reported, and starts CLOSED too.
const load = (file: string): Promise<unknown> =>
  readFile(file, 'utf8')
    .then((text) => JSON.parse(text) as unknown)
    .catch((error: unknown) => (error instanceof SyntaxError ? error.message : undefined))

// Written aside and moved, so that nobody reads half a file, or what two have written at a time.
const save = async (file: string, snapshot: object): Promise<void> => {
  const aside = `${file}.${randomUUID()}`
  await writeFile(aside, JSON.stringify(snapshot))
  await rename(aside, file)
}

const request = async (url: string): Promise<string> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000) })
  if (!response.ok) throw new Error(`status ${response.status}`)
  return 'answered'
}

const said = (error: unknown): string =>
  isCircuitOpenError(error)
    ? `rejected, ${Math.ceil(error.retryAfterSeconds ?? 0)} s to wait`
    : `failed: ${error instanceof Error ? error.message : String(error)}`

const handler = async (file: string, url: string): Promise<void> => {
  const breaker = new AsyncCircuitBreaker({
    name: 'downstream',
    failureThreshold: 2,
    recoveryTimeoutSeconds: 30,
    restore: from(await load(file))
  })
  console.log(await breaker.run(request, url).catch(said))
  await save(file, breaker.snapshot()).catch((error: unknown) => console.error(error))
}

const [file, url] = process.argv.slice(2)
if (file === undefined || url === undefined) {
  console.error('Usage: node build/serverless/main.js FILE URL')
  process.exitCode = 2
} else void handler(file, url)

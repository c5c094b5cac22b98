/**
 * A member of a fleet in a process of its own, which does what its parent asks for. tests/support/fleet.ts starts it.
 */
import { AsyncCircuitBreaker } from 'breaker-ts/AsyncCircuitBreaker'
import type { Cell, Reading } from 'breaker-ts/Cell'
import { isCircuitOpenError } from 'breaker-ts/CircuitOpenError'
import { Settings } from 'breaker-ts/Codec'
import type { Notice } from 'breaker-ts/Notice'
import { redisCell } from 'breaker-ts/RedisCell'
import { shared } from 'breaker-ts/Shared'
import { either as E, taskEither as TE } from 'fp-ts'

import type { ClientName } from '../support/redis'
import { connect } from '../support/redis'

/** What a member starts with. `settings` are data, as from a file. */
export interface Start {
  readonly client: ClientName
  readonly port: number
  readonly settings: object
  readonly timeoutSeconds?: number
  readonly pollSeconds?: number
}

/** What the call of a member does: it fails or not, or asks a service. */
export type Operation = 'succeed' | 'fail' | { readonly url: string }

/** How a number of calls went. */
export interface Calls {
  readonly succeeded: number
  readonly failed: number
  readonly rejected: number
  /** Errors that are neither the operation's nor a rejection. */
  readonly strange: ReadonlyArray<string>
  readonly slowestSeconds: number
}

/** Seconds of a clock that all processes of a machine share. */
const clock = (): number => Number(process.hrtime.bigint()) / 1e9

/** How a call is made when it is timed, and what it does: nothing at all, or one turn of the event loop. */
export type Way = 'bare' | 'local' | 'shared' | 'readThrough'
export type Work = 'nothing' | 'turn'

const nothing = async (): Promise<void> => undefined
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

class OperationFailed extends Error {}

const operation = async (given: Operation): Promise<void> => {
  if (given === 'succeed') return
  if (given === 'fail') throw new OperationFailed()
  const { ok } = await fetch(given.url).catch(() => ({ ok: false }))
  if (!ok) throw new OperationFailed()
}

// The times of the store, as they would be after a step of its clock.
const stepped = (cell: Cell, stepSeconds: () => number): Cell => {
  const step = <A extends Reading>(reading: A): A => ({ ...reading, nowSeconds: reading.nowSeconds + stepSeconds() })
  return {
    read: (key) => TE.map(step<Reading>)(cell.read(key)),
    compareAndSet: (...args) => TE.map(step<Reading & { readonly applied: boolean }>)(cell.compareAndSet(...args)),
    subscribe: (key, onPush, onGap) => cell.subscribe(key, (reading) => onPush(step(reading)), onGap)
  }
}

const member = async ({ client, port, settings, ...options }: Start) => {
  const connection = await connect(client, port)
  const read = Settings.decode(settings)
  if (E.isLeft(read)) throw new Error(read.left.map(({ message }) => message).join('; '))
  const config = read.right
  const notices: Array<Notice & { readonly toldAtSeconds: number }> = []
  const reports: Array<string> = []
  const report = (message: string, cause?: unknown) => void reports.push(`${message}: ${String(cause)}`)
  let stepSeconds = 0
  let onNotice = (): void => undefined
  const cell = stepped(redisCell(connection.client), () => stepSeconds)
  const store = shared({ cell, settings: { ...config, report }, ...options })
  const observer = (notice: Notice) => () => {
    if (notice._tag.startsWith('Call')) return
    notices.push({ ...notice, toldAtSeconds: clock() })
    onNotice()
  }
  const breaker = new AsyncCircuitBreaker({ ...config, store, observer, report })
  const [local, unobserved] = [new AsyncCircuitBreaker(config), new AsyncCircuitBreaker({ ...config, store })]
  let traffic: Promise<Calls> | undefined
  let isStopping = false

  const calls = async (given: Operation, most: number, atOnce = 1, pauseSeconds = 0): Promise<Calls> => {
    const found = { succeeded: 0, failed: 0, rejected: 0, strange: [] as Array<string>, slowestSeconds: 0 }
    let left = most
    const one = async (): Promise<void> => {
      while (left-- > 0 && !isStopping) {
        const start = performance.now()
        try {
          await breaker.run(operation, given)
          found.succeeded++
        } catch (error) {
          if (isCircuitOpenError(error)) found.rejected++
          else if (error instanceof OperationFailed) found.failed++
          else found.strange.push(String(error))
        }
        found.slowestSeconds = Math.max(found.slowestSeconds, (performance.now() - start) / 1000)
        await new Promise((resolve) =>
          pauseSeconds > 0 ? setTimeout(resolve, pauseSeconds * 1000) : setImmediate(resolve)
        )
      }
    }
    await Promise.all(Array.from({ length: atOnce }, one))
    return found
  }

  return {
    calls,
    start: async (given: Operation, atOnce: number, pauseSeconds: number) => {
      isStopping = false
      traffic = calls(given, Infinity, atOnce, pauseSeconds)
    },
    stop: async (): Promise<Calls | undefined> => {
      isStopping = true
      const ended = await traffic
      isStopping = false
      return ended
    },
    /** Fails, and tells when the call ended and when this process rejected. */
    trip: async () => {
      const endedAtSeconds = await breaker.run(operation, 'fail').then(clock, clock)
      const rejected = await breaker.run(operation, 'fail').then(
        () => false,
        (error: unknown) => isCircuitOpenError(error)
      )
      return { endedAtSeconds, rejected, tookSeconds: clock() - endedAtSeconds }
    },
    /** When this process learned that the circuit is OPEN, as it is now or will be. */
    opened: (): Promise<number> =>
      new Promise((resolve) => {
        const look = () => {
          const told = notices.filter((notice) => notice._tag === 'Transition' && notice.to._tag === 'Open')
          if (store.getState()._tag === 'Open') resolve(told[told.length - 1]?.toldAtSeconds ?? NaN)
          else onNotice = look
        }
        look()
      }),
    /** A call that does not end while this process lives; resolves when it was let through. */
    hang: () =>
      new Promise<string>((resolve) => {
        breaker
          .run(() => {
            resolve('admitted')
            return new Promise(() => undefined)
          })
          .catch((error: unknown) => resolve(String(error)))
      }),
    /** Calls in a second, 16 at once, of a breaker in each of these ways. */
    throughput: async (way: Way, work: Work, seconds: number): Promise<number> => {
      const run = work === 'turn' ? turn : nothing
      const call = {
        bare: run,
        local: () => local.run(run),
        shared: () => unobserved.run(run),
        readThrough: () => connection.command('GET', 'state').then(() => local.run(run))
      }[way]
      const start = performance.now()
      let made = 0
      const one = async (): Promise<void> => {
        while (performance.now() - start < seconds * 1000) for (let i = 0; i < 20; i++, made++) await call()
      }
      await Promise.all(Array.from({ length: 16 }, one))
      return made / ((performance.now() - start) / 1000)
    },
    state: async () => store.getState(),
    circuit: async () => breaker.state(),
    reset: async () => void breaker.reset(),
    notices: async () => notices,
    reports: async () => reports,
    flush: () => store.flush(),
    close: () => store.close(),
    step: async (seconds: number) => void (stepSeconds = seconds),
    /** Closes what this process has opened, but not the store, and leaves it to the process to end. */
    leave: async () => {
      isLeaving = true
      connection.close()
      process.disconnect()
    }
  }
}

export type Commands = Awaited<ReturnType<typeof member>>

interface Request {
  readonly id: number
  readonly name: keyof Commands | 'begin'
  readonly args: ReadonlyArray<never>
}

let commands: Promise<Commands> | undefined
let isLeaving = false
process.on('disconnect', () => isLeaving || process.exit()) // the parent is gone

process.on('message', ({ id, name, args }: Request) => {
  const answer = async (): Promise<unknown> => {
    if (name === 'begin') return void (await (commands = member(args[0] as unknown as Start)))
    const command = (await (commands as Promise<Commands>))[name] as (...args: ReadonlyArray<never>) => Promise<unknown>
    return command(...args)
  }
  answer().then(
    (right) => process.connected && process.send?.({ id, right }),
    (error: unknown) => process.connected && process.send?.({ id, left: String(error) })
  )
})

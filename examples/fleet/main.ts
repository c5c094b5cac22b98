/**
 * `npm run example:fleet`: four workers, a Redis of their own, and a server that dies and comes back.
 */
import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Client } from './infrastructure'
import { startRedis, startServer } from './infrastructure'
import type { News } from './news'
import { now } from './news'
import type { Known } from './screen'
import { event, heading, milliseconds, moment, SIZE, summary } from './screen'

const EVERY_SECONDS = 0.25
const DOWN_FROM_SECONDS = 1.5
const UP_FROM_SECONDS = 9
const END_SECONDS = 11.5
const LINE_SECONDS = 0.5

interface Opened {
  readonly worker: number
  readonly atSeconds: number
}

/** What the screen knows. */
const records = () => ({
  states: {
    shared: Array.from({ length: SIZE }, (): Known => 'closed'),
    alone: Array.from({ length: SIZE }, (): Known => 'closed')
  },
  /** Who learned when that the server is down. */
  opened: { shared: [] as Array<Opened>, alone: [] as Array<Opened> },
  reached: { shared: 0, alone: 0 }
})

type Records = ReturnType<typeof records>

const note = (known: Records, worker: number, news: News, asked: Readonly<Record<Client, number>>): void => {
  if (!('state' in news)) return
  const client: Client = news.isShared ? 'shared' : 'alone'
  known.states[client][worker] = news.state
  const opened = known.opened[client]
  if (news.state !== 'open' || opened.some((other) => other.worker === worker)) return
  opened.push({ worker, atSeconds: news.atSeconds })
  if (opened.length === 1) known.reached[client] = asked[client]
  if (client === 'alone') event(`${' '.repeat(33)}worker ${worker + 1} opens its own`)
  else if (opened.length === SIZE)
    tellFleet(
      [...opened].sort((a, b) => a.atSeconds - b.atSeconds),
      known.reached.shared
    )
}

const tellFleet = ([first, ...others]: ReadonlyArray<Opened>, reached: number): void => {
  if (first === undefined) return
  const later = others.map(({ worker, atSeconds }) => `w${worker + 1} ${milliseconds(atSeconds - first.atSeconds)}`)
  event(`the fleet opens at worker ${first.worker + 1}, after ${reached} failed requests`)
  event(`and the others know it later by: ${later.join(', ')}`)
}

const startWorker = async (url: string, port: number, tell: (news: News) => void): Promise<ChildProcess> => {
  const worker = fork(join(__dirname, 'worker.js'), [url, String(port), String(EVERY_SECONDS)])
  await new Promise<void>((resolve, reject) => {
    worker.once('exit', (code) => reject(new Error(`a worker has ended with ${code}`)))
    worker.on('message', (news: News) => ('isReady' in news ? resolve() : tell(news)))
  })
  return worker
}

const play = async (): Promise<void> => {
  const redis = await startRedis()
  const server = await startServer()
  const known = records()
  const workers: Array<ChildProcess> = []
  try {
    for (let i = 0; i < SIZE; i++)
      workers.push(await startWorker(server.url, redis.port, (news) => note(known, i, news, server.asked)))
    heading(EVERY_SECONDS, 'half of the requests of the last 6 s have failed, of 20 or more')
    const start = now()
    workers.forEach((worker, i) => setTimeout(() => worker.send('go'), (i * EVERY_SECONDS * 1000) / SIZE))
    for (let seconds = 0; seconds <= END_SECONDS; seconds += LINE_SECONDS) {
      await sleep(Math.max(0, start + seconds - now()) * 1000)
      server.set(seconds >= DOWN_FROM_SECONDS && seconds < UP_FROM_SECONDS)
      moment(seconds, server.isDown(), known.states, server.asked)
    }
    sumUp(known, server.asked, start)
  } finally {
    workers.forEach((worker) => worker.connected && worker.disconnect())
    await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve))))
    server.stop()
    redis.stop()
  }
}

const sumUp = ({ opened, reached }: Records, asked: Readonly<Record<Client, number>>, start: number): void => {
  const since = (which: Client, pick: (...times: ReadonlyArray<number>) => number): string => {
    const times = opened[which].map(({ atSeconds }) => atSeconds - start - DOWN_FROM_SECONDS)
    return times.length < SIZE ? `${times.length} of ${SIZE}` : `${pick(...times).toFixed(2)} s`
  }
  summary([
    ['the first worker knew that the server was down after', since('shared', Math.min), since('alone', Math.min)],
    ['the last worker knew after', since('shared', Math.max), since('alone', Math.max)],
    ['requests that had failed until the first knew', String(reached.shared), String(reached.alone)],
    ['requests that reached the server while down', String(asked.shared), String(asked.alone)]
  ])
}

play().catch((error: unknown) => {
  console.error(`The demo cannot run: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
})

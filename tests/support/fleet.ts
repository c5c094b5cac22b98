/**
 * A fleet of real processes on a real Redis: tests/fleet/worker.ts, bundled once and forked.
 */
import type { ChildProcess } from 'node:child_process'
import { execFileSync, fork } from 'node:child_process'
import { join } from 'node:path'

import type { Commands, Start } from '../fleet/worker'

const WORKER = join('build', 'tests', 'fleet.bundle', 'worker.js')

/** Bundles the worker with src, so that the processes run what is there now. */
export const bundleWorker = (): void =>
  void execFileSync(
    process.execPath,
    [join('node_modules', 'rolldown', 'bin', 'cli.mjs'), join('tests', 'fleet', 'worker.ts')].concat([
      '--format',
      'cjs',
      '--platform',
      'node',
      '--tsconfig',
      'tsconfig.json',
      '--file',
      WORKER
    ]),
    { stdio: 'pipe' }
  )

type Asynchronous<F> = F extends (...args: infer Args) => Promise<infer A> ? (...args: Args) => Promise<A> : never
export type Member = { readonly [K in keyof Commands]: Asynchronous<Commands[K]> } & {
  readonly process: ChildProcess
  readonly ended: Promise<number | null>
}

export const startMember = async (start: Start, worker = WORKER): Promise<Member> => {
  const child = fork(worker, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] })
  const waiting = new Map<number, (answer: { readonly left?: string; readonly right?: unknown }) => void>()
  let ids = 0
  child.on('message', ({ id, ...answer }: { readonly id: number }) => waiting.get(id)?.(answer))
  const ended = new Promise<number | null>((resolve) =>
    child.once('exit', (code) => {
      waiting.forEach((resolve) => resolve({ left: 'the process has ended' }))
      resolve(code)
    })
  )
  const ask = (name: string, ...args: ReadonlyArray<unknown>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++ids
      waiting.set(id, ({ left, right }) => {
        waiting.delete(id)
        if (left === undefined) resolve(right)
        else reject(new Error(`${name}: ${left}`))
      })
      child.send({ id, name, args })
    })
  await ask('begin', start).catch((error: unknown) => {
    child.kill('SIGKILL')
    throw error
  })
  return new Proxy({ process: child, ended } as Member, {
    get: (target, name) =>
      name === 'then'
        ? undefined
        : name in target
          ? target[name as keyof Member]
          : (...args: ReadonlyArray<unknown>) => ask(String(name), ...args)
  })
}

export const endMember = async (member: Member): Promise<void> => {
  member.process.kill('SIGKILL')
  await member.ended
}

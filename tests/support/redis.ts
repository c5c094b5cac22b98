/**
 * Real Redis for tests: a server of its own, and the clients of tools/fleet, which are installed when they are missing.
 */
import type { ChildProcess } from 'node:child_process'
import { spawn, spawnSync } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'

import type { RedisClient } from 'breaker-ts/RedisCell'

import { loadClient, whyNoClients } from './fleetTools'

// -------------------------------------------------------------------------------------
// what is there
// -------------------------------------------------------------------------------------

const whyNot = (): string | undefined => {
  if (spawnSync('redis-server', ['--version']).error !== undefined)
    return `no redis-server: install Debian's redis-server`
  return whyNoClients()
}

/** `describe` where Redis can run. Elsewhere the suite says why it did not run, and fails where `CI` is set. */
export const describeOnRedis = (title: string, suite: () => void): void => {
  const missing = whyNot()
  if (missing === undefined) return describe(title, suite)
  it(`${title}: did not run`, () => {
    if (process.env['CI'] !== undefined) throw new Error(missing)
    console.warn(`${title} did not run: ${missing}`)
  })
}

// -------------------------------------------------------------------------------------
// server
// -------------------------------------------------------------------------------------

export interface Server {
  readonly port: number
  readonly process: ChildProcess
  readonly stop: () => Promise<void>
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

export const startRedis = async (...more: ReadonlyArray<string>): Promise<Server> =>
  startRedisAt(await freePort(), ...more)

export const startRedisAt = async (port: number, ...more: ReadonlyArray<string>): Promise<Server> => {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...more]
  const process = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = new Promise<void>((resolve) => process.once('exit', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    let output = ''
    process.stdout.on('data', (data: Buffer) => {
      output += data.toString()
      if (output.includes('Ready to accept connections')) resolve()
    })
    process.once('exit', () => reject(new Error(`redis-server has ended: ${output}`)))
  })
  return {
    port,
    process,
    stop: () => {
      process.kill('SIGKILL')
      return ended
    }
  }
}

// -------------------------------------------------------------------------------------
// clients
// -------------------------------------------------------------------------------------

/** A client, with the one call by which tests look into Redis. */
export interface Connected {
  readonly client: RedisClient
  readonly command: (...args: Array<string>) => Promise<unknown>
  readonly close: () => void
}

export type ClientName = 'redis' | 'ioredis'
export const CLIENTS: ReadonlyArray<ClientName> = ['redis', 'ioredis']

type NodeRedisClient = RedisClient & {
  connect: () => Promise<unknown>
  sendCommand: (args: Array<string>) => Promise<unknown>
  destroy: () => void
}
interface NodeRedis {
  readonly createClient: (options: object) => NodeRedisClient
  readonly createCluster: (options: object) => NodeRedisClient
}
type IoRedisClient = RedisClient & {
  call: (...args: Array<string>) => Promise<unknown>
  connect: () => Promise<unknown>
  disconnect: () => void
}
interface IoRedis {
  readonly Redis: new (options: object) => IoRedisClient
  readonly Cluster: new (nodes: ReadonlyArray<object>, options: object) => IoRedisClient
}

/** Both have the options `database` and `keyPrefix` here. */
export const connect = async (
  name: ClientName,
  port: number,
  { database = 0, ...options }: Readonly<Record<string, unknown>> = {}
): Promise<Connected> => {
  if (name === 'redis') {
    const client = (loadClient(name) as NodeRedis).createClient({
      socket: { host: '127.0.0.1', port },
      database,
      ...options
    })
    client.on('error', () => undefined)
    await client.connect()
    return { client, command: (...args) => client.sendCommand(args), close: () => client.destroy() }
  }
  const client = new (loadClient(name) as IoRedis).Redis({
    host: '127.0.0.1',
    port,
    db: database,
    lazyConnect: true,
    ...options
  })
  client.on('error', () => undefined)
  await client.connect()
  return { client, command: (...args) => client.call(...args), close: () => client.disconnect() }
}

export const connectCluster = async (name: ClientName, port: number): Promise<Omit<Connected, 'command'>> => {
  if (name === 'redis') {
    const cluster = (loadClient(name) as NodeRedis).createCluster({
      rootNodes: [{ socket: { host: '127.0.0.1', port } }]
    })
    cluster.on('error', () => undefined)
    await cluster.connect()
    return { client: cluster, close: () => cluster.destroy() }
  }
  const cluster = new (loadClient(name) as IoRedis).Cluster([{ host: '127.0.0.1', port }], { lazyConnect: true })
  cluster.on('error', () => undefined)
  await cluster.connect()
  return { client: cluster, close: () => cluster.disconnect() }
}

/**
 * Real PostgreSQL for tests: a server of its own in a temporary directory, and the client of tools/fleet.
 */
import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { PostgresPool } from 'breaker-ts/PostgresCell'

import { loadClient, whyNoClients } from './fleetTools'

const VERSIONS = '/usr/lib/postgresql' // where Debian has them

const bin = (): string | undefined => {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a)) : []
  return versions.map((version) => join(VERSIONS, version, 'bin')).find((dir) => existsSync(join(dir, 'initdb')))
}

// The server refuses to run as root. Debian's package brings a user.
const owner = (): { readonly uid?: number; readonly gid?: number } => {
  if (process.getuid?.() !== 0) return {}
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' })))
  return { uid: uid as number, gid: gid as number }
}

export interface Pool extends PostgresPool {
  end(): Promise<void>
  on(event: 'error', listener: (error: Error) => void): unknown
}

export interface PostgresServer {
  readonly pool: (options?: object) => Pool
  readonly client: () => Pick<Pool, 'end'> & { connect(): Promise<void> }
  readonly stop: () => Promise<void>
}

/** Why PostgreSQL cannot run here. */
export const noPostgres = (): string | undefined =>
  bin() === undefined ? `no PostgreSQL: install Debian's postgresql` : whyNoClients()

export const startPostgres = async (): Promise<PostgresServer> => {
  const dir = mkdtempSync(join(tmpdir(), 'breaker-ts-postgres-'))
  const as = owner()
  if (as.uid !== undefined && as.gid !== undefined) chownSync(dir, as.uid, as.gid)
  const data = join(dir, 'data')
  const binaries = bin() as string
  const initdb = ['-D', data, '-A', 'trust', '-U', 'breaker', '--no-sync', '-E', 'UTF8', '--locale', 'C.UTF-8']
  execFileSync(join(binaries, 'initdb'), initdb, { ...as, cwd: dir, stdio: 'ignore' })
  // On a socket in its directory, so no port can be taken.
  const args = ['-D', data, '-k', dir, '-c', 'listen_addresses=', '-c', 'fsync=off']
  const server = spawn(join(binaries, 'postgres'), args, { ...as, cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    let output = ''
    server.stderr.on('data', (given: Buffer) => {
      output += given.toString()
      if (output.includes('ready to accept connections')) resolve()
    })
    server.once('exit', () => reject(new Error(`postgres has ended: ${output}`)))
  })
  const { Client, Pool } = loadClient('pg') as {
    Pool: new (options: object) => Pool
    Client: new (options: object) => ReturnType<PostgresServer['client']>
  }
  const at = { host: dir, user: 'breaker', database: 'postgres' }
  return {
    client: () => new Client(at),
    pool: (options = {}) => {
      const pool = new Pool({ ...at, ...options })
      pool.on('error', () => undefined)
      return pool
    },
    stop: async () => {
      server.kill('SIGINT')
      await ended
      rmSync(dir, { recursive: true, force: true })
    }
  }
}

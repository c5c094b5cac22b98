/** The clients of tools/fleet, installed when they are missing: once, though suites run side by side. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const TOOL = join(process.cwd(), 'tools', 'fleet') // all scripts run in the root of the repository
const INSTALLED = join(TOOL, 'node_modules', '.package-lock.json') // npm writes it last
const LOCK = join(TOOL, '.installing')

const waitSeconds = (seconds: number): void =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000)

const isLocked = (): boolean => {
  try {
    mkdirSync(LOCK)
    return false
  } catch {
    return true
  }
}

/** Why the clients are not there. */
export const whyNoClients = (patienceSeconds = 120): string | undefined => {
  if (existsSync(INSTALLED)) return undefined
  if (isLocked()) {
    if (patienceSeconds <= 0) return `no clients: remove ${LOCK}`
    waitSeconds(0.2)
    return whyNoClients(patienceSeconds - 0.2)
  }
  try {
    execFileSync('npm', ['ci', '--prefix', TOOL, '--no-audit', '--no-fund', '--loglevel=error'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'no clients: npm ci --prefix tools/fleet has failed'
  } finally {
    rmSync(LOCK, { recursive: true, force: true })
  }
}

export const loadClient = (name: string): unknown => createRequire(join(TOOL, 'package.json'))(name)

/**
 * Runs the demo as a reader of the README does, in a fresh copy of the repository. It takes real time, unlike all other
 * tests.
 */
import { execFile, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'

import { describeOnRedis } from './support/redis'

const ROOT = join(__dirname, '..')
const NOT_IN_A_FRESH_COPY = ['.git', 'node_modules', 'lib', 'es6', 'build', 'coverage', 'reports']
const NOT_NEEDED = ['docs', 'tests']
const SKIPPED = [...NOT_IN_A_FRESH_COPY, ...NOT_NEEDED]

const copy = mkdtempSync(join(tmpdir(), 'breaker-ts-demo-'))

beforeAll(() => {
  cpSync(ROOT, copy, { recursive: true, filter: (path) => !SKIPPED.includes(relative(ROOT, path)) })
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'junction')
})

afterAll(() => rmSync(copy, { recursive: true, force: true }))

const all = (text: string, pattern: RegExp) => Array.from(text.matchAll(pattern), (match) => match[1])

const STRATEGIES = ['consecutive', 'count', 'time']

test.each(STRATEGIES)(
  '`npm start -- --fast --strategy %s` shows a breaker open, probe and close again, and spare a dying server requests',
  (strategy) => {
    const { status, stdout } = spawnSync(`npm start --silent -- --fast --strategy ${strategy}`, {
      cwd: copy,
      env: { ...process.env, FORCE_COLOR: undefined }, // jest sets it; a reader's shell does not
      shell: true,
      encoding: 'utf8',
      timeout: 290_000
    })

    expect([status, stdout]).toEqual([0, expect.stringContaining('SUMMARY')])
    expect(stdout).not.toContain('\u001b')
    expect(stdout).not.toContain('\r')

    expect(all(stdout, /^ *[\d.]+ s {2}([a-z ]+): /gm)).toEqual([
      'healthy',
      'slow death',
      'dead',
      'recovering',
      'healthy'
    ])

    // A busy machine may add some, so this does not say there are no others.
    expect(all(stdout, /^ *[\d.]+ s +\| ([A-Z_]+ -> [A-Z_]+) /gm).join('\n')).toMatch(
      /^CLOSED -> OPEN\n(.*\n)*OPEN -> HALF_OPEN\n(.*\n)*HALF_OPEN -> CLOSED$/m
    )

    const [, withBreaker, without] = /while it was dying or dead +(\d+) +(\d+)$/m.exec(stdout) ?? []
    expect(Number(without)).toBeGreaterThan(0)
    expect(Number(withBreaker)).toBeLessThan(Number(without))
  },
  300_000
)

test('the serverless example has a breaker over several processes, by a file', async () => {
  let status = 503
  let requests = 0
  const server = createServer((_, response) => {
    requests++
    response.writeHead(status).end()
  }).listen(0)
  const url = `http://localhost:${(server.address() as AddressInfo).port}`
  const file = join(copy, 'state.json')
  const invoke = async () => {
    const { stdout } = await promisify(execFile)('node', ['build/serverless/main.js', file, url], { cwd: copy })
    return stdout.trim()
  }

  expect(await invoke()).toBe('failed: status 503')
  expect(await invoke()).toBe('failed: status 503')
  expect(await invoke()).toMatch(/^rejected, (30|29) s to wait$/)
  expect(requests).toBe(2)

  status = 200
  expect(await invoke()).toMatch(/^rejected/)
  writeFileSync(file, '{ "format": "breaker-ts/1", "savedAtSec') // half a file: start closed
  expect(await invoke()).toBe('answered')
  expect(await invoke()).toBe('answered')
  server.close()
}, 60_000)

describeOnRedis('the example of a fleet', () => {
  it('`npm run example:fleet` shows four workers learn of a dead server together, with fewer requests than alone', () => {
    const { status, stdout } = spawnSync('npm run --silent example:fleet', {
      cwd: copy,
      shell: true,
      env: { ...process.env, FORCE_COLOR: undefined },
      encoding: 'utf8'
    })
    expect([status, stdout]).toEqual([0, expect.stringContaining('SUMMARY')])
    expect(stdout).not.toContain('\u001b')
    expect(stdout.split('\n').filter((line) => line.length > 79)).toEqual([])
    expect(stdout).toMatch(/^ +the fleet opens at worker \d, after \d+ failed requests$/m)
    expect(stdout).toMatch(/^ +and the others know it later by: (w\d [\d.]+ ms(, )?){3}$/m)
    const [, shared, alone] = /while down +(\d+) +(\d+)$/m.exec(stdout) ?? []
    expect(Number(shared)).toBeLessThan(Number(alone))
  }, 300_000)
})

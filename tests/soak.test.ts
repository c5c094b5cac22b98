/**
 * Runs `scripts/soak.mjs` at a small size, on a package that was built in a fresh copy of the repository.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(__dirname, '..')
const NEEDED = [
  'src',
  'bin',
  'pages',
  'scripts',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'tsconfig.build-es6.json'
]

const copy = mkdtempSync(join(tmpdir(), 'breaker-ts-soak-'))

const node = (...args: ReadonlyArray<string>) =>
  spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', timeout: 290_000 })

beforeAll(() => {
  for (const name of NEEDED) cpSync(join(ROOT, name), join(copy, name), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'junction')
  expect(node('scripts/build.mjs')).toMatchObject({ status: 0 })
}, 300_000)

afterAll(() => rmSync(copy, { recursive: true, force: true }))

test('200,000 overlapping calls and 20,000 trips leave the heap flat, no timer, and a process that ends by itself', () => {
  const { status, stdout, stderr } = node('--expose-gc', 'scripts/soak.mjs', '--calls', '200000')

  expect([stdout, stderr, status]).toEqual([expect.not.stringContaining('FAILED'), '', 0])
  expect(stdout).toContain('every result came back unchanged')
  expect(stdout).toContain('10,000 calls in flight at once have all settled')
  expect(stdout).toMatch(/a process ended \d+ ms after its last line, by itself/)
}, 300_000)

test('a soak that misses one of its promises says so, and fails', () => {
  // too few calls for the cap of probes to be tried
  expect(node('--expose-gc', 'scripts/soak.mjs', '--calls', '1')).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('FAILED: ') as string
  })
}, 300_000)

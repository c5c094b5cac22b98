// An answer in under 20 seconds while you work: types, lint and format of what has changed since the last commit, and the
// fast suites. It names what it leaves out; `npm test` leaves out nothing.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

process.chdir(join(import.meta.dirname, '..'))

const SLOW = [
  'api',
  'fuzz',
  'soak',
  'browser',
  'playground',
  'demo',
  'testing',
  'properties',
  'examples',
  'report',
  'verify',
  'observer',
  'Window'
]
const LEFT_OUT = ['coverage', 'docs/modules', 'sizes', 'the package proof', `the suites ${SLOW.join(', ')}`]

const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).split('\n').filter(Boolean)
const changed = [...git('diff', '--name-only', 'HEAD'), ...git('ls-files', '--others', '--exclude-standard')].filter(
  (file) => existsSync(file)
)
const code = changed.filter((file) => /\.(ts|mjs|cjs|js)$/.test(file))

const bin = (name) => join('node_modules', '.bin', name)
const CHECKS = [
  ['types', bin('tsc'), '-p', '.', '--incremental', '--tsBuildInfoFile', 'build/quick.tsbuildinfo'],
  ['types of the playground', bin('tsc'), '-p', 'pages/playground'],
  ['format', bin('prettier'), '--check', '--ignore-unknown', ...changed],
  ['lint', bin('eslint'), '--cache', '--cache-location', 'build/eslintcache', '--no-warn-ignored', ...code],
  ['tests', bin('jest'), '--silent', '--testPathIgnorePatterns', `/(${SLOW.join('|')})\\.test\\.ts$`, '/\\.examples/']
].filter(([name]) => (name === 'format' ? changed.length > 0 : name !== 'lint' || code.length > 0))

const run = ([name, command, ...args]) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { shell: process.platform === 'win32' })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
    child.on('close', (status) => resolve({ name, status, output }))
  })

mkdirSync('build', { recursive: true })
const start = performance.now()
const results = await Promise.all(CHECKS.map(run))
for (const { name, status, output } of results)
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name}`, status === 0 ? '' : `\n${output}`)
console.log(
  `\n${((performance.now() - start) / 1000).toFixed(1)} s, ${changed.length} changed files. Left out: ${LEFT_OUT.join('; ')}.`
)
process.exitCode = results.every(({ status }) => status === 0) ? 0 : 1

// Runs the packed tarball on each runtime: one line for each program, the table for docs/runtimes.md, and the count.
//
// The runtimes are packages of this folder. The package is installed from its tarball in a project of its own, as by a user.
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import * as prettier from 'prettier'

import { start } from './server.mjs'
import { inWorker } from './workerd.mjs'

const HERE = import.meta.dirname
const REPO = join(HERE, '..', '..')
const PAGE = join(REPO, 'docs', 'runtimes.md')
const PROGRAMS = ['core.cjs', 'core.mjs', 'fetch.mjs', 'worker.mjs', 'scenario.cjs']

// -------------------------------------------------------------------------------------
// runtimes
// -------------------------------------------------------------------------------------

const bin = (name) => join(HERE, 'node_modules', '.bin', name)
const node = (major) => join(HERE, 'node_modules', `node${major}-${process.arch}`, 'bin', 'node')
const RUNTIMES = [
  ...[20, 22, 24, 26].map((major) => ({ name: 'Node', command: node(major), version: (said) => said.slice(1) })),
  {
    name: 'Deno',
    command: bin('deno'),
    args: ['run', '--quiet', '--no-prompt', '--allow-read=.', '--allow-net=127.0.0.1'],
    version: (said) => said.split(' ')[1]
  },
  { name: 'Bun', command: bin('bun'), version: (said) => said },
  { name: 'workerd', command: bin('workerd'), version: (said) => said.split(' ')[1], isWorkers: true }
]
const COLUMNS = [
  ['CommonJS', 'core.cjs'],
  ['ES module', 'core.mjs'],
  ['`breaker-ts/Fetch`', 'fetch.mjs']
]

// -------------------------------------------------------------------------------------
// the project
// -------------------------------------------------------------------------------------

const project = mkdtempSync(join(tmpdir(), 'breaker-ts-runtimes-'))
process.on('exit', () => rmSync(project, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

const run = async (command, args, cwd = project) => {
  try {
    const env = { ...process.env, NODE_NO_WARNINGS: '1', NO_COLOR: '1' }
    const { stdout } = await promisify(execFile)(command, args, { cwd, env, timeout: 120_000 })
    return stdout.trim()
  } catch (error) {
    throw new Error(`${error.stdout ?? ''}${error.stderr ?? ''}`.trim() || error.message, { cause: error })
  }
}

const install = async () => {
  const { name, version, exports, devDependencies } = JSON.parse(readFileSync(join(REPO, 'package.json'), 'utf8'))
  await run('npm', ['pack', '--silent', '--pack-destination', project], REPO)
  const peers = Object.fromEntries(['fp-ts', 'io-ts'].map((peer) => [peer, devDependencies[peer]]))
  const dependencies = { ...peers, [name]: `file:./${name}-${version}.tgz` }
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, dependencies }))
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'])
  for (const file of PROGRAMS) cpSync(join(HERE, file), join(project, file))
  // All entry points but the one that needs an optional peer.
  const paths = Object.keys(exports).filter((path) => !/^\.$|\.json$|testing$/.test(path))
  const imports = paths.map((path, i) => `import * as m${i} from '${name}${path.slice(1)}'`)
  const list = `export const entries = [${paths.map((_, i) => `m${i}`)}]`
  writeFileSync(join(project, 'entries.mjs'), [...imports, list].join('\n'))
}

// -------------------------------------------------------------------------------------
// the matrix
// -------------------------------------------------------------------------------------

const outputOf = async ({ command, args = [], isWorkers }, file) => {
  const server = await start()
  try {
    if (isWorkers) return await inWorker(project, command, file.replace('.mjs', ''), server)
    return await run(command, [...args, file, server.origin, server.control])
  } finally {
    await server.stop()
  }
}

const cellOf = async (runtime, file) => {
  if (runtime.isWorkers && file === 'core.cjs') return { text: '–' } // Workers are ES modules
  try {
    const made = JSON.parse(await outputOf(runtime, file))
    return { text: `${made.length} passed`, passed: true }
  } catch (error) {
    return { text: 'failed', passed: false, reason: error.message.split('\n').slice(0, 12).join('\n      ') }
  }
}

const rowOf = async (runtime) => {
  const version = await run(runtime.command, ['--version']).then(
    (said) => runtime.version(said.split('\n')[0]),
    ({ message }) => ({ message })
  )
  const name = typeof version === 'string' ? `${runtime.name} ${version}` : runtime.name
  if (typeof version !== 'string') console.log(`FAIL  ${name} cannot run: ${version.message}`)
  const cells = []
  for (const [column, file] of COLUMNS) {
    const cell = await cellOf(runtime, file)
    cells.push(cell)
    if (cell.passed !== undefined) console.log(`${cell.passed ? 'ok  ' : 'FAIL'}  ${name}: ${column}, ${cell.text}`)
    if (cell.reason !== undefined) console.log(`      ${cell.reason}`)
  }
  return { name, cells }
}

const tableOf = (rows) =>
  [
    ['Runtime', ...COLUMNS.map(([column]) => column)],
    COLUMNS.map(() => '---').concat('---'),
    ...rows.map(({ name, cells }) => [name, ...cells.map(({ text }) => text)])
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')

const write = async (table) => {
  const page = readFileSync(PAGE, 'utf8').replace(
    /(<!-- table: npm run runtimes -->\n).*?(\n<!-- end -->)/s,
    (_, before, after) => `${before}\n${table}\n${after}`
  )
  writeFileSync(PAGE, await prettier.format(page, { ...(await prettier.resolveConfig(PAGE)), parser: 'markdown' }))
}

if (process.platform !== 'linux') console.log(`The packages of Node are those of Linux; this is ${process.platform}.`)
await install()
const rows = []
for (const runtime of RUNTIMES) rows.push(await rowOf(runtime))
const cells = rows.flatMap((row) => row.cells)
const failed = cells.filter(({ passed }) => passed === false).length
const table = tableOf(rows)
console.log(`\n${table}\n`)
if (failed === 0) await write(table)
console.log(`${cells.filter(({ passed }) => passed).length} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

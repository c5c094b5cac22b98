// Packs the package as npm would publish it, and uses it from outside as its users do: one line per check.
// The programs of those users are in scripts/consumers.
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'

const REPO = join(import.meta.dirname, '..')
const manifest = JSON.parse(readFileSync(join(REPO, 'package.json'), 'utf8'))
const minimum = (name) => manifest.peerDependencies[name].replace('^', '')

// -------------------------------------------------------------------------------------
// what it is proved with
// -------------------------------------------------------------------------------------

// publint and attw are devDependencies.
// The consumer with the oldest peers has no optional one.
const PEERS = { 'fp-ts': '2.16.11', 'io-ts': '2.2.22', 'fast-check': '4.10.2' }
const OLDEST_PEERS = { 'fp-ts': minimum('fp-ts'), 'io-ts': minimum('io-ts') }
const TOOLS = {
  ts45: 'npm:typescript@4.5.5',
  ts50: 'npm:typescript@5.0.4',
  ts59: 'npm:typescript@5.9.3',
  ts60: 'npm:typescript@6.0.3',
  ts70: 'npm:typescript@7.0.2',
  esbuild: '0.28.2',
  jest: '30.5.2',
  vite: '8.3.8',
  webpack: '5.112.2'
}
// The package `node` fetches these by an install script, which npm 12 does not run.
const binary = (version) =>
  `npm:node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}@${version}`
const NODES = { node22: binary('22.23.3'), node24: binary('24.21.0'), node26: binary('26.10.0') }

// TypeScript 4.5 is the oldest that can read `export { type X }`. Before 5.0, node16 does not find 'fp-ts/Either' itself.
const NODE10 = { module: 'commonjs', moduleResolution: 'node' }
const BUNDLER = { module: 'esnext', moduleResolution: 'bundler' }
const TYPESCRIPT = [
  ['TypeScript 6.0 nodenext ESM', 'ts60', 'module', { module: 'nodenext' }],
  ['TypeScript 6.0 nodenext CommonJS', 'ts60', 'commonjs', { module: 'nodenext' }],
  ['TypeScript 6.0 bundler', 'ts60', 'module', BUNDLER],
  ['TypeScript 7.0 nodenext ESM', 'ts70', 'module', { module: 'nodenext' }],
  ['TypeScript 5.9 node16 ESM', 'ts59', 'module', { module: 'node16' }],
  ['TypeScript 5.9 node10', 'ts59', 'commonjs', NODE10],
  ['TypeScript 5.0 node16 ESM', 'ts50', 'module', { module: 'node16' }],
  ['TypeScript 4.5 node10', 'ts45', 'commonjs', NODE10]
]

// -------------------------------------------------------------------------------------
// the workshop: everything happens in a directory of its own, where each install is done once
// -------------------------------------------------------------------------------------

const workshop = mkdtempSync(join(tmpdir(), 'breaker-ts-proof-'))
process.on('exit', () => rmSync(workshop, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

const run = async (cwd, file, ...args) => {
  try {
    const env = { ...process.env, NODE_NO_WARNINGS: '1' }
    const { stdout } = await promisify(execFile)(file, args, { cwd, env, timeout: 180_000 })
    return stdout.trim()
  } catch (error) {
    throw new Error(`${error.stdout}${error.stderr}`.trim() || error.message, { cause: error })
  }
}
const node = (dir, ...args) => run(join(workshop, dir), process.execPath, ...args)
const npm = (cwd, ...args) =>
  run(cwd, 'npm', ...args, '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error')

const install = async (dir, dependencies) => {
  const cwd = join(workshop, dir)
  mkdirSync(cwd, { recursive: true })
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ private: true, dependencies }))
  await npm(cwd, 'install')
}

// The entry points as users write them.
const subpaths = Object.keys(manifest.exports)
  .filter((key) => key !== '.' && !key.endsWith('.json'))
  .map((key) => manifest.name + key.slice(1))

// The one entry point that needs an optional peer.
const testing = `${manifest.name}/testing`
const withoutTesting = subpaths.filter((path) => path !== testing)
const subpathsOf = (dir) => (dir === 'oldest' ? withoutTesting : subpaths)

const writeSubpaths = (file, paths) => {
  const members = [manifest.name, ...paths].map((path) => `  '${path}': typeof import('${path}')\n`)
  writeFileSync(file, `export interface Subpaths {\n${members.join('')}}\n`)
}

const installConsumer = async (dir, peers) => {
  await install(dir, { ...peers, [manifest.name]: `file:${join(workshop, tarball)}` })
  cpSync(join(REPO, 'scripts/consumers'), join(workshop, dir), { recursive: true })
}

// The tools lie in a parent directory of the consumers, who find them there; their dependencies are their own.
// Compilers are called by path: each of them would like to be `.bin/tsc`.
const tarball = `${manifest.name}-${manifest.version}.tgz`
const packed = npm(REPO, 'pack', '--pack-destination', workshop)
const tools = install('.', TOOLS)
const consumer = packed.then(() => installConsumer('consumer', PEERS))
const oldest = consumer.then(() => installConsumer('oldest', OLDEST_PEERS))
const nodes = Promise.allSettled([tools, oldest]).then(() => install('nodes', NODES))
for (const installed of [packed, tools, consumer, oldest, nodes]) installed.catch(() => {}) // the checks report it

// -------------------------------------------------------------------------------------
// checks: each resolves to its details or rejects
// -------------------------------------------------------------------------------------

const filesIn = (dir) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
const modules = filesIn(join(REPO, 'src')).map((file) => file.replace(/\.ts$/, ''))

const same = (found, expected) => {
  const missing = expected.filter((item) => !found.includes(item))
  const surplus = found.filter((item) => !expected.includes(item))
  if (missing.length + surplus.length > 0) throw new Error(`missing: ${missing}\nsurplus: ${surplus}`)
}

// All modules of src but the internal ones are public, by their name alone. TypeScript reads `exports`, or else `typesVersions`.
const listEntryPoints = () => {
  // Those without a page in docs/modules are internal.
  const { exclude } = JSON.parse(readFileSync(join(REPO, 'docs-ts.json'), 'utf8'))
  const names = modules.filter((name) => !exclude.includes(`src/${name}.ts`)).map((name) => basename(name))
  same(
    subpaths,
    names.map((name) => `${manifest.name}/${name}`)
  )
  same(Object.keys(manifest.typesVersions?.['*'] ?? {}), names)
  return `${names.length} modules`
}

// The build puts something else in their place in ES modules.
const REPLACED = ['core/Hints', 'replay/PageAssets']

const listFiles = async () => {
  await consumer
  const files = filesIn(join(workshop, 'consumer/node_modules', manifest.name))
  const entries = Object.values(manifest.exports).flatMap(({ node }) => (node ? [node.slice('./'.length)] : []))
  const chunks = ['breaker', 'around', 'cells', 'codecs', 'fleet', 'logs', 'replay', 'watch']
  // Entry points that are in no chunk.
  const alone = ['http/Fetch', 'replay/HtmlReport', 'testing']
  // The command line is one file.
  const typed = modules.filter((name) => !name.startsWith('cli/'))
  same(files, [
    ...['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'llms.txt'],
    ...pages,
    ...filesIn(join(REPO, 'observability'))
      .filter((file) => !file.endsWith('.svg'))
      .map((file) => `observability/${file}`),
    ...['docs/playground/index.html', 'docs/playground/still.png', 'docs/playground/still-dark.png'],
    ...modules.map((name) => `src/${name}.ts`),
    ...typed.flatMap((name) => [`lib/${name}.d.ts`, `lib/${name}.d.ts.map`]),
    ...typed.flatMap((name) => [`es6/${name}.mjs`, ...(REPLACED.includes(name) ? [] : [`es6/${name}.mjs.map`])]),
    ...chunks.flatMap((name) => [`lib/${name}.js`, `lib/${name}.js.map`]),
    ...alone.map((name) => `lib/${name}.js.map`),
    ...[...entries, 'lib/cli.js', 'lib/testing.mjs', 'lib/testing.d.mts', 'lib/rolldown-runtime.js']
  ])
  return `${files.length} files`
}

const pages = filesIn(join(REPO, 'docs'))
  .filter((file) => file.endsWith('.md') && !file.startsWith('modules'))
  .map((file) => `docs/${file}`)

// The pages are read in node_modules too.
const followLinks = async () => {
  await consumer
  const root = join(workshop, 'consumer/node_modules', manifest.name)
  const links = ['README.md', 'SECURITY.md', 'llms.txt', ...pages].flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)(#[^)]*)?\)/g)].map(([, to]) =>
      join(root, dirname(page), to)
    )
  )
  const dead = links.filter((link) => !existsSync(link)).map((link) => relative(root, link))
  // The reference and the tests stay in the repository.
  const outside = /^(docs\/modules|tests|examples|bench)/
  same(
    dead.filter((link) => !outside.test(link)),
    []
  )
  const inReadme = readFileSync(join(root, 'README.md'), 'utf8').match(/\]\((docs\/modules|tests|examples|bench)[^)]*/g)
  same(inReadme ?? [], [])
  return `${links.length} links`
}

const lint = async (cli, ...args) => {
  await packed
  await run(REPO, process.execPath, join('node_modules', cli), join(workshop, tarball), ...args)
}

const program = async (dir, file, ...args) => {
  await (dir === 'oldest' ? oldest : consumer)
  return node(dir, file, ...args)
}

// The first screen of the README: its first program as it is, or with its imports replaced as the README says, and both
// programs in TypeScript.
const programs = [...readFileSync(join(REPO, 'README.md'), 'utf8').matchAll(/```ts\n(.*?)```/gs)]
  .slice(0, 2)
  .map(([, code]) => code)
const prints = async (dir, file, code) => {
  const printed = await node(dir, file)
  const lines = [...code.matchAll(/\/\/ => (.*)$/gm)].map(([, line]) => line)
  if (printed.trim() !== lines.join('\n')) throw new Error(`${file} printed\n${printed}`)
}
const readme = async (file, paste) => {
  await consumer
  writeFileSync(join(workshop, 'consumer', file), paste(programs[0]))
  await prints('consumer', file, programs[0])
  return 'prints what it says'
}
const required = (code) =>
  code.replace(
    /^import \{ (.*) \} from ('.*')$/gm,
    (_, names, path) => `const { ${names.replace(' as ', ': ')} } = require(${path})`
  )

const testingAlone = async () => {
  const said = await program('oldest', '-e', `require('${testing}')`).catch(({ message }) => message)
  if (!said.includes("Cannot find module 'fast-check'")) throw new Error(said)
}

const bundle = async (bundler) => {
  await tools
  return program('consumer', 'bundle.mjs', bundler)
}

const jest = async () => {
  await Promise.all([tools, consumer])
  await node('consumer', '../node_modules/jest/bin/jest.js', '--rootDir=.')
}

const otherNode = async (name, file) => {
  await Promise.all([nodes, consumer])
  return run(join(workshop, 'consumer'), join(workshop, 'nodes/node_modules', name, 'bin/node'), file, ...subpaths)
}

// Errors are expected in the marked lines of types-wrong.ts and nowhere else, the package's own types included.
const compile = async (dir, [name, tsc, type, options]) => {
  await Promise.all([tools, dir === 'oldest' ? oldest : consumer])
  const project = join(dir, name.replace(/\W+/g, '-'))
  for (const file of ['types.ts', 'types-wrong.ts']) cpSync(join(workshop, dir, file), join(workshop, project, file))
  programs.forEach((code, i) => writeFileSync(join(workshop, project, `readme${i}.ts`), code))
  writeFileSync(join(workshop, project, 'console.d.ts'), 'declare const console: { log(text: unknown): void }\n')
  if (dir === 'consumer' && options !== NODE10)
    cpSync(join(workshop, dir, 'laws.ts'), join(workshop, project, 'laws.ts'))
  // fast-check's own types need TypeScript 5, and a resolution that reads `exports`.
  writeSubpaths(join(workshop, project, 'subpaths.ts'), options === NODE10 ? withoutTesting : subpathsOf(dir))
  const compilerOptions = { target: 'es2020', lib: ['es2020'], types: [], strict: true, outDir: 'out', ...options }
  writeFileSync(join(workshop, project, 'package.json'), JSON.stringify({ type }))
  writeFileSync(join(workshop, project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))

  const output = await node(project, join(workshop, 'node_modules', tsc, 'bin/tsc')).catch(({ message }) => message)
  const errors = output.split('\n').filter((line) => /error TS\d+/.test(line))
  const wrong = readFileSync(join(workshop, project, 'types-wrong.ts'), 'utf8')
    .split('\n')
    .flatMap((line, index) => (line.endsWith('// wrong') ? [`types-wrong.ts(${index + 1},`] : []))
  const missed = wrong.filter((place) => !errors.some((error) => error.startsWith(place)))
  const surplus = errors.filter((error) => !wrong.some((place) => error.startsWith(place)))
  if (errors.length === 0) throw new Error(output || 'no errors at all')
  if (missed.length + surplus.length > 0)
    throw new Error([...surplus, ...missed.map((at) => `no error: ${at}`)].join('\n'))
  await node(project, 'out/types.js')
  for (const [i, code] of programs.entries()) await prints(project, `out/readme${i}.js`, code)
  return `${wrong.length} wrong lines refused, ran, README too`
}

const CHECKS = [
  ['entry points', listEntryPoints],
  ['files of the tarball', listFiles],
  ['links of the pages in the tarball', followLinks],
  ['publint --strict', () => lint('publint/src/cli.js', '--strict')],
  ['are the types wrong', () => lint('@arethetypeswrong/cli/dist/index.js')],
  ['Node: require', () => program('consumer', 'cjs.cjs', ...subpaths)],
  ['Node: import', () => program('consumer', 'esm.mjs', ...subpaths)],
  ['README, as an ES module', () => readme('readme.mjs', (code) => code)],
  ['README, as CommonJS', () => readme('readme.cjs', required)],
  ['Node: unhandled rejections, logs and the end of a process', () => program('consumer', 'process.cjs')],
  ['oldest peers: require', () => program('oldest', 'cjs.cjs', ...withoutTesting)],
  ['oldest peers: import', () => program('oldest', 'esm.mjs', ...withoutTesting)],
  ['without fast-check, testing says what is missing', testingAlone],
  ...TYPESCRIPT.map((mode) => [mode[0], () => compile('consumer', mode)]),
  ['oldest peers: TypeScript 6.0 nodenext CommonJS', () => compile('oldest', TYPESCRIPT[1])],
  ['jest', jest],
  ...['esbuild', 'vite', 'webpack'].map((bundler) => [bundler, () => bundle(bundler)]),
  ...Object.keys(NODES).flatMap((name) => [
    [`${name}: require`, () => otherNode(name, 'cjs.cjs')],
    [`${name}: import`, () => otherNode(name, 'esm.mjs')]
  ])
]

let failed = 0
const told = new Set()
const report = async ([name, prove]) => {
  try {
    const details = await prove()
    console.log(`ok    ${name}${details ? `  (${details})` : ''}`)
  } catch (error) {
    failed++
    const lines = error.message.split('\n').map((line) => line.slice(0, 200)) // a line of a bundle is a bundle
    const reason = told.has(error) ? ['as above'] : lines.slice(0, 25)
    told.add(error)
    console.log([`FAIL  ${name}`, ...reason].join('\n      '))
  }
}

const queue = [...CHECKS]
const worker = async () => {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) await report(next)
}
await Promise.all([worker(), worker()])
console.log(`${CHECKS.length - failed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

// Builds the package from src: the types and CommonJS into lib, ES modules for bundlers into es6.
//
// CommonJS is loaded file by file, so it comes in chunks: the breakers, what is built around them, what needs io-ts, what a fleet
// needs, what reports to monitoring, and the replay. The file of each entry point only names its exports, so a program that mixes entry points has one copy of each
// class. Bundlers take ES modules apart anyway, so they come as they are in src. The types keep the comments, the
// JavaScript has none.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, sep } from 'node:path'

import { rolldown } from 'rolldown'

import { pageAssets } from './page-assets.mjs'

process.chdir(join(import.meta.dirname, '..'))

const filesIn = (dir, end) =>
  readdirSync(dir, { recursive: true })
    .filter((file) => file.endsWith(end))
    .map((file) => file.replaceAll(sep, '/'))

const compile = async (project) => {
  const tsc = spawn(process.execPath, ['node_modules/typescript/bin/tsc', '-p', project], { stdio: 'inherit' })
  const [code] = await once(tsc, 'exit')
  if (code !== 0) process.exit(1)
}

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'))
const entries = Object.values(exports)
  .map(({ node }) => node?.replace(/^\.\/lib\/(.*)\.js$/, '$1'))
  .filter((entry) => entry !== undefined && entry !== 'index')

// A chunk exports by getters, which take long to load, and nothing in it is assigned to later. They stand at its end, so the
// source map stays right.
const GETTER =
  /Object\.defineProperty\(exports, ("\w+"), \{\s*enumerable: true,\s*get: function\(\) \{\s*return ([\w$.]+);\s*\}\s*\}\);/g

// The script and the style of the HTML report stand in src/replay/PageAssets.ts by their types only.
const assets = Object.entries(await pageAssets())
  .map(([name, text]) => `export const ${name} = ${JSON.stringify(text)}\n`)
  .join('')
const withAssets = {
  name: 'page assets',
  load: (file) => (/[\\/]PageAssets\.ts$/.test(file) ? { code: assets, moduleType: 'js' } : undefined)
}

const TRANSFORM = {
  target: 'es2020',
  // Fields are assigned, as by tsc: to define them one by one makes a rejection six times as slow.
  assumptions: { setPublicClassFields: true },
  typescript: { removeClassFieldsWithoutInitializer: true }
}
const AROUND = /src[\\/]((core|shell)[\\/]|stores[\\/](Keyed|Redux|Registry)\.ts$|watch[\\/](Metrics|Names|Tally)\.ts$)/

const bundle = async () => {
  const build = await rolldown({
    input: Object.fromEntries(entries.map((entry) => [entry, `src/${entry}.ts`])),
    external: ['io-ts', 'fast-check'],
    plugins: [withAssets],
    platform: 'neutral',
    tsconfig: false,
    transform: TRANSFORM
  })
  await build.write({
    dir: 'lib',
    format: 'cjs',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    codeSplitting: {
      groups: [
        { name: 'breaker', test: /src[\\/](core[\\/](?!TripStrategy|Action)|shell[\\/](?!Fallback))/, priority: 4 },
        { name: 'around', test: AROUND, priority: 3 },
        { name: 'codecs', test: /src[\\/]data[\\/]/, priority: 2 },
        {
          name: 'cells',
          test: /src[\\/]stores[\\/](\w*Cell|CellReply|Redis\w*|Subscriptions|Timers)\.ts$/,
          priority: 1
        },
        { name: 'fleet', test: /src[\\/]stores[\\/]/ },
        { name: 'watch', test: /src[\\/]watch[\\/]/ },
        // io-ts is for logs only.
        { name: 'replay', test: /src[\\/]replay[\\/](?!Html|Page|Markup|Log|Sorter|\w+Log\.)/, priority: 1 },
        { name: 'logs', test: /src[\\/]replay[\\/](Log|Sorter|\w+Log\.)/ }
      ]
    },
    comments: false,
    sourcemap: true
  })
}

// The command line comes in one file, with the argument parser in it, so the package depends on nothing more. Its licence asks
// for the notice.
const commandLine = async () => {
  const build = await rolldown({
    input: 'bin/breaker-ts.mjs',
    external: [/^node:/, /^io-ts/],
    plugins: [withAssets],
    platform: 'node',
    tsconfig: false,
    transform: TRANSFORM
  })
  const notice = readFileSync('node_modules/commander/LICENSE', 'utf8').trim()
  await build.write({
    file: 'lib/cli.js',
    format: 'cjs',
    comments: false,
    postBanner: `#!/usr/bin/env node\n/*! commander, which is in this file:\n\n${notice}\n*/`
  })
  chmodSync('lib/cli.js', 0o755)
}

// The root, made of what the files of the entry points say. A bundler would put an object with getters for each namespace
// into the chunks, where everybody loads them.
const fromChunk = (module) =>
  readFileSync(join('lib', `${module}.js`), 'utf8').matchAll(/^exports\.(\w+) = require_(\w+)\.([\w$]+);$/gm)

const root = () => {
  const index = readFileSync('src/index.ts', 'utf8')
  const values = [...index.matchAll(/^export \{([^}]+)\} from '\.\/(.+)'$/gm)].flatMap(([, names, module]) => {
    const given = names.split(',').map((name) => name.trim())
    return [...fromChunk(module)].flatMap(([, name, chunk, inChunk]) =>
      given.includes(name) ? [`exports.${name} = ${chunk}.${inChunk};`] : []
    )
  })
  const namespaces = [...index.matchAll(/^export \* as (\w+) from '\.\/(.+)'$/gm)].map(([, name, module]) => {
    const members = [...fromChunk(module)].map(([, name, chunk, inChunk]) => `${name}: ${chunk}.${inChunk}`)
    return `exports.${name} = { ${members.join(', ')} };`
  })
  const chunks = ['breaker', 'around'].map((chunk) => `const ${chunk} = require("./${chunk}.js");`)
  writeFileSync('lib/index.js', [...chunks, ...values, ...namespaces, ''].join('\n'))
  proveRoot(index)
}

// The types of fast-check differ between CommonJS and ES modules, so those of `testing` have to come twice. There is still one
// copy of its code.
const testingInModules = () => {
  const types = readFileSync('lib/testing.d.ts', 'utf8')
    .replace(/ from '(\.[^']+)'/g, " from '$1.js'")
    .replace(/ from 'fp-ts\/(\w+)'/g, " from 'fp-ts/lib/$1.js'")
    .replace(/^\/\/# sourceMappingURL.*$/m, '')
  writeFileSync('lib/testing.d.mts', types)
  const names = [...readFileSync('lib/testing.js', 'utf8').matchAll(/^exports\.(\w+) = /gm)].map(([, name]) => name)
  writeFileSync(
    'lib/testing.mjs',
    `import testing from './testing.js'\n\nexport const { ${names.join(', ')} } = testing\n`
  )
}

// What the expressions above do not find would be missing in silence.
const proveRoot = (index) => {
  const require = createRequire(join(process.cwd(), 'lib', 'index.js'))
  const found = require('./index.js')
  const named = [...index.matchAll(/^export \{([^}]+)\} from/gm)].flatMap(([, names]) => names.split(','))
  const missing = named
    .map((name) => name.trim())
    .filter((name) => name && !name.startsWith('type ') && !(name in found))
  const differing = [...index.matchAll(/^export \* as (\w+) from '(.+)'$/gm)].filter(
    ([, name, path]) => Object.keys(found[name]).join() !== Object.keys(require(`${path}.js`)).join()
  )
  if (missing.length + differing.length > 0)
    throw new Error(`lib/index.js lacks ${[...missing, ...differing.map(([, name]) => name)].join(', ')}`)
}

// The package is `"type": "commonjs"`, so an ES module has to be called .mjs; strict resolvers then want whole file
// names. A bare 'io-ts' already leads bundlers to its ES files.
const IMPORT = /^((?:import|export)(?:\s[^'"=(]+\sfrom)?\s'\.[^']+)(?=')/gm

const toModule = (name) => {
  const [file, module] = [join('es6', name), join('es6', name.replace(/\.js$/, '.mjs'))]
  const code = readFileSync(file, 'utf8')
    .replace(IMPORT, '$1.mjs')
    .replace(/^(\/\/# sourceMappingURL=.+)\.js\.map$/m, '$1.mjs.map')
  const map = JSON.parse(readFileSync(`${file}.map`, 'utf8'))
  renameSync(file, module)
  renameSync(`${file}.map`, `${module}.map`)
  writeFileSync(module, code)
  writeFileSync(`${module}.map`, JSON.stringify({ ...map, file: map.file.replace(/\.js$/, '.mjs') }))
}

for (const dir of ['lib', 'es6']) rmSync(dir, { recursive: true, force: true })
await Promise.all([compile('tsconfig.build.json'), compile('tsconfig.build-es6.json'), bundle(), commandLine()])
for (const name of filesIn('es6', '.js')) toModule(name)
// A misspelt setting is a type error where bundles are made; they do not carry what was meant.
writeFileSync('es6/core/Hints.mjs', 'export const hintFor = () => undefined\nexport const doubtAbout = hintFor\n')
rmSync('es6/core/Hints.mjs.map')
writeFileSync('es6/replay/PageAssets.mjs', assets)
rmSync('es6/replay/PageAssets.mjs.map')
for (const name of readdirSync('lib').filter((file) => file.endsWith('.js'))) {
  const file = join('lib', name)
  writeFileSync(file, readFileSync(file, 'utf8').replace(GETTER, 'exports[$1] = $2;'))
}
root()
testingInModules()

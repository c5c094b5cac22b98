// What a browser would load: bundles by esbuild, minified and compressed.
import { readFileSync } from 'node:fs'
import { URL } from 'node:url'
import { gzipSync } from 'node:zlib'

import { build } from 'esbuild'

const { exports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
// The core, the shells, and what most people put around them. What has a client of its own is no part of it.
const AROUND = ['./Keyed', './Metrics', './Redux', './Registry', './Snapshot']
const everything = Object.entries(exports)
  .filter(([path, { module }]) => AROUND.includes(path) || /^\.\/es6\/(core|shell)\//.test(module))
  .map(([path]) => path.slice('./'.length))
  .map((name) => `export * as ${name} from 'breaker-ts/${name}'`)

const REDUCER = `export { reduce } from 'breaker-ts/Reducer'; export { initial } from 'breaker-ts/State'`
const ENTRIES = [
  ['breaker-ts, the reducer and its first state', REDUCER],
  ['breaker-ts, the reducer and the check of settings', `${REDUCER}; export { make } from 'breaker-ts/Config'`],
  ['breaker-ts, the sync shell', `export { CircuitBreaker } from 'breaker-ts/CircuitBreaker'`],
  ['breaker-ts, the async shell', `export { AsyncCircuitBreaker } from 'breaker-ts/AsyncCircuitBreaker'`],
  ['breaker-ts, everything but the codecs, without io-ts', everything.join('\n')],
  ['cockatiel, a breaker', `export { circuitBreaker, ConsecutiveBreaker, handleAll } from 'cockatiel'`],
  ['cockatiel, everything', `export * from 'cockatiel'`],
  ['opossum, everything', `export { default } from 'opossum'`],
  [
    'Effect, a breaker and what runs it',
    `export { consecutive, layerStoreMemory, make } from 'effect/persistence/CircuitBreaker'
     export { provide, runPromise, scoped } from 'effect/Effect'`
  ]
]

const packageOf = (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]

const bundle = async ([name, contents]) => {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    tsconfigRaw: {}, // not ours: its paths lead to src, and this is about what is published
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    external: ['events', 'io-ts'], // of Node, opossum asks for it; and of whoever reads snapshots
    metafile: true,
    write: false
  })
  const [{ inputs, imports }] = Object.values(metafile.outputs)
  const packages = Object.keys(inputs).map(packageOf).filter(Boolean)
  const [{ contents: code }] = outputFiles
  return {
    name,
    minified: code.length,
    gzipped: gzipSync(code, { level: 9 }).length,
    imports: [...new Set([...packages, ...imports.map(({ path }) => path)])]
  }
}

export const bundles = () => Promise.all(ENTRIES.map(bundle))

// node bundle.mjs esbuild|vite|webpack: bundles the browser programs, runs them, and looks at what is inside.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { promisify } from 'node:util'
import { createContext, runInContext } from 'node:vm'
import { gzipSync } from 'node:zlib'

const bundlers = {
  esbuild: async (entry, outdir) => {
    const { build } = await import('esbuild')
    const outfile = join(outdir, 'bundle.js')
    await build({ entryPoints: [entry], outfile, bundle: true, minify: true, sourcemap: true, format: 'iife' })
  },
  vite: async (entry, outDir) => {
    const { build } = await import('vite')
    const lib = { entry, formats: ['iife'], name: 'program', fileName: () => 'bundle.js' }
    await build({ configFile: false, logLevel: 'error', build: { lib, outDir, sourcemap: true } })
  },
  webpack: async (entry, path) => {
    const { default: webpack } = await import('webpack')
    const output = { path, filename: 'bundle.js' }
    const stats = await promisify(webpack)({ mode: 'production', devtool: 'source-map', entry, output })
    if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString('errors-warnings'))
  }
}

const [name] = process.argv.slice(2)

// The source map names each file that has code in the bundle, with any bundler.
const prove = async (program, isAsExpected) => {
  const outdir = join(import.meta.dirname, 'out', name, program)
  await bundlers[name](join(import.meta.dirname, `bundle-${program}.js`), outdir)

  const code = readFileSync(join(outdir, 'bundle.js'))
  if (code.includes('errorThresholdPercentage')) throw new Error(`${program} has the hints in it`)
  const page = createContext({ console, performance })
  runInContext(code.toString(), page)
  if ((await page.result) !== 'proven') throw new Error(`${program}: the bundle gives ${page.result}`)

  const { sources } = JSON.parse(readFileSync(join(outdir, 'bundle.js.map'), 'utf8'))
  const dependencies = sources.filter((source) => /node_modules\/(fp-ts|io-ts)\//.test(source))
  if (!isAsExpected(dependencies)) throw new Error(`${program} contains\n${dependencies.join('\n')}`)
  return `${program} ${code.length} B, ${gzipSync(code).length} B gzip`
}

const none = (dependencies) => dependencies.length === 0
const one = (dependencies) =>
  dependencies.filter((source) => source.endsWith('/Either.js')).length === 1 &&
  dependencies.every((source) => source.includes('/es6/'))

const sizes = [await prove('all', one), await prove('shells', none), await prove('reducer', none)]
console.log(sizes.join('; '))

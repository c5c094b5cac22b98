// Simulates fleets in virtual time: bundles tests/simulate/main.ts with the source, and runs it.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { rolldown } from 'rolldown'

process.chdir(join(import.meta.dirname, '..'))

const build = await rolldown({
  input: 'tests/simulate/main.ts',
  external: ['io-ts', 'fast-check', /^node:/],
  platform: 'node',
  tsconfig: 'tsconfig.json'
})
const file = join('build', 'simulate.mjs')
await build.write({ file, format: 'es' })
await import(pathToFileURL(file).href)

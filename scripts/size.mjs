// Checks what each entry point weighs in a bundle, minified and gzipped, against scripts/sizes.json. With --write, it writes
// what they weigh now: do that when a new weight is worth it, so that the change shows in the commit.
//
// io-ts and fast-check are left out: they are the user's. The tolerance is for another zlib, and too small for a file that
// has become a tenth heavier.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { rolldown } from 'rolldown'

process.chdir(join(import.meta.dirname, '..'))

const SIZES = 'scripts/sizes.json'
const TOLERANCE = 0.004
const LEAST_TOLERANCE = 8

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'))

const weigh = async (file) => {
  const build = await rolldown({ input: file, external: ['io-ts', 'fast-check'], platform: 'neutral' })
  const { output } = await build.generate({ format: 'es', minify: true, comments: false })
  return output.reduce((sum, { code = '' }) => sum + gzipSync(code, { level: 9 }).length, 0)
}

const entries = Object.entries(exports).filter(([, { module }]) => module !== undefined)
const sizes = Object.fromEntries(
  await Promise.all(entries.map(async ([name, { module }]) => [name, await weigh(module)]))
)

if (process.argv.includes('--write')) writeFileSync(SIZES, `${JSON.stringify(sizes, null, 2)}\n`)
const budgets = JSON.parse(readFileSync(SIZES, 'utf8'))

const problems = [...new Set([...Object.keys(sizes), ...Object.keys(budgets)])].flatMap((name) => {
  const [size, budget] = [sizes[name], budgets[name]]
  if (size === undefined || budget === undefined) return [`${name}: ${size ?? 'no such entry point'}, budget ${budget}`]
  const off = size - budget
  if (Math.abs(off) <= Math.max(LEAST_TOLERANCE, budget * TOLERANCE)) return []
  return [`${name}: ${size} B, ${Math.abs(off)} B ${off > 0 ? 'over' : 'under'} its budget of ${budget} B`]
})
if (problems.length > 0) {
  console.error(`${problems.join('\n')}\n\nIf that is worth it, run \`npm run size -- --write\`.`)
  process.exit(1)
}
console.log(
  `size: ${entries.length} entry points weigh what they should; AsyncCircuitBreaker ${sizes['./AsyncCircuitBreaker']} B`
)

// How long the first `require` or `import` of a package takes, in processes of their own. The packages are copies in a
// folder of their own, as a user has them: here, ours is a link to this repository, and links take longer to follow.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { median } from './measure.mjs'

const ROUNDS = 15
const required = (...paths) => paths.map((path) => `require('${path}')`).join(';')
const imported = (...paths) => paths.map((path) => `await import('${path}')`).join(';')

const CASES = [
  ['breaker-ts/Reducer', 'require', required('breaker-ts/Reducer')],
  ['breaker-ts/AsyncCircuitBreaker', 'require', required('breaker-ts/AsyncCircuitBreaker')],
  ['breaker-ts', 'require', required('breaker-ts')],
  ['opossum', 'require', required('opossum')],
  ['breaker-ts/Reducer', 'import', imported('breaker-ts/Reducer')],
  ['breaker-ts', 'import', imported('breaker-ts')],
  ['opossum', 'import', imported('opossum')],
  ['cockatiel', 'import', imported('cockatiel')],
  ['effect and effect/persistence', 'import', imported('effect', 'effect/persistence')]
]

const install = () => {
  const folder = mkdtempSync(join(tmpdir(), 'breaker-ts-cold-'))
  const root = join(import.meta.dirname, '..')
  const ours = join(folder, 'node_modules', 'breaker-ts')
  for (const name of ['package.json', 'lib', 'es6']) cpSync(join(root, name), join(ours, name), { recursive: true })
  const isOther = (path) => path !== join(import.meta.dirname, 'node_modules', 'breaker-ts')
  cpSync(join(import.meta.dirname, 'node_modules'), join(folder, 'node_modules'), { recursive: true, filter: isOther })
  return folder
}

const milliseconds = (load, cwd) => {
  const code = `(async () => { const start = performance.now(); ${load}; console.log(performance.now() - start) })()`
  const printed = execFileSync(process.execPath, ['-e', code], { cwd, encoding: 'utf8' })
  return Number(printed)
}

export const coldStart = () => {
  const folder = install()
  for (const [, , load] of CASES) milliseconds(load, folder) // brings the files into memory
  const rounds = Array.from({ length: ROUNDS }, () => CASES.map(([, , load]) => milliseconds(load, folder)))
  rmSync(folder, { recursive: true })
  return CASES.map(([name, by], i) => ({ name, case: by, milliseconds: median(rounds.map((round) => round[i])) }))
}

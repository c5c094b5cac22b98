// How long the first `require` or `import` of a package takes, in processes of their own.
import { execFileSync } from 'node:child_process'

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

const milliseconds = (load) => {
  const code = `(async () => { const start = performance.now(); ${load}; console.log(performance.now() - start) })()`
  const printed = execFileSync(process.execPath, ['-e', code], { cwd: import.meta.dirname, encoding: 'utf8' })
  return Number(printed)
}

export const coldStart = () => {
  for (const [, , load] of CASES) milliseconds(load) // brings the files into memory
  const rounds = Array.from({ length: ROUNDS }, () => CASES.map(([, , load]) => milliseconds(load)))
  return CASES.map(([name, by], i) => ({ name, case: by, milliseconds: median(rounds.map((round) => round[i])) }))
}

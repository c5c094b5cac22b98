// node esm.mjs SUBPATH...: a program of native ES modules.
import { createRequire } from 'node:module'

import { AsyncCircuitBreaker, CircuitBreaker, CircuitOpenError, initial } from 'breaker-ts'
import * as Codec from 'breaker-ts/Codec'
import { either as E } from 'fp-ts'
import * as t from 'io-ts'

import { provesBreakers, provesCodec } from './behaviour.cjs'

const require = createRequire(import.meta.url)
const subpaths = process.argv.slice(2)
for (const path of ['breaker-ts', ...subpaths]) {
  const imported = await import(path)
  for (const [name, required] of Object.entries(require(path)))
    if (imported[name] !== required) throw new Error(`${path}: import and require of ${name} give two values`)
}

provesCodec(Codec, initial, E, t)
await provesBreakers({ AsyncCircuitBreaker, CircuitBreaker, CircuitOpenError }, E)
console.log(`root and ${subpaths.length} subpaths, one copy with require`)

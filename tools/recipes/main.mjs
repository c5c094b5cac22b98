// Compiles the recipes of docs/guides/health.md, and runs each in a process of its own: what story.mjs tells, and the count.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const HERE = import.meta.dirname
const TSC = join(HERE, '..', '..', 'node_modules', 'typescript', 'bin', 'tsc')

const run = async (...args) => {
  try {
    return { ok: true, ...(await promisify(execFile)(process.execPath, args, { cwd: HERE, timeout: 60_000 })) }
  } catch ({ stdout, stderr }) {
    return { ok: false, stdout, stderr }
  }
}

const tell = async (name) => {
  const { ok, stdout, stderr } = await run(name === 'pino' ? 'log.mjs' : 'story.mjs', name)
  const promises = stdout.split('\n').filter((line) => line.startsWith('ok '))
  for (const promise of promises) console.log(promise.replace('ok ', `ok    ${name} `))
  if (!ok) console.log(`FAIL  ${name}\n${stderr}`)
  return { passed: promises.length, failed: ok ? 0 : 1 }
}

const compiled = await run(TSC, '-p', '.')
console.log(compiled.ok ? 'ok    the recipes compile' : `FAIL  the recipes do not compile\n${compiled.stdout}`)
const results = await Promise.all(['express', 'fastify', 'hono', 'nest', 'pino'].map(tell))
const sum = (key) => results.reduce((total, result) => total + result[key], 0)
const [passed, failed] = [sum('passed') + (compiled.ok ? 1 : 0), sum('failed') + (compiled.ok ? 0 : 1)]
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

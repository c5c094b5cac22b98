// Runs every check, one after the other, and tells which failed. The last line counts them: `N passed, N failed`.
// With --all, as in .ci/run, also the commands that install packages of their own, such as the other runtimes.
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

process.chdir(join(import.meta.dirname, '..'))

const JEST_REPORT = join('reports', 'jest.json')

// A program that counts its checks in its last line, as this one does.
const ownCount = (output) => {
  const [, passed, failed] = [...output.matchAll(/^(\d+) passed, (\d+) failed$/gm)].at(-1)
  return { passed: Number(passed), failed: Number(failed) }
}

// The program that checks, and how its run is counted: as one check unless it counts its own.
const CHECKS = [
  { name: 'format', command: 'npx prettier --check .' },
  { name: 'lint', command: 'npx eslint .' },
  { name: 'types', command: 'npm run --silent typecheck' },
  {
    name: 'tests, coverage and examples of the docs',
    command: `npx jest --coverage --maxWorkers=100% --json --outputFile=${JEST_REPORT}`,
    count: () => {
      const report = JSON.parse(readFileSync(JEST_REPORT, 'utf8'))
      // A skipped test fails: nothing is skipped silently.
      const failed = report.numFailedTests + report.numPendingTests + report.numTodoTests
      return { passed: report.numPassedTests, failed: failed + report.numRuntimeErrorTestSuites }
    }
  },
  { name: 'reference up to date', command: 'node scripts/docs.mjs --check' },
  { name: 'size of each entry point', command: 'npm run --silent size' },
  { name: 'package in consumer projects', command: 'node scripts/package-proof.mjs', count: ownCount }
]
const LONG = [
  { name: 'recipes of the guides', command: 'npm run --silent recipes', count: ownCount },
  { name: 'a guarded fetch in the real clients', command: 'npm run --silent clients', count: ownCount },
  { name: 'the example with language models', command: 'npm run --silent example:llm', count: ownCount },
  { name: 'OpenTelemetry and prom-client', command: 'npm run --silent telemetry', count: ownCount },
  { name: 'dashboard and alerts', command: 'npm run --silent observability', count: ownCount },
  { name: 'runtimes', command: 'npm run --silent runtimes', count: ownCount }
]

const run = (command) =>
  new Promise((resolve) => {
    const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', (data) => {
      output += data
      process.stdout.write(data)
    })
    child.on('close', (code) => resolve({ code, output }))
  })

const countOf = (count, { code, output }) => {
  const alone = { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 }
  try {
    const own = count?.(output) ?? alone
    // A run that fails for another reason than a failed test, coverage for example, is a failure too.
    return code !== 0 && own.failed === 0 ? { ...own, failed: 1 } : own
  } catch {
    return { passed: 0, failed: 1 } // it died before it could count
  }
}

mkdirSync('reports', { recursive: true })
const results = []
for (const { name, command, count } of process.argv.includes('--all') ? [...CHECKS, ...LONG] : CHECKS) {
  console.log(`\n--- ${name}: ${command}`)
  const start = performance.now()
  const sums = countOf(count, await run(command))
  results.push({ name, seconds: ((performance.now() - start) / 1000).toFixed(0), ...sums })
}

console.log()
for (const { name, seconds, passed, failed } of results)
  console.log(`${failed === 0 ? 'ok  ' : 'FAIL'} ${name}: ${passed} passed, ${failed} failed, ${seconds} s`)
const sum = (key) => results.reduce((total, result) => total + result[key], 0)
console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
process.exitCode = sum('failed') === 0 ? 0 : 1

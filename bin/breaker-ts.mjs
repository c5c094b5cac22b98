// The command `breaker-ts`: what scripts/build.mjs makes lib/cli.js of, with all that it needs but io-ts.
import manifest from '../package.json' with { type: 'json' }
import { run } from '../src/cli/Cli.ts'

// Whoever reads may stop early: head, less.
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit()
  process.stderr.write(`error: standard output: ${error.message}\n`)
  process.exit(1)
})

run(process.argv.slice(2), process, manifest.version).then((code) => {
  process.exitCode = code
})

// The command `breaker-ts`: what scripts/build.mjs makes lib/cli.js of, with all that it needs but io-ts.
import manifest from '../package.json' with { type: 'json' }
import { run } from '../src/cli/Cli.ts'

// Whoever reads may stop early: head, less.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

run(process.argv.slice(2), process, manifest.version).then((code) => {
  process.exitCode = code
})

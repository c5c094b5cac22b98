// Stands for src/replay/PageAssets.ts in tests: what the build puts there, bundled once a suite.
const { execFileSync } = require('node:child_process')

const script = require.resolve('../../scripts/page-assets.mjs')
module.exports = JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8', maxBuffer: 1e7 }))

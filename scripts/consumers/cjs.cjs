// node cjs.cjs SUBPATH...: a CommonJS program.
const { log } = require('node:console')
const { argv } = require('node:process')

const E = require('fp-ts/Either')
const t = require('io-ts')

const root = require('breaker-ts')
const { provesBreakers, provesCodec, provesHints } = require('./behaviour.cjs')

const subpaths = argv.slice(2)
for (const subpath of subpaths) require(subpath)
require('breaker-ts/package.json')
if (require('breaker-ts/State').initial !== root.initial) throw new Error('root and subpath give two values')

provesHints(root)
provesCodec(require('breaker-ts/Codec'), root.initial, E, t)
provesBreakers(root, E).then(() => log(`root and ${subpaths.length} subpaths`))

const breakerTs = require('breaker-ts')
const Codec = require('breaker-ts/Codec')
const Health = require('breaker-ts/Health')
const Snapshot = require('breaker-ts/Snapshot')
const { either: E } = require('fp-ts')

const { atModuleScope, core } = require('./scenario.cjs')

core({ breakerTs, Codec, Health, Snapshot, E }, atModuleScope(breakerTs)).then((made) =>
  console.log(JSON.stringify(made))
)

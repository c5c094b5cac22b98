import * as breakerTs from 'breaker-ts'
import * as Codec from 'breaker-ts/Codec'
import * as Health from 'breaker-ts/Health'
import * as Snapshot from 'breaker-ts/Snapshot'
import { either as E } from 'fp-ts'

import { entries } from './entries.mjs'
import { allLoaded, atModuleScope, core } from './scenario.cjs'

const made = await core({ breakerTs, Codec, Health, Snapshot, E }, atModuleScope(breakerTs))
console.log(JSON.stringify([...allLoaded(entries), ...made]))

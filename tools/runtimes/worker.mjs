// A Worker that answers with what it has found to be so: bundled, and run by workerd.
import * as breakerTs from 'breaker-ts'
import * as Codec from 'breaker-ts/Codec'
import { protectFetch } from 'breaker-ts/Fetch'
import * as Health from 'breaker-ts/Health'
import * as Snapshot from 'breaker-ts/Snapshot'
import { either as E } from 'fp-ts'

import { atModuleScope, core, fetched } from './scenario.cjs'

const users = atModuleScope(breakerTs)
const { isCircuitOpenError } = breakerTs

const PROGRAMS = {
  '/core': () => core({ breakerTs, Codec, Health, Snapshot, E }, users),
  '/fetch': ({ ORIGIN, CONTROL }) => fetched({ protectFetch, isCircuitOpenError }, fetch, ORIGIN, CONTROL)
}

export default {
  fetch: async (request, env) => {
    try {
      return Response.json(await PROGRAMS[new URL(request.url).pathname](env))
    } catch (error) {
      return new Response(error.stack, { status: 500 })
    }
  }
}

// A Worker that answers with what it has found to be so: bundled, and run by workerd.
import * as breakerTs from 'breaker-ts'
import * as Codec from 'breaker-ts/Codec'
import { protectFetch } from 'breaker-ts/Fetch'
import * as Health from 'breaker-ts/Health'
import * as Snapshot from 'breaker-ts/Snapshot'
import { either as E } from 'fp-ts'

import { entries } from './entries.mjs'
import { allLoaded, atModuleScope, core, fetched } from './scenario.cjs'

const users = atModuleScope(breakerTs)
const { isCircuitOpenError } = breakerTs

// Requests to an isolate share what is at module scope.
const shared = async () => {
  const { circuitState } = users.current()
  if (circuitState !== 'open') throw new Error(`the circuit is ${circuitState} in the next request`)
  return ['a circuit that one request opened is open for the next']
}

const PROGRAMS = {
  '/open': async () => {
    for (let i = 0; i < 2; i++) await users.recordFailure()
    return []
  },
  '/core': async () => [
    ...(await shared()),
    ...allLoaded(entries),
    ...(await core({ breakerTs, Codec, Health, Snapshot, E }, users))
  ],
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

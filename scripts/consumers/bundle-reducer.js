// A browser program that needs nothing but the pure machine.
import { reduce } from 'breaker-ts/Reducer'
import { consecutive } from 'breaker-ts/Window'

// As make of breaker-ts/Config writes it; the program is to hold the reducer alone.
const config = {
  name: 'x',
  failureThreshold: 1,
  window: consecutive,
  recoveryTimeoutSeconds: 60,
  halfOpenMaxProbes: 1,
  halfOpenMaxFailures: 0
}
const closed = { _tag: 'Closed', generation: 0, counts: consecutive.empty, recovered: null }
const state = reduce(config)(closed, { _tag: 'FailureRecorded' }, 10)
globalThis.result = state._tag === 'Open' ? 'proven' : state

// A browser program that needs nothing but the pure machine.
import { reduce } from 'breaker-ts/Reducer'

// As make of breaker-ts/Config writes it; the program is to hold the reducer alone.
const config = {
  name: 'x',
  failureThreshold: 1,
  window: { _tag: 'Consecutive' },
  recoveryTimeoutSeconds: 60,
  halfOpenMaxProbes: 1,
  halfOpenMaxFailures: 0
}
const closed = { _tag: 'Closed', generation: 0, counts: { _tag: 'Consecutive', failures: 0 }, recovered: null }
const state = reduce(config)(closed, { _tag: 'FailureRecorded' }, 10)
globalThis.result = state._tag === 'Open' ? 'proven' : state

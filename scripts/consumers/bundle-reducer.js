// A browser program that needs nothing but the pure machine.
import { reduce } from 'breaker-ts/Reducer'

const config = { name: 'x', failureThreshold: 1, recoveryTimeoutSeconds: 60, halfOpenMaxProbes: 1 }
const closed = { _tag: 'Closed', generation: 0, counts: { _tag: 'Consecutive', failures: 0 } }
const state = reduce(config)(closed, { _tag: 'FailureRecorded' }, 10)
globalThis.result = state._tag === 'Open' ? 'proven' : state

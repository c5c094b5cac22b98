// The code under test, as a record: so that a copy of it with a defect can be simulated as well.
import * as Async from 'breaker-ts/AsyncCircuitBreaker'
import * as Shared from 'breaker-ts/Shared'

export interface Kit {
  readonly AsyncCircuitBreaker: typeof Async.AsyncCircuitBreaker
  readonly memberOf: typeof Shared.memberOf
  readonly storeOf: typeof Shared.storeOf
}

export const kit: Kit = {
  AsyncCircuitBreaker: Async.AsyncCircuitBreaker,
  memberOf: Shared.memberOf,
  storeOf: Shared.storeOf
}

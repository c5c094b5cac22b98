// A browser program that uses the two breakers, and no fp-ts of its own.
import { AsyncCircuitBreaker, CircuitBreaker, CircuitOpenError } from 'breaker-ts'

import { provesBreakers } from './behaviour.cjs'

const E = {
  right: (right) => ({ _tag: 'Right', right }),
  isLeft: ({ _tag }) => _tag === 'Left',
  isRight: ({ _tag }) => _tag === 'Right'
}
globalThis.result = provesBreakers({ AsyncCircuitBreaker, CircuitBreaker, CircuitOpenError }, E).then(() => 'proven')

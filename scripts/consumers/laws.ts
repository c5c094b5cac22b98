// The laws with the user's own fast-check, whose types differ between CommonJS and ES modules.
import { config, reduce } from 'breaker-ts'
import { laws, moves, storeLaws } from 'breaker-ts/testing'
import { inMemory } from 'breaker-ts/Store'
import * as fc from 'fast-check'

const payments = config.from({ name: 'payments' })

for (const law of [...laws(payments, reduce(payments)), ...storeLaws(payments, () => inMemory(payments))])
  fc.assert(law.property, { numRuns: 2 })
fc.assert(
  fc.property(moves, (history) => history.length >= 0),
  { numRuns: 2 }
)

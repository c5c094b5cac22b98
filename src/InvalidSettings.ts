/**
 * The error of a constructor that was given bad settings.
 *
 * @since 0.1.0
 */
import type { Problem } from './Problem'
import { showProblem } from './Problem'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * An `Error` that names every wrong setting, the value given and the rule it breaks.
 *
 * @example
 * import { InvalidSettings } from 'breaker-ts/InvalidSettings'
 *
 * const error = new InvalidSettings([{ path: 'failureThreshold', given: '0', rule: 'an integer > 0' }])
 *
 * assert.strictEqual(
 *   error.message,
 *   'Invalid circuit breaker settings: failureThreshold: given 0, expected an integer > 0'
 * )
 *
 * @category model
 * @since 0.1.0
 */
export class InvalidSettings extends Error {
  readonly _tag = 'InvalidSettings'
  override readonly name = 'InvalidSettings'

  constructor(readonly problems: ReadonlyArray<Problem>) {
    super(`Invalid circuit breaker settings: ${problems.map(showProblem).join('; ')}`)
  }
}

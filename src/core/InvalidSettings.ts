/**
 * The error of a constructor that was given bad settings.
 *
 * @since 0.1.0
 */
import type { Problem } from './Problem'
import { showGiven, showProblem } from './Problem'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * An `Error` that names every wrong setting, the value given and the rule it breaks.
 *
 * @example
 * import { InvalidSettings } from 'breaker-ts/InvalidSettings'
 *
 * const error = new InvalidSettings('payments', [{ path: 'failureThreshold', given: '0', rule: 'an integer > 0' }])
 *
 * assert.strictEqual(
 *   error.message,
 *   'Invalid settings of circuit breaker "payments": failureThreshold: given 0, expected an integer > 0'
 * )
 *
 * @category model
 * @since 0.1.0
 */
export class InvalidSettings extends Error {
  readonly _tag = 'InvalidSettings'
  override readonly name = 'InvalidSettings'

  constructor(
    /** The name given to the breaker; `undefined` where that was wrong too. */
    readonly breaker: string | undefined,
    readonly problems: ReadonlyArray<Problem>
  ) {
    const of = breaker === undefined ? 'a circuit breaker' : `circuit breaker ${showGiven(breaker)}`
    super(`Invalid settings of ${of}: ${problems.map(showProblem).join('; ')}`)
  }
}

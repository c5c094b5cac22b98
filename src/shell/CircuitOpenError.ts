/**
 * The rejection of a call, as a value: which breaker refused, why, and when to come back if that is known.
 *
 * @since 0.1.0
 */
import { attempt } from '../core/InvalidSettings'
import type { Rejection } from '../core/Reducer'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

// An Error to `instanceof` and to the type checker, without the constructor of Error, which captures the stack.
const Frameless = class {} as new () => Error
Object.setPrototypeOf(Frameless.prototype, Error.prototype)

/**
 * What `call` returns in its `Left` when it did not run the operation.
 *
 * The message is the same for all reasons; log `reason` with it. It is an `Error` to `instanceof`, to loggers and to
 * `throw`, and plain fields to `JSON.stringify`. Its `stack` is its name and message without frames: an open breaker
 * may reject hundreds of thousands of calls a second, and capturing a stack would be nearly all that a rejection costs.
 * The code that holds the `Left` knows where the call was made; throw an `Error` of your own with this one as its
 * `cause` to record it.
 *
 * @example
 * import { CircuitOpenError } from 'breaker-ts/CircuitOpenError'
 *
 * const error = new CircuitOpenError('payments', 'open', 12.5)
 *
 * assert.strictEqual(error instanceof Error, true)
 * assert.strictEqual(error.message, "Circuit breaker 'payments' is OPEN")
 * assert.strictEqual(
 *   JSON.stringify(error),
 *   '{"breaker":"payments","reason":"open","retryAfterSeconds":12.5,"_tag":"CircuitOpenError",' +
 *     `"message":"Circuit breaker 'payments' is OPEN"}`
 * )
 *
 * @category model
 * @since 0.1.0
 */
export class CircuitOpenError extends Frameless {
  readonly _tag = 'CircuitOpenError'
  override readonly message = `Circuit breaker '${this.breaker}' is OPEN`
  declare readonly name: 'CircuitOpenError' // on the prototype, as that of every Error

  constructor(
    /** The name of the breaker. */
    readonly breaker: string,
    /**
     * `open`: the recovery timeout is running. `half_open`: enough probes are in flight. `isolated`: the circuit is held
     * open by hand.
     */
    readonly reason: Rejection['reason'],
    /**
     * Seconds until the circuit is HALF_OPEN; 0 when only waiting for a probe to end, which may take a while;
     * `undefined` when isolated. Round up for a timer: `Math.ceil(retryAfterSeconds * 1000)`.
     */
    readonly retryAfterSeconds: number | undefined
  ) {
    super()
  }

  override get stack(): string {
    return `${this.name}: ${this.message}`
  }

  // Code that adds to the stack of an error finds it writable, as that of every Error.
  override set stack(stack: string) {
    Object.defineProperty(this, 'stack', { value: stack, writable: true, configurable: true })
  }
}

Object.defineProperty(CircuitOpenError.prototype, 'name', {
  value: 'CircuitOpenError',
  writable: true,
  configurable: true
})

// -------------------------------------------------------------------------------------
// refinements
// -------------------------------------------------------------------------------------

/**
 * Tells a rejection of the breaker from an error of the operation, also across two copies of this package.
 *
 * @example
 * import { CircuitOpenError, isCircuitOpenError } from 'breaker-ts/CircuitOpenError'
 *
 * assert.strictEqual(isCircuitOpenError(new CircuitOpenError('payments', 'open', 12.5)), true)
 * assert.strictEqual(isCircuitOpenError(new Error('503')), false)
 *
 * @category refinements
 * @since 0.1.0
 */
export const isCircuitOpenError = (u: unknown): u is CircuitOpenError =>
  attempt(() => (u as { readonly _tag?: unknown } | null | undefined)?._tag) === 'CircuitOpenError'

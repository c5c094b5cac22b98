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

/**
 * A rejection as a plain record, for actions, logs and messages between processes.
 *
 * @category model
 * @since 0.1.0
 */
export interface CircuitOpen {
  readonly _tag: 'CircuitOpenError'
  readonly message: string
  readonly breaker: string
  readonly reason: Rejection['reason']
  readonly retryAfterSeconds?: number
}

// An Error to `instanceof` and to the type checker, without the constructor of Error, which captures the stack.
const Frameless = class {} as new () => Error
Object.setPrototypeOf(Frameless.prototype, Error.prototype)

const MORE: Readonly<Record<Rejection['reason'], string>> = {
  open: '',
  half_open: ' (half-open: probes are in flight)',
  isolated: ' (isolated)'
}

// An open circuit rejects many calls in a row, so the last message is kept. It is made, and not asked for by a getter, since
// Node reads it without asking where nobody handles a rejection.
const last = { breaker: '', reason: '', message: '' }

const messageOf = (breaker: string, reason: Rejection['reason']): string => {
  if (last.breaker !== breaker || last.reason !== reason)
    Object.assign(last, { breaker, reason, message: `Circuit breaker '${breaker}' is OPEN${MORE[reason]}` })
  return last.message
}

/**
 * What `call` returns in its `Left`, and what `run` rejects with, when the operation did not run.
 *
 * It is an `Error` to `instanceof`, to loggers and to `throw`; what `run` rejects with is a native one, so that it is still an
 * `Error` with this message after `structuredClone`, which keeps no more of any error: send `toJSON()` to keep the rest. Its `stack` is its name and message without frames: an open breaker may reject hundreds of thousands
 * of calls a second, and capturing a stack would be nearly all that a rejection costs. The code that holds the `Left` knows
 * where the call was made; throw an `Error` of your own with this one as its `cause` to record it.
 *
 * @example
 * import { CircuitOpenError } from 'breaker-ts/CircuitOpenError'
 *
 * const error = new CircuitOpenError('payments', 'open', 12.5)
 *
 * assert.strictEqual(error instanceof Error, true)
 * assert.strictEqual(error.message, "Circuit breaker 'payments' is OPEN")
 * assert.deepStrictEqual(error.toJSON(), {
 *   _tag: 'CircuitOpenError',
 *   message: "Circuit breaker 'payments' is OPEN",
 *   breaker: 'payments',
 *   reason: 'open',
 *   retryAfterSeconds: 12.5
 * })
 * assert.strictEqual(
 *   new CircuitOpenError('payments', 'isolated').message,
 *   "Circuit breaker 'payments' is OPEN (isolated)"
 * )
 *
 * @category model
 * @since 0.1.0
 */
export class CircuitOpenError extends Frameless {
  readonly _tag = 'CircuitOpenError'
  override readonly message = messageOf(this.breaker, this.reason)
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
     * Seconds until the circuit is HALF_OPEN; `undefined` for the other reasons, which end at no known time. Round up for a
     * timer: `Math.ceil(retryAfterSeconds * 1000)`.
     */
    readonly retryAfterSeconds?: number | undefined
  ) {
    super()
  }

  /** The error as a plain record: what `JSON.stringify` shows, and what an action of a Redux store can hold. */
  toJSON(): CircuitOpen {
    const { _tag, message, breaker, reason, retryAfterSeconds } = this
    return { _tag, message, breaker, reason, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) }
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

/**
 * The same rejection as a native error, which costs more: for those that are thrown.
 *
 * @internal
 */
export const native = (error: CircuitOpenError): CircuitOpenError => {
  const limited = Error as { stackTraceLimit?: number | undefined }
  const limit = limited.stackTraceLimit
  attempt(() => (limited.stackTraceLimit = 0)) // it may be frozen
  const thrown = Reflect.construct(Error, [error.message], CircuitOpenError) as CircuitOpenError
  attempt(() => (limited.stackTraceLimit = limit))
  return Object.assign(thrown, error)
}

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

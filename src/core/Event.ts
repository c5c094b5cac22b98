/**
 * What can happen to a circuit breaker, as plain data.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What admission hands out; the outcome of the call comes back with it.
 *
 * A permit is live as long as its generation is and, for a probe, as long as the probe is in flight; a disabled breaker
 * knows no live one. An outcome whose permit is not live changes nothing. All calls of one CLOSED generation share one
 * permit, so reporting an outcome of a CLOSED circuit twice counts it twice.
 *
 * @category model
 * @since 0.1.0
 */
export interface Permit {
  readonly generation: number
  /** The id that a HALF_OPEN circuit admitted as a probe; `null` for a call that is no probe. */
  readonly probe: string | null
}

/**
 * A call was let through. `probe` is an id chosen by the caller, unique among its probes. A HALF_OPEN circuit takes it
 * in as a probe when it has room; any other state ignores it.
 *
 * @category model
 * @since 0.1.0
 */
export interface Admitted {
  readonly _tag: 'Admitted'
  readonly probe: string
}

/**
 * The call with this permit succeeded.
 *
 * @category model
 * @since 0.1.0
 */
export interface Succeeded {
  readonly _tag: 'Succeeded'
  readonly permit: Permit
  /** Whether the call was slow; absent when not. */
  readonly slow?: boolean
}

/**
 * The call with this permit failed.
 *
 * @category model
 * @since 0.1.0
 */
export interface Failed {
  readonly _tag: 'Failed'
  readonly permit: Permit
  /** Whether the call was slow; absent when not. */
  readonly slow?: boolean
  /** Seconds for which the dependency asked to be left alone; if this failure opens the circuit, it waits at least as long. */
  readonly retryAfterSeconds?: number
}

/**
 * The call with this permit ended without telling anything about the dependency, for example because it was cancelled.
 *
 * @category model
 * @since 0.1.0
 */
export interface Released {
  readonly _tag: 'Released'
  readonly permit: Permit
}

/**
 * A success observed elsewhere. It needs no permit: it closes a HALF_OPEN circuit.
 *
 * @category model
 * @since 0.1.0
 */
export interface SuccessRecorded {
  readonly _tag: 'SuccessRecorded'
}

/**
 * A failure observed elsewhere. It needs no permit: it opens a HALF_OPEN circuit, and restarts the recovery timeout of
 * an OPEN one.
 *
 * @category model
 * @since 0.1.0
 */
export interface FailureRecorded {
  readonly _tag: 'FailureRecorded'
}

/**
 * Back to CLOSED; everything is forgotten, calls in flight included.
 *
 * @category model
 * @since 0.1.0
 */
export interface Reset {
  readonly _tag: 'Reset'
}

/**
 * The circuit is held open by hand.
 *
 * @category model
 * @since 0.1.0
 */
export interface IsolationStarted {
  readonly _tag: 'IsolationStarted'
}

/**
 * An isolated circuit is CLOSED again, with nothing counted.
 *
 * @category model
 * @since 0.1.0
 */
export interface IsolationEnded {
  readonly _tag: 'IsolationEnded'
}

/**
 * The breaker is switched off: every call passes, and nothing is counted.
 *
 * @category model
 * @since 0.1.0
 */
export interface BreakerDisabled {
  readonly _tag: 'BreakerDisabled'
}

/**
 * A disabled breaker works again: it is CLOSED, with nothing counted.
 *
 * @category model
 * @since 0.1.0
 */
export interface BreakerEnabled {
  readonly _tag: 'BreakerEnabled'
}

/**
 * @category model
 * @since 0.1.0
 */
export type Event =
  | Admitted
  | Succeeded
  | Failed
  | Released
  | SuccessRecorded
  | FailureRecorded
  | Reset
  | IsolationStarted
  | IsolationEnded
  | BreakerDisabled
  | BreakerEnabled

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The permit of a call that is no probe.
 *
 * @example
 * import { callPermit } from 'breaker-ts/Event'
 *
 * assert.deepStrictEqual(callPermit(0), { generation: 0, probe: null })
 *
 * @category constructors
 * @since 0.1.0
 */
export const callPermit = (generation: number): Permit => ({ generation, probe: null })

/**
 * The permit of a probe through a HALF_OPEN circuit.
 *
 * @example
 * import { probePermit } from 'breaker-ts/Event'
 *
 * assert.deepStrictEqual(probePermit(2, 'a'), { generation: 2, probe: 'a' })
 *
 * @category constructors
 * @since 0.1.0
 */
export const probePermit = (generation: number, probe: string): Permit => ({ generation, probe })

/**
 * @example
 * import { admitted } from 'breaker-ts/Event'
 *
 * assert.deepStrictEqual(admitted('a'), { _tag: 'Admitted', probe: 'a' })
 *
 * @category constructors
 * @since 0.1.0
 */
export const admitted = (probe: string): Admitted => ({ _tag: 'Admitted', probe })

/**
 * @example
 * import { callPermit, succeeded } from 'breaker-ts/Event'
 *
 * assert.deepStrictEqual(succeeded(callPermit(0)), { _tag: 'Succeeded', permit: callPermit(0) })
 * assert.deepStrictEqual(succeeded(callPermit(0), true), { _tag: 'Succeeded', permit: callPermit(0), slow: true })
 *
 * @category constructors
 * @since 0.1.0
 */
export const succeeded = (permit: Permit, slow: boolean = false): Succeeded =>
  slow ? { _tag: 'Succeeded', permit, slow } : { _tag: 'Succeeded', permit }

/**
 * @example
 * import { callPermit, failed } from 'breaker-ts/Event'
 *
 * assert.deepStrictEqual(failed(callPermit(0)), { _tag: 'Failed', permit: callPermit(0) })
 * assert.deepStrictEqual(failed(callPermit(0), { retryAfterSeconds: 30 }), {
 *   _tag: 'Failed',
 *   permit: callPermit(0),
 *   retryAfterSeconds: 30
 * })
 *
 * @category constructors
 * @since 0.1.0
 */
export const failed = (
  permit: Permit,
  {
    slow,
    retryAfterSeconds
  }: { readonly slow?: boolean | undefined; readonly retryAfterSeconds?: number | undefined } = {}
): Failed => ({
  _tag: 'Failed',
  permit,
  ...(slow === undefined ? {} : { slow }),
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds })
})

/**
 * @example
 * import { probePermit, released } from 'breaker-ts/Event'
 *
 * assert.deepStrictEqual(released(probePermit(2, 'a')), { _tag: 'Released', permit: probePermit(2, 'a') })
 *
 * @category constructors
 * @since 0.1.0
 */
export const released = (permit: Permit): Released => ({ _tag: 'Released', permit })

/**
 * @example
 * import { successRecorded } from 'breaker-ts/Event'
 *
 * assert.deepStrictEqual(successRecorded, { _tag: 'SuccessRecorded' })
 *
 * @category constructors
 * @since 0.1.0
 */
export const successRecorded: SuccessRecorded = Object.freeze({ _tag: 'SuccessRecorded' })

/**
 * @example
 * import { failureRecorded } from 'breaker-ts/Event'
 *
 * assert.deepStrictEqual(failureRecorded, { _tag: 'FailureRecorded' })
 *
 * @category constructors
 * @since 0.1.0
 */
export const failureRecorded: FailureRecorded = Object.freeze({ _tag: 'FailureRecorded' })

/**
 * @example
 * import { reset } from 'breaker-ts/Event'
 *
 * assert.deepStrictEqual(reset, { _tag: 'Reset' })
 *
 * @category constructors
 * @since 0.1.0
 */
export const reset: Reset = Object.freeze({ _tag: 'Reset' })

/**
 * @example
 * import { isolationStarted } from 'breaker-ts/Event'
 *
 * assert.deepStrictEqual(isolationStarted, { _tag: 'IsolationStarted' })
 *
 * @category constructors
 * @since 0.1.0
 */
export const isolationStarted: IsolationStarted = Object.freeze({ _tag: 'IsolationStarted' })

/**
 * @example
 * import { isolationEnded } from 'breaker-ts/Event'
 *
 * assert.deepStrictEqual(isolationEnded, { _tag: 'IsolationEnded' })
 *
 * @category constructors
 * @since 0.1.0
 */
export const isolationEnded: IsolationEnded = Object.freeze({ _tag: 'IsolationEnded' })

/**
 * @example
 * import { breakerDisabled } from 'breaker-ts/Event'
 *
 * assert.deepStrictEqual(breakerDisabled, { _tag: 'BreakerDisabled' })
 *
 * @category constructors
 * @since 0.1.0
 */
export const breakerDisabled: BreakerDisabled = Object.freeze({ _tag: 'BreakerDisabled' })

/**
 * @example
 * import { breakerEnabled } from 'breaker-ts/Event'
 *
 * assert.deepStrictEqual(breakerEnabled, { _tag: 'BreakerEnabled' })
 *
 * @category constructors
 * @since 0.1.0
 */
export const breakerEnabled: BreakerEnabled = Object.freeze({ _tag: 'BreakerEnabled' })

/**
 * The settings of a breaker with what it runs on: its clock, its store, and who judges and watches its calls.
 *
 * @since 0.1.0
 */
import type { Accepted, Settings } from '../core/Config'
import { rules } from '../core/Config'
import type { Rule } from '../core/Rule'
import { must, optional, withDefault } from '../core/Rule'
import { state } from '../core/Shape'
import type { Classifier } from './Classifier'
import type { Clock } from './Clock'
import { monotonic } from './Clock'
import type { Observer } from './Notice'
import type { Store } from './Store'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The settings of a breaker, and what it runs on.
 *
 * @category model
 * @since 0.1.0
 */
export interface BreakerSettings extends Settings {
  /** Where the time is read, in seconds. Default `monotonic`. */
  readonly clock?: Clock | undefined
  /**
   * Where the state lives. Default: in memory, of this breaker's own. The reducer of a given store decides when the
   * circuit opens and closes, so give it the same settings as the breaker.
   */
  readonly store?: Store | undefined
  /** What counts as success, failure or neither. Default `standard` of `breaker-ts/Classifier`. */
  readonly classify?: Classifier | undefined
  /** Is told of every transition and every call. Default: nobody. */
  readonly observer?: Observer | undefined
}

// -------------------------------------------------------------------------------------
// rules
// -------------------------------------------------------------------------------------

const isTrue = (claim: () => boolean): boolean => {
  try {
    return claim()
  } catch {
    return false
  }
}

type Rules<A> = { readonly [K in keyof A]: Rule<A[K]> }

/** @internal */
export interface Accessories {
  readonly clock: Clock
  readonly classify: Classifier | undefined
  readonly observer: Observer | undefined
}

const isFunction = (given: unknown): boolean => typeof given === 'function'

/**
 * What breakers can share.
 *
 * @internal
 */
export const sharedRules: Rules<Accepted & Accessories> = {
  ...rules,
  clock: withDefault(
    must('a function that returns seconds as a finite number', (given) =>
      isTrue(() => Number.isFinite((given as Clock)()))
    ),
    monotonic
  ),
  classify: optional(must('a function from the result of a call to its outcome', isFunction)),
  observer: optional(must('a function from a notice to an IO', isFunction))
}

/** @internal */
export const breakerRules: Rules<Accepted & Accessories & { readonly store: Store | undefined }> = {
  ...sharedRules,
  store: optional(
    must('a store: getState() returns a state of a breaker, and dispatch is a function', (given) =>
      isTrue(
        () => state((given as Store).getState(), '')._tag === 'Right' && typeof (given as Store).dispatch === 'function'
      )
    )
  )
}

/**
 * Checked settings of a breaker with what it runs on, in the form that sessions share.
 *
 * @since 0.1.0
 */
import type { Accepted, Config } from '../core/Config'
import { parse, trust } from '../core/Config'
import { isSameData } from '../core/State'
import type { Accessories, BreakerSettings } from './BreakerSettings'
import { breakerRules } from './BreakerSettings'
import type { Classifier } from './Classifier'
import type { Clock } from './Clock'
import { Outbox } from './Outbox'
import type { Store } from './Store'

declare const console: { readonly error: (message: string, cause: unknown) => void }

/**
 * A constructor of a shell takes one instead of settings, so that many shells need not check and hold the same.
 *
 * @internal
 */
export class Setup {
  constructor(
    readonly config: Config,
    readonly clock: Clock,
    readonly classify: Classifier | undefined,
    readonly outbox: Outbox | undefined,
    /** `undefined` for a store in memory. */
    readonly store: Store | undefined
  ) {}

  /** Throws `InvalidSettings` when a setting is wrong. */
  static of(settings: BreakerSettings): Setup {
    if (isSetup(settings)) return settings
    const parsed = parse(breakerRules)(settings)
    if (parsed._tag === 'Left') throw parsed.left
    return shared(settings, Setup.trusting(parsed.right))
  }

  static trusting(accepted: Accepted & Accessories & { readonly store?: Store | undefined }): Setup {
    const { clock, classify, observer, store } = accepted
    const outbox =
      observer && new Outbox(observer, (error) => report(accepted.name, 'an error was thrown by the observer', error))
    return new Setup(trust(accepted), clock, classify, outbox, store)
  }
}

const isSetup = (settings: BreakerSettings): settings is BreakerSettings & Setup => {
  try {
    return settings instanceof Setup
  } catch {
    return false // a revoked proxy
  }
}

// Thousands of breakers may be made of the same settings. They are read anew each time, since they may have been changed.
const LAST = new WeakMap<object, Setup>()

const shared = (settings: object, setup: Setup): Setup => {
  const last = LAST.get(settings)
  if (last !== undefined && isSame(last, setup)) return last
  LAST.set(settings, setup)
  return setup
}

// An outbox is of one breaker.
const isSame = (x: Setup, y: Setup): boolean =>
  x.outbox === undefined &&
  y.outbox === undefined &&
  x.clock === y.clock &&
  x.classify === y.classify &&
  x.store === y.store &&
  isSameData(x.config, y.config)

/**
 * Tells the operator of what was thrown by somebody's code in a breaker. A console that throws, because what it writes to
 * has gone, must not change the result of a call either.
 *
 * @internal
 */
export const report = (breaker: string, what: string, error: unknown): void => {
  try {
    console.error(`Circuit breaker '${breaker}': ${what}`, error)
  } catch {
    return
  }
}

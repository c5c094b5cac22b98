// Random histories of the machine itself, by what breaker-ts/testing offers to everybody.
import type { Config } from 'breaker-ts/Config'
import * as Ev from 'breaker-ts/Event'
import { reduce } from 'breaker-ts/Reducer'
import type { State } from 'breaker-ts/State'
import type { Happening, Move } from 'breaker-ts/testing'
import * as T from 'breaker-ts/testing'
import * as fc from 'fast-check'

import { configOf } from './config'

export type { Happening } from 'breaker-ts/testing'
export { config, moves as steps } from 'breaker-ts/testing'

/** Settings of every kind, where every probe has a limit of time. */
export const configWithProbeTimeout = fc
  .tuple(T.settings, fc.constantFrom(0.3, 5, 60))
  .map(([settings, probeTimeoutSeconds]) => configOf({ ...settings, probeTimeoutSeconds }))

/** The events that need no permit. */
export const UNPERMITTED = {
  recordSuccess: Ev.successRecorded,
  recordFailure: Ev.failureRecorded,
  reset: Ev.reset,
  isolate: Ev.isolationStarted,
  endIsolation: Ev.isolationEnded,
  disable: Ev.breakerDisabled,
  enable: Ev.breakerEnabled
}

/** Plays steps with the machine of these settings; the state at the end. */
export const play = (config: Config, steps: ReadonlyArray<Move>, onEvent: (happening: Happening) => void): State =>
  T.play(config, reduce(config), steps, onEvent).state

/** The longest recovery timeout of these settings. */
export const longestSeconds = ({ recoveryTimeoutSeconds: timeout, name }: Config): number =>
  typeof timeout === 'number'
    ? timeout
    : Math.max(...[0, 1, 3, 5, 100].map((n) => timeout(n, { name, generation: n }))) * 1.5 // for jitter

/**
 * The incident as data: what the server does and when, and how the two clients and the breaker are set.
 */
import { pipe } from 'fp-ts/function'
import * as RNEA from 'fp-ts/ReadonlyNonEmptyArray'

import type { Strategy, StrategyName } from './strategy'
import { strategies } from './strategy'

/** What the server does for a while. */
export interface Phase {
  readonly name: 'healthy' | 'slow death' | 'dead' | 'recovering'
  readonly startSeconds: number
  readonly endSeconds: number
  /** How long an answer takes at the start and at the end of the phase, or `never` when none comes at all. */
  readonly latencySeconds: readonly [atStart: number, atEnd: number] | 'never'
  /** One request in this many gets its page, the others a 503. */
  readonly pageOneIn: number
}

export interface Scenario {
  readonly phases: RNEA.ReadonlyNonEmptyArray<Phase>
  readonly endSeconds: number
  /** Each client sends a request every so often, and gives up on one after the timeout. */
  readonly requestEverySeconds: number
  readonly timeoutSeconds: number
  /** When the breaker opens, and how long it waits then. */
  readonly strategy: Strategy
  readonly recoveryTimeoutSeconds: number
  /** What one line of the report covers. */
  readonly momentSeconds: number
}

const INCIDENT: RNEA.ReadonlyNonEmptyArray<Phase> = [
  { name: 'healthy', startSeconds: 0, endSeconds: 4, latencySeconds: [0.03, 0.03], pageOneIn: 1 },
  { name: 'slow death', startSeconds: 4, endSeconds: 8, latencySeconds: [0.03, 3], pageOneIn: 1 },
  { name: 'dead', startSeconds: 8, endSeconds: 13, latencySeconds: 'never', pageOneIn: 1 },
  { name: 'recovering', startSeconds: 13, endSeconds: 16, latencySeconds: [0.2, 0.1], pageOneIn: 4 },
  { name: 'healthy', startSeconds: 16, endSeconds: 20, latencySeconds: [0.03, 0.03], pageOneIn: 1 }
]

/** The incident, so many times as fast as written, with a breaker of this strategy. */
export const scenarioAt = (speed: number, strategy: StrategyName): Scenario => {
  const phases = pipe(INCIDENT, RNEA.map(faster(speed)))
  return {
    phases,
    endSeconds: RNEA.last(phases).endSeconds,
    requestEverySeconds: 0.05 / speed,
    timeoutSeconds: 1 / speed,
    strategy: strategies(speed)[strategy],
    recoveryTimeoutSeconds: 2 / speed,
    momentSeconds: 1 / speed
  }
}

const faster =
  (speed: number) =>
  ({ latencySeconds: latency, ...phase }: Phase): Phase => ({
    ...phase,
    startSeconds: phase.startSeconds / speed,
    endSeconds: phase.endSeconds / speed,
    latencySeconds: latency === 'never' ? latency : [latency[0] / speed, latency[1] / speed]
  })

export const phaseAt = ({ phases }: Scenario, seconds: number): Phase =>
  phases.find(({ endSeconds }) => seconds < endSeconds) ?? RNEA.last(phases)

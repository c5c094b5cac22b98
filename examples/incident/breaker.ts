/**
 * The breaker of the demo, with an observer of its transitions.
 */
import type { CircuitState, Clock, Notice } from 'breaker-ts'
import { AsyncCircuitBreaker } from 'breaker-ts'
import { circuitState } from 'breaker-ts/State'

import type { Scenario } from './scenario'

export interface Transition {
  readonly atSeconds: number
  readonly from: CircuitState
  readonly to: CircuitState
}

export const makeBreaker = (
  { strategy, recoveryTimeoutSeconds }: Scenario,
  clock: Clock,
  listener: (transition: Transition) => void
): AsyncCircuitBreaker =>
  new AsyncCircuitBreaker({
    name: 'pages',
    recoveryTimeoutSeconds,
    clock,
    ...strategy.settings,
    observer: (notice: Notice) => () => {
      if (notice._tag !== 'Transition') return
      listener({ atSeconds: notice.atSeconds, from: circuitState(notice.from), to: circuitState(notice.to) })
    }
  })

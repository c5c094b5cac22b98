/**
 * The families of metrics that are exported, whatever the format: their names, units and samples.
 *
 * @since 0.1.0
 */
import type { State } from '../core/State'
import type { Metrics } from './Metrics'
import { STATE_NAMES } from './StateName'

/**
 * @internal
 */
export interface Labels {
  readonly outcome?: string
  readonly reason?: string
  readonly state?: string
}

/**
 * @internal
 */
export interface Family {
  readonly name: string
  readonly isCounter: boolean
  readonly unit: string
  readonly description: string
  /** The same ones every time, so that a rate is right from the first event on. */
  readonly samples: (metrics: Metrics) => ReadonlyArray<readonly [value: number, labels: Labels]>
}

const byState = (of: (metrics: Metrics) => Readonly<Record<State['_tag'], number>>): Family['samples'] => {
  const states = Object.entries(STATE_NAMES) as ReadonlyArray<readonly [State['_tag'], string]>
  return (metrics) => states.map(([tag, state]) => [of(metrics)[tag], { state }])
}

/** @internal */
export const FAMILIES: ReadonlyArray<Family> = [
  {
    name: 'calls',
    isCounter: true,
    unit: '{call}',
    description: 'Calls that have ended or were rejected',
    samples: ({ succeeded, failed, neutral, rejected }) => [
      [succeeded, { outcome: 'success' }],
      [failed, { outcome: 'failure' }],
      [neutral, { outcome: 'neutral' }],
      ...Object.entries(rejected).map(([reason, calls]) => [calls, { outcome: 'rejected', reason }] as const)
    ]
  },
  {
    name: 'slow_calls',
    isCounter: true,
    unit: '{call}',
    description: 'Calls that succeeded or failed, and took too long',
    samples: ({ slow }) => [[slow, {}]]
  },
  {
    name: 'in_flight',
    isCounter: false,
    unit: '{call}',
    description: 'Calls that were let through and have not ended',
    samples: ({ accepted, succeeded, failed, neutral }) => [[accepted - succeeded - failed - neutral, {}]]
  },
  {
    name: 'state',
    isCounter: false,
    unit: '1',
    description: '1 for the state that the breaker is in and 0 for the others, or the number of keys in each state',
    samples: byState(({ states }) => states)
  },
  {
    name: 'transitions',
    isCounter: true,
    unit: '{transition}',
    description: 'How often each state was entered',
    samples: byState(({ transitions }) => transitions)
  },
  {
    name: 'state.duration',
    isCounter: true,
    unit: 's',
    description: 'Seconds spent in each state',
    samples: byState(({ secondsIn }) => secondsIn)
  }
]

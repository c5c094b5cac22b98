/**
 * The strategies that the demo can be played with: when the breaker opens.
 */
import type { BreakerSettings } from 'breaker-ts'
import { slowAfter, standard } from 'breaker-ts/Classifier'
import { any, failureRate, slowCallRate } from 'breaker-ts/TripStrategy'
import { countWindow, timeWindow } from 'breaker-ts/Window'

export type StrategyName = 'consecutive' | 'count' | 'time'

export interface Strategy {
  readonly settings: Pick<BreakerSettings, 'failureThreshold' | 'window' | 'trip' | 'classify'>
  /** Ends the sentence "The breaker opens when ...". */
  readonly opensWhen: string
}

/** A strategy for an incident that is played so many times as fast. */
export const strategies = (speed: number): Readonly<Record<StrategyName, Strategy>> => ({
  consecutive: {
    settings: { failureThreshold: 5 },
    opensWhen: '5 calls in a row have failed'
  },
  count: {
    settings: { window: countWindow(20), trip: failureRate(0.5, 10) },
    opensWhen: 'half of the last 20 calls have failed'
  },
  time: {
    settings: {
      window: timeWindow(2 / speed, 4),
      trip: any.concat(failureRate(0.5, 10), slowCallRate(0.5, 10)),
      classify: slowAfter(0.5 / speed)(standard)
    },
    opensWhen: `half of the calls of the last ${2 / speed} s have failed, or half took over ${0.5 / speed} s`
  }
})

export const isStrategyName = (text: string | undefined): text is StrategyName =>
  text !== undefined && Object.keys(strategies(1)).includes(text)

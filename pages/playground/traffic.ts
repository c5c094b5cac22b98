/**
 * The calls that all lanes get: those of a scenario, with what was done by hand.
 */
import type { ScenarioName } from 'breaker-ts/Scenario'
import { scenario } from 'breaker-ts/Scenario'
import type { Call } from 'breaker-ts/Traffic'
import { chance } from 'breaker-ts/Traffic'

/** An incident made by hand. */
export interface Hand {
  readonly kind: 'kill' | 'slow' | 'errors'
  readonly fromSeconds: number
  readonly toSeconds: number
}

/** The calls of a scenario. One breaker stands in front of all of them. */
export const callsOf = (name: string, seed: number): ReadonlyArray<Call> => [
  ...scenario(name as ScenarioName, { seed })
]

const changed = ({ kind }: Hand, call: Call, seed: number, i: number): Call => {
  if (kind === 'slow') return { ...call, seconds: call.seconds + 1.5 + chance(seed + 1, 2 * i) }
  return kind === 'kill' || chance(seed + 1, 2 * i + 1) < 0.2
    ? { ...call, seconds: 1.8 + 0.4 * chance(seed + 1, 2 * i), outcome: 'failure' }
    : call
}

/** What is done by hand changes how calls end that start while it lasts, and nothing else. */
export const byHand =
  (hands: ReadonlyArray<Hand>, seed: number) =>
  (calls: ReadonlyArray<Call>): ReadonlyArray<Call> =>
    hands.length === 0
      ? calls
      : calls.map((call, i) =>
          hands
            .filter(({ fromSeconds, toSeconds }) => call.startSeconds >= fromSeconds && call.startSeconds < toSeconds)
            .reduce((ended, hand) => changed(hand, ended, seed, i), call)
        )

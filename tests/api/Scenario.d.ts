// src/replay/Scenario.ts
import type { Call } from './Traffic'
export type ScenarioName =
  | 'error-spike'
  | 'sudden-spikes'
  | 'gradual-increase'
  | 'sustained-load'
  | 'oscillating'
  | 'near-target'
  | 'slow-query'
  | 'one-of-many'
export interface Scenario {
  readonly name: ScenarioName
  readonly title: string
  readonly text: string
}
export interface ScenarioOptions {
  readonly seed?: number | undefined
  readonly seconds?: number | undefined
  readonly callsPerSecond?: number | undefined
  readonly keyed?: boolean | undefined
}
export declare const scenarios: ReadonlyArray<Scenario>
export declare const scenario: (
  name: ScenarioName,
  { seed, seconds, callsPerSecond, keyed }?: ScenarioOptions
) => Iterable<Call>

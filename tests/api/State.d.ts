// src/core/State.ts
import type * as Equality from 'fp-ts/Eq'
import type * as Showing from 'fp-ts/Show'
import type { Counts } from './Counts'
export interface Closed {
  readonly _tag: 'Closed'
  readonly generation: number
  readonly counts: Counts
  readonly recovered: Recovered | null
}
export interface Recovered {
  readonly reopenings: number
  readonly closedAtSeconds: number
  readonly openSeconds: number
}
export interface Open {
  readonly _tag: 'Open'
  readonly generation: number
  readonly openedAtSeconds: number
  readonly retryAtSeconds: number
  readonly reopenings: number
}
export interface HalfOpen {
  readonly _tag: 'HalfOpen'
  readonly generation: number
  readonly probes: ReadonlyArray<Probe>
  readonly successes: number
  readonly failures: number
  readonly reopenings: number
  readonly openSeconds: number
}
export interface Probe {
  readonly id: string
  readonly admittedAtSeconds: number
}
export interface Isolated {
  readonly _tag: 'Isolated'
  readonly generation: number
}
export interface Disabled {
  readonly _tag: 'Disabled'
  readonly generation: number
}
export type State = Closed | Open | HalfOpen | Isolated | Disabled
export declare const CircuitState: {
  readonly CLOSED: 'closed'
  readonly OPEN: 'open'
  readonly HALF_OPEN: 'half_open'
}
export type CircuitState = (typeof CircuitState)[keyof typeof CircuitState]
export declare const closed: (generation: number, counts: Counts, recovered?: Recovered | null) => Closed
export declare const open: (
  generation: number,
  openedAtSeconds: number,
  retryAtSeconds: number,
  reopenings?: number
) => Open
export declare const halfOpen: (
  generation: number,
  probes: ReadonlyArray<Probe>,
  successes: number,
  failures?: number,
  reopenings?: number,
  openSeconds?: number
) => HalfOpen
export declare const isolated: (generation: number) => Isolated
export declare const disabled: (generation: number) => Disabled
export declare const initial: State
export declare const circuitState: (state: State) => CircuitState
export declare const Eq: Equality.Eq<State>
export declare const Show: Showing.Show<State>

// src/testing.ts
import * as fc from 'fast-check'
import type { IO } from 'fp-ts/IO'
import type { Config, Settings } from './core/Config'
import type { Event, Permit } from './core/Event'
import * as Ev from './core/Event'
import type { State } from './core/State'
import type { Store } from './shell/Store'
export type Step = (state: State, event: Event, now: number) => State
export interface Move {
  readonly action: Action
  readonly time: {
    readonly times: number
    readonly of: Span
    readonly seconds: number
  }
  readonly pick: number
}
type Span = 'recoveryTimeout' | 'probeTimeout' | 'slice' | 'window'
type Action =
  | {
      readonly type: 'call'
    }
  | {
      readonly type: 'callAgain'
    }
  | {
      readonly type: 'burst'
    }
  | {
      readonly type: 'end'
      readonly outcome: keyof typeof OUTCOMES
      readonly choice: 'live' | 'any' | 'forged'
    }
  | {
      readonly type: 'other'
      readonly event: Event
    }
export interface Happening {
  readonly state: State
  readonly event: Event
  readonly now: number
  readonly call?: number
  readonly granted?: boolean
}
export interface Law {
  readonly name: string
  readonly property: fc.IProperty<[ReadonlyArray<Move>]>
}
declare const OUTCOMES: {
  succeeded: (held: Permit) => Ev.Succeeded
  slow: (held: Permit) => Ev.Succeeded
  failed: (held: Permit) => Ev.Failed
  slowlyFailed: (held: Permit) => Ev.Failed
  failedFor: (held: Permit) => Ev.Failed
  released: (held: Permit) => Ev.Released
}
export declare const settings: fc.Arbitrary<Settings>
export declare const config: fc.Arbitrary<Config>
export declare const moves: fc.Arbitrary<ReadonlyArray<Move>>
export declare const play: (
  config: Config,
  step: Step,
  moves: ReadonlyArray<Move>,
  onEvent?: (happening: Happening) => void
) => {
  readonly state: State
  readonly now: number
}
export declare const states: (config: Config) => fc.Arbitrary<{
  readonly state: State
  readonly now: number
}>
export declare const liveEvents: (config: Config, state: State, now: number) => fc.Arbitrary<Event>
export declare const laws: (config: Config, step: Step) => ReadonlyArray<Law>
export declare const storeLaws: (config: Config, newStore: IO<Store>) => ReadonlyArray<Law>
export {}

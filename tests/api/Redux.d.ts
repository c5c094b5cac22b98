// src/stores/Redux.ts
import type * as Actions from '../core/Action'
import type { Config, Settings } from '../core/Config'
import type { Event, Permit } from '../core/Event'
import * as Ev from '../core/Event'
import type { CircuitState, State } from '../core/State'
import { AsyncCircuitBreaker } from '../shell/AsyncCircuitBreaker'
import type { BreakerSettings } from '../shell/Session'
import type { Store } from '../shell/Store'
export type Action<E extends Event = Event, Name extends string = string> = Actions.Action<E, Name>
export interface ActionCreator<E extends Event, Args extends ReadonlyArray<unknown>, Name extends string = string> {
  (...args: Args): Action<E, Name>
  readonly type: Action<E, Name>['type']
  readonly match: (action: unknown) => action is Action<E, Name>
}
export type ActionCreators<Name extends string = string> = {
  readonly admitted: ActionCreator<Ev.Admitted, readonly [probe: string, now: number], Name>
  readonly succeeded: ActionCreator<Ev.Succeeded, readonly [permit: Permit, now: number, slow?: boolean], Name>
  readonly failed: ActionCreator<
    Ev.Failed,
    readonly [permit: Permit, now: number, details?: Parameters<typeof Ev.failed>[1]],
    Name
  >
  readonly released: ActionCreator<Ev.Released, readonly [permit: Permit, now: number], Name>
  readonly successRecorded: ActionCreator<Ev.SuccessRecorded, readonly [now: number], Name>
  readonly failureRecorded: ActionCreator<Ev.FailureRecorded, readonly [now: number], Name>
  readonly reset: ActionCreator<Ev.Reset, readonly [now: number], Name>
  readonly isolationStarted: ActionCreator<Ev.IsolationStarted, readonly [now: number], Name>
  readonly isolationEnded: ActionCreator<Ev.IsolationEnded, readonly [now: number], Name>
  readonly breakerDisabled: ActionCreator<Ev.BreakerDisabled, readonly [now: number], Name>
  readonly breakerEnabled: ActionCreator<Ev.BreakerEnabled, readonly [now: number], Name>
}
export interface Selectors<S = State> {
  readonly selectCircuitState: (now: number) => (state: S) => CircuitState
  readonly selectRetryAfterSeconds: (now: number) => (state: S) => number | undefined
  readonly isCallPermitted: (now: number) => (state: S) => boolean
}
export interface SliceSettings extends Omit<Settings, 'name'> {
  readonly name?: string | undefined
}
export type BreakerStates<Names> = {
  readonly [K in keyof Names & string]: State
}
export type Runtime<E = unknown, A = unknown> = Pick<
  BreakerSettings<E, A>,
  'clock' | 'classify' | 'observer' | 'report'
>
export interface Breakers<Names> {
  readonly configs: {
    readonly [K in keyof Names & string]: Config
  }
  readonly reducer: (
    states: BreakerStates<Names> | undefined,
    action: {
      readonly type: string
    }
  ) => BreakerStates<Names>
  readonly actions: {
    readonly [K in keyof Names & string]: ActionCreators<Names[K] extends string ? Names[K] : K>
  }
  readonly selectors: {
    readonly [K in keyof Names & string]: Selectors<BreakerStates<Names>>
  }
  readonly breakersOf: <S, E = unknown, A = unknown>(
    store: ReduxStore<S>,
    select: (root: S) => BreakerStates<Names>,
    runtime?: Runtime<E, A>
  ) => {
    readonly [K in keyof Names & string]: AsyncCircuitBreaker<E, A>
  }
}
export interface ReduxStore<S> {
  readonly getState: () => S
  readonly dispatch: (action: Action) => unknown
}
export declare const createBreakers: <Names>(settings: {
  readonly [K in keyof Names]: SliceSettings & {
    readonly name?: Names[K] | undefined
  }
}) => Breakers<Names>
export declare const toAction: <Name extends string>(
  breaker: Name
) => <E extends Event>(event: E, now: number) => Action<E, Name>
export declare const actionCreators: <Name extends string>(breaker: Name) => ActionCreators<Name>
export declare const createReducer: (config: Config) => (
  state: State | undefined,
  action: {
    readonly type: string
  }
) => State
export declare const selectors: (config: Config) => Selectors
export declare const storeOf: <S>(store: ReduxStore<S>, select: (root: S) => State, name: string) => Store

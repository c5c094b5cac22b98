// src/index.ts
export { CircuitBreaker } from './shell/CircuitBreaker'
export { AsyncCircuitBreaker } from './shell/AsyncCircuitBreaker'
export {
  type Acquired,
  type BreakerSettings,
  type Current,
  type Restore,
  type RestoreAll,
  Session
} from './shell/Session'
export { Registry, type RegistrySettings } from './stores/Registry'
export { type CircuitOpen, CircuitOpenError, isCircuitOpenError } from './shell/CircuitOpenError'
export { orElseWhenOpen, orElseWhenOpenIO, orElseWhenOpenReader } from './shell/Fallback'
export { InvalidSettings, type Problem } from './core/InvalidSettings'
export {
  CircuitState,
  initial,
  type Closed,
  type Disabled,
  type HalfOpen,
  type Isolated,
  type Open,
  type Probe,
  type Recovered,
  type State
} from './core/State'
export type { Event, Permit } from './core/Event'
export { at, permit, reduce, type Rejection } from './core/Reducer'
export type { Config, Settings } from './core/Config'
export type { Clock, ManualClock } from './shell/Clock'
export type { Store } from './shell/Store'
export type { Counts } from './core/Counts'
export type { Window } from './core/Window'
export type { TripStrategy } from './core/TripStrategy'
export type { RecoveryPolicy } from './core/RecoveryPolicy'
export type { Outcome } from './shell/Outcome'
export type { Classifier } from './shell/Classifier'
export type { Notice, Observer } from './shell/Notice'
export type { Metrics } from './watch/Metrics'
export * as classifier from './shell/Classifier'
export * as clock from './shell/Clock'
export * as config from './core/Config'
export * as counts from './core/Counts'
export * as event from './core/Event'
export * as keyed from './stores/Keyed'
export * as metrics from './watch/Metrics'
export * as notice from './shell/Notice'
export * as outcome from './shell/Outcome'
export * as recoveryPolicy from './core/RecoveryPolicy'
export * as reducer from './core/Reducer'
export * as redux from './stores/Redux'
export * as state from './core/State'
export * as store from './shell/Store'
export * as tripStrategy from './core/TripStrategy'
export * as window from './core/Window'

/**
 * The public names, in reading order: the shells, what they return, the pure machine, and what surrounds it.
 *
 * The codecs are in `breaker-ts/Codec` only, so that io-ts is loaded by those who use them; so is `breaker-ts/testing`,
 * which needs fast-check.
 *
 * @since 0.1.0
 */
export { CircuitBreaker } from './CircuitBreaker'
export { AsyncCircuitBreaker } from './AsyncCircuitBreaker'
export { type Acquired, Session } from './Session'
export { Registry, type RegistrySettings } from './Registry'
export type { BreakerSettings } from './BreakerSettings'
export { CircuitOpenError, isCircuitOpenError } from './CircuitOpenError'
export { orElseWhenOpen, orElseWhenOpenIO, orElseWhenOpenReader } from './Fallback'
export { InvalidSettings } from './InvalidSettings'
export type { Problem } from './Problem'
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
} from './State'
export type { Event, Permit } from './Event'
export { at, permit, reduce, type Rejection } from './Reducer'
export type { Config, Settings } from './Config'
export type { Clock, ManualClock } from './Clock'
export type { Store } from './Store'
export type { Counts } from './Counts'
export type { Window } from './Window'
export type { TripData, TripStrategy } from './TripStrategy'
export type { RecoveryPolicy } from './RecoveryPolicy'
export type { Outcome } from './Outcome'
export type { Classifier } from './Classifier'
export type { Notice, Observer } from './Notice'
export type { Metrics } from './Metrics'
export { restore, snapshot, type Snapshot, type SnapshotError } from './Snapshot'
export * as classifier from './Classifier'
export * as clock from './Clock'
export * as config from './Config'
export * as counts from './Counts'
export * as event from './Event'
export * as keyed from './Keyed'
export * as metrics from './Metrics'
export * as notice from './Notice'
export * as outcome from './Outcome'
export * as recoveryPolicy from './RecoveryPolicy'
export * as reducer from './Reducer'
export * as redux from './Redux'
export * as state from './State'
export * as store from './Store'
export * as tripStrategy from './TripStrategy'
export * as window from './Window'

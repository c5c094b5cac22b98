// src/core/Config.ts
import type { Either } from 'fp-ts/Either'
import { InvalidSettings } from './InvalidSettings'
import type { RecoveryPolicy } from './RecoveryPolicy'
import type { TripStrategy } from './TripStrategy'
import type { Window } from './Window'
export interface Settings {
  readonly name: string
  readonly failureThreshold?: number | undefined
  readonly trip?: TripStrategy | undefined
  readonly window?: Window | undefined
  readonly recoveryTimeoutSeconds?: number | RecoveryPolicy | undefined
  readonly halfOpenMaxProbes?: number | undefined
  readonly halfOpenSuccessThreshold?: number | undefined
  readonly halfOpenMaxFailures?: number | undefined
  readonly probeTimeoutSeconds?: number | null | undefined
  readonly maxRetryAfterSeconds?: number | undefined
}
declare const checked: unique symbol
export interface Config {
  readonly name: string
  readonly failureThreshold: number | undefined
  readonly trip: TripStrategy | undefined
  readonly window: Window
  readonly recoveryTimeoutSeconds: number | RecoveryPolicy
  readonly halfOpenMaxProbes: number
  readonly halfOpenSuccessThreshold: number | undefined
  readonly halfOpenMaxFailures: number
  readonly probeTimeoutSeconds: number | null
  readonly maxRetryAfterSeconds: number
  readonly [checked]: true
}
export declare const make: (settings: Settings) => Either<InvalidSettings, Config>
export declare const from: (settings: Settings) => Config
export {}

// src/data/SettingsData.ts
import type * as Configs from '../core/Config'
export type WindowData =
  | {
      readonly _tag: 'Consecutive'
    }
  | {
      readonly _tag: 'CountWindow'
      readonly size: number
    }
  | {
      readonly _tag: 'TimeWindow'
      readonly seconds: number
      readonly slices?: number
    }
export type TripData =
  | {
      readonly _tag: 'ConsecutiveFailures'
      readonly failures: number
    }
  | {
      readonly _tag: 'FailureCount'
      readonly failures: number
    }
  | {
      readonly _tag: 'FailureRate'
      readonly rate: number
      readonly minimumCalls?: number
    }
  | {
      readonly _tag: 'SlowCallRate'
      readonly rate: number
      readonly minimumCalls?: number
    }
  | {
      readonly _tag: 'Never'
    }
export type RecoveryData =
  | SteadyRecoveryData
  | {
      readonly _tag: 'Jittered'
      readonly ratio: number
      readonly policy: SteadyRecoveryData | number
    }
export type SteadyRecoveryData =
  | {
      readonly _tag: 'Constant'
      readonly seconds: number
    }
  | {
      readonly _tag: 'Exponential'
      readonly initial: number
      readonly factor: number
      readonly max: number
    }
  | {
      readonly _tag: 'Fibonacci'
      readonly initial: number
      readonly max: number
    }
export interface SettingsData extends Omit<Configs.Settings, 'trip' | 'window' | 'recoveryTimeoutSeconds'> {
  readonly trip?: TripData | ReadonlyArray<TripData> | undefined
  readonly window?: WindowData | undefined
  readonly recoveryTimeoutSeconds?: number | RecoveryData | undefined
}

// src/core/Event.ts
export interface Permit {
  readonly generation: number
  readonly probe: string | null
}
export interface Admitted {
  readonly _tag: 'Admitted'
  readonly probe: string
}
export interface Succeeded {
  readonly _tag: 'Succeeded'
  readonly permit: Permit
  readonly slow?: boolean
}
export interface Failed {
  readonly _tag: 'Failed'
  readonly permit: Permit
  readonly slow?: boolean
  readonly retryAfterSeconds?: number
}
export interface Released {
  readonly _tag: 'Released'
  readonly permit: Permit
}
export interface SuccessRecorded {
  readonly _tag: 'SuccessRecorded'
}
export interface FailureRecorded {
  readonly _tag: 'FailureRecorded'
}
export interface Reset {
  readonly _tag: 'Reset'
}
export interface IsolationStarted {
  readonly _tag: 'IsolationStarted'
}
export interface IsolationEnded {
  readonly _tag: 'IsolationEnded'
}
export interface BreakerDisabled {
  readonly _tag: 'BreakerDisabled'
}
export interface BreakerEnabled {
  readonly _tag: 'BreakerEnabled'
}
export type Event =
  | Admitted
  | Succeeded
  | Failed
  | Released
  | SuccessRecorded
  | FailureRecorded
  | Reset
  | IsolationStarted
  | IsolationEnded
  | BreakerDisabled
  | BreakerEnabled
export declare const callPermit: (generation: number) => Permit
export declare const probePermit: (generation: number, probe: string) => Permit
export declare const admitted: (probe: string) => Admitted
export declare const succeeded: (permit: Permit, slow?: boolean) => Succeeded
export declare const failed: (
  permit: Permit,
  {
    slow,
    retryAfterSeconds
  }?: {
    readonly slow?: boolean | undefined
    readonly retryAfterSeconds?: number | undefined
  }
) => Failed
export declare const released: (permit: Permit) => Released
export declare const successRecorded: SuccessRecorded
export declare const failureRecorded: FailureRecorded
export declare const reset: Reset
export declare const isolationStarted: IsolationStarted
export declare const isolationEnded: IsolationEnded
export declare const breakerDisabled: BreakerDisabled
export declare const breakerEnabled: BreakerEnabled

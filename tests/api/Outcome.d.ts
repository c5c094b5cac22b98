// src/shell/Outcome.ts
export interface Success {
  readonly _tag: 'Success'
  readonly slow: boolean
}
export interface Failure {
  readonly _tag: 'Failure'
  readonly slow: boolean
  readonly retryAfterSeconds: number
}
export interface Neutral {
  readonly _tag: 'Neutral'
}
export type Outcome = Success | Failure | Neutral
export declare const success: Outcome
export declare const failure: Outcome
export declare const failureFor: (retryAfterSeconds: number) => Outcome
export declare const neutral: Outcome
export declare const slow: (outcome: Outcome) => Outcome

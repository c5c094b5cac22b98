// src/core/RecoveryPolicy.ts
export interface RecoveryPolicy {
  (reopenings: number, circuit: Circuit): number
  readonly toJSON?: () => unknown
}
export interface Circuit {
  readonly name: string
  readonly generation: number
}
export declare const constant: (seconds: number) => RecoveryPolicy
export declare const exponential: ({
  initial,
  factor,
  max
}: {
  readonly initial: number
  readonly factor: number
  readonly max: number
}) => RecoveryPolicy
export declare const fibonacci: ({ initial, max }: { readonly initial: number; readonly max: number }) => RecoveryPolicy
export declare const jittered: (ratio: number) => (steady: RecoveryPolicy) => RecoveryPolicy

// src/core/InvalidSettings.ts
export interface Problem {
  readonly path: string
  readonly given: string
  readonly rule: string
}
export declare class InvalidSettings extends Error {
  readonly breaker: string | undefined
  readonly problems: ReadonlyArray<Problem>
  readonly _tag = 'InvalidSettings'
  readonly name = 'InvalidSettings'
  constructor(breaker: string | undefined, problems: ReadonlyArray<Problem>)
}
export declare const showProblem: ({ path, given, rule }: Problem) => string
export declare const showGiven: (given: unknown) => string

// src/core/Counts.ts
export interface Counts {
  readonly _tag: string
  readonly calls: number
  readonly failures: number
  readonly slowCalls: number
  readonly failedOrSlow: number
  readonly failuresInARow: number
}
export interface Consecutive extends Counts {
  readonly _tag: 'Consecutive'
}
export interface CountWindow extends Counts {
  readonly _tag: 'CountWindow'
  readonly size: number
  readonly next: number
  readonly word: number
  readonly pages: ReadonlyArray<ReadonlyArray<number>>
}
export interface TimeWindow extends Counts {
  readonly _tag: 'TimeWindow'
  readonly sliceSeconds: number
  readonly startedAtSeconds: number
  readonly older: ReadonlyArray<Slice>
}
export interface Slice {
  readonly calls: number
  readonly failures: number
  readonly slowCalls: number
  readonly failedOrSlow: number
}
export declare const consecutive: (failures: number) => Consecutive
export declare const empty: Consecutive

// src/core/Window.ts
import type { Consecutive, Counts, CountWindow, TimeWindow } from './Counts'
import type { Problem } from './InvalidSettings'
export interface Window<C extends Counts = Counts> {
  readonly empty: C
  count(counts: C, call: Call, now: number): C
  isSettled(counts: C): boolean
  readonly size?: number
  readonly problems?: ReadonlyArray<Problem>
  readonly toJSON?: () => unknown
}
export interface Call {
  readonly failed: boolean
  readonly slow: boolean
}
export interface LastCalls extends Window<CountWindow> {
  readonly size: number
}
export interface LastSeconds extends Window<TimeWindow> {
  readonly seconds: number
  readonly slices: number
}
export declare const consecutive: Window<Consecutive>
export declare const countWindow: (size: number) => LastCalls
export declare const timeWindow: (seconds: number, slices?: number) => LastSeconds

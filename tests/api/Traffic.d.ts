// src/replay/Traffic.ts
import type { Notice } from '../shell/Notice'
export type Ending = 'success' | 'failure' | 'neutral' | 'unknown'
export interface Call {
  readonly startSeconds: number
  readonly seconds: number
  readonly outcome: Ending
  readonly retryAfterSeconds?: number
  readonly key?: string
}
export type Traffic = Call | Notice
export declare const chance: (seed: number, place: number) => number

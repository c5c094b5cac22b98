// src/shell/Clock.ts
import type { IO } from 'fp-ts/IO'
export type Clock = IO<number>
export interface ManualClock {
  readonly clock: Clock
  readonly advance: (seconds: number) => void
  readonly set: (seconds: number) => void
}
export declare const monotonic: Clock
export declare const fromMilliseconds: (milliseconds: IO<number>) => Clock
export declare const manual: (startSeconds?: number) => ManualClock

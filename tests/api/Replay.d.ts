// src/replay/Replay.ts
import type { Settings } from '../core/Config'
import type { Comparison, Figures, Incident, Report, Verdict } from './Report'
import type { Traffic } from './Traffic'
export interface ReplayOptions {
  readonly slowSeconds?: number | undefined
  readonly instances?: number | undefined
  readonly seed?: number | undefined
  readonly incidents?: ReadonlyArray<Pick<Incident, 'startSeconds' | 'endSeconds' | 'key'>> | undefined
  readonly buckets?: boolean | undefined
  readonly followDisabled?: boolean | undefined
}
export interface Running<R = Comparison> {
  readonly add: (item: Traffic) => void
  readonly finish: () => R
}
export interface Playing<R> {
  (traffic: Iterable<Traffic>): R
  (traffic: AsyncIterable<Traffic>): Promise<R>
}
export declare const replay: (settings: Settings, options?: ReplayOptions) => Playing<Report>
export declare const compare: (settings: ReadonlyArray<Settings>, options?: ReplayOptions) => Playing<Comparison>
export declare const start: (settings: ReadonlyArray<Settings>, options?: ReplayOptions) => Running
export interface Grid {
  readonly windowSeconds: ReadonlyArray<number>
  readonly rate: ReadonlyArray<number>
  readonly minimumCalls: ReadonlyArray<number>
  readonly recoveryTimeoutSeconds: ReadonlyArray<number>
}
export declare const small: Grid
export declare const points: ({
  windowSeconds,
  rate,
  minimumCalls,
  recoveryTimeoutSeconds
}: Grid) => ReadonlyArray<Settings>
export declare const grid: (spec: Grid, options?: ReplayOptions) => Playing<Comparison>
export interface Point {
  readonly index: number
  readonly name: string
  readonly settings: Settings
  readonly figures: Figures
  readonly isOnFront: boolean
  readonly isKnee: boolean
}
export declare const front: (
  reports: ReadonlyArray<Pick<Verdict, 'name' | 'settings' | 'figures'>>
) => ReadonlyArray<Point>
export interface HeldOut {
  readonly train: Comparison
  readonly test: Comparison
}
export declare const holdOut: (
  settings: ReadonlyArray<Settings>,
  parts: {
    readonly train: (startSeconds: number) => boolean
    readonly test: (startSeconds: number) => boolean
  },
  options?: ReplayOptions
) => Playing<HeldOut>

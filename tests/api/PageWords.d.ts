// src/replay/PageWords.ts
import type { Settings } from '../core/Config'
import type { Figures } from './Report'
export interface Front {
  readonly points: ReadonlyArray<{
    readonly settings: Settings
    readonly figures: Figures
    readonly onFront: boolean
  }>
  readonly knee: number | null
}

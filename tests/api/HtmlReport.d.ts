// src/replay/HtmlReport.ts
import type { Comparison, Verdict } from './Report'
export interface HtmlReport {
  readonly comparison: Comparison
  readonly tried?: ReadonlyArray<Verdict> | undefined
  readonly heldOut?: Comparison | undefined
  readonly title?: string | undefined
}
export declare const html: ({ comparison, tried, heldOut, title }: HtmlReport) => string

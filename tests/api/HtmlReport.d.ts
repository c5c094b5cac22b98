// src/replay/HtmlReport.ts
import type { Front } from './PageWords'
import type { Comparison } from './Report'
export interface HtmlReport {
  readonly comparison: Comparison
  readonly front?: Front | undefined
  readonly title?: string | undefined
}
export declare const html: ({ comparison, front, title }: HtmlReport) => string

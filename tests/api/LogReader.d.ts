// src/replay/LogReader.ts
import type { Header } from './Record'
import type { Traffic } from './Traffic'
export type Format = 'record' | 'nginx' | 'envoy' | 'alb' | 'otlp' | 'jaeger' | 'csv' | 'jmeter' | 'k6'
export interface ReaderOptions {
  readonly format?: Format | undefined
  readonly key?: string | undefined
  readonly classify?: string | undefined
  readonly columns?: string | undefined
  readonly isSlowKnown?: boolean | undefined
  readonly seed?: number | undefined
}
export interface WrongLine {
  readonly line: number
  readonly given: string
  readonly expected: string
}
export interface Seen {
  readonly format: Format | undefined
  readonly lines: number
  readonly calls: number
  readonly wrong: number
  readonly firstWrong: ReadonlyArray<WrongLine>
  readonly untimed: number
  readonly inWholeSeconds: number
  readonly header: Header | undefined
}
export interface Reader {
  readonly add: (text: string) => ReadonlyArray<Traffic>
  readonly end: () => ReadonlyArray<Traffic>
  readonly seen: () => Seen
}
export declare const formats: Readonly<Record<Format, string>>
export declare const reader: (options?: ReaderOptions) => Reader

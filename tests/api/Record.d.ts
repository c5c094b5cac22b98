// src/replay/Record.ts
import type { Settings } from '../core/Config'
import type { Observer } from '../shell/Notice'
export interface Header {
  readonly _tag: 'Record'
  readonly version: 1
  readonly name: string
  readonly settings: unknown
  readonly timeOriginSeconds: number
}
export declare const record: (write: (line: string) => unknown, settings?: Settings) => Observer

// src/watch/Log.ts
import type { Cause, Notice, Observer } from '../shell/Notice'
export interface LogRecord {
  readonly severity: 'INFO' | 'WARN'
  readonly event: 'circuit_breaker.state_change'
  readonly breaker: string
  readonly from: 'closed' | 'open' | 'half_open' | 'isolated' | 'disabled'
  readonly to: 'closed' | 'open' | 'half_open' | 'isolated' | 'disabled'
  readonly because: Cause['_tag']
  readonly retry_after?: number
  readonly error?: string
  readonly rejected?: number
}
export declare const toLogRecord: (notice: Notice) => LogRecord | undefined
export declare const logTo: (write: (record: LogRecord) => void) => Observer

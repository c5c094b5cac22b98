// src/replay/Report.ts
import type { Settings } from '../core/Config'
export interface Latency {
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
}
export interface Plain {
  readonly badCalls: number
  readonly secondsInBadCalls: number
  readonly goodCalls: number
  readonly latencySeconds: Latency
}
export interface Figures extends Plain {
  readonly badCallsSpared: number
  readonly recall: number | null
  readonly goodCallsRejected: number
  readonly rejected: number
  readonly precision: number | null
  readonly openings: number
  readonly falseOpenings: number
  readonly reopenings: number
  readonly probes: number
  readonly failedProbes: number
  readonly openSeconds: number
  readonly incidentsFound: number
  readonly detectSeconds: number | null
  readonly closeSeconds: number | null
  readonly flaps: number
}
export interface Incident {
  readonly startSeconds: number
  readonly endSeconds: number
  readonly calls: number
  readonly badCalls: number
  readonly unknownCalls: number
  readonly key?: string
}
export interface Change {
  readonly atSeconds: number
  readonly from: 'Closed' | 'Open' | 'HalfOpen' | 'Isolated' | 'Disabled'
  readonly to: 'Closed' | 'Open' | 'HalfOpen' | 'Isolated' | 'Disabled'
  readonly generation: number
  readonly because: string
  readonly retryAtSeconds?: number
  readonly key?: string
  readonly instance?: number
}
export interface Buckets {
  readonly startSeconds: number
  readonly bucketSeconds: number
  readonly good: ReadonlyArray<number>
  readonly bad: ReadonlyArray<number>
  readonly rejectedGood: ReadonlyArray<number>
  readonly rejectedBad: ReadonlyArray<number>
  readonly openSeconds: ReadonlyArray<number>
  readonly halfOpenSeconds: ReadonlyArray<number>
}
export interface Verdict {
  readonly name: string
  readonly settings: Settings
  readonly figures: Figures
  readonly ifUnknownSucceed?: Figures
  readonly byKey?: Readonly<Record<string, Figures>>
  readonly changes: ReadonlyArray<Change>
  readonly furtherChanges: number
  readonly buckets?: Buckets
}
export interface Log {
  readonly calls: number
  readonly startSeconds: number
  readonly endSeconds: number
  readonly unknownCalls: number
  readonly neutralCalls: number
  readonly unendedCalls: number
  readonly outOfOrder: number
  readonly strayEnds: number
  readonly keys: number
}
export interface Evidence {
  readonly assumptions: ReadonlyArray<string>
  readonly warnings: ReadonlyArray<string>
  readonly log: Log
  readonly slowSeconds?: number
  readonly instances: number
  readonly incidents: ReadonlyArray<Incident>
  readonly noBreaker: Plain
  readonly noBreakerIfUnknownSucceed?: Plain
}
export interface Report extends Evidence, Verdict {}
export interface Comparison extends Evidence {
  readonly reports: ReadonlyArray<Verdict>
}
export declare const assumptions: (instances: number) => ReadonlyArray<string>
export declare const verdict: (
  { noBreaker, slowSeconds }: Pick<Evidence, 'noBreaker' | 'slowSeconds'>,
  { badCallsSpared, goodCallsRejected, secondsInBadCalls }: Figures
) => string
export declare const duration: (seconds: number) => string

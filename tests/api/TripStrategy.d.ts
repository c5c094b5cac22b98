// src/core/TripStrategy.ts
import type * as Monoids from 'fp-ts/Monoid'
import type { Predicate } from 'fp-ts/Predicate'
import type { Counts } from './Counts'
import type { Problem } from './InvalidSettings'
import type { Window } from './Window'
export interface TripStrategy extends Predicate<Counts> {
  readonly problems?: (window: Window) => ReadonlyArray<Problem>
  readonly needsSlowCalls?: boolean
  readonly toJSON?: () => unknown
}
export declare const consecutiveFailures: (failures: number) => TripStrategy
export declare const failureCount: (failures: number) => TripStrategy
export declare const failureRate: (rate: number, minimumCalls?: number) => TripStrategy
export declare const slowCallRate: (rate: number, minimumCalls?: number) => TripStrategy
export declare const never: TripStrategy
export declare const any: Monoids.Monoid<TripStrategy>
export declare const all: Monoids.Monoid<TripStrategy>

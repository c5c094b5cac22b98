// src/stores/Shared.ts
import type { Settings } from '../core/Config'
import type { stateOf } from '../data/Codec'
import type { Clock } from '../shell/Clock'
import type { BreakerSettings } from '../shell/Session'
import type { Store } from '../shell/Store'
import type { Cell } from './Cell'
export interface FleetSettings extends Settings {
  readonly probeTimeoutSeconds?: number | null | undefined
  readonly clock?: Clock | undefined
  readonly report?: BreakerSettings['report']
}
export interface SharedOptions {
  readonly cell: Cell
  readonly settings: FleetSettings
  readonly timeoutSeconds?: number | undefined
  readonly pollSeconds?: number | undefined
  readonly states?: ReturnType<typeof stateOf> | undefined
}
export interface SharedStore extends Store {
  readonly flush: () => Promise<void>
  readonly close: () => Promise<void>
}
export declare const shared: (options: SharedOptions) => SharedStore

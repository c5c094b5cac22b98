// src/shell/Store.ts
import type { Config } from '../core/Config'
import type { Event } from '../core/Event'
import type { State } from '../core/State'
export interface Store {
  getState(): State
  dispatch(event: Event, now: number): void
}
export declare const inMemory: (config: Config, state?: State) => Store

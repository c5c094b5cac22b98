// src/core/Saved.ts
import type { State } from './State'
export interface Snapshot {
  readonly format: 'breaker-ts/1'
  readonly savedAtSeconds: number
  readonly state: State
}

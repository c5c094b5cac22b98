// src/replay/Trace.ts
import type { Settings } from '../core/Config'
import type { State } from '../core/State'
import type { Transition } from '../shell/Notice'
import type { Call } from './Traffic'
export interface Moment {
  readonly atSeconds: number
  readonly what: 'admitted' | 'probe' | 'rejected' | 'ended'
  readonly call: number
  readonly wasAdmitted: boolean
  readonly state: State
  readonly changes: ReadonlyArray<Transition>
}
export declare const trace: (
  settings: Settings,
  {
    slowSeconds
  }?: {
    readonly slowSeconds?: number | undefined
  }
) => (calls: Iterable<Call>) => Iterable<Moment>

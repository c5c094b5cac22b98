// src/stores/Registry.ts
import type { IO } from 'fp-ts/IO'
import type { Snapshot } from '../core/Saved'
import type { State } from '../core/State'
import { AsyncCircuitBreaker } from '../shell/AsyncCircuitBreaker'
import { CircuitBreaker } from '../shell/CircuitBreaker'
import type { BreakerSettings, RestoreAll } from '../shell/Session'
export interface RegistrySettings<E = unknown, A = unknown> extends Omit<BreakerSettings<E, A>, 'store' | 'restore'> {
  readonly maxKeys?: number | undefined
  readonly restore?: RestoreAll | undefined
}
export declare class Registry<E = unknown, A = unknown> {
  constructor(settings: RegistrySettings<E, A>)
  readonly for: (key: string) => AsyncCircuitBreaker<E, A>
  readonly forSync: (key: string) => CircuitBreaker<E, A>
  get entries(): IO<ReadonlyArray<readonly [key: string, state: State]>>
  get snapshot(): IO<ReadonlyArray<readonly [key: string, snapshot: Snapshot]>>
}

// src/shell/Session.ts
import type { Either } from 'fp-ts/Either'
import type { IO } from 'fp-ts/IO'
import type { Settings } from '../core/Config'
import type { Counts } from '../core/Counts'
import type { Snapshot } from '../core/Saved'
import type { CircuitState, State } from '../core/State'
import { CircuitOpenError } from './CircuitOpenError'
import type { Classifier } from './Classifier'
import type { Clock } from './Clock'
import type { Observer } from './Notice'
import type { Outcome } from './Outcome'
import type { Store } from './Store'
export interface BreakerSettings<E = unknown, A = unknown> extends Settings {
  readonly clock?: Clock | undefined
  readonly store?: Store | undefined
  readonly restore?: Restore | undefined
  readonly classify?: Classifier<E, A> | undefined
  readonly observer?: Observer | ReadonlyArray<Observer> | undefined
  readonly report?: ((message: string, cause: unknown) => void) | undefined
}
export type Restore = (now: number) => Either<
  {
    readonly message: string
  },
  State
>
export type RestoreAll = (now: number) => {
  readonly states: ReadonlyArray<readonly [key: string, state: State]>
  readonly problems: ReadonlyArray<string>
}
export interface Current {
  readonly name: string
  readonly state: State
  readonly circuitState: CircuitState
  readonly isIsolated: boolean
  readonly isDisabled: boolean
  readonly counts: Counts
  readonly retryAfterSeconds: number | undefined
}
export interface Acquired {
  readonly succeed: IO<void>
  readonly fail: IO<void>
  readonly release: IO<void>
  readonly end: (outcome: Outcome, error?: unknown) => void
}
export declare class Session {
  constructor(settings: BreakerSettings)
  get name(): string
  get acquire(): IO<Either<CircuitOpenError, Acquired>>
  get state(): IO<CircuitState>
  get current(): IO<Current>
  get snapshot(): IO<Snapshot>
  get configure(): (settings: Omit<Settings, 'name'>) => void
}

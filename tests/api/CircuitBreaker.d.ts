// src/shell/CircuitBreaker.ts
import type { Either } from 'fp-ts/Either'
import type { IO } from 'fp-ts/IO'
import type { Settings } from '../core/Config'
import type { Snapshot } from '../core/Saved'
import { CircuitState } from '../core/State'
import type { CircuitOpenError } from './CircuitOpenError'
import type { Classifier } from './Classifier'
import type { BreakerSettings, Current } from './Session'
import { Session } from './Session'
export declare class CircuitBreaker<E = unknown, A = unknown> {
  readonly session: Session
  constructor(settings: BreakerSettings<E, A>)
  get name(): string
  readonly call: <Args extends ReadonlyArray<unknown>, A1 extends A>(
    fn: (...args: Args) => A1 & Synchronous<A1>,
    ...args: Args
  ) => Either<CircuitOpenError, A1>
  readonly callEither: <Args extends ReadonlyArray<unknown>, E1 extends E, A1 extends A>(
    fn: (...args: Args) => Either<E1, A1>,
    ...args: Args
  ) => Either<CircuitOpenError | E1, A1>
  get withClassifier(): <E2, A2>(classify: Classifier<E2, A2>) => CircuitBreaker<E2, A2>
  get recordSuccess(): IO<void>
  get recordFailure(): IO<void>
  get state(): IO<CircuitState>
  get isOpen(): IO<boolean>
  get reset(): IO<void>
  get isolate(): IO<void>
  get release(): IO<void>
  get disable(): IO<void>
  get enable(): IO<void>
  get current(): IO<Current>
  get snapshot(): IO<Snapshot>
  get configure(): (settings: Omit<Settings, 'name'>) => void
}
export type Synchronous<A> = A extends PromiseLike<unknown> ? never : unknown

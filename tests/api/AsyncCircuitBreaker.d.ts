// src/shell/AsyncCircuitBreaker.ts
import type { Either } from 'fp-ts/Either'
import type { IO } from 'fp-ts/IO'
import type { Task } from 'fp-ts/Task'
import type { TaskEither } from 'fp-ts/TaskEither'
import type { Settings } from '../core/Config'
import type { Snapshot } from '../core/Saved'
import { CircuitState } from '../core/State'
import type { CircuitOpenError } from './CircuitOpenError'
import type { Classifier } from './Classifier'
import type { BreakerSettings, Current } from './Session'
import { Session } from './Session'
export declare class AsyncCircuitBreaker<E = unknown, A = unknown> {
  readonly session: Session
  constructor(settings: BreakerSettings<E, A>)
  get name(): string
  readonly run: <Args extends ReadonlyArray<unknown>, A1 extends A>(
    fn: (...args: Args) => PromiseLike<A1>,
    ...args: Args
  ) => Promise<A1>
  get protect(): <Args extends ReadonlyArray<unknown>, A1 extends A>(
    fn: (...args: Args) => PromiseLike<A1>
  ) => (...args: Args) => Promise<A1>
  readonly call: <Args extends ReadonlyArray<unknown>, E1 extends E, A1 extends A>(
    fn: (...args: Args) => Promise<Either<E1, A1>>,
    ...args: Args
  ) => TaskEither<CircuitOpenError | E1, A1>
  get withClassifier(): <E2, A2>(classify: Classifier<E2, A2>) => AsyncCircuitBreaker<E2, A2>
  get recordSuccess(): Task<void>
  get recordFailure(): Task<void>
  get state(): Task<CircuitState>
  get isOpen(): Task<boolean>
  get reset(): Task<void>
  get isolate(): Task<void>
  get release(): Task<void>
  get disable(): Task<void>
  get enable(): Task<void>
  get current(): IO<Current>
  get snapshot(): IO<Snapshot>
  get configure(): (settings: Omit<Settings, 'name'>) => void
}

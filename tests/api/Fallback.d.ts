// src/shell/Fallback.ts
import type { IOEither } from 'fp-ts/IOEither'
import type { ReaderTaskEither } from 'fp-ts/ReaderTaskEither'
import type { TaskEither } from 'fp-ts/TaskEither'
import type { CircuitOpenError } from './CircuitOpenError'
export declare const orElseWhenOpen: <E2, B>(
  fallback: (rejection: CircuitOpenError) => TaskEither<E2, B>
) => <E1, A>(call: TaskEither<E1, A>) => TaskEither<Exclude<E1, CircuitOpenError> | E2, A | B>
export declare const orElseWhenOpenReader: <R2, E2, B>(
  fallback: (rejection: CircuitOpenError) => ReaderTaskEither<R2, E2, B>
) => <R1, E1, A>(
  call: ReaderTaskEither<R1, E1, A>
) => ReaderTaskEither<R1 & R2, Exclude<E1, CircuitOpenError> | E2, A | B>
export declare const orElseWhenOpenIO: <E2, B>(
  fallback: (rejection: CircuitOpenError) => IOEither<E2, B>
) => <E1, A>(call: IOEither<E1, A>) => IOEither<Exclude<E1, CircuitOpenError> | E2, A | B>

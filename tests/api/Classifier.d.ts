// src/shell/Classifier.ts
import type { Either } from 'fp-ts/Either'
import type { Endomorphism } from 'fp-ts/Endomorphism'
import type * as Monoids from 'fp-ts/Monoid'
import type { Option } from 'fp-ts/Option'
import type { Predicate } from 'fp-ts/Predicate'
import type { Outcome } from './Outcome'
export type Classifier<E = unknown, A = unknown> = (result: Either<E, A>, elapsedSeconds: number) => Outcome
export declare const standard: Classifier
export declare const isCancellation: (error: unknown) => boolean
export declare const parseRetryAfter: (header: string | null | undefined, nowMilliseconds: number) => Option<number>
export declare const succeedWhen: <E>(
  predicate: Predicate<E>
) => <E2, A>(classify: Classifier<E2, A>) => Classifier<E & E2, A>
export declare const failOnlyWhen: <E>(
  predicate: Predicate<E>
) => <E2, A>(classify: Classifier<E2, A>) => Classifier<E & E2, A>
export declare const failWhenRight: <A>(
  predicate: Predicate<A>
) => <E, A2>(classify: Classifier<E, A2>) => Classifier<E, A & A2>
export declare const ignoreWhen: <E>(
  predicate: Predicate<E>
) => <E2, A>(classify: Classifier<E2, A>) => Classifier<E & E2, A>
export declare const askedToWait: <E>(
  secondsOf: (error: E) => Option<number>
) => <E2, A>(classify: Classifier<E2, A>) => Classifier<E & E2, A>
export declare const askedToWaitRight: <A>(
  secondsOf: (value: A) => Option<number>
) => <E, A2>(classify: Classifier<E, A2>) => Classifier<E, A & A2>
export declare const slowAfter: (seconds: number) => <E, A>(classify: Classifier<E, A>) => Classifier<E, A>
export declare const refinements: Monoids.Monoid<Endomorphism<Classifier>>

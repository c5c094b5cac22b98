// Must compile everywhere, and run. subpaths.ts is written by package-proof.mjs: it maps each entry point of the package
// to `typeof import(it)`.
import { AsyncCircuitBreaker, CircuitBreaker, CircuitOpenError, initial, reduce } from 'breaker-ts'
import { Settings, State } from 'breaker-ts/Codec'
import { either as E } from 'fp-ts'
import type { Either } from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import type { Validation } from 'io-ts'

import type { Subpaths } from './subpaths.js'

// A type that the compiler cannot find is silently `any` where skipLibCheck is on.
type IsAny<T> = 0 extends 1 & T ? true : false
const isKnown = <T>(value: T, ..._proof: IsAny<T> extends true ? ['this is any'] : []): T => value

// The names of what is any, takes any or returns any, in each entry point.
type HasAny<T> =
  IsAny<T> extends true
    ? true
    : T extends (...args: infer Args) => infer Result
      ? true extends IsAny<Args[number]>
        ? true
        : HasAny<Result>
      : false
type AnyMember<M> = IsAny<M> extends true ? 'all' : { [K in keyof M]: HasAny<M[K]> extends true ? K : never }[keyof M]
type AnyExport = { [P in keyof Subpaths]: AnyMember<Subpaths[P]> }[keyof Subpaths]
export const nothingIsAny: [AnyExport] extends [never] ? true : AnyExport = true

const breaker = new CircuitBreaker({ name: 'x', failureThreshold: 1 })
const asyncBreaker = new AsyncCircuitBreaker({ name: 'x' })

export const called: Either<CircuitOpenError, number> = isKnown(breaker.call((n: number) => n + 1, 1))
export const wrapped: TaskEither<CircuitOpenError | 'e', number> = isKnown(
  asyncBreaker.call(async (n: number): Promise<Either<'e', number>> => E.right(n), 1)
)
export const decoded: Validation<typeof initial> = isKnown(State.decode(initial))
isKnown(initial.generation)
isKnown(Settings.decode({}))

breaker.recordFailure()
const rejection = breaker.call(() => 1)
if (E.isLeft(rejection)) isKnown(rejection.left)
if (E.isRight(rejection) || !(rejection.left instanceof Error)) throw new Error('an open breaker let a call pass')

const config = Settings.decode({ name: 'x', failureThreshold: 1 })
if (E.isLeft(config)) throw new Error('settings were refused')
isKnown(config.right)
const state = isKnown(reduce(config.right)(initial, { _tag: 'FailureRecorded' }, 10))
if (state._tag !== 'Open') throw new Error('a failure too many left the circuit closed')

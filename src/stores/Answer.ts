/**
 * What a cell answers, within a time limit, and whatever it throws.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import { isFunction, showGiven } from '../core/InvalidSettings'
import type { Reading } from './Cell'
import type { Timers } from './Timers'

/**
 * The answer, or a `Left` where there is none within the limit. One that comes later is nobody's.
 *
 * @internal
 */
export const within = <A>(timers: Timers, seconds: number, ask: TaskEither<unknown, A>): Promise<Either<unknown, A>> =>
  new Promise((resolve) => {
    const cancel = timers(seconds, () => resolve(left(new Error(`no answer within ${seconds} s`))))
    const end = (answer: Either<unknown, A>): void => {
      cancel()
      resolve(answer)
    }
    settled(ask).then(end, (error: unknown) => end(left(error)))
  })

/**
 * A task of somebody else: it may throw before it returns its promise, and answer anything.
 *
 * @internal
 */
export const settled = async <A>(ask: TaskEither<unknown, A>): Promise<Either<unknown, A>> => {
  const answer = await ask()
  return isEither(answer) ? answer : left(unexpected(answer, 'an Either of fp-ts'))
}

/**
 * A cell may be somebody's own.
 *
 * @internal
 */
export const checked = <A extends Reading>(answer: Either<unknown, A>): Either<unknown, A> => {
  if (answer._tag === 'Left' || isReading(answer.right)) return answer
  return left(unexpected(answer.right, 'a reading of breaker-ts/Cell'))
}

/**
 * The same for what ends a subscription.
 *
 * @internal
 */
export const runnable = <A>(answer: Either<unknown, A>): Either<unknown, A> =>
  answer._tag === 'Left' || isFunction(answer.right)
    ? answer
    : left(unexpected(answer.right, 'a task that unsubscribes'))

/** @internal */
export const isReading = (u: unknown): u is Reading => {
  if (typeof u !== 'object' || u === null) return false
  const { version, value, writer, nowSeconds } = u as Reading
  return (
    typeof version === 'string' &&
    (value === undefined || typeof value === 'string') &&
    typeof writer === 'string' &&
    Number.isFinite(nowSeconds)
  )
}

const isEither = (u: unknown): boolean => {
  if (typeof u !== 'object' || u === null) return false
  const { _tag } = u as Either<unknown, unknown>
  return _tag === 'Left' || _tag === 'Right'
}

const unexpected = (given: unknown, expected: string): TypeError =>
  new TypeError(`the cell answered ${showGiven(given)}, expected ${expected}`)

const left = (error: unknown): Either<unknown, never> => ({ _tag: 'Left', left: error })

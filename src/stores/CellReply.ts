/**
 * What a server behind a cell replies: data of unknown shape, or an error.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import type * as t from 'io-ts'

import { showProblem } from '../core/InvalidSettings'
import { isLeft, named, problemOf } from '../data/Door'

/**
 * A client may throw at once, for example when it is closed.
 *
 * @internal
 */
export const attempted =
  <A>(action: () => Promise<A>): TaskEither<unknown, A> =>
  () =>
    Promise.resolve()
      .then(action)
      .then(
        (right): Either<never, A> => ({ _tag: 'Right', right }),
        (left: unknown) => ({ _tag: 'Left', left })
      )

/**
 * Throws what is wrong with it.
 *
 * @internal
 */
export const decoded = <A>(cell: string, codec: t.Decoder<unknown, A>, given: unknown): A => {
  const read = codec.decode(given)
  if (isLeft(read)) throw new Error(`${cell}: ${read.left.map((e) => showProblem(problemOf(e))).join('; ')}`)
  return read.right
}

const isText = (u: unknown): boolean => typeof u === 'string'

/** @internal */
export const text = named<string>({ rule: 'a string', holds: isText })

/** @internal */
export const textOrNull = named<string | null>({ rule: 'a string or null', holds: (u) => u === null || isText(u) })

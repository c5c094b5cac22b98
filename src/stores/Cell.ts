/**
 * One value a key in a store that many processes can reach: the port between `breaker-ts/Shared` and Redis, or another store.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/Either'
import type { Task } from 'fp-ts/Task'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { Clock } from '../shell/Clock'
import { monotonic } from '../shell/Clock'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What a cell holds for a key, as of the store's clock.
 *
 * @category model
 * @since 0.1.0
 */
export interface Reading {
  /** Names this value among all that the key ever held: an opaque text. `'0'` where the store holds nothing. */
  readonly version: string
  /** `undefined` where the store holds nothing. */
  readonly value: string | undefined
  /** The tag that the writer of this value gave; `''` where the store holds nothing. */
  readonly writer: string
  /** The store's clock, when it answered. */
  readonly nowSeconds: number
}

/**
 * The answer to a write: what was written, or, where another value was there first, that value.
 *
 * @category model
 * @since 0.1.0
 */
export interface Committed extends Reading {
  readonly applied: boolean
}

/**
 * A store of small texts that several processes write to: compare and set, with a notice of each write.
 *
 * A cell knows versions and bytes, and nothing of breakers. What it promises:
 *
 * - **Compare and set is atomic.** For each key, the calls of all processes take effect one after the other. A write applies
 *   only where `expected` is the version that the key has; of several that expect the same version, one applies.
 * - **A version never comes back**, also after the key has expired or was deleted. Versions of 1 to 16 digits are ordered:
 *   a later write has the higher number. Others are compared for equality only.
 * - **A conflict is an answer, not an error**: `applied` is false, and the reading is what the key holds now. An error (a
 *   `Left`, or a promise that rejects) says that the store did not answer; the write may have been applied or not.
 * - **`nowSeconds` is the store's clock**, not that of the process.
 * - **A write keeps the key for `ttlSeconds`** and then the store may forget it.
 * - **Pushes are a hint.** After a write, `onPush` gets the new reading in every process that subscribes, the writer's too.
 *   A push may come late, twice or never. `onGap` says that some may be lost: call it after every reconnection.
 *   A store without notices may resolve `subscribe` and never push; `breaker-ts/Shared` then reads now and then.
 *
 * @category model
 * @since 0.1.0
 */
export interface Cell {
  /** What the key holds now. A key that holds nothing is no error. */
  readonly read: (key: string) => TaskEither<unknown, Reading>
  /** Writes where the key has the `expected` version, `'0'` for a key that holds nothing. */
  readonly compareAndSet: (
    key: string,
    expected: string,
    value: string,
    writer: string,
    ttlSeconds: number
  ) => TaskEither<unknown, Committed>
  /** Calls `onPush` after writes to the key, until the task that it returns has run. */
  readonly subscribe: (
    key: string,
    onPush: (reading: Reading) => void,
    onGap: () => void
  ) => TaskEither<unknown, Task<void>>
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A cell in the memory of this process: the reference of the contract, and what tests of a fleet run on.
 *
 * @example
 * import { memoryCell } from 'breaker-ts/Cell'
 * import { either as E, function as F, taskEither as TE } from 'fp-ts'
 *
 * const cell = memoryCell()
 * const write = (value: string) =>
 *   F.pipe(
 *     cell.compareAndSet('key', '0', value, 'me', 60),
 *     TE.map((committed) => [committed.applied, committed.value])
 *   )
 *
 * const program = async () => {
 *   assert.deepStrictEqual(await write('a')(), E.right([true, 'a']))
 *   assert.deepStrictEqual(await write('b')(), E.right([false, 'a']))
 * }
 * void program()
 *
 * @category constructors
 * @since 0.1.0
 */
export const memoryCell = (clock: Clock = monotonic): Cell => {
  const entries = new Map<string, Entry>()
  const subscribers = new Map<string, ReadonlySet<(reading: Reading) => void>>()
  const listening = (key: string) => subscribers.get(key) ?? new Set<(reading: Reading) => void>()
  let last = 0

  const now = (key: string): Reading => {
    const nowSeconds = clock()
    const entry = entries.get(key)
    if (entry !== undefined && nowSeconds < entry.untilSeconds) return { ...entry.reading, nowSeconds }
    entries.delete(key)
    return { version: NOTHING, value: undefined, writer: '', nowSeconds }
  }

  const write = (key: string, value: string, writer: string, ttlSeconds: number): Committed => {
    const nowSeconds = clock()
    last = Math.max(last + 1, Math.floor(nowSeconds * 1e6))
    const reading = { version: String(last), value, writer, nowSeconds }
    entries.set(key, { reading, untilSeconds: nowSeconds + ttlSeconds })
    void Promise.resolve().then(() => listening(key).forEach((onPush) => onPush(reading)))
    return { ...reading, applied: true }
  }

  return {
    read: (key) => async () => right(now(key)),
    compareAndSet: (key, expected, value, writer, ttlSeconds) => async () => {
      const current = now(key)
      return right(
        current.version === expected ? write(key, value, writer, ttlSeconds) : { ...current, applied: false }
      )
    },
    subscribe: (key, onPush) => async () => {
      const told = (reading: Reading) => onPush(reading) // one function may subscribe twice
      subscribers.set(key, new Set([...listening(key), told]))
      return right(async () => {
        subscribers.set(key, new Set([...listening(key)].filter((other) => other !== told)))
      })
    }
  }
}

interface Entry {
  readonly reading: Reading
  readonly untilSeconds: number
}

const NOTHING = '0'

const right = <A>(value: A): Either<never, A> => ({ _tag: 'Right', right: value })

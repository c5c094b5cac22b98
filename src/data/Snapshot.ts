/**
 * A breaker's state across a restart: as JSON with ages instead of times, and back on the clock of another process.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/Either'
import * as t from 'io-ts'

import type { Problem } from '../core/InvalidSettings'
import { problem, showProblem } from '../core/InvalidSettings'
import type * as Saved from '../core/Saved'
import * as Save from '../core/Saved'
import type * as States from '../core/State'
import { initial } from '../core/State'
import { wall } from '../shell/Clock'
import type { Restore, RestoreAll } from '../shell/Session'
import { door, list, named, problemOf, seconds } from './Door'
import { stateCodec } from './StateData'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A state that can be kept anywhere JSON can.
 *
 * @category model
 * @since 0.1.0
 */
export type Snapshot = Saved.Snapshot

/**
 * Why a snapshot cannot be restored. The documented way is to start with `initial` then.
 *
 * @category model
 * @since 0.1.0
 */
export interface SnapshotError {
  readonly _tag: 'SnapshotError'
  readonly message: string
  readonly problems: ReadonlyArray<Problem>
}

// -------------------------------------------------------------------------------------
// saving
// -------------------------------------------------------------------------------------

/**
 * A snapshot of a state at `now`, which is `wallNowSeconds` by the wall clock. With `probeTimeoutSeconds`, give it the
 * state as of now, `at(config)(state, now)`: a probe that has timed out has failed, and is no probe in flight any more.
 *
 * @example
 * import { snapshot } from 'breaker-ts/Snapshot'
 * import { open } from 'breaker-ts/State'
 *
 * assert.deepStrictEqual(snapshot(open(1, 500, 560), 520, 1_700_000_000), {
 *   format: 'breaker-ts/1',
 *   savedAtSeconds: 1_700_000_000,
 *   state: open(1, -20, 40)
 * })
 *
 * @category saving
 * @since 0.1.0
 */
export const snapshot: (state: States.State, now: number, wallNowSeconds: number) => Snapshot = Save.snapshot

// -------------------------------------------------------------------------------------
// restoring
// -------------------------------------------------------------------------------------

/**
 * The state of a snapshot on a clock that stands at `now`, while the wall clock stands at `wallNowSeconds`. The time in
 * between counts: an open circuit whose recovery timeout has elapsed meanwhile is HALF_OPEN. Probes that were in flight
 * are gone, and so is their room: nothing is left to end them. Where the wall clock has gone back, no time has passed.
 *
 * A snapshot that is damaged, of a newer format, or older than `maxAgeSeconds` (a day, unless given) is a `Left`.
 *
 * @example
 * import { restore, snapshot } from 'breaker-ts/Snapshot'
 * import { initial, open } from 'breaker-ts/State'
 * import { either as E, function as F } from 'fp-ts'
 *
 * const saved = JSON.parse(JSON.stringify(snapshot(open(1, 500, 560), 520, 1_700_000_000)))
 *
 * // half a minute later, in a process whose clock has just started
 * assert.deepStrictEqual(restore(saved, 1, 1_700_000_030), E.right(open(1, -49, 11)))
 * assert.deepStrictEqual(
 *   F.pipe(
 *     restore({ ...saved, format: 'breaker-ts/2' }, 1, 1_700_000_030),
 *     E.mapLeft((error) => error.message),
 *     E.getOrElseW((message) => message)
 *   ),
 *   'The snapshot cannot be restored: format: given "breaker-ts/2", expected "breaker-ts/1"'
 * )
 * assert.strictEqual(F.pipe(restore('?', 1, 0), E.getOrElse(() => initial)), initial)
 *
 * @category restoring
 * @since 0.1.0
 */
export const restore = (
  saved: unknown,
  now: number,
  wallNowSeconds: number,
  maxAgeSeconds: number = 86_400,
  states: t.Type<States.State, unknown, unknown> = stateCodec
): Either<SnapshotError, States.State> => {
  const format = Format.decode(saved)
  if (format._tag === 'Left') return refuse(format.left.map(problemOf)) // whatever else it holds, it is not for this version
  const read = t.type({ savedAtSeconds: seconds, state: states }, 'an object').decode(format.right)
  if (read._tag === 'Left') return refuse(read.left.map(problemOf))
  if (!Number.isFinite(now)) return refuse([problem('now', now, 'a finite number')])
  const { savedAtSeconds, state } = read.right
  const ageSeconds = Math.max(0, wallNowSeconds - savedAtSeconds)
  if (!(ageSeconds <= maxAgeSeconds))
    return refuse([
      { path: 'savedAtSeconds', given: `an age of ${ageSeconds} s`, rule: `at most ${maxAgeSeconds} s old` }
    ])
  const restored = states.decode(Save.moved(state, now - ageSeconds)) // at the ends of time, numbers end too
  return restored._tag === 'Left' ? refuse(restored.left.map(problemOf)) : restored
}

/**
 * The setting `restore` of a breaker, from what its `snapshot()` returned earlier, in another process perhaps. Where nothing
 * has been saved yet (`undefined` or `null`), the circuit starts CLOSED. So it does where the snapshot cannot be restored,
 * and that is reported.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import { from } from 'breaker-ts/Snapshot'
 *
 * const first = new CircuitBreaker({ name: 'payments', failureThreshold: 1 })
 * first.recordFailure()
 * const saved = JSON.stringify(first.snapshot())
 *
 * const second = new CircuitBreaker({ name: 'payments', failureThreshold: 1, restore: from(JSON.parse(saved)) })
 *
 * assert.strictEqual(second.state(), 'open')
 *
 * @category restoring
 * @since 0.1.0
 */
export const from =
  (saved: unknown, maxAgeSeconds?: number, states?: t.Type<States.State, unknown, unknown>): Restore =>
  (now) =>
    saved === undefined || saved === null
      ? { _tag: 'Right', right: initial }
      : restore(saved, now, wall(), maxAgeSeconds, states)

/**
 * The setting `restore` of a `Registry`, from what its `snapshot()` returned earlier. Keys whose state cannot be restored
 * start CLOSED, and that is reported.
 *
 * @example
 * import { Registry } from 'breaker-ts/Registry'
 * import { fromRegistry } from 'breaker-ts/Snapshot'
 *
 * const first = new Registry({ name: 'hosts', failureThreshold: 1 })
 * first.forSync('a.example').recordFailure()
 * const saved = JSON.stringify(first.snapshot())
 *
 * const second = new Registry({ name: 'hosts', failureThreshold: 1, restore: fromRegistry(JSON.parse(saved)) })
 *
 * assert.strictEqual(second.forSync('a.example').state(), 'open')
 *
 * @category restoring
 * @since 0.1.0
 */
export const fromRegistry =
  (saved: unknown, maxAgeSeconds?: number, states?: t.Type<States.State, unknown, unknown>): RestoreAll =>
  (now) => {
    if (saved === undefined || saved === null) return { states: [], problems: [] }
    const wallNow = wall()
    const entries = Entries.decode(saved)
    if (entries._tag === 'Left') return { states: [], problems: entries.left.map((found) => String(found.message)) }
    const read = entries.right.map(([key, one]) => [key, restore(one, now, wallNow, maxAgeSeconds, states)] as const)
    return {
      states: read.flatMap(([key, one]) => (one._tag === 'Right' ? [[key, one.right] as const] : [])),
      problems: read.flatMap(([key, one]) => (one._tag === 'Left' ? [`${key}: ${one.left.message}`] : []))
    }
  }

const Entries = door('Registry', list(t.tuple([t.string, t.unknown], 'a key and its snapshot'), 1_000_000))

const Format = door(
  'Snapshot',
  t.type({ format: named<string>({ rule: `"${Save.FORMAT}"`, holds: (u) => u === Save.FORMAT }) }, 'an object')
)

const refuse = (problems: ReadonlyArray<Problem>): Either<SnapshotError, never> => ({
  _tag: 'Left',
  left: {
    _tag: 'SnapshotError',
    message: `The snapshot cannot be restored: ${problems.map(showProblem).join('; ')}`,
    problems
  }
})

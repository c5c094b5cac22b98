/**
 * Follows one breaker through traffic, call by call, with its state at each moment: for a picture of what happened.
 *
 * @since 0.1.0
 */
import type { Settings } from '../core/Config'
import { from } from '../core/Config'
import type { State } from '../core/State'
import type { Transition } from '../shell/Notice'
import { Lane } from './Lane'
import { Player } from './Player'
import type { Tape } from './Tape'
import { FAILURE, NEUTRAL, START, SUCCESS, UNKNOWN } from './Tape'
import type { Call } from './Traffic'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A moment of a replay. The state is immutable, so moments can be kept, and gone back to.
 *
 * @category model
 * @since 0.1.0
 */
export interface Moment {
  readonly atSeconds: number
  /** `admitted`, `probe` and `rejected`: a call starts. `ended`: it ends, or would have. */
  readonly what: 'admitted' | 'probe' | 'rejected' | 'ended'
  /** The place of the call in the traffic, from 0. */
  readonly call: number
  /** Whether the call was let through. */
  readonly wasAdmitted: boolean
  /** The state after it. */
  readonly state: State
  /** The changes of state that it told, those by time first. */
  readonly changes: ReadonlyArray<Transition>
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The moments of a replay of one breaker, in the order of time. Where a call ends as another starts, the end comes first. It
 * is what `replay` of `breaker-ts/Replay` counts, for one key and one instance.
 *
 * @example
 * import { trace } from 'breaker-ts/Trace'
 *
 * const moments = trace({ name: 'a', failureThreshold: 1 })([
 *   { startSeconds: 0, seconds: 1, outcome: 'failure' },
 *   { startSeconds: 2, seconds: 1, outcome: 'success' }
 * ])
 *
 * assert.deepStrictEqual(
 *   [...moments].map(({ atSeconds, what, call, state }) => [atSeconds, what, call, state._tag]),
 *   [
 *     [0, 'admitted', 0, 'Closed'],
 *     [1, 'ended', 0, 'Open'],
 *     [2, 'rejected', 1, 'Open'],
 *     [3, 'ended', 1, 'Open']
 *   ]
 * )
 *
 * @category constructors
 * @since 0.1.0
 */
export const trace =
  (settings: Settings, { slowSeconds }: { readonly slowSeconds?: number | undefined } = {}) =>
  (calls: Iterable<Call>): Iterable<Moment> => {
    const config = from(settings)
    return {
      [Symbol.iterator]: function* (): Generator<Moment> {
        const told: Array<Transition> = []
        const found: Array<Moment> = []
        const lane = new Lane(config, (transition) => void told.push(transition))
        const player = new Player([], undefined, { ...ALONE, slowSeconds, listen: listener(lane, told, found) })
        for (const call of calls) {
          player.call(call)
          player.flush()
          yield* found.splice(0)
        }
        player.finish()
        yield* found.splice(0)
      }
    }
  }

const ALONE = { instances: 1, seed: 1, buckets: false, followDisabled: false, incidents: undefined } as const

const NAMES = { [SUCCESS]: 'success', [FAILURE]: 'failure', [NEUTRAL]: 'neutral', [UNKNOWN]: 'failure' } as const

const listener = (lane: Lane, told: Array<Transition>, found: Array<Moment>): ((tape: Tape) => void) => {
  const calls: Array<number> = [] // by place
  let started = 0
  const moment = (atSeconds: number, what: Moment['what'], call: number, wasAdmitted: boolean): void =>
    void found.push({ atSeconds, what, call, wasAdmitted, state: lane.state, changes: told.splice(0) })
  return (tape) => {
    for (let i = 0; i < tape.length; i++) {
      const [now, place] = [tape.atSeconds[i] as number, tape.place[i] as number]
      if (tape.kind[i] === START) {
        calls[place] = started++
        const wasAdmitted = lane.start(place, now)
        const what = !wasAdmitted ? 'rejected' : lane.isProbe(place) ? 'probe' : 'admitted'
        moment(now, what, calls[place], wasAdmitted)
      } else {
        const ending = NAMES[tape.ending[i] as keyof typeof NAMES]
        const asked = tape.retryAfterSeconds[i] as number
        const wasAdmitted = lane.end(place, now, ending, tape.slow[i] === 1, asked)
        moment(now, 'ended', calls[place] as number, wasAdmitted)
      }
    }
  }
}

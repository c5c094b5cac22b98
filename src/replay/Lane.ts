/**
 * One breaker in a replay: what `Session` does with calls, by the same reducer, for calls whose ends are known.
 *
 * @since 0.1.0
 */
import type { Config } from '../core/Config'
import type { Event, Permit } from '../core/Event'
import { admitted, callPermit, failed, probePermit, released, succeeded } from '../core/Event'
import { decide, isHealthy, isLive, step } from '../core/Reducer'
import type { State } from '../core/State'
import { initial } from '../core/State'
import type { Transition } from '../shell/Notice'
import { transitions, transitionsByTime } from '../shell/Notice'
import type { Outcome } from '../shell/Outcome'
import type { Ending } from './Traffic'

// What all calls of a CLOSED generation share.
interface Pass {
  readonly permit: Permit
  readonly succeeded: Event
  readonly failed: Event
  readonly slow: Event
}

const passOf = (generation: number): Pass => {
  const permit = callPermit(generation)
  return { permit, succeeded: succeeded(permit), failed: failed(permit), slow: succeeded(permit, true) }
}

/**
 * How a call of a record ended.
 *
 * @internal
 */
export const endingOf = ({ _tag }: Outcome): Exclude<Ending, 'unknown'> =>
  _tag === 'Success' ? 'success' : _tag === 'Failure' ? 'failure' : 'neutral'

/**
 * A breaker that is fed starts and ends, in the order of time. A call has a place: the same number at its start and its end,
 * and no other call has it in between.
 *
 * @internal
 */
export class Lane {
  state: State = initial
  private pass = passOf(initial.generation)
  private permits: Array<Permit | undefined> = []
  private probes = 0
  /** The generation up to which transitions were told ahead of the event that stores them. */
  private told = -1

  constructor(
    private readonly config: Config,
    private readonly tell: (transition: Transition) => void
  ) {}

  /** The same breaker once more, which goes its own way from here. */
  copy(tell: (transition: Transition) => void): Lane {
    return Object.assign(new Lane(this.config, tell), {
      state: this.state,
      pass: this.pass,
      permits: [...this.permits],
      probes: this.probes,
      told: this.told
    })
  }

  /** Whether the call at this place, which starts now, is admitted. */
  start(place: number, now: number): boolean {
    const { state } = this
    if (state._tag === 'Closed' || state._tag === 'Disabled') {
      if (this.pass.permit.generation !== state.generation) this.pass = passOf(state.generation)
      this.permits[place] = this.pass.permit
      return true
    }
    const decision = decide(this.config, state, now, '')
    if (decision._tag === 'Right') {
      const probe = `${++this.probes}`
      this.permits[place] = probePermit(decision.right.generation, probe)
      this.dispatch(admitted(probe), now)
      return true
    }
    this.permits[place] = undefined
    this.look(now)
    return false
  }

  /** Whether the call at this place is a probe that is still in flight. */
  isProbe(place: number): boolean {
    const permit = this.permits[place]
    return permit !== undefined && permit.probe !== null && isLive(this.state, permit)
  }

  /** The call at this place ends now. Returns whether it had been admitted. */
  end(place: number, now: number, outcome: Ending, slow: boolean, retryAfterSeconds: number): boolean {
    const permit = this.permits[place]
    if (permit === undefined) return false
    this.permits[place] = undefined // it is not kept
    if (permit.generation !== this.state.generation && this.state._tag === 'Closed') return true // stale
    const { pass } = this
    const isPass = permit === pass.permit
    if (outcome === 'success') {
      if (!slow && isHealthy(this.config, this.state)) return true // nothing to count
      this.dispatch(isPass ? (slow ? pass.slow : pass.succeeded) : succeeded(permit, slow), now)
    } else if (outcome === 'failure') {
      this.dispatch(
        isPass && !slow && retryAfterSeconds === 0
          ? pass.failed
          : failed(permit, { slow: slow || undefined, retryAfterSeconds: retryAfterSeconds || undefined }),
        now
      )
    } else this.dispatch(released(permit), now)
    return true
  }

  /** Something happens that is no call: what is done by hand, for example. */
  dispatch(event: Event, now: number): void {
    const { config, state } = this
    const after = step(config, state, event, now)
    if (after === state) return
    this.state = after
    if (after.generation !== state.generation || after._tag === 'Open')
      this.tellNew(transitions(config)(state, event, now))
    this.told = -1
  }

  /** Tells what time alone has done. */
  look(now: number): void {
    const fresh = this.tellNew(transitionsByTime(this.config)(this.state, now))
    const last = fresh[fresh.length - 1]
    if (last !== undefined) this.told = last.to.generation
  }

  private tellNew(found: ReadonlyArray<Transition>): ReadonlyArray<Transition> {
    const fresh = found.filter(({ to }) => to.generation > this.told)
    fresh.forEach(this.tell)
    return fresh
  }
}

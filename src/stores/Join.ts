/**
 * Makes a session a part of a fleet: its probes wait for the fleet, and its observers learn what others did.
 *
 * @since 0.1.0
 */
import type { Either, Left } from 'fp-ts/Either'

import type { Config } from '../core/Config'
import type { Permit } from '../core/Event'
import { at, decide, isLive } from '../core/Reducer'
import type { State } from '../core/State'
import { CircuitOpenError } from '../shell/CircuitOpenError'
import type { Admission, Session } from '../shell/Session'
import type { Member } from './Member'

/**
 * The hooks stand on the session itself and not in its class, so that nobody else carries them. A call that waits is told to
 * the observers when the fleet has decided; then it is run again, and finds its admission.
 *
 * @internal
 */
export const join = (session: Session, member: Member): void => {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the session, or with a view of it
  const { admit, tellAdmission, outbox } = session
  const { config } = member
  let decided: Left<CircuitOpenError> | Admission | undefined
  let isNext = false
  let canWaitNow = false
  if (outbox !== undefined) member.tellTo(outbox)
  member.compare((session as unknown as { readonly config: Config }).config) // private in the core, since sessions have views

  session.admit = function (this: Session, canWait) {
    if (isNext) {
      isNext = false
      return decided as Left<CircuitOpenError> | Admission
    }
    canWaitNow = canWait === true
    const admission = admit.call(this)
    canWaitNow = false
    return admission
  }

  session.tellAdmission = function (this: Session, to, admission, atSeconds) {
    if (canWaitNow && admission._tag === 'Right' && admission.right.probe !== null) return
    tellAdmission.call(this, to, admission, atSeconds)
  }

  session.confirmed = (admission, again) => {
    if (admission.right.probe === null || admission === decided) return undefined
    return member.confirm(admission.right).then((state) => {
      const now = session.clock()
      decided = decisionIn(config, state, admission.right, now)
      if (outbox !== undefined) tellAdmission.call(session, outbox, decided, now)
      isNext = true
      return again()
    })
  }
}

const decisionIn = (config: Config, state: State, permit: Permit, now: number): Left<CircuitOpenError> | Admission => {
  const decision: Either<{ readonly reason: 'half_open' }, Permit> | ReturnType<typeof decide> = isLive(
    at(config)(state, now),
    permit
  )
    ? { _tag: 'Right', right: permit }
    : decide(config, state, now, '')
  if (decision._tag === 'Right' && (decision.right === permit || decision.right.probe === null))
    return { _tag: 'Right', right: decision.right, startedAtSeconds: now }
  const { reason, retryAfterSeconds = undefined } = decision._tag === 'Left' ? decision.left : HALF_OPEN
  return { _tag: 'Left', left: new CircuitOpenError(config.name, reason, retryAfterSeconds) }
}

const HALF_OPEN: { readonly reason: 'half_open'; readonly retryAfterSeconds?: number } = { reason: 'half_open' }

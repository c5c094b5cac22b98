import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
import { manual } from 'breaker-ts/Clock'
import type { Event } from 'breaker-ts/Event'
import type { BreakerSettings } from 'breaker-ts/Session'
import type { Acquired } from 'breaker-ts/Session'
import { Session } from 'breaker-ts/Session'
import { inMemory } from 'breaker-ts/Store'
import * as E from 'fp-ts/Either'

import { configOf } from './support/config'

const setUp = (settings: Partial<BreakerSettings> = {}) => {
  const time = manual()
  const session = new Session({
    name: 'queue',
    failureThreshold: 2,
    recoveryTimeoutSeconds: 60,
    clock: time.clock,
    ...settings
  })
  const acquire = (): Acquired => {
    const asked = session.acquire()
    if (E.isLeft(asked)) throw asked.left
    return asked.right
  }
  return { time, session, acquire }
}

describe('Session.acquire', () => {
  it('hands out a permit whose failures open the circuit, and then a CircuitOpenError', () => {
    const { session, acquire } = setUp()
    acquire().fail()
    expect(session.state()).toBe('closed')
    acquire().fail()
    expect(session.state()).toBe('open')
    expect(session.acquire()).toMatchObject({ left: { breaker: 'queue', reason: 'open', retryAfterSeconds: 60 } })
  })

  it('can be passed around without its session', () => {
    const { session } = setUp()
    const { acquire, state } = session
    expect(E.isRight(acquire())).toBe(true)
    expect(state()).toBe('closed')
  })

  it('counts only the first of succeed, fail and release, once', () => {
    const { session, acquire } = setUp()
    const message = acquire()
    message.fail()
    message.fail()
    message.succeed()
    message.release()
    expect(session.state()).toBe('closed')
    const other = acquire()
    other.release()
    other.fail()
    expect(session.state()).toBe('closed')
    acquire().fail()
    expect(session.state()).toBe('open')
  })

  it('counts an end once, also where a listener of the store ends it again', () => {
    const inner = inMemory(configOf({ failureThreshold: 2 }))
    let again: () => void = () => undefined
    const store = {
      getState: () => inner.getState(),
      dispatch: (event: Event, now: number) => {
        inner.dispatch(event, now)
        again()
      }
    }
    const { session, acquire } = setUp({ store })
    const call = acquire()
    again = call.fail
    call.fail()
    expect(session.state()).toBe('closed')
  })

  it('closes a half-open circuit by succeed, reopens it by fail, and frees the room by release', () => {
    const { session, acquire, time } = setUp({ failureThreshold: 1 })
    acquire().fail()
    time.advance(60)
    acquire().release()
    expect(session.state()).toBe('half_open')
    acquire().fail()
    expect(session.state()).toBe('open')
    time.advance(60)
    acquire().succeed()
    expect(session.state()).toBe('closed')
  })

  it('holds the room of a probe until it has ended', () => {
    const { session, acquire, time } = setUp({ failureThreshold: 1, halfOpenMaxProbes: 2 })
    acquire().fail()
    time.advance(60)
    const first = acquire()
    acquire()
    expect(session.acquire()).toMatchObject({ left: { reason: 'half_open', retryAfterSeconds: undefined } })
    first.succeed()
    expect(E.isRight(session.acquire())).toBe(true)
  })

  it('gives each probe an id of its own, also where a test has taken the chance out of Math.random', () => {
    const random = jest.spyOn(Math, 'random').mockReturnValue(0)
    const { acquire, time } = setUp({ failureThreshold: 1, halfOpenMaxProbes: 3 })
    acquire().fail()
    time.advance(60)
    acquire()
    acquire()
    expect(acquire).not.toThrow()
    random.mockRestore()
  })

  it('hands out permits that a reset makes worthless', () => {
    const { time } = setUp()
    const breaker = new CircuitBreaker({ name: 'queue', failureThreshold: 1, clock: time.clock })
    const early = breaker.session.acquire()
    if (E.isLeft(early)) throw early.left
    breaker.reset()
    early.right.fail()
    expect(breaker.state()).toBe('closed')
  })
})

describe('a breaker', () => {
  it('shares its state with its session', () => {
    const breaker = new CircuitBreaker({ name: 'queue', failureThreshold: 1 })
    const asked = breaker.session.acquire()
    if (E.isLeft(asked)) throw asked.left
    asked.right.fail()
    expect(breaker.isOpen()).toBe(true)
  })
})

describe('a session of wrong settings', () => {
  it('is refused with what is wrong, and what settings there are', () => {
    const make = () => new Session({ nmae: 'queue' } as unknown as BreakerSettings)
    expect(E.tryCatch(make, (error) => error)).toMatchObject({
      left: {
        problems: [
          { path: 'name', given: 'nothing', rule: 'a non-empty string' },
          {
            path: 'nmae',
            given: '"queue"',
            rule: 'no setting of this name: did you mean name?'
          }
        ]
      }
    })
  })
})

import { isCircuitOpenError } from 'breaker-ts/CircuitOpenError'
import { slowAfter, standard } from 'breaker-ts/Classifier'
import { manual } from 'breaker-ts/Clock'
import { consecutive, empty as nothingCounted } from 'breaker-ts/Counts'
import { empty } from 'breaker-ts/Counts'
import type { Event } from 'breaker-ts/Event'
import { callPermit, failed, succeeded, successRecorded } from 'breaker-ts/Event'
import { InvalidSettings } from 'breaker-ts/InvalidSettings'
import { success } from 'breaker-ts/Outcome'
import { reduce } from 'breaker-ts/Reducer'
import type { BreakerSettings } from 'breaker-ts/Session'
import type { State } from 'breaker-ts/State'
import { closed, initial, isolated } from 'breaker-ts/State'
import { inMemory } from 'breaker-ts/Store'
import { never, slowCallRate } from 'breaker-ts/TripStrategy'
import { countWindow } from 'breaker-ts/Window'
import * as E from 'fp-ts/Either'

import { configOf } from './support/config'
import { kinds } from './support/shells'

const ok = (): E.Either<Error, string> => E.right('answer')
const error503 = new Error('503')
const fails = (): E.Either<Error, string> => E.left(error503)
const throws = (reason: unknown) => (): E.Either<Error, string> => {
  throw reason
}
const abort = new DOMException('cancelled by the user', 'AbortError')

describe.each(kinds)('$name', (kind) => {
  const setUp = (settings: Partial<BreakerSettings> = {}) => {
    const time = manual(1000)
    const breaker = kind.make({
      name: 'payments',
      failureThreshold: 2,
      recoveryTimeoutSeconds: 60,
      clock: time.clock,
      ...settings
    })
    const trip = async () => {
      for (let failures = 0; failures < (settings.failureThreshold ?? 2); failures++) await breaker.recordFailure()
    }
    return { time, breaker, trip }
  }
  // jest takes errors of the same message for equal, so rejections are compared field by field.
  const rejectionOf = async <E, A>(result: Promise<E.Either<E, A>>) =>
    E.mapLeft((error: E) => ({ ...error }))(await result)
  const rejected = (reason: 'open' | 'half_open', retryAfterSeconds: number) =>
    E.left({
      _tag: 'CircuitOpenError',
      breaker: 'payments',
      message: "Circuit breaker 'payments' is OPEN",
      reason,
      retryAfterSeconds
    })

  describe('call', () => {
    it('runs the operation with its arguments and gives its result back untouched', async () => {
      const { breaker } = setUp()
      const given: Array<unknown> = []
      const result = E.right({ id: 7 })
      const back = await breaker.call((a: number, b: string) => (given.push(a, b), result), 7, 'x')
      expect(back).toBe(result)
      expect(given).toEqual([7, 'x'])
      const left = E.left(error503)
      expect(await breaker.call(() => left)).toBe(left)
    })

    it('opens the circuit when failures in a row reach the threshold, and then rejects without running', async () => {
      const { breaker } = setUp()
      expect(await breaker.call(fails)).toEqual(E.left(error503))
      expect(await breaker.state()).toBe('closed')
      expect(await breaker.call(fails)).toEqual(E.left(error503))
      expect(await breaker.state()).toBe('open')
      const run = jest.fn(ok)
      expect(await rejectionOf(breaker.call(run))).toEqual(rejected('open', 60))
      expect(run).not.toHaveBeenCalled()
    })

    it('forgets failures at a success', async () => {
      const { breaker } = setUp()
      await breaker.call(fails)
      await breaker.call(ok)
      await breaker.call(fails)
      expect(await breaker.state()).toBe('closed')
    })

    it('counts an exception as a failure and throws it on unchanged', async () => {
      const { breaker } = setUp({ failureThreshold: 1 })
      await expect(breaker.call(throws(error503))).rejects.toBe(error503)
      expect(await breaker.isOpen()).toBe(true)
    })

    it.each([undefined, null, 0, 'reason', { a: 1 }, Object.create(null)])(
      'counts whatever is thrown and throws it on unchanged: %p',
      async (reason) => {
        const { breaker } = setUp({ failureThreshold: 1 })
        await expect(breaker.call(throws(reason))).rejects.toBe(reason)
        expect(await breaker.isOpen()).toBe(true)
      }
    )

    it('counts neither success nor failure when the caller has cancelled', async () => {
      const { breaker } = setUp()
      await breaker.call(fails)
      await expect(breaker.call(throws(abort))).rejects.toBe(abort)
      expect(await breaker.call(() => E.left(abort))).toEqual(E.left(abort))
      expect(await breaker.state()).toBe('closed')
      await breaker.call(fails)
      expect(await breaker.state()).toBe('open')
    })

    it('says how long to wait, less and less', async () => {
      const { breaker, time, trip } = setUp()
      await trip()
      time.advance(45)
      expect(await rejectionOf(breaker.call(ok))).toEqual(rejected('open', 15))
    })

    it('lets a probe through at the very end of the recovery timeout, and closes when it succeeds', async () => {
      const { breaker, time, trip } = setUp()
      await trip()
      time.set(1059.999)
      expect(E.isLeft(await breaker.call(ok))).toBe(true)
      time.set(1060)
      expect(await breaker.call(ok)).toEqual(E.right('answer'))
      expect(await breaker.state()).toBe('closed')
    })

    it('opens again for the whole recovery timeout when the probe fails', async () => {
      const { breaker, time, trip } = setUp()
      await trip()
      time.set(1070)
      await breaker.call(fails)
      expect(await rejectionOf(breaker.call(ok))).toEqual(rejected('open', 60))
    })

    it('gives the room of a cancelled probe to the next caller', async () => {
      const { breaker, time, trip } = setUp()
      await trip()
      time.advance(60)
      await breaker.call(() => E.left(abort))
      expect(await breaker.state()).toBe('half_open')
      expect(await breaker.call(ok)).toEqual(E.right('answer'))
    })

    it('is safe to nest: an inner call that trips the breaker makes the outer result stale', async () => {
      const { breaker, time } = setUp({ failureThreshold: 1 })
      await breaker.call(() => {
        void breaker.recordFailure()
        time.advance(10)
        return E.right('late')
      })
      expect(await breaker.state()).toBe('open')
      expect(await rejectionOf(breaker.call(ok))).toEqual(rejected('open', 50))
    })

    it('takes a result that is no Either, from code without types, for a success, and reports it once', async () => {
      const reports: Array<string> = []
      const { breaker } = setUp({ failureThreshold: 1, report: (message) => reports.push(message) })
      const values = [undefined, null, 'text', 5, { id: 1 }, () => ok, { _tag: 'Some', value: 1 }]
      for (const value of values) expect(await breaker.call((() => value) as unknown as typeof ok)).toBe(value)
      expect(await breaker.state()).toBe('closed')
      expect(reports).toEqual([
        expect.stringMatching(/whose result is no Either, which counts as a success: use (run|call) for/)
      ])
    })
  })

  describe('recordSuccess and recordFailure', () => {
    it('count like the outcome of a call', async () => {
      const { breaker } = setUp()
      await breaker.recordFailure()
      await breaker.recordSuccess()
      await breaker.recordFailure()
      expect(await breaker.state()).toBe('closed')
      await breaker.recordFailure()
      expect(await breaker.state()).toBe('open')
    })

    it('restart the recovery timeout, or close and reopen a half-open circuit', async () => {
      const { breaker, time, trip } = setUp()
      await trip()
      time.advance(50)
      await breaker.recordFailure()
      await breaker.recordSuccess()
      expect(await rejectionOf(breaker.call(ok))).toEqual(rejected('open', 60))
      time.advance(60)
      await breaker.recordFailure()
      expect(await rejectionOf(breaker.call(ok))).toEqual(rejected('open', 60))
      time.advance(60)
      await breaker.recordSuccess()
      expect(await breaker.state()).toBe('closed')
    })
  })

  describe('state and isOpen', () => {
    it('tell the state as of now, and reading changes nothing', async () => {
      const { breaker, time, trip } = setUp()
      expect([await breaker.state(), await breaker.isOpen()]).toEqual(['closed', false])
      await trip()
      expect([await breaker.state(), await breaker.isOpen()]).toEqual(['open', true])
      time.set(1060)
      expect([await breaker.state(), await breaker.isOpen()]).toEqual(['half_open', false])
      time.set(1059)
      expect([await breaker.state(), await breaker.isOpen()]).toEqual(['open', true])
    })
  })

  describe('reset', () => {
    it('closes the circuit and forgets every failure', async () => {
      const { breaker, trip } = setUp()
      await trip()
      await breaker.reset()
      expect(await breaker.state()).toBe('closed')
      await breaker.call(fails)
      expect(await breaker.state()).toBe('closed')
    })

    it('forgets the calls in flight', async () => {
      const { breaker } = setUp({ failureThreshold: 1 })
      await breaker.call(() => {
        void breaker.reset()
        return fails()
      })
      expect(await breaker.state()).toBe('closed')
    })
  })

  describe('by hand', () => {
    const isolation = E.left({
      _tag: 'CircuitOpenError',
      breaker: 'payments',
      message: "Circuit breaker 'payments' is OPEN (isolated)",
      reason: 'isolated'
    })

    it('isolate holds the circuit open until release, however long that takes and whatever is recorded', async () => {
      const { breaker, time } = setUp()
      await breaker.isolate()
      await breaker.isolate()
      time.advance(1e6)
      await breaker.recordSuccess()
      await breaker.recordFailure()
      expect([await breaker.state(), await breaker.isOpen()]).toEqual(['open', true])
      expect(await rejectionOf(breaker.call(ok))).toEqual(isolation)
      await breaker.release()
      expect(await breaker.call(ok)).toEqual(E.right('answer'))
    })

    it('isolation ends at a reset too', async () => {
      const { breaker } = setUp()
      await breaker.isolate()
      await breaker.reset()
      expect(await breaker.state()).toBe('closed')
    })

    it('release and enable do nothing to a circuit that opened by itself', async () => {
      const { breaker, trip } = setUp()
      await trip()
      await breaker.release()
      await breaker.enable()
      expect(await breaker.state()).toBe('open')
    })

    it('disable lets every call pass and counts nothing, until enable', async () => {
      const { breaker, trip } = setUp()
      await trip()
      await breaker.disable()
      for (let i = 0; i < 9; i++) expect(await breaker.call(fails)).toEqual(E.left(error503))
      await breaker.recordFailure()
      expect(await breaker.state()).toBe('closed')
      await breaker.enable()
      await breaker.call(fails)
      expect(await breaker.state()).toBe('closed')
      await breaker.call(fails)
      expect(await breaker.state()).toBe('open')
    })

    it('the result of a call from before does not count after', async () => {
      const { breaker } = setUp({ failureThreshold: 1 })
      await breaker.call(() => {
        void breaker.disable()
        void breaker.enable()
        return fails()
      })
      expect(await breaker.state()).toBe('closed')
      await breaker.call(() => {
        void breaker.isolate()
        void breaker.release()
        return fails()
      })
      expect(await breaker.state()).toBe('closed')
    })
  })

  describe('its constructor', () => {
    it('takes the documented defaults: 5 failures, 60 seconds, 1 probe, the monotonic clock', async () => {
      const now = jest.spyOn(performance, 'now').mockReturnValue(1_000_000)
      const breaker = kind.make({ name: 'defaults' })
      for (let i = 0; i < 4; i++) await breaker.recordFailure()
      expect(await breaker.state()).toBe('closed')
      await breaker.recordFailure()
      const rejection = await breaker.call(ok)
      now.mockRestore()
      expect(E.isLeft(rejection) && isCircuitOpenError(rejection.left) && rejection.left.retryAfterSeconds).toBe(60)
    })

    it('makes a breaker with a state of its own, whatever its name', async () => {
      const { trip } = setUp()
      const { breaker: namesake } = setUp()
      await trip()
      expect(await namesake.state()).toBe('closed')
    })

    it('makes breakers of the same settings that share no state, and observers that are told of each', async () => {
      const told: Array<string> = []
      const observer: BreakerSettings['observer'] = (notice) => () => told.push(notice._tag)
      for (const settings of [
        { name: 'twin', failureThreshold: 1 },
        { name: 'twin', failureThreshold: 1, observer }
      ]) {
        const [one, other] = [kind.make(settings), kind.make(settings)]
        await one.recordFailure()
        expect([await one.state(), await other.state()]).toEqual(['open', 'closed'])
        await other.recordFailure()
        expect(await other.state()).toBe('open')
      }
      expect(told).toEqual(['Transition', 'Transition'])
    })

    it('reads the settings anew for each breaker, whatever was changed in them since the last', async () => {
      const time = manual(1000)
      const settings: Record<string, unknown> = { name: 'a', failureThreshold: 1, recoveryTimeoutSeconds: 60 }
      const rejectionAfterFailures = async (changed: Readonly<Record<string, unknown>>) => {
        const breaker = kind.make(Object.assign(settings, changed) as unknown as BreakerSettings)
        for (let i = 0; i < 3; i++) await breaker.call(fails)
        const rejection = await breaker.call(ok)
        return E.isLeft(rejection) && isCircuitOpenError(rejection.left)
          ? [rejection.left.breaker, Math.round(rejection.left.retryAfterSeconds ?? 0)]
          : rejection
      }
      expect(await rejectionAfterFailures({})).toEqual(['a', 60])
      expect(await rejectionAfterFailures({ name: 'b' })).toEqual(['b', 60])
      expect(await rejectionAfterFailures({ recoveryTimeoutSeconds: 30 })).toEqual(['b', 30])
      expect(await rejectionAfterFailures({ clock: time.clock })).toEqual(['b', 30])
      expect(await rejectionAfterFailures({ classify: () => success })).toEqual(E.right('answer'))
      expect(await rejectionAfterFailures({ classify: undefined })).toEqual(['b', 30])
      expect(await rejectionAfterFailures({ store: inMemory(configOf(), isolated(1)) })).toEqual(['b', 0])
      settings.failureThreshold = 0
      expect(() => kind.make(settings as unknown as BreakerSettings)).toThrow('failureThreshold: given 0')
    })

    it('takes an absent setting and an undefined one alike', async () => {
      const breaker = kind.make({ name: 'x', failureThreshold: undefined, clock: undefined, store: undefined })
      expect(await breaker.state()).toBe('closed')
    })

    it('throws InvalidSettings that name every wrong setting, the value given and the rule', () => {
      const bad = {
        name: '',
        failureThreshold: 0,
        recoveryTimeoutSeconds: NaN,
        halfOpenMaxProbes: Infinity,
        clock: 5 as unknown as () => number,
        store: {} as never
      }
      const message =
        'Invalid settings of a circuit breaker: ' +
        'name: given "", expected a non-empty string; ' +
        'failureThreshold: given 0, expected an integer > 0; ' +
        'recoveryTimeoutSeconds: given NaN, expected a finite number >= 0, or a function that returns one; ' +
        'halfOpenMaxProbes: given Infinity, expected an integer > 0; ' +
        'clock: given 5, expected a function that returns seconds as a finite number (fromMilliseconds of breaker-ts/Clock takes milliseconds); ' +
        'store: given an object, expected a store: getState() returns a state of a breaker, and dispatch is a function'
      expect(() => kind.make(bad)).toThrow(InvalidSettings)
      expect(() => kind.make(bad)).toThrow(message)
    })

    const problemsOf = (settings: object) => {
      const made = E.tryCatch(
        () => kind.make({ name: 'x', ...settings }),
        (error) => error as InvalidSettings
      )
      return E.isLeft(made) ? made.left.problems : []
    }

    it('takes a config as it is, and checks a changed copy of one again', async () => {
      const config = configOf({ failureThreshold: 1 })
      const breaker = kind.make(config)
      await breaker.recordFailure()
      expect(await breaker.state()).toBe('open')
      expect((breaker.session as unknown as { config: unknown }).config).toBe(config)
      expect(problemsOf({ ...config, failureThreshold: 0 })).toMatchObject([{ path: 'failureThreshold', given: '0' }])
    })

    it('refuses a strategy that needs a classifier, also in a config', () => {
      const settings = { window: countWindow(10), trip: slowCallRate(0.5, 5) }
      const problems = [
        { path: 'classify', given: 'nothing', rule: 'a classifier that says which calls are slow, for SlowCallRate' }
      ]
      expect(problemsOf(settings)).toEqual(problems)
      expect(() => kind.make(configOf(settings))).toThrow('classify: given nothing')
      expect(problemsOf({ ...settings, classify: slowAfter(2)(standard) })).toEqual([])
    })

    it.each([NaN, undefined, Infinity, '12', 12n, new Date()])('refuses a clock that returns %p', (time) => {
      const clock = () => time
      expect(problemsOf({ clock })).toMatchObject([{ path: 'clock' }])
    })

    it('refuses a store of another shape, the whole store of an application for example', () => {
      const dispatch = () => undefined
      for (const store of [
        { getState: () => ({ users: [] }), dispatch },
        { getState: () => undefined, dispatch },
        { getState: () => ({ _tag: 'HalfOpen', generation: 1 }), dispatch },
        { getState: () => ({ _tag: 'Open', generation: 1 }), dispatch },
        { getState: () => ({ _tag: 'Closed', generation: 1 }), dispatch },
        { getState: () => ({ _tag: 'CLOSED', generation: 1 }), dispatch },
        { getState: () => ({ _tag: 'Isolated' }), dispatch },
        { dispatch },
        { getState: () => closed(0, nothingCounted) }
      ])
        expect(problemsOf({ store })).toMatchObject([{ path: 'store', given: 'an object' }])
    })
  })

  describe('on a store of the user', () => {
    const config = configOf({ failureThreshold: 1 })

    it('starts from the state that the store holds, and shares it', async () => {
      const store = inMemory(configOf({ failureThreshold: 3 }), closed(4, consecutive(1)))
      const settings = { failureThreshold: 3, store }
      const { breaker } = setUp(settings)
      const { breaker: other } = setUp(settings)
      await breaker.call(fails)
      await other.call(fails)
      expect(await breaker.state()).toBe('open')
      expect(store.getState()).toMatchObject({ _tag: 'Open', openedAtSeconds: 1000 })
    })

    it('runs nothing where the store has lost its state, and says so once', async () => {
      let state: State | undefined = initial
      const reports: Array<string> = []
      const store = { getState: () => state as State, dispatch: () => undefined }
      const { breaker } = setUp({ store, report: (message) => reports.push(message) })
      state = undefined
      const run = jest.fn(ok)
      for (let i = 0; i < 2; i++)
        expect(await rejectionOf(breaker.call(run))).toMatchObject({ left: { reason: 'isolated' } })
      expect(run).not.toHaveBeenCalled()
      expect(reports).toEqual([expect.stringContaining('the store has lost its state, so calls are rejected')])
      state = initial
      expect(await breaker.call(run)).toEqual(E.right('answer'))
    })

    it('counts a call for the state that the store holds, also where it is set back to an earlier one', async () => {
      const window = countWindow(1)
      const full = reduce(configOf({ window, trip: never }))(initial, successRecorded, 1000)
      let state = full
      const events: Array<Event> = []
      const store = { getState: () => state, dispatch: (event: Event) => events.push(event) }
      const { breaker } = setUp({ failureThreshold: undefined, window, trip: never, store, report: () => undefined })
      for (const travel of [full, closed(5, empty), full]) {
        state = travel
        await breaker.call(ok)
        await breaker.call(fails)
      }
      const [zero, five] = [callPermit(0), callPermit(5)]
      expect(events).toEqual([failed(zero), succeeded(five), failed(five), failed(zero)])
    })

    it('keeps results and state when a listener of the store throws, and reports the error', async () => {
      const report = jest.spyOn(console, 'error').mockImplementation(() => undefined)
      const inner = inMemory(config)
      const listenerError = new Error('listener')
      const store = {
        getState: () => inner.getState(),
        dispatch: (event: Event, now: number) => {
          inner.dispatch(event, now)
          throw listenerError
        }
      }
      const { breaker, time } = setUp({ failureThreshold: 1, store })
      expect(await breaker.call(fails)).toEqual(E.left(error503))
      expect(await breaker.state()).toBe('open')
      time.advance(60)
      expect(await breaker.call(ok)).toEqual(E.right('answer'))
      expect(await breaker.state()).toBe('closed')
      expect(report.mock.calls).toEqual([
        ["Circuit breaker 'payments': an error was thrown while Failed was dispatched", listenerError],
        ["Circuit breaker 'payments': an error was thrown while Admitted was dispatched", listenerError],
        ["Circuit breaker 'payments': an error was thrown while Succeeded was dispatched", listenerError]
      ])
      report.mockRestore()
    })

    it('stays right when a listener of the store calls the breaker again, and answers by the state that it leaves', async () => {
      const inner = inMemory(configOf({ failureThreshold: 1, halfOpenMaxProbes: 2 }))
      let onProbe: () => unknown = () => undefined
      const store = {
        getState: () => inner.getState(),
        dispatch: (event: Event, now: number) => {
          inner.dispatch(event, now)
          if (event._tag === 'Admitted') onProbe()
        }
      }
      const { breaker, time, trip } = setUp({ failureThreshold: 1, halfOpenMaxProbes: 2, store })
      await trip()
      time.advance(60)
      const nested: Array<unknown> = []
      onProbe = () => {
        onProbe = () => undefined
        nested.push(breaker.session.acquire())
      }
      expect(await breaker.call(ok)).toEqual(E.right('answer'))
      expect(nested).toMatchObject([{ _tag: 'Right' }])
      expect(inner.getState()).toMatchObject({ _tag: 'HalfOpen', successes: 1, probes: [{}] })

      onProbe = () => void breaker.recordFailure()
      const run = jest.fn(ok)
      expect(await rejectionOf(breaker.call(run))).toEqual(rejected('open', 60))
      expect(run).not.toHaveBeenCalled()

      time.advance(60)
      onProbe = () => void breaker.disable()
      expect(await breaker.call(ok)).toEqual(E.right('answer'))
    })

    it('admits a probe at the very time that it asked at', async () => {
      const events: Array<readonly [Event, number]> = []
      const inner = inMemory(config)
      const store = {
        getState: () => inner.getState(),
        dispatch: (event: Event, now: number) => {
          events.push([event, now])
          inner.dispatch(event, now)
        }
      }
      let now = 1000
      const breaker = kind.make({ name: 'payments', failureThreshold: 1, clock: () => now, store })
      await breaker.recordFailure()
      now = 1060
      const breakerReads = jest.fn(() => now++)
      const moving = kind.make({ name: 'payments', failureThreshold: 1, clock: breakerReads, store })
      breakerReads.mockClear()
      moving.session.acquire()
      expect(breakerReads).toHaveBeenCalledTimes(1)
      expect(events[1]).toEqual([{ _tag: 'Admitted', probe: expect.any(String) as string }, 1061])
    })

    it('does not run a probe that the store did not take in', async () => {
      const inner = inMemory(config)
      const store = { getState: () => inner.getState(), dispatch: () => undefined }
      inner.dispatch({ _tag: 'FailureRecorded' }, 0)
      const { breaker } = setUp({ failureThreshold: 1, store, report: () => undefined })
      const run = jest.fn(ok)
      expect(await rejectionOf(breaker.call(run))).toMatchObject({ left: { reason: 'half_open' } })
      expect(run).not.toHaveBeenCalled()
    })
  })

  describe('the clock', () => {
    it('is not read by a healthy call, and once by a rejection, a failure or a look at the state', async () => {
      let reads = 0
      const breaker = kind.make({ name: 'payments', failureThreshold: 2, clock: () => (reads++, 1000) })
      const readsOf = async (act: () => unknown) => {
        reads = 0
        await act()
        return reads
      }
      expect(await readsOf(() => breaker.call(ok))).toBe(0)
      expect(await readsOf(() => breaker.call(fails))).toBe(1)
      expect(await readsOf(() => breaker.state())).toBe(1)
      expect(await readsOf(() => breaker.recordFailure())).toBe(1)
      expect(await readsOf(() => breaker.call(ok))).toBe(1)
    })

    it('ends the wait when it steps back by more than a second, and adds no more than that second', async () => {
      const { breaker, time, trip } = setUp()
      await trip()
      time.advance(-1)
      expect(await rejectionOf(breaker.call(ok))).toEqual(rejected('open', 61))
      time.advance(-3600)
      expect(await breaker.state()).toBe('half_open')
      expect(await breaker.call(ok)).toEqual(E.right('answer'))
    })
  })
})

/**
 * Mistakes that would leave a service unprotected, or cut off a healthy one: each is refused or reported once, with the
 * remedy.
 */
import util from 'node:util'

import { AsyncCircuitBreaker } from 'breaker-ts/AsyncCircuitBreaker'
import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
import { CircuitOpenError } from 'breaker-ts/CircuitOpenError'
import { slowAfter, standard, succeedWhen } from 'breaker-ts/Classifier'
import { fromMilliseconds, manual } from 'breaker-ts/Clock'
import * as Codec from 'breaker-ts/Codec'
import * as Config from 'breaker-ts/Config'
import type { Event } from 'breaker-ts/Event'
import type { Notice } from 'breaker-ts/Notice'
import { observers } from 'breaker-ts/Notice'
import { failureFor, neutral, slow, success } from 'breaker-ts/Outcome'
import { constant } from 'breaker-ts/RecoveryPolicy'
import { reduce } from 'breaker-ts/Reducer'
import { Registry } from 'breaker-ts/Registry'
import type { BreakerSettings } from 'breaker-ts/Session'
import { Session } from 'breaker-ts/Session'
import { from, fromRegistry } from 'breaker-ts/Snapshot'
import type { State } from 'breaker-ts/State'
import { circuitState, closed, disabled, halfOpen, initial, isolated } from 'breaker-ts/State'
import { inMemory } from 'breaker-ts/Store'
import { slowCallRate } from 'breaker-ts/TripStrategy'
import { countWindow, timeWindow } from 'breaker-ts/Window'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'

import { configOf } from './support/config'

const setUp = (settings: Partial<BreakerSettings> = {}) => {
  const time = manual(1000)
  const reports: Array<string> = []
  const notices: Array<Notice> = []
  const given: BreakerSettings = {
    name: 'payments',
    failureThreshold: 2,
    recoveryTimeoutSeconds: 60,
    clock: time.clock,
    report: (message) => void reports.push(message),
    ...settings
  }
  return { time, reports, notices, given }
}
const asyncBreaker = (settings?: Partial<BreakerSettings>) => {
  const { given, ...rest } = setUp(settings)
  return { breaker: new AsyncCircuitBreaker(given), ...rest }
}
const syncBreaker = (settings?: Partial<BreakerSettings>) => {
  const { given, ...rest } = setUp(settings)
  return { breaker: new CircuitBreaker(given), ...rest }
}
const boom = new Error('boom')
const fails = () => Promise.reject(boom)
const throws = () => {
  throw boom
}
const thrown = (action: () => unknown): string => {
  try {
    action()
    return 'nothing'
  } catch (error) {
    return (error as Error).message
  }
}

describe('run', () => {
  it('resolves with the value, and rejects with the very reason of the operation', async () => {
    const { breaker } = asyncBreaker()
    const value = { id: 1 }
    expect(await breaker.run(async (a: number, b: string) => [value, a, b] as const, 1, 'x')).toEqual([value, 1, 'x'])
    await expect(breaker.run(fails)).rejects.toBe(boom)
    await expect(
      breaker.run(() => {
        throw boom
      })
    ).rejects.toBe(boom)
  })

  it('counts a rejection and an exception as failures, and any value as a success', async () => {
    const { breaker, reports } = asyncBreaker({ failureThreshold: 2 })
    for (const value of [undefined, null, 0, { error: 'no' }, new Error('returned')]) {
      await breaker.run(fails).catch(() => undefined)
      await breaker.run(async () => value)
    }
    expect(breaker.current().circuitState).toBe('closed')
    await breaker.run(fails).catch(() => undefined)
    await breaker
      .run((): Promise<never> => {
        throw boom
      })
      .catch(() => undefined)
    expect(breaker.current().circuitState).toBe('open')
    expect(reports).toEqual([])
  })

  it('rejects with a native CircuitOpenError when the circuit is open, and does not run the operation', async () => {
    const { breaker } = asyncBreaker()
    await breaker.isolate()
    const operation = jest.fn(async () => 1)
    const error: unknown = await breaker.run(operation).catch((reason: unknown) => reason)
    expect(operation).not.toHaveBeenCalled()
    expect(error).toBeInstanceOf(CircuitOpenError)
    expect(util.types.isNativeError(error)).toBe(true)
    expect(error).toMatchObject({ _tag: 'CircuitOpenError', breaker: 'payments', reason: 'isolated' })
    const clone = structuredClone(error) as Error
    expect([util.types.isNativeError(clone), clone.message]).toEqual([
      true,
      "Circuit breaker 'payments' is OPEN (isolated)"
    ])
    expect((error as Error).stack).toBe("CircuitOpenError: Circuit breaker 'payments' is OPEN (isolated)")
    expect(JSON.parse(JSON.stringify(error))).toEqual((error as CircuitOpenError).toJSON())
  })

  it('keeps the stack limit of everybody else, also where that cannot be changed', async () => {
    const { breaker } = asyncBreaker()
    await breaker.isolate()
    await expect(breaker.run(fails)).rejects.toThrow('OPEN')
    expect(new Error('x').stack?.split('\n').length).toBeGreaterThan(1)
    const limit = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit') ?? {}
    Object.defineProperty(Error, 'stackTraceLimit', { ...limit, writable: false })
    await expect(breaker.run(fails)).rejects.toThrow('OPEN')
    Object.defineProperty(Error, 'stackTraceLimit', limit)
  })

  it('is judged by the classifier, which gets the value as a Right and the reason as a Left', async () => {
    const seen: Array<unknown> = []
    const { breaker } = asyncBreaker({
      classify: (result) => (seen.push(result), success)
    })
    await breaker.run(async () => 7)
    await breaker.run(fails).catch(() => undefined)
    expect(seen).toEqual([E.right(7), E.left(boom)])
  })

  it('reports an operation that returns a Left, once, and names call', async () => {
    const { breaker, reports } = asyncBreaker()
    for (let i = 0; i < 3; i++) await breaker.run(async () => E.left('503'))
    expect(reports).toEqual([
      expect.stringMatching(
        /^Circuit breaker 'payments': run .* a Left.*: use call for functions that return an Either$/
      )
    ])
  })
})

describe('protect', () => {
  it('gives the same function, guarded, and is never bound to the first one', async () => {
    const { breaker } = asyncBreaker()
    const add = breaker.protect(async (a: number, b: number) => a + b)
    const greet = breaker.protect(async (name: string, greeting: string = 'hello') => `${greeting} ${name}`)
    expect([await add(1, 2), await greet('you'), await greet('you', 'bye'), await add(3, 4)]).toEqual([
      3,
      'hello you',
      'bye you',
      7
    ])
    await breaker.isolate()
    await expect(add(1, 2)).rejects.toThrow('isolated')
  })
})

describe('an operation at the wrong door', () => {
  it('leaves a healthy service alone where call gets a promise of a plain value, and names run, once', async () => {
    const { breaker, reports } = asyncBreaker({ failureThreshold: 1 })
    const untyped = (async () => ({ id: 1 })) as () => Promise<never>
    for (let i = 0; i < 6; i++) expect(await breaker.call(untyped)()).toEqual({ id: 1 })
    expect(breaker.current().circuitState).toBe('closed')
    expect(reports).toEqual([
      expect.stringMatching(/^Circuit breaker 'payments': call .* no Either.*: use run .* plain value$/)
    ])
  })

  it('does not close a circuit by a promise that a synchronous breaker cannot see the end of, and says so once', async () => {
    const { breaker, reports, time } = syncBreaker({ failureThreshold: 1 })
    breaker.recordFailure()
    time.advance(60)
    const never = fails as unknown as () => number
    for (const call of [breaker.call, breaker.callEither as unknown as typeof breaker.call]) {
      const result = call(never)
      await expect(E.isRight(result) ? result.right : result).rejects.toBe(boom)
    }
    expect(breaker.state()).toBe('half_open')
    expect(reports).toEqual([expect.stringContaining('use AsyncCircuitBreaker')])
  })

  it.each([
    ['a function with a then', Object.assign(() => 1, { then: () => undefined })],
    ['an object with a then', { then: () => undefined }]
  ])('takes %s for a promise', (_, thenable) => {
    const { breaker, reports } = syncBreaker()
    expect(breaker.call(() => thenable as unknown)).toEqual(E.right(thenable))
    expect(reports).toHaveLength(1)
  })

  it('reports a Left that the synchronous call takes for a success, and names callEither', () => {
    const { breaker, reports } = syncBreaker({ failureThreshold: 1 })
    breaker.call(() => E.left('503'))
    expect(breaker.state()).toBe('closed')
    expect(reports).toEqual([expect.stringMatching(/use callEither for functions that return an Either$/)])
  })

  it('ends a call whose Left cannot be read, as a failure', async () => {
    const hostile = Object.defineProperty({ _tag: 'Left' }, 'left', { get: throws }) as E.Either<never, never>
    const { breaker, reports } = asyncBreaker({ failureThreshold: 1 })
    expect(await breaker.call(async () => hostile)()).toBe(hostile)
    const { breaker: sync } = syncBreaker({ failureThreshold: 1 })
    expect(sync.callEither(() => hostile)).toBe(hostile)
    expect([breaker.current().circuitState, sync.state(), reports]).toEqual(['open', 'open', []])
  })

  it('says what to pass instead of a promise, and counts nothing', async () => {
    const message = "Circuit breaker 'payments': given an object, expected a function: pass it, and not its result"
    const { breaker } = asyncBreaker({ failureThreshold: 1 })
    const { breaker: sync } = syncBreaker({ failureThreshold: 1 })
    const promise = Promise.resolve(1) as never
    await expect(breaker.run(promise)).rejects.toThrow(message)
    await expect(breaker.protect(promise)()).rejects.toThrow(message)
    await expect(breaker.call(promise)()).rejects.toThrow(message)
    expect([thrown(() => sync.call(promise)), thrown(() => sync.callEither(promise))]).toEqual([message, message])
    expect([breaker.current().circuitState, sync.state()]).toEqual(['closed', 'closed'])
  })

  it('reads no property of a result that throws when it is read', () => {
    const hostile = Object.defineProperties({}, { then: { get: throws }, _tag: { get: throws } })
    const { breaker, reports } = syncBreaker()
    expect(breaker.call(() => hostile)).toEqual(E.right(hostile))
    expect(reports).toEqual([])
  })
})

describe('reports', () => {
  it('are given once for each kind and breaker, and then the 10th, the 100th and so on', () => {
    const observer = () => () => {
      throw boom
    }
    const { breaker, reports } = syncBreaker({ observer })
    for (let i = 0; i < 500; i++) breaker.call(() => 1) // two notices each
    breaker.call((() => Promise.resolve()) as unknown as () => number)
    const { breaker: other, reports: others } = syncBreaker({ observer })
    other.call(() => 1)
    const message = "Circuit breaker 'payments': an error was thrown by the observer"
    expect(reports).toEqual([
      message,
      `${message} (10 times so far)`,
      `${message} (100 times so far)`,
      `${message} (1000 times so far)`,
      expect.stringContaining('use AsyncCircuitBreaker')
    ])
    expect(others).toEqual([message])
  })

  it('of a registry are counted for all its breakers together', async () => {
    const { given, reports } = setUp({ classify: () => 5 as never })
    const breakers = new Registry({ ...given, restore: undefined })
    for (let i = 0; i < 9; i++) await breakers.for(`host-${i}`).run(async () => 1)
    expect(reports).toHaveLength(1)
    expect(reports[0]).toMatch(/^Circuit breaker 'payments\/host-0': /)
  })

  it('go to the console where no setting says otherwise', () => {
    const log = jest.spyOn(console, 'error').mockImplementation()
    const breaker = new CircuitBreaker({ name: 'x', classify: () => throws() })
    breaker.call((() => Promise.resolve()) as unknown as () => number)
    breaker.call(() => 1)
    expect(log.mock.calls).toEqual([
      [expect.stringContaining('use AsyncCircuitBreaker')],
      [expect.stringContaining('while it was classified'), boom]
    ])
    log.mockRestore()
  })

  it.each([
    ['throws', throws],
    ['is asynchronous and rejects', fails as () => never]
  ])('change no result where what they go to %s', async (_, report) => {
    const { breaker } = syncBreaker({ report })
    const value = Promise.resolve(1)
    expect(breaker.call(() => value as unknown)).toEqual(E.right(value))
    await new Promise(setImmediate)
  })
})

describe('a store', () => {
  const events = 3
  const config = configOf({ failureThreshold: 2 })
  const broken: ReadonlyArray<
    readonly [string, () => { getState: () => State; dispatch: (e: Event, now: number) => void }]
  > = [
    [
      'that changes its state in place',
      () => {
        const state = { ...closed(0, initial._tag === 'Closed' ? initial.counts : (null as never)) }
        return {
          getState: () => state,
          dispatch: (event, now) => void Object.assign(state, reduce(config)(state, event, now))
        }
      }
    ],
    ['that ignores events', () => ({ getState: () => initial, dispatch: () => undefined })]
  ]
  it.each(broken)('%s is reported once', async (_, store) => {
    const { breaker, reports } = asyncBreaker({ store: store() })
    for (let i = 0; i < events; i++) await breaker.run(fails).catch(() => undefined)
    expect(reports).toEqual([
      expect.stringMatching(/so the service is not protected: dispatch has to put .* in the place of the one before$/)
    ])
  })

  it('that opened its state in place is reported, though nothing is left to change', () => {
    const state: State = { ...initial }
    const store = {
      getState: () => state,
      dispatch: (event: Event, now: number) =>
        void Object.assign(state, reduce(configOf({ failureThreshold: 1 }))(state, event, now))
    }
    const { breaker, reports } = syncBreaker({ failureThreshold: 1, store })
    breaker.recordFailure()
    breaker.recordFailure()
    expect(reports).toHaveLength(1)
  })

  it('that does what it should is never reported, whatever is dispatched', async () => {
    const { breaker, reports, time } = asyncBreaker({ store: inMemory(config) })
    const late = breaker.session.acquire()
    for (let i = 0; i < 3; i++) await breaker.run(fails).catch(() => undefined)
    if (E.isRight(late)) late.right.fail()
    await breaker.recordSuccess()
    await breaker.release()
    time.advance(60)
    await breaker.run(async () => 1)
    await breaker.disable()
    await breaker.run(fails).catch(() => undefined)
    await breaker.enable()
    expect(reports).toEqual([])
  })

  it('hears nothing of a healthy call, also where somebody observes or classifies it', async () => {
    const inner = inMemory(config)
    const events: Array<Event> = []
    const store = {
      getState: () => inner.getState(),
      dispatch: (event: Event, now: number) => {
        events.push(event)
        inner.dispatch(event, now)
      }
    }
    const slowly = failureFor(0)
    let outcome = success
    const { breaker } = asyncBreaker({ store, observer: () => () => undefined, classify: () => outcome })
    await breaker.run(async () => 1)
    expect(events).toEqual([])
    for (const other of [slow(success), slow(slowly), failureFor(9)]) {
      outcome = other
      await breaker.run(async () => 1)
    }
    const permit = { generation: 0, probe: null }
    expect(events).toStrictEqual([
      { _tag: 'Succeeded', permit, slow: true },
      { _tag: 'Failed', permit, slow: true },
      { _tag: 'Failed', permit, retryAfterSeconds: 9 }
    ])
  })

  it.each([undefined, null, 5])('that holds %p has lost its state', (lost) => {
    let state: unknown = initial
    const causes: Array<string> = []
    const store = { getState: () => state as State, dispatch: () => undefined }
    const { breaker } = syncBreaker({ store, report: (_, cause) => void causes.push((cause as Error).message) })
    state = lost
    expect(E.isLeft(breaker.call(() => 1))).toBe(true)
    expect(causes).toEqual([expect.stringMatching(/^getState\(\) returned (nothing|null|5)$/)])
  })

  it('may hold any state when a breaker is made on it', () => {
    for (const [state, expected] of [
      [halfOpen(2, [], 0), 'half_open'],
      [isolated(1), 'open'],
      [disabled(1), 'closed']
    ] as const)
      expect(syncBreaker({ store: inMemory(config, state) }).breaker.state()).toBe(expected)
  })

  it('whose listener closes the circuit at a probe counts that call for the closed circuit', () => {
    const inner = inMemory(config)
    const store = {
      getState: () => inner.getState(),
      dispatch: (event: Event, now: number) => {
        inner.dispatch(event, now)
        if (event._tag === 'Admitted') inner.dispatch({ _tag: 'Reset' }, now)
      }
    }
    const { breaker, time } = syncBreaker({ store })
    for (let i = 0; i < 2; i++) breaker.recordFailure()
    time.advance(60)
    breaker.callEither(() => E.left('503'))
    expect(breaker.current()).toMatchObject({ circuitState: 'closed', counts: { failures: 1 } })
  })

  it('whose state is lost while calls are in flight loses no result', async () => {
    let state: State | undefined = initial
    const store = { getState: () => state as State, dispatch: () => undefined }
    const { breaker, reports } = asyncBreaker({ store })
    const result = await breaker.run(async () => {
      state = undefined
      return 'answer'
    })
    await expect(breaker.run(async () => 1)).rejects.toThrow('isolated')
    expect(result).toBe('answer')
    expect(breaker.current()).toMatchObject({ state: { _tag: 'Isolated' } })
    expect(reports).toEqual([expect.stringContaining('the store has lost its state')])
  })
})

describe('settings', () => {
  it('refuse a clock in milliseconds, and point to fromMilliseconds', () => {
    for (const make of [
      (clock: () => number) => new CircuitBreaker({ name: 'x', clock }),
      (clock: () => number) => new Registry({ name: 'x', clock })
    ]) {
      expect(thrown(() => make(Date.now))).toMatch(/clock: given a function that returns 1\d{12}, .*fromMilliseconds/)
      expect(thrown(() => make(fromMilliseconds(Date.now)))).toBe('nothing')
    }
  })

  it.each([
    ['failureTreshold', 'did you mean failureThreshold?'],
    ['failurethreshold', 'did you mean failureThreshold?'],
    ['recoveryTimeout', 'did you mean recoveryTimeoutSeconds?'],
    ['recoveryTimeoutMs', 'did you mean recoveryTimeoutSeconds?'],
    ['resetTimeout', 'use recoveryTimeoutSeconds'],
    ['timeout', 'limit the time of the operation itself, with AbortSignal.timeout for example'],
    ['errorThresholdPercentage', 'use trip: failureRate(percentage / 100) with a window'],
    ['halfOpenAfter', 'use recoveryTimeoutSeconds, a number of seconds or a policy of breaker-ts/RecoveryPolicy']
  ])('say of %s what was meant, in code and in JSON', (key, hint) => {
    const message = `${key}: given 5, expected no setting of this name: ${hint}`
    expect(thrown(() => Config.from({ name: 'x', [key]: 5 }))).toContain(message)
    const read = Codec.Settings.decode({ name: 'x', [key]: 5 })
    expect(E.isLeft(read) && read.left.map((error) => error.message)).toEqual([message])
  })

  it('name the rule of each setting that is no function', () => {
    const wrong = { classify: 1, observer: 2, report: 3, restore: 4 }
    expect(thrown(() => new CircuitBreaker({ name: 'x', ...(wrong as object) }))).toBe(
      'Invalid settings of circuit breaker "x": ' +
        'classify: given 1, expected a function from the result of a call to its outcome; ' +
        'observer: given 2, expected a function from a notice to an IO, or a list of them; ' +
        'report: given 3, expected a function of a message and a cause; ' +
        'restore: given 4, expected from(saved) of breaker-ts/Snapshot'
    )
  })

  it('of unknown names list those there are once', () => {
    const message = thrown(() => Config.from({ name: 'x', ...{ colour: 1, taste: 2 } }))
    expect(message).toMatch(/colour: given 1, .* only name, .*; taste: given 2, expected no setting of this name$/)
  })

  it('list the names there are where nothing similar was meant, also for hostile names', () => {
    for (const key of ['colour', 'constructor', '__proto__x', 'toString', 'x', '😀'.repeat(30)])
      expect(thrown(() => Config.from({ name: 'x', [key]: 5 }))).toContain('no setting of this name, only name, ')
  })

  it('know every option of opossum and cockatiel', () => {
    const OPTIONS =
      'timeout maxFailures resetTimeout rollingCountTimeout rollingCountBuckets rollingPercentilesEnabled capacity ' +
      'errorThresholdPercentage enabled allowWarmUp volumeThreshold errorFilter cache coalesce abortController group ' +
      'halfOpenAfter breaker initialState threshold duration minimumRps size minimumNumberOfCalls halfOpenSampling'
    for (const key of OPTIONS.split(' '))
      expect(thrown(() => Config.from({ name: 'x', [key]: 5 }))).toMatch(/expected no setting of this name: \w.{10,}/)
  })
})

describe('a recovery timeout of more than an hour', () => {
  const DOUBT =
    "Circuit breaker 'payments': recoveryTimeoutSeconds is 30000, so an open circuit rejects every call for 8.3 hours. Times " +
    'are in seconds: did you mean 30? If not, write constant(30000) of breaker-ts/RecoveryPolicy'

  it('is reported, since it is most likely milliseconds, once for all breakers that share a Config', () => {
    const { given, reports } = setUp({ recoveryTimeoutSeconds: 30_000 })
    new AsyncCircuitBreaker(given)
    expect(reports).toEqual([DOUBT])

    const log = jest.spyOn(console, 'error').mockImplementation(() => undefined)
    const shared = Config.from({ name: 'payments', recoveryTimeoutSeconds: 30_000 })
    new CircuitBreaker(shared)
    new AsyncCircuitBreaker(shared)
    expect(log.mock.calls).toEqual([[DOUBT]])
    log.mockRestore()
  })

  it('is reported where it comes with settings that change at run time', () => {
    const { breaker, reports } = asyncBreaker()
    breaker.configure({ failureThreshold: 2, recoveryTimeoutSeconds: 30_000 })
    expect(reports).toEqual([DOUBT])
  })

  it('is silent where a policy says it, and up to an hour', () => {
    const policy = asyncBreaker({ recoveryTimeoutSeconds: constant(30_000) })
    const hour = asyncBreaker({ recoveryTimeoutSeconds: 3600 })
    expect([...policy.reports, ...hour.reports]).toEqual([])
  })
})

describe('a probe that hangs', () => {
  it('has failed after 300 seconds by default, so the circuit is never half-open for ever', async () => {
    const { breaker, time } = asyncBreaker({ failureThreshold: 1 })
    await breaker.recordFailure()
    time.advance(60)
    void breaker.run(() => new Promise(() => undefined))
    time.advance(299)
    await expect(breaker.run(async () => 1)).rejects.toMatchObject({
      reason: 'half_open',
      retryAfterSeconds: undefined
    })
    time.advance(1 + 60)
    expect(await breaker.run(async () => 1)).toBe(1)
    expect(breaker.current().circuitState).toBe('closed')
  })

  it('that was stored, in a page that was closed for example, does not hold the circuit half-open', () => {
    const half: State = {
      _tag: 'HalfOpen',
      generation: 2,
      probes: [{ id: 'a', admittedAtSeconds: 100 }],
      successes: 0,
      failures: 0,
      reopenings: 0,
      openSeconds: 0
    }
    const { breaker } = syncBreaker({ store: inMemory(configOf(), half) })
    expect(E.isRight(breaker.call(() => 1))).toBe(true)
  })

  it('of a dependency that asks for 1e300 seconds does not open the circuit for ever', () => {
    const { breaker } = syncBreaker({ failureThreshold: 1, classify: () => failureFor(1e300) })
    breaker.call(() => 1)
    expect(breaker.current().retryAfterSeconds).toBe(3600)
  })
})

describe('a classifier', () => {
  it('of a synchronous breaker gets what was thrown as a Left', () => {
    const seen: Array<unknown> = []
    const { breaker } = syncBreaker({ classify: (result) => (seen.push(result), success) })
    expect(() => breaker.call(throws)).toThrow(boom)
    expect(() => breaker.callEither(throws)).toThrow(boom)
    expect(seen).toEqual([E.left(boom), E.left(boom)])
  })

  it('may return an outcome of its own, and is told what is wrong with what is none', () => {
    const causes: Array<string> = []
    const outcomeOf = (outcome: unknown) => {
      const { breaker } = syncBreaker({
        failureThreshold: 1,
        classify: () => outcome as never,
        report: (_, cause) => void causes.push((cause as Error).message)
      })
      breaker.call(() => 1)
      return breaker.state()
    }
    expect([{ _tag: 'Neutral' }, { _tag: 'Success', slow: false }].map(outcomeOf)).toEqual(['closed', 'closed'])
    expect(causes).toEqual([])
    expect([null, undefined, 5, { _tag: 'Good' }].map(outcomeOf)).toEqual(['open', 'open', 'open', 'open'])
    const none = 'no outcome of breaker-ts/Outcome: '
    expect(causes).toEqual([
      `${none}given null, expected an object with a _tag`,
      `${none}given nothing, expected an object with a _tag`,
      `${none}given 5, expected an object with a _tag`,
      `${none}_tag: given "Good", expected one of Success, Failure, Neutral`
    ])
  })
})

describe('withClassifier', () => {
  it('is a view of the same breaker, made once for each classifier', async () => {
    interface HttpError {
      readonly status: number
    }
    const { breaker } = asyncBreaker({ failureThreshold: 2 })
    const lenient = pipe(
      standard,
      succeedWhen((error: HttpError) => error.status === 404)
    )
    const users = breaker.withClassifier(lenient)
    expect(breaker.withClassifier(lenient)).toBe(users)
    expect(users.name).toBe('payments')
    const notFound = async () => E.left({ status: 404 })
    for (let i = 0; i < 5; i++) await users.call(notFound)()
    expect(breaker.current().circuitState).toBe('closed')
    for (let i = 0; i < 2; i++) await breaker.call(notFound)()
    expect([breaker.current().circuitState, users.current().circuitState]).toEqual(['open', 'open'])
    await users.reset()
    expect(breaker.current().circuitState).toBe('closed')
  })

  it('can be passed around without its breaker, as every method can', async () => {
    const { withClassifier, protect } = asyncBreaker({ failureThreshold: 1 }).breaker
    expect(await withClassifier(() => success).run(async () => 1)).toBe(1)
    expect(await protect(async (n: number) => n)(2)).toBe(2)
    const { withClassifier: ofSync } = syncBreaker().breaker
    expect(ofSync(() => success).state()).toBe('closed')
  })

  it('is there for synchronous breakers too', () => {
    const { breaker } = syncBreaker({ failureThreshold: 1 })
    const fine = () => success
    breaker.withClassifier(fine).callEither(() => E.left('404'))
    expect(breaker.state()).toBe('closed')
    expect(breaker.withClassifier(fine)).toBe(breaker.withClassifier(fine))
    breaker.callEither(() => E.left('404'))
    expect(breaker.withClassifier(fine).state()).toBe('open')
  })
})

describe('what a breaker says of itself', () => {
  it('is its name, its state as of now, who holds it, its counts and the time to wait', () => {
    const { breaker, time } = syncBreaker({
      window: countWindow(10),
      trip: ({ failures }) => failures > 1,
      failureThreshold: undefined
    })
    expect(breaker.name).toBe('payments')
    breaker.recordFailure()
    expect(breaker.current()).toMatchObject({
      name: 'payments',
      circuitState: 'closed',
      isIsolated: false,
      isDisabled: false,
      counts: { calls: 1, failures: 1 },
      retryAfterSeconds: 0
    })
    breaker.recordFailure()
    time.advance(20)
    expect(breaker.current()).toMatchObject({ circuitState: 'open', counts: { calls: 0 }, retryAfterSeconds: 40 })
    time.advance(40)
    expect(breaker.current()).toMatchObject({
      state: { _tag: 'HalfOpen' },
      circuitState: 'half_open',
      retryAfterSeconds: 0
    })
    breaker.session.acquire()
    expect(breaker.current().retryAfterSeconds).toBeUndefined()
    breaker.isolate()
    expect(breaker.current()).toMatchObject({ circuitState: 'open', isIsolated: true, isDisabled: false })
    breaker.disable()
    expect(breaker.current()).toMatchObject({ circuitState: 'closed', isIsolated: false, isDisabled: true })
  })

  it('tells the observer what time has done, once, dated when it happened', async () => {
    const told: Array<string> = []
    const { breaker, time } = asyncBreaker({
      failureThreshold: 1,
      probeTimeoutSeconds: 10,
      observer: (notice) => () => {
        if (notice._tag === 'Transition')
          told.push(`${notice.atSeconds} ${circuitState(notice.to)} ${notice.because._tag}`)
      }
    })
    await breaker.recordFailure()
    time.advance(75)
    const reads = [
      () => breaker.state(),
      () => breaker.isOpen(),
      () => breaker.current(),
      () => breaker.session.state()
    ]
    for (const read of [...reads, ...reads]) await read()
    expect(told).toEqual(['1000 open FailureRecorded', '1060 half_open RecoveryTimeoutElapsed'])
    breaker.session.acquire()
    time.advance(20)
    for (const read of [...reads].reverse()) await read()
    expect(told.slice(2)).toEqual(['1085 open ProbeTimedOut'])
  })
})

describe('notices', () => {
  it('of a rejection say how long to wait, and nothing where that is not known', () => {
    const rejections: Array<unknown> = []
    const { breaker } = syncBreaker({
      failureThreshold: 1,
      observer: (notice) => () => void (notice._tag === 'CallRejected' && rejections.push(notice.rejection))
    })
    breaker.recordFailure()
    breaker.call(() => 1)
    breaker.isolate()
    breaker.call(() => 1)
    expect(rejections).toStrictEqual([{ reason: 'open', retryAfterSeconds: 60 }, { reason: 'isolated' }])
  })

  it('are no reason to report an observer that returns something', () => {
    const { breaker, reports } = syncBreaker({ observer: () => () => 5 as never })
    breaker.call(() => 1)
    expect(reports).toEqual([])
  })

  const setUpNotices = () => {
    const told: Array<Notice> = []
    const { breaker } = asyncBreaker({ failureThreshold: 1, observer: (notice) => () => void told.push(notice) })
    return { told, breaker }
  }

  it('hold the error of a failed call, and so does the transition that it caused', async () => {
    const { told, breaker } = setUpNotices()
    await breaker.run(fails).catch(() => undefined)
    expect(told.map((notice) => [notice._tag, 'error' in notice && notice.error])).toEqual([
      ['CallAdmitted', false],
      ['CallEnded', boom],
      ['Transition', boom]
    ])
  })

  it('hold the Left of call, the value that a classifier fails, and what is given to end', async () => {
    const errors = (notices: ReadonlyArray<Notice>) =>
      notices.flatMap((notice) => ('error' in notice ? [notice.error] : []))
    const { told, breaker } = setUpNotices()
    await breaker.call(async () => E.left('503'))()
    await breaker.reset()
    await breaker.withClassifier(() => failureFor(0)).run(async () => 'a bad value')
    await breaker.reset()
    const permit = breaker.session.acquire()
    if (E.isRight(permit)) permit.right.end(failureFor(5), boom)
    expect(errors(told)).toEqual(['503', '503', 'a bad value', 'a bad value', boom, boom])
  })

  it('of anything else hold none', async () => {
    const { told, breaker } = setUpNotices()
    await breaker.run(async () => 1)
    await breaker
      .run(() => Promise.reject(Object.assign(new Error('x'), { name: 'AbortError' })))
      .catch(() => undefined)
    await breaker.recordFailure()
    await breaker.run(async () => 1).catch(() => undefined)
    expect(told.filter((notice) => 'error' in notice)).toEqual([])
  })

  it('go to each of a list of observers, also where another one throws', () => {
    const told: Array<string> = []
    const note = (by: string) => () => () => void told.push(by)
    const { breaker, reports } = syncBreaker({
      observer: [
        note('a'),
        () => () => {
          throw boom
        },
        note('b')
      ]
    })
    breaker.recordFailure()
    breaker.isolate()
    expect(told).toEqual(['a', 'b'])
    expect(reports).toHaveLength(1)
    expect(thrown(() => new CircuitBreaker({ name: 'x', observer: [() => () => 1, 5] as never }))).toContain(
      'observer: given an array of 2'
    )
  })

  it('go to observers of the Monoid, which is lawful, and tells the second whatever the first throws', () => {
    const told: Array<string> = []
    const note = (by: string) => () => () => void told.push(by)
    const { concat, empty } = observers
    const notice: Notice = { _tag: 'CallAdmitted', breaker: 'x', atSeconds: 0 }
    const [a, b, c] = [note('a'), note('b'), note('c')] as const
    for (const all of [
      concat(concat(a, b), c),
      concat(a, concat(b, c)),
      concat(concat(empty, a), concat(b, concat(c, empty)))
    ]) {
      told.length = 0
      all(notice)()
      expect(told).toEqual(['a', 'b', 'c'])
    }
    const bad = () => () => {
      throw boom
    }
    expect(() => concat(bad, a)(notice)()).toThrow(boom)
    expect(told).toEqual(['a', 'b', 'c', 'a'])
  })
})

describe('a permit', () => {
  it('ends with any outcome, once: slow, or asking for time', () => {
    const time = manual(1000)
    const session = new Session({ name: 'queue', failureThreshold: 1, clock: time.clock })
    const permit = session.acquire()
    if (E.isLeft(permit)) throw permit.left
    permit.right.end(failureFor(120))
    permit.right.succeed()
    expect(session.current().retryAfterSeconds).toBe(120)
  })

  it('that ends with what is no outcome has failed, and that is reported', () => {
    const { given, reports } = setUp({ failureThreshold: 1 })
    const session = new Session(given)
    for (const outcome of [undefined, 5, { _tag: 'Success' }, Promise.reject(boom)]) {
      const permit = session.acquire()
      if (E.isRight(permit)) permit.right.end(outcome as never)
      expect(session.state()).toBe('open')
      session.dispatch({ _tag: 'Reset' })
    }
    expect(reports).toEqual([expect.stringContaining('because it was ended with what is no outcome')])
  })

  it('of a neutral or slow end counts as such', () => {
    const { given } = setUp({
      window: timeWindow(10),
      trip: ({ failedOrSlow }) => failedOrSlow > 1,
      failureThreshold: undefined
    })
    const session = new Session(given)
    for (const outcome of [neutral, slow(success), slow(failureFor(0))]) {
      expect(session.state()).toBe('closed')
      const permit = session.acquire()
      if (E.isRight(permit)) permit.right.end(outcome)
    }
    expect(session.state()).toBe('open')
  })
})

describe('settings that change at run time', () => {
  it('keep the state, and hold for all who have the breaker, its views too', async () => {
    const { breaker, time } = asyncBreaker({ failureThreshold: 5 })
    const view = breaker.withClassifier(slowAfter(1)(standard))
    for (let i = 0; i < 3; i++) await breaker.run(fails).catch(() => undefined)
    breaker.configure({ failureThreshold: 4, recoveryTimeoutSeconds: 5 })
    expect(breaker.current()).toMatchObject({ name: 'payments', counts: { failures: 3 } })
    await view.run(fails).catch(() => undefined)
    expect(breaker.current().retryAfterSeconds).toBe(5)
    time.advance(5)
    expect(await view.run(async () => 'back')).toBe('back')
  })

  it('hold for the breaker and its views, whichever of them is given them', async () => {
    const { breaker, reports } = asyncBreaker({ failureThreshold: 5, recoveryTimeoutSeconds: 60 })
    const view = breaker.withClassifier(standard)
    view.configure({ failureThreshold: 1, recoveryTimeoutSeconds: 5 })
    await breaker.run(fails).catch(() => undefined)
    expect([breaker, view].map((each) => each.current().retryAfterSeconds)).toEqual([5, 5])
    await breaker.reset()
    for (const each of [view, breaker, view]) await each.call((async () => 1) as () => Promise<never>)()
    expect(reports).toHaveLength(1) // one count of mistakes too
  })

  it('start counting again with another window, also where the circuit was healthy before', () => {
    const { breaker } = syncBreaker({ failureThreshold: 5 })
    breaker.call(() => 1)
    breaker.configure({ window: countWindow(2), trip: ({ failures }) => failures > 1 })
    breaker.call(() => 1)
    expect(breaker.current().counts).toMatchObject({ _tag: 'CountWindow', calls: 1 })
  })

  it('keep the name, and refuse another one', () => {
    const { breaker } = syncBreaker()
    breaker.configure({ name: 'payments', failureThreshold: 1 } as object)
    expect(thrown(() => breaker.configure({ name: 'another', failureThreshold: 2 } as object))).toContain(
      'name: given "another", expected the same name, or none'
    )
    breaker.recordFailure()
    expect([breaker.name, breaker.state()]).toEqual(['payments', 'open'])
  })

  it.each([undefined, null, 5, 'x', [1]])('refuse %p, and fall back to no defaults', (given) => {
    const { breaker } = syncBreaker({ failureThreshold: 100 })
    expect(thrown(() => breaker.configure(given as object))).toMatch(/given .*, expected an object of settings/)
    for (let i = 0; i < 10; i++) breaker.recordFailure()
    expect(breaker.state()).toBe('closed')
  })

  it('change nothing where one of them is wrong, or would never open the circuit', () => {
    const { breaker } = syncBreaker({ failureThreshold: 1 })
    expect(thrown(() => breaker.configure({ failureThreshold: 0 }))).toContain('failureThreshold: given 0')
    expect(thrown(() => breaker.configure({ window: countWindow(9), trip: slowCallRate(0.5, 2) }))).toContain(
      'classify: given nothing, expected a classifier that says which calls are slow'
    )
    breaker.recordFailure()
    expect(breaker.state()).toBe('open')
  })

  it('are refused where the store has settings of its own', () => {
    const registry = new Registry({ name: 'hosts' })
    const store = { getState: () => initial, dispatch: () => undefined }
    for (const breaker of [registry.forSync('a'), syncBreaker({ store }).breaker])
      expect(thrown(() => breaker.configure({ failureThreshold: 1 }))).toContain(
        'store: given an object, expected none: a store that was given has settings of its own'
      )
  })
})

describe('a saved state', () => {
  it('comes back in another breaker, with the time that it has waited', () => {
    const { breaker, time } = syncBreaker({ failureThreshold: 1 })
    breaker.recordFailure()
    time.advance(20)
    const saved = JSON.parse(JSON.stringify(breaker.snapshot())) as unknown
    const { breaker: later } = syncBreaker({ failureThreshold: 1, restore: from(saved) })
    expect(later.current().retryAfterSeconds).toBeCloseTo(40, 0)
    expect(new AsyncCircuitBreaker({ name: 'x', restore: from(saved) }).snapshot()).toMatchObject({
      format: 'breaker-ts/1'
    })
  })

  it('never waits longer than the settings, or a failure, could make it wait', () => {
    const saved = (seconds: number) => ({
      format: 'breaker-ts/1',
      savedAtSeconds: Date.now() / 1000,
      state: { _tag: 'Open', generation: 1, openedAtSeconds: -1, retryAtSeconds: seconds, reopenings: 2 }
    })
    const waits = (settings: Partial<BreakerSettings>, seconds: number) => {
      const { breaker } = syncBreaker({ ...settings, restore: from(saved(seconds)) })
      return Math.round(breaker.current().retryAfterSeconds ?? -1)
    }
    expect(waits({ recoveryTimeoutSeconds: 30 }, 1e300)).toBe(3599)
    expect(waits({ recoveryTimeoutSeconds: 30, maxRetryAfterSeconds: 0 }, 1e300)).toBe(29)
    expect(waits({ recoveryTimeoutSeconds: (n) => n * 10, maxRetryAfterSeconds: 5 }, 3e7)).toBe(19)
    expect(waits({ recoveryTimeoutSeconds: 30 }, 20)).toBe(20)
    const registry = new Registry({ name: 'hosts', restore: fromRegistry([['a', saved(1e300)]]) })
    expect(registry.forSync('a').current().retryAfterSeconds).toBeLessThan(3600)
  })

  it('of a registry keeps the order of its keys, whatever they look like, and names what is damaged', () => {
    const { given, reports } = setUp()
    const first = new Registry({ name: 'tenants', failureThreshold: 1 })
    for (const key of ['30', '20', '10']) first.forSync(key).recordFailure()
    const saved = JSON.parse(JSON.stringify(first.snapshot())) as ReadonlyArray<unknown>
    const keysOf = (restore: unknown) =>
      new Registry({ ...given, restore: fromRegistry(restore) }).entries().map(([key]) => key)
    expect(keysOf(saved)).toEqual(['30', '20', '10'])
    expect(reports).toEqual([])
    expect(keysOf([...saved, ['bad', 5]])).toEqual(['30', '20', '10'])
    expect([5, {}, [5], [[5, {}]]].flatMap(keysOf)).toEqual([])
    expect(reports).toHaveLength(5) // of as many registries
    expect(keysOf(undefined)).toEqual([])
    expect(reports).toHaveLength(5)
  })

  it('that is not there is no mistake: the circuit starts CLOSED', () => {
    for (const saved of [undefined, null]) {
      const { breaker, reports } = syncBreaker({ restore: from(saved) })
      expect([breaker.state(), reports]).toEqual(['closed', []])
    }
  })

  it.each([
    ['a text', '{}'],
    ['another format', { format: 'breaker-ts/9' }],
    ['damaged', { format: 'breaker-ts/1', savedAtSeconds: Date.now() / 1000, state: { _tag: 'Open' } }],
    ['a day old', { format: 'breaker-ts/1', savedAtSeconds: Date.now() / 1000 - 90_000, state: isolated(3) }]
  ])('that is %s is reported, and the circuit starts CLOSED', (_, saved) => {
    const { breaker, reports } = syncBreaker({ restore: from(saved) })
    expect(breaker.state()).toBe('closed')
    expect(reports).toEqual([expect.stringContaining('cannot be restored, so the circuit starts CLOSED')])
  })

  it.each([
    ['throws', throws as never, 'boom'],
    ['returns no Either', (() => 5) as never, 'given 5, expected an Either'],
    ['returns no state', (() => E.right(5)) as never, 'given an object, expected an Either'],
    ['says what is wrong', (() => E.left({ message: 'too old' })) as never, 'too old']
  ])('that a restore of your own reads, which %s, is reported', (_, restore, expected) => {
    const causes: Array<unknown> = []
    const { breaker } = syncBreaker({ restore, report: (_, cause) => void causes.push(cause) })
    expect(breaker.state()).toBe('closed')
    expect(causes.map((cause) => (cause instanceof Error ? cause.message : cause))).toEqual([expected])
  })

  it('as it was saved is no setting: it has to go through the door', () => {
    const saved = new CircuitBreaker({ name: 'x' }).snapshot()
    expect(thrown(() => new CircuitBreaker({ name: 'x', restore: saved as never }))).toContain(
      'restore: given an object, expected from(saved) of breaker-ts/Snapshot'
    )
    expect(thrown(() => syncBreaker({ restore: from(saved), store: inMemory(configOf()) }))).toContain(
      'restore: given a function, expected nothing where store is given'
    )
  })
})

import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
import type { Classifier } from 'breaker-ts/Classifier'
import { failOnlyWhen, failWhenRight, ignoreWhen, slowAfter, standard } from 'breaker-ts/Classifier'
import { manual } from 'breaker-ts/Clock'
import { failure, failureFor, success } from 'breaker-ts/Outcome'
import type { BreakerSettings } from 'breaker-ts/Session'
import { slowCallRate } from 'breaker-ts/TripStrategy'
import { countWindow } from 'breaker-ts/Window'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'

import { kinds } from './support/shells'

describe.each(kinds)('a $name with a classifier', (kind) => {
  const setUp = (classify: Classifier, settings: Partial<BreakerSettings> = {}) => {
    const time = manual()
    const breaker = kind.make({
      name: 'payments',
      failureThreshold: 1,
      recoveryTimeoutSeconds: 60,
      clock: time.clock,
      classify,
      ...settings
    })
    return { breaker, time }
  }

  it('counts as a failure only what the classifier calls one', async () => {
    const { breaker } = setUp(
      pipe(
        standard,
        failOnlyWhen((error) => error === 503),
        failWhenRight((value) => value === 'degraded')
      )
    )
    expect(await breaker.call(() => E.left(404))).toEqual(E.left(404))
    expect(await breaker.state()).toBe('closed')
    expect(await breaker.call(() => E.right('degraded'))).toEqual(E.right('degraded'))
    expect(await breaker.state()).toBe('open')
  })

  it('asks it about what was thrown too, as a Left, and throws it on unchanged', async () => {
    const seen: Array<unknown> = []
    const { breaker } = setUp((result) => {
      seen.push(result)
      return success
    })
    const thrown = new Error('503')
    const call = breaker.call((): E.Either<never, never> => {
      throw thrown
    })
    await expect(call).rejects.toBe(thrown)
    expect(seen).toEqual([E.left(thrown)])
    expect(await breaker.state()).toBe('closed')
  })

  it('gives the room of an ignored probe back', async () => {
    const { breaker, time } = setUp(
      pipe(
        standard,
        ignoreWhen((error) => error === 'mine')
      )
    )
    await breaker.recordFailure()
    time.advance(60)
    expect(await breaker.call(() => E.left('mine'))).toEqual(E.left('mine'))
    expect(await breaker.state()).toBe('half_open')
    expect(await breaker.call(() => E.right(1))).toEqual(E.right(1))
    expect(await breaker.state()).toBe('closed')
  })

  it('tells it how long the call took, and opens when too many were slow', async () => {
    const elapsed: Array<number> = []
    const { breaker, time } = setUp(
      (result, elapsedSeconds) => {
        elapsed.push(elapsedSeconds)
        return slowAfter(2)(standard)(result, elapsedSeconds)
      },
      { failureThreshold: undefined, window: countWindow(10), trip: slowCallRate(0.5, 4) }
    )
    const take = (seconds: number) => breaker.call(() => E.right(time.advance(seconds)))
    await take(0.5)
    await take(1.5)
    await take(2)
    expect(await breaker.state()).toBe('closed')
    await take(30)
    expect(await breaker.state()).toBe('open')
    expect(elapsed).toEqual([0.5, 1.5, 2, 30])
  })

  it('never tells it of a negative time, where the clock has gone back', async () => {
    const elapsed: Array<number> = []
    const { breaker, time } = setUp((_, elapsedSeconds) => {
      elapsed.push(elapsedSeconds)
      return success
    })
    await breaker.call(() => E.right(time.advance(-10)))
    expect(elapsed).toEqual([0])
  })

  it('waits at least as long as a failure asks for, that one time', async () => {
    const { breaker, time } = setUp((result, elapsed) =>
      E.isLeft(result) && result.left === 429 ? failureFor(300) : standard(result, elapsed)
    )
    await breaker.call(() => E.left(429))
    expect(await breaker.call(() => E.right(1))).toMatchObject({ left: { reason: 'open', retryAfterSeconds: 300 } })
    time.advance(300)
    await breaker.call(() => E.left(503))
    expect(await breaker.call(() => E.right(1))).toMatchObject({ left: { reason: 'open', retryAfterSeconds: 60 } })
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('boom')
      },
      'boom'
    ],
    ['gives no outcome', () => 'success' as never, 'given "success", expected an object with a _tag'],
    ['gives nothing', () => undefined as never, 'given nothing, expected an object with a _tag'],
    ['gives a promise', () => Promise.reject(new Error('x')) as never, '_tag: given nothing, expected one of Success'],
    ['gives a list for a tag', () => ({ _tag: ['Success'] }) as never, '_tag: given an array of 1'],
    [
      'is slow by a text',
      () => ({ _tag: 'Success', slow: 'yes' }) as never,
      'slow: given "yes", expected true or false'
    ],
    ['asks for no time', () => failureFor(NaN), 'retryAfterSeconds: given NaN, expected a finite number >= 0'],
    ['asks for a text', () => failureFor('300' as never), 'retryAfterSeconds: given "300"'],
    ['asks for all the time', () => failureFor(Infinity), 'retryAfterSeconds: given Infinity']
  ])('counts a failure when it %s, keeps the result, and reports it', async (_, classify, message) => {
    const log = jest.spyOn(console, 'error').mockImplementation()
    const { breaker } = setUp(classify)
    const result = E.right(1)
    expect(await breaker.call(() => result)).toBe(result)
    expect(await breaker.state()).toBe('open')
    expect(log.mock.calls).toEqual([
      [
        "Circuit breaker 'payments': a call counts as failed, because an error was thrown while it was classified",
        expect.objectContaining({ message: expect.stringContaining(message) as string })
      ]
    ])
    log.mockRestore()
  })

  it('does not ask it about calls that are ended by hand', async () => {
    const { breaker } = setUp(() => success)
    const asked = breaker.session.acquire()
    if (E.isRight(asked)) asked.right.fail()
    expect(await breaker.state()).toBe('open')
  })
})

describe('CircuitBreaker.call with a classifier', () => {
  it('takes a returned value for a failure where the classifier says so', () => {
    const breaker = new CircuitBreaker({
      name: 'x',
      failureThreshold: 1,
      classify: (result) => (E.isRight(result) && result.right === 'degraded' ? failure : success)
    })
    expect(breaker.call(() => 'degraded')).toEqual(E.right('degraded'))
    expect(breaker.state()).toBe('open')
  })
})

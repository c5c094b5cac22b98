import { AsyncCircuitBreaker } from 'breaker-ts/AsyncCircuitBreaker'
import { manual } from 'breaker-ts/Clock'
import type { BreakerSettings } from 'breaker-ts/Session'
import * as fc from 'fast-check'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as T from 'fp-ts/Task'
import * as TE from 'fp-ts/TaskEither'

import { configOf } from './support/config'
import type { Ticket } from './support/oracle'
import { Oracle } from './support/oracle'

const setUp = (settings: Partial<BreakerSettings> = {}) => {
  const time = manual()
  const breaker = new AsyncCircuitBreaker({
    name: 'users',
    failureThreshold: 1,
    recoveryTimeoutSeconds: 60,
    clock: time.clock,
    ...settings
  })
  return { time, breaker }
}

/** Resolves when every promise reaction that is due has run. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

/** A promise that the test settles. */
const deferred = <E, A>() => {
  let settle: (result: E.Either<E, A>) => void = () => undefined
  const promise = new Promise<E.Either<E, A>>((resolve) => {
    settle = resolve
  })
  return { run: () => promise, settle }
}

describe('AsyncCircuitBreaker.call', () => {
  it('is lazy: nothing is asked or run until the TaskEither runs, and each run asks anew', async () => {
    const { breaker, time } = setUp()
    const run = jest.fn(TE.right('answer'))
    const call = breaker.call(run)
    await breaker.recordFailure()
    expect(E.isLeft(await call())).toBe(true)
    expect(run).not.toHaveBeenCalled()
    time.advance(60)
    expect(await call()).toEqual(E.right('answer'))
    expect(await call()).toEqual(E.right('answer'))
    expect(run).toHaveBeenCalledTimes(2)
  })

  it('starts the operation at once when its TaskEither runs', () => {
    const { breaker } = setUp()
    const run = jest.fn(TE.right('answer'))
    void breaker.call(run)()
    expect(run).toHaveBeenCalledTimes(1)
  })

  it('passes arguments through', async () => {
    const { breaker } = setUp()
    const fetchUser = async (id: number, field: string) => E.right(`${field} of ${id}`)
    expect(await breaker.call(fetchUser, 7, 'name')()).toEqual(E.right('name of 7'))
  })

  it('fits into a pipe and can be passed around without its breaker, like the other methods', async () => {
    const { breaker } = setUp({ failureThreshold: 2 })
    const { call, recordFailure, recordSuccess, state, isOpen, reset } = breaker
    expect(
      await pipe(
        TE.right<Error, number>(1),
        call,
        TE.map((n) => n + 1)
      )()
    ).toEqual(E.right(2))
    await pipe(
      recordFailure,
      T.chain(() => recordSuccess),
      T.chain(() => recordFailure),
      T.chain(() => recordFailure)
    )()
    expect(await isOpen()).toBe(true)
    await reset()
    expect(await state()).toBe('closed')
  })

  it('counts a rejected promise and rejects with the same reason', async () => {
    const { breaker } = setUp()
    const reason = new Error('socket hang up')
    await expect(breaker.call(() => Promise.reject(reason))()).rejects.toBe(reason)
    expect(await breaker.state()).toBe('open')
  })

  it('turns an exception of the operation into a rejection, and counts it', async () => {
    const { breaker } = setUp()
    const thrown = new Error('no URL')
    const call = breaker.call((): Promise<E.Either<never, number>> => {
      throw thrown
    })
    await expect(call()).rejects.toBe(thrown)
    expect(await breaker.state()).toBe('open')
  })

  it('releases the probe of a call whose promise rejects with an AbortError', async () => {
    const { breaker, time } = setUp()
    await breaker.recordFailure()
    time.advance(60)
    const controller = new AbortController()
    const cancelled = breaker.call(
      () =>
        new Promise<E.Either<never, never>>((_, reject) =>
          controller.signal.addEventListener('abort', () => reject(controller.signal.reason as DOMException))
        )
    )()
    expect(E.isLeft(await breaker.call(TE.right(1))())).toBe(true)
    controller.abort()
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' })
    expect(await breaker.state()).toBe('half_open')
    expect(await breaker.call(TE.right(1))()).toEqual(E.right(1))
  })

  it('has recorded the outcome before the caller sees it', async () => {
    const { breaker } = setUp()
    const state = await pipe(
      breaker.call(TE.left('503')),
      T.chain(() => breaker.state)
    )()
    expect(state).toBe('open')
  })

  it('takes a promise that cannot be followed for a failure, and rejects with what it threw', async () => {
    const breaker = new AsyncCircuitBreaker({ name: 'users', failureThreshold: 1 })
    const boom = new Error('no then')
    const broken = Object.assign(Promise.resolve(E.right(1)), {
      then: () => {
        throw boom
      }
    })
    await expect(breaker.call(() => broken)()).rejects.toBe(boom)
    expect(await breaker.state()).toBe('open')
  })

  it('starts a thenable that is no promise just once', async () => {
    const { breaker } = setUp()
    let started = 0
    const lazy = { then: (resolve: (result: E.Either<never, number>) => void) => (started++, resolve(E.right(1))) }
    expect(await breaker.call(() => lazy as unknown as Promise<E.Either<never, number>>)()).toEqual(E.right(1))
    expect(started).toBe(1)
  })

  it('rejects excess callers while a probe is in flight, and frees the room when it ends', async () => {
    const { breaker, time } = setUp({ halfOpenMaxProbes: 2 })
    await breaker.recordFailure()
    time.advance(60)
    const [first, second] = [deferred<string, number>(), deferred<string, number>()]
    const results = [breaker.call(first.run)(), breaker.call(second.run)()]
    expect(await breaker.call(TE.right(3))()).toMatchObject({
      left: { reason: 'half_open', retryAfterSeconds: undefined }
    })
    first.settle(E.right(1))
    await results[0]
    expect(await breaker.state()).toBe('half_open')
    second.settle(E.right(2))
    expect(await Promise.all(results)).toEqual([E.right(1), E.right(2)])
    expect(await breaker.state()).toBe('closed')
  })

  it('ignores the late failure of a slow call when a fast one has tripped the breaker and a probe has closed it', async () => {
    const { breaker, time } = setUp()
    const slow = deferred<string, number>()
    const late = breaker.call(slow.run)()
    expect(await breaker.call(TE.left('503'))()).toEqual(E.left('503'))
    expect(await breaker.state()).toBe('open')
    time.advance(60)
    expect(await breaker.call(TE.right(1))()).toEqual(E.right(1))
    slow.settle(E.left('timeout'))
    expect(await late).toEqual(E.left('timeout'))
    expect(await breaker.state()).toBe('closed')
  })

  it('ignores the late success of a slow call while the circuit is open', async () => {
    const { breaker, time } = setUp()
    const slow = deferred<string, number>()
    const late = breaker.call(slow.run)()
    await breaker.call(TE.left('503'))()
    time.advance(10)
    slow.settle(E.right(1))
    expect(await late).toEqual(E.right(1))
    expect(await breaker.call(TE.right(1))()).toMatchObject({ left: { reason: 'open', retryAfterSeconds: 50 } })
  })

  it('agrees, whatever the interleaving of overlapping calls, with a mutable machine written from semantics.md', () =>
    fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.record({
          failureThreshold: fc.integer({ min: 1, max: 3 }),
          halfOpenMaxProbes: fc.integer({ min: 1, max: 3 })
        }),
        fc.array(
          fc.record({
            end: fc.constantFrom('succeed', 'fail', 'reject', 'cancel'),
            waitSeconds: fc.constantFrom(0, 0, 30, 60)
          }),
          { minLength: 1, maxLength: 12 }
        ),
        async (scheduler, thresholds, calls) => {
          const settings = { name: 'test', recoveryTimeoutSeconds: 60, ...thresholds }
          const time = manual()
          const oracle = new Oracle(configOf(settings))
          const breaker = new AsyncCircuitBreaker({ ...settings, clock: time.clock })

          const operation = async (i: number, end: string): Promise<E.Either<string, number>> => {
            const ticket = oracle.admit(`probe ${i}`, time.clock()) as Ticket
            expect(ticket).toBeDefined()
            await scheduler.schedule(Promise.resolve(), `${end} ${i}`)
            if (end === 'succeed') oracle.succeed(ticket, time.clock())
            else if (end === 'cancel') oracle.release(ticket, time.clock())
            else oracle.fail(ticket, time.clock())
            if (end === 'reject') throw new Error(`rejected ${i}`)
            if (end === 'cancel') throw new DOMException(`cancelled ${i}`, 'AbortError')
            return end === 'succeed' ? E.right(i) : E.left(`left ${i}`)
          }
          calls.forEach(({ end, waitSeconds }, i) => {
            void scheduler.schedule(Promise.resolve(), `start ${i}`).then(() => {
              time.advance(waitSeconds)
              const mayPass = oracle.mayPass(`probe ${i}`, time.clock())
              const run = jest.fn(operation)
              breaker
                .call(run, i, end)()
                .catch(() => undefined)
              expect(run).toHaveBeenCalledTimes(mayPass ? 1 : 0)
            })
          })

          while (scheduler.count() > 0) {
            await scheduler.waitOne()
            await settled()
            expect(await breaker.state()).toBe(oracle.lifecycleAt(time.clock()))
          }
        }
      ),
      { numRuns: 200 }
    ))
})

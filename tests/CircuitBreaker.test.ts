import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as IO from 'fp-ts/IO'

const setUp = () => new CircuitBreaker({ name: 'config-file', failureThreshold: 1 })

describe('CircuitBreaker.call', () => {
  it('runs a plain function with its arguments and returns its value as a Right', () => {
    expect(setUp().call((a: number, b: number) => a + b, 2, 3)).toEqual(E.right(5))
  })

  it('takes any returned value for a success, a Left included', () => {
    const breaker = setUp()
    expect(breaker.call(() => E.left('a value'))).toEqual(E.right(E.left('a value')))
    expect(breaker.state()).toBe('closed')
  })

  it('counts an exception, throws it on unchanged, and then rejects', () => {
    const breaker = setUp()
    const thrown = new Error('ENOENT')
    const read = () => {
      throw thrown
    }
    expect(() => breaker.call(read)).toThrow(thrown)
    expect(breaker.call(read)).toMatchObject({ _tag: 'Left', left: { _tag: 'CircuitOpenError', reason: 'open' } })
  })
})

describe('CircuitBreaker', () => {
  it('lends its methods to pipes, without the breaker', () => {
    const { call, callEither, recordFailure, recordSuccess, state, isOpen, reset } = setUp()
    expect(pipe(() => 1, call)).toEqual(E.right(1))
    expect(pipe(() => E.right(1), callEither)).toEqual(E.right(1))
    pipe(
      recordFailure,
      IO.chain(() => recordSuccess)
    )()
    expect([state(), isOpen()]).toEqual(['open', true])
    reset()
    expect([state(), isOpen()]).toEqual(['closed', false])
  })
})

import type { Classifier } from 'breaker-ts/Classifier'
import { failOnlyWhen, failWhenRight, ignoreWhen, refinements, slowAfter, standard } from 'breaker-ts/Classifier'
import { failure, failureFor, neutral, slow, success } from 'breaker-ts/Outcome'
import * as E from 'fp-ts/Either'
import { flow, pipe } from 'fp-ts/function'

const named = (name: string) => Object.assign(new Error('x'), { name })
const judge = (result: E.Either<unknown, unknown>) => standard(result, 0)
const ofThrown = (thrown: unknown) => judge(E.left(thrown))

describe('by default, a call', () => {
  it('is a success for a Right, whatever it holds', () => {
    expect([E.right(1), E.right(undefined), E.right(named('AbortError'))].map(judge)).toEqual(Array(3).fill(success))
  })

  it('is a failure for a Left, a throw or a rejection', () => {
    expect([E.left('503'), E.left(null), E.left(named('TimeoutError'))].map(judge)).toEqual(Array(3).fill(failure))
    expect([new Error('x'), undefined, null, 'AbortError', 0].map(ofThrown)).toEqual(Array(5).fill(failure))
  })

  it('is neutral for an AbortError, known by its name: thrown, rejected or in a Left', () => {
    expect([named('AbortError'), new DOMException('', 'AbortError'), { name: 'AbortError' }].map(ofThrown)).toEqual(
      Array(3).fill(neutral)
    )
    expect(judge(E.left(named('AbortError')))).toBe(neutral)
  })

  it('is a failure for what cannot be read or is no Either at all', () => {
    const boom = () => {
      throw new Error('boom')
    }
    const hostile = Object.defineProperty({}, '_tag', { get: boom })
    expect(ofThrown(Object.defineProperty({}, 'name', { get: boom }))).toBe(failure)
    expect([undefined, null, 1, {}, hostile].map((result) => judge(result as never))).toEqual(Array(5).fill(failure))
  })
})

describe('a refined classifier', () => {
  const is = (wanted: unknown) => (given: unknown) => given === wanted

  it('takes an error for a failure only where failOnlyWhen says so, and for an answer otherwise', () => {
    const classify = failOnlyWhen(is(503))(standard)
    expect([E.left(503), E.left(404), E.right(404)].map((result) => classify(result, 0))).toEqual([
      failure,
      success,
      success
    ])
  })

  it('keeps what was known of a failure that failOnlyWhen confirms', () => {
    const asked: Classifier = (result) => (E.isLeft(result) ? failureFor(30) : success)
    expect(failOnlyWhen(is(429))(asked)(E.left(429), 0)).toEqual(failureFor(30))
    expect(failOnlyWhen(is(503))(asked)(E.left(429), 0)).toBe(success)
  })

  it('lets only the last of two failOnlyWhen count', () => {
    const classify = flow(failOnlyWhen(is(1)), failOnlyWhen(is(2)))(standard)
    expect([1, 2].map((error) => classify(E.left(error), 0))).toEqual([success, failure])
  })

  it('takes a value for a failure where failWhenRight says so', () => {
    const classify = failWhenRight(is(503))(standard)
    expect([E.right(503), E.right(200), E.left(503)].map((result) => classify(result, 0))).toEqual([
      failure,
      success,
      failure
    ])
  })

  it('ignores an error where ignoreWhen says so, before or after failOnlyWhen', () => {
    const pieces = [failOnlyWhen(() => true), ignoreWhen(is('mine'))] as const
    for (const classify of [pipe(standard, ...pieces), pipe(standard, pieces[1], pieces[0])]) {
      expect([E.left('mine'), E.left('theirs'), E.right('mine')].map((result) => classify(result, 0))).toEqual([
        neutral,
        failure,
        success
      ])
    }
  })

  it('never takes a cancellation for anything else', () => {
    const classify = pipe(
      standard,
      failOnlyWhen(() => true),
      slowAfter(1)
    )
    expect(classify(E.left(named('AbortError')), 10)).toBe(neutral)
  })

  it('calls slow what took the time or more, success or failure, wherever slowAfter stands in the pipe', () => {
    const pieces = [slowAfter(2), failOnlyWhen(is(503)), failWhenRight(is('partial'))] as const
    for (const classify of [pipe(standard, ...pieces), pipe(standard, pieces[1], pieces[2], pieces[0])]) {
      expect(classify(E.right(1), 1.999)).toEqual(success)
      expect(classify(E.right(1), 2)).toEqual(slow(success))
      expect(classify(E.right('partial'), 2)).toEqual(slow(failure))
      expect(classify(E.left(503), 2)).toEqual(slow(failure))
      expect(classify(E.left(404), 2)).toEqual(slow(success))
      expect(classify(E.left(404), 1)).toEqual(success)
    }
    expect(slowAfter(2)(() => failureFor(30))(E.left(429), 3)).toEqual({ ...failureFor(30), slow: true })
  })
})

describe('the Monoid of refinements', () => {
  it('is lawful, and concatenates as a pipe does', () => {
    const [x, y, z] = [
      failOnlyWhen((error) => error === 1),
      failWhenRight((value) => value === 1),
      slowAfter(2)
    ] as const
    const { concat, empty } = refinements
    for (const result of [E.left(1), E.left(2), E.right(1), E.right(2)])
      for (const seconds of [1, 3]) {
        const judged = pipe(standard, x, y, z)(result, seconds)
        expect(concat(concat(x, y), z)(standard)(result, seconds)).toEqual(judged)
        expect(concat(x, concat(y, z))(standard)(result, seconds)).toEqual(judged)
        expect(concat(empty, x)(standard)(result, seconds)).toEqual(x(standard)(result, seconds))
        expect(concat(x, empty)(standard)(result, seconds)).toEqual(x(standard)(result, seconds))
      }
  })
})

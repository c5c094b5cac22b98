import type { Classifier } from 'breaker-ts/Classifier'
import {
  askedToWait,
  askedToWaitRight,
  failOnlyWhen,
  failWhenRight,
  ignoreWhen,
  isCancellation,
  parseRetryAfter,
  refinements,
  slowAfter,
  standard,
  succeedWhen
} from 'breaker-ts/Classifier'
import { failure, failureFor, neutral, slow, success } from 'breaker-ts/Outcome'
import * as E from 'fp-ts/Either'
import { flow, pipe } from 'fp-ts/function'
import * as O from 'fp-ts/Option'

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

const is = (wanted: unknown) => (given: unknown) => given === wanted

describe('a refined classifier', () => {
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

describe('succeedWhen', () => {
  it('adds up, and leaves every other error a failure', () => {
    const classify = pipe(standard, succeedWhen(is(404)), succeedWhen(is(409)))
    expect([404, 409, 503, 'ECONNREFUSED'].map((error) => classify(E.left(error), 0))).toEqual([
      success,
      success,
      failure,
      failure
    ])
    expect(classify(E.right(503), 0)).toBe(success)
  })

  it('leaves a cancellation neutral, and a slow call slow', () => {
    const all = succeedWhen(() => true)
    expect(all(standard)(E.left(named('AbortError')), 0)).toBe(neutral)
    expect(all(slowAfter(1)(standard))(E.left(404), 2)).toEqual(slow(success))
  })
})

describe('a refinement of errors', () => {
  const always = () => true
  it('asks nothing of a value, and one of values nothing of an error', () => {
    const failed = failWhenRight(always)(standard)
    expect(succeedWhen(always)(failed)(E.right(1), 0)).toBe(failure)
    expect(ignoreWhen(always)(standard)(E.right(1), 0)).toBe(success)
    expect(askedToWait(() => O.some(9))(standard)(E.right(1), 0)).toBe(success)
    expect(failWhenRight(always)(succeedWhen(always)(standard))(E.left(1), 0)).toBe(success)
    expect(askedToWaitRight(() => O.some(9))(standard)(E.left(1), 0)).toBe(failure)
  })
})

describe('askedToWait', () => {
  const seconds = (error: unknown) => (typeof error === 'number' ? O.some(error) : O.none)

  it('takes an error that asks for time for a failure that does, whatever else was said of it', () => {
    const classify = pipe(
      standard,
      succeedWhen(() => true),
      askedToWait(seconds)
    )
    expect(classify(E.left(30), 0)).toEqual(failureFor(30))
    expect(classify(E.left('404'), 0)).toBe(success)
    expect(classify(E.right(30), 0)).toBe(success)
    expect(pipe(standard, slowAfter(1), askedToWait(seconds))(E.left(30), 2)).toEqual(slow(failureFor(30)))
  })

  it.each([NaN, -1, Infinity])('does not ask for %s seconds', (asked) => {
    expect(askedToWait(seconds)(standard)(E.left(asked), 0)).toBe(failure)
  })

  it('leaves a cancellation neutral', () => {
    expect(askedToWait(() => O.some(1))(standard)(E.left(named('AbortError')), 0)).toBe(neutral)
  })
})

describe('askedToWaitRight', () => {
  const seconds = (value: unknown) => (typeof value === 'number' ? O.some(value) : O.none)

  it('takes a value that asks for time for a failure that does, and leaves all others as they were', () => {
    const classify = pipe(standard, askedToWaitRight(seconds))
    expect(classify(E.right(30), 0)).toEqual(failureFor(30))
    expect(classify(E.right('fine'), 0)).toBe(success)
    expect(classify(E.right(NaN), 0)).toBe(success)
    expect(classify(E.left(30), 0)).toBe(failure)
    expect(askedToWaitRight(seconds)(() => neutral)(E.right(30), 0)).toBe(neutral)
  })
})

describe('parseRetryAfter', () => {
  const NOW = Date.UTC(1994, 10, 6, 8, 49, 7)

  it.each([
    ['120', 120],
    [' 0 ', 0],
    ['1.5', 1.5],
    ['1.25', 1.25],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 30],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 30],
    ['Sun Nov  6 08:49:37 1994', 30],
    ['Sun, 06 Nov 1994 08:49:07 GMT', 0],
    ['Sat, 05 Nov 1994 08:49:37 GMT', 0]
  ])('reads %p as %p seconds', (header, expected) => {
    expect(parseRetryAfter(header, NOW)).toEqual(O.some(expected))
  })

  it.each([
    ...[
      null,
      undefined,
      '',
      'soon',
      '-1',
      '1e3',
      '0x10',
      'NaN',
      'Infinity',
      '9'.repeat(400),
      '1.',
      '2026-11-27',
      'Sun, 99 Nov 1994 08:49:37 GMT',
      'Sun, 06 Nov 1994',
      '1 Sun, 06 Nov 1994 08:49:37 GMT',
      'Sun, 06 Nov 1994 08:49:37 GMT+1',
      5 as never
    ]
  ])('takes %p for no answer', (header) => {
    expect(parseRetryAfter(header, NOW)).toEqual(O.none)
  })

  it('knows no time without the time', () => {
    expect(parseRetryAfter('Sun, 06 Nov 1994 08:49:37 GMT', NaN)).toEqual(O.none)
  })
})

describe('isCancellation', () => {
  const abort: unknown = AbortSignal.abort().reason
  const within = (levels: number, of: unknown): unknown =>
    levels === 0 ? of : Object.assign(new Error('wrapped'), { cause: within(levels - 1, of) })

  it.each([
    ['an AbortError', abort],
    ['an AbortError of Node', Object.assign(new Error('aborted'), { name: 'AbortError', code: 'ABORT_ERR' })],
    ['a CanceledError of axios', { name: 'CanceledError', message: 'canceled' }],
    [
      'an error with the code of axios',
      { name: 'AxiosError', code: 'ERR_CANCELED', config: { signal: { reason: abort } } }
    ],
    ['a cause', Object.assign(new Error('fetch failed'), { cause: abort })],
    ['the cause of a tagged error', { _tag: 'NetworkError', cause: abort }],
    ['the error of a tagged error', { _tag: 'NetworkError', error: abort }],
    ['8 causes deep', within(8, abort)]
  ])('is true of %s', (_, error) => expect(isCancellation(error)).toBe(true))

  it.each([
    ['a function', () => abort],
    ['a class of that name', class AbortError {}],
    [
      'what axios makes of AbortSignal.timeout',
      {
        name: 'CanceledError',
        code: 'ERR_CANCELED',
        config: { signal: { reason: new DOMException('', 'TimeoutError') } }
      }
    ],
    ['a TimeoutError', new DOMException('timed out', 'TimeoutError')],
    [
      'an AbortError whose cause is a TimeoutError',
      Object.assign(new Error('aborted'), { name: 'AbortError', cause: new DOMException('', 'TimeoutError') })
    ],
    [
      'a TimeoutError whose cause is an AbortError',
      Object.assign(new Error('late'), { name: 'TimeoutError', cause: abort })
    ],
    ['9 causes deep', within(9, abort)],
    ['the error of one without a tag', { error: abort }],
    ['a text', 'AbortError'],
    ['nothing', undefined],
    ['null', null],
    [
      'an error that cannot be read',
      Object.defineProperty({}, 'name', {
        get: () => {
          throw abort
        }
      })
    ]
  ])('is false of %s', (_, error) => expect(isCancellation(error)).toBe(false))

  it('ends, also where causes go round in a circle', () => {
    const circle: { cause?: unknown; error?: unknown; _tag: string } = { _tag: 'Circle' }
    circle.cause = circle
    circle.error = circle
    expect(isCancellation(circle)).toBe(false)
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

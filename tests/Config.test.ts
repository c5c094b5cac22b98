import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
import { slowAfter, standard } from 'breaker-ts/Classifier'
import type { Config } from 'breaker-ts/Config'
import { fromUnknown, make } from 'breaker-ts/Config'
import type { Counts, TimeWindow } from 'breaker-ts/Counts'
import { empty } from 'breaker-ts/Counts'
import { InvalidSettings } from 'breaker-ts/InvalidSettings'
import { showProblem } from 'breaker-ts/Problem'
import { constant, exponential, jittered } from 'breaker-ts/RecoveryPolicy'
import type { TripStrategy } from 'breaker-ts/TripStrategy'
import { any, consecutiveFailures, failureCount, failureRate, slowCallRate } from 'breaker-ts/TripStrategy'
import type { LastCalls, LastSeconds } from 'breaker-ts/Window'
import { consecutive, countWindow, timeWindow } from 'breaker-ts/Window'
import * as fc from 'fast-check'
import * as E from 'fp-ts/Either'

const problemsOf = (settings: unknown) => {
  const result = fromUnknown(settings)
  return E.isLeft(result) ? result.left.problems : []
}

// Proxies are arrays too.
const endless = new Proxy([], { get: (_, key) => (key === 'length' ? -1 : undefined) })
const boom = () => {
  throw new Error('boom')
}

describe('Config', () => {
  it('fills in the defaults: 5 failures, 60 seconds, 1 probe', () => {
    expect(make({ name: 'x' })).toEqual(
      E.right({
        name: 'x',
        failureThreshold: 5,
        window: consecutive,
        recoveryTimeoutSeconds: 60,
        halfOpenMaxProbes: 1,
        halfOpenMaxFailures: 0
      })
    )
  })

  it.each([
    { failureThreshold: 1, recoveryTimeoutSeconds: 0, halfOpenMaxProbes: 1 },
    { failureThreshold: 1e9, recoveryTimeoutSeconds: 0.001, halfOpenMaxProbes: 1000 },
    { name: ' ' }
  ])('accepts %j', (settings) => {
    expect(fromUnknown({ name: 'x', ...settings })).toMatchObject({ right: settings })
  })

  const NUMBERS = [0, -1, 1.5, NaN, Infinity, -Infinity, '5', null, true, 5n, [5], {}, Symbol('5')]
  it.each([
    { setting: 'failureThreshold', rule: 'an integer > 0', refused: NUMBERS },
    { setting: 'halfOpenMaxProbes', rule: 'an integer > 0', refused: NUMBERS },
    { setting: 'halfOpenSuccessThreshold', rule: 'an integer > 0', refused: NUMBERS },
    { setting: 'halfOpenMaxFailures', rule: 'an integer >= 0', refused: NUMBERS.slice(1) },
    {
      setting: 'probeTimeoutSeconds',
      rule: 'a finite number > 0',
      refused: [0, -1, NaN, Infinity, '5', null, () => 5]
    },
    {
      setting: 'recoveryTimeoutSeconds',
      rule: 'a finite number >= 0, or a function that returns one',
      refused: [
        ...[-0.001, NaN, Infinity, -Infinity, '60', null, 60n, [60]],
        ...[() => NaN, () => -1, () => '5', (n: number) => (n > 5 ? Infinity : 1), boom]
      ]
    },
    { setting: 'name', rule: 'a non-empty string', refused: ['', undefined, null, 5, {}, ['x']] }
  ])('refuses a $setting that is not $rule', ({ setting, rule, refused }) => {
    for (const value of refused) {
      expect(problemsOf({ name: 'x', [setting]: value })).toEqual([
        { path: setting, given: expect.any(String) as string, rule }
      ])
    }
  })

  it('names every wrong setting at once', () => {
    const error = fromUnknown({ failureThreshold: 0, recoveryTimeoutSeconds: -1, halfOpenMaxProbes: 0 })
    expect(E.isLeft(error) && error.left).toBeInstanceOf(InvalidSettings)
    expect(E.isLeft(error) && error.left.message).toBe(
      'Invalid settings of a circuit breaker: name: given nothing, expected a non-empty string; ' +
        'failureThreshold: given 0, expected an integer > 0; ' +
        'recoveryTimeoutSeconds: given -1, expected a finite number >= 0, or a function that returns one; ' +
        'halfOpenMaxProbes: given 0, expected an integer > 0'
    )
  })

  it('names the breaker whose settings are wrong, where its name is right', () => {
    const error = fromUnknown({ name: 'payments', failureThreshold: '3' })
    expect(E.isLeft(error) && error.left.message).toBe(
      'Invalid settings of circuit breaker "payments": failureThreshold: given "3", expected an integer > 0'
    )
  })

  it('refuses a misspelt setting, so that none is silently ignored', () => {
    expect(problemsOf({ name: 'x', failureTreshold: 3 })).toEqual([
      {
        path: 'failureTreshold',
        given: '3',
        rule: 'no setting of this name, only name, failureThreshold, trip, window, recoveryTimeoutSeconds, halfOpenMaxProbes, halfOpenSuccessThreshold, halfOpenMaxFailures, probeTimeoutSeconds'
      }
    ])
  })

  it.each([undefined, null, 5, 'x', [], Symbol('x'), () => ({ name: 'x' })])(
    'refuses what is no object: %p',
    (settings) => {
      expect(problemsOf(settings)).toMatchObject([{ path: '', rule: 'an object of settings' }])
    }
  )

  it('takes only own properties, each read once, and survives getters and proxies that throw', () => {
    expect(problemsOf(Object.create({ name: 'inherited' }))).toMatchObject([{ path: 'name', given: 'nothing' }])
    expect(problemsOf(Object.defineProperty({}, 'name', { get: boom, enumerable: true }))).toEqual([
      { path: 'name', given: 'a value that cannot be read', rule: 'a non-empty string' }
    ])
    expect(problemsOf(new Proxy({}, { ownKeys: boom, get: boom, getOwnPropertyDescriptor: boom })).length).toBe(9)
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(problemsOf(proxy).length).toBe(9)
    let reads = 0
    const fickle = Object.defineProperty({}, 'name', { get: () => (reads++ === 0 ? 'x' : 5), enumerable: true })
    expect(fromUnknown(fickle)).toMatchObject({ right: { name: 'x' } })
  })

  it('cannot be made to change a prototype', () => {
    const hostile = JSON.parse('{ "name": "x", "__proto__": { "failureThreshold": 1 } }') as unknown
    expect(problemsOf(hostile)).toMatchObject([{ path: '__proto__', given: 'an object' }])
    expect(({} as Record<string, unknown>)['failureThreshold']).toBeUndefined()
  })

  it('keeps its answer short, however much is wrong', () => {
    const huge = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`${'k'.repeat(100)}${i}`, i]))
    expect(problemsOf({ ...huge, name: 'n'.repeat(0) })).toHaveLength(11)
    expect(problemsOf({ ...huge, name: 'x' })[0]?.path).toHaveLength(40)
  })

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true }),
        (settings) => {
          fromUnknown(settings)
        }
      )
    )
  })
})

describe('a window and a trip strategy in the settings', () => {
  const refusal = (settings: object) => problemsOf({ name: 'x', ...settings }).map(showProblem)
  const RATE = { _tag: 'FailureRate', rate: 0.5, minimumCalls: 10 }

  // What a window and a strategy are made of.
  const madeOf = ({ window, trip }: Config) => {
    const { _tag = window.empty._tag, size, seconds, slices } = window as Partial<LastCalls> & Partial<LastSeconds>
    return { window: { _tag, size, seconds, slices }, trip: (trip as TripStrategy | undefined)?.parts }
  }
  const SLOW_RATE = { ...RATE, _tag: 'SlowCallRate', rate: 1 }
  const COUNT = { _tag: 'FailureCount', failures: 2 }
  const IN_A_ROW = { _tag: 'ConsecutiveFailures', failures: 5 }
  const [TEN, SHORT] = [
    { _tag: 'CountWindow', size: 10 },
    { _tag: 'TimeWindow', seconds: 0.5, slices: 1 }
  ]
  const CONSECUTIVE = { _tag: 'Consecutive' }

  it.each([
    { settings: { window: countWindow(10), trip: failureRate(0.5, 10) }, window: TEN, trip: [RATE] },
    { settings: { window: TEN, trip: RATE }, window: TEN, trip: [RATE] },
    { settings: { window: SHORT, trip: [RATE, SLOW_RATE] }, window: SHORT, trip: [RATE, SLOW_RATE] },
    { settings: { window: TEN, trip: COUNT }, window: TEN, trip: [COUNT] },
    { settings: { window: TEN, trip: IN_A_ROW }, window: TEN, trip: [IN_A_ROW] },
    { settings: { trip: { _tag: 'Never' } }, window: CONSECUTIVE, trip: [{ _tag: 'Never' }] },
    { settings: { window: CONSECUTIVE, failureThreshold: 3 }, window: CONSECUTIVE, trip: undefined },
    { settings: { window: timeWindow(0.5, 1), trip: () => false }, window: SHORT, trip: undefined }
  ])('may be values that count, or the data they are made of: %#', ({ settings, window, trip }) => {
    const given = fromUnknown({ name: 'x', ...settings })
    if (E.isLeft(given)) throw given.left
    expect(madeOf(given.right)).toEqual({ window, trip })
    expect(make(given.right)).toEqual(given)
  })

  it('make a built-in window again from its numbers where somebody has changed a copy of it', () => {
    const copy = { ...countWindow(10), size: 5 }
    const given = fromUnknown({ name: 'x', window: copy, trip: () => false })
    expect(E.isRight(given) && given.right.window.empty).toEqual(countWindow(5).empty)
    expect(refusal({ window: { ...timeWindow(60, 6), slices: 0 }, trip: () => false })).toEqual([
      'window.slices: given 0, expected an integer from 1 to 10000'
    ])
  })

  it('may be a window of your own, and not half a window', () => {
    const own = { empty: { ...empty, _tag: 'Own' }, count: (counts: Counts) => counts, isSettled: () => true }
    const trip = () => false
    expect(fromUnknown({ name: 'x', window: own, trip })).toMatchObject({ right: { window: own } })
    for (const wrong of [
      { ...own, empty: undefined },
      { ...own, empty: { ...own.empty, calls: 1 } },
      { ...own, empty: { ...own.empty, _tag: 5 } },
      { ...own, empty: countWindow(3).empty },
      { ...own, count: 5 },
      { ...own, isSettled: true }
    ])
      expect(refusal({ window: wrong, trip })).toEqual([
        'window: given an object, expected a window: empty, with nothing counted and a _tag of its own, count and isSettled'
      ])
  })

  it.each([
    [{ ...RATE, rate: 0 }, 'trip.rate: given 0, expected a number > 0 and <= 1 (0.5 is 50 %)'],
    [{ ...RATE, rate: 1.01 }, 'trip.rate: given 1.01, expected a number > 0 and <= 1 (0.5 is 50 %)'],
    [{ ...RATE, rate: NaN }, 'trip.rate: given NaN, expected a number > 0 and <= 1 (0.5 is 50 %)'],
    [{ ...RATE, rate: '0.5' }, 'trip.rate: given "0.5", expected a number > 0 and <= 1 (0.5 is 50 %)'],
    [{ ...RATE, minimumCalls: 0 }, 'trip.minimumCalls: given 0, expected an integer > 0'],
    [
      { ...RATE, minimumCalls: 101 },
      'trip: given 101, expected FailureRate to need no more calls than the window has, 100'
    ],
    [failureRate(0.5, 101), 'trip: given 101, expected FailureRate to need no more calls than the window has, 100'],
    [slowCallRate(2, 1), 'trip[0].rate: given 2, expected a number > 0 and <= 1 (0.5 is 50 %)'],
    [
      any.concat(consecutiveFailures(5), failureCount(101)),
      'trip: given 101, expected FailureCount to need no more calls than the window has, 100'
    ],
    [
      Array.from({ length: 100 }, () => ({ ...RATE, rate: 5 })),
      'trip[0].rate: given 5, expected a number > 0 and <= 1 (0.5 is 50 %)'
    ],
    [[RATE, { ...RATE, rate: 5 }], 'trip[1].rate: given 5, expected a number > 0 and <= 1 (0.5 is 50 %)'],
    [[], 'trip: given an array of 0, expected a list of 1 to 100 strategies'],
    [endless, 'trip: given an array of unknown length, expected a list of 1 to 100 strategies'],
    [new Array(101), 'trip: given an array of 101, expected a list of 1 to 100 strategies'],
    [{ _tag: 'FailureCount', failures: 1.5 }, 'trip.failures: given 1.5, expected an integer > 0'],
    [{ _tag: 'ConsecutiveFailures', failures: 0 }, 'trip.failures: given 0, expected an integer > 0'],
    [
      { _tag: 'Sometimes' },
      'trip._tag: given "Sometimes", expected one of ConsecutiveFailures, FailureCount, FailureRate, SlowCallRate, Never'
    ],
    [
      { ...RATE, minimumcalls: 5 },
      'trip.minimumcalls: given 5, expected no setting of this name, only _tag, rate, minimumCalls'
    ],
    [
      'FailureRate',
      'trip: given "FailureRate", expected a function of the counts, the data of a strategy, or a list of such data'
    ],
    [() => 'yes', 'trip: given a function, expected a function from counts to a boolean'],
    [boom, 'trip: given a function, expected a function from counts to a boolean']
  ])('are refused where the strategy is wrong: %#', (trip, problem) => {
    expect(refusal({ window: countWindow(100), trip })).toEqual([problem])
  })

  it.each([
    [{ _tag: 'CountWindow', size: 0 }, 'window.size: given 0, expected an integer from 1 to 1000000'],
    [{ _tag: 'CountWindow', size: 2.5 }, 'window.size: given 2.5, expected an integer from 1 to 1000000'],
    [{ _tag: 'TimeWindow', seconds: 0, slices: 1 }, 'window.seconds: given 0, expected a finite number > 0'],
    [
      { _tag: 'TimeWindow', seconds: Infinity, slices: 1 },
      'window.seconds: given Infinity, expected a finite number > 0'
    ],
    [{ _tag: 'TimeWindow', seconds: 60, slices: 0 }, 'window.slices: given 0, expected an integer from 1 to 10000'],
    [countWindow(2 ** 40), 'window.size: given 1099511627776, expected an integer from 1 to 1000000'],
    [{ _tag: 'CountWindow', size: 2 ** 40 }, 'window.size: given 1099511627776, expected an integer from 1 to 1000000'],
    [
      { _tag: 'TimeWindow', seconds: 60, slices: 1e10 },
      'window.slices: given 10000000000, expected an integer from 1 to 10000'
    ],
    [
      { _tag: 'TimeWindow', seconds: 5e-324, slices: 2 },
      'window.seconds: given 5e-324, expected a time that can be divided into the slices'
    ],
    [60, 'window: given 60, expected an object with a _tag'],
    [[], 'window: given an array of 0, expected an object with a _tag'],
    [{ size: 5 }, 'window._tag: given nothing, expected one of Consecutive, CountWindow, TimeWindow']
  ])('are refused where the window is %j', (window, problem) => {
    expect(refusal({ window, trip: { _tag: 'Never' } })).toEqual([problem])
  })

  it('are refused where one of them would never do what it says', () => {
    expect(refusal({ window: countWindow(100) })).toEqual([
      'trip: given nothing, expected a strategy that looks at the window; failureThreshold looks at failures in a row'
    ])
    expect(refusal({ failureThreshold: 5, trip: { _tag: 'Never' } })).toEqual([
      'failureThreshold: given 5, expected nothing where trip is given'
    ])
    expect(refusal({ trip: RATE })).toEqual([
      'window: given nothing, expected a window that knows rates, CountWindow or TimeWindow, for FailureRate'
    ])
  })

  it('are refused by a breaker where nothing says which calls are slow', () => {
    const settings = { name: 'x', window: countWindow(100), trip: slowCallRate(0.5, 20) }
    expect(CircuitBreaker.fromUnknown(settings)).toMatchObject({
      left: {
        problems: [
          { path: 'classify', given: 'nothing', rule: 'a classifier that says which calls are slow, for SlowCallRate' }
        ]
      }
    })
    expect(E.isRight(CircuitBreaker.fromUnknown({ ...settings, classify: slowAfter(2)(standard) }))).toBe(true)
    expect(E.isRight(make(settings))).toBe(true) // for a reducer, whoever dispatches says what was slow
  })

  it('name what a function of the recovery policy has given', () => {
    expect(refusal({ recoveryTimeoutSeconds: exponential({ initial: -5, factor: 2, max: 60 }) })).toEqual([
      'recoveryTimeoutSeconds: given a function that gives -5 after 0 reopenings, expected a finite number >= 0, or a function that returns one'
    ])
    expect(refusal({ recoveryTimeoutSeconds: boom })[0]).toContain('gives a value that cannot be read after 0')
    for (const ratio of [-0.1, 1.5, 20, NaN])
      expect(refusal({ recoveryTimeoutSeconds: jittered(ratio)(constant(30)) })[0]).toContain('gives NaN')
  })

  it('are tried with counts of the window that the function will see', () => {
    const isBusy = (counts: Counts) => (counts as TimeWindow).older.length > 2
    expect(refusal({ window: timeWindow(60, 6), trip: isBusy })).toEqual([])
    expect(
      refusal({ window: timeWindow(60, 6), trip: (counts: { words: string }) => counts.words.length > 2 })
    ).toEqual(['trip: given a function, expected a function from counts to a boolean'])
  })

  it('never throw, whatever a function says it is made of', () => {
    const hostile = new Proxy([], { get: boom })
    for (const parts of [hostile, [null], [hostile], 5])
      expect(E.isLeft(fromUnknown({ name: 'x', trip: Object.assign(() => false, { parts }) }))).toBe(parts !== 5)
    expect(E.isRight(fromUnknown({ name: 'x', trip: Object.assign(() => false, { parts: [] }) }))).toBe(true)
    let reads = 0
    const fickle = Object.defineProperty(() => false, 'parts', { get: () => (reads++ === 0 ? [] : [{ _tag: 'X' }]) })
    expect(E.isLeft(fromUnknown({ name: 'x', trip: fickle }))).toBe(true)
  })

  it('are taken as they were checked, so that a getter cannot answer differently later', () => {
    const fickle = (key: string, first: unknown) => {
      let reads = 0
      return Object.defineProperty({ ...RATE }, key, { get: () => (reads++ === 0 ? first : 'evil'), enumerable: true })
    }
    const given = fromUnknown({ name: 'x', window: countWindow(10), trip: fickle('rate', 0.25) })
    expect(E.isRight(given) && madeOf(given.right).trip).toEqual([{ ...RATE, rate: 0.25 }])
    expect(fromUnknown({ name: 'x', window: countWindow(10), trip: fickle('_tag', 'SlowCallRate') })).toMatchObject({
      left: { problems: [{ path: 'trip._tag', given: '"evil"', rule: '"SlowCallRate"' }] }
    })
  })
})

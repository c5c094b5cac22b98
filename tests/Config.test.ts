import type { Settings } from 'breaker-ts/Config'
import { from, make } from 'breaker-ts/Config'
import type { Counts, TimeWindow } from 'breaker-ts/Counts'
import { empty } from 'breaker-ts/Counts'
import { InvalidSettings, showProblem } from 'breaker-ts/InvalidSettings'
import { constant, exponential, jittered } from 'breaker-ts/RecoveryPolicy'
import { any, consecutiveFailures, failureCount, failureRate, slowCallRate } from 'breaker-ts/TripStrategy'
import { consecutive, countWindow, timeWindow } from 'breaker-ts/Window'
import * as fc from 'fast-check'
import * as E from 'fp-ts/Either'

const made = (settings: unknown) => make(settings as Settings) // from code without types

const problemsOf = (settings: unknown) => {
  const result = made(settings)
  return E.isLeft(result) ? result.left.problems : []
}

const boom = () => {
  throw new Error('boom')
}

describe('Config', () => {
  it('fills in the defaults: 5 failures, 60 seconds, 1 probe of at most 300 seconds, an hour to ask for', () => {
    expect(make({ name: 'x' })).toEqual(
      E.right({
        name: 'x',
        failureThreshold: 5,
        window: consecutive,
        recoveryTimeoutSeconds: 60,
        halfOpenMaxProbes: 1,
        halfOpenMaxFailures: 0,
        probeTimeoutSeconds: 300,
        maxRetryAfterSeconds: 3600
      })
    )
  })

  it.each([
    { failureThreshold: 1, recoveryTimeoutSeconds: 0, halfOpenMaxProbes: 1 },
    { failureThreshold: 1e9, recoveryTimeoutSeconds: 0.001, halfOpenMaxProbes: 1000 },
    { probeTimeoutSeconds: null, maxRetryAfterSeconds: 0 },
    { name: ' ' }
  ])('accepts %j', (settings) => {
    expect(made({ name: 'x', ...settings })).toMatchObject({ right: settings })
  })

  const NUMBERS = [0, -1, 1.5, NaN, Infinity, -Infinity, '5', null, true, 5n, [5], {}, Symbol('5')]
  it.each([
    { setting: 'failureThreshold', rule: 'an integer > 0', refused: NUMBERS },
    { setting: 'halfOpenMaxProbes', rule: 'an integer > 0', refused: NUMBERS },
    { setting: 'halfOpenSuccessThreshold', rule: 'an integer > 0', refused: NUMBERS },
    { setting: 'halfOpenMaxFailures', rule: 'an integer >= 0', refused: NUMBERS.slice(1) },
    {
      setting: 'probeTimeoutSeconds',
      rule: 'a finite number > 0, or null for never',
      refused: [0, -1, NaN, Infinity, '5', false, () => 5]
    },
    { setting: 'maxRetryAfterSeconds', rule: 'a finite number >= 0', refused: [-1, NaN, Infinity, '5', null] },
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
    const error = made({ failureThreshold: 0, recoveryTimeoutSeconds: -1, halfOpenMaxProbes: 0 })
    expect(E.isLeft(error) && error.left).toBeInstanceOf(InvalidSettings)
    expect(E.isLeft(error) && error.left.message).toBe(
      'Invalid settings of a circuit breaker: name: given nothing, expected a non-empty string; ' +
        'failureThreshold: given 0, expected an integer > 0; ' +
        'recoveryTimeoutSeconds: given -1, expected a finite number >= 0, or a function that returns one; ' +
        'halfOpenMaxProbes: given 0, expected an integer > 0'
    )
  })

  it('gives a config back as it is', () => {
    const config = from({ name: 'x' })
    expect(make(config)).toEqual(E.right(config))
    const again = make(config)
    expect(E.isRight(again) && again.right).toBe(config)
  })

  it('tries a recovery policy with a name and a generation, and a strategy with a failure', () => {
    expect(
      problemsOf({ name: 'x', recoveryTimeoutSeconds: (_: number, of: { name: string }) => 1 / of.name.length })
    ).toEqual([])
    const only = {
      window: countWindow(5),
      trip: (counts: Counts) => (counts.failures > 0 && counts.slowCalls === 0 ? 'yes' : false)
    }
    expect(problemsOf({ name: 'x', ...only })).toMatchObject([
      { path: 'trip', rule: 'a function from counts to a boolean' }
    ])
  })

  it('names the breaker whose settings are wrong, where its name is right', () => {
    const error = made({ name: 'payments', failureThreshold: '3' })
    expect(E.isLeft(error) && error.left.message).toBe(
      'Invalid settings of circuit breaker "payments": failureThreshold: given "3", expected an integer > 0'
    )
  })

  it('refuses a misspelt setting, so that none is silently ignored', () => {
    expect(problemsOf({ name: 'x', failureTreshold: 3 })).toEqual([
      {
        path: 'failureTreshold',
        given: '3',
        rule: 'no setting of this name: did you mean failureThreshold?'
      }
    ])
  })

  it.each([undefined, null, 5, 'x', [], Symbol('x'), () => ({ name: 'x' })])(
    'refuses what is no object: %p',
    (settings) => {
      expect(problemsOf(settings)).toMatchObject([{ path: '', rule: 'an object of settings' }])
    }
  )

  it('takes only own properties, each read once', () => {
    expect(problemsOf(Object.create({ name: 'inherited' }))).toMatchObject([{ path: 'name', given: 'nothing' }])
    let reads = 0
    const fickle = Object.defineProperty({}, 'name', { get: () => (reads++ === 0 ? 'x' : 5), enumerable: true })
    expect(made(fickle)).toMatchObject({ right: { name: 'x' } })
  })

  it('throws as `from` what `make` returns', () => {
    expect(from({ name: 'x', failureThreshold: 3 })).toMatchObject({ name: 'x', failureThreshold: 3 })
    expect(() => from({ name: 'x', failureThreshold: 0 })).toThrow(InvalidSettings)
    expect(() => from({ name: 'x', failureThreshold: 0 })).toThrow('failureThreshold: given 0, expected an integer > 0')
  })

  it('gives a config back as it is, frozen, and checks a changed copy of it again', () => {
    const config = from({ name: 'x' })
    expect(from(config)).toBe(config)
    expect(Object.isFrozen(config)).toBe(true)
    expect(from({ ...config, name: 'y' })).toMatchObject({ name: 'y', failureThreshold: 5 })
    expect(problemsOf({ ...config, halfOpenMaxProbes: 0 })).toMatchObject([{ path: 'halfOpenMaxProbes' }])
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

  it('returns what is wrong with any data, and throws nothing', () => {
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true }),
        (given) => {
          const read = made(given)
          expect(E.isRight(read) || read.left.problems.length > 0).toBe(true)
        }
      )
    )
  })
})

describe('a window and a trip strategy in the settings', () => {
  const refusal = (settings: object) => problemsOf({ name: 'x', ...settings }).map(showProblem)
  const trip = () => false

  it('are taken as they are', () => {
    const settings = { name: 'x', window: countWindow(10), trip: failureRate(0.5, 10) }
    const config = from(settings)
    expect(config.window).toBe(settings.window)
    expect(config.trip).toBe(settings.trip)
    expect(refusal({ window: timeWindow(0.5, 1), trip: any.concat(failureRate(1, 9), slowCallRate(1, 1)) })).toEqual([])
    expect(refusal({ window: consecutive, failureThreshold: 3 })).toEqual([])
    expect(refusal({ trip })).toEqual([])
  })

  it('may be a window of your own, and not half a window', () => {
    const own = { empty: { ...empty, _tag: 'Own' }, count: (counts: Counts) => counts, isSettled: () => true }
    expect(made({ name: 'x', window: own, trip })).toMatchObject({ right: { window: own } })
    for (const wrong of [
      { _tag: 'CountWindow', size: 10 },
      { ...own, empty: undefined },
      { ...own, empty: { ...own.empty, calls: 1 } },
      { ...own, empty: { ...own.empty, _tag: 5 } },
      { ...own, count: 5 },
      { ...own, isSettled: true }
    ])
      expect(refusal({ window: wrong, trip })).toEqual([
        'window: given an object, expected a window: empty, with nothing counted and a _tag, count and isSettled (breaker-ts/Codec reads data)'
      ])
  })

  it.each([
    [failureRate(0, 10), 'trip.rate: given 0, expected a number > 0 and <= 1 (0.5 is 50 %)'],
    [failureRate(1.01, 10), 'trip.rate: given 1.01, expected a number > 0 and <= 1 (0.5 is 50 %)'],
    [failureRate(NaN, 10), 'trip.rate: given NaN, expected a number > 0 and <= 1 (0.5 is 50 %)'],
    [failureRate(0.5, 0), 'trip.minimumCalls: given 0, expected an integer > 0'],
    [failureRate(0.5, 101), 'trip: given 101, expected FailureRate to need no more calls than the window has, 100'],
    [slowCallRate(2, 1), 'trip.rate: given 2, expected a number > 0 and <= 1 (0.5 is 50 %)'],
    [slowCallRate(1, 101), 'trip: given 101, expected SlowCallRate to need no more calls than the window has, 100'],
    [
      any.concat(consecutiveFailures(5), failureCount(101)),
      'trip: given 101, expected FailureCount to need no more calls than the window has, 100'
    ],
    [failureCount(1.5), 'trip.failures: given 1.5, expected an integer > 0'],
    [consecutiveFailures(0), 'trip.failures: given 0, expected an integer > 0'],
    ['FailureRate', 'trip: given "FailureRate", expected a function of the counts (breaker-ts/Codec reads data)'],
    [{ _tag: 'Never' }, 'trip: given an object, expected a function of the counts (breaker-ts/Codec reads data)'],
    [() => 'yes', 'trip: given a function, expected a function from counts to a boolean'],
    [boom, 'trip: given a function, expected a function from counts to a boolean']
  ])('are refused where the strategy is wrong: %#', (trip, problem) => {
    expect(refusal({ window: countWindow(100), trip })).toEqual([problem])
  })

  it.each([
    [countWindow(0), 'window.size: given 0, expected an integer from 1 to 1000000'],
    [countWindow(2.5), 'window.size: given 2.5, expected an integer from 1 to 1000000'],
    [countWindow(2 ** 40), 'window.size: given 1099511627776, expected an integer from 1 to 1000000'],
    [timeWindow(0, 1), 'window.seconds: given 0, expected a finite number > 0'],
    [timeWindow(Infinity, 1), 'window.seconds: given Infinity, expected a finite number > 0'],
    [timeWindow(60, 0), 'window.slices: given 0, expected an integer from 1 to 10000'],
    [timeWindow(60, 1e10), 'window.slices: given 10000000000, expected an integer from 1 to 10000'],
    [timeWindow(60, Infinity), 'window.slices: given Infinity, expected an integer from 1 to 10000'],
    [timeWindow(5e-324, 2), 'window.seconds: given 5e-324, expected a time that can be divided into the slices']
  ])('are refused where the numbers of the window are wrong: %#', (window, problem) => {
    expect(refusal({ window, trip })).toEqual([problem])
  })

  it('are refused where one of them would never do what it says', () => {
    expect(refusal({ window: countWindow(100) })).toEqual([
      'trip: given nothing, expected a strategy that looks at the window; failureThreshold looks at failures in a row'
    ])
    expect(refusal({ failureThreshold: 5, trip })).toEqual([
      'failureThreshold: given 5, expected nothing where trip is given'
    ])
    expect(refusal({ trip: failureRate(0.5, 10) })).toEqual([
      'window: given nothing, expected a window that knows rates, CountWindow or TimeWindow, for FailureRate'
    ])
  })

  it('need no classifier in a config: whoever dispatches says what was slow', () => {
    expect(refusal({ window: countWindow(100), trip: slowCallRate(0.5, 20) })).toEqual([])
  })

  it('name what a function of the recovery policy has given', () => {
    expect(refusal({ recoveryTimeoutSeconds: exponential({ initial: -5, factor: 2, max: 60 }) })).toEqual([
      'recoveryTimeoutSeconds: given a function that gives -5 after 0 reopenings, expected a finite number >= 0, or a function that returns one'
    ])
    expect(refusal({ recoveryTimeoutSeconds: boom })[0]).toContain('gives nothing after 0')
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
})

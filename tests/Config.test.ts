import { fromUnknown, make } from 'breaker-ts/Config'
import { InvalidSettings } from 'breaker-ts/InvalidSettings'
import * as fc from 'fast-check'
import * as E from 'fp-ts/Either'

const problemsOf = (settings: unknown) => {
  const result = fromUnknown(settings)
  return E.isLeft(result) ? result.left.problems : []
}

describe('Config', () => {
  it('fills in the defaults: 5 failures, 60 seconds, 1 probe', () => {
    expect(make({ name: 'x' })).toEqual(
      E.right({ name: 'x', failureThreshold: 5, recoveryTimeoutSeconds: 60, halfOpenMaxProbes: 1 })
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
    {
      setting: 'recoveryTimeoutSeconds',
      rule: 'a finite number >= 0',
      refused: [-0.001, NaN, Infinity, -Infinity, '60', null, 60n, [60]]
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
        'recoveryTimeoutSeconds: given -1, expected a finite number >= 0; ' +
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
        rule: 'no setting of this name, only name, failureThreshold, recoveryTimeoutSeconds, halfOpenMaxProbes'
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
    const boom = () => {
      throw new Error('boom')
    }
    expect(problemsOf(Object.create({ name: 'inherited' }))).toMatchObject([{ path: 'name', given: 'nothing' }])
    expect(problemsOf(Object.defineProperty({}, 'name', { get: boom, enumerable: true }))).toEqual([
      { path: 'name', given: 'a value that cannot be read', rule: 'a non-empty string' }
    ])
    expect(problemsOf(new Proxy({}, { ownKeys: boom, get: boom, getOwnPropertyDescriptor: boom })).length).toBe(4)
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(problemsOf(proxy).length).toBe(4)
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

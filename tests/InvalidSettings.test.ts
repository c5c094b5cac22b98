import { InvalidSettings, showGiven, showProblem } from 'breaker-ts/InvalidSettings'

const problems = [
  { path: 'failureThreshold', given: '0', rule: 'an integer > 0' },
  { path: 'name', given: 'nothing', rule: 'a non-empty string' }
]

describe('InvalidSettings', () => {
  it('is an Error whose one-line message names the breaker and every wrong setting', () => {
    const error = new InvalidSettings('pay"ments\n', problems)
    expect(error).toBeInstanceOf(Error)
    expect([error.name, error._tag, error.breaker, error.problems]).toEqual([
      'InvalidSettings',
      'InvalidSettings',
      'pay"ments\n',
      problems
    ])
    expect(error.message).toBe(
      'Invalid settings of circuit breaker "pay\\"ments\\n": failureThreshold: given 0, expected an integer > 0; ' +
        'name: given nothing, expected a non-empty string'
    )
  })

  it('does without a name where that was wrong', () => {
    expect(new InvalidSettings(undefined, []).message).toBe('Invalid settings of a circuit breaker: ')
  })
})

describe('showGiven', () => {
  const revoked = () => {
    const { proxy, revoke } = Proxy.revocable([], {})
    revoke()
    return proxy
  }

  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    [true, 'true'],
    [-0.5, '-0.5'],
    [Infinity, 'Infinity'],
    [12n, '12n'],
    [Symbol('s'), 'Symbol(s)'],
    ['a "b"', '"a \\"b\\""'],
    ['x'.repeat(50), `"${'x'.repeat(40)}…"`],
    [() => 1, 'a function'],
    [[1, 2, 3], 'an array of 3'],
    [{ toString: () => 'never asked' }, 'an object'],
    [Object.create(null), 'an object'],
    [new Proxy([], { get: () => 'x'.repeat(99) }), `an array of ${'x'.repeat(40)}…`],
    [new Proxy([], { get: () => Symbol('length') }), 'an array of Symbol(length)'],
    [revoked(), 'an object']
  ])('names %# in a few words', (given, shown) => {
    expect(showGiven(given)).toBe(shown)
  })
})

describe('showProblem', () => {
  it('tells what was wrong, what was given and what is expected', () => {
    expect(showProblem({ path: 'name', given: '5', rule: 'a string' })).toBe('name: given 5, expected a string')
    expect(showProblem({ path: '', given: '5', rule: 'an object' })).toBe('given 5, expected an object')
  })
})

import { showGiven, showProblem } from 'breaker-ts/Problem'

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

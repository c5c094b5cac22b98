import { InvalidSettings } from 'breaker-ts/InvalidSettings'

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

import * as root from 'breaker-ts'

describe('the root of the package', () => {
  it('exports these values, and no others', () => {
    expect(Object.entries(root).map(([name, value]) => `${name}: ${typeof value}`)).toEqual([
      'CircuitBreaker: function',
      'AsyncCircuitBreaker: function',
      'Session: function',
      'Registry: function',
      'CircuitOpenError: function',
      'isCircuitOpenError: function',
      'orElseWhenOpen: function',
      'orElseWhenOpenIO: function',
      'orElseWhenOpenReader: function',
      'InvalidSettings: function',
      'CircuitState: object',
      'initial: object',
      'at: function',
      'permit: function',
      'reduce: function',
      'classifier: object',
      'clock: object',
      'config: object',
      'counts: object',
      'event: object',
      'keyed: object',
      'metrics: object',
      'notice: object',
      'outcome: object',
      'recoveryPolicy: object',
      'reducer: object',
      'redux: object',
      'state: object',
      'store: object',
      'tripStrategy: object',
      'window: object'
    ])
  })
})

import { isPlain } from '@reduxjs/toolkit'
import { CircuitOpenError, isCircuitOpenError } from 'breaker-ts/CircuitOpenError'

describe('CircuitOpenError', () => {
  const error = new CircuitOpenError('payments', 'open', 12)

  it('is an Error with the documented message, name and tag', () => {
    expect(error).toBeInstanceOf(Error)
    expect(error).toBeInstanceOf(CircuitOpenError)
    expect(error.message).toBe("Circuit breaker 'payments' is OPEN")
    expect([error.name, error._tag]).toEqual(['CircuitOpenError', 'CircuitOpenError'])
    expect(String(error)).toBe("CircuitOpenError: Circuit breaker 'payments' is OPEN")
  })

  it('carries the name of the breaker, the reason and the seconds to wait, also through JSON', () => {
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      _tag: 'CircuitOpenError',
      breaker: 'payments',
      message: "Circuit breaker 'payments' is OPEN",
      reason: 'open',
      retryAfterSeconds: 12
    })
  })

  it.each([
    ['isolated', "Circuit breaker 'payments' is OPEN (isolated)"],
    ['half_open', "Circuit breaker 'payments' is OPEN (half-open: probes are in flight)"]
  ] as const)('says in its message that the reason is %s, and knows no time to wait', (reason, message) => {
    const rejection = new CircuitOpenError('payments', reason)
    expect([rejection.message, rejection.retryAfterSeconds]).toEqual([message, undefined])
    expect(rejection.toJSON()).toStrictEqual({
      _tag: 'CircuitOpenError',
      message,
      breaker: 'payments',
      reason
    })
  })

  it('is a plain record by toJSON, which the serialisability check of Redux Toolkit accepts', () => {
    expect(isPlain(error.toJSON())).toBe(true)
    expect(Object.values(error.toJSON()).every(isPlain)).toBe(true)
  })

  it('has a stack without frames, because capturing them is what makes an Error expensive', () => {
    const capture = jest.spyOn(Error, 'captureStackTrace')
    expect(new CircuitOpenError('payments', 'open', 1).stack).toBe(
      "CircuitOpenError: Circuit breaker 'payments' is OPEN"
    )
    expect(capture).not.toHaveBeenCalled()
    capture.mockRestore()
  })

  it('can be added to, as code does that passes errors on', () => {
    const passed: Error = new CircuitOpenError('payments', 'open', 1)
    passed.message = `checkout: ${passed.message}`
    passed.name = 'Checkout'
    expect(String(passed)).toBe("Checkout: checkout: Circuit breaker 'payments' is OPEN")
    expect(passed.stack).toBe("Checkout: checkout: Circuit breaker 'payments' is OPEN")
    passed.stack = `${passed.stack}\n    at checkout`
    expect(passed.stack).toMatch(/at checkout$/)
    passed.stack = 'another' // as often as it likes
    expect(passed.stack).toBe('another')
    expect(delete (passed as { stack?: string }).stack).toBe(true)
  })

  it('can be thrown', () => {
    expect(() => {
      throw error
    }).toThrow("Circuit breaker 'payments' is OPEN")
  })
})

describe('isCircuitOpenError', () => {
  it('knows a rejection by its tag, and nothing else', () => {
    expect(isCircuitOpenError(new CircuitOpenError('x', 'open', 1))).toBe(true)
    expect(isCircuitOpenError(JSON.parse(JSON.stringify(new CircuitOpenError('x', 'open', 1))))).toBe(true)
    expect([new Error('x'), null, undefined, 'CircuitOpenError', {}].some(isCircuitOpenError)).toBe(false)
  })

  it('says no of an error that cannot be read', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(isCircuitOpenError(proxy)).toBe(false)
  })
})

import { AsyncCircuitBreaker } from 'breaker-ts'

export const payments = new AsyncCircuitBreaker({ name: 'payments', failureThreshold: 3, recoveryTimeoutSeconds: 5 })
export const search = new AsyncCircuitBreaker({ name: 'search' })
export const breakers = [payments, search]

export const pay = payments.protect(async () => {
  const response = await fetch(`${process.env['PAYMENTS_URL']}/pay`, { signal: AbortSignal.timeout(2000) })
  if (!response.ok) throw new Error(`payments: ${response.status}`)
  return response.text()
})

// Every line that ends in `// wrong` must be a type error, and no other.
import { AsyncCircuitBreaker, CircuitBreaker, CircuitOpenError, initial, reduce } from 'breaker-ts'
import { State } from 'breaker-ts/Codec'
import type { Either } from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

const breaker = new CircuitBreaker({ name: 'x' })
const asyncBreaker = new AsyncCircuitBreaker({ name: 'x' })
const never = async (): Promise<Either<'e', number>> => ({ _tag: 'Left', left: 'e' })

new CircuitBreaker({}) // wrong
new CircuitBreaker({ name: 'x', failureTreshold: 3 }) // wrong
new AsyncCircuitBreaker({ name: 1 }) // wrong

export const text: Either<CircuitOpenError, string> = breaker.call(() => 1) // wrong
export const alwaysAdmits: Either<'e', number> = breaker.call(() => 1) // wrong
breaker.call((n: number) => n, 'one') // wrong
breaker.call(async () => 1) // wrong
breaker.callEither(never) // wrong

asyncBreaker.call(async () => 1) // wrong
asyncBreaker.run(() => 1) // wrong
asyncBreaker.run((n: number) => Promise.resolve(n), 'one') // wrong
export const guarded: (n: string) => Promise<number> = asyncBreaker.protect((n: number) => Promise.resolve(n)) // wrong
export const started: Promise<unknown> = asyncBreaker.call(never) // wrong
export const alwaysRuns: TaskEither<'e', number> = asyncBreaker.call(never) // wrong

reduce({ name: 'x', failureThreshold: 1, recoveryTimeoutSeconds: 60, halfOpenMaxProbes: 1 }) // wrong
initial.generation = 1 // wrong
export const state: string = State.decode({}) // wrong

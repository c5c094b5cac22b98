// Both shells behind one face, so that one table of promises holds for both.
import { AsyncCircuitBreaker } from 'breaker-ts/AsyncCircuitBreaker'
import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
import type { CircuitOpenError } from 'breaker-ts/CircuitOpenError'
import type { BreakerSettings, Session } from 'breaker-ts/Session'
import type { CircuitState } from 'breaker-ts/State'
import type { Either } from 'fp-ts/Either'

type Awaitable<A> = A | Promise<A>

/** A shell of either kind. `fn` is synchronous; the asynchronous shell gets it as an async function. */
export interface Shell {
  readonly session: Session
  readonly call: <Args extends ReadonlyArray<unknown>, E, A>(
    fn: (...args: Args) => Either<E, A>,
    ...args: Args
  ) => Promise<Either<CircuitOpenError | E, A>>
  readonly recordSuccess: () => Awaitable<void>
  readonly recordFailure: () => Awaitable<void>
  readonly state: () => Awaitable<CircuitState>
  readonly isOpen: () => Awaitable<boolean>
  readonly reset: () => Awaitable<void>
  readonly isolate: () => Awaitable<void>
  readonly release: () => Awaitable<void>
  readonly disable: () => Awaitable<void>
  readonly enable: () => Awaitable<void>
}

export interface Kind {
  readonly name: string
  readonly make: (settings: BreakerSettings) => Shell
}

// What both offer under the same names.
const common = (breaker: CircuitBreaker | AsyncCircuitBreaker): Omit<Shell, 'call'> => ({
  session: breaker.session,
  recordSuccess: breaker.recordSuccess,
  recordFailure: breaker.recordFailure,
  state: breaker.state,
  isOpen: breaker.isOpen,
  reset: breaker.reset,
  isolate: breaker.isolate,
  release: breaker.release,
  disable: breaker.disable,
  enable: breaker.enable
})

const ofSync = (breaker: CircuitBreaker): Shell => ({
  ...common(breaker),
  call: async (fn, ...args) => breaker.callEither(fn, ...args)
})

const ofAsync = (breaker: AsyncCircuitBreaker): Shell => ({
  ...common(breaker),
  call: (fn, ...args) => breaker.call(async (...given: typeof args) => fn(...given), ...args)()
})

export const kinds: ReadonlyArray<Kind> = [
  {
    name: 'CircuitBreaker',
    make: (settings) => ofSync(new CircuitBreaker(settings))
  },
  {
    name: 'AsyncCircuitBreaker',
    make: (settings) => ofAsync(new AsyncCircuitBreaker(settings))
  }
]

// Promises of the types. `npm run typecheck` is what checks them; jest only runs what is left.
import type { Acquired, CircuitOpenError, Clock, Config, Event, Permit, Settings, State, Store } from 'breaker-ts'
import {
  AsyncCircuitBreaker,
  at,
  CircuitBreaker,
  CircuitState,
  clock,
  config,
  InvalidSettings,
  isCircuitOpenError,
  permit,
  reduce,
  Session
} from 'breaker-ts'
import { failWhenRight, ignoreWhen, isCancellation, standard, succeedWhen } from 'breaker-ts/Classifier'
import type { SettingsData } from 'breaker-ts/Codec'
import * as Codec from 'breaker-ts/Codec'
import { empty } from 'breaker-ts/Counts'
import type { Action, actionCreators } from 'breaker-ts/Redux'
import { storeOf } from 'breaker-ts/Redux'
import { expectTypeOf } from 'expect-type'
import type { Either } from 'fp-ts/Either'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { IO } from 'fp-ts/IO'
import * as IOE from 'fp-ts/IOEither'
import type { Task } from 'fp-ts/Task'
import * as T from 'fp-ts/Task'
import * as TE from 'fp-ts/TaskEither'

interface User {
  readonly id: number
}
interface NotFound {
  readonly _tag: 'NotFound'
}

const sync = new CircuitBreaker({ name: 'sync' })
const breaker = new AsyncCircuitBreaker({ name: 'async' })
const fetchUser = (id: number): TE.TaskEither<NotFound, User> => TE.right({ id })
const fetchUserNow = async (id: number, field: keyof User): Promise<Either<NotFound, number>> => E.right({ id }[field])

describe('the types', () => {
  it('infer the error and the value of a call in a pipe, with no annotation', () => {
    const piped = pipe(fetchUser(1), breaker.call)
    expectTypeOf(piped).toEqualTypeOf<TE.TaskEither<CircuitOpenError | NotFound, User>>()
    expectTypeOf(breaker.call(fetchUser(1))).toEqualTypeOf<TE.TaskEither<CircuitOpenError | NotFound, User>>()
    expectTypeOf(breaker.call(fetchUserNow, 1, 'id')).toEqualTypeOf<
      TE.TaskEither<CircuitOpenError | NotFound, number>
    >()
    expectTypeOf(pipe(TE.right<never, number>(1), breaker.call)).toEqualTypeOf<
      TE.TaskEither<CircuitOpenError, number>
    >()

    const program = pipe(
      fetchUser(1),
      breaker.call,
      TE.map((user) => user.id),
      TE.orElse((error) => {
        expectTypeOf(error).toEqualTypeOf<CircuitOpenError | NotFound>()
        switch (error._tag) {
          case 'CircuitOpenError':
            return TE.right<NotFound, number>(error.retryAfterSeconds ?? 0)
          case 'NotFound':
            return TE.left(error)
        }
      })
    )
    expectTypeOf(program).toEqualTypeOf<TE.TaskEither<NotFound, number>>()
  })

  it('infer the same for the synchronous shell', () => {
    expectTypeOf(sync.call((a: number, b: string) => `${a}${b}`, 1, 'x')).toEqualTypeOf<
      Either<CircuitOpenError, string>
    >()
    expectTypeOf(pipe(IOE.of<NotFound, User>({ id: 1 }), sync.callEither)).toEqualTypeOf<
      Either<CircuitOpenError | NotFound, User>
    >()
    expectTypeOf(pipe(() => 1, sync.call)).toEqualTypeOf<Either<CircuitOpenError, number>>()
  })

  it('keep the parameters and the result of a function that run or protect guards', () => {
    expectTypeOf(breaker.run(async (id: number, field?: string) => ({ id, field }), 1)).toEqualTypeOf<
      Promise<{ id: number; field: string | undefined }>
    >()
    expectTypeOf(breaker.protect(async (id: number, field?: string) => [id, field] as const)).toEqualTypeOf<
      (id: number, field?: string) => Promise<readonly [number, string | undefined]>
    >()
    const generic = breaker.protect(async <T>(value: T) => value)
    expectTypeOf(generic('x')).toEqualTypeOf<Promise<string>>()
    const thenable = { then: () => undefined } as unknown as PromiseLike<number>
    expectTypeOf(breaker.run(() => thenable)).toEqualTypeOf<Promise<number>>()
  })

  it('let a classifier see the errors and the values of the calls that it judges, and no others', () => {
    interface HttpError {
      readonly status: number
    }
    const classify = pipe(
      standard,
      succeedWhen((error: HttpError) => error.status === 404),
      ignoreWhen(isCancellation),
      failWhenRight((user: User) => user.id < 0)
    )
    const typed = new AsyncCircuitBreaker({ name: 'x', classify })
    expectTypeOf(typed).toEqualTypeOf<AsyncCircuitBreaker<HttpError, User>>()
    expectTypeOf(breaker.withClassifier(classify)).toEqualTypeOf<AsyncCircuitBreaker<HttpError, User>>()
    const call = typed.call(TE.left<HttpError & { readonly url: string }, User>({ status: 1, url: '' }))
    expectTypeOf(call).toEqualTypeOf<TE.TaskEither<CircuitOpenError | (HttpError & { readonly url: string }), User>>()
    const refused = () => {
      // @ts-expect-error these errors have no status
      typed.call(fetchUser(1))
      // @ts-expect-error this value is no user
      void typed.run(async () => 'a user')
    }
    expectTypeOf(refused).toBeFunction()
  })

  it('make every method a Task, or an IO, when passed point-free', () => {
    expectTypeOf(breaker.state).toEqualTypeOf<Task<CircuitState>>()
    expectTypeOf(breaker.isOpen).toEqualTypeOf<Task<boolean>>()
    expectTypeOf(
      pipe(
        breaker.state,
        T.map((state) => state === 'open')
      )
    ).toEqualTypeOf<Task<boolean>>()
    expectTypeOf(sync.state).toEqualTypeOf<IO<CircuitState>>()
    expectTypeOf(sync.isOpen).toEqualTypeOf<IO<boolean>>()
    type Hand = 'recordSuccess' | 'recordFailure' | 'reset' | 'isolate' | 'release' | 'disable' | 'enable'
    expectTypeOf<Pick<AsyncCircuitBreaker, Hand>>().toEqualTypeOf<{ readonly [K in Hand]: Task<void> }>()
    expectTypeOf<Pick<CircuitBreaker, Hand>>().toEqualTypeOf<{ readonly [K in Hand]: IO<void> }>()
  })

  it('refuse a call with wrong arguments, or of what gives no Either', () => {
    const refused = () => {
      // @ts-expect-error a string is no id
      breaker.call(fetchUserNow, '1', 'id')
      // @ts-expect-error an argument is missing
      breaker.call(fetchUserNow, 1)
      // @ts-expect-error the promise holds no Either
      breaker.call(async () => 1)
      // @ts-expect-error a function that returns a TaskEither is no TaskEither
      breaker.call(fetchUser, 1)
      // @ts-expect-error a synchronous breaker cannot see the end of a promise
      sync.call(async () => 1)
      // @ts-expect-error a TaskEither is a function, and no promise
      void breaker.run(() => fetchUser(1))
      // @ts-expect-error the value is no Either
      sync.callEither(() => 1)
      // @ts-expect-error an argument too much
      sync.call((a: number) => a, 1, 2)
    }
    expect(refused).toBeDefined()
  })

  it('refuse settings that are missing, misspelt or of the wrong type', () => {
    const refused = () => {
      // @ts-expect-error the name is required
      new CircuitBreaker({})
      // @ts-expect-error misspelt
      new CircuitBreaker({ name: 'x', failureTreshold: 1 })
      // @ts-expect-error a number
      new AsyncCircuitBreaker({ name: 'x', recoveryTimeoutSeconds: '60' })
      // @ts-expect-error a clock returns a number
      new AsyncCircuitBreaker({ name: 'x', clock: () => new Date() })
      // @ts-expect-error a store reads and dispatches
      new AsyncCircuitBreaker({ name: 'x', store: { getState: () => 1 } })
    }
    expect(refused).toBeDefined()
  })

  it('let nobody write down a config that was not checked', () => {
    const refused = () => {
      // @ts-expect-error only config.make and config.from make one
      reduce({ name: 'x', failureThreshold: 0, recoveryTimeoutSeconds: 60, halfOpenMaxProbes: 1 })
    }
    expect(refused).toBeDefined()
    expectTypeOf(config.make({ name: 'x' })).toEqualTypeOf<Either<InvalidSettings, Config>>()
    expectTypeOf(config.from).toEqualTypeOf<(settings: Settings) => Config>()
  })

  it('let nobody write down an illegal state, or change one', () => {
    const refused = (state: State) => {
      const both: State = {
        _tag: 'Closed',
        generation: 0,
        counts: empty,
        // @ts-expect-error a closed circuit has no deadline
        retryAtSeconds: 1
      }
      // @ts-expect-error an open circuit has one
      const none: State = { _tag: 'Open', generation: 0, openedAtSeconds: 1 }
      // @ts-expect-error readonly
      state.generation = 1
      // @ts-expect-error readonly
      if (state._tag === 'HalfOpen') state.probes[0] = { id: 'a', admittedAtSeconds: 0 }
      // @ts-expect-error no such lifecycle state
      const name: CircuitState = 'half-open'
      return [both, none, name]
    }
    expect(refused).toBeDefined()
  })

  it('give the documented signatures to the pure machine', () => {
    expectTypeOf(reduce).returns.toEqualTypeOf<(state: State, event: Event, now: number) => State>()
    expectTypeOf(permit).returns.returns.toExtend<
      Either<{ readonly reason: 'open' | 'half_open' | 'isolated' }, Permit>
    >()
    expectTypeOf(at).toEqualTypeOf<(config: Config) => (state: State, now: number) => State>()
    expectTypeOf(clock.monotonic).toEqualTypeOf<Clock>()
    expectTypeOf(Codec.State._A).toEqualTypeOf<State>()
    expectTypeOf(Codec.Settings._A).toEqualTypeOf<Config>()
    expectTypeOf(Codec.Settings._O).toEqualTypeOf<SettingsData>()
  })

  it('tell the actions of a breaker apart by their type', () => {
    const read = (action: Action) => {
      if (action.type === 'circuitBreaker/x/failed') return action.payload.permit.generation
      if (action.type === 'circuitBreaker/x/admitted') return action.payload.probe
      return action.meta
    }
    expectTypeOf(read).returns.toEqualTypeOf<number | string | { readonly now: number }>()
    // @ts-expect-error the permit is missing
    const bogus: Action = { type: 'circuitBreaker/x/failed', payload: {}, meta: { now: 1 } }
    expectTypeOf(bogus).toExtend<{ readonly type: string }>()
    type Creators = ReturnType<typeof actionCreators>
    expectTypeOf<ReturnType<Creators[keyof Creators]>>().toExtend<Action>()
    const narrow = (store: {
      readonly getState: () => State
      readonly dispatch: (action: ReturnType<Creators[keyof Creators]>) => unknown
    }) => storeOf(store, (state) => state, 'x')
    expectTypeOf(narrow).returns.toEqualTypeOf<Store>()
  })

  it('take a rejection for an Error, and narrow unknown errors to it', () => {
    expectTypeOf<CircuitOpenError>().toExtend<Error>()
    const narrow = (u: unknown) => (isCircuitOpenError(u) ? u : undefined)
    expectTypeOf(narrow).returns.toEqualTypeOf<CircuitOpenError | undefined>()
  })

  it('hold no any', () => {
    expectTypeOf(breaker.call).parameter(0).not.toBeAny()
    expectTypeOf(breaker.call).returns.not.toBeAny()
    expectTypeOf(sync.call).returns.not.toBeAny()
    expectTypeOf<Session['acquire']>().returns.toEqualTypeOf<Either<CircuitOpenError, Acquired>>()
    expectTypeOf<Store['getState']>().returns.toEqualTypeOf<State>()
    expectTypeOf<Config[keyof Config]>().not.toBeAny()
    expectTypeOf<Event['_tag']>().not.toBeAny()
  })
})

/**
 * Every door that takes a value of unknown type gets 100,000 of them, half nearly right and half hostile.
 *
 * A failure names the seed; FUZZ_SEED=<seed> draws the same inputs again.
 */
import { AsyncCircuitBreaker } from 'breaker-ts/AsyncCircuitBreaker'
import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
import { CircuitOpenError, isCircuitOpenError } from 'breaker-ts/CircuitOpenError'
import type { Classifier } from 'breaker-ts/Classifier'
import { slowAfter, standard } from 'breaker-ts/Classifier'
import { manual } from 'breaker-ts/Clock'
import * as Codec from 'breaker-ts/Codec'
import type { Config } from 'breaker-ts/Config'
import type { Event, Permit } from 'breaker-ts/Event'
import * as Ev from 'breaker-ts/Event'
import { orElseWhenOpen, orElseWhenOpenIO } from 'breaker-ts/Fallback'
import { InvalidSettings, showGiven } from 'breaker-ts/InvalidSettings'
import type { Observer } from 'breaker-ts/Notice'
import * as Outcome from 'breaker-ts/Outcome'
import { at, permit, reduce } from 'breaker-ts/Reducer'
import { createReducer, toAction } from 'breaker-ts/Redux'
import { Registry } from 'breaker-ts/Registry'
import type { Acquired } from 'breaker-ts/Session'
import { Session } from 'breaker-ts/Session'
import { from, fromRegistry, restore, snapshot } from 'breaker-ts/Snapshot'
import type { State } from 'breaker-ts/State'
import { Eq, initial, open } from 'breaker-ts/State'
import { inMemory } from 'breaker-ts/Store'
import * as T from 'breaker-ts/testing'
import * as fc from 'fast-check'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import type * as t from 'io-ts'

import { configOf } from './support/config'
import type { Draw, Random } from './support/hostile'
import { around, describe as show, forget, NUMBERS, randomOf, TEXTS, witness } from './support/hostile'

const RUNS = 100_000
const SEED = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const LONGEST_MESSAGE = 4_000
const ENOUGH = 500 // of each: a fuzzer that never gets past the first check proves nothing, nor one that always does

// -------------------------------------------------------------------------------------
// what has to be the same afterwards
// -------------------------------------------------------------------------------------

const BUILT_IN = [Object, Function, Array, String, Number, Boolean, Symbol, BigInt, Error, TypeError, Map, Set, Promise]
  .map(({ prototype }): object => prototype as object)
  .concat([RegExp.prototype, Date.prototype, CircuitOpenError.prototype, InvalidSettings.prototype])
  .concat([CircuitBreaker.prototype, AsyncCircuitBreaker.prototype, Session.prototype, Registry.prototype])

const propertiesOf = (object: object) =>
  Reflect.ownKeys(object).map((key) => [key, Reflect.getOwnPropertyDescriptor(object, key)])
const prototypes = () => BUILT_IN.map((object) => [Reflect.getPrototypeOf(object), propertiesOf(object)])

const prototypeOf = (u: unknown): unknown => {
  try {
    return typeof u === 'object' && u !== null ? Reflect.getPrototypeOf(u) : undefined
  } catch {
    return undefined
  }
}

// -------------------------------------------------------------------------------------
// doors
// -------------------------------------------------------------------------------------

type Verdict = 'accepted' | 'refused'

const check = (promise: string, holds: boolean, found?: () => string): void => {
  if (!holds) throw new Error(found === undefined ? promise : `${promise}: ${found()}`)
}

/** What goes through a door. `again` draws the same input afresh. */
type Enter = (input: unknown, random: Random, again: () => unknown) => Verdict | Promise<Verdict>

const figures: Array<string> = []

const fuzz = async (door: string, draw: Draw, enter: Enter): Promise<void> => {
  const before = prototypes()
  const counts = { accepted: 0, refused: 0 }
  const failures: Array<string> = []
  const start = performance.now()
  for (let i = 0; i < RUNS && failures.length < 3; i++) {
    const seed = (Math.imul(i + 1, 0x9e3779b1) ^ SEED) | 0
    const again = () => draw(randomOf(seed))
    forget()
    const input = again()
    const prototype = prototypeOf(input)
    try {
      const entered = enter(input, randomOf(~seed), again)
      counts[typeof entered === 'string' ? entered : await entered]++
      check('it changes nothing that it is given', witness.writes === 0 && prototypeOf(input) === prototype)
      check('it stops reading a list at some time', witness.endless === 0)
    } catch (error) {
      const what = error instanceof Error ? (error.stack ?? '').split('\n').slice(0, 5).join('\n') : show(error)
      failures.push(`${door}, FUZZ_SEED=${SEED}, input ${i}: ${show(again())}\n${what.slice(0, 1000)}`)
    }
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  figures.push(`${door}: ${counts.accepted} accepted, ${counts.refused} refused, ${seconds} s`)
  expect(failures).toEqual([])
  expect(prototypes()).toEqual(before)
  expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(ENOUGH)
}

// -------------------------------------------------------------------------------------
// right values
// -------------------------------------------------------------------------------------

const sample = <A>(arbitrary: fc.Arbitrary<A>, numRuns: number): ReadonlyArray<A> =>
  fc.sample(arbitrary, { seed: SEED, numRuns })

const histories = sample(fc.tuple(T.config, T.moves), 300)
const happenings = histories.flatMap(([config, moves]) => {
  const seen: Array<T.Happening> = []
  T.play(config, reduce(config), moves, (happening) => seen.push(happening))
  return seen
})

const byTag = <A extends { readonly _tag: string }>(values: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  [...new Set(values.map(({ _tag }) => _tag))].map((tag) => values.filter(({ _tag }) => _tag === tag))
const pickIn =
  <A>(groups: ReadonlyArray<ReadonlyArray<A>>) =>
  (random: Random): A =>
    random.pick(random.pick(groups))

const stateIn = pickIn(byTag(happenings.map(({ state }) => state)))
const eventIn = pickIn(byTag(happenings.map(({ event }) => event)))
const permitIn = (random: Random): Permit =>
  random.chance(0.5) ? Ev.callPermit(random.below(9)) : Ev.probePermit(random.below(9), random.pick(['a', 'p1']))
const configs = histories.map(([config]) => config)

const TRIPS = [
  { _tag: 'Never' },
  { _tag: 'ConsecutiveFailures', failures: 2 },
  { _tag: 'FailureCount', failures: 2 },
  { _tag: 'FailureRate', rate: 0.5, minimumCalls: 2 },
  { _tag: 'SlowCallRate', rate: 0.5, minimumCalls: 2 }
]
const WINDOWS = [
  { _tag: 'CountWindow', size: 20 },
  { _tag: 'TimeWindow', seconds: 10, slices: 2 }
]
const TIMEOUTS = [
  ...[1, { _tag: 'Constant', seconds: 5 }, { _tag: 'Fibonacci', initial: 1, max: 9 }],
  ...[
    { _tag: 'Exponential', initial: 1, factor: 2, max: 60 },
    { _tag: 'Jittered', ratio: 0.5, policy: 60 }
  ]
]
const NUMBERS_OF = { halfOpenMaxProbes: 2, halfOpenSuccessThreshold: 2, halfOpenMaxFailures: 1, probeTimeoutSeconds: 5 }

const settingsIn: Draw = (random) => ({
  name: 'test',
  ...random.pick<() => object>([
    () => ({ failureThreshold: 2 }),
    () => ({ window: random.pick(WINDOWS), trip: random.pick(TRIPS) }),
    () => ({ window: random.pick(WINDOWS), trip: [random.pick(TRIPS), random.pick(TRIPS)] })
  ])(),
  ...(random.chance(0.5) ? { recoveryTimeoutSeconds: random.pick(TIMEOUTS) } : {}),
  ...(random.chance(0.3) ? NUMBERS_OF : {})
})

// -------------------------------------------------------------------------------------
// settings
// -------------------------------------------------------------------------------------

const TIMES = [0, 0, 1, 59.999, 60, 61, 3600, -1, -5, -3600, ...NUMBERS]

// All numbers of a state but its times. The codec takes them up to a bound that nobody ever counts up to; the machine, which
// knows no bound, counts on from there.
const countsOf = (u: unknown): ReadonlyArray<number> =>
  typeof u === 'number'
    ? [u]
    : typeof u === 'object' && u !== null
      ? Object.entries(u).flatMap(([key, value]) => (key.endsWith('Seconds') ? [] : countsOf(value)))
      : []

/** Some events at some times, live ones among them: the machine goes on from any state that its codec accepts. */
const checkMachine = (config: Config, start: State, random: Random): void => {
  let state = start
  const isFar = countsOf(start).some((n) => n > 2 ** 51)
  for (let i = 0; i < 3; i++) {
    const now = random.pick(TIMES)
    const asked = permit(config)(at(config)(state, now), now, 'fuzzed')
    const held = asked._tag === 'Right' && random.chance(0.7) ? asked.right : permitIn(random)
    const event = random.pick<() => Event>([
      () => eventIn(random),
      () => Ev.admitted('fuzzed'),
      () => Ev.failed(held),
      () => Ev.succeeded(held, random.chance(0.5)),
      () => Ev.released(held)
    ])()
    state = reduce(config)(state, event, now)
    check('the machine goes on', isFar || Codec.State.is(state), () => `${show(state)}, after ${show(event)} at ${now}`)
  }
}

const checkSettings = (config: Config, random: Random): void => {
  check('what is accepted is what the codec says it is', Codec.Settings.is(config))
  const decoded = Codec.Settings.decode(JSON.parse(JSON.stringify(Codec.Settings.encode(config))))
  check(
    'what is accepted survives JSON',
    E.isRight(decoded) && JSON.stringify(decoded.right) === JSON.stringify(config),
    () => `${JSON.stringify(decoded)} of ${JSON.stringify(config)}`
  )
  checkMachine(config, random.chance(0.5) ? initial : stateIn(random), random)
}

type Shell = Pick<CircuitBreaker, 'recordFailure' | 'reset' | 'state' | 'isolate'>

const use = (breaker: Shell): void => {
  breaker.state()
  breaker.recordFailure()
  breaker.isolate()
  breaker.reset()
}
const checkResult = (result: unknown): void =>
  check(
    'a call gives its result or a rejection',
    result === RIGHT || isCircuitOpenError((result as E.Left<unknown>).left),
    () => show(result)
  )
const RIGHT = E.right(1)

// -------------------------------------------------------------------------------------
// data
// -------------------------------------------------------------------------------------

const PLAIN = [Object.prototype, Array.prototype]

const isPlain = (u: unknown): boolean =>
  typeof u !== 'object' || u === null || (PLAIN.includes(prototypeOf(u) as object) && Object.values(u).every(isPlain))

const checkMessages = (messages: ReadonlyArray<string>): Verdict => {
  const length = messages.join('\n').length
  check('messages are not long', length > 0 && length <= LONGEST_MESSAGE, () => messages.join())
  return 'refused'
}

const checkData =
  <A>(codec: t.Type<A, A, unknown>, more: (a: A, random: Random) => void): Enter =>
  (input, random, again) => {
    const read = codec.decode(input)
    check('`is` and `decode` say the same', codec.is(again()) === E.isRight(read))
    if (E.isLeft(read)) return checkMessages(read.left.map(({ message }) => message ?? ''))
    check('what is accepted is fresh and plain', (read.right as unknown) !== input && isPlain(read.right))
    check('what is accepted is what the codec says it is', codec.is(read.right))
    const decoded = codec.decode(JSON.parse(JSON.stringify(codec.encode(read.right))))
    check(
      'what is accepted survives JSON',
      E.isRight(decoded) && Eq.equals(decoded.right as never, read.right as never)
    )
    more(read.right, random)
    return 'accepted'
  }

// -------------------------------------------------------------------------------------
// keys
// -------------------------------------------------------------------------------------

const keyIn: Draw = (random) =>
  random.chance(0.3)
    ? random.pick(TEXTS)
    : String.fromCharCode(...Array.from({ length: random.below(6) }, () => random.below(2 ** 16)))

// -------------------------------------------------------------------------------------
// the promises
// -------------------------------------------------------------------------------------

// What a breaker reports of somebody's code is counted, and not printed a million times.
let reports = 0
const { error } = console
const { stackTraceLimit } = Error
beforeAll(() => {
  Error.stackTraceLimit = 5 // jest's 100 frames cost more than all else
  console.error = () => void reports++ // a spy would keep them all
})
afterAll(() => {
  console.error = error
  Error.stackTraceLimit = stackTraceLimit
})

afterAll(() => process.stdout.write(`FUZZ_SEED=${SEED}, ${RUNS} inputs a door\n${figures.join('\n')}\n`))

describe('settings of any shape are refused with what is wrong, or work', () => {
  test('the codec of settings', () =>
    fuzz('Codec.Settings', around(settingsIn), async (input, random) => {
      const read = Codec.Settings.decode(input)
      if (E.isLeft(read)) return checkMessages(read.left.map(({ message }) => message ?? ''))
      checkSettings(read.right, random)
      const more = { ...read.right, classify: slowAfter(1)(standard), clock: manual().clock }
      const breaker = new CircuitBreaker(more)
      checkResult(breaker.callEither(() => RIGHT))
      use(breaker)
      checkResult(breaker.callEither(() => RIGHT))
      checkResult(await new AsyncCircuitBreaker(more).call(async () => RIGHT)())
      const session = new Session(more).acquire()
      if (E.isRight(session))
        session.right[random.pick<Exclude<keyof Acquired, 'end'>>(['succeed', 'fail', 'release'])]()
      checkResult(new Registry(more).forSync(random.pick(TEXTS)).callEither(() => RIGHT))
      return 'accepted'
    }))
})

describe('states, permits and events of any shape are refused with what is wrong, or work', () => {
  test('the codec of states', () =>
    fuzz(
      'Codec.State',
      around(stateIn),
      checkData(Codec.State, (state, random) => checkMachine(random.pick(configs), state, random))
    ))

  test('the codec of permits', () =>
    fuzz(
      'Codec.Permit',
      around(permitIn),
      checkData(Codec.Permit, (held, random) => {
        const config = random.pick(configs)
        const state = stateIn(random)
        check('no permit breaks a state', Codec.State.is(reduce(config)(state, Ev.failed(held), random.pick(TIMES))))
      })
    ))

  test('the codec of events', () =>
    fuzz(
      'Codec.Event',
      around(eventIn),
      checkData(Codec.Event, (event, random) => {
        const config = random.pick(configs)
        const state = stateIn(random)
        check('no event breaks a state', Codec.State.is(reduce(config)(state, event, random.pick(TIMES))))
      })
    ))

  test('a snapshot', () =>
    fuzz(
      'Snapshot.restore',
      around((random) => snapshot(stateIn(random), random.below(1000), random.below(1000))),
      (input, random) => {
        const restored = restore(input, random.pick(TIMES), random.pick(TIMES), random.pick([0, 86_400, Infinity]))
        if (E.isLeft(restored)) return checkMessages([restored.left.message])
        check('a restored state is plain', isPlain(restored.right))
        check('a restored state is what the codec says it is', Codec.State.is(restored.right))
        checkMachine(random.pick(configs), restored.right, random)
        return 'accepted'
      }
    ))

  test('a saved state that a breaker or a registry starts from', () =>
    fuzz(
      'setting restore',
      around((random) => snapshot(stateIn(random), random.below(1000), Date.now() / 1000)),
      (input, random) => {
        let told = 0
        const now = random.pick(TIMES.filter((time) => Number.isFinite(time) && time < 1e11))
        const settings = {
          name: 'test',
          clock: () => now,
          report: () => told++
        }
        const breaker = new CircuitBreaker({ ...settings, restore: from(input) })
        const { state } = breaker.current()
        check('the state is one', Codec.State.is({ ...state, generation: Math.min(state.generation, 2 ** 52) })) // it counts on past it
        const verdict = told === 0 && input !== undefined && input !== null ? 'accepted' : 'refused'
        for (const saved of [input, [['a', input]], [['__proto__', input], input]]) {
          const registry = new Registry({ ...settings, restore: fromRegistry(saved) })
          check(
            'all states are',
            registry.entries().every(([, state]) => Codec.State.is(state))
          )
        }
        return verdict
      }
    ))
})

describe('an action of a replayed log', () => {
  test('the codec of actions', () =>
    fuzz(
      'Codec.Action',
      around((random) => toAction('test')(eventIn(random), random.below(1000))),
      checkData(Codec.Action, (action, random) => {
        const config = random.pick(configs)
        const state = createReducer(config)(stateIn(random), action)
        check('no action breaks a state', Codec.State.is(state))
      })
    ))
})

const REDUCERS = configs.map((config) => createReducer(config))

// What an action says, as far as the machine reads it.
const saysAnEvent = (input: unknown): boolean => {
  const { type, payload } = input as { readonly type: string; readonly payload: Readonly<Record<string, unknown>> }
  const _tag = type.replace(/^circuitBreaker\/test\/(.)/, (_, first: string) => first.toUpperCase())
  const read = (key: string) =>
    E.toUnion(
      E.tryCatch(
        () => payload[key],
        () => undefined
      )
    )
  const held = _tag === 'Admitted' ? ['probe'] : ['Succeeded', 'Failed', 'Released'].includes(_tag) ? ['permit'] : []
  return Codec.Event.is({ _tag, ...Object.fromEntries(held.map((key) => [key, read(key)])) })
}

describe('a Redux store', () => {
  test('an action of any shape is that of a breaker, or leaves the state as it is, by reference', () =>
    fuzz(
      'Redux actions',
      around((random) => toAction('test')(random.chance(0.5) ? Ev.reset : eventIn(random), random.below(1000))),
      (input, random, again) => {
        const state = stateIn(random)
        const next = random.pick(REDUCERS)(state, input as { readonly type: string })
        if (next === state) return 'refused'
        check('the codec accepts what the reducer makes', Codec.State.is(next))
        check('only what is an event changes something', witness.isFickle || saysAnEvent(again()))
        return 'accepted'
      }
    ))
})

describe('a key of any shape', () => {
  test('has a breaker of its own in a registry, whatever other keys there are', async () => {
    const registry = new Registry({ name: 'keys', failureThreshold: 1, maxKeys: 1_000_000 })
    const opened = new Set<string>()
    await fuzz('Registry keys', around(keyIn), (input, random) => {
      const key = typeof input === 'string' ? input : showGiven(input)
      const breaker = registry.forSync(input as string)
      check('a key is open when it has failed', breaker.isOpen() === opened.has(key))
      const result = breaker.callEither(() => RIGHT)
      check('a key admits when it has not failed', (result === RIGHT) === !opened.has(key))
      if (random.chance(0.5)) {
        breaker.recordFailure()
        opened.add(key)
      } else {
        breaker.reset()
        opened.delete(key)
      }
      return typeof input === 'string' ? 'accepted' : 'refused'
    })
    const held = new Map(registry.entries())
    expect([...held.keys()].filter((key) => held.get(key)?._tag === 'Open').sort()).toEqual([...opened].sort())
  })
})

// What somebody's functions return to a breaker that counts, in a circuit with one permit for a probe.
const probed = () => inMemory(configOf(), open(1, 0, 60))

describe("what somebody's code returns to a breaker changes no result, and leaves no probe in flight", () => {
  test('a classifier', () =>
    fuzz(
      'results of a classifier',
      around((random) =>
        random.pick([
          Outcome.success,
          Outcome.failure,
          Outcome.neutral,
          Outcome.slow(Outcome.failure),
          Outcome.failureFor(9)
        ])
      ),
      (input, _, again) => {
        const before = reports
        const store = probed()
        const breaker = new CircuitBreaker({ name: 'test', classify: () => input as never, store, clock: () => 60 })
        check('the result is unchanged', breaker.callEither(() => RIGHT) === RIGHT)
        const state = store.getState()
        check('the probe has ended', Codec.State.is(state) && (state._tag !== 'HalfOpen' || state.probes.length === 0))
        const verdict = reports === before ? 'accepted' : 'refused'
        check(
          'only an outcome is taken for one',
          verdict === 'refused' || Outcome.problemWith({ ...(again() as object) }) === undefined
        )
        return verdict
      }
    ))

  test('an observer', () =>
    fuzz(
      'results of an observer',
      around((random) => random.pick([() => undefined, () => 1])),
      (input) => {
        const before = reports
        const observer = (() => input) as Observer
        const store = probed()
        const breaker = new CircuitBreaker({ name: 'test', observer, store, clock: () => 60 })
        check('the result is unchanged', breaker.callEither(() => RIGHT) === RIGHT)
        check('the circuit has closed', store.getState()._tag === 'Closed')
        return reports === before ? 'accepted' : 'refused'
      }
    ))

  const results = around((random) => random.pick([E.right(1), E.left(1), E.left({ name: 'AbortError' }), E.left(BOOM)]))
  const BOOM = new Error('boom')

  const end = (store: ReturnType<typeof probed>): Verdict => {
    const state = store.getState()
    check('the probe has ended', state._tag !== 'HalfOpen' || state.probes.length === 0)
    return state._tag === 'Closed' ? 'accepted' : 'refused'
  }

  test('an operation that returns', () =>
    fuzz('results of an operation', results, (input, random) => {
      const store = probed()
      const classify = random.pick<Classifier | undefined>([undefined, standard])
      const breaker = new CircuitBreaker({ name: 'test', store, clock: () => 60, classify })
      check(
        'the result is unchanged',
        Object.is(
          breaker.callEither(() => input as E.Either<never, number>),
          input
        )
      )
      return end(store)
    }))

  test('an operation that throws', () =>
    fuzz(
      'what an operation throws',
      around(() => ({ name: 'AbortError' })),
      (input) => {
        const store = probed()
        const breaker = new CircuitBreaker({ name: 'test', store, clock: () => 60 })
        const thrown = E.tryCatch(
          () =>
            breaker.call(() => {
              throw input
            }),
          (error) => error
        )
        check('what is thrown is unchanged', E.isLeft(thrown) && Object.is(thrown.left, input))
        const state = store.getState()
        check('the probe has ended', state._tag !== 'HalfOpen' || state.probes.length === 0)
        return state._tag === 'HalfOpen' ? 'accepted' : 'refused'
      }
    ))

  test('an operation of an asynchronous breaker', () =>
    fuzz('promises of an operation', results, async (input, random) => {
      const store = probed()
      const breaker = new AsyncCircuitBreaker({ name: 'test', store, clock: () => 60 })
      const fn = random.pick([() => Promise.resolve(input), () => input as Promise<unknown>])
      const call = random
        .pick([breaker.run, (given: typeof fn) => breaker.call(given as () => Promise<E.Either<never, number>>)()])(fn)
        .catch(() => undefined)
      const settled = await Promise.race([
        call.then(() => true),
        new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))
      ])
      return settled ? end(store) : 'refused'
    }))

  test('an error, with something else to do where it is a rejection', () =>
    fuzz(
      'errors in a fallback',
      around(() => new CircuitOpenError('test', 'open', 1)),
      async (input) => {
        const result = E.left(input)
        const io = orElseWhenOpenIO(() => () => RIGHT)(() => result)()
        const task = await orElseWhenOpen(() => TE.of(1))(async () => result)()
        const isRejection = io !== result
        check('an error of the operation is unchanged', isRejection ? io === RIGHT : io === result)
        check('both kinds do the same', witness.isFickle || isRejection === (task !== result))
        return isRejection ? 'accepted' : 'refused'
      }
    ))
})

/**
 * The io-ts codecs of settings, states and events: the door for data from outside.
 *
 * Decoding reads own properties only, into a fresh object, and drops properties it does not know (`Settings` refuses
 * them). It reports one message per wrong field, of a list the first wrong item, with path, value given and rule
 * (`PathReporter` of io-ts prints them), and it never throws, whatever it is given. Encoding is the identity: settings,
 * states and events are JSON already.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as RA from 'fp-ts/ReadonlyArray'
import * as t from 'io-ts'

import type * as Configs from './Config'
import { fromUnknown } from './Config'
import type * as Counts from './Counts'
import type * as Events from './Event'
import { isArray, isObject, lengthOf, readOwn, showGiven, showProblem } from './Problem'
import type * as States from './State'
import { callAt, currentOf } from './Window'

// -------------------------------------------------------------------------------------
// building blocks
// -------------------------------------------------------------------------------------

type Codec<A> = t.Type<A, A, unknown>

const pathOf = (context: t.Context): string =>
  context
    .map(({ key }) => key)
    .filter((key) => key !== '')
    .reduce((path, key) => (/^\d+$/.test(key) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`), '')

const refuse = <A>(given: unknown, context: t.Context, rule: string): t.Validation<A> =>
  t.failures([
    { value: given, context, message: showProblem({ path: pathOf(context), given: showGiven(given), rule }) }
  ])

const codec = <A>(name: string, validate: t.Validate<unknown, A>): Codec<A> =>
  new t.Type(name, (u): u is A => validate(u, [])._tag === 'Right', validate, t.identity)

const field = <A>(rule: string, holds: (u: unknown) => boolean): Codec<A> =>
  codec(rule, (u, context) => (holds(u) ? t.success(u as A) : refuse(u, context, rule)))

const inField = <A>(input: object, key: string, type: Codec<A>, context: t.Context): t.Validation<A> => {
  const given = readOwn(input, key)
  return type.validate(given, t.appendContext(context, key, type, given))
}

type Fields<A> = { readonly [K in keyof A]-?: Codec<Exclude<A[K], undefined>> }

const record = <A>(name: string, fields: Fields<A>): Codec<A> => {
  const entries = Object.entries(fields as Readonly<Record<string, Codec<unknown>>>)
  return codec(name, (u, context) => {
    if (!isObject(u)) return refuse(u, context, 'an object')
    const { left: errors, right: read } = RA.separate(
      entries.map(([key, type]) =>
        pipe(
          inField(u, key, type, context),
          E.map((value) => [key, value] as const)
        )
      )
    )
    return errors.length > 0
      ? t.failures(errors.flat())
      : t.success(Object.fromEntries(read.filter(([, value]) => value !== undefined)) as A)
  })
}

// Stops at the first wrong item, so that a huge wrong array costs one message.
const list = <A>(name: string, item: Codec<A>): Codec<ReadonlyArray<A>> =>
  codec(name, (u, context) => {
    const length = isArray(u) ? lengthOf(u) : undefined
    if (!isArray(u) || length === undefined) return refuse(u, context, 'an array')
    const items: Array<A> = []
    for (let i = 0; i < length; i++) {
      const read = inField(u, String(i), item, context)
      if (E.isLeft(read)) return read
      items.push(read.right)
    }
    return t.success(items)
  })

const tagged = <A extends { readonly _tag: string }>(
  name: string,
  members: { readonly [Tag in A['_tag']]: Codec<Extract<A, { readonly _tag: Tag }>> }
): Codec<A> => {
  const byTag = new Map(Object.entries(members as unknown as Readonly<Record<string, Codec<A>>>))
  const tag = field<A['_tag']>(`one of ${[...byTag.keys()].join(', ')}`, (u) => byTag.has(u as string))
  return codec(name, (u, context) => {
    if (!isObject(u)) return refuse(u, context, 'an object')
    return pipe(
      inField(u, '_tag', tag, context),
      E.chain((found) => (byTag.get(found) as Codec<A>).validate(u, context))
    )
  })
}

type Wrong = { readonly key: string; readonly given: unknown; readonly rule: string } | undefined

// One rule more on a record that is right field by field: names the field that breaks it, or nothing.
const also = <A>(type: Codec<A>, broken: (a: A) => Wrong): Codec<A> =>
  codec(type.name, (u, context) =>
    pipe(
      type.validate(u, context),
      E.chain((a) => {
        const wrong = broken(a)
        return wrong === undefined
          ? t.success(a)
          : refuse(wrong.given, t.appendContext(context, wrong.key, type, wrong.given), wrong.rule)
      })
    )
  )

// A property that may be absent: `record` leaves it out then.
const optional = <A>(type: Codec<A>): Codec<A> =>
  codec(type.name, (u, context) => (u === undefined ? t.success(u as A) : type.validate(u, context)))

const nullable = <A>(type: Codec<A>): Codec<A | null> =>
  codec(type.name, (u, context) => {
    if (u === null) return t.success(u)
    return isObject(u) ? type.validate(u, context) : refuse(u, context, 'an object or null')
  })

const literal = <A extends string>(value: A): Codec<A> => field(`"${value}"`, (u) => u === value)

const isCount = (u: unknown): boolean => Number.isSafeInteger(u) && (u as number) >= 0
const count = field<number>('an integer >= 0', isCount)
const positive = field<number>('an integer > 0', (u) => isCount(u) && u !== 0)
const seconds = field<number>('a finite number', Number.isFinite)
const duration = field<number>('a finite number >= 0', (u) => Number.isFinite(u) && (u as number) >= 0)
const isTrueOrFalse = field<boolean>('true or false', (u) => typeof u === 'boolean')
const probeId = field<string>('a non-empty string', (u) => typeof u === 'string' && u !== '')

// Counting on from here stays exact for longer than any breaker lives.
const MAX_GENERATION = 2 ** 52
const generation = field<number>(
  `an integer from 0 to ${MAX_GENERATION}`,
  (u) => isCount(u) && (u as number) <= MAX_GENERATION
)

// -------------------------------------------------------------------------------------
// settings
// -------------------------------------------------------------------------------------

/**
 * Settings, completed with their defaults.
 *
 * @example
 * import { Settings } from 'breaker-ts/Codec'
 * import { PathReporter } from 'io-ts/PathReporter'
 *
 * assert.deepStrictEqual(PathReporter.report(Settings.decode({ name: '', failureThreshold: 2.5 })), [
 *   'name: given "", expected a non-empty string',
 *   'failureThreshold: given 2.5, expected an integer > 0'
 * ])
 *
 * @category codecs
 * @since 0.1.0
 */
export const Settings: t.Type<Configs.Config, Configs.Settings, unknown> = new t.Type(
  'Settings',
  (u): u is Configs.Config => {
    const read = fromUnknown(u)
    return (
      E.isRight(read) &&
      Object.entries(read.right).every(([key, value]) => isUndefined(readOwn(u as object, key)) === isUndefined(value))
    )
  },
  (u, context) =>
    pipe(
      fromUnknown(u),
      E.mapLeft(({ problems }) =>
        problems.map((found) => {
          const at = found.path === '' ? context : t.appendContext(context, found.path, t.unknown)
          return { value: u, context: at, message: showProblem({ ...found, path: pathOf(at) }) }
        })
      )
    ),
  t.identity
)

const isUndefined = (u: unknown): boolean => u === undefined

// -------------------------------------------------------------------------------------
// state
// -------------------------------------------------------------------------------------

const partOfCalls = ({ calls, failures, slowCalls }: Counts.Slice): Wrong =>
  failures > calls
    ? { key: 'failures', given: failures, rule: `at most the calls, ${calls}` }
    : slowCalls > calls
      ? { key: 'slowCalls', given: slowCalls, rule: `at most the calls, ${calls}` }
      : undefined

// What a slice holds, told by the sums of its window and of the other slices.
const current = (window: Counts.TimeWindow): Wrong => {
  const { calls, failures, slowCalls } = currentOf(window)
  return calls < 0 || failures < 0 || slowCalls < 0 || partOfCalls({ calls, failures, slowCalls }) !== undefined
    ? { key: 'older', given: window.older, rule: 'slices that add up to no more than the sums of the window' }
    : undefined
}

// The sums of a ring follow from its calls.
const ring = (window: Counts.CountWindow): Wrong => {
  const places = Array.from({ length: window.calls }, (_, i) => window.next - 1 - i)
  const size = window.words.length * 16
  const found = places.map((place) => callAt(window, (place + size) % size))
  const failures = found.filter((call) => (call & 1) !== 0).length
  const slowCalls = found.filter((call) => (call & 2) !== 0).length
  return failures !== window.failures
    ? { key: 'failures', given: window.failures, rule: `${failures}, as the words say` }
    : slowCalls !== window.slowCalls
      ? { key: 'slowCalls', given: window.slowCalls, rule: `${slowCalls}, as the words say` }
      : undefined
}

const consecutive: Codec<Counts.Consecutive> = record('Consecutive', { _tag: literal('Consecutive'), failures: count })

const word = field<number>('a signed 32-bit integer', (u) => Number.isInteger(u) && u === ((u as number) | 0))

const countWindow: Codec<Counts.CountWindow> = also(
  record('CountWindow', {
    _tag: literal('CountWindow'),
    size: positive,
    calls: count,
    failures: count,
    slowCalls: count,
    failuresInARow: count,
    next: count,
    word,
    words: list('Words', word)
  }),
  (counts) => {
    const { size, calls, next, words } = counts
    const length = Math.ceil(size / 16)
    if (words.length !== length) return { key: 'words', given: words, rule: `${length} words, for a size of ${size}` }
    if (calls > size) return { key: 'calls', given: calls, rule: `at most the size, ${size}` }
    if (next >= 16 * length) return { key: 'next', given: next, rule: `a place in the ring, below ${16 * length}` }
    return ring(counts)
  }
)

const slice: Codec<Counts.Slice> = also(
  record('Slice', { calls: count, failures: count, slowCalls: count }),
  partOfCalls
)

const timeWindow: Codec<Counts.TimeWindow> = also(
  record('TimeWindow', {
    _tag: literal('TimeWindow'),
    sliceSeconds: field<number>('a finite number > 0', (u) => duration.is(u) && u > 0),
    startSeconds: seconds,
    calls: count,
    failures: count,
    slowCalls: count,
    failuresInARow: count,
    older: list('Slices', slice)
  }),
  (counts) => partOfCalls(counts) ?? current(counts)
)

const counts: Codec<Counts.Counts> = tagged<Counts.Counts>('Counts', {
  Consecutive: consecutive,
  CountWindow: countWindow,
  TimeWindow: timeWindow
})

const probe: Codec<States.Probe> = record('Probe', { id: probeId, admittedAtSeconds: seconds })

const recovered: Codec<States.Recovered> = record('Recovered', {
  reopenings: count,
  closedAtSeconds: seconds,
  openSeconds: duration
})

const closed: Codec<States.Closed> = record('Closed', {
  _tag: literal('Closed'),
  generation,
  counts,
  recovered: nullable(recovered)
})

const open: Codec<States.Open> = also(
  record('Open', {
    _tag: literal('Open'),
    generation,
    openedAtSeconds: seconds,
    retryAtSeconds: seconds,
    reopenings: count
  }),
  ({ openedAtSeconds, retryAtSeconds }) =>
    retryAtSeconds >= openedAtSeconds
      ? undefined
      : { key: 'retryAtSeconds', given: retryAtSeconds, rule: `a number >= openedAtSeconds, ${openedAtSeconds}` }
)

const halfOpen: Codec<States.HalfOpen> = also(
  record('HalfOpen', {
    _tag: literal('HalfOpen'),
    generation,
    probes: list('Probes', probe),
    successes: count,
    failures: count,
    reopenings: count,
    openSeconds: duration
  }),
  ({ probes }) =>
    new Set(probes.map(({ id }) => id)).size === probes.length
      ? undefined
      : { key: 'probes', given: probes, rule: 'probes with different ids' }
)

/**
 * States of a breaker.
 *
 * @example
 * import { State } from 'breaker-ts/Codec'
 * import { open } from 'breaker-ts/State'
 * import * as E from 'fp-ts/Either'
 * import { PathReporter } from 'io-ts/PathReporter'
 *
 * const state = open(1, 10, 70)
 *
 * assert.deepStrictEqual(State.decode(JSON.parse(JSON.stringify(state))), E.right(state))
 * assert.deepStrictEqual(PathReporter.report(State.decode({ ...state, retryAtSeconds: null })), [
 *   'retryAtSeconds: given null, expected a finite number'
 * ])
 *
 * @category codecs
 * @since 0.1.0
 */
export const State: t.Type<States.State, States.State, unknown> = tagged<States.State>('State', {
  Closed: closed,
  Open: open,
  HalfOpen: halfOpen,
  Isolated: record('Isolated', { _tag: literal('Isolated'), generation }),
  Disabled: record('Disabled', { _tag: literal('Disabled'), generation })
})

// -------------------------------------------------------------------------------------
// events
// -------------------------------------------------------------------------------------

/**
 * Permits, for callers that carry one through another process.
 *
 * @example
 * import { Permit } from 'breaker-ts/Codec'
 * import { probePermit } from 'breaker-ts/Event'
 * import * as E from 'fp-ts/Either'
 *
 * assert.deepStrictEqual(Permit.decode({ generation: 2, probe: 'a' }), E.right(probePermit(2, 'a')))
 *
 * @category codecs
 * @since 0.1.0
 */
export const Permit: t.Type<Events.Permit, Events.Permit, unknown> = record('Permit', {
  generation,
  probe: field<string | null>('a non-empty string or null', (u) => u === null || probeId.is(u))
})

/**
 * Events of a breaker.
 *
 * @example
 * import { Event } from 'breaker-ts/Codec'
 * import { admitted } from 'breaker-ts/Event'
 * import * as E from 'fp-ts/Either'
 * import { PathReporter } from 'io-ts/PathReporter'
 *
 * assert.deepStrictEqual(Event.decode({ _tag: 'Admitted', probe: 'a' }), E.right(admitted('a')))
 * assert.deepStrictEqual(PathReporter.report(Event.decode({ _tag: 'Failed', permit: { generation: -1 } })), [
 *   'permit.generation: given -1, expected an integer from 0 to 4503599627370496',
 *   'permit.probe: given nothing, expected a non-empty string or null'
 * ])
 *
 * @category codecs
 * @since 0.1.0
 */
export const Event: t.Type<Events.Event, Events.Event, unknown> = tagged<Events.Event>('Event', {
  Admitted: record('Admitted', { _tag: literal('Admitted'), probe: probeId }),
  Succeeded: record<Events.Succeeded>('Succeeded', {
    _tag: literal('Succeeded'),
    permit: Permit,
    slow: optional(isTrueOrFalse)
  }),
  Failed: record<Events.Failed>('Failed', {
    _tag: literal('Failed'),
    permit: Permit,
    slow: optional(isTrueOrFalse),
    retryAfterSeconds: optional(duration)
  }),
  Released: record('Released', { _tag: literal('Released'), permit: Permit }),
  SuccessRecorded: record('SuccessRecorded', { _tag: literal('SuccessRecorded') }),
  FailureRecorded: record('FailureRecorded', { _tag: literal('FailureRecorded') }),
  Reset: record('Reset', { _tag: literal('Reset') }),
  IsolationStarted: record('IsolationStarted', { _tag: literal('IsolationStarted') }),
  IsolationEnded: record('IsolationEnded', { _tag: literal('IsolationEnded') }),
  BreakerDisabled: record('BreakerDisabled', { _tag: literal('BreakerDisabled') }),
  BreakerEnabled: record('BreakerEnabled', { _tag: literal('BreakerEnabled') })
})

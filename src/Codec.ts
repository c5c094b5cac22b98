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
import { fromUnknown, rules } from './Config'
import type * as Counts from './Counts'
import type * as Events from './Event'
import { isArray, isObject, lengthOf, readOwn, showGiven, showProblem } from './Problem'
import type * as States from './State'

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

type Fields<A> = { readonly [K in keyof A]: Codec<A[K]> }

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
    return errors.length > 0 ? t.failures(errors.flat()) : t.success(Object.fromEntries(read) as A)
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

// One rule more on a record that is right field by field: names the field that breaks it, or nothing.
const also = <A>(
  type: Codec<A>,
  broken: (a: A) => { readonly key: string; readonly given: unknown; readonly rule: string } | undefined
): Codec<A> =>
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

const literal = <A extends string>(value: A): Codec<A> => field(`"${value}"`, (u) => u === value)

const isCount = (u: unknown): boolean => Number.isSafeInteger(u) && (u as number) >= 0
const count = field<number>('an integer >= 0', isCount)
const seconds = field<number>('a finite number', Number.isFinite)
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
  (u): u is Configs.Config =>
    isObject(u) && Object.keys(rules).every((key) => readOwn(u, key) !== undefined) && E.isRight(fromUnknown(u)),
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

// -------------------------------------------------------------------------------------
// state
// -------------------------------------------------------------------------------------

const counts: Codec<Counts.Counts> = record('Counts', { _tag: literal('Consecutive'), failures: count })

const probe: Codec<States.Probe> = record('Probe', { id: probeId, admittedAtSeconds: seconds })

const closed: Codec<States.Closed> = record('Closed', { _tag: literal('Closed'), generation, counts })

const open: Codec<States.Open> = also(
  record('Open', { _tag: literal('Open'), generation, openedAtSeconds: seconds, retryAtSeconds: seconds }),
  ({ openedAtSeconds, retryAtSeconds }) =>
    retryAtSeconds >= openedAtSeconds
      ? undefined
      : { key: 'retryAtSeconds', given: retryAtSeconds, rule: `a number >= openedAtSeconds, ${openedAtSeconds}` }
)

const halfOpen: Codec<States.HalfOpen> = also(
  record('HalfOpen', { _tag: literal('HalfOpen'), generation, probes: list('Probes', probe), successes: count }),
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
  Succeeded: record('Succeeded', { _tag: literal('Succeeded'), permit: Permit }),
  Failed: record('Failed', { _tag: literal('Failed'), permit: Permit }),
  Released: record('Released', { _tag: literal('Released'), permit: Permit }),
  SuccessRecorded: record('SuccessRecorded', { _tag: literal('SuccessRecorded') }),
  FailureRecorded: record('FailureRecorded', { _tag: literal('FailureRecorded') }),
  Reset: record('Reset', { _tag: literal('Reset') }),
  IsolationStarted: record('IsolationStarted', { _tag: literal('IsolationStarted') }),
  IsolationEnded: record('IsolationEnded', { _tag: literal('IsolationEnded') }),
  BreakerDisabled: record('BreakerDisabled', { _tag: literal('BreakerDisabled') }),
  BreakerEnabled: record('BreakerEnabled', { _tag: literal('BreakerEnabled') })
})

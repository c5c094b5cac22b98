/**
 * The io-ts codecs of settings, states and events: the door for data from outside.
 *
 * Decoding reads own properties only, into a fresh object, and drops properties it does not know (`Settings` refuses
 * them). It reports one message per wrong field, of a list in a state the first wrong item, with path, value given and rule
 * (`PathReporter` of io-ts prints them), and it never throws, whatever it is given. Encoding is the identity: states and
 * events are JSON already, and so are settings without functions.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'

import type * as Configs from '../core/Config'
import { fromUnknown } from '../core/Config'
import type * as Events from '../core/Event'
import { readOwn, showProblem } from '../core/Problem'
import type { Rule } from '../core/Rule'
import { event, permit, state } from '../core/Shape'
import type * as States from '../core/State'

const pathOf = (context: t.Context): string =>
  context
    .map(({ key }) => key)
    .filter((key) => key !== '')
    .reduce((path, key) => (/^\d+$/.test(key) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`), '')

const codec = <A, O>(name: string, rule: Rule<A>, is: (u: unknown) => boolean): t.Type<A, O, unknown> =>
  new t.Type(
    name,
    (u): u is A => is(u),
    (u, context) => {
      const read = rule(u, pathOf(context))
      if (read._tag === 'Right') return read
      return t.failures(read.left.map((found) => ({ value: u, context, message: showProblem(found) })))
    },
    (a) => a as unknown as O
  )

const data = <A>(name: string, rule: Rule<A>): t.Type<A, A, unknown> =>
  codec(name, rule, (u) => rule(u, '')._tag === 'Right')

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
export const Settings: t.Type<Configs.Config, Configs.Settings, unknown> = codec(
  'Settings',
  (u, path) => {
    const read = fromUnknown(u)
    if (read._tag === 'Right') return read
    const at = (key: string) => (path === '' || key === '' ? `${path}${key}` : `${path}.${key}`)
    return { _tag: 'Left', left: read.left.problems.map((found) => ({ ...found, path: at(found.path) })) }
  },
  (u) => {
    const read = fromUnknown(u)
    return read._tag === 'Right' && isComplete(u as object, read.right)
  }
)

const isComplete = (given: object, config: Configs.Config): boolean =>
  Object.entries(config).every(([key, value]) => (readOwn(given, key) === undefined) === (value === undefined))

// -------------------------------------------------------------------------------------
// states and events
// -------------------------------------------------------------------------------------

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
export const State: t.Type<States.State, States.State, unknown> = data('State', state)

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
export const Permit: t.Type<Events.Permit, Events.Permit, unknown> = data('Permit', permit)

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
export const Event: t.Type<Events.Event, Events.Event, unknown> = data('Event', event)

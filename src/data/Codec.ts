/**
 * The io-ts codecs of settings, states, events and actions: the door for data from outside.
 *
 * Decoding copies first, so that nothing can answer differently later, and drops properties it does not know (`Settings`
 * refuses them). It reports one message per wrong field, of a list the first wrong item, with path, value given and rule,
 * which `PathReporter` of io-ts prints. It never throws, whatever it is given. What it takes is plain data: a proxy, a
 * function, or a getter that throws is a decoding error.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'

import type { Action as Actions } from '../core/Action'
import { readType } from '../core/Action'
import type * as Configs from '../core/Config'
import { isConfig } from '../core/Config'
import type { Counts } from '../core/Counts'
import type * as Events from '../core/Event'
import type * as States from '../core/State'
import { codecOf, door, isLeft, named, record, seconds, validateAs } from './Door'
import type * as Data from './SettingsData'
import { encode, settings } from './SettingsData'
import { counts, event, permit, state, stateCodec } from './StateData'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Settings as data, as they stand in a JSON file. A circuit opens where any of a list of strategies says so.
 *
 * @category model
 * @since 0.1.0
 */
export type SettingsData = Data.SettingsData

/**
 * A window as data: `Consecutive`, `CountWindow` or `TimeWindow`, with the numbers of its constructor.
 *
 * @category model
 * @since 0.1.0
 */
export type WindowData = Data.WindowData

/**
 * A trip strategy as data: `ConsecutiveFailures`, `FailureCount`, `FailureRate`, `SlowCallRate` or `Never`, with the numbers
 * of its constructor.
 *
 * @category model
 * @since 0.1.0
 */
export type TripData = Data.TripData

/**
 * A recovery policy as data: `Constant`, `Exponential`, `Fibonacci` or `Jittered`, with the numbers of its constructor.
 *
 * @category model
 * @since 0.1.0
 */
export type RecoveryData = Data.RecoveryData

// -------------------------------------------------------------------------------------
// settings
// -------------------------------------------------------------------------------------

/**
 * Settings as data, checked and completed: what a shell or the reducer takes. A list of strategies opens where any of them
 * would.
 *
 * Encoding gives the data again. A policy of your own is encoded by its `toJSON`; one that has none stays a function.
 *
 * @example
 * import { AsyncCircuitBreaker } from 'breaker-ts/AsyncCircuitBreaker'
 * import { Settings } from 'breaker-ts/Codec'
 * import { either as E, function as F } from 'fp-ts'
 * import { PathReporter } from 'io-ts/PathReporter'
 *
 * const json = JSON.parse(`{
 *   "name": "payments",
 *   "window": { "_tag": "TimeWindow", "seconds": 60, "slices": 10 },
 *   "trip": { "_tag": "FailureRate", "rate": 0.5, "minimumCalls": 20 },
 *   "recoveryTimeoutSeconds": { "_tag": "Exponential", "initial": 10, "factor": 2, "max": 300 }
 * }`)
 * const breaker = F.pipe(
 *   Settings.decode(json),
 *   E.map((settings) => new AsyncCircuitBreaker(settings))
 * )
 *
 * assert.strictEqual(E.isRight(breaker), true)
 * assert.deepStrictEqual(PathReporter.report(Settings.decode({ name: '', failureThreshold: 2.5 })), [
 *   'name: given "", expected a non-empty string',
 *   'failureThreshold: given 2.5, expected an integer > 0'
 * ])
 *
 * @category codecs
 * @since 0.1.0
 */
export const Settings: t.Type<Configs.Config, SettingsData, unknown> = door('Settings', settings, isConfig, encode)

// -------------------------------------------------------------------------------------
// states and events
// -------------------------------------------------------------------------------------

/**
 * States whose counts are those of a window of your own, or of this package.
 *
 * @example
 * import { stateOf } from 'breaker-ts/Codec'
 * import { closed } from 'breaker-ts/State'
 * import { either as E } from 'fp-ts'
 * import * as t from 'io-ts'
 *
 * const Weighted = t.strict({
 *   _tag: t.literal('Weighted'),
 *   calls: t.number,
 *   failures: t.number,
 *   slowCalls: t.number,
 *   failedOrSlow: t.number,
 *   failuresInARow: t.number,
 *   failing: t.number
 * })
 * const counts = { _tag: 'Weighted', calls: 1, failures: 0, slowCalls: 0, failedOrSlow: 0, failuresInARow: 0, failing: 0 } as const
 *
 * assert.deepStrictEqual(stateOf(Weighted).decode(closed(0, counts)), E.right(closed(0, counts)))
 *
 * @category codecs
 * @since 0.1.0
 */
export const stateOf = <C extends Counts>(
  own: t.Type<C, unknown, unknown>
): t.Type<States.State, States.State, unknown> =>
  door('State', state(t.union([own, counts]) as unknown as t.Type<Counts, Counts, unknown>))

/**
 * States of a breaker.
 *
 * @example
 * import { State } from 'breaker-ts/Codec'
 * import { open } from 'breaker-ts/State'
 * import { either as E } from 'fp-ts'
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
export const State: t.Type<States.State, States.State, unknown> = stateCodec

/**
 * Permits, for callers that carry one through another process.
 *
 * @example
 * import { Permit } from 'breaker-ts/Codec'
 * import { probePermit } from 'breaker-ts/Event'
 * import { either as E } from 'fp-ts'
 *
 * assert.deepStrictEqual(Permit.decode({ generation: 2, probe: 'a' }), E.right(probePermit(2, 'a')))
 *
 * @category codecs
 * @since 0.1.0
 */
export const Permit: t.Type<Events.Permit, Events.Permit, unknown> = door('Permit', permit)

/**
 * Events of a breaker.
 *
 * @example
 * import { Event } from 'breaker-ts/Codec'
 * import { admitted } from 'breaker-ts/Event'
 * import { either as E } from 'fp-ts'
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
export const Event: t.Type<Events.Event, Events.Event, unknown> = door('Event', event)

// -------------------------------------------------------------------------------------
// actions
// -------------------------------------------------------------------------------------

const frame = t.strict(
  {
    type: named<string>({ rule: 'the type of an action of a breaker', holds: (u) => readType(u) !== undefined }),
    payload: named<object>({ rule: 'an object', holds: t.UnknownRecord.is }),
    meta: record<Actions['meta']>({ now: seconds })
  },
  'an action'
)

/**
 * Actions of `breaker-ts/Redux`, for a log that is replayed: `pipe(Action.decode(line), E.map(store.dispatch))`.
 *
 * @example
 * import { Action } from 'breaker-ts/Codec'
 * import { failureRecorded } from 'breaker-ts/Event'
 * import { toAction } from 'breaker-ts/Redux'
 * import { either as E } from 'fp-ts'
 * import { PathReporter } from 'io-ts/PathReporter'
 *
 * const action = toAction('payments')(failureRecorded, 10)
 *
 * assert.deepStrictEqual(Action.decode(JSON.parse(JSON.stringify(action))), E.right(action))
 * assert.deepStrictEqual(PathReporter.report(Action.decode({ ...action, meta: {} })), [
 *   'meta.now: given nothing, expected a finite number'
 * ])
 *
 * @category codecs
 * @since 0.1.0
 */
export const Action: t.Type<Actions, Actions, unknown> = door(
  'Action',
  codecOf('an action', (u, c) => {
    const read = validateAs(frame, u, c)
    if (isLeft(read)) return read
    const { type, payload, meta } = read.right
    const given = { ...payload, _tag: readType(type)?.tag }
    const found = event.validate(given, t.appendContext(c, 'payload', event, given))
    if (isLeft(found)) return found
    const { _tag, ...held } = found.right
    return t.success({ type, payload: held, meta } as Actions)
  })
)

import * as Codec from 'breaker-ts/Codec'
import * as Config from 'breaker-ts/Config'
import { consecutive } from 'breaker-ts/Counts'
import type { Event } from 'breaker-ts/Event'
import * as Ev from 'breaker-ts/Event'
import { closed, halfOpen, open } from 'breaker-ts/State'
import { countWindow, timeWindow } from 'breaker-ts/Window'
import * as fc from 'fast-check'
import * as E from 'fp-ts/Either'
import * as t from 'io-ts'
import { PathReporter } from 'io-ts/PathReporter'

import * as History from './support/history'

const messages = (codec: t.Type<unknown, unknown, unknown>, u: unknown) =>
  PathReporter.report(codec.decode(u)) as ReadonlyArray<string>
const boom = () => {
  throw new Error('boom')
}
const revoked = (target: object) => {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}
const deep = () => {
  let nested: unknown = {}
  for (let i = 0; i < 100_000; i++) nested = { probes: [nested], permit: nested, counts: nested }
  return nested
}

const EVENTS: ReadonlyArray<Event> = [
  Ev.succeeded(Ev.callPermit(0), true),
  Ev.failed(Ev.callPermit(0), { slow: true, retryAfterSeconds: 30 }),
  Ev.admitted('a'),
  Ev.succeeded(Ev.callPermit(0)),
  Ev.failed(Ev.probePermit(2, 'a')),
  Ev.released(Ev.probePermit(2, 'a')),
  ...Object.values(History.UNPERMITTED)
]
const initial = closed(0, consecutive(0))
const half = halfOpen(
  4,
  [
    { id: 'a', admittedAtSeconds: 70 },
    { id: 'b', admittedAtSeconds: 71 }
  ],
  1
)

const fourCalls = countWindow(4)
const ring = fourCalls.count(fourCalls.empty, { failed: true, slow: false }, 0)
const halfAMinute = timeWindow(30, 3)
const slices = [true, false].reduce(
  (counts, failed) => halfAMinute.count(counts, { failed, slow: false }, 0),
  halfAMinute.empty
)

const codecs: ReadonlyArray<{ name: string; codec: t.Type<unknown, unknown, unknown> }> = [
  { name: 'Settings', codec: Codec.Settings },
  { name: 'State', codec: Codec.State },
  { name: 'Event', codec: Codec.Event },
  { name: 'Permit', codec: Codec.Permit }
] as ReadonlyArray<{ name: string; codec: t.Type<unknown, unknown, unknown> }>

describe('decode(encode(a)) is a', () => {
  it('for every state of a history', () =>
    fc.assert(
      fc.property(History.config, History.steps, (config, steps) => {
        const end = History.play(config, steps, () => undefined)
        expect(Codec.State.decode(Codec.State.encode(end))).toEqual(E.right(end))
        expect(Codec.State.is(end)).toBe(true)
      })
    ))

  it.each(EVENTS)('for the event $_tag', (event) => {
    expect(Codec.Event.decode(JSON.parse(JSON.stringify(Codec.Event.encode(event))))).toEqual(E.right(event))
    expect(Codec.Event.is(event)).toBe(true)
  })

  it('for settings, with the defaults filled in', () => {
    const config = Config.make({ name: 'payments', failureThreshold: 2 })
    if (E.isLeft(config)) throw config.left
    expect(Codec.Settings.decode({ name: 'payments', failureThreshold: 2 })).toEqual(config)
    expect(Codec.Settings.decode(Codec.Settings.encode(config.right))).toEqual(config)
    expect(Codec.Settings.is(config.right)).toBe(true)
    expect(Codec.Settings.is({ name: 'payments' })).toBe(false)
    expect(Codec.Settings.is({ ...config.right, failureThreshold: 0 })).toBe(false)
  })
})

describe('wrong input gets one message per field, with path, value given and rule', () => {
  it.each([
    ['State', Codec.State, 5, ['given 5, expected an object with a _tag']],
    ['State', Codec.State, {}, ['_tag: given nothing, expected one of Closed, Open, HalfOpen, Isolated, Disabled']],
    [
      'State',
      Codec.State,
      { _tag: 'closed' },
      ['_tag: given "closed", expected one of Closed, Open, HalfOpen, Isolated, Disabled']
    ],
    [
      'State',
      Codec.State,
      { _tag: 'Closed', generation: 2 ** 52 + 1, counts: { _tag: 'Window', failures: -1 } },
      [
        'generation: given 4503599627370497, expected an integer from 0 to 4503599627370496',
        'counts._tag: given "Window", expected one of Consecutive, CountWindow, TimeWindow',
        'recovered: given nothing, expected an object or null'
      ]
    ],
    [
      'State',
      Codec.State,
      { ...initial, counts: { ...initial.counts, calls: 1 } },
      ['counts.calls: given 1, expected the failures, 0']
    ],
    [
      'State',
      Codec.State,
      { ...initial, counts: { ...initial.counts, failuresInARow: 1 } },
      ['counts.failuresInARow: given 1, expected the failures, 0']
    ],
    [
      'State',
      Codec.State,
      { ...initial, counts: { ...initial.counts, slowCalls: 1 } },
      ['counts.slowCalls: given 1, expected 0 without a window']
    ],
    ['State', Codec.State, { ...initial, counts: null }, ['counts: given null, expected an object with a _tag']],
    [
      'State',
      Codec.State,
      { ...open(1, 0, 60), openedAtSeconds: NaN, retryAtSeconds: Infinity },
      [
        'openedAtSeconds: given NaN, expected a finite number',
        'retryAtSeconds: given Infinity, expected a finite number'
      ]
    ],
    ['State', Codec.State, open(1, 70, 60), ['retryAtSeconds: given 60, expected a number >= openedAtSeconds, 70']],
    ['State', Codec.State, { ...half, probes: {} }, ['probes: given an object, expected an array']],
    [
      'State',
      Codec.State,
      { ...half, successes: 0.5, probes: [half.probes[0], { id: '', admittedAtSeconds: '71' }] },
      [
        'probes[1].id: given "", expected a non-empty string',
        'probes[1].admittedAtSeconds: given "71", expected a finite number',
        'successes: given 0.5, expected an integer >= 0'
      ]
    ],
    [
      'State',
      Codec.State,
      { ...half, probes: [half.probes[0], half.probes[0]] },
      ['probes: given an array of 2, expected probes with different ids']
    ],
    [
      'State',
      Codec.State,
      { ...initial, counts: { ...ring, calls: 5, pages: [[0, 0]], word: 2 ** 31 } },
      ['counts.word: given 2147483648, expected a signed 32-bit integer']
    ],
    [
      'State',
      Codec.State,
      { ...initial, counts: { ...ring, pages: [[0], [0]] } },
      ['counts.pages: given an array of 2, expected 1 words in pages of 64, for a size of 4']
    ],
    [
      'State',
      Codec.State,
      { ...initial, counts: { ...ring, pages: [[0, 0]] } },
      ['counts.pages: given an array of 1, expected 1 words in pages of 64, for a size of 4']
    ],
    [
      'State',
      Codec.State,
      { ...initial, counts: { ...ring, size: 2 ** 53 - 1 } },
      [
        'counts.pages: given an array of 1, expected 562949953421312 words in pages of 64, for a size of 9007199254740991'
      ]
    ],
    [
      'State',
      Codec.State,
      { ...initial, counts: { ...ring, pages: [new Proxy([0], { get: () => 2 ** 53 - 1 })] } },
      ['counts.pages[0]: given an array of 9007199254740991, expected an array of at most 64']
    ],
    [
      'State',
      Codec.State,
      { ...initial, counts: { ...ring, calls: 5 } },
      ['counts.calls: given 5, expected at most the size, 4']
    ],
    [
      'State',
      Codec.State,
      { ...initial, counts: { ...ring, next: 16 } },
      ['counts.next: given 16, expected a place in the ring, below 16']
    ],
    [
      'State',
      Codec.State,
      { ...initial, counts: { ...ring, failures: 0 } },
      ['counts.failures: given 0, expected 1, as the pages say']
    ],
    [
      'State',
      Codec.State,
      { ...initial, counts: { ...ring, slowCalls: 1 } },
      ['counts.slowCalls: given 1, expected 0, as the pages say']
    ],
    [
      'State',
      Codec.State,
      { ...initial, counts: { ...ring, word: 5 } },
      ['counts.word: given 5, expected no call at next or after it']
    ],
    [
      'State',
      Codec.State,
      { ...initial, counts: { ...slices, failuresInARow: 3 } },
      ['counts.failuresInARow: given 3, expected at most the failures, 1']
    ],
    [
      'State',
      Codec.State,
      { ...initial, counts: { ...slices, sliceSeconds: 0 } },
      ['counts.sliceSeconds: given 0, expected a finite number > 0']
    ],
    [
      'State',
      Codec.State,
      { ...initial, counts: { ...slices, failures: 3 } },
      ['counts.failures: given 3, expected at most the calls, 2']
    ],
    [
      'State',
      Codec.State,
      { ...initial, counts: { ...slices, slowCalls: 3 } },
      ['counts.slowCalls: given 3, expected at most the calls, 2']
    ],
    [
      'State',
      Codec.State,
      { ...initial, counts: { ...slices, older: [{ calls: 1, failures: 2, slowCalls: 0 }] } },
      ['counts.older[0].failures: given 2, expected at most the calls, 1']
    ],
    [
      'State',
      Codec.State,
      { ...initial, counts: { ...slices, older: [{ calls: 3, failures: 0, slowCalls: 0 }] } },
      ['counts.older: given an array of 1, expected slices that add up to no more than the sums of the window']
    ],
    [
      'State',
      Codec.State,
      { ...initial, counts: { ...slices, failures: 2, older: [{ calls: 1, failures: 0, slowCalls: 0 }] } },
      ['counts.older: given an array of 1, expected slices that add up to no more than the sums of the window']
    ],
    [
      'State',
      Codec.State,
      { ...initial, recovered: { reopenings: -1, closedAtSeconds: NaN, openSeconds: -1 } },
      [
        'recovered.reopenings: given -1, expected an integer >= 0',
        'recovered.closedAtSeconds: given NaN, expected a finite number',
        'recovered.openSeconds: given -1, expected a finite number >= 0'
      ]
    ],
    [
      'Event',
      Codec.Event,
      { ...Ev.failed(Ev.callPermit(0)), slow: 1, retryAfterSeconds: -1 },
      ['slow: given 1, expected true or false', 'retryAfterSeconds: given -1, expected a finite number >= 0']
    ],
    ['Event', Codec.Event, { _tag: 'Admitted' }, ['probe: given nothing, expected a non-empty string']],
    ['Event', Codec.Event, { _tag: 'Failed', permit: 1 }, ['permit: given 1, expected an object']],
    [
      'Permit',
      Codec.Permit,
      { generation: 0.5, probe: '' },
      [
        'generation: given 0.5, expected an integer from 0 to 4503599627370496',
        'probe: given "", expected a non-empty string or null'
      ]
    ],
    [
      'Settings',
      Codec.Settings,
      { name: '', failureThreshold: 0, extra: 1 },
      [
        'name: given "", expected a non-empty string',
        'failureThreshold: given 0, expected an integer > 0',
        'extra: given 1, expected no setting of this name, only name, failureThreshold, trip, window, recoveryTimeoutSeconds, halfOpenMaxProbes, halfOpenSuccessThreshold, halfOpenMaxFailures, probeTimeoutSeconds'
      ]
    ],
    ['Settings', Codec.Settings, [], ['given an array of 0, expected an object of settings']],
    ['Settings', Codec.Settings, null, ['given null, expected an object of settings']]
  ])('%s: %#', (_, codec, input, expected) => {
    expect(messages(codec as t.Type<unknown, unknown, unknown>, input)).toEqual(expected)
  })

  it('also inside a codec of the user', () => {
    const Saved = t.type({
      breakers: t.array(Codec.State),
      settings: Codec.Settings,
      last: t.type({ event: Codec.Event })
    })
    expect(
      messages(Saved as unknown as t.Type<unknown, unknown, unknown>, {
        breakers: [initial, { ...initial, generation: -1 }],
        settings: { name: 'x', failureThreshold: '3' },
        last: { event: { _tag: 'Admitted' } }
      })
    ).toEqual([
      'breakers[1].generation: given -1, expected an integer from 0 to 4503599627370496',
      'settings.failureThreshold: given "3", expected an integer > 0',
      'last.event.probe: given nothing, expected a non-empty string'
    ])
  })
})

describe.each(codecs)('a hostile value given to $name', ({ codec }) => {
  it.each([
    [
      'is deeply nested',
      { ...initial, ...half, counts: deep(), probes: [deep()], permit: deep(), failureThreshold: deep() }
    ],
    ['is a deeply nested state', { ...initial, counts: deep() }],
    ['is a deeply nested event', { _tag: 'Failed', permit: deep() }],
    ['has getters that throw', Object.defineProperties({}, { _tag: { get: boom }, name: { get: boom } })],
    ['is a proxy that throws', new Proxy({}, { get: boom, has: boom, ownKeys: boom, getOwnPropertyDescriptor: boom })],
    ['is a revoked proxy', revoked({})],
    ['is a revoked array', revoked([])],
    ['hides behind a prototype', Object.create({ ...initial, name: 'x', generation: 0, probe: null })],
    ['is huge', 'x'.repeat(1_000_000)],
    ['is a huge array', new Array(4_000_000_000)],
    ['is a function', Object.assign(() => 1, initial)]
  ])('never throws and never gets in: it %s', (_, hostile) => {
    const result = codec.decode(hostile)
    expect(E.isLeft(result)).toBe(true)
    expect(codec.is(hostile)).toBe(false)
    expect(messages(codec, hostile).join().length).toBeLessThan(1000)
  })

  it('never throws, and what gets in satisfies the codec', () =>
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withSparseArray: true }), (u) => {
        const result = codec.decode(u)
        if (E.isRight(result)) expect(codec.is(result.right)).toBe(true)
      })
    ))
})

describe('a hostile state', () => {
  it('cannot keep its hands on what was decoded: decoding copies', () => {
    const probes = [{ id: 'a', admittedAtSeconds: 70 }]
    const decoded = Codec.State.decode({ ...half, probes })
    probes.push({ id: 'b', admittedAtSeconds: 71 })
    expect(E.isRight(decoded) && decoded.right).toMatchObject({ probes: [{ id: 'a' }] })
  })

  it('is read once, so that a getter cannot answer differently later', () => {
    let reads = 0
    const fickle = Object.defineProperty({ ...initial }, 'generation', { get: () => (reads++ === 0 ? 3 : 'evil') })
    const decoded = Codec.State.decode(fickle)
    expect(decoded).toEqual(E.right({ ...initial, generation: 3 }))
  })

  it('loses what does not belong to it, a changed prototype included', () => {
    const hostile = JSON.parse(
      '{ "_tag": "Closed", "generation": 0, "counts": { "_tag": "Consecutive", "calls": 0, "failures": 0, "slowCalls": 0, "failuresInARow": 0 }, "recovered": null, "dispatch": 1, "__proto__": { "x": 1 } }'
    ) as unknown
    const decoded = Codec.State.decode(hostile)
    expect(decoded).toEqual(E.right(initial))
    expect(E.isRight(decoded) && Object.getPrototypeOf(decoded.right) === Object.prototype).toBe(true)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  it.each([Symbol('length'), -1, NaN, 0.5, '2', { valueOf: boom }, undefined].map((length) => ({ length })))(
    'cannot hide its probes behind an array with the length $length',
    ({ length }) => {
      const probes = new Proxy([], { get: (_, key) => (key === 'length' ? length : undefined) })
      expect(messages(Codec.State as t.Type<unknown, unknown, unknown>, { ...half, probes })).toEqual([
        'probes: given an array of unknown length, expected an array'
      ])
      expect(Config.fromUnknown({ name: probes })).toMatchObject({ left: { problems: [{ path: 'name' }] } })
    }
  )

  it('with a million wrong probes costs one message', () => {
    expect(
      messages(Codec.State as t.Type<unknown, unknown, unknown>, { ...half, probes: new Array(1e6).fill(5) })
    ).toEqual(['probes[0]: given 5, expected an object'])
  })
})

import * as Codec from 'breaker-ts/Codec'
import * as Config from 'breaker-ts/Config'
import { consecutive } from 'breaker-ts/Counts'
import type { Event } from 'breaker-ts/Event'
import * as Ev from 'breaker-ts/Event'
import { toAction } from 'breaker-ts/Redux'
import { restore, snapshot } from 'breaker-ts/Snapshot'
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

const Weighted = t.strict({
  _tag: t.literal('Weighted'),
  calls: t.number,
  failures: t.number,
  slowCalls: t.number,
  failedOrSlow: t.number,
  failuresInARow: t.number,
  failing: t.number,
  lastAtSeconds: t.number
})

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
    expect(Codec.Settings.is({ ...config.right })).toBe(false)
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
      { ...initial, counts: { ...ring, pages: [new Array(65).fill(0)] } },
      ['counts.pages[0]: given an array of 65, expected an array of at most 64']
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
      { ...initial, counts: { ...ring, failedOrSlow: 0 } },
      ['counts.failedOrSlow: given 0, expected 1, as the pages say']
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
      { ...initial, counts: { ...slices, failedOrSlow: 0 } },
      ['counts.failedOrSlow: given 0, expected from 1 to 1, as failures and slowCalls say']
    ],
    [
      'State',
      Codec.State,
      { ...initial, counts: { ...consecutive(2), failedOrSlow: 1 } },
      ['counts.failedOrSlow: given 1, expected the failures, 2']
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
      { ...initial, counts: { ...slices, older: [{ calls: 1, failures: 2, slowCalls: 0, failedOrSlow: 1 }] } },
      ['counts.older[0].failures: given 2, expected at most the calls, 1']
    ],
    [
      'State',
      Codec.State,
      { ...initial, counts: { ...slices, older: [{ calls: 3, failures: 0, slowCalls: 0, failedOrSlow: 0 }] } },
      ['counts.older: given an array of 1, expected slices that add up to no more than the sums of the window']
    ],
    [
      'State',
      Codec.State,
      {
        ...initial,
        counts: {
          ...slices,
          failures: 2,
          failedOrSlow: 2,
          older: [{ calls: 1, failures: 0, slowCalls: 0, failedOrSlow: 0 }]
        }
      },
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
        'extra: given 1, expected no setting of this name, only name, failureThreshold, trip, window, recoveryTimeoutSeconds, halfOpenMaxProbes, halfOpenSuccessThreshold, halfOpenMaxFailures, probeTimeoutSeconds, maxRetryAfterSeconds'
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
      '{ "_tag": "Closed", "generation": 0, "counts": { "_tag": "Consecutive", "calls": 0, "failures": 0, "slowCalls": 0, "failedOrSlow": 0, "failuresInARow": 0 }, "recovered": null, "dispatch": 1, "__proto__": { "x": 1 } }'
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
        'probes: given an array of more than 1,000,000, expected an array'
      ])
    }
  )

  it('is refused where a property cannot be read, is a function, or is nested without end', () => {
    const state = (generation: object) =>
      messages(Codec.State as t.Type<unknown, unknown, unknown>, { ...initial, ...generation })
    const rule = 'expected an integer from 0 to 4503599627370496'
    expect(
      messages(
        Codec.State as t.Type<unknown, unknown, unknown>,
        Object.defineProperty({ ...initial }, 'generation', { get: boom, enumerable: true })
      )
    ).toEqual([`generation: given a value that cannot be read, ${rule}`])
    expect(state({ generation: () => 1 })).toEqual([`generation: given a function, ${rule}`])
    expect(state({ generation: Symbol('x') })).toEqual([`generation: given Symbol(x), ${rule}`])
    const nested = (levels: number): unknown => (levels === 0 ? 1 : { inner: nested(levels - 1) })
    expect(Codec.State.is({ ...initial, more: nested(100) })).toBe(true) // dropped, whatever it is
    expect(
      E.isLeft(
        Codec.stateOf(t.strict({ ...Weighted.type.props, inner: t.unknown })).decode({
          ...initial,
          counts: nested(100)
        })
      )
    ).toBe(true)
  })

  it('with a million wrong probes costs one message', () => {
    expect(
      messages(Codec.State as t.Type<unknown, unknown, unknown>, { ...half, probes: new Array(1e6).fill(5) })
    ).toEqual(['probes[0]: given 5, expected an object'])
  })
})

describe('settings as data', () => {
  const decode = (settings: object) => Codec.Settings.decode({ name: 'x', ...settings })
  const refusal = (settings: object) =>
    messages(Codec.Settings as unknown as t.Type<unknown, unknown, unknown>, { name: 'x', ...settings })
  const RATE = { _tag: 'FailureRate', rate: 0.5, minimumCalls: 10 }
  const SLOW = { _tag: 'SlowCallRate', rate: 1, minimumCalls: 10 }
  const TEN = { _tag: 'CountWindow', size: 10 }
  const MINUTE = { _tag: 'TimeWindow', seconds: 60, slices: 6 }

  const FULL = [
    { name: 'x', failureThreshold: 3, window: { _tag: 'Consecutive' }, recoveryTimeoutSeconds: 30 },
    { name: 'x', window: TEN, trip: RATE, recoveryTimeoutSeconds: { _tag: 'Constant', seconds: 5 } },
    {
      name: 'x',
      window: MINUTE,
      trip: [RATE, SLOW],
      recoveryTimeoutSeconds: { _tag: 'Fibonacci', initial: 1, max: 9 }
    },
    {
      name: 'x',
      window: TEN,
      trip: { _tag: 'FailureCount', failures: 2 },
      recoveryTimeoutSeconds: { _tag: 'Exponential', initial: 1, factor: 2, max: 60 }
    },
    {
      name: 'x',
      window: TEN,
      trip: { _tag: 'ConsecutiveFailures', failures: 5 },
      recoveryTimeoutSeconds: { _tag: 'Jittered', ratio: 0.1, policy: 60 }
    },
    {
      name: 'x',
      window: MINUTE,
      trip: { _tag: 'Never' },
      recoveryTimeoutSeconds: { _tag: 'Jittered', ratio: 0.5, policy: { _tag: 'Constant', seconds: 5 } },
      halfOpenMaxProbes: 2,
      halfOpenSuccessThreshold: 2,
      halfOpenMaxFailures: 1,
      probeTimeoutSeconds: 5
    }
  ]

  it.each(FULL)('become settings that do the same, and the same data again: %j', (data) => {
    const config = Codec.Settings.decode(data)
    if (E.isLeft(config)) throw new Error(PathReporter.report(config).join())
    const encoded = JSON.parse(JSON.stringify(Codec.Settings.encode(config.right))) as unknown
    const policy = { ...(data.recoveryTimeoutSeconds as object) }
    expect(encoded).toMatchObject('policy' in policy && policy.policy === 60 ? { window: data.window } : data)
    expect(JSON.stringify(Codec.Settings.decode(encoded))).toBe(JSON.stringify(config))
    expect(JSON.parse(JSON.stringify(config.right))).toMatchObject(encoded as object)
  })

  it('keep null for a probe time limit of never, back and forth', () => {
    const read = decode({ probeTimeoutSeconds: null })
    expect(E.isRight(read) && Codec.Settings.encode(read.right)).toMatchObject({ name: 'x', probeTimeoutSeconds: null })
  })

  it('are refused for a key __proto__, however deep, beside policies that are made of data', () => {
    const hostile = JSON.parse(
      '{ "__proto__": { "__proto__": { "name": "y", "polluted": true }, "constructor": 1 } }'
    ) as object
    const EXPONENTIAL = { _tag: 'Exponential', initial: 1, factor: 2, max: 60 }
    const settings = Object.defineProperties(
      { name: 'x', window: TEN, trip: RATE, recoveryTimeoutSeconds: EXPONENTIAL },
      Object.getOwnPropertyDescriptors(hostile)
    )
    const refused = messages(Codec.Settings as unknown as t.Type<unknown, unknown, unknown>, settings)
    expect(refused).toHaveLength(1)
    expect(refused[0]).toContain('__proto__: given an object, expected ')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('may leave out the slices of a window and the calls that a rate asks for, as code may', () => {
    const encoded = (settings: unknown) => E.map(Codec.Settings.encode)(Codec.Settings.decode(settings))
    const given = (window: unknown, trip: unknown) => ({ name: 'payments', window, trip })
    const LEFT_OUT = given({ _tag: 'TimeWindow', seconds: 60 }, [
      { _tag: 'FailureRate', rate: 0.5 },
      { _tag: 'SlowCallRate', rate: 1 }
    ])
    expect(encoded(LEFT_OUT)).toEqual(
      encoded(
        given({ _tag: 'TimeWindow', seconds: 60, slices: 10 }, [
          { ...RATE, minimumCalls: 20 },
          { ...SLOW, minimumCalls: 20 }
        ])
      )
    )
    expect(E.isRight(encoded(LEFT_OUT))).toBe(true)
  })

  it('make the windows, strategies and policies that they name', () => {
    const read = decode({
      window: TEN,
      trip: [{ ...RATE, minimumCalls: 2 }, SLOW],
      recoveryTimeoutSeconds: FULL[3]?.recoveryTimeoutSeconds
    })
    if (E.isLeft(read)) throw new Error('refused')
    const { window, trip, recoveryTimeoutSeconds } = read.right
    expect(window.empty).toEqual(countWindow(10).empty)
    expect(trip?.({ ...window.empty, calls: 2, failures: 1 })).toBe(true)
    expect(trip?.({ ...window.empty, calls: 10, failures: 1, slowCalls: 10 })).toBe(true)
    expect(trip?.({ ...window.empty, calls: 10, failures: 1, slowCalls: 9 })).toBe(false)
    expect([0, 1, 9].map((n) => (recoveryTimeoutSeconds as (n: number) => number)(n))).toEqual([1, 2, 60])
  })

  it.each([
    [{ ...RATE, rate: 0 }, 'trip.rate: given 0, expected a number > 0 and <= 1 (0.5 is 50 %)'],
    [{ ...RATE, rate: '0.5' }, 'trip.rate: given "0.5", expected a number > 0 and <= 1 (0.5 is 50 %)'],
    [{ ...RATE, minimumCalls: 0 }, 'trip.minimumCalls: given 0, expected an integer > 0'],
    [
      { ...RATE, minimumCalls: 11 },
      'trip: given 11, expected FailureRate to need no more calls than the window has, 10'
    ],
    [[RATE, { ...RATE, rate: 5 }], 'trip[1].rate: given 5, expected a number > 0 and <= 1 (0.5 is 50 %)'],
    [[], 'trip: given an array of 0, expected a list of 1 to 100 strategies'],
    [new Array(101).fill(RATE), 'trip: given an array of 101, expected a list of 1 to 100 strategies'],
    [{ _tag: 'FailureCount', failures: 1.5 }, 'trip.failures: given 1.5, expected an integer > 0'],
    [{ _tag: 'ConsecutiveFailures', failures: 0 }, 'trip.failures: given 0, expected an integer > 0'],
    [
      { _tag: 'Sometimes' },
      'trip._tag: given "Sometimes", expected one of ConsecutiveFailures, FailureCount, FailureRate, SlowCallRate, Never'
    ],
    [
      { ...RATE, minimumcalls: 5 },
      'trip.minimumcalls: given 5, expected no setting of this name: did you mean minimumCalls?'
    ],
    ['FailureRate', 'trip: given "FailureRate", expected the data of a strategy, or a list of such data']
  ])('are refused where the strategy is wrong: %#', (trip, problem) => {
    expect(refusal({ window: TEN, trip })).toEqual([problem])
  })

  it.each([
    [{ _tag: 'CountWindow', size: 0 }, 'window.size: given 0, expected an integer from 1 to 1000000'],
    [{ _tag: 'TimeWindow', seconds: 0, slices: 1 }, 'window.seconds: given 0, expected a finite number > 0'],
    [{ _tag: 'TimeWindow', seconds: 60, slices: 0 }, 'window.slices: given 0, expected an integer from 1 to 10000'],
    [
      { _tag: 'TimeWindow', seconds: 5e-324, slices: 2 },
      'window.seconds: given 5e-324, expected a time that can be divided into the slices'
    ],
    [60, 'window: given 60, expected an object with a _tag'],
    [{ size: 5 }, 'window._tag: given nothing, expected one of Consecutive, CountWindow, TimeWindow']
  ])('are refused where the window is %j', (window, problem) => {
    expect(refusal({ window, trip: { _tag: 'Never' } })).toEqual([problem])
  })

  it.each([
    [-1, 'recoveryTimeoutSeconds: given -1, expected a finite number >= 0, or the data of a recovery policy'],
    ['60', 'recoveryTimeoutSeconds: given "60", expected a finite number >= 0, or the data of a recovery policy'],
    [{ _tag: 'Constant', seconds: -1 }, 'recoveryTimeoutSeconds.seconds: given -1, expected a finite number >= 0'],
    [
      { _tag: 'Exponential', initial: 1, factor: 0, max: 5 },
      'recoveryTimeoutSeconds.factor: given 0, expected a finite number > 0'
    ],
    [{ _tag: 'Jittered', ratio: 2, policy: 5 }, 'recoveryTimeoutSeconds.ratio: given 2, expected a number from 0 to 1'],
    [
      { _tag: 'Jittered', ratio: 1, policy: { _tag: 'Jittered' } },
      'recoveryTimeoutSeconds.policy._tag: given "Jittered", expected one of Constant, Exponential, Fibonacci'
    ]
  ])('are refused where the recovery policy is %j', (recoveryTimeoutSeconds, problem) => {
    expect(refusal({ recoveryTimeoutSeconds })).toEqual([problem])
  })

  it('name every wrong setting at once, and what does not go together only where each is right by itself', () => {
    expect(refusal({ window: TEN })).toEqual([
      'trip: given nothing, expected a strategy that looks at the window; failureThreshold looks at failures in a row'
    ])
    expect(refusal({ name: '', window: { _tag: 'CountWindow', size: 0 }, trip: RATE, extra: 1 })).toEqual([
      'name: given "", expected a non-empty string',
      'window.size: given 0, expected an integer from 1 to 1000000',
      expect.stringMatching(/^extra: given 1, expected no setting of this name, only name, /)
    ])
  })

  it('keep a policy of your own as it is when they are encoded', () => {
    const trip = () => false
    const config = Config.from({ name: 'x', trip })
    expect(Codec.Settings.encode(config)).toMatchObject({ name: 'x', trip })
  })
})

describe('states with counts of a window of your own', () => {
  const counts = {
    ...consecutive(1),
    _tag: 'Weighted' as const,
    failing: 0.5,
    lastAtSeconds: 10
  }
  const states = Codec.stateOf(Weighted)
  const date = new t.Type<Date, number, unknown>(
    'Date',
    (u): u is Date => u instanceof Date,
    (u) => t.success(new Date(u as number)),
    Number
  )

  it('are read by its codec, and states of this package still are', () => {
    const state = closed(3, counts)
    expect(states.decode(JSON.parse(JSON.stringify(state)))).toEqual(E.right(state))
    expect(states.decode(open(1, 10, 70))).toEqual(E.right(open(1, 10, 70)))
    expect(states.decode(initial)).toEqual(E.right(initial))
    expect(E.isLeft(Codec.State.decode(state))).toBe(true)
    expect(
      messages(states as t.Type<unknown, unknown, unknown>, closed(3, { ...counts, failing: 'x' } as never))
    ).toContain('counts.failing: given "x", expected number')
  })

  it('are read by a codec that merges them, whatever is called __proto__ in them', () => {
    const merging = Codec.stateOf(
      t.intersection([t.type(Weighted.type.props), t.type({ failing: date }), t.type({ more: t.unknown })]) as never
    )
    const hostile = JSON.parse(`{ ${'"__proto__": { '.repeat(3)} "x": 1 ${' }'.repeat(3)} }`) as object
    const named = Object.defineProperty({ ...counts }, '__proto__', { value: hostile, enumerable: true })
    expect(() => merging.decode(closed(3, named))).not.toThrow()
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  it('survive a restart: a snapshot moves the times in them', () => {
    const saved = JSON.parse(JSON.stringify(snapshot(closed(3, counts), 20, 1000))) as unknown
    expect(restore(saved, 5, 1001, 60, states)).toEqual(E.right(closed(3, { ...counts, lastAtSeconds: -6 } as never)))
    expect(E.isLeft(restore(saved, 5, 1001))).toBe(true)
  })
})

describe('an action of a replayed log', () => {
  const action = toAction('payments')(Ev.failed(Ev.callPermit(0), { slow: true, retryAfterSeconds: 3 }), 10)
  const refusal = (u: unknown) => messages(Codec.Action as t.Type<unknown, unknown, unknown>, u)

  it('is read for every event', () => {
    for (const event of EVENTS) {
      const one = toAction('payments')(event, 10)
      expect(Codec.Action.decode(JSON.parse(JSON.stringify(one)))).toEqual(E.right(one))
      expect(Codec.Action.is(one)).toBe(true)
    }
  })

  it('is refused with what is wrong', () => {
    expect(refusal(5)).toEqual(['given 5, expected an action'])
    expect(refusal({ ...action, type: '@@redux/INIT', meta: 1 })).toEqual([
      'type: given "@@redux/INIT", expected the type of an action of a breaker',
      'meta: given 1, expected an object'
    ])
    expect(refusal({ ...action, payload: 'payments' })).toEqual(['payload: given "payments", expected an object'])
    expect(refusal({ ...action, payload: { permit: { generation: 0 }, slow: 1 } })).toEqual([
      'payload.permit.probe: given nothing, expected a non-empty string or null',
      'payload.slow: given 1, expected true or false'
    ])
    expect(Codec.Action.is({ ...action, meta: {} })).toBe(false)
  })

  it.each(['circuitBreaker/failed', 'circuitBreaker//failed', 'x/circuitBreaker/payments/failed', 'failed', '', 5])(
    'is refused where its type names no breaker and event: %j',
    (type) => {
      const given = JSON.stringify(type)
      expect(refusal({ ...action, type })).toEqual([
        `type: given ${given}, expected the type of an action of a breaker`
      ])
    }
  )

  it('is that of a breaker whose name holds slashes, and drops what its event does not have', () => {
    const one = toAction('hosts/api.example.com')(Ev.reset, 10)
    expect(Codec.Action.decode({ ...one, payload: { breaker: 'mail' } })).toEqual(E.right(one))
  })
})

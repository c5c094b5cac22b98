// What breaker-ts/OpenTelemetry and breaker-ts/Log promise, on a meter, a span and a logger made here. `npm run telemetry` runs the
// same on the real SDK.
import { AsyncCircuitBreaker, CircuitBreaker, Registry } from 'breaker-ts'
import { config, event } from 'breaker-ts'
import { manual } from 'breaker-ts/Clock'
import type { LogRecord } from 'breaker-ts/Log'
import { logTo, toLogRecord } from 'breaker-ts/Log'
import type { Metrics } from 'breaker-ts/Metrics'
import { observe } from 'breaker-ts/Metrics'
import type { Notice } from 'breaker-ts/Notice'
import type { Attributes, MeterLike, SpanLike, TelemetryOptions } from 'breaker-ts/OpenTelemetry'
import { instrument, logs, spans } from 'breaker-ts/OpenTelemetry'
import { initial, open } from 'breaker-ts/State'
import { inMemory } from 'breaker-ts/Store'

interface Named {
  readonly name: string
  readonly unit: string
}

const meterHere = () => {
  const instruments: Array<readonly [kind: string, name: string, unit: string]> = []
  const recorded: Array<readonly [seconds: number, attributes: Attributes | undefined]> = []
  const boundaries: Array<unknown> = []
  let callback: Parameters<MeterLike['addBatchObservableCallback']>[0] = () => undefined
  const making = (kind: string) => (name: string, options: { readonly unit: string; readonly advice?: unknown }) => {
    instruments.push([kind, name, options.unit])
    boundaries.push(options.advice)
    return {
      name,
      unit: options.unit,
      record: (seconds: number, attributes?: Attributes) => void recorded.push([seconds, attributes])
    }
  }
  const meter: MeterLike = {
    createObservableCounter: making('counter'),
    createObservableUpDownCounter: making('up-down counter'),
    createHistogram: making('histogram'),
    addBatchObservableCallback: (given) => {
      callback = given
    }
  }
  const collect = (): Readonly<Record<string, number>> => {
    const seen: Array<readonly [string, number]> = []
    callback({
      observe: (instrument, value, attributes = {}) =>
        void seen.push([
          [(instrument as Named).name, ...Object.values(attributes)].join(' ').replace(/circuit_breaker\./g, ''),
          value
        ])
    })
    expect(new Set(seen.map(([series]) => series)).size).toBe(seen.length)
    return Object.fromEntries(seen)
  }
  return { meter, instruments, recorded, boundaries, collect }
}

const call =
  (made: unknown, ...args: ReadonlyArray<unknown>) =>
  () =>
    (made as (...given: ReadonlyArray<unknown>) => unknown)(...args)

const setUp = (options: TelemetryOptions = {}) => {
  const time = manual(100)
  const here = meterHere()
  const { observer, watch } = instrument(here.meter, { clock: time.clock, ...options })
  const settings = { name: 'payments', failureThreshold: 1, clock: time.clock, observer }
  return { time, observer, watch, settings, ...here }
}

const statesOf = (series: Readonly<Record<string, number>>, name: string) =>
  ['closed', 'open', 'half_open', 'isolated', 'disabled'].map((state) => series[`state ${name} ${state}`])
const namesIn = (series: Readonly<Record<string, number>>) =>
  [...new Set(Object.keys(series).map((key) => key.split(' ')[1]))].sort()

describe('instrument', () => {
  it('makes the instruments that the page lists, with their units, and a histogram only on demand', () => {
    const { instruments } = setUp()
    expect(instruments).toEqual([
      ['counter', 'circuit_breaker.calls', '{call}'],
      ['counter', 'circuit_breaker.slow_calls', '{call}'],
      ['up-down counter', 'circuit_breaker.in_flight', '{call}'],
      ['up-down counter', 'circuit_breaker.state', '1'],
      ['counter', 'circuit_breaker.transitions', '{transition}'],
      ['counter', 'circuit_breaker.state.duration', 's']
    ])
    expect(setUp({ durations: true }).instruments).toContainEqual(['histogram', 'circuit_breaker.call.duration', 's'])
  })

  it('reports 23 series for a breaker, from its first collection on', () => {
    const { watch, settings, collect } = setUp()
    watch(new CircuitBreaker(settings))
    const series = collect()
    expect(Object.keys(series)).toHaveLength(23)
    expect(statesOf(series, 'payments')).toEqual([1, 0, 0, 0, 0])
  })

  it('goes by the monotonic clock, as breakers do, unless told otherwise', () => {
    const { meter, collect } = meterHere()
    const { observer, watch } = instrument(meter)
    watch(new CircuitBreaker({ name: 'payments', observer }))
    expect(collect()['state.duration payments closed']).toBeLessThan(60)
  })

  it('reports nothing for a breaker that is not watched and has told nothing', () => {
    const { settings, collect } = setUp()
    const breaker = new CircuitBreaker(settings)
    expect(collect()).toEqual({})
    breaker.call(() => 1)
    expect(collect()['calls payments success']).toBe(1)
  })

  it('sees at collection what time alone has done', () => {
    const { time, watch, settings, collect } = setUp()
    const breaker = watch(new CircuitBreaker(settings))
    breaker.recordFailure()
    expect(statesOf(collect(), 'payments')).toEqual([0, 1, 0, 0, 0])
    time.advance(75)
    const series = collect()
    expect(statesOf(series, 'payments')).toEqual([0, 0, 1, 0, 0])
    expect(series['transitions payments half_open']).toBe(1)
    expect([series['state.duration payments open'], series['state.duration payments half_open']]).toEqual([60, 15])
  })

  it('reads a state that others have written to the store', () => {
    const { time, watch, settings, collect } = setUp()
    const store = inMemory(config.from({ name: 'payments', failureThreshold: 1 }))
    watch(new CircuitBreaker({ ...settings, store }))
    time.advance(10)
    collect()
    store.dispatch(event.failureRecorded, time.clock())
    time.advance(5)
    expect(statesOf(collect(), 'payments')).toEqual([0, 1, 0, 0, 0])
    time.advance(5)
    expect(collect()['state.duration payments open']).toBe(10)
  })

  it('counts calls in flight', () => {
    const { watch, settings, collect } = setUp()
    const breaker = watch(new AsyncCircuitBreaker(settings))
    void breaker.run(() => new Promise(() => undefined))
    void breaker.run(() => new Promise(() => undefined))
    expect(collect()['in_flight payments']).toBe(2)
  })

  it('records durations by outcome, with attributes that are made once', () => {
    const { time, settings, recorded, boundaries } = setUp({ durations: true })
    const breaker = new CircuitBreaker({ ...settings, failureThreshold: 9 })
    const after = (seconds: number) => () => time.advance(seconds)
    breaker.call(after(1))
    breaker.call(after(2))
    expect(() =>
      breaker.call(() => {
        throw new Error('503')
      })
    ).toThrow('503')
    expect(recorded.map(([seconds, attributes]) => [seconds, attributes?.['circuit_breaker.outcome']])).toEqual([
      [1, 'success'],
      [2, 'success'],
      [0, 'failure']
    ])
    expect(recorded[0]?.[1]).toBe(recorded[1]?.[1])
    expect(boundaries[boundaries.length - 1]).toEqual({
      explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
    })
  })

  it('counts the keys of a registry under its name, with the number of keys in each state', async () => {
    const { time, watch, settings, collect, recorded } = setUp({ durations: true })
    const hosts = watch(new Registry({ ...settings, name: 'hosts' }))
    expect(statesOf(collect(), 'hosts')).toEqual([0, 0, 0, 0, 0])
    await hosts.for('a').recordFailure()
    time.advance(30)
    await hosts.for('b').recordFailure()
    await hosts.for('c').isolate()
    await hosts.for('d').recordFailure()
    await hosts.for('d').reset()
    await hosts.for('e').run(async () => 1)
    time.advance(40)
    const series = collect()
    expect(namesIn(series)).toEqual(['hosts'])
    expect(statesOf(series, 'hosts')).toEqual([1, 1, 1, 1, 0])
    expect(series['calls hosts success']).toBe(1)
    expect(series['transitions hosts open']).toBe(3)
    expect([series['state.duration hosts open'], series['state.duration hosts half_open']]).toEqual([100, 10])
    expect(recorded.map(([, attributes]) => attributes?.['circuit_breaker.name'])).toEqual(['hosts'])
  })

  it('counts the keys that are not closed of a registry that is not watched', async () => {
    const { time, settings, collect } = setUp()
    const hosts = new Registry({ ...settings, name: 'hosts' })
    await hosts.for('a').recordFailure()
    await hosts.for('b').isolate()
    await hosts.for('b').release()
    time.advance(60)
    expect(statesOf(collect(), 'hosts')).toEqual([0, 0, 1, 0, 0])
  })

  it('forgets keys that the registry has evicted, with or without its observer', async () => {
    const time = manual()
    const { metrics, watch } = observe(time.clock, { perKey: false })
    const silent = watch(new Registry({ name: 'hosts', failureThreshold: 1, maxKeys: 1, clock: time.clock }))
    await silent.for('a').recordFailure()
    expect(metrics()['hosts']?.states).toMatchObject({ Open: 1, Closed: 0 })
    time.advance(5)
    await silent.for('b').isolate()
    expect(metrics()['hosts']?.states).toMatchObject({ Open: 0, Isolated: 1 })
    expect(metrics()['hosts']?.secondsIn).toMatchObject({ Open: 5, Isolated: 0 })
  })

  it('gives keys names of their own on demand, and a key that is closed again stays', async () => {
    const { watch, settings, collect } = setUp({ perKey: true })
    const hosts = watch(new Registry({ ...settings, name: 'hosts', maxKeys: 1 }))
    expect(collect()).toEqual({})
    await hosts.for('a').recordFailure()
    expect(statesOf(collect(), 'hosts/a')).toEqual([0, 1, 0, 0, 0])
    await hosts.for('b').recordFailure() // evicts a
    const series = collect()
    expect(statesOf(series, 'hosts/a')).toEqual([1, 0, 0, 0, 0])
    expect(statesOf(series, 'hosts/b')).toEqual([0, 1, 0, 0, 0])
  })

  it('keeps the name of a watched breaker that contains a slash', () => {
    const { watch, settings, collect } = setUp()
    const breaker = watch(new CircuitBreaker({ ...settings, name: 'payments/charge' }))
    const other = new CircuitBreaker({ ...settings, name: 'payments/refund' })
    const slash = new CircuitBreaker({ ...settings, name: '/slash' })
    for (const each of [other, breaker, breaker, slash]) each.call(() => 1)
    watch(new CircuitBreaker({ ...settings, name: 'payments/late' })).call(() => 1)
    const series = collect()
    expect(namesIn(series)).toEqual(['/slash', 'payments', 'payments/charge', 'payments/late'])
    expect([series['calls payments/charge success'], series['calls payments success']]).toEqual([2, 1])
  })

  it('takes a breaker and the keys of a registry of the same name together', async () => {
    const { watch, settings, collect } = setUp()
    const hosts = new Registry({ ...settings, name: 'hosts' })
    await hosts.for('a').recordFailure()
    new CircuitBreaker({ ...settings, name: 'hosts' }).isolate()
    watch(new CircuitBreaker({ ...settings, name: 'hosts' }))
    expect(statesOf(collect(), 'hosts')).toEqual([1, 1, 0, 0, 0])
  })

  describe('when there are more breakers than maxNames', () => {
    const log = jest.spyOn(console, 'error').mockImplementation()
    afterEach(() => log.mockClear())
    afterAll(() => log.mockRestore())

    it('takes 100 by default, counts the rest as other, and says so once', () => {
      const { settings, collect } = setUp()
      for (let i = 0; i < 150; i++) new CircuitBreaker({ ...settings, name: `b${i}` }).call(() => 1)
      const series = collect()
      expect(namesIn(series)).toHaveLength(101)
      expect(series['calls other success']).toBe(50)
      expect(log.mock.calls.map(([message]: ReadonlyArray<unknown>) => message)).toEqual([
        "Circuit breaker 'b100': its metrics are counted as 'other', with those of all further breakers, since there are 100 names: raise maxNames"
      ])
    })

    it('counts further keys under the part before the slash, and bounds those parts too', () => {
      const { settings, collect } = setUp({ perKey: true, maxNames: 2 })
      const names = ['a', 'hosts/1', 'hosts/2', 'hosts/3', 'routes/1', 'tenants/1', 'b', 'a/1']
      for (const name of names) new CircuitBreaker({ ...settings, name }).call(() => 1)
      const series = collect()
      expect(namesIn(series)).toEqual(['a', 'hosts', 'hosts/1', 'other', 'routes'])
      expect(['a', 'hosts', 'hosts/1', 'other', 'routes'].map((name) => series[`calls ${name} success`])).toEqual([
        2, 2, 1, 2, 1
      ])
    })

    it('counts the states of watched breakers without a name', () => {
      const { watch, settings, collect } = setUp({ maxNames: 1 })
      const breakers = ['a', 'b', 'c'].map((name) => watch(new CircuitBreaker({ ...settings, name })))
      breakers[2]?.isolate()
      expect(statesOf(collect(), 'other')).toEqual([1, 0, 0, 1, 0])
    })
  })

  it.each([0, -1, 1.5, NaN, '5'])('refuses maxNames %p', (maxNames) => {
    expect(() => setUp({ maxNames: maxNames as number })).toThrow('expected an integer > 0, or Infinity')
  })

  it('refuses a perKey that is no boolean', () => {
    expect(() => observe(undefined, { perKey: 'yes' as unknown as boolean })).toThrow(
      'perKey: given "yes", expected true or false'
    )
  })

  it.each<[string, () => unknown, string]>([
    ['no meter', call(instrument), 'meter: given nothing, expected a Meter of @opentelemetry/api'],
    ['what is no meter', call(instrument, {}), 'meter: given an object, expected a Meter of @opentelemetry/api'],
    [
      'a clock that is none',
      call(instrument, meterHere().meter, { clock: 3 }),
      'options.clock: given 3, expected a clock'
    ],
    [
      'a mistyped option',
      call(instrument, meterHere().meter, { maxName: 3 }),
      'options.maxName: given 3, expected no setting'
    ],
    ['an unknown option', call(instrument, meterHere().meter, { top: 3 }), 'only clock, maxNames, perKey, durations'],
    [
      'no boolean',
      call(instrument, meterHere().meter, { durations: 1 }),
      'options.durations: given 1, expected true or false'
    ],
    ['no options', call(instrument, meterHere().meter, null), 'options: given null, expected an object of options'],
    ['no span', call(spans), 'activeSpan: given nothing, expected a function that returns the active span'],
    ['no logger', call(logs, {}), 'logger: given an object, expected a Logger of @opentelemetry/api-logs'],
    ['no function', call(logTo, console), 'write: given an object, expected a function that writes a record'],
    ['a clock that is no function', call(observe, 3), 'clock: given 3, expected a clock'],
    ['an option of another name', call(observe, undefined, { maxName: 3 }), 'options.maxName: given 3'],
    ['nothing to watch', call(observe().watch), 'watched: given nothing, expected a breaker, a Session or a Registry'],
    ['what is no breaker', call(observe().watch, {}), 'watched: given an object, expected a breaker']
  ])('and its neighbours refuse %s, with what was given and what is expected', (_, made, message) => {
    expect(made).toThrow(message)
  })

  it('ignores notices of a kind that it does not know', () => {
    const { observer, collect } = setUp()
    observer({ _tag: 'StoreLost', breaker: 'payments', atSeconds: 1 } as unknown as Notice)()
    expect(Object.keys(collect())).toHaveLength(23)
  })
})

describe('metrics of watched breakers', () => {
  const statesIn = (metrics: Metrics | undefined) => Object.values(metrics?.states ?? {})

  it('spend the time before the first look in the state that was found', () => {
    const time = manual()
    const { metrics, watch } = observe(time.clock)
    watch({ name: 'restored', current: () => ({ state: open(3, 0, 60) }) })
    time.advance(20)
    expect(metrics()['restored']?.secondsIn).toMatchObject({ Closed: 0, Open: 20 })
    expect(statesIn(metrics()['restored'])).toEqual([0, 1, 0, 0, 0])
  })

  it('read the last one of two breakers of a name', () => {
    const { metrics, watch } = observe()
    watch({ name: 'twice', current: () => ({ state: open(3, 0, Infinity) }) })
    watch({ name: 'twice', current: () => ({ state: initial }) })
    expect(metrics()['twice']?.states).toMatchObject({ Closed: 1, Open: 0 })
  })
})

// -------------------------------------------------------------------------------------
// spans
// -------------------------------------------------------------------------------------

const spanHere = (isRecording = true) => {
  const attributes: Attributes = {}
  const span: SpanLike = { isRecording: () => isRecording, setAttributes: (set) => Object.assign(attributes, set) }
  return { span, attributes }
}

const traced = () => {
  const time = manual()
  let active: SpanLike | undefined = undefined
  const observer = spans(() => active)
  const breaker = (name: string) => new CircuitBreaker({ name, failureThreshold: 2, clock: time.clock, observer })
  const inSpan = (...works: ReadonlyArray<() => unknown>): Attributes => {
    const { span, attributes } = spanHere()
    active = span
    for (const work of works)
      try {
        work()
      } catch {
        continue
      }
    active = undefined
    return attributes
  }
  return { time, breaker, inSpan }
}
const fail = () => {
  throw new Error('503')
}
const named = (name: string, rest: Attributes) => ({
  'circuit_breaker.name': name,
  ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [`circuit_breaker.${key}`, value]))
})

describe('spans', () => {
  it('say how the call ended, that it was rejected and why, and which call tripped the circuit', () => {
    const { time, breaker, inSpan } = traced()
    const payments = breaker('payments')
    expect(inSpan(() => payments.call(() => 1))).toEqual(named('payments', { outcome: 'success' }))
    expect(inSpan(() => payments.call(fail))).toEqual(named('payments', { outcome: 'failure' }))
    expect(inSpan(() => payments.call(fail))).toEqual(named('payments', { outcome: 'failure', state: 'open' }))
    time.advance(20)
    expect(inSpan(() => payments.call(() => 1))).toEqual(
      named('payments', { outcome: 'rejected', 'rejection.reason': 'open', retry_after: 40 })
    )
    time.advance(40)
    expect(inSpan(() => payments.call(() => 1))).toEqual(named('payments', { outcome: 'success', state: 'closed' }))
    payments.isolate()
    expect(inSpan(() => payments.call(() => 1))).toEqual(
      named('payments', { outcome: 'rejected', 'rejection.reason': 'isolated' })
    )
  })

  it('tell of the last of several calls of a breaker', () => {
    const { breaker, inSpan } = traced()
    const payments = breaker('payments')
    expect(
      inSpan(
        () => payments.call(fail),
        () => payments.call(() => 1),
        () => payments.call(() => 1)
      )
    ).toEqual(named('payments', { outcome: 'success' }))
  })

  it('never mix two breakers: they tell of the first one in trouble, or of the last one where none is', () => {
    const { breaker, inSpan } = traced()
    const [payments, search] = [breaker('payments'), breaker('search')]
    const [well, alsoWell] = [() => payments.call(() => 1), () => search.call(() => 1)]
    expect(inSpan(well, alsoWell)).toEqual(named('search', { outcome: 'success' }))
    expect(
      inSpan(
        () => payments.call(fail),
        alsoWell,
        () => search.call(fail)
      )
    ).toEqual(named('payments', { outcome: 'failure' }))
    expect(inSpan(alsoWell, () => payments.call(fail), alsoWell)).toEqual(
      named('payments', { outcome: 'failure', state: 'open' })
    )
  })

  it('say nothing of a key that a call of another key has evicted', () => {
    const { span, attributes } = spanHere()
    const hosts = new Registry({ name: 'hosts', failureThreshold: 1, maxKeys: 1, observer: spans(() => span) })
    hosts.forSync('a').isolate()
    hosts.forSync('a').release()
    hosts.forSync('b').isolate()
    expect(attributes).toMatchObject({ 'circuit_breaker.name': 'hosts/a' })
    const second = spanHere()
    const observer = spans(() => second.span)
    observer({
      _tag: 'Transition',
      breaker: 'x',
      from: open(1, 0, 60),
      to: initial,
      atSeconds: 1,
      because: { _tag: 'Evicted' }
    })()
    expect(second.attributes).toEqual({})
  })

  it('do not say of a call what time alone has done', () => {
    const { time, breaker, inSpan } = traced()
    const payments = breaker('payments')
    inSpan(...[fail, fail].map((work) => () => payments.call(work)))
    time.advance(60)
    const hanging = payments.session.acquire()
    expect(hanging._tag).toBe('Right')
    time.advance(300) // the probe has timed out, and the circuit waits again
    expect(inSpan(() => payments.call(() => 1))).toEqual(
      named('payments', { outcome: 'rejected', 'rejection.reason': 'open', retry_after: 60 })
    )
  })

  it('do nothing without a span, on one that has ended, and for other notices', () => {
    const ended = spanHere(false)
    const breaker = new CircuitBreaker({ name: 'x', observer: [spans(() => undefined), spans(() => ended.span)] })
    breaker.call(() => 1)
    const { span, attributes } = spanHere()
    spans(() => span)({ _tag: 'CallAdmitted', breaker: 'x', atSeconds: 1 })()
    expect([ended.attributes, attributes]).toEqual([{}, {}])
  })
})

// -------------------------------------------------------------------------------------
// logs
// -------------------------------------------------------------------------------------

describe('log records', () => {
  const incident = (observer: (time: ReturnType<typeof manual>) => Parameters<typeof logTo>[0]) => {
    const time = manual(0.1)
    const breaker = new CircuitBreaker({
      name: 'payments',
      failureThreshold: 1,
      clock: time.clock,
      observer: logTo(observer(time))
    })
    expect(() => breaker.call(fail)).toThrow()
    for (let i = 0; i < 3; i++) breaker.call(() => 1)
    time.advance(60)
    breaker.call(() => 1)
    breaker.isolate()
  }

  it('are flat JSON: WARN where the circuit opens, and one line for each open period, with the calls it has cost', () => {
    const records: Array<LogRecord> = []
    incident(() => (record) => void records.push(record))
    const event = 'circuit_breaker.state_change'
    expect(JSON.parse(JSON.stringify(records))).toEqual([
      {
        ...{ severity: 'WARN', event, breaker: 'payments', from: 'closed', to: 'open', because: 'Failed' },
        ...{ retry_after: 60, error: 'Error: 503' }
      },
      {
        ...{ severity: 'INFO', event, breaker: 'payments', from: 'open', to: 'half_open' },
        ...{ because: 'RecoveryTimeoutElapsed', rejected: 3 }
      },
      { severity: 'INFO', event, breaker: 'payments', from: 'half_open', to: 'closed', because: 'Succeeded' },
      { severity: 'INFO', event, breaker: 'payments', from: 'closed', to: 'isolated', because: 'IsolationStarted' }
    ])
  })

  it('are there for changes of state only', () => {
    expect(toLogRecord({ _tag: 'CallAdmitted', breaker: 'x', atSeconds: 1 })).toBeUndefined()
    expect(toLogRecord({ _tag: 'StoreLost', breaker: 'x' } as unknown as Notice)).toBeUndefined()
  })

  it.each<readonly [unknown, string]>([
    [new TypeError('fetch failed'), 'TypeError: fetch failed'],
    [{ _tag: 'Timeout', message: 'after 2 s' }, 'Error: after 2 s'],
    ['plain text', 'plain text'],
    [503, '503'],
    [null, 'null'],
    [{ status: 503 }, 'an object'],
    ['x'.repeat(2000), 'x'.repeat(500)],
    [
      {
        get message() {
          throw new Error('hostile')
        }
      },
      'an object'
    ]
  ])('say what the call failed with, in bounded words: %#', (error, words) => {
    const record = toLogRecord({
      ...{ _tag: 'Transition', breaker: 'x', from: initial, to: open(1, 0, 60), atSeconds: 0 },
      ...{ because: event.failureRecorded, error }
    })
    expect(record?.error).toBe(words)
  })

  it('are events of OpenTelemetry, by logs', () => {
    const emitted: Array<Parameters<Parameters<typeof logs>[0]['emit']>[0]> = []
    const time = manual()
    const observer = logs({ emit: (record) => emitted.push(record) })
    const breaker = new CircuitBreaker({ name: 'payments', failureThreshold: 1, clock: time.clock, observer })
    expect(() => breaker.call(fail)).toThrow()
    breaker.call(() => 1)
    breaker.reset()
    expect(emitted).toEqual([
      {
        eventName: 'circuit_breaker.state_change',
        severityNumber: 13,
        severityText: 'WARN',
        body: "Circuit breaker 'payments': closed -> open (Failed)",
        attributes: {
          ...named('payments', { state: 'open', previous_state: 'closed', cause: 'Failed', retry_after: 60 }),
          'exception.message': 'Error: 503'
        }
      },
      {
        eventName: 'circuit_breaker.state_change',
        severityNumber: 9,
        severityText: 'INFO',
        body: "Circuit breaker 'payments': open -> closed (Reset)",
        attributes: named('payments', { state: 'closed', previous_state: 'open', cause: 'Reset', rejected_calls: 1 })
      }
    ])
  })
})

import { AsyncCircuitBreaker, CircuitBreaker, clock, Registry, Session } from 'breaker-ts'
import type { HealthOptions } from 'breaker-ts/Health'
import { health } from 'breaker-ts/Health'

const settings = (name: string, time: clock.ManualClock) => ({
  name,
  failureThreshold: 1,
  recoveryTimeoutSeconds: 60,
  clock: time.clock
})

const inEachState = () => {
  const time = clock.manual()
  const make = (name: string) => new CircuitBreaker(settings(name, time))
  const [closed, open, halfOpen, isolated, disabled] = ['closed', 'open', 'half', 'isolated', 'disabled'].map(make) as [
    CircuitBreaker,
    CircuitBreaker,
    CircuitBreaker,
    CircuitBreaker,
    CircuitBreaker
  ]
  halfOpen.recordFailure()
  isolated.isolate()
  disabled.disable()
  time.advance(50)
  open.recordFailure()
  time.advance(20)
  return { time, closed, open, halfOpen, isolated, disabled }
}

describe('health', () => {
  it('names all five states, and says how long to wait and how long a circuit has been open', () => {
    const { closed, open, halfOpen, isolated, disabled } = inEachState()
    expect(health([closed, open, halfOpen, isolated, disabled])).toStrictEqual({
      status: 'degraded',
      breakers: [
        { name: 'closed', state: 'closed', retryAfterSeconds: 0, sinceSeconds: undefined },
        { name: 'open', state: 'open', retryAfterSeconds: 40, sinceSeconds: 20 },
        { name: 'half', state: 'half_open', retryAfterSeconds: 0, sinceSeconds: undefined },
        { name: 'isolated', state: 'isolated', retryAfterSeconds: undefined, sinceSeconds: undefined },
        { name: 'disabled', state: 'disabled', retryAfterSeconds: 0, sinceSeconds: undefined }
      ]
    })
  })

  it('is ok where every call passes, and of no breakers at all', () => {
    const { closed, disabled } = inEachState()
    expect(health([closed, disabled]).status).toBe('ok')
    expect(health([])).toStrictEqual({ status: 'ok', breakers: [] })
  })

  it.each(['open', 'halfOpen', 'isolated'] as const)('is degraded where one is %s', (state) => {
    const breakers = inEachState()
    expect(health([breakers.closed, breakers[state]]).status).toBe('degraded')
  })

  it('takes both shells, a session, and what current() has returned', () => {
    const time = clock.manual()
    const sync = new CircuitBreaker(settings('sync', time))
    const promises = new AsyncCircuitBreaker(settings('async', time))
    const session = new Session(settings('session', time))
    const { status, breakers } = health([sync, promises, session, sync.current()])
    expect([status, ...breakers.map(({ name }) => name)]).toEqual(['ok', 'sync', 'async', 'session', 'sync'])
  })

  it('is a function of what it is given: the same answers give the same health, whatever the time', () => {
    const { time, open } = inEachState()
    const current = open.current()
    const before = health([current])
    time.advance(1000)
    expect(health([current])).toStrictEqual(before)
    expect(open.snapshot().state._tag).toBe('HalfOpen')
  })

  it('counts the time since the wait began that the circuit is in, to the millisecond', () => {
    const time = clock.manual()
    const breaker = new CircuitBreaker({ ...settings('x', time), recoveryTimeoutSeconds: 10 })
    breaker.recordFailure()
    time.advance(4.00049)
    expect(health([breaker]).breakers[0]).toMatchObject({ sinceSeconds: 4, retryAfterSeconds: 6 })
    breaker.recordFailure() // restarts the wait
    expect(health([breaker]).breakers[0]).toMatchObject({ sinceSeconds: 0, retryAfterSeconds: 10 })
    time.advance(10)
    breaker.recordFailure() // reopens
    time.advance(1)
    expect(health([breaker]).breakers[0]).toMatchObject({ state: 'open', sinceSeconds: 1, retryAfterSeconds: 9 })
  })

  it('never says that a circuit has been open for less than no time, where the clock goes back a little', () => {
    const time = clock.manual(100)
    const breaker = new CircuitBreaker(settings('x', time))
    breaker.recordFailure()
    time.advance(-0.5)
    expect(health([breaker]).breakers[0]).toMatchObject({ state: 'open', sinceSeconds: 0, retryAfterSeconds: 60.5 })
  })

  it('survives JSON: what is not known is left out', () => {
    const { isolated } = inEachState()
    expect(JSON.stringify(health([isolated]))).toBe(
      '{"status":"degraded","breakers":[{"name":"isolated","state":"isolated"}]}'
    )
  })
})

describe('wrong arguments', () => {
  const breaker = new CircuitBreaker({ name: 'payments' })
  const list = 'expected a list of breakers, registries, or what current() of a breaker has returned'

  it.each<[string, ReadonlyArray<unknown>, string]>([
    ['nothing', [], `breakers: given nothing, ${list}`],
    ['no list', [breaker], `breakers: given an object, ${list}`],
    ['a function', [[breaker, breaker.current]], `breakers: given a list with a function, ${list}`],
    ['null', [[null]], `breakers: given a list with null, ${list}`],
    ['one critical name', [[breaker], { critical: 'payments' }], 'options.critical: given "payments", expected a list'],
    ['no critical name', [[breaker], { critical: [1] }], 'options.critical: given an array of 1, expected a list'],
    [
      'a mistyped option',
      [[breaker], { critcal: ['payments'] }],
      'options.critcal: given an array of 1, expected no setting'
    ],
    ['options that are none', [[breaker], null], 'options: given null, expected an object of options'],
    ['a list for options', [[breaker], ['payments']], 'options: given an array of 1, expected an object of options']
  ])('are refused, with what was given and what is expected: %s', (_, args, message) => {
    expect(() => health(...(args as Parameters<typeof health>))).toThrow(message)
  })

  it('name the option that was meant', () => {
    expect(() => health([breaker], { critcal: [] } as HealthOptions)).toThrow(/critical/)
  })
})

describe('critical breakers', () => {
  it('are the only ones that readiness goes by', () => {
    const { closed, open, isolated } = inEachState()
    expect(health([closed, open], { critical: ['closed'] })).toMatchObject({ status: 'degraded', ready: true })
    expect(health([closed, open], { critical: ['closed', 'open'] }).ready).toBe(false)
    expect(health([isolated], { critical: ['isolated'] }).ready).toBe(false)
  })

  it('are ready while half-open, since only a call can close them, and while disabled', () => {
    const { halfOpen, disabled } = inEachState()
    expect(health([halfOpen, disabled], { critical: ['half', 'disabled'] }).ready).toBe(true)
  })

  it('say nothing of readiness where none are named', () => {
    const { open } = inEachState()
    expect(health([open])).not.toHaveProperty('ready')
    expect(health([open], { critical: undefined })).not.toHaveProperty('ready')
    expect(health([open], { critical: [] }).ready).toBe(true)
  })

  it('are shown as unknown, and degrade, where no breaker has the name, but keep no healthy process from traffic', () => {
    const { closed } = inEachState()
    expect(health([closed], { critical: ['closde'] })).toStrictEqual({
      status: 'degraded',
      breakers: [
        { name: 'closed', state: 'closed', retryAfterSeconds: 0, sinceSeconds: undefined },
        { name: 'closde', state: 'unknown', retryAfterSeconds: undefined, sinceSeconds: undefined }
      ],
      ready: true
    })
  })
})

describe('a registry', () => {
  const failing = (count: number) => {
    const time = clock.manual()
    const hosts = new Registry({ ...settings('hosts', time), failureThreshold: 1 })
    for (let i = 0; i < count; i++) hosts.forSync(`${i}`).recordFailure()
    return { time, hosts }
  }

  it('is listed by its keys that are not closed', () => {
    const { time, hosts } = failing(2)
    hosts.forSync('well').recordSuccess()
    hosts.forSync('held').isolate()
    time.advance(60)
    const { status, breakers } = health([hosts])
    expect(status).toBe('degraded')
    expect(breakers.map(({ name, state }) => [name, state])).toEqual([
      ['hosts/0', 'half_open'],
      ['hosts/1', 'half_open'],
      ['hosts/held', 'isolated']
    ])
  })

  it('is ok while all keys are closed', () => {
    expect(health([failing(0).hosts])).toStrictEqual({ status: 'ok', breakers: [] })
  })

  it('lists 100 keys at most, those that have changed last, and says how many it has left out', () => {
    const { hosts } = failing(150)
    const { status, breakers, omitted } = health([hosts])
    expect([status, breakers.length, omitted]).toEqual(['degraded', 100, 50])
    expect([breakers[0]?.name, breakers[99]?.name]).toEqual(['hosts/50', 'hosts/149'])
  })

  it('lists every critical key, closed or not, however many others are open', () => {
    const { hosts } = failing(150)
    const { breakers, ready, omitted } = health([hosts], { critical: ['hosts/0', 'hosts/well'] })
    expect(breakers.slice(0, 2).map(({ name, state }) => [name, state])).toEqual([
      ['hosts/0', 'open'],
      ['hosts/well', 'closed']
    ])
    expect([ready, breakers.length, omitted]).toEqual([false, 102, 49])
    expect(health([hosts], { critical: ['hosts/well'] }).ready).toBe(true)
  })
})

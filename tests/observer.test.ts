import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
import { slowAfter, standard } from 'breaker-ts/Classifier'
import { manual } from 'breaker-ts/Clock'
import type { Event } from 'breaker-ts/Event'
import * as Ev from 'breaker-ts/Event'
import * as Metrics from 'breaker-ts/Metrics'
import type { Notice, Observer } from 'breaker-ts/Notice'
import { transitions } from 'breaker-ts/Notice'
import { at, reduce } from 'breaker-ts/Reducer'
import { Registry } from 'breaker-ts/Registry'
import type { BreakerSettings } from 'breaker-ts/Session'
import { halfOpen, initial, open } from 'breaker-ts/State'
import { inMemory } from 'breaker-ts/Store'
import * as fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { configOf } from './support/config'
import * as History from './support/history'
import { kinds } from './support/shells'

const show = (notice: Notice): string => {
  switch (notice._tag) {
    case 'Transition':
      return `${notice.atSeconds} ${notice.from._tag} -> ${notice.to._tag} because ${notice.because._tag}`
    case 'CallAdmitted':
      return `${notice.atSeconds} admitted`
    case 'CallEnded':
      return `${notice.atSeconds} ${notice.outcome._tag} after ${notice.elapsedSeconds}`
    case 'CallRejected':
      return `${notice.atSeconds} rejected, ${notice.rejection.reason} ${notice.rejection.retryAfterSeconds ?? '-'}`
    case 'StoreLost':
    case 'StoreBack':
      return `${notice.atSeconds} ${notice._tag}`
  }
}

describe.each(kinds)('a $name with an observer', (kind) => {
  const setUp = (settings: Partial<BreakerSettings> = {}) => {
    const time = manual(100)
    const notices: Array<Notice> = []
    const observer: Observer = (notice) => () => void notices.push(notice)
    const breaker = kind.make({
      name: 'payments',
      failureThreshold: 1,
      recoveryTimeoutSeconds: 60,
      clock: time.clock,
      observer,
      ...settings
    })
    return { time, breaker, notices, told: () => notices.splice(0).map(show) }
  }

  it('tells of each call and of each transition, in order, with what it was because of', async () => {
    const { breaker, time, notices, told } = setUp()
    await breaker.call(() => E.right(time.advance(2)))
    expect(told()).toEqual(['100 admitted', '102 Success after 2'])
    await breaker.call(() => E.left('503'))
    expect(told()).toEqual(['102 admitted', '102 Failure after 0', '102 Closed -> Open because Failed'])
    await breaker.call(() => E.right(1))
    expect(told()).toEqual(['102 rejected, open 60'])
    time.advance(70)
    await breaker.call(() => E.left(new DOMException('cancelled', 'AbortError')))
    expect(told()).toEqual([
      '162 Open -> HalfOpen because RecoveryTimeoutElapsed',
      '172 admitted',
      '172 Neutral after 0'
    ])
    await breaker.call(() => E.right(1))
    expect(notices[1]).toEqual({
      _tag: 'CallEnded',
      breaker: 'payments',
      atSeconds: 172,
      outcome: { _tag: 'Success', slow: false },
      elapsedSeconds: 0
    })
    expect(told()).toEqual(['172 admitted', '172 Success after 0', '172 HalfOpen -> Closed because Succeeded'])
    await breaker.isolate()
    await breaker.call(() => E.right(1))
    await breaker.reset()
    await breaker.reset()
    expect(told()).toEqual([
      '172 Closed -> Isolated because IsolationStarted',
      '172 rejected, isolated -',
      '172 Isolated -> Closed because Reset',
      '172 Closed -> Closed because Reset'
    ])
  })

  it('tells of what time did when an event brings it to light, and when it was', async () => {
    const { breaker, time, told } = setUp({ probeTimeoutSeconds: 5 })
    await breaker.recordFailure()
    time.advance(60)
    const hung = breaker.session.acquire()
    time.advance(70)
    told()
    await breaker.call(() => E.right(1))
    expect(told()).toEqual([
      '165 HalfOpen -> Open because ProbeTimedOut',
      '225 Open -> HalfOpen because RecoveryTimeoutElapsed',
      '230 admitted',
      '230 Success after 0',
      '230 HalfOpen -> Closed because Succeeded'
    ])
    if (E.isRight(hung)) hung.right.succeed()
    expect(told()).toEqual(['230 Success after 70'])
  })

  it('tells of a probe that has timed out at the next rejection, before it, and once', async () => {
    const { breaker, time, told } = setUp({ probeTimeoutSeconds: 5 })
    await breaker.recordFailure()
    time.advance(60)
    breaker.session.acquire()
    told()
    time.advance(8)
    await breaker.call(() => E.right(1))
    await breaker.call(() => E.right(1))
    expect(told()).toEqual([
      '165 HalfOpen -> Open because ProbeTimedOut',
      '168 rejected, open 57',
      '168 rejected, open 57'
    ])
    time.advance(57)
    await breaker.call(() => E.right(1))
    expect(told()).toEqual([
      '225 Open -> HalfOpen because RecoveryTimeoutElapsed',
      '225 admitted',
      '225 Success after 0',
      '225 HalfOpen -> Closed because Succeeded'
    ])
    await breaker.recordFailure()
    expect(told()).toEqual(['225 Closed -> Open because FailureRecorded'])
  })

  it('tells of a restarted timeout, and counts the time as open', async () => {
    const time = manual()
    const { observer, metrics } = Metrics.observe(time.clock)
    const { breaker } = setUp({ clock: time.clock, observer })
    await breaker.recordFailure()
    time.advance(50)
    await breaker.recordFailure()
    time.advance(50)
    expect(metrics()['payments']).toMatchObject({ transitions: { Open: 1 }, secondsIn: { Open: 100, HalfOpen: 0 } })
  })

  it('copes with an observer that calls the breaker ten thousand times', async () => {
    let calls = 0
    let told = 0
    const { breaker } = setUp({
      observer: () => () => {
        told++
        if (calls++ < 10_000) breaker.session.acquire()
      }
    })
    const result = E.right(1)
    expect(await breaker.call(() => result)).toBe(result)
    expect(told).toBe(10_002)
    await breaker.recordFailure()
    expect(told).toBe(10_003)
  })

  it.each([
    ['is asynchronous and rejects', () => async () => Promise.reject(new Error('boom')), 'boom'],
    ['returns no IO', (() => 5) as unknown as Observer, 'the observer returned 5, expected an IO']
  ])('reports it when the observer %s', async (_, observer, message) => {
    const log = jest.spyOn(console, 'error').mockImplementation()
    const { breaker } = setUp({ observer })
    await breaker.recordFailure()
    await new Promise(setImmediate)
    expect(log.mock.calls.map(([, error]) => (error as Error).message)).toEqual([message])
    log.mockRestore()
  })

  it('keeps results and notices when even the console throws', async () => {
    const log = jest.spyOn(console, 'error').mockImplementation(() => {
      throw new Error('EPIPE')
    })
    let told = 0
    const { breaker } = setUp({
      observer: () => () => {
        told++
        throw new Error('boom')
      }
    })
    expect(await breaker.call(() => E.right(1))).toEqual(E.right(1))
    expect(await breaker.call(() => E.right(1))).toEqual(E.right(1))
    expect(told).toBe(4)
    log.mockRestore()
  })

  it('stays right when the observer throws, and reports it', async () => {
    const log = jest.spyOn(console, 'error').mockImplementation()
    const boom = new Error('boom')
    const { breaker } = setUp({
      observer: () => () => {
        throw boom
      }
    })
    const result = E.left('503')
    expect(await breaker.call(() => result)).toBe(result)
    expect(await breaker.state()).toBe('open')
    expect(log.mock.calls).toEqual([["Circuit breaker 'payments': an error was thrown by the observer", boom]])
    log.mockRestore()
  })

  it('tells after the state has changed, and lets the observer call the breaker', async () => {
    const told: Array<string> = []
    const { breaker } = setUp({
      observer: (notice) => () => {
        told.push(show(notice))
        if (notice._tag === 'Transition' && notice.to._tag === 'Open') {
          told.push(`store: ${JSON.stringify(store.getState()._tag)}`)
          void breaker.reset()
        }
      },
      store: inMemory(configOf({ failureThreshold: 1 }))
    })
    const store = (breaker.session as unknown as { store: ReturnType<typeof inMemory> }).store
    await breaker.call(() => E.left('503'))
    expect(await breaker.state()).toBe('closed')
    expect(told).toEqual([
      '100 admitted',
      '100 Failure after 0',
      '100 Closed -> Open because Failed',
      'store: "Open"',
      '100 Open -> Closed because Reset'
    ])
  })

  it('tells in order also where a listener of the store calls the breaker before the dispatch is through', async () => {
    const inner = inMemory(configOf({ failureThreshold: 1 }))
    let listener: () => void = () => undefined
    const { breaker, told } = setUp({
      store: {
        getState: () => inner.getState(),
        dispatch: (event: Event, now: number) => {
          inner.dispatch(event, now)
          listener()
        }
      }
    })
    listener = () => {
      listener = () => undefined
      void breaker.reset()
    }
    await breaker.recordFailure()
    expect(told()).toEqual(['100 Closed -> Open because FailureRecorded', '100 Open -> Closed because Reset'])
  })

  it('tells after the state has changed also where the store calls the breaker before it changes it', async () => {
    const inner = inMemory(configOf({ failureThreshold: 1 }))
    let before: () => void = () => undefined
    const seen: Array<string> = []
    const { breaker } = setUp({
      store: {
        getState: () => inner.getState(),
        dispatch: (event: Event, now: number) => {
          before()
          inner.dispatch(event, now)
        }
      },
      observer: (notice) => () => {
        if (notice._tag === 'Transition') seen.push(`${notice.to._tag}, store ${inner.getState()._tag}`)
      }
    })
    before = () => {
      before = () => undefined
      breaker.session.acquire()
    }
    await breaker.recordFailure()
    expect(seen).toEqual(['Open, store Open'])
  })

  it('tells of nothing that the store did not take in', async () => {
    const log = jest.spyOn(console, 'error').mockImplementation()
    const { breaker, told } = setUp({
      store: {
        getState: () => initial,
        dispatch: () => {
          throw new Error('read only')
        }
      }
    })
    await breaker.recordFailure()
    expect(told()).toEqual([])
    expect(log).toHaveBeenCalledTimes(1)
    log.mockRestore()
  })

  it('keeps metrics', async () => {
    const time = manual(100)
    const { observer, metrics } = Metrics.observe(time.clock)
    const { breaker } = setUp({ clock: time.clock, observer, classify: slowAfter(2)(standard) })
    await breaker.call(() => E.right(time.advance(10)))
    await breaker.call(() => E.left(time.advance(3)))
    await breaker.call(() => E.right(1))
    const before = metrics()
    time.advance(100)
    const probe = breaker.session.acquire()
    await breaker.call(() => E.right(1))
    await breaker.isolate()
    time.advance(7)
    if (E.isRight(probe)) probe.right.release()
    await breaker.call(() => E.right(1))
    expect(metrics()['payments']).toEqual({
      accepted: 3,
      succeeded: 1,
      failed: 1,
      neutral: 1,
      slow: 2,
      rejected: { open: 1, half_open: 1, isolated: 1 },
      transitions: { Closed: 0, Open: 1, HalfOpen: 1, Isolated: 1, Disabled: 0 },
      secondsIn: { Closed: 13, Open: 60, HalfOpen: 40, Isolated: 7, Disabled: 0 },
      states: { Closed: 0, Open: 0, HalfOpen: 0, Isolated: 1, Disabled: 0 }
    })
    expect(before['payments']).toMatchObject({ accepted: 2, rejected: { open: 1 }, secondsIn: { Open: 0 } })
  })
})

describe('the transitions of an event', () => {
  it('lead from the state before to the state after, along the edges that there are', () => {
    const EDGES = [
      'Closed Open',
      'HalfOpen Closed',
      'HalfOpen Open',
      'HalfOpen Open ProbeTimedOut',
      'Open HalfOpen RecoveryTimeoutElapsed',
      'Open Open'
    ]
    const HANDS = ['Reset', 'IsolationStarted', 'IsolationEnded', 'BreakerDisabled', 'BreakerEnabled']
    const seen = new Set<string>()
    fc.assert(
      fc.property(History.config, History.steps, (config, steps) => {
        History.play(config, steps, ({ state, event, now }) => {
          const path = transitions(config)(state, event, now)
          const next = reduce(config)(state, event, now)
          const last = path[path.length - 1]
          const isRestarted = next !== state && next._tag === 'Open' && at(config)(state, now)._tag === 'Open'
          expect(path.length > 0).toBe(next.generation !== state.generation || isRestarted)
          if (last !== undefined) {
            expect(path[0]?.from.generation).toBe(state.generation)
            expect(last.to).toEqual(next)
          }
          path.forEach(({ from, to, atSeconds, because }, i) => {
            if (i > 0) expect(from).toEqual(path[i - 1]?.to)
            expect(atSeconds).toBeLessThanOrEqual(now)
            if (because === event) expect(i).toBe(path.length - 1)
            else seen.add(`${from._tag} ${to._tag} ${because._tag}`)
            if (because === event && !HANDS.includes(event._tag)) seen.add(`${from._tag} ${to._tag}`)
          })
        })
      }),
      { numRuns: 300 }
    )
    expect([...seen].sort()).toEqual(EDGES.sort())
  })

  it('are told at the time they took effect, or now where the clock has gone back', () => {
    const told = (state: Parameters<ReturnType<typeof reduce>>[0], now: number) =>
      transitions(configOf())(state, Ev.admitted('a'), now).map(({ atSeconds }) => atSeconds)
    expect(told(open(1, 0, 60), 75)).toEqual([60])
    expect(told(open(1, 1000, 1060), 75)).toEqual([75])
    expect(told(halfOpen(2, [], 0), 75)).toEqual([])
  })
})

describe('Metrics', () => {
  const SECONDS = fc.integer({ min: 0, max: 100 })

  it('spend every second in exactly one state, whatever happens and however the clock steps', () =>
    fc.assert(
      fc.property(History.config, History.steps, SECONDS, (config, steps, later) => {
        const time = manual(100)
        const { observer, metrics } = Metrics.observe(time.clock)
        const spent = () => Object.values(metrics()['test']?.secondsIn ?? {})
        const sum = () => spent().reduce((a, b) => a + b, 0)
        let latest = 100
        History.play(config, steps, ({ state, event, now }) => {
          for (const notice of transitions(config)(state, event, now)) {
            time.set(-Infinity) // only what was told
            const before = spent()
            observer(notice)()
            expect(spent().every((seconds, i) => seconds >= (before[i] ?? 0))).toBe(true)
          }
          latest = Math.max(latest, now)
        })
        observer({ _tag: 'CallAdmitted', breaker: 'test', atSeconds: latest })()
        time.set(latest)
        const before = sum()
        time.advance(later)
        expect(sum() - before).toBeCloseTo(later, 6)
      }),
      { numRuns: 300 }
    ))

  it('are kept for each breaker of a registry by its name', async () => {
    const time = manual()
    const { observer, metrics } = Metrics.observe(time.clock)
    const breakers = new Registry({ name: 'hosts', failureThreshold: 1, clock: time.clock, observer })
    await breakers.for('a').recordFailure()
    time.advance(5)
    await breakers.for('b').recordFailure()
    time.advance(30)
    const { 'hosts/a': a, 'hosts/b': b } = metrics()
    expect([a?.secondsIn, b?.secondsIn]).toMatchObject([
      { Closed: 0, Open: 35 },
      { Closed: 5, Open: 30 }
    ])
  })

  it('read as data that never changes again', () => {
    const { observer, metrics } = Metrics.observe()
    const breaker = new CircuitBreaker({ name: '__proto__', observer })
    breaker.call(() => 1)
    const before = metrics()
    breaker.call(() => 1)
    expect([before, metrics()].map((now) => now['__proto__']?.accepted)).toEqual([1, 2])
    const values = [before, ...Object.values(before), before['__proto__']?.rejected, before['__proto__']?.secondsIn]
    expect(values.every(Object.isFrozen)).toBe(true)
    expect(Object.keys(before)).toEqual(['__proto__'])
  })

  it('start in the state that the first transition leaves, where that is not CLOSED', () => {
    const time = manual(100)
    const { observer, metrics } = Metrics.observe(time.clock)
    time.advance(75)
    for (const notice of transitions(configOf())(open(1, 100, 160), Ev.reset, 175)) observer(notice)()
    expect(metrics()['test']?.secondsIn).toMatchObject({ Closed: 0, Open: 60, HalfOpen: 15 })
  })
})

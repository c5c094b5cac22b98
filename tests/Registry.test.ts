import { manual } from 'breaker-ts/Clock'
import type { Config } from 'breaker-ts/Config'
import { consecutive } from 'breaker-ts/Counts'
import * as Ev from 'breaker-ts/Event'
import type { Keyed, KeyedEvent } from 'breaker-ts/Keyed'
import { none, reduceKeyed, stateOf } from 'breaker-ts/Keyed'
import { failureFor } from 'breaker-ts/Outcome'
import { constant, jittered } from 'breaker-ts/RecoveryPolicy'
import { reduce } from 'breaker-ts/Reducer'
import type { RegistrySettings } from 'breaker-ts/Registry'
import { Registry } from 'breaker-ts/Registry'
import { fromRegistry } from 'breaker-ts/Snapshot'
import type { State } from 'breaker-ts/State'
import { closed, initial } from 'breaker-ts/State'
import { inMemory } from 'breaker-ts/Store'
import * as fc from 'fast-check'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'

import { configOf } from './support/config'
import * as History from './support/history'

const config = configOf({ name: 'hosts', failureThreshold: 2, recoveryTimeoutSeconds: 60 })
const HOSTILE = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', ' ', '\u0000', '😀', 'a'.repeat(10_000)]
const feed = (config: Config, events: ReadonlyArray<KeyedEvent>, now = 0) =>
  events.reduce((keyed, event) => reduceKeyed(config)(keyed, event, now), none)
const fail = (key: string): KeyedEvent => ({ key, event: Ev.failureRecorded })

describe('the states of many keys', () => {
  it('are for each key what a breaker of its own would have, whatever the histories', () =>
    fc.assert(
      fc.property(
        History.config,
        fc.array(fc.tuple(fc.constantFrom('a', 'b', ...HOSTILE.slice(0, 5)), History.steps), { maxLength: 4 }),
        (config, histories) => {
          let keyed: Keyed = none
          const alone = new Map<string, State>()
          for (const [key, steps] of histories)
            History.play(config, steps, ({ event, now }) => {
              const own = configOf({ ...config, name: `${config.name}/${key}` })
              alone.set(key, reduce(own)(alone.get(key) ?? initial, event, now))
              keyed = reduceKeyed(config)(keyed, { key, event }, now)
            })
          for (const [key, state] of alone) expect(stateOf(keyed, key)).toEqual(state)
          expect(JSON.parse(JSON.stringify(keyed))).toEqual(keyed)
        }
      ),
      { numRuns: 100 }
    ))

  it('stay the same reference when nothing changes', () => {
    const one = feed(config, [fail('a')])
    expect(reduceKeyed(config)(one, { key: 'b', event: Ev.successRecorded }, 0)).toBe(one)
    expect(reduceKeyed(config)(one, { key: 'a', event: Ev.succeeded(Ev.callPermit(7)) }, 0)).toBe(one)
  })

  it('keep keys apart that a prototype would confuse', () => {
    for (const key of HOSTILE) {
      const keyed = feed(config, [fail(key), fail(key)])
      expect(Object.keys(keyed)).toEqual([key])
      expect(HOSTILE.filter((other) => stateOf(keyed, other)._tag === 'Open')).toEqual([key])
      expect(stateOf(JSON.parse(JSON.stringify(keyed)) as Keyed, key)).toEqual(stateOf(keyed, key))
    }
    expect(({} as Record<string, unknown>)['_tag']).toBeUndefined()
  })
})

describe('eviction', () => {
  const keys = Array.from({ length: 500 }, (_, i) => `host-${i}`)
  const setUp = (maxKeys: number, failureThreshold = 2) => {
    const time = manual()
    const reports: Array<string> = []
    const report = (message: string) => void reports.push(message)
    const settings = { name: 'hosts', failureThreshold, recoveryTimeoutSeconds: 60, clock: time.clock, report }
    const breakers = new Registry({ ...settings, maxKeys })
    const fail = (key: string) => breakers.forSync(key).recordFailure()
    const held = () => new Map(breakers.entries())
    return { breakers, time, fail, held, reports }
  }

  it('holds no more keys than the cap, and takes those that have not changed for longest', () => {
    const { fail, held } = setUp(100, 5)
    keys.forEach(fail)
    expect([...held().keys()]).toEqual(keys.slice(400))
    fail('host-400')
    fail('new')
    expect([...held().keys()]).toEqual([...keys.slice(402), 'host-400', 'new'])
  })

  it('holds only the keys that have something to remember', () => {
    const { breakers, fail, held } = setUp(10)
    fail('a')
    fail('b')
    breakers.forSync('a').recordSuccess()
    expect([...held()]).toEqual([['b', closed(0, consecutive(1))]])
    breakers.forSync('c').reset()
    expect([...held().keys()]).toEqual(['b', 'c']) // the calls in flight before the reset must not count
  })

  it('never holds more than the cap, whoever chooses the keys', () => {
    const { breakers, time, fail, held } = setUp(100)
    for (let i = 0; i < 10_000; i++) {
      fail(`stranger-${i}`)
      fail(`stranger-${i}`)
      if (i % 10 === 0) breakers.forSync(`held-${i}`).isolate()
      if (i % 1000 === 0) time.advance(61)
      expect(breakers.entries().length).toBeLessThanOrEqual(100)
    }
    expect(held().size).toBe(100)
  })

  it('evicts CLOSED keys first, then those whose wait is over, then the oldest open ones, and those held by hand last', () => {
    const notices: Array<string> = []
    const time = manual()
    const breakers = new Registry({
      name: 'hosts',
      failureThreshold: 1,
      clock: time.clock,
      classify: () => failureFor(asked),
      maxKeys: 4,
      observer: (notice) => () => {
        if (notice._tag === 'Transition' && notice.because._tag === 'Evicted')
          notices.push(`${notice.breaker} ${notice.from._tag} -> ${notice.to._tag} at ${notice.atSeconds}`)
      }
    })
    let asked = 0
    const trip = (key: string, seconds: number) => {
      asked = seconds
      breakers.forSync(key).call(() => 1)
    }
    breakers.forSync('by hand').isolate()
    trip('long', 3000)
    trip('short', 0) // 60 s
    breakers.forSync('closed').reset()
    time.advance(60)
    trip('a', 3000)
    trip('b', 3000)
    trip('c', 3000)
    trip('d', 3000)
    for (const key of ['a', 'b', 'c', 'd']) breakers.forSync(key).isolate()
    expect(notices).toEqual([
      'hosts/closed Closed -> Closed at 60',
      'hosts/short Open -> Closed at 60',
      'hosts/long Open -> Closed at 60',
      'hosts/a Open -> Closed at 60',
      'hosts/b Open -> Closed at 60',
      'hosts/c Open -> Closed at 60',
      'hosts/d Open -> Closed at 60',
      'hosts/by hand Isolated -> Closed at 60'
    ])
  })

  it('finds the keys whose wait is over, also when they come later', () => {
    const { time, fail, held } = setUp(3, 1)
    fail('a')
    time.advance(30)
    fail('b')
    fail('c')
    fail('d') // evicts a, as none has waited
    time.advance(31)
    fail('e')
    expect([...held().keys()]).toEqual(['c', 'd', 'e']) // b was the oldest, and none has waited
    time.advance(59)
    fail('f')
    fail('g')
    expect([...held().keys()]).toEqual(['e', 'f', 'g'])
  })

  it('passes over a key that has been tried since its wait was found to be over', () => {
    const { breakers, time, fail, held } = setUp(3, 1)
    fail('a')
    fail('b')
    time.advance(60)
    fail('c')
    fail('d') // evicts a
    breakers.forSync('b').recordSuccess()
    fail('e') // evicts b, which is CLOSED
    fail('f')
    expect([...held().keys()]).toEqual(['d', 'e', 'f'])
  })

  it('is the same for saved states: no more than the cap are taken', () => {
    const { breakers, fail } = setUp(100, 1)
    keys.slice(0, 50).forEach(fail)
    const saved = JSON.parse(JSON.stringify(breakers.snapshot())) as unknown
    const restored = new Registry({ name: 'hosts', failureThreshold: 1, maxKeys: 10, restore: fromRegistry(saved) })
    expect(restored.entries().map(([key]) => key)).toEqual(keys.slice(40, 50))
  })

  it('lets the calls in flight of an evicted key count for the circuit that it becomes, and no probe', () => {
    const { breakers, time, fail, held } = setUp(1)
    const late = breakers.forSync('a').session.acquire()
    fail('a')
    fail('a')
    time.advance(60)
    const probe = breakers.forSync('a').session.acquire()
    fail('b') // evicts a
    expect([...held().keys()]).toEqual(['b'])
    if (E.isRight(probe)) probe.right.fail()
    expect(held().has('a')).toBe(false)
    if (E.isRight(late)) late.right.fail()
    expect(held().get('a')).toEqual(closed(0, consecutive(1)))
  })

  it('of the keys of strangers keeps no other key from opening, however slowly its calls fail', () => {
    const { breakers, fail, held } = setUp(10, 2)
    const slow = [0, 1].map(() => breakers.forSync('mine').session.acquire())
    for (let i = 0; i < 100; i++) for (let n = 0; n < 2; n++) fail(`stranger-${i}`)
    for (const permit of slow) if (E.isRight(permit)) permit.right.fail()
    expect(breakers.forSync('mine').state()).toBe('open')
    expect(held().size).toBe(10)
  })

  it('takes the new key of a stranger before one that is held by hand', () => {
    const { breakers, fail, held, reports } = setUp(2)
    for (const key of ['a', 'b']) breakers.forSync(key).isolate()
    fail('stranger')
    fail('stranger')
    fail('stranger')
    expect([...held()].map(([key, { _tag }]) => `${key} ${_tag}`)).toEqual(['a Isolated', 'b Isolated'])
    expect(reports).toEqual([])
    breakers.forSync('c').isolate()
    expect([...held().keys()]).toEqual(['b', 'c'])
  })
})

describe('Registry', () => {
  it.each([undefined, null, 5])('refuses %p for its settings, as a breaker does', (settings) => {
    expect(() => new Registry(settings as never)).toThrow('expected an object of settings')
  })

  const setUp = () => {
    const time = manual()
    const breakers = new Registry({ name: 'hosts', failureThreshold: 1, clock: time.clock })
    return { breakers, time }
  }

  it('makes breakers that share their state where their key is the same, and nothing where it is not', async () => {
    const { breakers, time } = setUp()
    await breakers.for('a.example').call(TE.left('503'))()
    expect(await breakers.for('a.example').state()).toBe('open')
    expect(breakers.forSync('a.example').state()).toBe('open')
    expect(breakers.forSync('b.example').state()).toBe('closed')
    expect(breakers.entries().map(([key, { _tag }]) => [key, _tag])).toEqual([['a.example', 'Open']])
    time.advance(60)
    expect(await breakers.for('a.example').call(TE.right(1))()).toEqual(E.right(1))
    expect(await breakers.for('a.example').state()).toBe('closed')
  })

  it('names each breaker after the registry and the key', async () => {
    const { breakers } = setUp()
    await breakers.for('a.example').recordFailure()
    const rejected = await breakers.for('a.example').call(TE.right(1))()
    expect(E.isLeft(rejected) && rejected.left.message).toBe("Circuit breaker 'hosts/a.example' is OPEN")
  })

  it('lets keys wait apart where the policy is jittered', async () => {
    const breakers = new Registry({
      name: 'hosts',
      failureThreshold: 1,
      recoveryTimeoutSeconds: jittered(0.5)(constant(60)),
      clock: manual().clock
    })
    const waits = ['a', 'b', 'c'].map((key) => {
      const breaker = breakers.forSync(key)
      breaker.recordFailure()
      const rejected = breaker.call(() => 1)
      return E.isLeft(rejected) ? rejected.left.retryAfterSeconds : 0
    })
    expect(new Set(waits).size).toBe(3)
  })

  it('tells one observer of all keys, by name', async () => {
    const told: Array<string> = []
    const breakers = new Registry({
      name: 'hosts',
      failureThreshold: 1,
      observer: (notice) => () => void told.push(`${notice.breaker} ${notice._tag}`)
    })
    await breakers.for('a').recordFailure()
    await breakers.for('b').call(TE.right(1))()
    expect(told).toEqual(['hosts/a Transition', 'hosts/b CallAdmitted', 'hosts/b CallEnded'])
  })

  it('tells of a probe that has timed out once, whatever breakers of its key ask', async () => {
    const time = manual()
    const told: Array<string> = []
    const breakers = new Registry({
      name: 'hosts',
      failureThreshold: 1,
      probeTimeoutSeconds: 5,
      clock: time.clock,
      observer: (notice) => () => {
        if (notice._tag === 'Transition') told.push(`${notice.breaker} ${notice.because._tag}`)
      }
    })
    for (const key of ['a', 'b']) {
      await breakers.for(key).recordFailure()
      time.advance(60)
      breakers.for(key).session.acquire()
      time.advance(5)
      breakers.for(key).session.acquire()
    }
    told.length = 0
    breakers.for('a').session.acquire()
    breakers.for('b').session.acquire()
    await breakers.for('c').recordFailure()
    breakers.for('b').session.acquire()
    expect(told).toEqual(['hosts/a RecoveryTimeoutElapsed', 'hosts/c FailureRecorded'])
  })

  it('refuses wrong settings, a store of one breaker among them', () => {
    const made = (settings: object) =>
      E.tryCatch(
        () => new Registry(settings as RegistrySettings),
        (error) => error
      )
    expect(made({ name: 'hosts', maxKeys: 0, store: inMemory(config) })).toMatchObject({
      left: { problems: [{ path: 'maxKeys', rule: 'an integer > 0' }, { path: 'store' }] }
    })
    expect(E.isRight(made({ name: 'hosts' }))).toBe(true)
    expect(E.isRight(made(config))).toBe(true)
  })

  it('takes any key, also one that is no text, from code without types', () => {
    const { breakers } = setUp()
    const boom = () => {
      throw new Error('boom')
    }
    for (const key of [...HOSTILE, 5, null, undefined, Symbol('x'), {}, { toString: boom }, () => 1]) {
      const breaker = breakers.forSync(key as string)
      breaker.recordFailure()
      expect(breaker.state()).toBe('open')
    }
  })
})

import { manual } from 'breaker-ts/Clock'
import type { Config } from 'breaker-ts/Config'
import { consecutive } from 'breaker-ts/Counts'
import * as Ev from 'breaker-ts/Event'
import type { Keyed, KeyedEvent } from 'breaker-ts/Keyed'
import { entries, none, reduceKeyed, stateOf } from 'breaker-ts/Keyed'
import { constant, jittered } from 'breaker-ts/RecoveryPolicy'
import { permit, reduce } from 'breaker-ts/Reducer'
import { Registry } from 'breaker-ts/Registry'
import type { State } from 'breaker-ts/State'
import { closed, initial } from 'breaker-ts/State'
import * as fc from 'fast-check'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'

import { configOf } from './support/config'
import * as History from './support/history'

const config = configOf({ name: 'hosts', failureThreshold: 2, recoveryTimeoutSeconds: 60 })
const HOSTILE = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', ' ', '\u0000', '😀', 'a'.repeat(10_000)]
const feed = (config: Config, maxKeys: number, events: ReadonlyArray<KeyedEvent>, from = none, now = 0) =>
  events.reduce((keyed, event) => reduceKeyed(config, maxKeys)(keyed, event, now), from)
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
              alone.set(key, reduce(config)(alone.get(key) ?? initial, event, now))
              keyed = reduceKeyed(config, 1000)(keyed, { key, event }, now)
            })
          for (const [key, state] of alone) expect(stateOf(keyed, key)).toEqual(state)
          expect(keyed.size).toBe(entries(keyed).length)
          expect(JSON.parse(JSON.stringify(keyed))).toEqual(keyed)
        }
      ),
      { numRuns: 100 }
    ))

  it('stay the same reference when nothing changes', () => {
    const one = feed(config, 10, [fail('a')])
    expect(reduceKeyed(config, 10)(one, { key: 'b', event: Ev.successRecorded }, 0)).toBe(one)
    expect(reduceKeyed(config, 10)(one, { key: 'a', event: Ev.succeeded(Ev.callPermit(7)) }, 0)).toBe(one)
  })

  it('hold only the keys that have something to remember', () => {
    const two = feed(config, 10, [fail('a'), fail('b'), { key: 'a', event: Ev.successRecorded }])
    expect(entries(two)).toEqual([['b', closed(0, consecutive(1))]])
    expect(two.size).toBe(1)
  })

  it('keep keys apart that a prototype would confuse', () => {
    for (const key of HOSTILE) {
      const keyed = feed(config, 10, [fail(key), fail(key)])
      expect(entries(keyed).map(([held, { _tag }]) => [held, _tag])).toEqual([[key, 'Open']])
      expect(HOSTILE.filter((other) => stateOf(keyed, other)._tag === 'Open')).toEqual([key])
    }
    expect(({} as Record<string, unknown>)['_tag']).toBeUndefined()
  })

  it('keep keys apart whose hashes are the same', () => {
    // of 300,000 texts, some share 32 bits; here they all share a leaf as deep as leaves go
    const keys = Array.from({ length: 300_000 }, (_, i) => `k${i}`)
    const keyed = feed(config, 1e9, keys.map(fail))
    expect(keyed.size).toBe(300_000)
    expect(keys.every((key) => stateOf(keyed, key) !== initial)).toBe(true)
    const emptied = feed(
      config,
      1e9,
      keys.map((key) => ({ key, event: Ev.successRecorded })),
      keyed
    )
    expect([emptied.size, entries(emptied)]).toEqual([0, []])
  })
})

describe('eviction', () => {
  const keys = Array.from({ length: 500 }, (_, i) => `host-${i}`)

  it('holds no more keys than the cap, and takes those that have not changed for long', () => {
    const keyed = feed(config, 100, keys.map(fail))
    expect(keyed.size).toBe(100)
    expect(entries(keyed)).toHaveLength(100)
    const late = keys.slice(300).filter((key) => stateOf(keyed, key) !== initial).length
    expect(late).toBeGreaterThan(70) // of the 100
  })

  it('never takes a key that is not CLOSED, even where that leaves more than the cap', () => {
    const tripped = keys.slice(0, 200)
    const keyed = feed(config, 100, [...tripped.flatMap((key) => [fail(key), fail(key)]), ...keys.slice(200).map(fail)])
    expect(tripped.every((key) => stateOf(keyed, key)._tag === 'Open')).toBe(true)
    const isolated = feed(
      config,
      1,
      [...keys.slice(0, 20).map((key) => ({ key, event: Ev.isolationStarted })), ...keys.slice(20).map(fail)],
      none
    )
    expect(keys.slice(0, 20).every((key) => stateOf(isolated, key)._tag === 'Isolated')).toBe(true)
  })

  it('makes no outcome from before count for what a key becomes, and lowers no generation', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
            what: fc.constantFrom('call', 'fail', 'succeed', 'reset', 'wait')
          }),
          { maxLength: 80, size: 'max' }
        ),
        (steps) => {
          const step = reduceKeyed(config, 2)
          const generations = new Map<string, number>()
          let keyed: Keyed = none
          let now = 0
          steps.forEach(({ key, what }, i) => {
            if (what === 'wait') now += 60
            const before = stateOf(keyed, key)
            expect(before.generation).toBeGreaterThanOrEqual(generations.get(key) ?? 0)
            const decision = permit(config)(before, now, `p${i}`)
            if (what === 'reset') keyed = step(keyed, { key, event: Ev.reset }, now)
            if (E.isRight(decision) && (what === 'fail' || what === 'succeed')) {
              keyed = step(keyed, { key, event: Ev.admitted(`p${i}`) }, now)
              const event = what === 'fail' ? Ev.failed(decision.right) : Ev.succeeded(decision.right)
              keyed = step(keyed, { key, event }, now)
            }
            generations.set(key, Math.max(generations.get(key) ?? 0, stateOf(keyed, key).generation))
            expect(keyed.size).toBe(entries(keyed).length)
          })
        }
      ),
      { numRuns: 300 }
    ))
})

describe('Registry', () => {
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
    expect(Registry.fromUnknown({ name: 'hosts', maxKeys: 0, store: {} })).toMatchObject({
      left: { problems: [{ path: 'maxKeys', rule: 'an integer > 0' }, { path: 'store' }] }
    })
    expect(E.isRight(Registry.fromUnknown({ name: 'hosts' }))).toBe(true)
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

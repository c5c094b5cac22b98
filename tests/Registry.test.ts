import { manual } from 'breaker-ts/Clock'
import type { Config } from 'breaker-ts/Config'
import { consecutive } from 'breaker-ts/Counts'
import * as Ev from 'breaker-ts/Event'
import { hash } from 'breaker-ts/Hash'
import type { Keyed, KeyedEvent } from 'breaker-ts/Keyed'
import { entries, none, reduceKeyed, size, stateOf } from 'breaker-ts/Keyed'
import { constant, jittered } from 'breaker-ts/RecoveryPolicy'
import { permit, reduce } from 'breaker-ts/Reducer'
import { Registry } from 'breaker-ts/Registry'
import type { State } from 'breaker-ts/State'
import { closed, Eq, initial } from 'breaker-ts/State'
import * as fc from 'fast-check'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'

import { configOf } from './support/config'
import * as History from './support/history'

const config = configOf({ name: 'hosts', failureThreshold: 2, recoveryTimeoutSeconds: 60 })
const HOSTILE = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', ' ', '\u0000', '😀', 'a'.repeat(10_000)]
const feed = (config: Config, maxKeys: number, events: ReadonlyArray<KeyedEvent>, from = none, now = 0) =>
  events.reduce((keyed, event) => reduceKeyed(config, maxKeys)(keyed, event, now), from)
const failures = (state: State) => (state._tag === 'Closed' ? state.counts.failures : -1)
const fail = (key: string): KeyedEvent => ({ key, event: Ev.failureRecorded })

// Pairs of texts with the same FNV-1a bits, by search among all texts of a length.
const collisions = (count: number): ReadonlyArray<string> => {
  const seen = new Map<number, string>()
  let found: ReadonlyArray<string> = ['']
  while (found.length < count) {
    const prefix = found[0] ?? ''
    seen.clear()
    let pair: readonly [string, string] | undefined
    for (let i = 0; pair === undefined; i++) {
      const text = i.toString(36).padStart(5, '0')
      const bits = hash(prefix + text)
      const twin = seen.get(bits)
      if (twin === undefined) seen.set(bits, text)
      else pair = [twin, text]
    }
    const [x, y] = pair
    found = found.flatMap((key) => [key + x, key + y])
  }
  return found
}

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
              keyed = reduceKeyed(config, 1000)(keyed, { key, event }, now)
            })
          for (const [key, state] of alone) expect(stateOf(keyed, key)).toEqual(state)
          expect(size(keyed)).toBe(entries(keyed).length)
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
    expect(size(two)).toBe(1)
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
    // of 200,000 texts, some share 32 bits; here they all share a leaf as deep as leaves go
    const keys = Array.from({ length: 200_000 }, (_, i) => `k${i}`)
    const keyed = feed(config, 1e9, keys.map(fail))
    expect(size(keyed)).toBe(200_000)
    expect(keys.every((key) => stateOf(keyed, key).generation === 0 && failures(stateOf(keyed, key)) === 1)).toBe(true)
    const emptied = feed(
      config,
      1e9,
      keys.map((key) => ({ key, event: Ev.successRecorded })),
      keyed
    )
    expect([size(emptied), entries(emptied)]).toEqual([0, []])
  })
})

describe('eviction', () => {
  const keys = Array.from({ length: 500 }, (_, i) => `host-${i}`)

  it('holds no more keys than the cap, and takes those that have not changed for long', () => {
    const keyed = feed(config, 100, keys.map(fail))
    expect(size(keyed)).toBe(100)
    expect(entries(keyed)).toHaveLength(100)
    const late = keys.slice(300).filter((key) => !Eq.equals(stateOf(keyed, key), initial)).length
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

  it('finds its way back to the cap after an outage that had all keys open', () => {
    const many = Array.from({ length: 3000 }, (_, i) => `dead-${i}`)
    const opened = feed(
      config,
      100,
      many.flatMap((key) => [fail(key), fail(key)])
    )
    expect(size(opened)).toBe(3000)
    const recovered = feed(
      config,
      100,
      many.map((key) => ({ key, event: Ev.successRecorded })),
      opened,
      60
    )
    const after = feed(
      config,
      100,
      Array.from({ length: 500 }, (_, i) => fail(`new-${i}`)),
      recovered,
      61
    )
    expect(size(after)).toBe(100)
    expect(JSON.stringify(opened).length).toBeGreaterThan(300_000)
    expect(JSON.stringify(after).length).toBeLessThan(40_000) // nothing is left of the branches that held the others
  })

  it('finds keys whose hashes were made to be the same, and another seed tells them apart', () => {
    // FNV-1a with no seed has the same bits for these: they were searched for.
    const twins = collisions(4)
    expect(new Set(twins.map((key) => hash(key))).size).toBe(1)
    expect(new Set(twins.map((key) => hash(key, 42))).size).toBe(4)
    expect(size(feed(config, 3, twins.map(fail)))).toBe(3)
  })

  it('takes a key that has counted nothing before one that is about to open', () => {
    const settings = configOf({ name: 'hosts', failureThreshold: 5 })
    const hot = feed(
      settings,
      10,
      Array.from({ length: 4 }, () => fail('hot'))
    )
    const two = feed(settings, 2, [{ key: 'recovered', event: Ev.reset }, fail('new')], hot)
    expect(
      entries(two)
        .map(([key]) => key)
        .sort()
    ).toEqual(['hot', 'new'])
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
            expect(size(keyed)).toBe(entries(keyed).length)
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

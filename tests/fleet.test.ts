/**
 * A breaker that real processes share on a real Redis: nothing on the healthy path, and every fault there is a remedy for.
 * The simulation plays more of them, and faster.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import type { State } from 'breaker-ts/State'

import { until } from './support/cellContract'
import type { Member } from './support/fleet'
import { bundleWorker, endMember, startMember } from './support/fleet'
import type { Proxy } from './support/proxy'
import { startProxy } from './support/proxy'
import type { Connected, Server } from './support/redis'
import { CLIENTS, connect, describeOnRedis, startRedis, startRedisAt } from './support/redis'

const INTERACTIVE = { pollSeconds: 0.2 }
const CLOCK_SECONDS = 0.05 // by so much the clocks of members may differ on a busy machine: half a round trip to the store
const NAME = 'payments'
const KEY = `cb:{${NAME}}:s1`

/** The settings of a fleet that is quick for a test. */
const settingsOf = (more: object = {}): object => ({
  name: NAME,
  window: { _tag: 'TimeWindow', seconds: 600, slices: 10 },
  trip: { _tag: 'FailureCount', failures: 10 },
  recoveryTimeoutSeconds: 600,
  probeTimeoutSeconds: 5,
  ...more
})
const neverOpens = settingsOf({ trip: { _tag: 'FailureCount', failures: 1_000_000 } })

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((a, b) => a + b, 0)
const failuresIn = (state: State): number => (state._tag === 'Closed' ? state.counts.failures : -1)

describeOnRedis('a fleet', () => {
  let server: Server
  let redis: Connected
  const members: Array<Member> = []
  const proxies: Array<Proxy> = []

  const start = async (settings: object, more: object = {}, client = CLIENTS[members.length % 2] ?? 'redis') => {
    const member = await startMember({ client, port: server.port, settings, ...INTERACTIVE, ...more })
    members.push(member)
    return member
  }
  const fleet = (settings: object, size = 4, more: object = {}): Promise<ReadonlyArray<Member>> =>
    Promise.all(Array.from({ length: size }, (_, i) => start(settings, more, CLIENTS[i % 2])))
  const circuits = (of: ReadonlyArray<Member>) => Promise.all(of.map((member) => member.circuit()))
  const all = (of: ReadonlyArray<Member>, circuit: string) => async () =>
    (await circuits(of)).every((each) => each === circuit)
  const proxy = async (delaySeconds?: number): Promise<Proxy> => {
    const started = await startProxy(server.port, delaySeconds)
    proxies.push(started)
    return started
  }
  const stored = async (): Promise<{ readonly state: State }> =>
    JSON.parse(String(await redis.command('HGET', KEY, 's'))) as { readonly state: State }
  const commands = async (): Promise<number> =>
    sum(
      [...String(await redis.command('INFO', 'commandstats')).matchAll(/cmdstat_(\w+):calls=(\d+)/g)].map(
        ([, name, calls]) => (name === 'info' || name === 'config' ? 0 : Number(calls))
      )
    )
  /** Lets what members ask when they start come to its end. */
  const settled = async (of: ReadonlyArray<Member>) => {
    await until(
      async () => Number(((await redis.command('PUBSUB', 'NUMSUB', KEY)) as ReadonlyArray<unknown>)[1]) === of.length
    )
    for (let before = -1, now = await commands(); now > before + 1; now = await commands()) {
      before = now
      await sleep(300)
    }
    await redis.command('CONFIG', 'RESETSTAT')
  }
  const tags = async (member: Member) => (await member.notices()).map(({ _tag }) => _tag)

  beforeAll(() => bundleWorker())
  beforeEach(async () => {
    server = await startRedis()
    redis = await connect('redis', server.port)
  })
  afterEach(async () => {
    await Promise.all(members.splice(0).map(endMember))
    proxies.splice(0).forEach(({ stop }) => stop())
    redis.close()
    await server.stop()
  })

  it('asks the store nothing for healthy calls', async () => {
    const of = await fleet(settingsOf({ window: undefined, trip: undefined, failureThreshold: 5 }), 4, {
      pollSeconds: 600
    })
    await settled(of)
    const found = await Promise.all(of.map((member) => member.calls('succeed', 5000, 16)))
    expect([sum(found.map(({ succeeded }) => succeeded)), await commands()]).toEqual([20_000, 0])
    await of[0]?.calls('fail', 1) // which is counted by the same command
    await of[0]?.flush()
    expect(await commands()).toBeGreaterThan(0)
  })

  it('asks the store once a second at most for each process that a rate looks at', async () => {
    const of = await fleet(settingsOf({ trip: { _tag: 'FailureRate', rate: 0.5, minimumCalls: 20 } }), 4, {
      pollSeconds: 600
    })
    await settled(of)
    const began = performance.now()
    await Promise.all(of.map((member) => member.start('succeed', 16, 0)))
    await sleep(2500)
    const found = await Promise.all(of.map((member) => member.stop()))
    await Promise.all(of.map((member) => member.flush()))
    const tries = Number(/cmdstat_evalsha:calls=(\d+)/.exec(String(await redis.command('INFO', 'commandstats')))?.[1])
    const seconds = (performance.now() - began) / 1000
    expect(tries).toBeLessThanOrEqual(4 * 4 * (seconds + 2)) // those that lose a race try again
    const { state } = await stored()
    expect(state._tag === 'Closed' ? state.counts.calls : -1).toBe(sum(found.map((each) => each?.succeeded ?? 0)))
  })

  it('opens in every process when one trips, which rejects at once', async () => {
    const of = await fleet(settingsOf({ trip: { _tag: 'FailureCount', failures: 1 } }))
    for (const tripping of [...of, ...of]) {
      const { rejected } = await tripping.trip()
      expect(rejected).toBe(true)
      await until(all(of, 'open'))
      const [one, ...others] = await Promise.all(of.map((member) => member.state()))
      others.forEach((other) =>
        expect({ ...other, openedAtSeconds: 0, retryAtSeconds: 0 }).toEqual({
          ...one,
          openedAtSeconds: 0,
          retryAtSeconds: 0
        })
      )
      await tripping.reset()
      await until(all(of, 'closed'))
    }
    const told = await Promise.all(of.map((member) => member.notices()))
    told.forEach((notices) =>
      expect(notices.filter((notice) => notice._tag === 'Transition').map(({ to }) => to._tag)).toEqual(
        [...of, ...of].flatMap(() => ['Open', 'Closed'])
      )
    )
    expect(
      told.flat().filter((notice) => notice._tag === 'Transition' && notice.because._tag === 'Remote')
    ).toHaveLength(2 * 8 * 3)
  })

  it('counts every failure of every process, once', async () => {
    const of = await fleet(neverOpens)
    const found = await Promise.all(of.map((member) => member.calls('fail', 500, 64)))
    await Promise.all(of.map((member) => member.flush()))
    expect(sum(found.map(({ failed }) => failed))).toBe(2000)
    expect(failuresIn((await stored()).state)).toBe(2000)
    for (const member of of) await until(async () => failuresIn(await member.state()) === 2000)
  })

  it.each([1, 3])(
    'lets at most %p probes at a time through to the service, from all processes together',
    async (most) => {
      let inFlight = 0
      let mostInFlight = 0
      let probes = 0
      const service = createServer((_, response) => {
        inFlight++
        probes++
        mostInFlight = Math.max(mostInFlight, inFlight)
        setTimeout(() => {
          inFlight--
          response.writeHead(503).end()
        }, 5)
      }).listen(0)
      const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/`
      const of = await fleet(
        settingsOf({
          trip: { _tag: 'FailureCount', failures: 1 },
          // Longer than a probe takes on a busy machine: one of an earlier HALF_OPEN state may still be on its way otherwise.
          recoveryTimeoutSeconds: 0.2,
          halfOpenMaxProbes: most,
          halfOpenMaxFailures: most - 1
        }),
        4,
        { timeoutSeconds: 2 } // attached, however busy this machine is
      )
      await of[0]?.trip()
      await until(async () => (await circuits(of)).every((each) => each !== 'closed'))
      await Promise.all(of.map((member) => member.start({ url }, 8, 0.002)))
      await until(() => probes >= 40)
      const found = await Promise.all(of.map((member) => member.stop()))
      expect(mostInFlight).toBe(most)
      expect(found.flatMap((each) => each?.strange)).toEqual([])
      expect((await Promise.all(of.map(tags))).flat()).not.toContain('StoreLost')
      service.close()
    }
  )

  describe('F1: the process of a probe is killed', () => {
    it.each([1, 2, 3])('the next probe waits until the time limit of that one (%p)', async () => {
      const of = await fleet(
        settingsOf({
          trip: { _tag: 'FailureCount', failures: 1 },
          recoveryTimeoutSeconds: 0.05,
          probeTimeoutSeconds: 0.5,
          halfOpenMaxFailures: 1
        })
      )
      const [holder, ...others] = of as [Member, ...ReadonlyArray<Member>]
      await holder.trip()
      await until(async () => (await holder.hang()) === 'admitted')
      const { state } = await stored()
      const [first] = state._tag === 'HalfOpen' ? state.probes : []
      holder.process.kill('SIGKILL')
      await Promise.all(others.map((member) => member.start('fail', 1, 0.002)))
      const open = () => stored().then(({ state }) => state._tag === 'Open' && state.reopenings > 0)
      const next = () =>
        stored().then(
          ({ state: { ...now } }) =>
            now._tag === 'Open' || (now._tag === 'HalfOpen' && now.failures > 0) || now.generation > state.generation
        )
      await until(async () => (await next()) || (await open()))
      const later = (await stored()).state
      const endedAtSeconds =
        later._tag === 'Open'
          ? later.openedAtSeconds
          : later._tag === 'HalfOpen'
            ? (later.probes[0]?.admittedAtSeconds ?? Infinity)
            : 0
      expect(endedAtSeconds - (first?.admittedAtSeconds ?? NaN)).toBeGreaterThan(0.5 - CLOCK_SECONDS)
    })
  })

  it('F2: the store is emptied while OPEN: the members write their state again, and a newcomer is OPEN too', async () => {
    const of = await fleet(settingsOf({ trip: { _tag: 'FailureCount', failures: 1 } }), 3)
    await of[0]?.trip()
    await until(all(of, 'open'))
    const before = await stored()
    await redis.command('FLUSHALL')
    await until(async () => (await redis.command('EXISTS', KEY)) === 1)
    expect((await stored()).state._tag).toBe('Open')
    expect((await stored()).state.generation).toBe(before.state.generation)
    const newcomer = await start(settingsOf({ trip: { _tag: 'FailureCount', failures: 1 } }))
    await until(async () => (await newcomer.circuit()) === 'open')
    expect(await newcomer.calls('fail', 10)).toMatchObject({ failed: 0, rejected: 10 })
    expect(await circuits(of)).toEqual(['open', 'open', 'open'])
  })

  it('F3: Redis is killed and comes back empty: no call notices, and no failure is lost', async () => {
    const of = await fleet(neverOpens)
    await of[0]?.calls('fail', 4)
    await until(async () => failuresIn((await stored()).state) === 4)
    await Promise.all(of.map((member) => member.start('succeed', 4, 0.001)))
    await server.stop()
    const failing = await Promise.all(of.map((member) => member.calls('fail', 5, 1, 0.01)))
    await until(async () => (await Promise.all(of.map(tags))).every((told) => told.includes('StoreLost')))
    const found = await Promise.all(of.map((member) => member.stop()))
    expect([...failing, ...found].flatMap((each) => each?.strange)).toEqual([])
    expect(sum(failing.map(({ failed }) => failed))).toBe(20)

    server = await startRedisAt(server.port)
    await until(async () => (await Promise.all(of.map(tags))).every((told) => told.includes('StoreBack')))
    await until(async () => {
      const states = await Promise.all(of.map((member) => member.state()))
      return states.every((state) => failuresIn(state) === 24)
    })
    expect(failuresIn((await stored()).state)).toBe(24)
  })

  it('F4: the network of one process stalls: it goes on alone, and what it saw counts when it is back', async () => {
    const network = await proxy()
    const three = await fleet(settingsOf(), 3)
    const alone = await start(settingsOf(), { port: network.port })
    await three[0]?.calls('fail', 1)
    await until(async () => failuresIn(await alone.state()) === 1)

    network.stall()
    const found = await alone.calls('fail', 3)
    expect(found).toMatchObject({ failed: 3, rejected: 0, strange: [] })
    await until(async () => (await tags(alone)).includes('StoreLost'))
    expect(failuresIn(await alone.state())).toBe(4)
    expect(failuresIn((await stored()).state)).toBe(1)

    network.heal()
    await until(async () => (await tags(alone)).includes('StoreBack'))
    for (const member of [...three, alone]) await until(async () => failuresIn(await member.state()) === 4)

    network.stall()
    await alone.calls('fail', 6) // the tenth failure
    expect(await alone.circuit()).toBe('open')
    expect(await alone.calls('fail', 1)).toMatchObject({ rejected: 1 })
    expect(await circuits(three)).toEqual(['closed', 'closed', 'closed'])
    network.heal()
    await until(all([...three, alone], 'open'))
  })

  it.each([0, 0.005, 0.02, 0.2])(
    'F5: each message takes %p s: failures are counted, and no call waits',
    async (delaySeconds) => {
      const network = await proxy(delaySeconds)
      const of = await fleet(neverOpens, 4, { port: network.port })
      const found = await Promise.all(of.map((member) => member.calls('fail', 100, 4, 0.001)))
      expect(found.flatMap(({ strange }) => strange)).toEqual([])
      const isTooSlow = 2 * delaySeconds > 0.25
      if (isTooSlow) {
        await until(async () => (await Promise.all(of.map(tags))).every((told) => told.includes('StoreLost')))
      } else {
        await Promise.all(of.map((member) => member.flush()))
        expect(failuresIn((await stored()).state)).toBe(400)
      }
      expect((await Promise.all(of.map((member) => member.state()))).every((state) => failuresIn(state) >= 100)).toBe(
        true
      )
    }
  )

  describe('F6: someone else writes to the key', () => {
    const garbled = async (): Promise<ReadonlyArray<Member>> => {
      const of = await fleet(settingsOf({ trip: { _tag: 'FailureCount', failures: 1 } }), 3)
      await of[0]?.trip()
      await until(all(of, 'open'))
      return of
    }
    const isOpenInStore = async () => (await stored().catch(() => undefined))?.state?._tag === 'Open'

    it.each([
      ['JSON of something else', '{"user":1}', String(Math.round(Date.now() * 1000) + 3600e6)],
      ['a version that is no number', 'garbage', 'garbage'],
      ['a version of 17 digits', 'garbage', '99999999999999999'],
      ['another hash', '', '']
    ])('%s is replaced and reported, and the fleet goes on', async (_, value, version) => {
      const of = await garbled()
      await redis.command('HSET', KEY, 's', value, 'v', version, 'w', 'someone')
      await until(isOpenInStore)
      const reports = async () => (await Promise.all(of.map((member) => member.reports()))).flat()
      await until(async () => /no state of a shared breaker/.test(String(await reports())))
      expect(await circuits(of)).toEqual(['open', 'open', 'open'])
      await of[1]?.reset()
      await until(all(of, 'closed'))
    })

    it('an older version is taken for a store that went back, and replaced', async () => {
      const of = await garbled()
      await redis.command('HSET', KEY, 's', '{"user":1}', 'v', '9')
      await until(isOpenInStore)
      expect(await circuits(of)).toEqual(['open', 'open', 'open'])
    })

    it('what keeps the version is replaced with the next change', async () => {
      const of = await garbled()
      await redis.command('HSET', KEY, 's', 'garbage')
      expect(await circuits(of)).toEqual(['open', 'open', 'open'])
      await of[1]?.reset()
      await until(all(of, 'closed'))
      expect((await stored()).state._tag).toBe('Closed')
    })

    it('a key of another type leaves every process on its own, and that is told', async () => {
      const of = await fleet(settingsOf({ trip: { _tag: 'FailureCount', failures: 1 } }), 2)
      await redis.command('SET', KEY, 'a text')
      await until(async () => (await Promise.all(of.map(tags))).every((told) => told.includes('StoreLost')))
      expect(await of[0]?.calls('fail', 2)).toMatchObject({ failed: 1, rejected: 1, strange: [] })
      expect(await circuits(of)).toEqual(['open', 'closed'])
      await redis.command('DEL', KEY)
      await until(all(of, 'open'))
    })
  })

  describe('F7: clocks', () => {
    it('all processes date what happens by the clock of the store', async () => {
      const of = await fleet(settingsOf({ trip: { _tag: 'FailureCount', failures: 1 } }))
      for (const member of of) {
        const before = await time()
        await member.trip()
        await member.flush()
        const after = await time()
        const { state } = await stored()
        const { openedAtSeconds } = state as { readonly openedAtSeconds: number }
        expect(openedAtSeconds).toBeGreaterThan(before - CLOCK_SECONDS)
        expect(openedAtSeconds).toBeLessThan(after + CLOCK_SECONDS)
        await member.reset()
        await until(all(of, 'closed'))
      }
    })
    const time = async (): Promise<number> => {
      const [seconds, microseconds] = (await redis.command('TIME')) as ReadonlyArray<string>
      return Number(seconds) + Number(microseconds) / 1e6
    }

    it.each([-60, 60])(
      'a step of the clock of the store by %p s leaves no circuit OPEN for ever',
      async (stepSeconds) => {
        const of = await fleet(settingsOf({ trip: { _tag: 'FailureCount', failures: 1 }, recoveryTimeoutSeconds: 0.5 }))
        await of[0]?.trip()
        await until(all(of, 'open'))
        await Promise.all(of.map((member) => member.step(stepSeconds)))
        await Promise.all(of.map((member) => member.start('succeed', 1, 0.01)))
        await until(all(of, 'closed'))
        await Promise.all(of.map((member) => member.stop()))
        expect((await stored()).state._tag).toBe('Closed')
      }
    )
  })

  it('F8: another format has another key, and neither fleet touches that of the other', async () => {
    const other = KEY.replace(':s1', ':s2')
    await redis.command('HSET', other, 'v', '5', 's', 'of another format', 'w', 'theirs')
    const of = await fleet(settingsOf({ trip: { _tag: 'FailureCount', failures: 1 } }), 2)
    await of[0]?.trip()
    await until(all(of, 'open'))
    expect(await redis.command('HGET', other, 's')).toBe('of another format')
    expect(((await redis.command('KEYS', '*')) as Array<string>).sort()).toEqual([KEY, other])
    expect((await Promise.all(of.map((member) => member.reports()))).flat()).toEqual([])
  })

  it('says so once where members have other settings', async () => {
    const [one, other] = [await start(settingsOf()), await start(settingsOf({ recoveryTimeoutSeconds: 5 }))]
    await one.calls('fail', 1)
    await other.calls('fail', 1)
    await one.calls('fail', 1)
    await until(async () => (await one.reports()).length > 0 && (await other.reports()).length > 0)
    for (const member of [one, other]) expect(await member.reports()).toEqual([expect.stringMatching(/other settings/)])
  })

  it('F9: the store goes back to an older value: the members write theirs again, and stay OPEN', async () => {
    const of = await fleet(settingsOf({ trip: { _tag: 'FailureCount', failures: 2 } }), 3)
    await of[0]?.calls('fail', 1)
    await until(async () => (await redis.command('EXISTS', KEY)) === 1)
    const older = (await redis.command('HGETALL', KEY)) as object
    await of[1]?.trip()
    await until(all(of, 'open'))
    const { generation } = (await stored()).state
    const fields = Array.isArray(older)
      ? (older as Array<string>)
      : Object.entries(older as Record<string, string>).flat()
    await redis.command('HSET', KEY, ...fields)
    expect((await stored()).state._tag).toBe('Closed')
    await until(async () => (await stored()).state._tag === 'Open')
    expect((await stored()).state.generation).toBe(generation)
    expect(await circuits(of)).toEqual(['open', 'open', 'open'])
  })

  it('keeps no process alive, closed or not', async () => {
    const [closed, open] = (await fleet(settingsOf(), 2)) as [Member, Member]
    await closed.calls('fail', 1)
    await open.calls('fail', 1)
    await closed.close()
    await closed.leave().catch(() => undefined)
    await open.leave().catch(() => undefined)
    expect(await Promise.all([closed.ended, open.ended])).toEqual([0, 0])
    members.splice(0)
  })
})

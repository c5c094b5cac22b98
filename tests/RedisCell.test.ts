import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Cell, Reading } from 'breaker-ts/Cell'
import type { RedisClient } from 'breaker-ts/RedisCell'
import { redisCell } from 'breaker-ts/RedisCell'
import { SCRIPT } from 'breaker-ts/RedisScript'
import { either as E } from 'fp-ts'

import type { Cells } from './support/cellContract'
import { cellContract, right, until } from './support/cellContract'
import type { ClientName, Connected, Server } from './support/redis'
import { CLIENTS, connect, connectCluster, describeOnRedis, startRedis, startRedisAt } from './support/redis'

const NONE = { version: '0', value: undefined, writer: '' }
const ignore = () => undefined

const left = async (task: () => Promise<E.Either<unknown, unknown>>): Promise<string> => {
  const answer = await task()
  if (E.isRight(answer)) throw new Error(`a right: ${JSON.stringify(answer.right)}`)
  return String(answer.left)
}

describe('the script', () => {
  const lines = SCRIPT.text.split('\n')

  it('has at most 15 lines', () => {
    expect(lines.length).toBeLessThanOrEqual(15)
    expect(lines.every((line) => line.length <= 100)).toBe(true)
  })

  it('knows versions and bytes, and nothing of breakers', () => {
    expect(SCRIPT.text).not.toMatch(
      /breaker|circuit|open|close|half|probe|fail|success|state|trip|threshold|generation|window|count|rate|reject|admit/i
    )
  })

  it('is known to Redis by its hash', () => {
    expect(SCRIPT.sha1).toBe(createHash('sha1').update(SCRIPT.text).digest('hex'))
  })
})

describe('redisCell', () => {
  it.each([
    ['redis://localhost:6379', '"redis://localhost:6379"'],
    [undefined, 'nothing'],
    [null, 'null'],
    [{ host: 'localhost' }, 'an object'],
    [Promise.resolve({}), 'a promise (await it)'],
    [{ evalSha: ignore, eval: ignore, on: ignore, off: ignore }, 'a pool, which cannot subscribe']
  ])('refuses what is no client: %p', (given, shown) => {
    expect(() => redisCell(given as never)).toThrow(
      new TypeError(`redisCell: given ${shown}, expected a client of redis (createClient) or of ioredis`)
    )
  })
})

describeOnRedis('Redis', () => {
  let server: Server
  const connections: Array<Connected> = []
  const connected = async (name: ClientName, options = {}, port = server.port): Promise<Connected> => {
    const connection = await connect(name, port, options)
    connections.push(connection)
    return connection
  }

  beforeAll(async () => {
    server = await startRedis()
  })
  afterEach(async () => {
    connections.splice(0).forEach(({ close }) => close())
  })
  afterAll(() => server.stop())

  it('takes the clients by their own types, and no pool and no promise of one', () => {
    const { status, stdout } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tools/fleet'], {
      encoding: 'utf8'
    })
    expect([status, stdout]).toEqual([0, ''])
  }, 120_000)

  describe.each(CLIENTS)('with %s', (name) => {
    let connection: Connected
    let cells: Cells
    let key = ''
    let keys = 0
    const write = async (cell: Cell, expected: string, value: string) =>
      right(cell.compareAndSet(key, expected, value, 'w', 60))
    const subscribers = async (): Promise<number> =>
      String(await connection.command('CLIENT', 'LIST', 'TYPE', 'pubsub'))
        .split('\n')
        .filter(Boolean).length

    beforeEach(async () => {
      key = `${name} ${++keys}`
      const [here, there] = [await connected(name), await connected(name)]
      connection = here
      cells = {
        here: redisCell(here.client),
        there: redisCell(there.client),
        lose: async (lost) => void (await here.command('DEL', lost)),
        aSecond: () => sleep(1010)
      }
    })

    describe('the contract', () => cellContract(() => cells))

    it('refuses a transaction, and says what it is', () => {
      const { multi } = connection.client as unknown as { readonly multi: () => unknown }
      expect(() => redisCell(multi.call(connection.client) as never)).toThrow(
        new TypeError(
          'redisCell: given a transaction (multi) or a pipeline, expected a client of redis (createClient) or of ioredis'
        )
      )
    })

    it('works on after the scripts are gone', async () => {
      const { version } = await write(cells.here, '0', 'a')
      await connection.command('SCRIPT', 'FLUSH')
      expect(await write(cells.here, version, 'b')).toMatchObject({ applied: true, value: 'b' })
      await connection.command('SCRIPT', 'FLUSH')
      expect(await right(cells.here.read(key))).toMatchObject({ value: 'b' })
    })

    it('answers with an error where the key is of another type', async () => {
      await connection.command('SET', key, 'a text')
      expect(await left(cells.here.read(key))).toMatch(/WRONGTYPE/)
      expect(await left(cells.here.compareAndSet(key, '0', 'a', 'w', 60))).toMatch(/WRONGTYPE/)
      expect(await connection.command('GET', key)).toBe('a text')
    })

    it.each(['garbage', '', 'nan', 'inf', '-1', '0x10', '1.5', '99999999999999999', '9'.repeat(400)])(
      'writes over the version %p that someone has put there',
      async (version) => {
        await connection.command('HSET', key, 'v', version, 's', 'theirs', 'w', 'them')
        expect(await right(cells.here.read(key))).toMatchObject({ version, value: 'theirs', writer: 'them' })
        expect(await write(cells.here, 'another', 'ours')).toMatchObject({ applied: false, value: 'theirs' })
        const { applied, version: next, nowSeconds } = await write(cells.here, version, 'ours')
        expect(applied).toBe(true)
        expect(Number(next)).toBeCloseTo(nowSeconds * 1e6, -3)
      }
    )

    it('goes on from a version that is ahead of the clock', async () => {
      const ahead = String(Math.round(Date.now() * 1000) + 60e6)
      await connection.command('HSET', key, 'v', ahead, 's', 'a', 'w', 'w')
      expect((await write(cells.here, ahead, 'b')).version).toBe(String(Number(ahead) + 1))
    })

    it('reads a hash that has only some of the fields', async () => {
      await connection.command('HSET', key, 'other', 'x')
      expect(await right(cells.here.read(key))).toMatchObject(NONE)
      expect(await write(cells.here, '0', 'a')).toMatchObject({ applied: true })
    })

    it('tells the time of Redis', async () => {
      const [seconds, microseconds] = (await connection.command('TIME')) as ReadonlyArray<string>
      const { nowSeconds } = await right(cells.here.read(key))
      expect(nowSeconds).toBeGreaterThanOrEqual(Number(seconds) + Number(microseconds) / 1e6)
    })

    it('sets the time to live in milliseconds, rounded up', async () => {
      await right(cells.here.compareAndSet(key, '0', 'a', 'w', 1000.0001))
      const ttl = Number(await connection.command('PTTL', key))
      expect([ttl > 999_000, ttl <= 1_000_001]).toEqual([true, true])
      const { version } = await right(cells.here.read(key))
      await right(cells.here.compareAndSet(key, version, 'a', 'w', 0)) // would delete it
      await sleep(5)
      expect(await right(cells.here.read(key))).toMatchObject(NONE)
    })

    it('takes one command for a read or a write', async () => {
      await right(cells.here.read(key))
      await connection.command('CONFIG', 'RESETSTAT')
      const { version } = await write(cells.here, '0', 'a')
      await write(cells.here, version, 'b')
      await right(cells.here.read(key))
      const stats = String(await connection.command('INFO', 'commandstats'))
      expect(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1]).toBe('3')
      expect(stats).not.toContain('cmdstat_eval:')
    })

    it('opens one connection for all subscriptions of a cell, and closes it with the last', async () => {
      const subscriptions = await Promise.all(
        ['a', 'a', 'b', 'c'].map((each) => right(cells.here.subscribe(`${key} ${each}`, ignore, ignore)))
      )
      expect(await subscribers()).toBe(1)
      await Promise.all(subscriptions.slice(1).map((unsubscribe) => unsubscribe()))
      expect(await subscribers()).toBe(1)
      await subscriptions[0]?.()
      await until(async () => (await subscribers()) === 0)
    })

    it('says that pushes may be lost when it subscribes, and when the connection is back', async () => {
      const pushes: Array<Reading> = []
      let gaps = 0
      const unsubscribe = await right(
        cells.there.subscribe(
          key,
          (reading) => pushes.push(reading),
          () => gaps++
        )
      )
      expect(gaps).toBe(1)
      for (const times of [2, 3]) {
        await connection.command('CLIENT', 'KILL', 'TYPE', 'pubsub')
        await until(() => gaps === times)
      }
      await write(cells.here, '0', 'a')
      await until(() => pushes.length > 0)
      await sleep(20)
      expect(pushes.map(({ value }) => value)).toEqual(['a'])
      await unsubscribe()
    })

    it('says that pushes may be lost when someone else publishes on the channel', async () => {
      const pushes: Array<Reading> = []
      let gaps = 0
      const unsubscribe = await right(
        cells.here.subscribe(
          key,
          (reading) => pushes.push(reading),
          () => gaps++
        )
      )
      for (const message of ['', 'garbage', '[]', '["1","a","w"]', '[1,"a","w","1"]', '["1","a","w","soon"]', 'null'])
        await connection.command('PUBLISH', key, message)
      await until(() => gaps === 8)
      expect(pushes).toEqual([])
      await unsubscribe()
    })

    it('keeps the databases and the key prefixes of a server apart, pushes too', async () => {
      const pushes: Array<unknown> = []
      const others = await Promise.all(
        [{ database: 1 }, { keyPrefix: 'app:' }, { database: 1, keyPrefix: 'app:' }].map(async (options) => ({
          options,
          cell: redisCell((await connected(name, options)).client)
        }))
      )
      for (const { cell, options } of [{ cell: cells.here, options: {} }, ...others])
        await right(cell.subscribe(key, ({ value }) => pushes.push([options, value]), ignore))
      await write(cells.there, '0', 'plain')
      for (const { cell, options } of others) {
        expect(await right(cell.read(key))).toMatchObject(NONE)
        await write(cell, '0', JSON.stringify(options))
      }
      await until(() => pushes.length >= 4)
      await sleep(20)
      expect(pushes).toEqual([[{}, 'plain'], ...others.map(({ options }) => [options, JSON.stringify(options)])])
    })

    it('answers with errors when Redis is away, and opens nothing that stays', async () => {
      const own = await startRedis()
      const alone = await connected(
        name,
        name === 'redis' ? { disableOfflineQueue: true } : { enableOfflineQueue: false },
        own.port
      )
      const cell = redisCell(alone.client)
      await right(cell.read(key))
      await own.stop()
      await until(async () => E.isLeft(await cell.read(key)()))
      expect(await left(cell.compareAndSet(key, '0', 'a', 'w', 60))).not.toBe('')
      expect(await left(cell.subscribe(key, ignore, ignore))).not.toBe('')

      const again = await startRedisAt(own.port)
      await until(async () => E.isRight(await cell.read(key)()))
      const unsubscribe = await right(cell.subscribe(key, ignore, ignore))
      expect(
        String(await alone.command('CLIENT', 'LIST', 'TYPE', 'pubsub'))
          .trim()
          .split('\n')
      ).toHaveLength(1)
      await unsubscribe()
      alone.close()
      await again.stop()
    })

    it('answers with an error where the client may not subscribe, and closes the connection', async () => {
      await connection.command('ACL', 'SETUSER', 'quiet', 'on', 'nopass', '~*', '+@all', 'resetchannels')
      const quiet = redisCell((await connected(name, { username: 'quiet', password: 'x' })).client)
      const before = String(await connection.command('CLIENT', 'LIST')).split('\n').length
      expect(await left(quiet.subscribe(key, ignore, ignore))).toMatch(/NOPERM/)
      await until(async () => String(await connection.command('CLIENT', 'LIST')).split('\n').length === before)
      expect(await left(quiet.compareAndSet(key, '0', 'a', 'w', 60))).toMatch(/NOPERM|can't publish/)
    })

    it('lives through a time when the client may not subscribe', async () => {
      const user = `user-${name}`
      await connection.command('ACL', 'SETUSER', user, 'on', 'nopass', '~*', '&*', '+@all')
      let gaps = 0
      const unsubscribe = await right(
        redisCell((await connected(name, { username: user, password: 'x' })).client).subscribe(
          key,
          ignore,
          () => gaps++
        )
      )
      await connection.command('CONFIG', 'RESETSTAT')
      await connection.command('ACL', 'SETUSER', user, 'resetchannels') // ends the connections that are subscribed
      const denied = async () =>
        /cmdstat_subscribe:\S*rejected_calls=[1-9]/.test(String(await connection.command('INFO', 'commandstats')))
      await until(denied)
      expect(gaps).toBe(1)
      await connection.command('ACL', 'SETUSER', user, 'allchannels')
      await connection.command('CLIENT', 'KILL', 'USER', user)
      await until(() => gaps === 2)
      await unsubscribe()
    })

    it('answers with an error when the client is closed, and closes its own connection with it', async () => {
      const alone = await connected(name)
      const cell = redisCell(alone.client)
      const others = await Promise.all(
        ['a', 'b'].map((each) => right(cell.subscribe(`${key} ${each}`, ignore, ignore)))
      )
      const unsubscribe = await right(cell.subscribe(key, ignore, ignore))
      alone.close()
      await until(async () => (await subscribers()) === 0)
      expect(await left(cell.read(key))).toMatch(/closed/i)
      expect(await left(cell.subscribe(key, ignore, ignore))).toBe('Error: redisCell: the client is closed')
      await Promise.all([unsubscribe, ...others].map((end) => end()))
    })

    it('works on a cluster', async () => {
      const directory = mkdtempSync(join(tmpdir(), 'breaker-ts-cluster-'))
      const own = await startRedis(
        ...['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1', '--dir', directory]
      )
      const plain = await connected(name, {}, own.port)
      await plain.command('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
      await until(async () => String(await plain.command('CLUSTER', 'INFO')).includes('cluster_state:ok'))
      const cluster = await connectCluster(name, own.port)
      const cell = redisCell(cluster.client)
      const pushes: Array<Reading> = []
      const unsubscribe = await right(cell.subscribe(key, (reading) => pushes.push(reading), ignore))
      await write(cell, '0', 'a')
      await until(() => pushes.length > 0)
      await unsubscribe()
      cluster.close()
      plain.close()
      await own.stop()
      rmSync(directory, { recursive: true })
    })

    it('leaves no listener on the client', async () => {
      const client = connection.client as unknown as RedisClient & { readonly listenerCount: (event: string) => number }
      const before = client.listenerCount('end')
      const unsubscribe = await right(cells.here.subscribe(key, ignore, ignore))
      expect(client.listenerCount('end')).toBe(before + 1)
      await unsubscribe()
      expect(client.listenerCount('end')).toBe(before)
    })

    it('says what is wrong with a reply that it cannot read', async () => {
      const evaluate = async () => ['1', 'garbage', 5, '', 'now']
      const strange = Object.create(connection.client, {
        evalSha: { value: evaluate },
        evalsha: { value: evaluate },
        options: { value: undefined }
      }) as RedisClient
      expect(await left(redisCell(strange).read(key))).toBe(
        'Error: redisCell: [2]: given 5, expected a string or null; [4]: given "now", expected microseconds, 1 to 16 digits'
      )
      expect(await left(redisCell(strange).compareAndSet(key, '0', 'a', 'w', 60))).toMatch(/^Error: redisCell: /)
    })
  })
})

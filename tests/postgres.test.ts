/** The cell on PostgreSQL, on a real server. */
import { postgresCell, table } from 'breaker-ts/PostgresCell'

import { cellContract, right, until } from './support/cellContract'
import type { Pool, PostgresServer } from './support/postgres'
import { noPostgres, startPostgres } from './support/postgres'

const missing = noPostgres()

describe('a cell on PostgreSQL', () => {
  if (missing !== undefined) {
    it('did not run', () => {
      if (process.env['CI'] !== undefined) throw new Error(missing)
      console.warn(missing)
    })
    return
  }

  let server: PostgresServer
  let pools: ReadonlyArray<Pool>
  beforeAll(async () => {
    server = await startPostgres()
    pools = [server.pool(), server.pool()]
    await pools[0]?.query(table, [])
  })
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()))
    await server.stop()
  })
  const pool = (i = 0): Pool => pools[i] as Pool

  cellContract(() => ({
    here: postgresCell(pool(0)),
    there: postgresCell(pool(1)),
    lose: async (key) => void (await pool().query('DELETE FROM circuit_breakers WHERE key = $1', [key])),
    aSecond: () => new Promise((resolve) => setTimeout(resolve, 1100))
  }))

  const subscribed = async (key: string) => {
    const told: Array<string> = []
    const task = postgresCell(pool(1)).subscribe(
      key,
      ({ value }) => told.push(`push ${value?.slice(0, 5)}`),
      () => told.push('gap')
    )
    return { told, unsubscribe: await right(task) }
  }

  it('reads and pushes a value that no notice can hold', async () => {
    const { told, unsubscribe } = await subscribed('long')
    await right(postgresCell(pool()).compareAndSet('long', '0', 'x'.repeat(10_000), 'w', 60))
    await until(() => told.length === 2)
    expect(told).toEqual(['gap', 'push xxxxx'])
    await unsubscribe()
  })

  it('tells of a notice from elsewhere on its channel that there is something to read', async () => {
    const { told, unsubscribe } = await subscribed('foreign')
    for (const payload of ['no JSON', '[1]', '["1", "no text", "", "5"]'])
      await pool().query(`SELECT pg_notify('cb_' || md5('foreign'), $1)`, [payload])
    await until(() => told.length === 4)
    expect(told).toEqual(['gap', 'gap', 'gap', 'gap'])
    await unsubscribe()
  })

  it('subscribes again after its connection was lost, and says so', async () => {
    const { told, unsubscribe } = await subscribed('lost')
    await pool().query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'`, [])
    await until(() => told.length === 2)
    await right(postgresCell(pool()).compareAndSet('lost', '0', 'after', 'w', 60))
    await until(() => told.length === 3)
    expect(told).toEqual(['gap', 'gap', 'push after'])
    await unsubscribe()
  })

  it('replaces a lost connection once, where both its error and its end tell of it', async () => {
    const clients: Array<Awaited<ReturnType<Pool['connect']>>> = []
    const watched = {
      totalCount: 0,
      query: (text: string, values: Array<unknown>) => pool(1).query(text, values),
      connect: async () => {
        const client = await pool(1).connect()
        clients.push(client)
        return client
      }
    }
    const told: Array<string> = []
    const unsubscribe = await right(
      postgresCell(watched).subscribe(
        'twice lost',
        () => told.push('push'),
        () => told.push('gap')
      )
    )
    const [first] = clients as unknown as ReadonlyArray<NodeJS.EventEmitter>
    first?.emit('error', new Error('cut'))
    first?.emit('end')
    await until(() => told.length === 2)
    await right(postgresCell(pool()).compareAndSet('twice lost', '0', 'after', 'w', 60))
    await until(() => told.length === 3)
    expect(clients).toHaveLength(2)
    expect(told).toEqual(['gap', 'gap', 'push'])
    await unsubscribe()
  })

  it('goes on trying where it cannot subscribe again at once', async () => {
    let refused = 0
    const flaky = {
      totalCount: 0,
      query: (text: string, values: Array<unknown>) => pool(1).query(text, values),
      connect: async () => {
        refused -= 1
        if (refused > 0) throw new Error('no route to host')
        const client = await pool(1).connect()
        if (refused < 0) return client
        return Object.assign(Object.create(client) as typeof client, { query: () => Promise.reject(new Error('cut')) })
      }
    }
    const told: Array<string> = []
    const subscribing = postgresCell(flaky).subscribe(
      'flaky',
      () => told.push('push'),
      () => told.push('gap')
    )
    refused = 2 // no connection, then one that is cut
    expect((await subscribing())._tag).toBe('Left')
    expect((await subscribing())._tag).toBe('Left')
    const unsubscribe = await right(subscribing)
    refused = 3
    await pool().query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'`, [])
    await until(() => told.length === 2)
    expect(told).toEqual(['gap', 'gap'])
    await unsubscribe()
  })

  it('has one client whatever comes of the attempts before', async () => {
    const attempts: Array<(error?: Error) => void> = []
    const gated = {
      totalCount: 0,
      query: (text: string, values: Array<unknown>) => pool(1).query(text, values),
      connect: async () => {
        await new Promise<void>((resolve, reject) => attempts.push((error) => (error ? reject(error) : resolve())))
        return pool(1).connect()
      }
    }
    const cell = postgresCell(gated)
    const ignore = () => undefined
    const subscribe = (key: string) => right(cell.subscribe(key, ignore, ignore))
    const first = subscribe('gated')
    await until(() => attempts.length === 1)
    attempts[0]?.()
    const unsubscribe = await first
    await pool().query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'`, [])
    await until(() => attempts.length === 2)
    const unsubscribing = unsubscribe()
    const second = subscribe('gated')
    await until(() => attempts.length === 3)
    attempts[1]?.(new Error('no route to host'))
    await unsubscribing
    attempts[2]?.()
    const unsubscribeSecond = await second
    const unsubscribeThird = await subscribe('gated too')
    expect(attempts).toHaveLength(3)
    await Promise.all([unsubscribeSecond(), unsubscribeThird()])
  })

  it('stops trying to subscribe again where there is no subscription left', async () => {
    let connects = 0
    const once = {
      totalCount: 0,
      query: (text: string, values: Array<unknown>) => pool(1).query(text, values),
      connect: async () => (++connects === 1 ? pool(1).connect() : Promise.reject(new Error('no route to host')))
    }
    const ignore = () => undefined
    const unsubscribe = await right(postgresCell(once).subscribe('once', ignore, ignore))
    await pool().query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'`, [])
    await until(() => connects === 2)
    await unsubscribe()
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect(connects).toBe(2)
  })

  it('gives back the client that it listens on with the last subscription', async () => {
    const cell = postgresCell(pool(1))
    const ignore = () => undefined
    const one = await right(cell.subscribe('one', ignore, ignore))
    const two = await right(cell.subscribe('two', ignore, ignore))
    await one()
    await two()
    await two()
    const count = async (): Promise<unknown> =>
      (await pool().query(`SELECT 1 FROM pg_stat_activity WHERE query ~ '^(UN)?LISTEN'`, [])).rows.length
    await until(async () => (await count()) === 0)
  })

  it('answers with an error, and no exception, where there is no table or the pool has ended', async () => {
    const ended = server.pool()
    await ended.end()
    const cell = postgresCell(ended)
    const answers = [
      await cell.read('key')(),
      await cell.compareAndSet('key', '0', 'a', 'w', 60)(),
      await cell.subscribe(
        'key',
        () => undefined,
        () => undefined
      )()
    ]
    expect(answers.map(({ _tag }) => _tag)).toEqual(['Left', 'Left', 'Left'])
  })

  it('refuses a pool of one client, which the cell would keep', () => {
    const one = server.pool({ max: 1 })
    expect(() => postgresCell(one)).toThrow(
      new TypeError(
        'postgresCell: given a Pool of pg with max: 1, expected a max of 2 or more, since the cell keeps one client for notices'
      )
    )
  })

  it('refuses a single client, connected or not', async () => {
    const client = server.client()
    const refused = new TypeError('postgresCell: given an object, expected a Pool of pg')
    expect(() => postgresCell(client as never)).toThrow(refused)
    await client.connect()
    expect(() => postgresCell(client as never)).toThrow(refused)
    await client.end()
  })

  it('is content with a pool of two', async () => {
    const two = server.pool({ max: 2 })
    const ignore = () => undefined
    const unsubscribe = await right(postgresCell(two).subscribe('two of two', ignore, ignore))
    expect((await right(postgresCell(two).read('two of two'))).version).toBe('0')
    await unsubscribe()
    await two.end()
  })

  it.each([[undefined], [null], [{}], [{ query: () => undefined }]])('refuses %p as a pool', (given) => {
    expect(() => postgresCell(given as never)).toThrow(/^postgresCell: given .+, expected a Pool of pg$/)
  })
})

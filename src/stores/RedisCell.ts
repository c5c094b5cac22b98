/**
 * A cell on Redis, for a breaker that a fleet shares, by a client of `redis` or `ioredis` that you pass in.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'

import { attempt } from '../core/InvalidSettings'
import { named } from '../data/Door'
import type { Cell, Committed, Reading } from './Cell'
import { attempted, decoded, text, textOrNull } from './CellReply'
import type { Connection, IoRedisLike, NodeRedisLike } from './RedisClient'
import { connectionOf, shownClient } from './RedisClient'
import { SCRIPT } from './RedisScript'
import type { Line, Listener, Subscriptions } from './Subscriptions'
import { nothing, subscriptions } from './Subscriptions'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A client of `redis` (node-redis 5 or 6) or of `ioredis` (5 or 6), as far as a cell uses it.
 *
 * @category model
 * @since 0.1.0
 */
export type RedisClient = NodeRedisLike | IoRedisLike

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A cell on Redis (5 or later) or Valkey. Make one for a client, and give it to all shared breakers.
 *
 * The client stays yours: connect it, listen to its `error` event, close it. For notices of writes the cell opens one more
 * connection like it, a `duplicate()`, and closes it with the last subscription or when your client ends.
 *
 * Whoever can write to the keys, or publish on channels of the same names, can open your circuits: see
 * [the guide](https://github.com/breaker-ts/breaker-ts/blob/main/docs/guides/fleet.md).
 *
 * @example
 * import type { RedisClient } from 'breaker-ts/RedisCell'
 * import { redisCell } from 'breaker-ts/RedisCell'
 *
 * // await createClient({ url }).connect() of redis, or new Redis(url) of ioredis
 * const breakerStore = (client: RedisClient) => redisCell(client)
 *
 * assert.strictEqual(typeof breakerStore, 'function')
 * assert.throws(
 *   () => redisCell('redis://localhost' as never),
 *   { message: 'redisCell: given "redis://localhost", expected a client of redis (createClient) or of ioredis' }
 * )
 *
 * @category constructors
 * @since 0.1.0
 */
export const redisCell = (client: RedisClient): Cell => {
  const connection = connectionOf(client)
  if (connection === undefined)
    throw new TypeError(
      `redisCell: given ${shownClient(client)}, expected a client of redis (createClient) or of ioredis`
    )
  const { subscribe } = subscriptionsOf(connection)
  const run = async (key: string, args: ReadonlyArray<string>): Promise<Committed> =>
    committed(decoded(CELL, reply, await connection.run(SCRIPT, key, args)))

  return {
    read: (key) => attempted(() => run(key, [])),
    compareAndSet: (key, expected, value, writer, ttlSeconds) => {
      const ttl = String(Math.max(1, Math.ceil(ttlSeconds * 1000))) // as Redis takes it
      return attempted(() => run(key, [expected, value, writer, ttl, connection.channelOf(key)]))
    },
    subscribe: (key, onPush, onGap) => attempted(() => subscribe(connection.channelOf(key), { onPush, onGap }))
  }
}

// -------------------------------------------------------------------------------------
// what comes back
// -------------------------------------------------------------------------------------

const CELL = 'redisCell'

const flag = named<string>({ rule: `'0' or '1'`, holds: (u) => u === '0' || u === '1' })
const microseconds = named<string>({
  rule: 'microseconds, 1 to 16 digits',
  holds: (u) => typeof u === 'string' && /^\d{1,16}$/.test(u)
})

const reply = t.tuple([flag, text, textOrNull, textOrNull, microseconds], 'the reply of the script, a list of 5')
const push = t.tuple([text, text, text, microseconds], 'a notice of a write, a list of 4')

const readingOf = (version: string, value: string | null, writer: string | null, now: string): Reading => ({
  version,
  value: value ?? undefined,
  writer: writer ?? '',
  nowSeconds: Number(now) / 1e6
})

const committed = ([applied, ...rest]: t.TypeOf<typeof reply>): Committed => ({
  ...readingOf(...rest),
  applied: applied === '1'
})

// -------------------------------------------------------------------------------------
// subscriptions
// -------------------------------------------------------------------------------------

// The client connects again by itself, and then the cell subscribes again.
const subscriptionsOf = (connection: Connection): Subscriptions<Listener> => {
  const onMessage = (channel: string, message: string): void => {
    const reading = attempt(() => readingOf(...decoded(CELL, push, JSON.parse(message))))
    if (reading === undefined) return held.tellGap(channel) // from another publisher: look what the key holds
    held.listening(channel).forEach(({ onPush }) => onPush(reading))
  }
  const end = (): void => void held.close()

  const connect = async (): Promise<Line> => {
    if (connection.hasEnded()) throw new Error('redisCell: the client is closed')
    const subscriber = connection.subscriber(onMessage)
    try {
      await new Promise((resolve, reject) => {
        subscriber.on('error', reject) // it stays: without a listener, an error event would end the process
        subscriber.connect().then(resolve, reject)
      })
    } catch (error) {
      await attempt(() => subscriber.close())
      throw error
    }
    subscriber.on('ready', () =>
      held.channels().forEach((channel) => {
        // Where that fails, the connection is lost again, and the next one asks again.
        subscriber.subscribe(channel).then(() => held.tellGap(channel), nothing)
      })
    )
    connection.on('end', end)
    return {
      listen: subscriber.subscribe,
      unlisten: subscriber.unsubscribe,
      close: () => {
        connection.off('end', end)
        return subscriber.close()
      }
    }
  }

  const held = subscriptions<Listener>(connect)
  return held
}

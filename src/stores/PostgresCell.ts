/**
 * A cell on PostgreSQL, for a breaker that a fleet shares, by a pool of `pg` that you pass in.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'

import { attempt, showGiven } from '../core/InvalidSettings'
import { named } from '../data/Door'
import type { Cell, Committed, Reading } from './Cell'
import { attempted, decoded, text, textOrNull } from './CellReply'
import type { Line, Listener, Subscriptions } from './Subscriptions'
import { subscriptions } from './Subscriptions'
import { timers } from './Timers'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A `Pool` of `pg`, as far as a cell uses it.
 *
 * @category model
 * @since 0.1.0
 */
export interface PostgresPool {
  /** A single `Client` has none. */
  readonly totalCount: number
  readonly options?: { readonly max?: number | undefined }
  query(text: string, values: Array<unknown>): Promise<{ readonly rows: ReadonlyArray<unknown> }>
  connect(): Promise<PostgresClient>
}

/**
 * A client out of that pool.
 *
 * @category model
 * @since 0.1.0
 */
export interface PostgresClient {
  query(text: string, values: Array<unknown>): Promise<{ readonly rows: ReadonlyArray<unknown> }>
  on(event: string, listener: (given: never) => void): unknown
  release(destroy?: boolean): void
  unref?(): void
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The table of the cells, for your migrations. The rows of breakers that nobody uses stay until you delete them: those whose
 * `expires_at` has passed hold nothing.
 *
 * @example
 * import { table } from 'breaker-ts/PostgresCell'
 *
 * assert.strictEqual(table.startsWith('CREATE TABLE IF NOT EXISTS circuit_breakers ('), true)
 *
 * @category constructors
 * @since 0.1.0
 */
export const table = `CREATE TABLE IF NOT EXISTS circuit_breakers (
  key text PRIMARY KEY,
  version bigint NOT NULL,
  value text NOT NULL,
  writer text NOT NULL,
  expires_at timestamptz NOT NULL
)`

/**
 * A cell on PostgreSQL, in the table that `table` makes. Make one for a pool, and give it to all shared breakers.
 *
 * The pool stays yours: listen to its `error` event, and end it. For notices of writes the cell takes one client out of it, as
 * long as there are subscriptions, so the pool needs a `max` of 2 or more. The client needs a session: not PgBouncer in
 * transaction mode.
 *
 * @example
 * import type { PostgresPool } from 'breaker-ts/PostgresCell'
 * import { postgresCell, table } from 'breaker-ts/PostgresCell'
 *
 * // new Pool({ connectionString }) of pg
 * const breakerStore = async (pool: PostgresPool) => {
 *   await pool.query(table, [])
 *   return postgresCell(pool)
 * }
 *
 * assert.strictEqual(typeof breakerStore, 'function')
 * assert.throws(
 *   () => postgresCell('postgres://localhost' as never),
 *   { message: 'postgresCell: given "postgres://localhost", expected a Pool of pg' }
 * )
 *
 * @category constructors
 * @since 0.1.0
 */
export const postgresCell = (pool: PostgresPool): Cell => {
  const { query, connect, totalCount, options } = (pool ?? {}) as Partial<PostgresPool>
  if (typeof query !== 'function' || typeof connect !== 'function' || typeof totalCount !== 'number')
    throw new TypeError(`postgresCell: given ${showGiven(pool)}, expected a Pool of pg`)
  if (options?.max === 1)
    throw new TypeError(
      'postgresCell: given a Pool of pg with max: 1, expected a max of 2 or more, since the cell keeps one client for notices'
    )
  const { subscribe } = subscriptionsOf(pool)
  const read = async (key: string): Promise<Reading> => readingOf(await rowOf(row, pool, READ, [key]))

  return {
    read: (key) => attempted(() => read(key)),
    compareAndSet: (key, expected, value, writer, ttlSeconds) =>
      attempted(async (): Promise<Committed> => {
        const values = [key, escaped(value), escaped(writer), ttlSeconds]
        const written =
          expected === NOTHING
            ? await rowOf(rowOrNone, pool, INSERT, values)
            : await rowOf(rowOrNone, pool, UPDATE, [...values, expected])
        return written === undefined
          ? { ...(await read(key)), applied: false }
          : { ...readingOf(written), applied: true }
      }),
    subscribe: (key, onPush, onGap) =>
      attempted(async () => subscribe(await channelOf(pool, key), { onPush, onGap, read: () => read(key) }))
  }
}

// -------------------------------------------------------------------------------------
// statements
// -------------------------------------------------------------------------------------

const NOTHING = '0'

// A version is the time of its write in microseconds, or one more than the last where the clock stands still.
const NOW = `extract(epoch FROM clock_timestamp())`
const MICROSECONDS = `floor(${NOW} * 1000000)::bigint`
const UNTIL = `clock_timestamp() + make_interval(secs => $4)`

const READ = `SELECT version::text, value, writer, ${NOW}::text AS now FROM (SELECT 1) AS one
LEFT JOIN circuit_breakers ON key = $1 AND expires_at > clock_timestamp()`

// A notice holds less than 8,000 bytes. One that would be longer says only that there is something to read.
const TOO_LONG = ''

const written = (write: string): string => `WITH written AS (
  ${write} RETURNING version::text, value, writer, ${NOW}::text AS now
), notice AS (
  SELECT *, json_build_array(version, value, writer, now)::text AS payload FROM written
)
SELECT version, value, writer, now,
  pg_notify('cb_' || md5($1), CASE WHEN octet_length(payload) < 8000 THEN payload ELSE '${TOO_LONG}' END)::text FROM notice`

const INSERT = written(`INSERT INTO circuit_breakers AS held (key, version, value, writer, expires_at)
  VALUES ($1, ${MICROSECONDS}, $2, $3, ${UNTIL})
  ON CONFLICT (key) DO UPDATE SET version = greatest(held.version + 1, excluded.version),
    value = excluded.value, writer = excluded.writer, expires_at = excluded.expires_at
    WHERE held.expires_at <= clock_timestamp()`)

const UPDATE = written(`UPDATE circuit_breakers SET version = greatest(version + 1, ${MICROSECONDS}),
    value = $2, writer = $3, expires_at = ${UNTIL}
  WHERE key = $1 AND version::text = $5 AND expires_at > clock_timestamp()`)

// A text of PostgreSQL holds no NUL, and no half of a surrogate pair.
const escaped = (text: string): string => JSON.stringify(text)

// -------------------------------------------------------------------------------------
// what comes back
// -------------------------------------------------------------------------------------

const CELL = 'postgresCell'

const seconds = named<string>({ rule: 'seconds', holds: (u) => typeof u === 'string' && Number.isFinite(Number(u)) })

const row = t.type({ version: textOrNull, value: textOrNull, writer: textOrNull, now: seconds })
const rowOrNone = t.union([row, t.undefined])
const notice = t.tuple([text, text, text, seconds])

type Row = t.TypeOf<typeof row>

const rowOf = async <A>(codec: t.Decoder<unknown, A>, pool: PostgresPool, sql: string, values: Array<unknown>) => {
  const { rows } = await pool.query(sql, values)
  return decoded(CELL, codec, rows[0])
}

const unescaped = (given: string | null): string | undefined =>
  given === null ? undefined : decoded(CELL, text, JSON.parse(given))

const pushed = (payload: string): Reading => {
  const [version, value, writer, now] = decoded(CELL, notice, JSON.parse(payload))
  return readingOf({ version, value, writer, now })
}

const readingOf = ({ version, value, writer, now }: Row): Reading => ({
  version: version ?? NOTHING,
  value: unescaped(value),
  writer: unescaped(writer) ?? '',
  nowSeconds: Number(now)
})

// -------------------------------------------------------------------------------------
// subscriptions
// -------------------------------------------------------------------------------------

interface Reader extends Listener {
  readonly read: () => Promise<Reading>
}

interface Notification {
  readonly channel: string
  readonly payload?: string | undefined
}

const RETRY_SECONDS = 1

// A client that is lost has to be replaced by the cell.
const subscriptionsOf = (pool: PostgresPool): Subscriptions<Reader> => {
  const onNotification = ({ channel, payload }: Notification): void =>
    held.listening(channel).forEach(({ onPush, onGap, read }) => {
      const reading = attempt(() => pushed(payload as string))
      if (reading !== undefined) return onPush(reading)
      if (payload !== TOO_LONG) return onGap() // from elsewhere: look what the key holds
      read().then(onPush, onGap)
    })

  const connect = async (): Promise<Line> => {
    const client = await pool.connect()
    const line: Line = {
      listen: (channel) => client.query(`LISTEN ${channel}`, []),
      unlisten: (channel) => client.query(`UNLISTEN ${channel}`, []),
      close: () => client.release(true)
    }
    try {
      client.unref?.()
      client.on('notification', onNotification)
      const lose = (): void => void lost(line)
      client.on('error', lose)
      client.on('end', lose)
      await held
        .channels()
        .reduce<Promise<unknown>>((before, channel) => before.then(() => line.listen(channel)), Promise.resolve())
      return line
    } catch (error) {
      client.release(true)
      throw error
    }
  }

  const lost = async (line: Line): Promise<void> => {
    if (await held.forget(line)) openAgain()
  }
  // What was written meanwhile has to be read.
  const openAgain = (): void => {
    if (held.channels().length === 0) return
    held.open().then(
      () => held.tellGap(),
      () => timers(RETRY_SECONDS, openAgain)
    )
  }

  const held = subscriptions<Reader>(connect)
  return held
}

// A channel has a name of at most 63 bytes.
const channelOf = async (pool: PostgresPool, key: string): Promise<string> =>
  (await rowOf(channelRow, pool, CHANNEL, [key])).channel

const CHANNEL = `SELECT 'cb_' || md5($1) AS channel`
const channelRow = t.type({ channel: text })

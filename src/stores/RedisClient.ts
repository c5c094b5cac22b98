/**
 * What a cell asks of a Redis client, and the two clients that it knows: `redis` (node-redis) and `ioredis`.
 *
 * @since 0.1.0
 */
import { showGiven } from '../core/InvalidSettings'
import type { Script } from './RedisScript'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Both clients are event emitters.
 *
 * @category model
 * @since 0.1.0
 */
export interface Emitter {
  on(event: string, listener: (...args: ReadonlyArray<unknown>) => void): unknown
  off(event: string, listener: (...args: ReadonlyArray<unknown>) => void): unknown
}

/**
 * A client of `redis`, as far as a cell uses it.
 *
 * @category model
 * @since 0.1.0
 */
export interface NodeRedisLike extends Emitter {
  eval(script: string, options: { keys: Array<string>; arguments: Array<string> }): Promise<unknown>
  evalSha(sha1: string, options: { keys: Array<string>; arguments: Array<string> }): Promise<unknown>
  duplicate(): Emitter & {
    connect(): Promise<unknown>
    subscribe(channel: string, listener: (message: string, channel: string) => void): Promise<unknown>
    unsubscribe(channel: string): Promise<unknown>
    destroy(): unknown
    unref?(): unknown
  }
}

/**
 * A client of `ioredis`, as far as a cell uses it.
 *
 * @category model
 * @since 0.1.0
 */
export interface IoRedisLike extends Emitter {
  eval(script: string, keys: number, ...args: Array<string>): Promise<unknown>
  evalsha(sha1: string, keys: number, ...args: Array<string>): Promise<unknown>
  duplicate(): Emitter & {
    connect(): Promise<unknown>
    subscribe(channel: string): Promise<unknown>
    unsubscribe(channel: string): Promise<unknown>
    disconnect(): unknown
  }
}

/** A second connection, since one that is subscribed takes no other commands. @internal */
export interface Subscriber extends Emitter {
  readonly connect: () => Promise<unknown>
  readonly subscribe: (channel: string) => Promise<unknown>
  readonly unsubscribe: (channel: string) => Promise<unknown>
  readonly close: () => unknown
}

/** @internal */
export interface Connection extends Emitter {
  readonly hasEnded: () => boolean
  readonly run: (script: Script, key: string, args: ReadonlyArray<string>) => Promise<unknown>
  /** The name under which writes to the key are published. */
  readonly channelOf: (key: string) => string
  readonly subscriber: (onMessage: (channel: string, message: string) => void) => Subscriber
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/** @internal */
export const connectionOf = (client: unknown): Connection | undefined =>
  isNodeRedis(client) ? nodeRedis(client) : isIoRedis(client) ? ioRedis(client) : undefined

const nodeRedis = (client: NodeRedisLike): Connection => ({
  ...emitterOf(client),
  hasEnded: () => (client as { readonly isOpen?: unknown }).isOpen === false,
  run: ({ text, sha1 }, key, args) => {
    const options = { keys: [key], arguments: [...args] }
    return client.evalSha(sha1, options).catch(unlessKnown(() => client.eval(text, options)))
  },
  channelOf: channelOf(client, 'database'),
  subscriber: (onMessage) => {
    const own = client.duplicate()
    const listener = (message: string, channel: string) => onMessage(channel, message) // always the same: it counts once
    return {
      ...emitterOf(own),
      connect: async () => {
        await own.connect()
        own.unref?.()
      },
      subscribe: (channel) => own.subscribe(channel, listener),
      unsubscribe: (channel) => own.unsubscribe(channel),
      close: () => own.destroy()
    }
  }
})

const ioRedis = (client: IoRedisLike): Connection => ({
  ...emitterOf(client),
  hasEnded: () => (client as { readonly status?: unknown }).status === 'end',
  run: ({ text, sha1 }, key, args) =>
    client.evalsha(sha1, 1, key, ...args).catch(unlessKnown(() => client.eval(text, 1, key, ...args))),
  channelOf: channelOf(client, 'db'),
  subscriber: (onMessage) => {
    // It would subscribe again by itself, but does not say when that is done.
    const own = duplicateOf(client, { lazyConnect: true, autoResubscribe: false })
    own.on('message', (channel, message) => onMessage(String(channel), String(message)))
    own.on('connect', () => (own as { readonly stream?: { unref?(): void } }).stream?.unref?.())
    return {
      ...emitterOf(own),
      connect: () => own.connect(),
      subscribe: (channel) => own.subscribe(channel),
      unsubscribe: (channel) => own.unsubscribe(channel),
      close: () => own.disconnect()
    }
  }
})

// A cluster takes its nodes first.
const duplicateOf = (client: IoRedisLike, options: object): ReturnType<IoRedisLike['duplicate']> => {
  const { isCluster } = client as { readonly isCluster?: unknown }
  const args = (isCluster === true ? [[], options] : [options]) as unknown as Parameters<IoRedisLike['duplicate']>
  return client.duplicate(...args)
}

const emitterOf = (emitter: Emitter): Emitter => ({
  on: (event, listener) => emitter.on(event, listener),
  off: (event, listener) => emitter.off(event, listener)
})

const unlessKnown =
  (evaluate: () => Promise<unknown>) =>
  async (error: unknown): Promise<unknown> => {
    if (/^NOSCRIPT/.test(String((error as { readonly message?: unknown } | undefined)?.message))) return evaluate()
    throw error
  }

// Clients prefix the keys, and not the channels; and channels know no databases. So what staging writes to database 1 never
// reaches production on database 0.
const channelOf =
  (client: object, databaseOption: string) =>
  (key: string): string => {
    const { options = {} } = client as { readonly options?: Readonly<Record<string, unknown>> }
    const { keyPrefix = '', [databaseOption]: database } = options
    const suffix = typeof database === 'number' && database > 0 ? `@${database}` : ''
    return `${String(keyPrefix)}${key}${suffix}`
  }

// -------------------------------------------------------------------------------------
// guards
// -------------------------------------------------------------------------------------

const has = (client: unknown, ...methods: ReadonlyArray<string>): boolean =>
  typeof client === 'object' &&
  client !== null &&
  methods.every((method) => typeof (client as Readonly<Record<string, unknown>>)[method] === 'function')

const isNodeRedis = (client: unknown): client is NodeRedisLike =>
  has(client, 'evalSha', 'eval', 'duplicate', 'on', 'off')

const isIoRedis = (client: unknown): client is IoRedisLike => has(client, 'evalsha', 'eval', 'duplicate', 'on', 'off')

/** What is no such client, in words. @internal */
export const shownClient = (given: unknown): string => {
  if (has(given, 'then')) return 'a promise (await it)'
  if (has(given, 'exec')) return 'a transaction (multi) or a pipeline'
  if (has(given, 'evalSha')) return 'a pool, which cannot subscribe'
  return showGiven(given)
}

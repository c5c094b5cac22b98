// Compiled by tests/RedisCell.test.ts: the clients are what a cell takes, by their own types.
import type { RedisClient } from 'breaker-ts/RedisCell'
import { redisCell } from 'breaker-ts/RedisCell'
import { Cluster, Redis } from 'ioredis'
import { createClient, createClientPool, createCluster, createSentinel } from 'redis'

const clients: ReadonlyArray<() => RedisClient> = [
  () => createClient(),
  () => createClient({ RESP: 2 }),
  () => createCluster({ rootNodes: [] }),
  () => createSentinel({ name: 'main', sentinelRootNodes: [] }),
  () => new Redis(),
  () => new Cluster([])
]
export const connected = async () => redisCell(await createClient().connect())
export const cells = clients.map((make) => () => redisCell(make()))

// @ts-expect-error -- a pool cannot subscribe
export const pool = () => redisCell(createClientPool())
// @ts-expect-error -- it is awaited
export const promise = () => redisCell(createClient().connect())

/**
 * What you would write in your service: a breaker that the fleet shares, and for comparison the same one for each process alone.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'

import type { Observer } from 'breaker-ts'
import { AsyncCircuitBreaker } from 'breaker-ts'
import type { RedisClient } from 'breaker-ts/RedisCell'
import { redisCell } from 'breaker-ts/RedisCell'
import { shared } from 'breaker-ts/Shared'
import { failureRate } from 'breaker-ts/TripStrategy'
import { timeWindow } from 'breaker-ts/Window'

/** A share of many calls, so that one sick process cannot cut off the others. */
export const settings = {
  name: 'prices',
  window: timeWindow(6),
  trip: failureRate(0.5, 20), // half of 20 or more calls
  recoveryTimeoutSeconds: 1,
  probeTimeoutSeconds: 2
}

export const makeShared = (client: RedisClient, observer: Observer) => {
  const fleet = shared({ cell: redisCell(client), settings })
  return {
    breaker: new AsyncCircuitBreaker({ ...settings, store: fleet, observer }),
    flush: fleet.flush,
    close: fleet.close
  }
}

export const makeAlone = (observer: Observer) => new AsyncCircuitBreaker({ ...settings, observer })

interface Redis {
  readonly createClient: (
    options: object
  ) => RedisClient & { connect: () => Promise<unknown>; close: () => Promise<unknown> }
}

// In your service: import { createClient } from 'redis'. In this repository the clients stand apart, in tools/fleet.
const { createClient } = createRequire(join(process.cwd(), 'tools', 'fleet', 'package.json'))('redis') as Redis

export const connect = async (port: number) => {
  const client = createClient({ socket: { host: '127.0.0.1', port } })
  client.on('error', () => undefined) // the breaker goes on without Redis, and tells its observer
  await client.connect()
  return client
}

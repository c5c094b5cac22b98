// src/stores/RedisCell.ts
import type { Cell } from './Cell'
import type { IoRedisLike, NodeRedisLike } from './RedisClient'
export type RedisClient = NodeRedisLike | IoRedisLike
export declare const redisCell: (client: RedisClient) => Cell

/**
 * All that runs in Redis: a script that knows a version, bytes and a clock, and nothing of breakers.
 *
 * @since 0.1.0
 */

/** @internal */
export interface Script {
  readonly text: string
  readonly sha1: string
}

/**
 * Without arguments it reads. A version is the time of its write in microseconds, or one more than the last where the clock
 * stands still. Everything goes out as text, since clients read numbers in several ways.
 *
 * @internal
 */
export const SCRIPT: Script = {
  text: `local c = redis.call('HMGET', KEYS[1], 'v', 's', 'w')
local t = redis.call('TIME')
local us = t[1] * 1e6 + t[2]
local now = string.format('%.0f', us)
local v = c[1] or '0'
if v ~= ARGV[1] then return {'0', v, c[2], c[3], now} end
local n = tonumber(v) or 0
if not (n <= us + 864e8) then n = 0 end
local next = string.format('%.0f', math.max(n + 1, us))
redis.call('HSET', KEYS[1], 'v', next, 's', ARGV[2], 'w', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PUBLISH', ARGV[5], cjson.encode({next, ARGV[2], ARGV[3], now}))
return {'1', next, ARGV[2], ARGV[3], now}`,
  sha1: '9a0b32e6718a9a2777569e85ba20ce191a822283'
}

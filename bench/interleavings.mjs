// The interleavings that tell breakers apart: each is run against a breaker and returns, in a few words, what happened.
import { setTimeout as sleep } from 'node:timers/promises'

import { RECOVERY_MILLISECONDS } from './adapters.mjs'

const ERROR = new Error('503')
const succeed = () => Promise.resolve(1)
const fail = () => Promise.reject(ERROR)
const hang = () => new Promise(() => undefined)
const recovery = () => sleep(1.3 * RECOVERY_MILLISECONDS)
const settled = () => sleep(5)

const deferred = () => {
  let resolve, reject
  const promise = new Promise((...both) => ([resolve, reject] = both))
  return { work: () => promise, resolve, reject }
}

// How a call ends, or that it has not ended soon.
const soon = (call) => Promise.race([call, sleep(20, 'waits')])

const using = async (made, body) => {
  const breaker = await made
  try {
    return await body(breaker)
  } finally {
    await breaker.end()
  }
}

// A call from before the trip, then the trip, then, if asked for, a probe in flight.
const withStaleCall = async (breaker) => {
  const stale = deferred()
  const call = breaker.call(stale.work)
  await breaker.call(fail)
  return { ...stale, call }
}

const withProbe = async (breaker) => {
  await recovery()
  const probe = deferred()
  const call = breaker.call(probe.work)
  await settled()
  return { ...probe, call }
}

const staleDuringHalfOpen = (end) => (peer) =>
  using(peer.make(), async (breaker) => {
    const stale = await withStaleCall(breaker)
    const probe = await withProbe(breaker)
    end(stale)
    await stale.call
    const after = await breaker.state()
    probe.resolve(1)
    await probe.call
    return `${after}, then the probe succeeds: ${await breaker.state()}`
  })

export const staleFailureDuringHalfOpen = staleDuringHalfOpen(({ reject }) => reject(ERROR))

export const staleSuccessDuringHalfOpen = staleDuringHalfOpen(({ resolve }) => resolve(1))

export const staleSuccessWhileOpen = (peer) =>
  using(peer.make(), async (breaker) => {
    const stale = await withStaleCall(breaker)
    stale.resolve(1)
    await stale.call
    return `${await breaker.state()}, next call ${await soon(breaker.call(succeed))}`
  })

const afterCancelledProbe = (made) =>
  using(made, async (breaker) => {
    await breaker.call(fail)
    await recovery()
    const caller = new globalThis.AbortController()
    const aborted = () =>
      new Promise((_, reject) => caller.signal.addEventListener('abort', () => reject(caller.signal.reason)))
    const probe = breaker.call(aborted, caller.signal)
    await settled()
    caller.abort()
    await probe
    return `${await breaker.state()}, next call ${await soon(breaker.call(succeed))}`
  })

export const cancelledProbe = async (peer) => {
  const plain = await afterCancelledProbe(peer.make())
  return peer.ignoringAborts === undefined
    ? plain
    : `${plain}; told that it is no failure: ${await afterCancelledProbe(peer.ignoringAborts())}`
}

const afterHungProbe = (made) =>
  using(made, async (breaker) => {
    await breaker.call(fail)
    await recovery()
    void breaker.call(hang)
    await settled()
    const meanwhile = await soon(breaker.call(succeed))
    await recovery()
    await recovery()
    return `a call ${meanwhile}, two open times later ${await soon(breaker.call(succeed))}`
  })

export const hungProbe = async (peer) => {
  const plain = await afterHungProbe(peer.make())
  return `${plain}; with a time limit: ${await afterHungProbe(peer.timed())}`
}

// Calls start before others have ended, two at a time, and all succeed.
export const overlappingProbes = (peer) =>
  using((peer.probes ?? peer.make)(peer.probes && 2), async (breaker) => {
    await breaker.call(fail)
    await recovery()
    const start = () => {
      const call = deferred()
      return { ...call, ended: breaker.call(call.work) }
    }
    const flying = [start(), start()]
    await settled()
    let successes = 0
    for (let steps = 0; steps < 20 && (await breaker.state()) !== 'closed'; steps++) {
      const oldest = flying.shift()
      oldest.resolve(1)
      flying.push(start())
      if ((await soon(oldest.ended)) === 'returned') successes++
    }
    const end = `${await breaker.state()} after ${successes} ${successes === 1 ? 'success' : 'successes'}`
    for (const { resolve } of flying) resolve(1)
    return peer.probes === undefined ? `has one probe at a time; ${end}` : end
  })

// Failures one fewer than the smallest number that can open, a gap of two windows, one failure more.
export const idleGap = (peer) =>
  peer.windowed === undefined
    ? 'has no time window'
    : using(peer.windowed(500, 5), async (breaker) => {
        for (let i = 0; i < 4; i++) await breaker.call(fail)
        await sleep(1100)
        await breaker.call(fail)
        return await breaker.state()
      })

const afterStepBack = (made) =>
  using(made, async (breaker) => {
    await breaker.call(fail)
    const { now } = Date
    Date.now = () => now() - 3_600_000
    try {
      await recovery()
      return `next call ${await soon(breaker.call(succeed))}`
    } finally {
      Date.now = now
    }
  })

export const clockSteppedBack = async (peer) => {
  const byItself = await afterStepBack(peer.make())
  return peer.onWallClock === undefined
    ? byItself
    : `${byItself}; on a wall clock too: ${await afterStepBack(peer.onWallClock())}`
}

// Saved half-way through the open time, and restored at once.
export const restoredState = (peer) =>
  peer.restored === undefined
    ? 'has none to save, in memory'
    : using(
        peer.restored(
          ({ call }) => call(fail),
          () => sleep(RECOVERY_MILLISECONDS / 2)
        ),
        async (breaker) => {
          const atOnce = await soon(breaker.call(succeed))
          await sleep(0.7 * RECOVERY_MILLISECONDS)
          return `a call at once ${atOnce}, after the rest of the time ${await soon(breaker.call(succeed))}`
        }
      )

export const throwingObserver = async (peer) => {
  if (peer.observed === undefined) return 'has no callbacks, but a stream of transitions'
  const { error } = console
  console.error = () => undefined // ours reports there
  try {
    const throwing = () => {
      throw new Error('listener')
    }
    return await using(peer.observed(throwing), async (breaker) => {
      return `a healthy call ${await breaker.call(succeed)}, ${await breaker.state()}`
    })
  } finally {
    console.error = error
  }
}

// What becomes of a breaker, or that there is none.
const unless = async (make, body) => {
  let made
  try {
    made = await make()
  } catch {
    return 'refused'
  }
  return using(made, body)
}

export const settingsNotANumber = async (peer) => {
  const threshold = await unless(
    () => peer.withThreshold(NaN),
    async (breaker) => {
      for (let i = 0; i < 100; i++) await breaker.call(fail)
      return `${await breaker.state()} after 100 failures`
    }
  )
  const time = await unless(
    () => peer.withRecovery(NaN),
    async (breaker) => {
      await breaker.call(fail)
      await settled()
      return `next call ${await soon(breaker.call(succeed))} at once`
    }
  )
  return `threshold: ${threshold}; open time: ${time}`
}

// The honest floor: a breaker as one would write it by hand, in place, with nothing immutable or configurable about it.
import { performance } from 'node:perf_hooks'

const OPEN = { _tag: 'Left', left: { _tag: 'Open' } }
const REJECTED = Promise.resolve(OPEN)

export class MutableBreaker {
  failures = 0
  retryAt = 0
  isProbing = false

  constructor(threshold, recoveryMilliseconds) {
    this.threshold = threshold
    this.recoveryMilliseconds = recoveryMilliseconds
    this.fulfilled = (result) => (result._tag === 'Right' ? this.succeed() : this.fail())
    this.rejected = () => this.fail()
  }

  // Whether a call may pass. `retryAt` is 0 while the circuit is closed, so a healthy call reads no clock.
  admits() {
    if (this.retryAt === 0) return true
    if (this.isProbing || performance.now() < this.retryAt) return false
    return (this.isProbing = true)
  }

  succeed() {
    if (this.failures === 0) return
    this.failures = 0
    this.retryAt = 0
    this.isProbing = false
  }

  fail() {
    if (++this.failures >= this.threshold) this.retryAt = performance.now() + this.recoveryMilliseconds
    this.isProbing = false
  }

  // The caller gets the very promise of the call; the reaction was attached before any of the caller's, so it runs first.
  callAsync(work) {
    if (!this.admits()) return REJECTED
    const promise = work()
    promise.then(this.fulfilled, this.rejected)
    return promise
  }

  callEither(work, input) {
    if (!this.admits()) return OPEN
    const result = work(input)
    if (result._tag === 'Right') this.succeed()
    else this.fail()
    return result
  }
}

/** The sums of the last `size` calls. */
export const mutableCount = (size) => {
  const ring = new Uint8Array(size)
  const sums = { calls: 0, failures: 0, slowCalls: 0, failuresInARow: 0 }
  let next = 0
  return (failed, slow) => {
    const gone = ring[next]
    sums.failures += failed - (gone & 1)
    sums.slowCalls += slow - (gone >> 1)
    sums.failuresInARow = failed ? sums.failuresInARow + 1 : 0
    if (sums.calls < size) sums.calls++
    ring[next] = failed | (slow << 1)
    next = next + 1 === size ? 0 : next + 1
    return sums.failures
  }
}

/** The sums of the last `seconds`, in slices. */
export const mutableTime = (seconds, slices) => {
  const sliceSeconds = seconds / slices
  const ring = Array.from({ length: slices }, () => ({ calls: 0, failures: 0, slowCalls: 0 }))
  const sums = { calls: 0, failures: 0, slowCalls: 0, failuresInARow: 0 }
  let slice = 0
  const add = (sum, calls, failures, slowCalls) => {
    sum.calls += calls
    sum.failures += failures
    sum.slowCalls += slowCalls
  }
  return (failed, slow, now) => {
    const current = Math.floor(now / sliceSeconds)
    for (let gone = Math.max(slice + 1, current - slices + 1); gone <= current; gone++) {
      const old = ring[gone % slices]
      add(sums, -old.calls, -old.failures, -old.slowCalls)
      add(old, -old.calls, -old.failures, -old.slowCalls)
    }
    slice = Math.max(slice, current)
    add(ring[slice % slices], 1, failed, slow)
    add(sums, 1, failed, slow)
    sums.failuresInARow = failed ? sums.failuresInARow + 1 : 0
    return sums.failures
  }
}

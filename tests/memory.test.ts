/**
 * What a breaker keeps alive. (A garbage collection takes long in a process that has run many tests, so this suite is small.)
 */
import v8 from 'node:v8'
import vm from 'node:vm'

import { AsyncCircuitBreaker } from 'breaker-ts/AsyncCircuitBreaker'

v8.setFlagsFromString('--expose-gc')
const gc = vm.runInNewContext('gc') as () => void
const { WeakRef: Weak } = globalThis as unknown as {
  readonly WeakRef: new (target: object) => { readonly deref: () => object | undefined }
}

describe('the notices of a failed call', () => {
  it('leave no reference to its error behind', async () => {
    const breaker = new AsyncCircuitBreaker({ name: 'x', failureThreshold: 1, observer: () => () => undefined })
    const fail = async () => {
      const error = new Error('heavy')
      await breaker.run(() => Promise.reject(error)).catch(() => undefined)
      return new Weak(error)
    }
    const ref = await fail()
    for (let i = 0; i < 10 && ref.deref() !== undefined; i++) {
      await new Promise(setImmediate)
      gc()
    }
    expect(ref.deref()).toBeUndefined()
  })
})

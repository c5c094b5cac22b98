// node process.cjs: what a process sees of a breaker: a rejection that nobody handles, an error in its log, and its end.
const { AsyncCircuitBreaker, CircuitBreaker } = require('breaker-ts')
const { strictEqual } = require('node:assert')
const { spawnSync } = require('node:child_process')
const { inspect } = require('node:util')

const unhandled = []
process.on('unhandledRejection', (reason) => unhandled.push(reason.message))

const breaker = new AsyncCircuitBreaker({ name: 'x', failureThreshold: 3, recoveryTimeoutSeconds: 0 })
breaker.call(() => Promise.reject(new Error('nobody looks')))()
breaker.run(() => Promise.reject(new Error('nobody runs to it')))
breaker
  .call(() => Promise.reject(new Error('handled')))()
  .catch(() => {})

const open = new CircuitBreaker({ name: 'y', failureThreshold: 1 })
open.recordFailure()
const log = inspect(open.call(() => 1).left)

// Node's own words at an unhandled rejection, which reads the message without asking for it.
const { stderr } = spawnSync(process.execPath, [
  '--input-type=commonjs',
  '--eval',
  `const { CircuitOpenError } = require('breaker-ts'); Promise.reject(new CircuitOpenError('z', 'open', 1))`
])
strictEqual(/reason "CircuitOpenError: Circuit breaker 'z' is OPEN"/.test(stderr), true, String(stderr))

setImmediate(() => {
  breaker.call(() => new Promise(() => {}))() // a probe that hangs
})

// Neither the open circuit nor the probe in flight keeps the process alive: there is no timer.
process.on('exit', () => {
  strictEqual(unhandled.join(), 'nobody looks,nobody runs to it')
  strictEqual(/^\[?CircuitOpenError: Circuit breaker 'y' is OPEN/.test(log), true, log)
  strictEqual(/reason: 'open'/.test(log), true, log)
  console.log('ends by itself')
})

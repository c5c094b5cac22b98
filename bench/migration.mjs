// Runs both sides of the pages docs/guides/from-opossum.md and from-cockatiel.md with the same traffic, and prints a line for
// each row of their tables: `node bench/migration.mjs`. It fails where a page is wrong, and where a row has no line here. What
// recovery.md and when-to-trip.md say of the others is run too.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'

import { AsyncCircuitBreaker, isCircuitOpenError, orElseWhenOpen } from 'breaker-ts'
import { failWhenRight, ignoreWhen, standard, succeedWhen } from 'breaker-ts/Classifier'
import { observe } from 'breaker-ts/Metrics'
import { exponential } from 'breaker-ts/RecoveryPolicy'
import { from } from 'breaker-ts/Snapshot'
import { failureRate } from 'breaker-ts/TripStrategy'
import { countWindow, timeWindow } from 'breaker-ts/Window'
import {
  BrokenCircuitError,
  bulkhead,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  ConstantBackoff,
  CountBreaker,
  ExponentialBackoff,
  fallback,
  handleAll,
  handleType,
  handleWhen,
  handleWhenResult,
  IsolatedCircuitError,
  noJitterGenerator,
  retry,
  SamplingBreaker,
  timeout,
  TimeoutStrategy,
  usePolicy,
  wrap
} from 'cockatiel'
import { Effect, Layer, ManagedRuntime, Schedule } from 'effect'
import { CircuitBreaker as EffectBreaker } from 'effect/persistence'
import { transformSync } from 'esbuild'
import Opossum from 'opossum'

import { versionOf } from './versions.mjs'

const { AbortSignal } = globalThis
const here = import.meta.dirname
const guides = join(here, '..', 'docs', 'guides')

// -------------------------------------------------------------------------------------
// the breakers, driven alike: `call` says how a call ended, and `ends` what was told
// -------------------------------------------------------------------------------------

const OPEN_MILLISECONDS = 250
const LONG = 60_000

class HttpError extends Error {
  constructor(status) {
    super(String(status))
    this.status = status
  }
}
const succeed = async () => 'ok'
const fail = async () => {
  throw new HttpError(503)
}
const notFound = async () => {
  throw new HttpError(404)
}
const isAnswer = ({ status }) => status === 404
const hang = () => new Promise(() => undefined)

const endOf = (promise, isRejection) =>
  promise.then(
    (value) => String(value),
    (error) => (isRejection(error) ? 'rejected' : error instanceof HttpError ? error.message : error.name)
  )

const opossum = (options = {}) => {
  const circuit = new Opossum((work) => work(), { timeout: false, resetTimeout: OPEN_MILLISECONDS, ...options })
  return {
    circuit,
    call: (work) => endOf(circuit.fire(work), ({ code }) => code === 'EOPENBREAKER'),
    state: () => (circuit.opened ? 'open' : circuit.halfOpen ? 'half-open' : 'closed')
  }
}

const cockatiel = (breaker, options = {}, handled = handleAll) => {
  const policy = circuitBreaker(handled, { halfOpenAfter: OPEN_MILLISECONDS, breaker, ...options })
  return {
    policy,
    call: (work) => endOf(policy.execute(work), (error) => error instanceof BrokenCircuitError),
    state: () => CircuitState[policy.state].toLowerCase().replace('halfopen', 'half-open')
  }
}
const effect = async (options) => {
  const layer = EffectBreaker.layer(options).pipe(Layer.provide(EffectBreaker.layerStoreMemory()))
  const breaker = await ManagedRuntime.make(layer).runPromise(EffectBreaker.CircuitBreaker)
  let state = 'closed'
  return {
    call: async (work) => {
      const end = await Effect.runPromise(
        Effect.tryPromise({ try: work, catch: (error) => error }).pipe(
          breaker.execute({ key: 'peer' }),
          Effect.match({
            onSuccess: String,
            onFailure: (error) => (error instanceof EffectBreaker.CircuitBreakerError ? 'rejected' : error.message)
          })
        )
      )
      const { _tag } = await Effect.runPromise(breaker.state('peer'))
      state = _tag.replace('HalfOpen', 'half-open').toLowerCase()
      return end
    },
    state: () => state
  }
}
const consecutive = (threshold, options, handled) => cockatiel(new ConsecutiveBreaker(threshold), options, handled)

const ours = (settings = {}) => {
  const breaker = new AsyncCircuitBreaker({
    name: 'peer',
    recoveryTimeoutSeconds: OPEN_MILLISECONDS / 1000,
    ...settings
  })
  return {
    breaker,
    call: (work) => endOf(breaker.run(work), isCircuitOpenError),
    state: () => breaker.current().circuitState.replace('_', '-')
  }
}
const rated = (minimumCalls, settings = {}) =>
  ours({ window: timeWindow(10), trip: failureRate(0.5, minimumCalls), ...settings })

// s and f are calls that succeed and fail, n is one that finds nothing; o waits until the open time is over.
const WORK = { s: succeed, f: fail, n: notFound }

const play = async (peer, traffic) => {
  const ends = []
  for (const move of traffic)
    if (move === 'o') await sleep(OPEN_MILLISECONDS * 1.4)
    else ends.push(await peer.call(WORK[move]))
  return [...ends, peer.state()].join(' ')
}

const both = (traffic, theirs, mine) => async () => [await play(await theirs(), traffic), await play(mine(), traffic)]

// -------------------------------------------------------------------------------------
// opossum: the row, what the line is about, what happens there and here, and how to find out
// -------------------------------------------------------------------------------------

const rate = (options) => () => opossum({ errorThresholdPercentage: 50, ...options })

// A careless cache by name, as in the wild: the second function of a name finds the breaker of the first.
const cached = (make) => {
  const breakers = new Map()
  return (name, fn) => {
    const known = breakers.get(name) ?? make(fn)
    breakers.set(name, known)
    return known
  }
}

const told = (circuit, names) => {
  const seen = []
  for (const name of names) circuit.on(name, () => seen.push(name))
  return seen
}

const observing = () => {
  const seen = []
  const observer = (notice) => () => {
    if (notice._tag === 'Transition') seen.push(notice.to._tag)
    else if (notice._tag === 'CallEnded') seen.push(`${notice._tag} ${notice.outcome._tag}`)
    else seen.push(notice._tag)
  }
  return { seen, observer }
}
const isState = (name) => /^(Open|HalfOpen|Closed)$/.test(name)

const FROM_OPOSSUM = [
  [
    '`new CircuitBreaker(fn, options)`, `fire(...args)`',
    'a success, failures, a rejection',
    'ok 503 503 rejected open',
    'ok 503 503 rejected open',
    both('sfff', rate({ volumeThreshold: 3 }), () => rated(3))
  ],
  [
    '`new CircuitBreaker(fn, options)`, `fire(...args)`',
    'two functions of one name, in a cache',
    'first first',
    'first second',
    async () => {
      const theirs = cached((fn) => new Opossum(fn))
      const mine = cached(() => new AsyncCircuitBreaker({ name: 'peer' }))
      const [first, second] = [async () => 'first', async () => 'second']
      return [
        `${await theirs('x', first).fire()} ${await theirs('x', second).fire()}`,
        `${await mine('x', first).run(first)} ${await mine('x', second).run(second)}`
      ]
    }
  ],
  [
    '`timeout` (10 s)',
    'by default, and of a call that never ends',
    'limit 10000 ms',
    'no limit, and closed while it hangs',
    async () => {
      const mine = ours({ failureThreshold: 1 })
      const end = await Promise.race([mine.call(hang), sleep(50, 'hangs')])
      return [
        `limit ${new Opossum(succeed).options.timeout} ms`,
        end === 'hangs' && `no limit, and ${mine.state()} while it hangs`
      ]
    }
  ],
  [
    '`timeout` (10 s)',
    'a call over its limit, and its work',
    'open, the work ends later: true',
    'open, the work ends later: false',
    async () => {
      const late = { theirs: false, mine: false }
      const theirs = opossum({ timeout: 50, resetTimeout: LONG })
      const mine = ours({ failureThreshold: 1, recoveryTimeoutSeconds: 60 })
      await theirs.call(() => sleep(150).then(() => (late.theirs = true)))
      await mine.breaker
        .run((signal) => sleep(150, undefined, { signal }).then(() => (late.mine = true)), AbortSignal.timeout(50))
        .catch(() => undefined)
      await sleep(250)
      return [
        `${theirs.state()}, the work ends later: ${late.theirs}`,
        `${mine.state()}, the work ends later: ${late.mine}`
      ]
    }
  ],
  [
    '`errorThresholdPercentage` (50)',
    'half of the calls fail',
    'ok 503 closed',
    'ok 503 open',
    both('sf', rate({}), () => rated(1))
  ],
  [
    '`errorThresholdPercentage` (50)',
    'one fails while three are in flight',
    '503 closed',
    '503 open',
    async () => {
      const peers = [rate({})(), rated(1)]
      for (const peer of peers) for (let i = 0; i < 3; i++) void peer.call(hang)
      return Promise.all(peers.map((peer) => play(peer, 'f')))
    }
  ],
  [
    '`volumeThreshold` (0)',
    'the first call fails, by default',
    '503 open',
    '503 closed',
    both('f', rate({}), () => ours({ window: timeWindow(10), trip: failureRate(0.5) }))
  ],
  [
    '`volumeThreshold` (0)',
    'with 3',
    '503 503 503 open',
    '503 503 503 open',
    both('fff', rate({ volumeThreshold: 3 }), () => rated(3))
  ],
  [
    '`volumeThreshold` (0)',
    'with 3, one call before',
    '503 503 closed',
    '503 503 closed',
    both('ff', rate({ volumeThreshold: 3 }), () => rated(3))
  ],
  [
    '`volumeThreshold` (0)',
    'the success that completes the minimum',
    '503 503 ok closed',
    '503 503 ok closed',
    both('ffs', rate({ volumeThreshold: 3 }), () => rated(3))
  ],
  [
    '`rollingCountTimeout`, `rollingCountBuckets` (10 s, 10)',
    'failures that have left the window',
    '503 503 503 closed',
    '503 503 503 closed',
    both('ffof', rate({ volumeThreshold: 3, rollingCountTimeout: 200, rollingCountBuckets: 4 }), () =>
      rated(3, { window: timeWindow(0.2, 4) })
    )
  ],
  [
    '`rollingCountTimeout`, `rollingCountBuckets` (10 s, 10)',
    'a failure right after a recovery',
    '503 503 ok 503 open',
    '503 503 ok 503 closed',
    both('ffosf', rate({ volumeThreshold: 2 }), () => rated(2))
  ],
  [
    '`resetTimeout` (30 s)',
    'before and after it is over',
    '503 rejected ok closed',
    '503 rejected ok closed',
    both('ffos', rate({}), () => rated(1))
  ],
  [
    '`resetTimeout` (30 s)',
    'defaults',
    '30 s',
    '60 s',
    async () => {
      const mine = new AsyncCircuitBreaker({ name: 'peer', failureThreshold: 1 })
      await mine.recordFailure()
      return [
        `${new Opossum(succeed).options.resetTimeout / 1000} s`,
        `${Math.round(mine.current().retryAfterSeconds)} s`
      ]
    }
  ],
  [
    '`errorFilter`',
    'errors that are answers',
    '404 404 404 closed',
    '404 404 404 closed',
    both('nnn', rate({ errorFilter: isAnswer }), () => rated(1, { classify: succeedWhen(isAnswer)(standard) }))
  ],
  [
    '`errorFilter`',
    'one while half-open',
    '503 404 closed',
    '503 404 closed',
    both('fon', rate({ errorFilter: isAnswer }), () => rated(1, { classify: succeedWhen(isAnswer)(standard) }))
  ],
  [
    '`errorFilter`',
    'one while half-open, and `ignoreWhen` here',
    '503 404 closed',
    '503 404 half-open',
    both('fon', rate({ errorFilter: isAnswer }), () => rated(1, { classify: ignoreWhen(isAnswer)(standard) }))
  ],
  [
    '`fallback(fn)`',
    'a failure and a rejection, with `catch` here',
    'fallback fallback open',
    'fallback fallback open',
    async () => {
      const theirs = rate({})()
      theirs.circuit.fallback(() => 'fallback')
      const { breaker } = rated(1)
      const mine = { call: (work) => breaker.run(work).catch(() => 'fallback'), state: breaker.session.state }
      return [await play(theirs, 'ff'), await play(mine, 'ff')]
    }
  ],
  [
    '`fallback(fn)`',
    'the same, with `orElseWhenOpen` here',
    'fallback fallback open',
    '503 fallback open',
    async () => {
      const theirs = rate({})()
      theirs.circuit.fallback(() => 'fallback')
      const { breaker } = rated(1)
      const orElse = orElseWhenOpen(() => async () => ({ _tag: 'Right', right: 'fallback' }))
      const mine = {
        call: async (work) => {
          const either = () =>
            work()
              .then((right) => ({ _tag: 'Right', right }))
              .catch((left) => ({ _tag: 'Left', left }))
          const { left, right } = await orElse(breaker.call(either))()
          return right ?? left.message
        },
        state: breaker.session.state
      }
      return [await play(theirs, 'ff'), await play(mine, 'ff')]
    }
  ],
  [
    '`disable()`, `enable()`, `enabled: false`',
    'from the start',
    '503 503 closed',
    '503 503 closed',
    async () => {
      const mine = rated(1)
      await mine.breaker.disable()
      return [await play(rate({ enabled: false })(), 'ff'), await play(mine, 'ff')]
    }
  ],
  [
    '`maxFailures`',
    'two, of calls that all fail',
    '503 503 503 closed, 1 warning',
    '503 503 rejected open',
    async () => {
      const { error } = console
      let warnings = 0
      console.error = () => warnings++
      const theirs = opossum({ maxFailures: 2, errorThresholdPercentage: 100 })
      console.error = error
      return [`${await play(theirs, 'fff')}, ${warnings} warning`, await play(ours({ failureThreshold: 2 }), 'fff')]
    }
  ],
  [
    '`allowWarmUp`',
    'failures after the start',
    '503 503 503 closed',
    '503 503 503 closed',
    both('fff', rate({ allowWarmUp: true, rollingCountTimeout: 200 }), () => rated(4))
  ],
  [
    '`allowWarmUp`',
    'the same, a window later',
    '503 503 503 503 open',
    '503 503 503 503 open',
    both('fffof', rate({ allowWarmUp: true, rollingCountTimeout: 200 }), () => rated(4))
  ],
  [
    '`open()`',
    'a call at once, and one after the open time',
    'rejected ok closed',
    'rejected rejected open, released: ok closed',
    async () => {
      const [theirs, mine] = [rate({})(), rated(1)]
      theirs.circuit.open()
      await mine.breaker.isolate()
      const before = [await play(theirs, 'sos'), await play(mine, 'sos')]
      await mine.breaker.release()
      return [before[0], `${before[1]}, released: ${await play(mine, 's')}`]
    }
  ],
  [
    '`close()`',
    'an open circuit',
    '503 rejected open, then ok closed',
    '503 rejected open, then ok closed',
    async () => {
      const [theirs, mine] = [rate({})(), rated(1)]
      const before = [await play(theirs, 'ff'), await play(mine, 'ff')]
      theirs.circuit.close()
      await mine.breaker.reset()
      return [`${before[0]}, then ${await play(theirs, 's')}`, `${before[1]}, then ${await play(mine, 's')}`]
    }
  ],
  [
    '`disable()`, `enable()`, `enabled: false`',
    'of an open circuit',
    'disabled 503 503, enabled rejected open',
    'disabled 503 503, enabled ok closed',
    async () => {
      const [theirs, mine] = [rate({ resetTimeout: LONG })(), rated(1)]
      await play(theirs, 'f')
      await play(mine, 'f')
      theirs.circuit.disable()
      await mine.breaker.disable()
      const calls = async (peer) => `disabled ${await peer.call(fail)} ${await peer.call(fail)}`
      const off = [await calls(theirs), await calls(mine)]
      theirs.circuit.enable()
      await mine.breaker.enable()
      return [`${off[0]}, enabled ${await play(theirs, 's')}`, `${off[1]}, enabled ${await play(mine, 's')}`]
    }
  ],
  [
    '`opened`, `halfOpen`, `closed`',
    'through an outage, without a call',
    'closed, open, half-open, closed',
    'closed, open, half-open, closed',
    async () => {
      const states = async (peer) => {
        const seen = [peer.state()]
        await peer.call(fail)
        seen.push(peer.state())
        await sleep(OPEN_MILLISECONDS * 1.4)
        seen.push(peer.state())
        await peer.call(succeed)
        return [...seen, peer.state()].join(', ')
      }
      return [await states(rate({})()), await states(rated(1))]
    }
  ],
  [
    "`on('open')`, `on('halfOpen')`, `on('close')`",
    'through an outage',
    'open halfOpen close',
    'Open HalfOpen Closed',
    async () => {
      const theirs = rate({})()
      const seen = told(theirs.circuit, ['open', 'halfOpen', 'close'])
      const mine = observing()
      await play(theirs, 'fos')
      await play(rated(1, { observer: mine.observer }), 'fos')
      return [seen.join(' '), mine.seen.filter(isState).join(' ')]
    }
  ],
  [
    "`on('open')`, `on('halfOpen')`, `on('close')`",
    'after the open time, without a call or a read',
    'open halfOpen',
    'Open, at the next read: Open HalfOpen',
    async () => {
      const theirs = rate({})()
      const seen = told(theirs.circuit, ['open', 'halfOpen', 'close'])
      const watch = observing()
      const mine = rated(1, { observer: watch.observer })
      await theirs.call(fail)
      await mine.call(fail)
      await sleep(OPEN_MILLISECONDS * 1.4)
      const before = watch.seen.filter(isState).join(' ')
      mine.state()
      return [seen.join(' '), `${before}, at the next read: ${watch.seen.filter(isState).join(' ')}`]
    }
  ],
  [
    "`on('fire')`, `on('success')`, `on('failure')`, `on('timeout')`, `on('reject')`",
    'a success, a failure, a rejection',
    'fire success fire failure fire reject',
    'CallAdmitted CallEnded Success CallAdmitted CallEnded Failure CallRejected',
    async () => {
      const theirs = rate({ volumeThreshold: 2, errorThresholdPercentage: 49 })()
      const seen = told(theirs.circuit, ['fire', 'success', 'failure', 'timeout', 'reject'])
      const mine = observing()
      await play(theirs, 'sff')
      await play(rated(2, { observer: mine.observer }), 'sff')
      return [seen.join(' '), mine.seen.filter((name) => !isState(name)).join(' ')]
    }
  ],
  [
    "`on('fire')`, `on('success')`, `on('failure')`, `on('timeout')`, `on('reject')`",
    'a time-out',
    'fire timeout failure',
    'CallAdmitted CallEnded Failure',
    async () => {
      const theirs = rate({ timeout: 50 })()
      const seen = told(theirs.circuit, ['fire', 'success', 'failure', 'timeout', 'reject'])
      const watch = observing()
      const mine = rated(5, { observer: watch.observer })
      await theirs.call(hang)
      await mine.breaker
        .run((signal) => sleep(LONG, undefined, { signal }), AbortSignal.timeout(50))
        .catch(() => undefined)
      return [seen.join(' '), watch.seen.join(' ')]
    }
  ],
  [
    '`stats`',
    'a success, a failure, a rejection, and a window later',
    'success 1, failure 1, reject 1, then 0 0 0',
    'success 1, failure 1, reject 1, then 1 1 1',
    async () => {
      const theirs = rate({
        volumeThreshold: 2,
        errorThresholdPercentage: 49,
        rollingCountTimeout: 200,
        resetTimeout: LONG
      })()
      const { observer, metrics } = observe()
      const mine = rated(2, { observer, recoveryTimeoutSeconds: 60 })
      await play(theirs, 'sff')
      await play(mine, 'sff')
      const read = () => {
        const { successes, failures, rejects } = theirs.circuit.stats
        const { succeeded, failed, rejected } = metrics().peer
        return [
          [successes, failures, rejects],
          [succeeded, failed, rejected.open]
        ]
      }
      const before = read()
      await sleep(400)
      const after = read()
      return before.map(
        ([success, failure, reject], i) =>
          `success ${success}, failure ${failure}, reject ${reject}, then ${after[i].join(' ')}`
      )
    }
  ],
  [
    '`toJSON()`, the option `state`',
    'restored half-way through the open time, and its rest later',
    'rejected rejected',
    'rejected ok',
    async () => {
      const [theirs, mine] = [rate({})(), rated(1)]
      await theirs.call(fail)
      await mine.call(fail)
      await sleep(OPEN_MILLISECONDS / 2)
      const saved = JSON.stringify([theirs.circuit.toJSON().state, mine.breaker.snapshot()])
      const [state, snapshot] = JSON.parse(saved)
      const after = [rate({ state })(), rated(1, { restore: from(snapshot) })]
      const atOnce = await Promise.all(after.map(({ call }) => call(succeed)))
      await sleep(OPEN_MILLISECONDS * 0.7)
      const later = await Promise.all(after.map(({ call }) => call(succeed)))
      return atOnce.map((end, i) => `${end} ${later[i]}`)
    }
  ],
  [
    "`isOurError(error)`, `'EOPENBREAKER'`",
    'a rejection, a failure, a time-out',
    'true EOPENBREAKER, false, true',
    'true open 60 s, false, false',
    async () => {
      const errorOf = (promise) => promise.catch((error) => error)
      const theirs = rate({ timeout: 50 })().circuit
      const mine = rated(1, { recoveryTimeoutSeconds: 60 }).breaker
      const limited = rated(5).breaker
      const their = [await errorOf(theirs.fire(fail)), await errorOf(theirs.fire(fail))]
      const my = [await errorOf(mine.run(fail)), await errorOf(mine.run(fail))]
      const late = [
        await errorOf(rate({ timeout: 50 })().circuit.fire(hang)),
        await errorOf(limited.run((signal) => sleep(LONG, undefined, { signal }), AbortSignal.timeout(50)))
      ]
      const { isOurError } = Opossum
      const { reason, retryAfterSeconds } = my[1]
      return [
        `${isOurError(their[1])} ${their[1].code}, ${isOurError(their[0])}, ${isOurError(late[0])}`,
        `${isCircuitOpenError(my[1])} ${reason} ${Math.ceil(retryAfterSeconds)} s, ${isCircuitOpenError(my[0])}, ${isCircuitOpenError(late[1])}`
      ]
    }
  ],
  [
    '`capacity`',
    'a call more than may be in flight',
    'Error, open',
    'ok, closed',
    async () => {
      const [theirs, mine] = [rate({ capacity: 1, errorThresholdPercentage: 10 })(), rated(1)]
      for (const { call } of [theirs, mine]) void call(hang)
      return [`${await theirs.call(succeed)}, ${theirs.state()}`, `${await mine.call(succeed)}, ${mine.state()}`]
    }
  ],
  [
    '`healthCheck(fn, ms)`',
    'a check that fails, then succeeds',
    'rejected open, then ok closed',
    'rejected open, then ok closed',
    async () => {
      let isUp = false
      const check = async () => {
        if (!isUp) throw new Error('down')
      }
      const [theirs, { breaker, ...mine }] = [rate({})(), rated(1)]
      theirs.circuit.healthCheck(check, LONG)
      await check().then(breaker.release, breaker.isolate)
      await sleep(5)
      const down = [await play(theirs, 's'), await play(mine, 's')]
      isUp = true
      await check().then(breaker.release, breaker.isolate)
      return [`${down[0]}, then ${await play(theirs, 'os')}`, `${down[1]}, then ${await play(mine, 's')}`]
    }
  ]
]

const WITHOUT_OPOSSUM = {
  '`cache`, `coalesce`': 'there is nothing here to compare with',
  '`abortController`, `autoRenewAbortController`': 'see `timeout`',
  '`rollingPercentilesEnabled`': 'there is nothing here to compare with',
  'opossum-prometheus': 'it is another package',
  '`shutdown()`': 'there is nothing here to call'
}

// -------------------------------------------------------------------------------------
// cockatiel
// -------------------------------------------------------------------------------------

const listening = (policy) => {
  const seen = []
  policy.onBreak(() => seen.push('onBreak'))
  policy.onHalfOpen(() => seen.push('onHalfOpen'))
  policy.onReset(() => seen.push('onReset'))
  return seen
}

const backoff = () => new ExponentialBackoff({ initialDelay: 200, generator: noJitterGenerator })
const growing = () => exponential({ initial: 0.2, factor: 2, max: 30 })

// Waits of 200, then 400 ms, then a recovery; `closedMilliseconds` later the next failure. Did it open for 200 ms again?
const afterRecovery = (closedMilliseconds, theirs) => async () => {
  const peers = [await theirs(), ours({ failureThreshold: 1, recoveryTimeoutSeconds: growing() })]
  return Promise.all(
    peers.map(async ({ call, state }) => {
      await call(fail)
      await sleep(300)
      await call(fail)
      await sleep(500)
      await call(succeed)
      const recovered = state()
      await sleep(closedMilliseconds)
      await call(fail)
      await sleep(300)
      return `${recovered}, failed, 300 ms later ${await call(succeed)}`
    })
  )
}
const backingOff = () => consecutive(1, { halfOpenAfter: backoff() })

const SAMPLING = [
  () => consecutive(1, { halfOpenSampling: { calls: 4, threshold: 0.25 } }),
  () => ours({ failureThreshold: 1, halfOpenMaxProbes: 4, halfOpenMaxFailures: 1, halfOpenSuccessThreshold: 3 })
]

const FROM_COCKATIEL = [
  [
    '`circuitBreaker(policy, options)`, `execute(fn)`',
    'a success, failures, a rejection, a recovery',
    'ok 503 503 rejected ok closed',
    'ok 503 503 rejected ok closed',
    both(
      'sfffos',
      () => consecutive(2),
      () => ours({ failureThreshold: 2 })
    )
  ],
  [
    '`circuitBreaker(policy, options)`, `execute(fn)`',
    'what the function is given',
    'a signal',
    'the arguments',
    async () => [
      await consecutive(1).policy.execute(({ signal }) => (signal instanceof AbortSignal ? 'a signal' : 'nothing')),
      await ours().breaker.run(async (...args) => args.join(' '), 'the', 'arguments')
    ]
  ],
  [
    '`new ConsecutiveBreaker(n)`',
    'a success in between',
    '503 503 ok 503 503 503 open',
    '503 503 ok 503 503 503 open',
    both(
      'ffsfff',
      () => consecutive(3),
      () => ours({ failureThreshold: 3 })
    )
  ],
  [
    '`new CountBreaker({ threshold, size, minimumNumberOfCalls })`',
    'half of four calls fail',
    'ok ok 503 503 closed',
    'ok ok 503 503 open',
    both(
      'ssff',
      () => cockatiel(new CountBreaker({ threshold: 0.5, size: 4 })),
      () => ours({ window: countWindow(4), trip: failureRate(0.5, 4) })
    )
  ],
  [
    '`new CountBreaker({ threshold, size, minimumNumberOfCalls })`',
    'the default minimum of a window of 30',
    'opens at 30 failures',
    'opens at 20 failures',
    async () => {
      const until = async (peer) => {
        let failures = 0
        while (peer.state() === 'closed') failures += (await peer.call(fail)) === '503' ? 1 : 0
        return `opens at ${failures} failures`
      }
      return [
        await until(cockatiel(new CountBreaker({ threshold: 0.5, size: 30 }))),
        await until(ours({ window: countWindow(30), trip: failureRate(0.5) }))
      ]
    }
  ],
  [
    '`new CountBreaker({ threshold, size, minimumNumberOfCalls })`',
    'the success that completes the minimum',
    '503 503 ok closed',
    '503 503 ok closed',
    both(
      'ffs',
      () => cockatiel(new CountBreaker({ threshold: 0.5, size: 10, minimumNumberOfCalls: 3 })),
      () => ours({ window: countWindow(10), trip: failureRate(0.5, 3) })
    )
  ],
  [
    '`new SamplingBreaker({ threshold, duration, minimumRps })`',
    '10 a second, for half a second',
    '503 503 503 503 503 open',
    '503 503 503 503 503 open',
    both(
      'fffff',
      () => cockatiel(new SamplingBreaker({ threshold: 0.5, duration: 500, minimumRps: 10 })),
      () => ours({ window: timeWindow(0.5, 5), trip: failureRate(0.5, 10 * 0.5) })
    )
  ],
  [
    '`new SamplingBreaker({ threshold, duration, minimumRps })`',
    'the default minimum, at 0.5 in a second',
    '503 503 503 503 503 503 503 503 503 503 open',
    '503 503 503 503 503 503 503 503 503 503 open',
    both(
      'ffffffffff',
      () => cockatiel(new SamplingBreaker({ threshold: 0.5, duration: 1000 })),
      () => ours({ window: timeWindow(1, 5), trip: failureRate(0.5, (5 / 0.5) * 1) })
    )
  ],
  [
    '`new SamplingBreaker({ threshold, duration, minimumRps })`',
    'slices of half a second and of 10',
    '5 10',
    '5 10',
    async () => {
      const slices = (duration) => Math.max(5, Math.ceil(duration / 1000))
      return [
        [500, 10_000]
          .map((duration) => new SamplingBreaker({ threshold: 0.5, duration }).state.windows.length)
          .join(' '),
        [500, 10_000].map((duration) => timeWindow(duration / 1000, slices(duration)).slices).join(' ')
      ]
    }
  ],
  [
    '`new SamplingBreaker({ threshold, duration, minimumRps })`',
    'a failure after four, and an idle gap longer than the window',
    '503 503 503 503 503 open',
    '503 503 503 503 503 closed',
    both(
      'ffffof',
      () => cockatiel(new SamplingBreaker({ threshold: 0.5, duration: 150, minimumRps: 5000 / 150 })),
      () => ours({ window: timeWindow(0.15, 5), trip: failureRate(0.5, 5) })
    )
  ],
  [
    '`halfOpenAfter: ms`',
    'once the time is over, before a call and after one',
    'open, then ok closed',
    'half-open, then ok closed',
    async () => {
      const peers = [consecutive(1), ours({ failureThreshold: 1 })]
      return Promise.all(
        peers.map(async (peer) => {
          await play(peer, 'fo')
          return `${peer.state()}, then ${await play(peer, 's')}`
        })
      )
    }
  ],
  [
    '`halfOpenAfter: new ExponentialBackoff(options)`',
    'the second wait is twice the first',
    '503 503, 300 ms later rejected, 500 ms later ok',
    '503 503, 300 ms later rejected, 500 ms later ok',
    async () => {
      const peers = [backingOff(), ours({ failureThreshold: 1, recoveryTimeoutSeconds: growing() })]
      return Promise.all(
        peers.map(async ({ call }) => {
          const first = await call(fail)
          await sleep(300)
          const second = await call(fail)
          await sleep(300)
          const early = await call(succeed)
          await sleep(200)
          return `${first} ${second}, 300 ms later ${early}, 500 ms later ${await call(succeed)}`
        })
      )
    }
  ],
  [
    '`halfOpenAfter: new ExponentialBackoff(options)`',
    'a failure right after the recovery',
    'closed, failed, 300 ms later ok',
    'closed, failed, 300 ms later rejected',
    afterRecovery(0, backingOff)
  ],
  [
    '`halfOpenAfter: new ExponentialBackoff(options)`',
    'a failure after it has stayed closed as long as it was open',
    'closed, failed, 300 ms later ok',
    'closed, failed, 300 ms later ok',
    afterRecovery(500, backingOff)
  ],
  [
    '`halfOpenAfter: new ExponentialBackoff(options)`',
    'jitter, by default',
    'differs',
    'the same',
    async () => {
      const waits = Array.from({ length: 20 }, () => new ExponentialBackoff().next().duration)
      const policy = growing()
      const mine = Array.from({ length: 20 }, () => policy(0, { name: 'peer', generation: 1 }))
      return [waits, mine].map((durations) => (new Set(durations).size === 1 ? 'the same' : 'differs'))
    }
  ],
  [
    '`halfOpenSampling: { calls, threshold }`',
    'one of four probes fails',
    '503 ok 503 ok ok closed',
    '503 ok 503 ok ok closed',
    both('fosfss', ...SAMPLING)
  ],
  [
    '`halfOpenSampling: { calls, threshold }`',
    'two of them fail',
    '503 ok 503 503 open',
    '503 ok 503 503 open',
    both('fosff', ...SAMPLING)
  ],
  [
    '`halfOpenSampling: { calls, threshold }`',
    'a caller without room',
    'waits, then ok',
    'rejected',
    async () => {
      const peers = [consecutive(1), ours({ failureThreshold: 1 })]
      return Promise.all(
        peers.map(async (peer) => {
          await play(peer, 'fo')
          let end
          const probe = peer.call(() => new Promise((resolve) => (end = () => resolve('ok'))))
          const call = peer.call(succeed)
          const soon = await Promise.race([call, sleep(30, 'waits')])
          end()
          await probe
          return soon === 'waits' ? `waits, then ${await call}` : soon
        })
      )
    }
  ],
  [
    '`handleAll`',
    'a cancelled call',
    'AbortError open',
    'AbortError closed',
    async () => {
      const aborted = () => Promise.reject(AbortSignal.abort().reason)
      const peers = [consecutive(1), ours({ failureThreshold: 1 })]
      return Promise.all(peers.map(async (peer) => `${await peer.call(aborted)} ${peer.state()}`))
    }
  ],
  [
    '`handleType(Type)`, `handleWhen(predicate)`',
    'answers only',
    '404 404 404 closed',
    '404 404 404 closed',
    both(
      'nnn',
      () =>
        consecutive(
          2,
          {},
          handleWhen((error) => !isAnswer(error))
        ),
      () => ours({ failureThreshold: 2, classify: succeedWhen(isAnswer)(standard) })
    )
  ],
  [
    '`handleType(Type)`, `handleWhen(predicate)`',
    'an answer between two failures, and `succeedWhen`',
    '503 404 503 open',
    '503 404 503 closed',
    both(
      'fnf',
      () =>
        consecutive(
          2,
          {},
          handleWhen((error) => !isAnswer(error))
        ),
      () => ours({ failureThreshold: 2, classify: succeedWhen(isAnswer)(standard) })
    )
  ],
  [
    '`handleType(Type)`, `handleWhen(predicate)`',
    'an answer between two failures, and `ignoreWhen`',
    '503 404 503 open',
    '503 404 503 open',
    both(
      'fnf',
      () =>
        consecutive(
          2,
          {},
          handleWhen((error) => !isAnswer(error))
        ),
      () => ours({ failureThreshold: 2, classify: ignoreWhen(isAnswer)(standard) })
    )
  ],
  [
    '`handleType(Type)`, `handleWhen(predicate)`',
    'an answer while half-open, and `succeedWhen`',
    '503 404 closed',
    '503 404 closed',
    both(
      'fon',
      () =>
        consecutive(
          1,
          {},
          handleWhen((error) => !isAnswer(error))
        ),
      () => ours({ failureThreshold: 1, classify: succeedWhen(isAnswer)(standard) })
    )
  ],
  [
    '`handleType(Type)`, `handleWhen(predicate)`',
    'an answer while half-open, and `ignoreWhen`',
    '503 404 closed',
    '503 404 half-open',
    both(
      'fon',
      () =>
        consecutive(
          1,
          {},
          handleWhen((error) => !isAnswer(error))
        ),
      () => ours({ failureThreshold: 1, classify: ignoreWhen(isAnswer)(standard) })
    )
  ],
  [
    '`handleType(Type)`, `handleWhen(predicate)`',
    'an error of a type that is not handled',
    'RangeError closed',
    'RangeError closed',
    async () => {
      const other = () => Promise.reject(new RangeError('out of range'))
      const peers = [
        consecutive(1, {}, handleType(HttpError)),
        ours({ failureThreshold: 1, classify: succeedWhen((error) => !(error instanceof HttpError))(standard) })
      ]
      return Promise.all(peers.map(async (peer) => `${await peer.call(other)} ${peer.state()}`))
    }
  ],
  [
    '`handleResultType(Type)`, `handleWhenResult(predicate)`',
    'a value that is a failure',
    'status 503 open',
    'status 503 open',
    async () => {
      const peers = [
        consecutive(
          1,
          {},
          handleWhenResult(({ status }) => status >= 500)
        ),
        ours({ failureThreshold: 1, classify: failWhenRight(({ status }) => status >= 500)(standard) })
      ]
      const response = { status: 503, toString: () => 'status 503' }
      return Promise.all(peers.map(async (peer) => `${await peer.call(async () => response)} ${peer.state()}`))
    }
  ],
  [
    '`isolate()`, `dispose()`',
    'isolated twice, ended once',
    'isolated rejected, then rejected',
    'open rejected, then ok',
    async () => {
      const [theirs, mine] = [consecutive(1), ours()]
      const [handle] = [theirs.policy.isolate(), theirs.policy.isolate()]
      await mine.breaker.isolate()
      await mine.breaker.isolate()
      const before = [`${theirs.state()} ${await theirs.call(succeed)}`, `${mine.state()} ${await mine.call(succeed)}`]
      handle.dispose()
      await mine.breaker.release()
      return [`${before[0]}, then ${await theirs.call(succeed)}`, `${before[1]}, then ${await mine.call(succeed)}`]
    }
  ],
  [
    '`state`',
    'of an isolated circuit',
    'isolated',
    'open, isIsolated true',
    async () => {
      const [theirs, mine] = [consecutive(1), ours()]
      theirs.policy.isolate()
      await mine.breaker.isolate()
      return [theirs.state(), `${mine.state()}, isIsolated ${mine.breaker.current().isIsolated}`]
    }
  ],
  [
    '`lastFailure`',
    'after a failure',
    '503',
    '503',
    async () => {
      const theirs = consecutive(1)
      const errors = []
      const mine = ours({ observer: (notice) => () => notice._tag === 'CallEnded' && errors.push(notice.error) })
      await theirs.call(fail)
      await mine.call(fail)
      return [theirs.policy.lastFailure.error.message, errors.map(({ message }) => message).join()]
    }
  ],
  [
    '`onBreak`, `onReset`, `onHalfOpen`, `onStateChange`',
    'through an outage',
    'onBreak onHalfOpen onReset',
    'Open HalfOpen Closed',
    async () => {
      const theirs = consecutive(1)
      const seen = listening(theirs.policy)
      const { seen: mine, observer } = observing()
      await play(theirs, 'fos')
      await play(ours({ failureThreshold: 1, observer }), 'fos')
      return [seen.join(' '), mine.filter(isState).join(' ')]
    }
  ],
  [
    '`onSuccess`, `onFailure`',
    'a success, a failure, a rejection',
    'onSuccess onFailure',
    'CallEnded Success CallEnded Failure CallRejected',
    async () => {
      const theirs = consecutive(1)
      const seen = []
      theirs.policy.onSuccess(() => seen.push('onSuccess'))
      theirs.policy.onFailure(() => seen.push('onFailure'))
      const { seen: mine, observer } = observing()
      await play(theirs, 'sff')
      await play(ours({ failureThreshold: 1, observer }), 'sff')
      return [seen.join(' '), mine.filter((name) => !isState(name) && name !== 'CallAdmitted').join(' ')]
    }
  ],
  [
    '`onSuccess`, `onFailure`',
    'a listener that throws, and a healthy call',
    'Error open',
    'ok closed, 1 report',
    async () => {
      const listener = () => {
        throw new Error('listener')
      }
      const theirs = consecutive(1)
      theirs.policy.onSuccess(listener)
      const reports = []
      const mine = ours({ failureThreshold: 1, observer: () => listener, report: (message) => reports.push(message) })
      return [
        `${await theirs.call(succeed)} ${theirs.state()}`,
        `${await mine.call(succeed)} ${mine.state()}, ${reports.length} report`
      ]
    }
  ],
  [
    '`BrokenCircuitError`, `IsolatedCircuitError`',
    'open, and isolated',
    'BrokenCircuitError, IsolatedCircuitError',
    'open 60 s, isolated unknown',
    async () => {
      const errorOf = (promise) => promise.catch((error) => error)
      const theirs = [consecutive(1).policy, consecutive(1).policy]
      const mine = [ours({ failureThreshold: 1, recoveryTimeoutSeconds: 60 }).breaker, ours().breaker]
      await errorOf(theirs[0].execute(fail))
      theirs[1].isolate()
      await errorOf(mine[0].run(fail))
      await mine[1].isolate()
      const classOf = (error) =>
        (error instanceof IsolatedCircuitError ? IsolatedCircuitError : BrokenCircuitError).name
      const their = await Promise.all(theirs.map((policy) => errorOf(policy.execute(succeed))))
      const my = await Promise.all(mine.map((breaker) => errorOf(breaker.run(succeed))))
      const wait = (seconds) => (seconds === undefined ? 'unknown' : `${Math.ceil(seconds)} s`)
      return [
        their.map(classOf).join(', '),
        my.map(({ reason, retryAfterSeconds }) => `${reason} ${wait(retryAfterSeconds)}`).join(', ')
      ]
    }
  ],
  [
    '`toJSON()`, `initialState`',
    'restored half-way through the open time, and its rest later',
    'rejected ok',
    'rejected ok',
    async () => {
      const [theirs, mine] = [consecutive(1), ours({ failureThreshold: 1 })]
      await theirs.call(fail)
      await mine.call(fail)
      await sleep(OPEN_MILLISECONDS / 2)
      const [initialState, snapshot] = JSON.parse(JSON.stringify([theirs.policy.toJSON(), mine.breaker.snapshot()]))
      const after = [consecutive(1, { initialState }), ours({ failureThreshold: 1, restore: from(snapshot) })]
      const atOnce = await Promise.all(after.map(({ call }) => call(succeed)))
      await sleep(OPEN_MILLISECONDS * 0.7)
      const later = await Promise.all(after.map(({ call }) => call(succeed)))
      return atOnce.map((end, i) => `${end} ${later[i]}`)
    }
  ],
  [
    '`toJSON()`, `initialState`',
    'what is no state: {}',
    'TypeError',
    'closed, 1 report',
    async () => {
      const reports = []
      const mine = ours({ restore: from({}), report: (message) => reports.push(message) })
      let theirs
      try {
        theirs = consecutive(1, { initialState: {} }).state()
      } catch (error) {
        theirs = error.name
      }
      return [theirs, `${mine.state()}, ${reports.length} report`]
    }
  ],
  [
    '`timeout(ms, strategy)`',
    'a call over its limit',
    'TaskCancelledError open',
    'a time-out open',
    async () => {
      const theirs = consecutive(1)
      const limited = wrap(theirs.policy, timeout(50, TimeoutStrategy.Aggressive))
      const mine = ours({ failureThreshold: 1 })
      const their = await limited.execute(hang).catch((error) => error.constructor.name)
      const my = await mine.breaker
        .run((signal) => sleep(LONG, undefined, { signal }), AbortSignal.timeout(50))
        .catch((error) => (error.cause?.name === 'TimeoutError' ? 'a time-out' : error.name))
      return [`${their} ${theirs.state()}`, `${my} ${mine.state()}`]
    }
  ],
  [
    '`retry(policy, options)`, `wrap(retry, breaker)`',
    'two callers with two retries each, against a threshold of 4',
    '4 requests, open',
    '4 requests, open',
    async () => {
      const requests = [0, 0]
      const theirs = consecutive(4)
      const patient = wrap(retry(handleAll, { maxAttempts: 2, backoff: new ConstantBackoff(1) }), theirs.policy)
      const mine = ours({ failureThreshold: 4 })
      const retrying = async (attempts) => {
        try {
          return await mine.breaker.run(() => {
            requests[1]++
            return fail()
          })
        } catch (error) {
          if (attempts === 1 || isCircuitOpenError(error)) throw error
          return retrying(attempts - 1)
        }
      }
      for (let caller = 0; caller < 2; caller++) {
        await patient
          .execute(() => {
            requests[0]++
            return fail()
          })
          .catch(() => undefined)
        await retrying(3).catch(() => undefined)
      }
      return [`${requests[0]} requests, ${theirs.state()}`, `${requests[1]} requests, ${mine.state()}`]
    }
  ],
  [
    '`fallback(policy, value)`',
    'a failure and a rejection, with `catch` here',
    'fallback fallback',
    'fallback fallback',
    async () => {
      const theirs = wrap(fallback(handleAll, 'fallback'), consecutive(1).policy)
      const { breaker } = ours({ failureThreshold: 1 })
      const mine = () => breaker.run(fail).catch(() => 'fallback')
      return [`${await theirs.execute(fail)} ${await theirs.execute(fail)}`, `${await mine()} ${await mine()}`]
    }
  ],
  [
    '`bulkhead(limit, queue)`',
    'a call more than may be in flight',
    'rejected',
    'ok',
    async () => {
      const limited = bulkhead(1)
      const mine = ours()
      void limited.execute(hang)
      void mine.call(hang)
      return [await limited.execute(succeed).catch(() => 'rejected'), await mine.call(succeed)]
    }
  ],
  [
    '`usePolicy`',
    'a guarded function, called again after it has failed',
    '503 rejected',
    '503 rejected',
    async () => {
      class Users {
        fetchUser() {
          return fail()
        }
      }
      const descriptor = Object.getOwnPropertyDescriptor(Users.prototype, 'fetchUser')
      usePolicy(consecutive(1).policy)(Users.prototype, 'fetchUser', descriptor)
      Object.defineProperty(Users.prototype, 'fetchUser', descriptor)
      const users = new Users()
      const guarded = ours({ failureThreshold: 1 }).breaker.protect(fail)
      const end = (promise) =>
        endOf(promise, (error) => error instanceof BrokenCircuitError || isCircuitOpenError(error))
      return [
        `${await end(users.fetchUser())} ${await end(users.fetchUser())}`,
        `${await end(guarded())} ${await end(guarded())}`
      ]
    }
  ]
]

// -------------------------------------------------------------------------------------
// Effect: what recovery.md and when-to-trip.md say of it
// -------------------------------------------------------------------------------------

const growingEffect = () =>
  effect({ tripPolicy: EffectBreaker.consecutive(1), openDuration: Schedule.exponential('200 millis') })

const OF_EFFECT = [
  [
    'recovery.md',
    'a failure right after the recovery',
    'closed, failed, 300 ms later rejected',
    'closed, failed, 300 ms later rejected',
    afterRecovery(0, growingEffect)
  ],
  [
    'recovery.md',
    'a failure after it has stayed closed as long as it was open',
    'closed, failed, 300 ms later ok',
    'closed, failed, 300 ms later ok',
    afterRecovery(500, growingEffect)
  ],
  [
    'when-to-trip.md',
    'the success that completes the minimum',
    '503 503 ok open',
    '503 503 ok closed',
    both(
      'ffs',
      () =>
        effect({
          tripPolicy: EffectBreaker.rate({ threshold: 0.5, size: 10, minimumCalls: 3 }),
          openDuration: '1 minute'
        }),
      () => ours({ window: countWindow(10), trip: failureRate(0.5, 3) })
    )
  ]
]

// -------------------------------------------------------------------------------------
// the pages: their tables, and their blocks of code
// -------------------------------------------------------------------------------------

const wrong = []
const say = (isRight, line) => {
  console.log(`${isRight ? 'ok  ' : 'FAIL'} ${line}`)
  if (!isRight) wrong.push(line)
}

const rowsOf = (page) =>
  [...page.matchAll(/^\| (.+?) +\|.*\|$/gm)]
    .map(([, first]) => first)
    .filter((first) => !/^(-+|opossum|cockatiel)$/.test(first))

const checkRows = (peer, page, lines, without) => {
  const rows = rowsOf(page)
  for (const row of rows)
    if (!lines.some(([name]) => name === row) && without[row] === undefined)
      say(false, `${peer} ${row}: has no line here`)
  for (const name of new Set([...lines.map(([name]) => name), ...Object.keys(without)]))
    if (!rows.includes(name)) say(false, `${peer} ${name}: is not in the table`)
  for (const [row, why] of Object.entries(without)) say(true, `${peer} ${row}: not run, ${why}`)
}

// Each line has breakers of its own, so they wait together. What they compete for is little.
const compare = async (peer, lines) => {
  const found = await Promise.all(lines.map(([, , , , run]) => run().catch((error) => [error.message, error.message])))
  lines.forEach(([row, what, theirs, mine], i) => {
    const [their, my] = found[i]
    const seen = their === my ? `both ${their}` : `${peer} ${their} | breaker-ts ${my}`
    const isRight = their === theirs && my === mine
    say(isRight, `${peer} ${row}, ${what}: ${seen}${isRight ? '' : ` (expected ${theirs} | ${mine})`}`)
  })
}

const blocksOf = (page) =>
  [...page.matchAll(/^```(js|ts)\n(.*?)^```$/gms)].map(([, language, code]) => ({ language, code }))

// In a folder from which the peers and this package can be imported.
const scratch = join(here, 'node_modules', '.migration')
const written = (name, { language, code }) => {
  const file = join(scratch, `${name}.mjs`)
  writeFileSync(file, language === 'ts' ? transformSync(code, { loader: 'ts', format: 'esm' }).code : code)
  return file
}

const runBlocks = (name, page) =>
  blocksOf(page).forEach((block, i) => {
    const expected = [...block.code.matchAll(/\/\/ => (.*)$/gm)].map(([, line]) => line).join('\n')
    const { stdout, stderr } = spawnSync(process.execPath, [written(`${name}-${i}`, block)], { encoding: 'utf8' })
    const isRight = stdout.trim() === expected && stderr === ''
    say(
      isRight,
      `${name}.md, block ${i + 1} (${block.language}) as an ES module: ${isRight ? 'prints what it says' : `${stdout}${stderr}`}`
    )
  })

// Random histories of calls, one after the other, up to the first time the circuit opens.
const HISTORIES = 300
const CALLS = 40

const compareOptions = async (page) => {
  const block = blocksOf(page).find(({ code }) => code.includes('export const fromOpossum'))
  const { log } = console
  console.log = () => undefined // its own example
  const { fromOpossum } = await import(pathToFileURL(written('fromOpossum', block)))
  await sleep(5)
  console.log = log
  let seed = 1
  const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32
  let opened = 0
  for (let history = 0; history < HISTORIES; history++) {
    const options = { errorThresholdPercentage: Math.floor(random() * 101), volumeThreshold: Math.floor(random() * 12) }
    const rateOfFailures = random()
    const { circuit, ...theirs } = opossum({ ...options, resetTimeout: LONG })
    const breaker = new AsyncCircuitBreaker(fromOpossum({ name: 'peer', ...options }))
    for (let call = 0; call < CALLS && theirs.state() === 'closed'; call++) {
      const work = random() < rateOfFailures ? fail : succeed
      await theirs.call(work)
      await breaker.run(work).catch(() => undefined)
      if (theirs.state() !== breaker.session.state())
        return say(
          false,
          `fromOpossum(${JSON.stringify(options)}): opossum ${theirs.state()} after ${call + 1} calls, breaker-ts is not`
        )
    }
    opened += theirs.state() === 'open' ? 1 : 0
    circuit.shutdown()
  }
  say(
    opened > HISTORIES / 4,
    `fromOpossum: ${HISTORIES} random histories, ${opened} of them opened both circuits at the same call, none one alone`
  )
}

const read = (name) => readFileSync(join(guides, `${name}.md`), 'utf8')

const versions = ['breaker-ts', 'opossum', 'cockatiel', 'effect'].map((name) => `${name} ${versionOf(name)}`)
console.log(`${versions.join(', ')}\n`)
rmSync(scratch, { recursive: true, force: true })
mkdirSync(scratch)
checkRows('opossum', read('from-opossum'), FROM_OPOSSUM, WITHOUT_OPOSSUM)
await compare('opossum', FROM_OPOSSUM)
checkRows('cockatiel', read('from-cockatiel'), FROM_COCKATIEL, {})
await compare('cockatiel', FROM_COCKATIEL)
await compare('effect', OF_EFFECT)
runBlocks('from-opossum', read('from-opossum'))
runBlocks('from-cockatiel', read('from-cockatiel'))
await compareOptions(read('from-opossum'))
rmSync(scratch, { recursive: true, force: true })

console.log(`\n${wrong.length === 0 ? 'The pages are right.' : `${wrong.length} lines are wrong.`}`)
process.exit(wrong.length === 0 ? 0 : 1) // calls that hang must not hold it

import { AsyncCircuitBreaker } from 'breaker-ts/AsyncCircuitBreaker'
import type { Cell, Committed, Reading } from 'breaker-ts/Cell'
import { memoryCell } from 'breaker-ts/Cell'
import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
import { isCircuitOpenError } from 'breaker-ts/CircuitOpenError'
import { standard } from 'breaker-ts/Classifier'
import { stateOf } from 'breaker-ts/Codec'
import { from } from 'breaker-ts/Config'
import type { Counts } from 'breaker-ts/Counts'
import { consecutive } from 'breaker-ts/Counts'
import { callPermit, failed, failureRecorded, isolationStarted, succeeded } from 'breaker-ts/Event'
import type { Notice } from 'breaker-ts/Notice'
import { reduce } from 'breaker-ts/Reducer'
import type { SharedOptions } from 'breaker-ts/Shared'
import { memberOf, shared, storeOf } from 'breaker-ts/Shared'
import { initial, isolated } from 'breaker-ts/State'
import { storeTime } from 'breaker-ts/StoreTime'
import * as T from 'breaker-ts/testing'
import { storeLaws } from 'breaker-ts/testing'
import type { Timers } from 'breaker-ts/Timers'
import { timers } from 'breaker-ts/Timers'
import { failureCount, failureRate } from 'breaker-ts/TripStrategy'
import type { Window } from 'breaker-ts/Window'
import { countWindow, timeWindow } from 'breaker-ts/Window'
import { spawn } from 'child_process'
import * as fc from 'fast-check'
import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { kit } from './simulate/kit'
import { fixes, kitWith, load } from './simulate/races'
import { seeded, World } from './simulate/world'

const payments = { name: 'payments', failureThreshold: 2, recoveryTimeoutSeconds: 10, probeTimeoutSeconds: 5 }

const KEY = 'cb:{payments}:s1'

const never = new Promise<never>(() => undefined)

const left = E.left(new Error('ECONNREFUSED'))

/** Members in one virtual world, on one cell. */
const setUp = (more: Partial<SharedOptions> = {}, code = kit) => {
  const world = new World()
  const memory = memoryCell(() => world.now + 5000)
  const random = seeded(7)
  const reports: Array<string> = []
  const report = (message: string, cause: unknown) =>
    void reports.push(
      `${message}${cause === undefined ? '' : ` ${cause instanceof Error ? cause.message : (cause as string)}`}`
    )
  let started = 0
  const join = (given: Partial<SharedOptions> = {}, observed = true) => {
    const skew = 100 * started++
    const clock = () => world.now + skew
    const notices: Array<Notice> = []
    const member = code.memberOf(
      {
        cell: memory,
        ...more,
        ...given,
        settings: { ...payments, ...more.settings, ...given.settings, clock, report }
      },
      { timers: world.timers, random }
    )
    const store = code.storeOf(member)
    const settings = { ...payments, ...more.settings, ...given.settings, clock, report }
    const observer = (notice: Notice) => () => void notices.push(notice)
    const breaker = new code.AsyncCircuitBreaker({ ...settings, store, ...(observed ? { observer } : {}) })
    const told = (): ReadonlyArray<string> =>
      notices.map((notice) =>
        notice._tag === 'Transition' ? `${notice.from._tag} -> ${notice.to._tag}, ${notice.because._tag}` : notice._tag
      )
    return { member, store, breaker, notices, told, clock }
  }
  return { world, memory, join, reports, pass: (seconds: number) => world.until(world.now + seconds) }
}

const ok = async () => 'ok'
const fail = async (): Promise<string> => {
  throw new Error('503')
}
const outcome = (call: Promise<unknown>): Promise<string> =>
  call.then(String, (error: unknown) => (isCircuitOpenError(error) ? error.reason : (error as Error).message))

const trip = async (breaker: AsyncCircuitBreaker) => {
  await outcome(breaker.run(fail))
  await outcome(breaker.run(fail))
}

/** The same cell, with the answers that a test wants. */
const cellWith = (cell: Cell, own: Partial<Cell>): Cell => ({ ...cell, ...own })

const read = (cell: Cell): Promise<Reading> =>
  cell
    .read(KEY)()
    .then((answer) => {
      if (answer._tag === 'Left') throw answer.left
      return answer.right
    })

const stateIn = async (cell: Cell): Promise<unknown> =>
  (JSON.parse((await read(cell)).value ?? '{}') as { readonly state?: unknown }).state

const write = async (cell: Cell, value: string) => {
  const { version } = await read(cell)
  await cell.compareAndSet(KEY, version, value, 'a stranger', 1000)()
}

describe('a shared breaker', () => {
  it('opens at once where the last failure was seen, and everywhere else when that is told', async () => {
    const { join, pass } = setUp()
    const [here, there] = [join(), join()]
    await pass(1)
    await trip(here.breaker)
    expect(await outcome(here.breaker.run(ok))).toBe('open')
    await pass(0)
    expect(await outcome(there.breaker.run(ok))).toBe('open')
    expect(there.breaker.current().retryAfterSeconds).toBeCloseTo(10)
  })

  it('counts the failures of all processes together', async () => {
    const { join, pass } = setUp()
    const [here, there] = [join(), join()]
    await pass(1)
    await outcome(here.breaker.run(fail))
    await pass(0)
    await outcome(there.breaker.run(fail))
    expect(await there.breaker.state()).toBe('open')
    await pass(0)
    expect(await here.breaker.state()).toBe('open')
  })

  it('asks its store nothing for a healthy call', async () => {
    const { join, pass, memory } = setUp()
    const asked: Array<string> = []
    const cell = cellWith(memory, {
      compareAndSet: (...args) => {
        asked.push('compareAndSet')
        return memory.compareAndSet(...args)
      },
      read: (key) => {
        asked.push('read')
        return memory.read(key)
      }
    })
    const { breaker } = join({ cell, pollSeconds: 1000 })
    await pass(1)
    const before = asked.length
    for (let call = 0; call < 100; call++) await breaker.run(ok)
    await pass(10)
    expect(asked.slice(before)).toEqual([])
  })

  it('lets halfOpenMaxProbes through in the whole fleet, and rejects the rest', async () => {
    const { join, pass } = setUp()
    const [here, there] = [join(), join()]
    await pass(1)
    await trip(here.breaker)
    await pass(10)
    const ends: Array<() => void> = []
    const slow = () => new Promise<string>((resolve) => ends.push(() => resolve('ok')))
    const calls = [here, there, here, there].map(({ breaker }) => outcome(breaker.run(slow)))
    await pass(1)
    expect(ends).toHaveLength(1)
    ends[0]?.()
    expect((await Promise.all(calls)).sort()).toEqual(['half_open', 'half_open', 'half_open', 'ok'])
    await pass(0)
    expect([await here.breaker.state(), await there.breaker.state()]).toEqual(['closed', 'closed'])
  })

  it('does the same for call, and for a breaker with another classifier', async () => {
    const { join, pass } = setUp()
    const [here, there] = [join(), join()]
    await pass(1)
    await trip(here.breaker)
    await pass(10)
    const either = async () => E.right('ok')
    const view = there.breaker.withClassifier(standard)
    const [first, second] = await Promise.all([here.breaker.call(either)(), view.call(either)(), pass(1)])
    const results = [first, second].map((result) => (E.isLeft(result) ? result.left.reason : result.right))
    expect(results.sort()).toEqual(['half_open', 'ok'])
  })

  it('tells an observer of a probe when the fleet has decided: admitted, or rejected, and never both', async () => {
    const { join, pass } = setUp()
    const [here, there] = [join(), join()]
    await pass(1)
    await trip(here.breaker)
    await pass(10)
    here.notices.length = there.notices.length = 0
    await Promise.all([outcome(here.breaker.run(ok)), outcome(there.breaker.run(ok)), pass(1)])
    const calls = [here, there].map(({ told }) => told().filter((tag) => tag.startsWith('Call')))
    expect(calls.sort()).toEqual([['CallAdmitted', 'CallEnded'], ['CallRejected']])
  })

  it('tells an observer what others did, as theirs, after what time did', async () => {
    const { join, pass } = setUp()
    const [here, there] = [join(), join()]
    await pass(1)
    await trip(here.breaker)
    await pass(10)
    await Promise.all([outcome(here.breaker.run(ok)), pass(1)])
    expect(there.told()).toEqual([
      'Closed -> Open, Remote',
      'Open -> HalfOpen, RecoveryTimeoutElapsed',
      'HalfOpen -> Closed, Remote'
    ])
    expect(here.told().filter((told) => told.includes('->'))).toEqual([
      'Closed -> Open, Failed',
      'Open -> HalfOpen, RecoveryTimeoutElapsed',
      'HalfOpen -> Closed, Succeeded'
    ])
  })

  it('tells once of a trip from before the first answer of the store', async () => {
    const { join, pass } = setUp()
    const { breaker, told } = join()
    await breaker.recordFailure()
    await breaker.recordFailure()
    await pass(1)
    expect(told()).toEqual(['Closed -> Open, FailureRecorded'])
  })

  it('tells of states as the store has them: a transition leads to the generation that is there next', async () => {
    const { join, pass } = setUp()
    const { breaker, notices, store } = join()
    await pass(1)
    await trip(breaker)
    const last = notices.filter((notice) => notice._tag === 'Transition').at(-1)
    expect(last).toMatchObject({ to: { generation: store.getState().generation } })
    expect(store.getState().generation).toBeGreaterThan(5e9)
  })

  it('obeys a hand at any of its members', async () => {
    const { join, pass } = setUp()
    const [here, there] = [join(), join()]
    await pass(1)
    await here.breaker.isolate()
    await pass(0)
    expect(await outcome(there.breaker.run(ok))).toBe('isolated')
    await there.breaker.release()
    await pass(0)
    expect(await outcome(here.breaker.run(ok))).toBe('ok')
  })

  it('keeps what is held by hand for a month, also when nobody is there', async () => {
    const { join, pass, memory } = setUp({ pollSeconds: 36_000 })
    const { breaker, store } = join()
    await pass(1)
    await breaker.disable()
    await store.close()
    await pass(20 * 86_400)
    const late = join()
    await pass(1)
    expect(late.breaker.current().isDisabled).toBe(true)
    await pass(11 * 86_400)
    expect((await read(memory)).value).toBeDefined()
  })

  it('knows the state of the fleet as soon as it has asked for it', async () => {
    const { join, pass } = setUp()
    const first = join()
    await pass(1)
    await trip(first.breaker)
    await first.store.flush()
    const late = join()
    await late.store.flush()
    expect(await outcome(late.breaker.run(ok))).toBe('open')
  })

  it('counts the calls that started before it knew the state', async () => {
    const { join, pass, memory } = setUp()
    const first = join()
    await pass(1)
    await trip(first.breaker)
    await first.breaker.reset()
    await pass(1)
    const late = join()
    const call = outcome(late.breaker.run(fail)) // of generation 0, in a fleet that has long left it
    await late.breaker.recordFailure()
    await Promise.all([call, pass(1)])
    expect(await stateIn(memory)).toMatchObject({ _tag: 'Open' })
    await late.breaker.reset()
    await trip(late.breaker)
    expect(late.store.getState()._tag).toBe('Open')
  })

  it('has nothing to count for a circuit that was open when it came', async () => {
    const { join, pass } = setUp()
    const first = join()
    await pass(1)
    await first.breaker.isolate()
    await pass(1)
    const late = join()
    await outcome(late.breaker.run(fail))
    await pass(1)
    expect(late.store.getState()).toEqual(first.store.getState())
  })

  it('opens early enough without the fleet, and opens the fleet when it meets it', async () => {
    const { join, pass, memory } = setUp()
    const { store, clock } = join()
    store.dispatch(failureRecorded, clock())
    store.dispatch(failureRecorded, clock())
    expect(store.getState()).toMatchObject({ _tag: 'Open', generation: 1 })
    await store.flush()
    expect(await stateIn(memory)).toMatchObject({ _tag: 'Open' })
    expect(store.getState().generation).toBe(5e9)
    await pass(1)
  })

  it('shares successes about once a second, and all of them', async () => {
    const { join, pass, memory } = setUp({
      settings: { ...payments, failureThreshold: undefined, window: timeWindow(60), trip: failureRate(0.5, 20) }
    })
    const { breaker } = join()
    await pass(1)
    const { version } = await read(memory)
    for (let call = 0; call < 50; call++) await breaker.run(ok)
    await pass(0.5)
    expect((await read(memory)).version).toBe(version)
    await pass(0.6)
    expect(await stateIn(memory)).toMatchObject({ counts: { calls: 50, failures: 0 } })
  })

  it('shares them at once where a few failures more would open the circuit', async () => {
    const { join, pass, memory } = setUp({
      settings: { ...payments, failureThreshold: undefined, window: timeWindow(60), trip: failureRate(0.5, 20) }
    })
    const [sick, healthy] = [join(), join()]
    await pass(1)
    for (let call = 0; call < 15; call++) await healthy.breaker.run(ok)
    for (let call = 0; call < 5; call++) await outcome(sick.breaker.run(fail))
    await pass(0.1)
    expect(await stateIn(memory)).toMatchObject({ counts: { calls: 20, failures: 5 } })
  })

  it('counts many successes at once in any window', async () => {
    const { join, pass, memory } = setUp({
      settings: { ...payments, failureThreshold: undefined, window: countWindow(100), trip: failureCount(3) }
    })
    const [here, there] = [join(), join()]
    await pass(1)
    for (let call = 0; call < 250; call++) await here.breaker.run(ok)
    await outcome(there.breaker.run(fail))
    await pass(2)
    expect(await stateIn(memory)).toMatchObject({ counts: { calls: 100, failures: 0 } })
    expect(here.store.getState()).toEqual(there.store.getState())
  })

  it('tells at once that failures in a row have ended', async () => {
    const { join, pass, memory } = setUp()
    const { breaker } = join()
    await pass(1)
    await outcome(breaker.run(fail))
    await breaker.run(ok)
    await pass(0)
    expect(await stateIn(memory)).toMatchObject({ counts: { failures: 0 } })
  })

  it('forgets a late failure that has left the window before it was shared', async () => {
    const settings = {
      ...payments,
      failureThreshold: undefined,
      window: timeWindow(4),
      trip: failureCount(5),
      probeTimeoutSeconds: 1
    }
    const { join, pass, memory, world } = setUp({ settings })
    let isDown = false
    const cell = cellWith(memory, {
      read: (key) => (isDown ? async () => left : memory.read(key)),
      compareAndSet: (...args) => (isDown ? async () => left : memory.compareAndSet(...args))
    })
    const [cut, other] = [join({ cell }), join()]
    await pass(1)
    isDown = true
    for (let call = 0; call < 3; call++) await cut.breaker.recordFailure()
    await pass(20)
    await other.breaker.recordFailure()
    await pass(1)
    isDown = false
    await pass(20)
    expect(cut.store.getState()).toMatchObject({ counts: { failures: 1 } })
    expect(world.now).toBeGreaterThan(40)
  })

  it('waits for the store no longer than its time limit, and then rejects the probe', async () => {
    const { join, pass, memory, world } = setUp()
    let isSlow = false
    const cell = cellWith(memory, {
      compareAndSet: (...args) => (isSlow ? () => never : memory.compareAndSet(...args))
    })
    const { breaker } = join({ cell, timeoutSeconds: 0.5 })
    await pass(1)
    await trip(breaker)
    await pass(10)
    isSlow = true
    const since = world.now
    let waited = 0
    const call = outcome(breaker.run(ok)).then((reason) => {
      waited = world.now - since
      return reason
    })
    await pass(2)
    expect(await call).toBe('half_open')
    expect(waited).toBeCloseTo(0.5)
  })

  it('takes its admission back where the fleet is too busy to decide in time', async () => {
    const { join, pass, memory } = setUp()
    let isBusy = false
    const cell = cellWith(memory, {
      compareAndSet: (key, expected, ...rest) => memory.compareAndSet(key, isBusy ? 'another' : expected, ...rest)
    })
    const { breaker, store } = join({ cell })
    await pass(1)
    await trip(breaker)
    await pass(10)
    isBusy = true // it loses every race
    const [reason] = await Promise.all([outcome(breaker.run(ok)), pass(1)])
    expect(reason).toBe('half_open')
    isBusy = false
    await pass(1)
    expect(store.getState()).not.toMatchObject({ probes: [{}] })
    const [again] = await Promise.all([outcome(breaker.run(ok)), pass(1)])
    expect(again).toBe('ok')
  })

  it('runs a probe as an ordinary call where the fleet has closed meanwhile', async () => {
    const { join, pass, memory } = setUp()
    const first = join()
    await pass(1)
    await trip(first.breaker)
    await pass(10)
    // The other hears of the recovery by the conflict only.
    const deaf = join({
      cell: cellWith(memory, { subscribe: () => async () => E.right(async () => undefined) }),
      pollSeconds: 1000
    })
    await pass(1)
    expect(await deaf.breaker.state()).toBe('half_open')
    await Promise.all([outcome(first.breaker.run(ok)), pass(1)])
    const [result] = await Promise.all([outcome(deaf.breaker.run(ok)), pass(1)])
    expect(result).toBe('ok')
    expect(deaf.told().slice(-2)).toEqual(['CallAdmitted', 'CallEnded'])
  })

  it('admits a probe at once where it cannot wait: a CircuitBreaker, and a permit in two steps', async () => {
    const { join, pass } = setUp()
    const { breaker, store, clock } = join()
    await pass(1)
    await trip(breaker)
    await pass(10)
    const sync = new CircuitBreaker({ ...payments, clock, store })
    const first = breaker.session.acquire()
    expect(E.isRight(first)).toBe(true)
    expect(E.isLeft(sync.call(() => 'ok'))).toBe(true)
    if (E.isRight(first)) first.right.succeed()
    expect(sync.state()).toBe('closed')
    await pass(1)
  })

  it('refuses other settings and a state to start from, as any breaker whose store is given', async () => {
    const { join } = setUp()
    const { breaker, store } = join()
    expect(() => breaker.configure({ failureThreshold: 1 })).toThrow(/settings of its own/)
    expect(() => new AsyncCircuitBreaker({ ...payments, store, restore: () => E.right(initial) })).toThrow(/restore/)
  })
})

describe('R10: what the fleet has decided about a probe', () => {
  // The answer to the commit comes together with the news that somebody has isolated the circuit.
  const race = async (code: typeof kit) => {
    let isRacing = false
    let push: (reading: Reading) => void = () => undefined
    const { join, pass, memory } = setUp({}, code)
    const cell = cellWith(memory, {
      subscribe: (_, onPush) => async () => {
        push = onPush
        return E.right(async () => undefined)
      },
      compareAndSet:
        (...args) =>
        async () => {
          const answer = await memory.compareAndSet(...args)()
          if (isRacing && E.isRight(answer)) {
            const { state, ...rest } = JSON.parse(args[2]) as { readonly state: { readonly generation: number } }
            const value = JSON.stringify({ ...rest, state: isolated(state.generation + 1) })
            push({ ...answer.right, version: String(Number(answer.right.version) + 1), value, writer: 'another' })
          }
          return answer
        }
    })
    const { breaker } = join({ cell })
    await pass(1)
    await trip(breaker)
    await pass(10)
    isRacing = true
    const [result] = await Promise.all([outcome(breaker.run(ok)), pass(0.1)])
    return result
  }

  it('is read in the state that was committed, whatever came after it', async () => {
    expect(await race(kit)).toBe('ok')
  })

  it('would be something else in a later one', async () => {
    expect(await race(kitWith([fixes.R10]))).toBe('isolated')
  })
})

describe('R4: a time limit', () => {
  // The answer arrives while the loop is busy, and the limit passes too.
  const race = (limit: Timers) =>
    new Promise<string>((resolve) => {
      const echo = spawn('cat', { stdio: ['pipe', 'pipe', 'inherit'] })
      echo.stdout.once('data', () => {
        const end = (winner: string) => () => {
          cancel()
          echo.stdin.end()
          resolve(winner)
        }
        const cancel = limit(0.02, () => end('limit')())
        echo.stdout.once('data', end('answer'))
        echo.stdin.write('an answer')
        const until = performance.now() + 300
        while (performance.now() < until); // a stall
      })
      echo.stdin.write('hello')
    })

  it('does not beat an answer that is already there', async () => {
    expect(await race(timers)).toBe('answer')
  })

  it('would, without the sockets that go first', async () => {
    expect(await race((load([fixes.R4])('./Timers') as { readonly timers: Timers }).timers)).toBe('limit')
  })

  it('is as long as the platform allows where it is longer', async () => {
    const warned: Array<string> = []
    const warn = ({ name }: Error) => void warned.push(name)
    process.on('warning', warn)
    let passed = 0
    const cancel = timers(3e6, () => passed++)
    await new Promise((resolve) => setTimeout(resolve, 20))
    cancel()
    process.off('warning', warn)
    expect([passed, warned]).toEqual([0, []])
  })

  it('keeps no process alive', () => {
    const timeouts = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const before = timeouts()
    const cancel = timers(60, () => undefined)
    expect(timeouts()).toBe(before)
    cancel()
  })

  it('passes where the platform has no sockets to wait for', async () => {
    const { setImmediate } = globalThis
    Object.assign(globalThis, { setImmediate: undefined })
    await new Promise<void>((resolve) => void timers(0.001, resolve))
    Object.assign(globalThis, { setImmediate })
  })

  it('that is cancelled while the sockets go first does not pass', async () => {
    let passed = 0
    const cancel = timers(0, () => passed++)
    await new Promise((resolve) => setTimeout(resolve, 5))
    const late = timers(0, () => passed++)
    const { setImmediate } = globalThis
    Object.assign(globalThis, { setImmediate: (run: () => void) => setImmediate(() => (late(), run())) })
    await new Promise((resolve) => setTimeout(resolve, 20))
    Object.assign(globalThis, { setImmediate })
    cancel()
    expect(passed).toBe(1)
  })
})

describe('without its store, a shared breaker', () => {
  const island = (more: Partial<SharedOptions> = {}) => {
    const world = setUp(more)
    let error: unknown
    const cell = cellWith(world.memory, {
      read: (key) => (error === undefined ? world.memory.read(key) : async () => E.left(error)),
      compareAndSet: (...args) =>
        error === undefined
          ? world.memory.compareAndSet(...args)
          : () => Promise.reject(error instanceof Error ? error : new Error('down'))
    })
    const down = (reason: unknown = new Error('ECONNREFUSED')) => {
      error = reason
    }
    const up = () => {
      error = undefined
    }
    return { ...world, cell, down, up }
  }

  it('goes on alone, says so once, and catches up when the store is back', async () => {
    const { cell, join, pass, down, up, memory, reports } = island()
    const [cut, other] = [join({ cell }), join()]
    await pass(1)
    down()
    await trip(cut.breaker)
    await pass(3)
    expect(await outcome(cut.breaker.run(ok))).toBe('open')
    expect(await other.breaker.state()).toBe('closed')
    up()
    await pass(6)
    const back = cut.notices.find((notice) => notice._tag === 'StoreBack')
    const lost = back?._tag === 'StoreBack' ? back.lostSeconds : 0
    expect(lost).toBeGreaterThan(3)
    expect(cut.notices.filter(({ _tag }) => _tag.startsWith('Store'))).toEqual([
      { _tag: 'StoreLost', breaker: 'payments', atSeconds: 1, error: new Error('ECONNREFUSED') },
      { _tag: 'StoreBack', breaker: 'payments', atSeconds: 1 + lost, lostSeconds: lost }
    ])
    expect(await stateIn(memory)).toMatchObject({ _tag: 'Open' })
    expect(await outcome(other.breaker.run(ok))).toBe('open')
    expect(reports).toEqual([])
  })

  it('reports it where nobody observes', async () => {
    const { cell, join, pass, down, reports } = island()
    join({ cell }, false)
    down()
    await pass(30)
    expect(reports).toEqual([
      "Circuit breaker 'payments': the shared store does not answer, so the breaker goes on alone until it does " +
        'ECONNREFUSED'
    ])
  })

  it('sends no probe for a while, and then probes on its own', async () => {
    const { cell, join, pass, down } = island()
    const { breaker } = join({ cell })
    await pass(1)
    await trip(breaker)
    await pass(9.5)
    down()
    await pass(3)
    expect(await outcome(breaker.run(ok))).toBe('half_open')
    expect(breaker.session.acquire()._tag).toBe('Left')
    await pass(15)
    expect(await outcome(breaker.run(ok))).toBe('ok')
    expect(await breaker.state()).toBe('closed')
  })

  it('rejects the probes that waited for the store when it was lost', async () => {
    const { cell, join, pass, down } = island()
    const { breaker, told } = join({ cell })
    await pass(1)
    await trip(breaker)
    await pass(10)
    down()
    const [reason] = await Promise.all([outcome(breaker.run(ok)), pass(0)])
    expect(reason).toBe('half_open')
    expect(told().slice(-2).sort()).toEqual(['CallRejected', 'StoreLost'])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('no client')
      },
      'no client'
    ],
    ['rejects', () => () => Promise.reject(new Error('closed')), 'closed'],
    ['hangs', () => () => never, 'no answer within 0.25 s'],
    ['answers nothing', () => async () => E.right(undefined as never), 'the cell answered nothing, expected a reading'],
    [
      'answers nonsense',
      () => async () => E.right({ version: 1 } as never),
      'the cell answered an object, expected a reading'
    ]
  ] as ReadonlyArray<[string, Cell['read'], string]>)(
    'goes on alone too where its cell %s',
    async (_, broken, message) => {
      const { join, pass, memory } = setUp()
      const { breaker, notices } = join({ cell: cellWith(memory, { read: broken, compareAndSet: broken as never }) })
      await pass(1)
      expect(await outcome(breaker.run(ok))).toBe('ok')
      await trip(breaker)
      await pass(1)
      expect(await outcome(breaker.run(ok))).toBe('open')
      const lost = notices.filter((notice) => notice._tag === 'StoreLost')
      expect(lost).toHaveLength(1)
      expect(String(lost[0]?.error)).toContain(message)
    }
  )

  /** A client that keeps what it is asked while it has no connection. */
  const queueing = () => {
    const world = setUp()
    const queue: Array<(isUp: boolean) => void> = []
    let isQueueing = false
    const queued =
      <A>(ask: () => Promise<E.Either<unknown, A>>) =>
      () =>
        isQueueing
          ? new Promise<E.Either<unknown, A>>((resolve) => {
              queue.push((isUp) => void (isUp ? ask().then(resolve) : resolve(left)))
            })
          : ask()
    const cell = cellWith(world.memory, {
      read: (key) => queued(world.memory.read(key)),
      compareAndSet: (...args) => queued(world.memory.compareAndSet(...args))
    })
    const cut = () => {
      isQueueing = true
    }
    const drain = (isUp: boolean) => {
      isQueueing = !isUp
      queue.splice(0).forEach((end) => end(isUp))
    }
    return { ...world, cell, queue, cut, drain }
  }

  it('does not fill the queue of a client that waits for its connection, and is back soon after it', async () => {
    const { cell, join, pass, queue, cut, drain, memory } = queueing()
    const { breaker, told } = join({ cell })
    await pass(1)
    cut()
    await trip(breaker)
    await pass(10)
    expect(queue).toHaveLength(4) // the commit, and three questions
    await pass(600)
    expect(queue.length).toBeLessThan(50)
    drain(false) // the client gives up
    await pass(1)
    await pass(10)
    expect(queue).toHaveLength(3)
    drain(true)
    await pass(5)
    expect(told()).toContain('StoreBack')
    expect(await stateIn(memory)).toMatchObject({ _tag: 'Open' })
  })

  it('goes on asking a store whose answers got lost', async () => {
    const { cell, join, pass, queue, cut, drain } = queueing()
    const { told, store } = join({ cell })
    await pass(1)
    cut()
    await pass(100)
    queue.splice(0)
    drain(true)
    await pass(45)
    expect(told()).toContain('StoreBack')
    await store.close()
  })

  it('asks nothing where a late answer comes after its end', async () => {
    const { cell, join, pass, queue, cut, drain } = queueing()
    const { store } = join({ cell })
    await pass(1)
    cut()
    await pass(20)
    void store.close()
    await pass(5)
    drain(false)
    await pass(100)
    expect(queue).toEqual([])
  })

  it('comes back at once where the client says that it has reconnected', async () => {
    const { cell, join, pass, down, up, memory } = island({ pollSeconds: 1000 })
    const gaps: Array<() => void> = []
    const subscribe: Cell['subscribe'] = (key, onPush, onGap) => {
      gaps.push(onGap)
      return memory.subscribe(key, onPush, onGap)
    }
    const { breaker, told, store } = join({ cell: cellWith(cell, { subscribe }) })
    await pass(1)
    down()
    await breaker.recordFailure()
    await pass(30)
    up()
    gaps.forEach((gap) => gap())
    await pass(0)
    expect(told().slice(-1)).toEqual(['StoreBack'])
    gaps.forEach((gap) => gap()) // attached, it reads
    await store.close()
    gaps.forEach((gap) => gap())
    await pass(1)
    expect(told().slice(-1)).toEqual(['StoreBack'])
  })

  it('comes back at once where it is asked to flush', async () => {
    const { cell, join, pass, down, up, memory } = island()
    const { breaker, store } = join({ cell })
    await pass(1)
    down()
    await breaker.recordFailure()
    await pass(30)
    await store.flush()
    up()
    await store.flush()
    expect(await stateIn(memory)).toMatchObject({ counts: { failures: 1 } })
  })

  it('keeps what happened, in bounds, and in the order of the seconds', async () => {
    const settings = { ...payments, failureThreshold: undefined, window: timeWindow(1e6), trip: failureRate(1, 1e6) }
    const { cell, join, pass, down, up, memory } = island({ settings })
    const { breaker, store, clock, member } = join({ cell })
    await pass(1)
    down()
    await outcome(breaker.run(fail))
    await pass(1)
    for (let second = 0; second < 10; second++) {
      for (let call = 0; call < 250; call++) {
        store.dispatch(failed(callPermit(0)), clock())
        store.dispatch(succeeded(callPermit(0)), clock())
      }
      await pass(1)
    }
    const { replica } = member as unknown as { readonly replica: { readonly entries: ReadonlyArray<unknown> } }
    expect(replica.entries.length).toBeLessThan(2100)
    up()
    await pass(10)
    expect(await stateIn(memory)).toMatchObject({ counts: { calls: 5001, failures: 2501 } })
  })

  it('forgets the oldest where too many different things happened', async () => {
    const { cell, join, pass, down } = island()
    const { store, clock, member } = join({ cell })
    await pass(1)
    down()
    await pass(5)
    for (let i = 0; i < 2500; i++) store.dispatch(i % 2 === 0 ? isolationStarted : { _tag: 'IsolationEnded' }, clock())
    const { replica } = member as unknown as { readonly replica: { readonly entries: ReadonlyArray<unknown> } }
    expect(replica.entries.length).toBeLessThan(2000)
  })

  it('is a breaker like any other, from the same reducer', () => {
    const same = fc.property(T.config, T.moves, (config, moves) => {
      const settings = { ...config, name: 'payments', probeTimeoutSeconds: config.probeTimeoutSeconds ?? 300 }
      const world = new World()
      const down: Cell = { read: () => () => never, compareAndSet: () => () => never, subscribe: () => () => never }
      const member = memberOf(
        { cell: down, settings: { ...settings, clock: world.clock, report: () => undefined } },
        { timers: world.timers }
      )
      const store = storeOf(member)
      const shell = T.play(from(settings), (_, event, now) => (store.dispatch(event, now), store.getState()), moves)
      expect(shell.state).toEqual(T.play(from(settings), reduce(from(settings)), moves).state)
    })
    fc.assert(same, { numRuns: 200 })
  })

  const lawful = from({ ...payments, window: timeWindow(4, 2), failureThreshold: undefined, trip: failureCount(2) })
  it.each(
    storeLaws(lawful, () => {
      const world = new World()
      const cell = memoryCell(world.clock)
      return shared({ cell, settings: { ...lawful, clock: () => 0, report: () => undefined } })
    })
  )('keeps the law: $name', ({ property }) => {
    fc.assert(property, { numRuns: 50 })
  })
})

describe('the store of a shared breaker', () => {
  it('goes on alone after it was closed, and says so once', async () => {
    const { join, pass, memory, reports } = setUp()
    const [here, there] = [join(), join()]
    await pass(1)
    await trip(here.breaker)
    const { version } = await read(memory)
    await Promise.all([here.store.close(), here.store.close(), pass(1)])
    expect((await read(memory)).version).not.toBe(version)
    await pass(10)
    expect(await outcome(here.breaker.run(fail))).toBe('503')
    expect(await outcome(here.breaker.run(ok))).toBe('open')
    await here.store.flush()
    expect(reports).toEqual([
      "Circuit breaker 'payments': its shared store was closed, so it goes on alone, and others do not learn of it: close the " +
        'store after the last call'
    ])
    expect(await there.breaker.state()).toBe('half_open')
  })

  it('shares all that happened before it closes, and then asks nothing any more', async () => {
    const { join, pass, memory } = setUp()
    const asked: Array<string> = []
    let unsubscribed = 0
    const cell = cellWith(memory, {
      read: (key) => (asked.push('read'), memory.read(key)),
      subscribe: () => async () => E.right(async () => void unsubscribed++)
    })
    const { breaker, store } = join({ cell })
    await breaker.recordFailure()
    await store.close()
    expect(await stateIn(memory)).toMatchObject({ counts: { failures: 1 } })
    const before = asked.length
    await pass(60)
    expect([asked.length, unsubscribed]).toEqual([before, 1])
  })

  it('closes in time where the store hangs', async () => {
    const { join, pass, memory, world } = setUp()
    const hanging = cellWith(memory, { subscribe: () => async () => E.right(() => never) })
    const { store, breaker } = join({ cell: hanging })
    await pass(1)
    await trip(breaker)
    await pass(10)
    const lost = join({ cell: cellWith(memory, { read: () => () => never, compareAndSet: () => () => never }) })
    const waiting = outcome(breaker.run(ok))
    let closed = 0
    void Promise.all([store.close(), lost.store.close()]).then(() => (closed = world.now))
    await pass(2)
    expect(await waiting).toBe('ok')
    expect(closed).toBeGreaterThan(0)
    expect(closed - 11).toBeLessThan(1)
  })

  it('decides in time about a probe that waits while it is closed', async () => {
    const { join, pass, memory } = setUp()
    let isSlow = false
    const cell = cellWith(memory, {
      compareAndSet: (...args) => (isSlow ? () => never : memory.compareAndSet(...args))
    })
    const { store, breaker } = join({ cell, timeoutSeconds: 60 })
    await pass(1)
    await trip(breaker)
    await pass(10)
    isSlow = true
    const waiting = outcome(breaker.run(ok))
    const closing = store.close()
    await pass(500)
    await closing
    expect(await waiting).toBe('half_open')
  })

  it('unsubscribes where the subscription comes after the end', async () => {
    const { join, pass, memory } = setUp()
    let arrive: () => void = () => undefined
    let unsubscribed = 0
    const subscribe: Cell['subscribe'] = () => () =>
      new Promise((resolve) => {
        arrive = () => resolve(E.right(() => Promise.reject(new Error(String(unsubscribed++)))))
      })
    const { store } = join({ cell: cellWith(memory, { subscribe }) })
    await pass(1)
    await store.close()
    arrive()
    await pass(1)
    expect(unsubscribed).toBe(1)
  })

  it('keeps a subscription that comes while the store does not answer', async () => {
    const { join, pass, memory } = setUp()
    let isDown = true
    let asked = 0
    const { breaker, told } = join({
      cell: cellWith(memory, {
        read: (key) => (isDown ? async () => left : memory.read(key)),
        subscribe: (...args) => {
          asked++
          return async () => {
            for (let tick = 0; tick < 50; tick++) await Promise.resolve() // the answer to the first question is there
            return memory.subscribe(...args)()
          }
        }
      })
    })
    await pass(5)
    isDown = false
    await pass(10)
    expect([asked, told().slice(0, 2)]).toEqual([1, ['StoreLost', 'StoreBack']])
    const other = join()
    await pass(1)
    await trip(other.breaker)
    await pass(0)
    expect(await breaker.state()).toBe('open')
  })

  it('asks again for a subscription that failed, and reports it', async () => {
    const { join, pass, memory, reports } = setUp()
    let asked = 0
    const subscribe: Cell['subscribe'] = (...args) => (++asked < 3 ? async () => left : memory.subscribe(...args))
    const { breaker } = join({ cell: cellWith(memory, { subscribe }) })
    await pass(20)
    expect(asked).toBe(3)
    expect(reports).toEqual([
      "Circuit breaker 'payments': the store gives no notice of what others write, so it is read now and then: members learn " +
        'of each other seconds later ECONNREFUSED'
    ])
    const other = join()
    await pass(1)
    await trip(other.breaker)
    await pass(0)
    expect(await breaker.state()).toBe('open')
  })

  it('learns of others by reading where nothing is pushed', async () => {
    const { join, pass, memory } = setUp()
    const mute = cellWith(memory, { subscribe: () => async () => E.right(async () => undefined) })
    const [here, there] = [join({ cell: mute }), join({ cell: mute, pollSeconds: 2 })]
    await pass(1)
    await trip(here.breaker)
    await pass(3)
    expect(await there.breaker.state()).toBe('open')
  })

  it.each([[undefined], [null], [42], ['OK'], [{}], [{ _tag: 'Right' }], [{ _tag: 'Neither', right: 1 }]])(
    'goes on alone, and says so, where its cell answers %j',
    async (nonsense) => {
      const { join, pass } = setUp()
      const answer = () => async () => nonsense as never
      const { breaker, store, notices } = join({ cell: { read: answer, compareAndSet: answer, subscribe: answer } })
      await pass(1)
      await trip(breaker)
      expect(await outcome(breaker.run(ok))).toBe('open')
      const flushed = store.flush()
      await pass(1)
      expect(await flushed).toBeUndefined()
      const lost = notices.filter((notice) => notice._tag === 'StoreLost').map(({ error }) => String(error))
      expect(lost).toEqual([expect.stringMatching(/^TypeError: the cell answered .+, expected (an Either|a reading)/)])
    }
  )

  it.each([
    [undefined, 'nothing, expected an Either of fp-ts'],
    [E.right(7), '7, expected a task that unsubscribes']
  ])('reads now and then, and says so, where its cell answers a subscription with %j', async (nonsense, shown) => {
    const { join, pass, memory, reports } = setUp()
    const cell = cellWith(memory, { subscribe: () => async () => nonsense as never })
    const [here, there] = [join({ cell }), join({ cell })]
    await pass(1)
    await trip(here.breaker)
    await pass(5)
    expect(await there.breaker.state()).toBe('open')
    expect(reports[0]).toMatch(/^Circuit breaker 'payments': the store gives no notice /)
    expect(reports[0]).toContain(`the cell answered ${shown}`)
  })

  it('ignores what is pushed and is no reading', async () => {
    const { join, pass, memory } = setUp()
    let push: (reading: Reading) => void = () => undefined
    const subscribe: Cell['subscribe'] = (key, onPush, onGap) => {
      push = onPush
      return memory.subscribe(key, onPush, onGap)
    }
    const { store } = join({ cell: cellWith(memory, { subscribe }) })
    push({ version: '99', value: '{}', writer: 'early', nowSeconds: 5000 })
    await pass(1)
    push({} as Reading)
    push({ version: '99', value: 'no state', writer: 'another', nowSeconds: 5001 })
    push({ version: '99', value: 'very late', writer: 'another', nowSeconds: 4000 })
    push({ version: '99', value: undefined, writer: '', nowSeconds: 5001 })
    await pass(1)
    expect(store.getState()).toBe(initial)
  })

  it('takes the newest of what was pushed while a commit was under way', async () => {
    const { join, pass, memory } = setUp()
    let push: (reading: Reading) => void = () => undefined
    let isPushing = true
    const cell = cellWith(memory, {
      subscribe: (_, onPush) => async () => {
        push = onPush
        return E.right(async () => undefined)
      },
      compareAndSet:
        (...args) =>
        async () => {
          const answer = (await memory.compareAndSet(...args)()) as E.Right<Committed>
          const { state, ...rest } = JSON.parse(args[2]) as { readonly state: object }
          const at = (more: number, name: string) =>
            push({
              ...answer.right,
              version: String(Number(answer.right.version) + more),
              value: JSON.stringify({ ...rest, state: { ...state, counts: consecutive(more) } }),
              writer: name
            })
          if (isPushing) [7, 9, 8].forEach((more) => at(more, 'another'))
          isPushing = false
          return answer
        }
    })
    const { breaker, store } = join({ cell, settings: { ...payments, failureThreshold: 100 }, pollSeconds: 1000 })
    await pass(1)
    await breaker.recordFailure()
    await pass(0)
    expect(store.getState()).toMatchObject({ counts: { failures: 9 } })
  })

  it('knows its commit by what was pushed where the answer gets lost', async () => {
    const { join, pass, memory } = setUp()
    let isLosing = true
    const cell = cellWith(memory, {
      compareAndSet:
        (...args) =>
        async () => {
          await memory.compareAndSet(...args)()
          if (!isLosing) return left
          isLosing = false
          return never
        }
    })
    const { breaker, store, told } = join({ cell })
    await pass(1)
    await breaker.recordFailure()
    await pass(0.5)
    expect(told()).toEqual([])
    expect(store.getState()).toMatchObject({ counts: { failures: 1 } })
    expect(await stateIn(memory)).toMatchObject({ counts: { failures: 1 } })
  })

  it('writes its newer state back where the store has gone back, and believes no late answer', async () => {
    const { join, pass, memory } = setUp()
    let isOld = false
    const old: { reading?: Reading } = {}
    const cell = cellWith(memory, {
      read: (key) => async () => {
        const answer = await memory.read(key)()
        return isOld && old.reading !== undefined && E.isRight(answer)
          ? E.right({ ...old.reading, nowSeconds: answer.right.nowSeconds })
          : answer
      }
    })
    const written: Array<string> = []
    const counted: Cell = { ...cell, compareAndSet: (key, expected, ...rest) => (written.push(expected), memory.compareAndSet(key, expected, ...rest)) } // prettier-ignore
    const { breaker, store } = join({ cell: counted, settings: { ...payments, failureThreshold: 100 } })
    await pass(1)
    await breaker.recordFailure()
    await pass(1)
    old.reading = await read(memory)
    await breaker.recordFailure()
    await pass(1)
    isOld = true
    await pass(5)
    expect(written).toContain(old.reading.version)
    expect(store.getState()).toMatchObject({ counts: { failures: 2 } })
  })

  it('takes a conflict with its own commit for its answer: a client may send it twice', async () => {
    const { join, pass, memory } = setUp()
    let push: (reading: Reading) => void = () => undefined
    const cell = cellWith(memory, {
      subscribe: (_, onPush) => async () => {
        push = onPush
        return E.right(async () => undefined)
      },
      compareAndSet:
        (...args) =>
        async () => {
          const first = await memory.compareAndSet(...args)()
          const second = await memory.compareAndSet(...args)()
          if (E.isRight(first)) push(first.right)
          return second
        }
    })
    const { breaker, store } = join({ cell, settings: { ...payments, failureThreshold: 100 } })
    await pass(1)
    await breaker.recordFailure()
    await pass(1)
    expect(store.getState()).toMatchObject({ counts: { failures: 1 } })
    expect(await stateIn(memory)).toMatchObject({ counts: { failures: 1 } })
  })

  it('replaces a value that is no state, and reports it', async () => {
    const { join, pass, memory, reports } = setUp()
    const { breaker } = join()
    await pass(1)
    await trip(breaker)
    await pass(1)
    await write(memory, '{"schema":2}')
    await pass(5)
    expect(await stateIn(memory)).toMatchObject({ _tag: 'Open' })
    expect(reports).toEqual([
      expect.stringMatching(
        /^Circuit breaker 'payments': the store held a value that is no state.* schema: given 2, expected 1;/
      )
    ])
  })

  it('waits no longer than its settings say for an open circuit that it was given', async () => {
    const { join, pass, memory } = setUp()
    const { breaker, store } = join()
    await pass(1)
    await trip(breaker)
    await pass(1)
    const { value = '' } = await read(memory)
    const text = JSON.parse(value) as { readonly state: { readonly retryAtSeconds: number } }
    await write(memory, JSON.stringify({ ...text, state: { ...text.state, retryAtSeconds: 1e15 } }))
    await pass(1)
    expect(store.getState()).toMatchObject({ retryAtSeconds: 1 + 3600 })
  })

  it('writes its state back where the store has forgotten it, unless it says that all is well', async () => {
    const { join, pass, memory, world } = setUp()
    let isForgetting = false
    const nothing = (): E.Either<never, Reading> =>
      E.right({ version: '0', value: undefined, writer: '', nowSeconds: world.now + 5000 })
    const written: Array<string> = []
    const cell = cellWith(memory, {
      read: (key) => (isForgetting ? async () => nothing() : memory.read(key)),
      compareAndSet: (key, expected, ...rest) => {
        written.push(expected)
        return memory.compareAndSet(key, expected, ...rest)
      }
    })
    const { breaker } = join({ cell })
    await pass(1)
    await breaker.recordFailure()
    await breaker.recordSuccess()
    await pass(1)
    isForgetting = true
    const idle = written.length
    await pass(10)
    expect(written.slice(idle)).toEqual([])
    isForgetting = false
    await breaker.recordFailure()
    await pass(5)
    isForgetting = true
    const busy = written.length
    await pass(5)
    expect(written.slice(busy)).toContain('0')
  })

  it('reports a member with other settings, once', async () => {
    const { join, pass, reports } = setUp()
    const [here, there] = [join(), join({ settings: { ...payments, failureThreshold: 3 } })]
    await pass(1)
    await here.breaker.recordFailure()
    await pass(1)
    await there.breaker.reset()
    await pass(1)
    expect(reports).toHaveLength(2) // each of the other
    expect(reports[0]).toMatch(/another member of the fleet has other settings, .*: give all the same [0-9a-f]{8}$/)
  })

  it('reports a breaker whose name or settings are not its own, once', async () => {
    const { join, reports } = setUp()
    const { store } = join()
    const report = () => undefined
    const other = {
      ...payments,
      store,
      failureThreshold: undefined,
      trip: failureCount(2),
      window: countWindow(5),
      report
    }
    void new AsyncCircuitBreaker(other).withClassifier(standard)
    void new AsyncCircuitBreaker(other)
    void new CircuitBreaker({ ...payments, name: 'refunds', recoveryTimeoutSeconds: 9, store, report })
    const told = (names: string) =>
      `Circuit breaker 'payments': its breaker has other settings than its store (${names}), and the circuit opens and ` +
      'closes by those of the store: give both the same'
    expect(reports).toEqual([told('failureThreshold, window, trip'), told('name, recoveryTimeoutSeconds')])
  })

  it.each([
    { trip: failureRate(0.5, 20), window: timeWindow(10), failureThreshold: undefined },
    { trip: () => false, recoveryTimeoutSeconds: () => 5, failureThreshold: undefined },
    { maxRetryAfterSeconds: 60, halfOpenMaxProbes: 3 }
  ])('has nothing to say about a breaker with the same settings, %j', (more) => {
    const { join, reports } = setUp()
    const settings = { ...payments, ...more }
    const { store } = join({ settings })
    void new AsyncCircuitBreaker({ ...settings, store })
    void new AsyncCircuitBreaker({ ...from(settings), store })
    expect(reports).toEqual([])
  })

  it('reports a breaker whose clock is not its own', async () => {
    const { join, pass, reports } = setUp()
    const { store } = join()
    await pass(1)
    const breaker = new AsyncCircuitBreaker({ ...payments, store, clock: () => 1e9, report: () => undefined })
    await breaker.recordFailure()
    await breaker.recordFailure()
    expect(reports).toEqual([expect.stringMatching(/^Circuit breaker 'payments': it has another clock than its store/)])
  })
})

describe('shared', () => {
  const cell = memoryCell()

  it('runs on the clock, the timers and the chance of the platform', async () => {
    const stores = [shared({ cell, settings: payments }), shared({ cell, settings: payments })]
    const [here, there] = stores.map((store) => new AsyncCircuitBreaker({ ...payments, store }))
    await Promise.all(stores.map((store) => store.flush()))
    await here?.isolate()
    await stores[0]?.flush()
    expect(await there?.isOpen()).toBe(true)
    await Promise.all(stores.map((store) => store.close()))
  })

  it('takes the settings of the breaker as they are, with those that only the breaker needs', async () => {
    const settings = { ...payments, classify: standard, observer: () => () => undefined }
    const store = shared({ cell, settings })
    expect(new AsyncCircuitBreaker({ ...settings, store }).name).toBe('payments')
    await store.close()
    await shared({ cell, settings: from(payments) }).close()
  })

  it.each([
    [undefined, /given nothing, expected an object of settings/],
    [{}, /cell: given nothing, expected a cell of breaker-ts\/Cell.*settings: given nothing/],
    [{ cell: {}, settings: payments }, /"payments": cell: given an object, expected a cell/],
    [{ cell, settings: payments, timeoutSeconds: 0 }, /timeoutSeconds: given 0, expected a finite number > 0/],
    [{ cell, settings: payments, pollSeconds: '3' }, /pollSeconds: given "3"/],
    [{ cell, settings: payments, pollMs: 3 }, /pollMs: given 3, expected no setting of this name/],
    [{ cell, settings: payments, states: {} }, /states: given an object, expected stateOf/],
    [{ cell, settings: { ...payments, failureThreshold: 0 } }, /failureThreshold: given 0/],
    [{ cell, settings: 'payments' }, /settings: given "payments", expected the settings of the breaker/],
    [
      { cell, settings: { ...payments, probeTimeoutSeconds: null } },
      /probeTimeoutSeconds: given null, expected a finite number > 0: a process/
    ]
  ])('refuses %j', (options, message) => {
    expect(() => shared(options as unknown as SharedOptions)).toThrow(message)
  })

  interface Own extends Counts {
    readonly _tag: 'Own'
  }
  const counted = consecutive(0)
  const own: Window<Own> = {
    empty: { ...counted, _tag: 'Own' },
    count: (counts, { failed: isFailed }) => ({
      ...counts,
      calls: counts.calls + 1,
      failures: counts.failures + (isFailed ? 1 : 0)
    }),
    isSettled: () => false
  }
  const settings = { ...payments, failureThreshold: undefined, window: own, trip: failureCount(3) }

  it('refuses a window that others could not read, and takes the codec that reads it', async () => {
    expect(() => shared({ cell, settings })).toThrow(/states: given nothing, expected stateOf\(your codec\)/)
    const { join, pass } = setUp({ settings, states: stateOf(OWN) })
    const [here, there] = [join(), join()]
    await pass(1)
    for (let call = 0; call < 3; call++) await here.breaker.run(ok)
    await here.breaker.recordFailure()
    await pass(1)
    expect(there.store.getState()).toMatchObject({ counts: { _tag: 'Own', calls: 4, failures: 1 } })
  })
})

const count = t.number
const OWN = t.strict({
  _tag: t.literal('Own'),
  calls: count,
  failures: count,
  slowCalls: count,
  failedOrSlow: count,
  failuresInARow: count
}) as unknown as Parameters<typeof stateOf>[0]

describe('the clock of a store', () => {
  it('is known by the fastest answer', () => {
    const first = storeTime(undefined, 1000, 10, 10.2)
    expect(first).toEqual({ offsetSeconds: 1000 - 10.1, errorSeconds: expect.closeTo(0.1) as number })
    expect(storeTime(first, 1001, 11, 11.4)).toBe(first)
    expect(storeTime(first, 1001, 11.1, 11.12).errorSeconds).toBeCloseTo(0.01)
  })

  it('is known anew where an answer shows that it was moved', () => {
    const first = storeTime(undefined, 1000, 10, 10.2)
    expect(storeTime(first, 941, 11, 11.4).offsetSeconds).toBeCloseTo(941 - 11.2)
  })

  it('moves the times of a state with it', async () => {
    const { join, pass, memory, world } = setUp()
    let step = 0
    const shift =
      <A extends Reading>(task: () => Promise<E.Either<unknown, A>>) =>
      async () => {
        const answer = await task()
        return E.isRight(answer) ? E.right({ ...answer.right, nowSeconds: answer.right.nowSeconds + step }) : answer
      }
    const cell = cellWith(memory, {
      read: (key) => shift(memory.read(key)),
      compareAndSet: (...args) => shift(memory.compareAndSet(...args))
    })
    const { breaker, store } = join({ cell })
    await pass(1)
    await trip(breaker)
    await pass(1)
    step = 5
    await pass(5)
    expect(store.getState()).toMatchObject({ openedAtSeconds: expect.closeTo(-4) as number })
    expect(world.now).toBe(7)
  })
})

describe('what code of yours throws', () => {
  it('loses an event in a strategy, and neither a call nor the process', async () => {
    let isBroken = false
    const trip = (): boolean => {
      if (isBroken) throw new Error('a strategy')
      return false
    }
    const { join, pass } = setUp({ settings: { ...payments, failureThreshold: undefined, trip } })
    const [here, there] = [join(), join()]
    await pass(1)
    here.store.dispatch(failureRecorded, here.clock())
    isBroken = true
    await pass(1)
    expect(await outcome(there.breaker.run(fail))).toBe('503')
    isBroken = false
    await pass(1)
    expect(there.store.getState()).toEqual(here.store.getState())
  })

  it('makes a member go on alone where it makes a state that cannot be written', async () => {
    const own: Window = {
      empty: { ...consecutive(0), _tag: 'Own' },
      count: (counts) => ({ ...counts, toJSON: () => { throw new Error('no JSON') } }) as Counts, // prettier-ignore
      isSettled: () => false
    }
    const settings = { ...payments, failureThreshold: undefined, window: own, trip: () => false }
    const { join, pass } = setUp({ settings, states: stateOf(OWN) })
    const { breaker, notices } = join()
    await pass(1)
    await breaker.recordFailure()
    await pass(0)
    expect(notices).toContainEqual(expect.objectContaining({ _tag: 'StoreLost', error: new Error('no JSON') }))
  })

  it('is reported where it reads what others wrote', async () => {
    const own: Window = { empty: { ...consecutive(0), _tag: 'Own' }, count: (counts) => counts, isSettled: () => false }
    const settings = { ...payments, failureThreshold: undefined, window: own, trip: () => false }
    const throwing = new t.Type('throws', OWN.is.bind(OWN), (u, c) => {
      if (isBroken) throw new Error('a codec')
      return OWN.validate(u, c)
    }, t.identity) // prettier-ignore
    let isBroken = false
    const { join, pass, reports } = setUp({ settings, states: stateOf(throwing) })
    const [here, there] = [join(), join()]
    await pass(1)
    isBroken = true
    await here.breaker.isolate()
    await here.breaker.release()
    await pass(20)
    expect(there.breaker.current().name).toBe('payments')
    expect(reports[0]).toMatch(/the store held a value that is no state .* no JSON, or a codec that throws/)
  })
})

describe('a shared breaker that nobody observes', () => {
  it('waits for the fleet too, and has nothing to say after its end that changes nothing', async () => {
    const { join, pass, reports } = setUp()
    const { breaker, store } = join({}, false)
    await pass(1)
    await trip(breaker)
    await pass(10)
    const [result] = await Promise.all([outcome(breaker.run(ok)), pass(1)])
    expect(result).toBe('ok')
    await store.close()
    await breaker.release()
    expect(reports).toEqual([])
  })

  it('is idle when its recovery is long past, and not before', async () => {
    const recoveryTimeoutSeconds = () => 10
    const { join, pass, memory, world } = setUp({ settings: { ...payments, recoveryTimeoutSeconds }, pollSeconds: 1 })
    let isForgetting = false
    const written: Array<number> = []
    const cell = cellWith(memory, {
      read: (key) =>
        isForgetting
          ? async () => E.right({ version: '0', value: undefined, writer: '', nowSeconds: world.now + 5000 })
          : memory.read(key),
      compareAndSet: (...args) => (written.push(world.now), memory.compareAndSet(...args))
    })
    const { breaker } = join({ cell })
    await pass(1)
    await trip(breaker)
    await pass(10)
    await Promise.all([outcome(breaker.run(ok)), pass(1)])
    isForgetting = true
    await pass(3)
    isForgetting = false
    await pass(3)
    const early = written.filter((at) => at > 12).length
    expect(early).toBeGreaterThan(0)
    await pass(20)
    isForgetting = true
    const before = written.length
    await pass(10)
    expect(written.slice(before)).toEqual([])
  })
})

import { State as StateCodec } from 'breaker-ts/Codec'
import type { Config } from 'breaker-ts/Config'
import type { Counts } from 'breaker-ts/Counts'
import { consecutive, empty } from 'breaker-ts/Counts'
import type { Event } from 'breaker-ts/Event'
import * as Ev from 'breaker-ts/Event'
import { at, isHealthy, isLive, own, permit, reduce } from 'breaker-ts/Reducer'
import type { State } from 'breaker-ts/State'
import { circuitState, closed, disabled, Eq, halfOpen, isolated, open } from 'breaker-ts/State'
import type { Window } from 'breaker-ts/Window'
import { countWindow, timeWindow } from 'breaker-ts/Window'
import * as fc from 'fast-check'
import * as E from 'fp-ts/Either'

import * as History from './support/history'
import type { Memory, Ticket } from './support/oracle'
import { Oracle } from './support/oracle'

const RUNS = 1000

const deepFreeze = <A>(value: A): A => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value))
    Object.values(Object.freeze(value)).forEach(deepFreeze)
  return value
}

/** Runs a check on every event of many histories. */
const onEveryEvent = (
  check: (config: Parameters<typeof reduce>[0], happening: History.Happening, next: State) => void
) =>
  fc.assert(
    fc.property(History.config, History.steps, (config, steps) => {
      History.play(config, steps, (happening) => {
        check(config, happening, reduce(config)(happening.state, happening.event, happening.now))
      })
    }),
    { numRuns: RUNS }
  )

const dataOf = (config: Config, state: State) => {
  const remembers = typeof config.recoveryTimeoutSeconds !== 'number'
  switch (state._tag) {
    case 'Closed': {
      const { counts, recovered } = state
      return {
        lifecycle: 'closed',
        counts: [counts.calls, counts.failures, counts.slowCalls, counts.failuresInARow],
        ...(remembers && recovered !== null ? recovered : {})
      }
    }
    case 'Open': {
      const { openedAtSeconds, retryAtSeconds, reopenings } = state
      return { lifecycle: 'open', openedAtSeconds, retryAtSeconds, ...(remembers ? { reopenings } : {}) }
    }
    case 'HalfOpen': {
      const { probes, successes, failures, reopenings, openSeconds } = state
      return {
        lifecycle: 'half_open',
        probes: probes.map(({ id, admittedAtSeconds }) => [id, admittedAtSeconds]),
        successes,
        failures,
        ...(remembers ? { reopenings, openSeconds } : {})
      }
    }
    case 'Isolated':
      return { lifecycle: 'isolated' }
    case 'Disabled':
      return { lifecycle: 'disabled' }
  }
}

const dataOfMemory = (config: Config, memory: Memory) => {
  const { lifecycle, reopenings, openFor: openSeconds, closedAt } = memory
  const remembers = typeof config.recoveryTimeoutSeconds !== 'number'
  switch (lifecycle) {
    case 'closed': {
      const number = (which: (call: Memory['calls'][number]) => boolean) => memory.calls.filter(which).length
      const seen = config.window.empty._tag !== 'Consecutive'
      return {
        lifecycle,
        counts: [
          memory.calls.length,
          number(({ failed }) => failed),
          seen ? number(({ slow }) => slow) : 0,
          memory.inARow
        ],
        ...(remembers && closedAt !== undefined ? { reopenings, closedAtSeconds: closedAt, openSeconds } : {})
      }
    }
    case 'open': {
      const { openedAt: openedAtSeconds, retryAt: retryAtSeconds } = memory
      return { lifecycle, openedAtSeconds, retryAtSeconds, ...(remembers ? { reopenings } : {}) }
    }
    case 'half_open': {
      const { probes, successes, failures } = memory
      return { lifecycle, probes: [...probes], successes, failures, ...(remembers ? { reopenings, openSeconds } : {}) }
    }
    default:
      return { lifecycle }
  }
}

/** What `state()` says of each. */
const NAMES = { closed: 'closed', open: 'open', half_open: 'half_open', isolated: 'open', disabled: 'closed' }

const tell = (oracle: Oracle, tickets: ReadonlyArray<Ticket>, { event, call, now }: History.Happening) => {
  const ticket = call === undefined ? undefined : tickets[call]
  switch (event._tag) {
    case 'Admitted':
      return
    case 'Succeeded':
      return ticket && oracle.succeed(ticket, now, event.slow)
    case 'Failed':
      return ticket && oracle.fail(ticket, now, event.slow, event.retryAfterSeconds)
    case 'Released':
      return ticket && oracle.release(ticket, now)
    case 'SuccessRecorded':
      return oracle.recordSuccess(now)
    case 'FailureRecorded':
      return oracle.recordFailure(now)
    case 'Reset':
      return oracle.reset(now)
    case 'IsolationStarted':
      return oracle.isolate(now)
    case 'IsolationEnded':
      return oracle.endIsolation()
    case 'BreakerDisabled':
      return oracle.disable(now)
    case 'BreakerEnabled':
      return oracle.enable()
  }
}

/** Every cell of rules 1 to 3 in docs/semantics.md, with each way it can end. */
const TABLE = Object.entries({
  Admitted: { Closed: '-', Open: '-', HalfOpen: 'HalfOpen -', Isolated: '-', Disabled: '-' },
  Succeeded: { Closed: 'Closed Open -', Open: '-', HalfOpen: 'HalfOpen Closed -', Isolated: '-', Disabled: '-' },
  Failed: { Closed: 'Closed Open -', Open: '-', HalfOpen: 'HalfOpen Open -', Isolated: '-', Disabled: '-' },
  Released: { Closed: '-', Open: '-', HalfOpen: 'HalfOpen -', Isolated: '-', Disabled: '-' },
  SuccessRecorded: { Closed: 'Closed -', Open: '-', HalfOpen: 'Closed', Isolated: '-', Disabled: '-' },
  FailureRecorded: { Closed: 'Closed Open', Open: 'Open -', HalfOpen: 'Open', Isolated: '-', Disabled: '-' },
  Reset: { Closed: 'Closed', Open: 'Closed', HalfOpen: 'Closed', Isolated: 'Closed', Disabled: 'Closed' },
  IsolationStarted: { Closed: 'Isolated', Open: 'Isolated', HalfOpen: 'Isolated', Isolated: '-', Disabled: 'Isolated' },
  IsolationEnded: { Closed: '-', Open: '-', HalfOpen: '-', Isolated: 'Closed', Disabled: '-' },
  BreakerDisabled: { Closed: 'Disabled', Open: 'Disabled', HalfOpen: 'Disabled', Isolated: 'Disabled', Disabled: '-' },
  BreakerEnabled: { Closed: '-', Open: '-', HalfOpen: '-', Isolated: '-', Disabled: 'Closed' }
}).flatMap(([event, row]) =>
  Object.entries(row).flatMap(([state, ends]) =>
    ends.split(' ').map((end) => `${event} in ${state}: ${end === '-' ? 'unchanged' : end}`)
  )
)

describe('in every history, the machine', () => {
  it('agrees with a mutable machine written from semantics.md', () => {
    const seen = new Set<string>()
    const seenByTime = new Set<string>()
    fc.assert(
      fc.property(History.config, History.steps, (config, steps) => {
        const oracle = new Oracle(config)
        const tickets: Array<Ticket> = []
        let last: State | undefined
        const compare = (state: State, now: number) => {
          expect(dataOf(config, state)).toEqual(dataOfMemory(config, oracle.memory))
          expect(circuitState(at(config)(state, now))).toBe(NAMES[oracle.lifecycleAt(now)])
        }
        const end = History.play(config, steps, (happening) => {
          const { state, now, event, granted } = happening
          if (last !== undefined) compare(state, now)
          if (event._tag === 'Admitted') {
            const ticket = oracle.admit(event.probe, now)
            expect(granted).toBe(ticket !== undefined)
            if (ticket) tickets.push(ticket)
          } else tell(oracle, tickets, happening)
          last = reduce(config)(state, event, now)
          const projected = at(config)(state, now)
          if (projected !== state) seenByTime.add(`${state._tag} to ${projected._tag}`)
          seen.add(`${event._tag} in ${projected._tag}: ${last === state ? 'unchanged' : last._tag}`)
        })
        expect(dataOf(config, end)).toEqual(dataOfMemory(config, oracle.memory))
      }),
      { numRuns: RUNS }
    )
    expect([...seen].sort()).toEqual(TABLE.sort())
    expect([...seenByTime].sort()).toEqual(['HalfOpen to HalfOpen', 'HalfOpen to Open', 'Open to HalfOpen'])
  })

  it('gives the same reference back exactly when nothing changes', () =>
    onEveryEvent((_, { state }, next) => {
      if (next !== state) expect(next).not.toEqual(state)
    }))

  it('ignores an outcome whose permit is not live', () =>
    onEveryEvent((config, { state, event, now }, next) => {
      if ('permit' in event && !isLive(at(config)(state, now), event.permit)) expect(next).toBe(state)
    }))

  it('raises the generation at every change from one state to another and at every reset, and never otherwise', () =>
    onEveryEvent((config, { state, event, now }, next) => {
      const seen = at(config)(state, now)
      if (next === state) return
      if (event._tag === 'Reset' || next._tag !== seen._tag) expect(next.generation).toBeGreaterThan(seen.generation)
      else expect(next.generation).toBe(seen.generation)
      if (seen._tag !== state._tag) expect(seen.generation).toBeGreaterThan(state.generation)
      else expect(seen.generation).toBeGreaterThanOrEqual(state.generation) // a HALF_OPEN circuit loses a late probe
    }))

  it('never has more probes in flight than halfOpenMaxProbes', () =>
    onEveryEvent((config, _, next) => {
      if (next._tag === 'HalfOpen') expect(next.probes.length).toBeLessThanOrEqual(config.halfOpenMaxProbes)
    }))

  it('admits a probe exactly when permit says so', () =>
    onEveryEvent((config, { state, event, granted, now }, next) => {
      if (event._tag === 'Admitted' && at(config)(state, now)._tag === 'HalfOpen') expect(next !== state).toBe(granted)
    }))

  it('survives JSON: decoding what was encoded gives the state back', () =>
    onEveryEvent((_, __, next) => {
      expect(StateCodec.decode(JSON.parse(JSON.stringify(StateCodec.encode(next))))).toEqual(E.right(next))
    }))

  it('never mutates a state or an event', () =>
    onEveryEvent((config, { state, event, now }, next) => {
      expect(reduce(config)(deepFreeze(state), deepFreeze(event), now)).toEqual(next)
    }))

  it('rejects for no longer than the recovery timeout and a second, wherever a step of the clock leads', () =>
    fc.assert(
      fc.property(History.config, History.steps, fc.integer({ min: -200, max: 400 }), (config, steps, leap) => {
        const end = History.play(config, steps, () => undefined)
        const asked = 7 // by the failures of these histories that ask for time
        const timeout = Math.max(History.longestSeconds(config), asked)
        const longest = timeout + 1 + 1e-6 // for rounding
        if (at(config)(end, leap)._tag !== 'Open') return
        const waits = permit(config)(end, leap, 'late')
        expect(E.isLeft(waits) && waits.left.retryAfterSeconds).toBeLessThanOrEqual(longest)
        expect(at(config)(end, leap + longest)._tag).not.toBe('Open')
      }),
      { numRuns: RUNS }
    ))

  it('with probeTimeoutSeconds, is never stuck: time and one healthy caller close it', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(History.configWithProbeTimeout, History.steps, (config, steps) => {
        const now = { seconds: 0 }
        const end = History.play(config, steps, ({ now: seconds }) => (now.seconds = seconds))
        seen.add(end._tag)
        const released = [Ev.isolationEnded, Ev.breakerEnabled].reduce((s, e) => reduce(config)(s, e, now.seconds), end)
        const rounds = (config.halfOpenSuccessThreshold ?? 1) + 1
        const waits = Array.from({ length: rounds }, () => 61 + (config.probeTimeoutSeconds ?? 0)) // longer than any here
        const healed = waits.reduce((state, seconds, i) => {
          now.seconds += seconds
          const id = `healthy ${i}`
          const decision = permit(config)(state, now.seconds, id)
          if (E.isLeft(decision)) return state
          const admitted = reduce(config)(state, Ev.admitted(id), now.seconds)
          return reduce(config)(admitted, Ev.succeeded(decision.right), now.seconds)
        }, released)
        expect(healed._tag).toBe('Closed')
      }),
      { numRuns: RUNS }
    )
    expect([...seen].sort()).toEqual(['Closed', 'Disabled', 'HalfOpen', 'Isolated', 'Open'])
  })

  it('skips the clock only where a success would change nothing', () =>
    onEveryEvent((config, { state, now }) => {
      if (!isHealthy(config, state)) return
      expect(reduce(config)(state, Ev.succeeded(Ev.callPermit(state.generation)), now)).toBe(state)
      expect(reduce(config)(state, Ev.successRecorded, now)).toBe(state)
    }))
})

describe('for any state, event and time at all, the machine', () => {
  const natural = fc.oneof(fc.nat(3), fc.maxSafeNat())
  const id = fc.constantFrom('a', 'b', 'c')
  const seconds = fc.oneof(fc.constantFrom(0, 59.999, 60, -60), fc.double({ noNaN: true, noDefaultInfinity: true }))
  const recovered = fc.record({
    reopenings: natural,
    closedAtSeconds: seconds,
    openSeconds: fc.constantFrom(0, 60, 1e300)
  })
  const window = fc.oneof(
    fc.constantFrom<Window>(countWindow(1), countWindow(17)),
    fc
      .tuple(fc.constantFrom(1e-300, 0.5, 1e300), fc.constantFrom(1, 3))
      .map(([s, slices]): Window => timeWindow(s, slices))
  )
  const ended = fc.record({ failed: fc.boolean(), slow: fc.boolean(), at: seconds })
  const counts: fc.Arbitrary<Counts> = fc.oneof(
    natural.map(consecutive),
    fc
      .tuple(window, fc.array(ended, { maxLength: 40 }))
      .map(([window, calls]) =>
        calls.reduce(
          (counts: Counts, { failed, slow, at }) => window.count(own(window, counts), { failed, slow }, at),
          empty
        )
      )
  )
  const state: fc.Arbitrary<State> = fc.oneof(
    fc.tuple(natural, counts, fc.option(recovered)).map(([g, counts, before]) => closed(g, counts, before)),
    natural.map(isolated),
    natural.map(disabled),
    fc.tuple(natural, seconds, seconds, natural).map(([g, x, y, n]) => open(g, Math.min(x, y), Math.max(x, y), n)),
    fc.tuple(natural, fc.uniqueArray(id), seconds, natural, natural).map(([g, ids, admittedAtSeconds, successes, n]) =>
      halfOpen(
        g,
        ids.map((id) => ({ id, admittedAtSeconds })),
        successes,
        n,
        n
      )
    )
  )
  const held = fc.record({ generation: natural, probe: fc.option(id) })
  const event: fc.Arbitrary<Event> = fc.oneof(
    id.map(Ev.admitted),
    held.map(Ev.succeeded),
    held.map(Ev.failed),
    held.map(Ev.released),
    fc.constantFrom<Event>(...Object.values(History.UNPERMITTED))
  )
  const time = fc.oneof(seconds, fc.constantFrom(NaN, Infinity, -Infinity))

  it('answers, without an exception, the same answer twice, with finite numbers only', () =>
    fc.assert(
      fc.property(History.config, state, event, time, (config, state, event, now) => {
        const next = reduce(config)(state, event, now)
        expect(reduce(config)(state, event, now)).toEqual(next)
        expect(Eq.equals(JSON.parse(JSON.stringify(next)) as State, next)).toBe(true)
        const decision = permit(config)(state, now, 'a')
        if (E.isLeft(decision))
          expect(Number.isFinite(decision.left.retryAfterSeconds)).toBe(decision.left.reason === 'open')
      }),
      { numRuns: RUNS }
    ))

  it('obeys a reset', () =>
    fc.assert(
      fc.property(History.config, state, time, (config, state, now) => {
        expect(reduce(config)(state, Ev.reset, now)).toMatchObject({ _tag: 'Closed', counts: { failures: 0 } })
      }),
      { numRuns: RUNS }
    ))
})

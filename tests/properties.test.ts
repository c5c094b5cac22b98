import { State as StateCodec } from 'breaker-ts/Codec'
import type { Event } from 'breaker-ts/Event'
import * as Ev from 'breaker-ts/Event'
import { at, isHealthy, isLive, permit, reduce } from 'breaker-ts/Reducer'
import type { State } from 'breaker-ts/State'
import { circuitState, closed, disabled, halfOpen, isolated, open } from 'breaker-ts/State'
import * as fc from 'fast-check'
import * as E from 'fp-ts/Either'

import * as History from './support/history'
import type { Ticket } from './support/oracle'
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

const dataOf = (state: State) => {
  switch (state._tag) {
    case 'Closed':
      return { lifecycle: 'closed', failures: state.counts.failures }
    case 'Open':
      return { lifecycle: 'open', openedAt: state.openedAtSeconds, retryAt: state.retryAtSeconds }
    case 'HalfOpen':
      return {
        lifecycle: 'half_open',
        probes: state.probes.map(({ id, admittedAtSeconds }) => [id, admittedAtSeconds]),
        successes: state.successes
      }
    case 'Isolated':
      return { lifecycle: 'isolated' }
    case 'Disabled':
      return { lifecycle: 'disabled' }
  }
}

const dataOfOracle = (oracle: Oracle) => {
  switch (oracle.lifecycle) {
    case 'closed':
      return { lifecycle: 'closed', failures: oracle.failures }
    case 'open':
      return { lifecycle: 'open', openedAt: oracle.openedAt, retryAt: oracle.retryAt }
    case 'half_open':
      return { lifecycle: 'half_open', probes: [...oracle.probes], successes: oracle.successes }
    default:
      return { lifecycle: oracle.lifecycle }
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
      return ticket && oracle.succeed(ticket)
    case 'Failed':
      return ticket && oracle.fail(ticket, now)
    case 'Released':
      return ticket && oracle.release(ticket)
    case 'SuccessRecorded':
      return oracle.recordSuccess(now)
    case 'FailureRecorded':
      return oracle.recordFailure(now)
    case 'Reset':
      return oracle.reset()
    case 'IsolationStarted':
      return oracle.isolate()
    case 'IsolationEnded':
      return oracle.endIsolation()
    case 'BreakerDisabled':
      return oracle.disable()
    case 'BreakerEnabled':
      return oracle.enable()
  }
}

/** Every cell of rules 1 to 3 in docs/semantics.md, with each way it can end. */
const TABLE = Object.entries({
  Admitted: { Closed: '-', Open: '-', HalfOpen: 'HalfOpen -', Isolated: '-', Disabled: '-' },
  Succeeded: { Closed: 'Closed -', Open: '-', HalfOpen: 'HalfOpen Closed -', Isolated: '-', Disabled: '-' },
  Failed: { Closed: 'Closed Open -', Open: '-', HalfOpen: 'Open -', Isolated: '-', Disabled: '-' },
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
    fc.assert(
      fc.property(History.config, History.steps, (config, steps) => {
        const oracle = new Oracle(config)
        const tickets: Array<Ticket> = []
        let last: State | undefined
        const compare = (state: State, now: number) => {
          expect(dataOf(state)).toEqual(dataOfOracle(oracle))
          expect(circuitState(at(state, now))).toBe(NAMES[oracle.lifecycleAt(now)])
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
          seen.add(`${event._tag} in ${at(state, now)._tag}: ${last === state ? 'unchanged' : last._tag}`)
        })
        expect(dataOf(end)).toEqual(dataOfOracle(oracle))
      }),
      { numRuns: RUNS }
    )
    expect([...seen].sort()).toEqual(TABLE.sort())
  })

  it('gives the same reference back exactly when nothing changes', () =>
    onEveryEvent((_, { state }, next) => {
      if (next !== state) expect(next).not.toEqual(state)
    }))

  it('ignores an outcome whose permit is not live', () =>
    onEveryEvent((_, { state, event, now }, next) => {
      if ('permit' in event && !isLive(at(state, now), event.permit)) expect(next).toBe(state)
    }))

  it('raises the generation at every change from one state to another and at every reset, and never otherwise', () =>
    onEveryEvent((_, { state, event, now }, next) => {
      const seen = at(state, now)
      if (next === state) return
      if (event._tag === 'Reset' || next._tag !== seen._tag) expect(next.generation).toBeGreaterThan(seen.generation)
      else expect(next.generation).toBe(seen.generation)
      if (seen !== state) expect(seen.generation).toBeGreaterThan(state.generation)
    }))

  it('never has more probes in flight than halfOpenMaxProbes', () =>
    onEveryEvent((config, _, next) => {
      if (next._tag === 'HalfOpen') expect(next.probes.length).toBeLessThanOrEqual(config.halfOpenMaxProbes)
    }))

  it('admits a probe exactly when permit says so', () =>
    onEveryEvent((_, { state, event, granted, now }, next) => {
      if (event._tag === 'Admitted' && at(state, now)._tag === 'HalfOpen') expect(next !== state).toBe(granted)
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
        const longest = config.recoveryTimeoutSeconds + 1 + 1e-6 // for rounding
        if (at(end, leap)._tag !== 'Open') return
        const waits = permit(config)(end, leap, 'late')
        expect(E.isLeft(waits) && waits.left.retryAfterSeconds).toBeLessThanOrEqual(longest)
        expect(at(end, leap + longest)._tag).not.toBe('Open')
      }),
      { numRuns: RUNS }
    ))

  it('skips the clock only where a success would change nothing', () =>
    onEveryEvent((config, { state, now }) => {
      if (!isHealthy(state)) return
      expect(reduce(config)(state, Ev.succeeded(Ev.callPermit(state.generation)), now)).toBe(state)
      expect(reduce(config)(state, Ev.successRecorded, now)).toBe(state)
    }))
})

describe('for any state, event and time at all, the machine', () => {
  const natural = fc.oneof(fc.nat(3), fc.maxSafeNat())
  const id = fc.constantFrom('a', 'b', 'c')
  const seconds = fc.oneof(fc.constantFrom(0, 59.999, 60, -60), fc.double({ noNaN: true, noDefaultInfinity: true }))
  const state: fc.Arbitrary<State> = fc.oneof(
    fc.tuple(natural, natural).map(([g, failures]) => closed(g, { _tag: 'Consecutive', failures })),
    natural.map(isolated),
    natural.map(disabled),
    fc.tuple(natural, seconds, seconds).map(([g, x, y]) => open(g, Math.min(x, y), Math.max(x, y))),
    fc.tuple(natural, fc.uniqueArray(id), seconds, natural).map(([g, ids, admittedAtSeconds, successes]) =>
      halfOpen(
        g,
        ids.map((id) => ({ id, admittedAtSeconds })),
        successes
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
        expect(JSON.stringify(next)).not.toContain('null')
        const decision = permit(config)(state, now, 'a')
        const waits = E.isLeft(decision) && decision.left.reason !== 'isolated'
        if (waits) expect(Number.isFinite(decision.left.retryAfterSeconds)).toBe(true)
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

import type { Counts } from 'breaker-ts/Counts'
import { consecutive, empty } from 'breaker-ts/Counts'
import type { Event } from 'breaker-ts/Event'
import * as Ev from 'breaker-ts/Event'
import type { Circuit } from 'breaker-ts/RecoveryPolicy'
import { constant } from 'breaker-ts/RecoveryPolicy'
import { at, isHealthy, isLive, permit, reduce } from 'breaker-ts/Reducer'
import type { State } from 'breaker-ts/State'
import { closed, disabled, halfOpen, initial, isolated, open } from 'breaker-ts/State'
import * as E from 'fp-ts/Either'

import { configOf } from './support/config'

const half = halfOpen(2, [{ id: 'a', admittedAtSeconds: 60 }], 0)

// The stories are in tests/transcripts, the laws in tests/properties.test.ts.
describe('Reducer', () => {
  it.each([undefined, null, { generation: 9, probe: null }])(
    'asks only an outcome for its permit, whatever else holds one: %j',
    (stray) => {
      const step = reduce(configOf({ failureThreshold: 5 }))
      const withStray = (event: Event) => ({ ...event, permit: stray }) as Event
      expect(step(halfOpen(2, [], 0), withStray(Ev.reset), 0)).toEqual(closed(3, empty))
      expect(step(halfOpen(2, [], 0), withStray(Ev.successRecorded), 0)).toEqual(closed(3, empty))
      expect(step(initial, withStray(Ev.failureRecorded), 0)).toEqual(closed(0, consecutive(1)))
    }
  )

  it('leaves the state alone at an event it does not know, from a newer version for example', () => {
    const unknown = { _tag: 'Throttled' } as unknown as Event
    for (const state of [initial, open(1, 0, 60), half, isolated(1), disabled(1)]) {
      expect(reduce(configOf())(state, unknown, 10)).toBe(state)
    }
  })

  it('restarts the timeout of a circuit that was opened under other settings, even where the deadline stays', () => {
    const restart = reduce(configOf({ recoveryTimeoutSeconds: 50 }))
    expect(restart(open(1, 0, 60), Ev.failureRecorded, 10)).toEqual(open(1, 10, 60))
    expect(restart(open(1, 10, 70), Ev.failureRecorded, 10)).toEqual(open(1, 10, 60))
  })

  it('tells a recovery policy which breaker it is for, and which generation', () => {
    const asked: Array<unknown> = []
    const recoveryTimeoutSeconds = (reopenings: number, circuit: Circuit) => (asked.push([reopenings, circuit]), 30)
    const config = configOf({ name: 'payments', failureThreshold: 1, recoveryTimeoutSeconds })
    asked.splice(0) // the check of the settings has asked too
    expect(reduce(config)(initial, Ev.failureRecorded, 0)).toEqual(open(1, 0, 30))
    expect(asked).toEqual([[0, { name: 'payments', generation: 1 }]])
  })

  it('counts a reopening within the open period before, also where the clock went back by up to a second since', () => {
    const config = configOf({ failureThreshold: 1, recoveryTimeoutSeconds: constant(30) })
    const recovered = { reopenings: 2, closedAtSeconds: 100, openSeconds: 30 }
    const reopenings = [98.9, 99, 99.5, 100, 129.9, 130].map((now) => {
      const next = reduce(config)(closed(4, empty, recovered), Ev.failureRecorded, now)
      return next._tag === 'Open' && next.reopenings
    })
    expect(reopenings).toEqual([0, 3, 3, 3, 3, 0])
  })

  it('gives back what it was given, not a copy, when at changes nothing', () => {
    for (const state of [initial, open(1, 0, 60), half]) expect(at(configOf())(state, 59.5)).toBe(state)
  })

  it('names a finite time to wait, or lets a probe find out, however far apart the times of a stored state are', () => {
    const ages = open(1, -Number.MAX_VALUE, Number.MAX_VALUE)
    expect(at(configOf())(ages, -Number.MAX_VALUE)._tag).toBe('HalfOpen')
    expect(permit(configOf())(ages, 0, 'a')).toEqual(E.left({ reason: 'open', retryAfterSeconds: Number.MAX_VALUE }))
  })

  it('tells a live permit from one that no longer counts', () => {
    expect(isLive(initial, Ev.callPermit(0))).toBe(true)
    expect(isLive(initial, Ev.callPermit(1))).toBe(false)
    expect(isLive(initial, Ev.probePermit(0, 'a'))).toBe(false)
    expect(isLive(open(1, 0, 60), Ev.callPermit(1))).toBe(false)
    expect(isLive(half, Ev.probePermit(2, 'a'))).toBe(true)
    expect(isLive(half, Ev.probePermit(2, 'b'))).toBe(false)
    expect(isLive(half, Ev.probePermit(1, 'a'))).toBe(false)
    expect(isLive(half, Ev.callPermit(2))).toBe(false)
  })

  it('grants a call of a CLOSED or disabled circuit the permit of its generation', () => {
    for (const state of [closed(3, empty), disabled(3)])
      expect(permit(configOf())(state, 0, 'a')).toEqual(E.right(Ev.callPermit(3)))
  })

  it('grants a probe only to an id that is not in flight', () => {
    const ask = permit(configOf({ halfOpenMaxProbes: 2 }))
    expect(ask(half, 61, 'b')).toEqual(E.right(Ev.probePermit(2, 'b')))
    expect(ask(half, 61, 'a')).toEqual(E.left({ reason: 'half_open' }))
  })

  it('calls healthy only a circuit that a success leaves alone because it is closed or disabled', () => {
    const isFine = (state: State) => isHealthy(configOf(), state)
    expect([initial, disabled(1)].every(isFine)).toBe(true)
    expect([closed(0, consecutive(1)), open(1, 0, 60), half, isolated(1)].some(isFine)).toBe(false)
  })

  it('says so when a trip function throws, rather than to guess', () => {
    const trip = (counts: Counts) => {
      if (counts.failures > 1) throw new Error('boom')
      return false
    }
    expect(() => reduce(configOf({ trip }))(closed(0, consecutive(1)), Ev.failureRecorded, 0)).toThrow('boom')
  })

  it('opens at a probe that has timed out, though more failures are stored than the settings bear now', () => {
    const config = configOf({ halfOpenMaxFailures: 1, probeTimeoutSeconds: 10 })
    expect(at(config)(halfOpen(2, [{ id: 'a', admittedAtSeconds: 0 }], 0, 3), 10)).toEqual(open(3, 10, 70))
  })

  it('opens when the probe that is one too many timed out, by the time of admission and not by the place in the list', () => {
    const look = (halfOpenMaxFailures: number, admitted: ReadonlyArray<number>) =>
      at(configOf({ halfOpenMaxProbes: 3, halfOpenMaxFailures, probeTimeoutSeconds: 5 }))(
        halfOpen(
          2,
          admitted.map((admittedAtSeconds, i) => ({ id: `p${i}`, admittedAtSeconds })),
          0
        ),
        20
      )
    expect([0, 1, 2].map((failures) => look(failures, [10, 9.5, 10]))).toEqual([
      open(3, 14.5, 74.5),
      open(3, 15, 75),
      open(3, 15, 75)
    ])
    expect(look(3, [10, 9.5, 10])).toEqual(halfOpen(2, [], 0, 3))
  })

  it('keeps a probe that was admitted up to a second from now, by a clock that has gone back', () => {
    const look = at(configOf({ probeTimeoutSeconds: 5 }))
    const admitted = (admittedAtSeconds: number) => halfOpen(2, [{ id: 'a', admittedAtSeconds }], 0)
    expect(look(admitted(11), 10)).toEqual(admitted(11))
    expect(look(admitted(11.1), 10)).toEqual(halfOpen(2, [], 0))
  })
})

import { consecutive } from 'breaker-ts/Counts'
import type { Event } from 'breaker-ts/Event'
import * as Ev from 'breaker-ts/Event'
import { exponential } from 'breaker-ts/RecoveryPolicy'
import { isLive, permit, reduce } from 'breaker-ts/Reducer'
import type { SnapshotError } from 'breaker-ts/Snapshot'
import { restore, snapshot } from 'breaker-ts/Snapshot'
import type { State } from 'breaker-ts/State'
import { closed, disabled, halfOpen, initial, isolated, open } from 'breaker-ts/State'
import { failureRate } from 'breaker-ts/TripStrategy'
import { countWindow, timeWindow } from 'breaker-ts/Window'
import * as fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { configOf } from './support/config'

const WALL = 1_700_000_000
const through = (state: State, now: number, later: number, elapsed: number) =>
  restore(JSON.parse(JSON.stringify(snapshot(state, now, WALL))), later, WALL + elapsed)
const messageOf = (result: E.Either<SnapshotError, State>) => (E.isLeft(result) ? result.left.message : 'restored')

describe('a snapshot', () => {
  it.each([
    ['open', open(1, 500, 560, 2), open(1, -39, 21, 2)],
    ['closed', closed(4, consecutive(2)), closed(4, consecutive(2))],
    [
      'recovered',
      closed(4, consecutive(0), { reopenings: 1, closedAtSeconds: 510, openSeconds: 60 }),
      closed(4, consecutive(0), { reopenings: 1, closedAtSeconds: -29, openSeconds: 60 })
    ],
    ['isolated', isolated(3), isolated(3)],
    ['disabled', disabled(3), disabled(3)],
    ['half open', halfOpen(2, [{ id: 'a', admittedAtSeconds: 515 }], 1, 1), halfOpen(2, [], 1, 1)]
  ])('brings a state that is %s onto the clock of another process, time stopped included', (_, before, after) => {
    // saved at 520; half a minute later in a process whose clock stands at 11
    expect(through(before, 520, 11, 30)).toEqual(E.right(after))
  })

  it('counts the time stopped towards the recovery timeout', () => {
    const ask = permit(configOf())
    const restored = through(open(1, 500, 560), 520, 0, 40)
    expect(E.isRight(restored) && ask(restored.right, 0, 'a')).toEqual(E.right(Ev.probePermit(2, 'a')))
  })

  it('takes no time to have passed where the wall clock has gone back', () => {
    expect(through(open(1, 500, 560), 520, 0, -100)).toEqual(E.right(open(1, -20, 40)))
  })

  it('makes the late result of a probe that was in flight worthless', () => {
    const restored = through(halfOpen(2, [{ id: 'a', admittedAtSeconds: 515 }], 0), 520, 0, 1)
    expect(E.isRight(restored) && isLive(restored.right, Ev.probePermit(2, 'a'))).toBe(false)
  })

  it('is refused with a clear word when it is damaged, of a newer format or too old', () => {
    const saved = snapshot(open(1, 500, 560), 520, WALL)
    expect(messageOf(restore('{', 0, WALL))).toBe('The snapshot cannot be restored: given "{", expected an object')
    expect(messageOf(restore({ ...saved, format: 'breaker-ts/2' }, 0, WALL))).toBe(
      'The snapshot cannot be restored: format: given "breaker-ts/2", expected "breaker-ts/1"'
    )
    expect(messageOf(restore({ ...saved, state: { ...saved.state, generation: -1 } }, 0, WALL))).toContain(
      'state.generation: given -1'
    )
    expect(messageOf(restore(saved, 0, WALL + 86_401))).toBe(
      'The snapshot cannot be restored: savedAtSeconds: given an age of 86401 s, expected at most 86400 s old'
    )
    expect(messageOf(restore(saved, 0, WALL + 61, 60))).toContain('expected at most 60 s old')
    expect(messageOf(restore(saved, 0, WALL + 86_400))).toBe('restored')
    expect(messageOf(restore(saved, 0, NaN))).toContain('an age of NaN s')
    expect(messageOf(restore(saved, Infinity, WALL))).toContain('now: given Infinity, expected a finite number')
    expect(messageOf(restore({ ...saved, state: open(1, 1e308, 1.5e308) }, 1e308, WALL))).toContain('given Infinity')
    expect(messageOf(restore({ format: 'breaker-ts/2' }, 0, WALL))).not.toContain('state')
  })

  it('never throws, and never gives back what is no state, whatever it is given', () =>
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), fc.anything(), (u, state) => {
        expect(E.isLeft(restore(u, 0, WALL))).toBe(true)
        restore({ format: 'breaker-ts/1', savedAtSeconds: WALL, state }, 0, WALL)
      })
    ))
})

describe('the behaviour after restore(snapshot(state))', () => {
  // Times are multiples of 1/4, so that no clock rounds them otherwise than another.
  const config = fc
    .record({
      policy: fc.constantFrom(
        { failureThreshold: 2 },
        { window: countWindow(4), trip: failureRate(0.5, 2) },
        { window: timeWindow(8, 4), trip: failureRate(0.5, 2) }
      ),
      recoveryTimeoutSeconds: fc.constantFrom(4, exponential({ initial: 1, factor: 2, max: 8 })),
      probeTimeoutSeconds: fc.constantFrom(undefined, 2),
      halfOpenMaxProbes: fc.constantFrom(1, 2)
    })
    .map(({ policy, ...rest }) => configOf({ ...policy, ...rest }))
  const step = fc.record({
    wait: fc.nat(20).map((quarters) => quarters / 4),
    outcome: fc.constantFrom<'succeeded' | 'failed' | 'released' | 'hang'>(
      'succeeded',
      'failed',
      'failed',
      'released',
      'hang'
    )
  })
  const steps = fc.array(step, { maxLength: 30 })

  const run = (
    config: Parameters<typeof reduce>[0],
    from: State,
    start: number,
    path: ReadonlyArray<{ wait: number; outcome: 'succeeded' | 'failed' | 'released' | 'hang' }>
  ) => {
    const said: Array<unknown> = []
    let state = from
    let now = start
    path.forEach(({ wait, outcome }, i) => {
      now += wait
      const decision = permit(config)(state, now, `p${i}`)
      said.push(decision)
      if (E.isLeft(decision)) return
      const dispatch = (event: Event) => (state = reduce(config)(state, event, now))
      dispatch(Ev.admitted(`p${i}`))
      if (outcome !== 'hang') dispatch(Ev[outcome](decision.right))
      said.push(state._tag, state.generation)
    })
    return { said, state, now }
  }

  it('is the behaviour without, but for the probes that were in flight', () =>
    fc.assert(
      fc.property(
        config,
        steps,
        steps,
        fc.nat(40),
        fc.integer({ min: -4000, max: 4000 }),
        (config, before, after, stopped, shift) => {
          const { state, now } = run(config, initial, 100, before)
          const alone = state._tag === 'HalfOpen' ? { ...state, probes: [] } : state
          const elapsed = stopped / 4
          const restored = through(state, now, now + elapsed + shift / 4, elapsed)
          if (E.isLeft(restored)) throw new Error(restored.left.message)
          expect(run(config, restored.right, now + elapsed + shift / 4, after).said).toEqual(
            run(config, alone, now + elapsed, after).said
          )
        }
      ),
      { numRuns: 500 }
    ))
})

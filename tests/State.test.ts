import { State as StateCodec } from 'breaker-ts/Codec'
import { consecutive, empty } from 'breaker-ts/Counts'
import type { State } from 'breaker-ts/State'
import {
  CircuitState,
  circuitState,
  closed,
  disabled,
  Eq,
  halfOpen,
  initial,
  isolated,
  open,
  Show
} from 'breaker-ts/State'
import * as E from 'fp-ts/Either'

const probe = { id: 'a', admittedAtSeconds: 70 }

// No two of these are equal.
const STATES: ReadonlyArray<State> = [
  closed(0, empty),
  closed(1, empty),
  closed(0, consecutive(1)),
  closed(0, empty, { reopenings: 0, closedAtSeconds: 10, openSeconds: 60 }),
  open(0, 10, 70),
  open(1, 10, 70),
  open(0, 11, 70),
  open(0, 10, 71),
  halfOpen(0, [], 0),
  halfOpen(1, [], 0),
  halfOpen(0, [], 1),
  halfOpen(0, [probe], 0),
  halfOpen(0, [{ ...probe, id: 'b' }], 0),
  halfOpen(0, [{ ...probe, admittedAtSeconds: 71 }], 0),
  halfOpen(0, [probe, { ...probe, id: 'b' }], 0),
  isolated(0),
  isolated(1),
  disabled(0)
]

describe('State.Eq', () => {
  it('takes two states for equal exactly when they hold the same data', () => {
    STATES.forEach((x, i) => {
      STATES.forEach((y, j) => {
        expect(Eq.equals(x, y)).toBe(i === j)
        expect(Eq.equals(x, JSON.parse(JSON.stringify(y)) as State)).toBe(i === j)
      })
    })
  })
})

describe('State.Show', () => {
  it('says in a line what a state is and what matters in it', () => {
    expect(
      [closed(0, consecutive(1)), open(1, 10, 70), halfOpen(2, [probe], 1), isolated(3), disabled(4)].map(Show.show)
    ).toEqual([
      'CLOSED #0, 1 failures in 1 calls',
      'OPEN #1 since 10 s, until 70 s',
      'HALF_OPEN #2, 1 probes in flight, 1 successful',
      'ISOLATED #3',
      'DISABLED #4'
    ])
  })
})

describe('a state', () => {
  it('is plain data that survives JSON', () => {
    for (const state of STATES) {
      expect(StateCodec.decode(JSON.parse(JSON.stringify(state)))).toEqual(E.right(state))
    }
  })

  it('has one of three lifecycle names', () => {
    expect(CircuitState).toEqual({ CLOSED: 'closed', OPEN: 'open', HALF_OPEN: 'half_open' })
    expect([initial, open(1, 0, 60), halfOpen(2, [], 0), isolated(3), disabled(4)].map(circuitState)).toEqual([
      'closed',
      'open',
      'half_open',
      'open',
      'closed'
    ])
  })

  it('is CLOSED in the beginning, with nothing counted', () => {
    expect(initial).toEqual(closed(0, empty))
  })
})

/**
 * What every breaker in a process shares cannot be changed by code that mutates.
 */
import * as Ev from 'breaker-ts/Event'
import * as Outcome from 'breaker-ts/Outcome'
import { initial } from 'breaker-ts/State'
import * as Window from 'breaker-ts/Window'

const shared = {
  'the state that every breaker starts from': initial,
  'the counts of an empty count window': Window.countWindow(100).empty,
  'the counts of an empty time window': Window.timeWindow(10).empty,
  'the window of failures in a row': Window.consecutive,
  ...Object.fromEntries(Object.entries(Ev).filter(([, event]) => typeof event === 'object')),
  ...Object.fromEntries(Object.entries(Outcome).filter(([, outcome]) => typeof outcome === 'object'))
}

const isFrozen = (u: unknown): boolean =>
  typeof u !== 'object' || u === null || (Object.isFrozen(u) && Object.values(u).every(isFrozen))

describe('a value that all breakers share', () => {
  it.each(Object.entries(shared))('is deeply frozen: %s', (_, value) => expect(isFrozen(value)).toBe(true))

  it('keeps a store that mutates from opening the circuits of other breakers', () => {
    expect(() => Object.assign(initial, { _tag: 'Open' })).toThrow(TypeError)
    expect(initial._tag).toBe('Closed')
  })
})

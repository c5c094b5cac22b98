import { consecutive } from 'breaker-ts/Counts'
import { failureRecorded, successRecorded } from 'breaker-ts/Event'
import { closed, initial, open } from 'breaker-ts/State'
import { inMemory } from 'breaker-ts/Store'

import { configOf } from './support/config'

describe('Store.inMemory', () => {
  it('starts CLOSED, and applies the reducer at each dispatch', () => {
    const store = inMemory(configOf({ failureThreshold: 1 }))
    expect(store.getState()).toBe(initial)
    store.dispatch(successRecorded, 0)
    expect(store.getState()).toBe(initial)
    store.dispatch(failureRecorded, 5)
    expect(store.getState()).toEqual(open(1, 5, 65))
  })

  it('starts from a given state', () => {
    const state = closed(7, consecutive(2))
    expect(inMemory(configOf(), state).getState()).toBe(state)
  })
})

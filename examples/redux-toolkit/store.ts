/**
 * The store of the page: a breaker's state beside the page's own, and the last actions for show.
 */
import type { PayloadAction } from '@reduxjs/toolkit'
import { configureStore, createSlice } from '@reduxjs/toolkit'
import { AsyncCircuitBreaker } from 'breaker-ts/AsyncCircuitBreaker'
import { make } from 'breaker-ts/Config'
import { createReducer, selectors, storeOf } from 'breaker-ts/Redux'
import { either as E } from 'fp-ts'

const config = (() => {
  const made = make({ name: 'prices', failureThreshold: 3, recoveryTimeoutSeconds: 3, probeTimeoutSeconds: 2 })
  if (E.isLeft(made)) throw made.left
  return made.right
})()

export type Outcome = 'answered' | 'failed' | 'rejected'

const calls = createSlice({
  name: 'calls',
  initialState: { answered: 0, failed: 0, rejected: 0 },
  reducers: {
    ended: (state, { payload }: PayloadAction<Outcome>) => ({ ...state, [payload]: state[payload] + 1 })
  }
})

const actions = (last: ReadonlyArray<string> = [], { type }: { readonly type: string }): ReadonlyArray<string> =>
  type.startsWith('circuitBreaker/') ? [type, ...last].slice(0, 8) : last

export const store = configureStore({
  reducer: { breaker: createReducer(config), calls: calls.reducer, actions }
})

export const { ended } = calls.actions
export const { selectCircuitState, selectRetryAfterSeconds } = selectors(config)

export const breaker = new AsyncCircuitBreaker({
  ...config,
  store: storeOf(store, (root) => root.breaker, config.name)
})

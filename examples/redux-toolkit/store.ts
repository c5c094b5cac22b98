/**
 * The store of the page: a slice of two breakers beside the page's own, and the last actions for show.
 */
import type { PayloadAction } from '@reduxjs/toolkit'
import { configureStore, createSlice } from '@reduxjs/toolkit'
import { createBreakers } from 'breaker-ts/Redux'

const { reducer, selectors, breakersOf } = createBreakers({
  prices: { failureThreshold: 3, recoveryTimeoutSeconds: 3, probeTimeoutSeconds: 2 },
  users: { failureThreshold: 2, recoveryTimeoutSeconds: 5, probeTimeoutSeconds: 2 }
})

export const services = ['prices', 'users'] as const
export type Service = (typeof services)[number]
export type Outcome = 'answered' | 'failed' | 'rejected'

const none: Readonly<Record<Outcome, number>> = { answered: 0, failed: 0, rejected: 0 }
const initialState: Readonly<Record<Service, typeof none>> = { prices: none, users: none }

const calls = createSlice({
  name: 'calls',
  initialState,
  reducers: {
    ended: (state, { payload: { service, outcome } }: PayloadAction<{ service: Service; outcome: Outcome }>) => {
      state[service][outcome]++
    }
  }
})

const actions = (last: ReadonlyArray<string> = [], { type }: { readonly type: string }): ReadonlyArray<string> =>
  type.startsWith('circuitBreaker/') ? [type, ...last].slice(0, 8) : last

export const store = configureStore({ reducer: { breakers: reducer, calls: calls.reducer, actions } })

export const { ended } = calls.actions
export { selectors }
export const breakers = breakersOf(store, (root) => root.breakers)

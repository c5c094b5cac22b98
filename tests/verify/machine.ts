// What is under test, as a record: so that a copy of the machine with a defect can be searched as well.
import * as Codec from 'breaker-ts/Codec'
import * as Reducer from 'breaker-ts/Reducer'
import * as State from 'breaker-ts/State'

export interface Machine {
  readonly initial: State.State
  readonly reduce: typeof Reducer.reduce
  readonly permit: typeof Reducer.permit
  readonly at: typeof Reducer.at
  readonly isLive: typeof Reducer.isLive
  readonly codecs: Pick<typeof Codec, 'Settings' | 'State' | 'Permit' | 'Event'>
}

interface Modules {
  readonly Codec: typeof Codec
  readonly Reducer: typeof Reducer
  readonly State: typeof State
}

export const machineOf = (modules: Modules): Machine => ({
  initial: modules.State.initial,
  reduce: modules.Reducer.reduce,
  permit: modules.Reducer.permit,
  at: modules.Reducer.at,
  isLive: modules.Reducer.isLive,
  codecs: modules.Codec
})

export const machine: Machine = machineOf({ Codec, Reducer, State })

// What is under test, as a record: so that a copy of the machine with a defect can be searched as well.
import * as Codec from 'breaker-ts/Codec'
import * as Config from 'breaker-ts/Config'
import * as RecoveryPolicy from 'breaker-ts/RecoveryPolicy'
import * as Reducer from 'breaker-ts/Reducer'
import * as State from 'breaker-ts/State'

export interface Machine {
  readonly make: typeof Config.make
  readonly exponential: typeof RecoveryPolicy.exponential
  readonly initial: State.State
  readonly reduce: typeof Reducer.reduce
  readonly permit: typeof Reducer.permit
  readonly at: typeof Reducer.at
  readonly isLive: typeof Reducer.isLive
  readonly codecs: Pick<typeof Codec, 'State' | 'Permit' | 'Event'>
}

interface Modules {
  readonly Codec: typeof Codec
  readonly Config: typeof Config
  readonly RecoveryPolicy: typeof RecoveryPolicy
  readonly Reducer: typeof Reducer
  readonly State: typeof State
}

export const machineOf = (modules: Modules): Machine => ({
  make: modules.Config.make,
  exponential: modules.RecoveryPolicy.exponential,
  initial: modules.State.initial,
  reduce: modules.Reducer.reduce,
  permit: modules.Reducer.permit,
  at: modules.Reducer.at,
  isLive: modules.Reducer.isLive,
  codecs: modules.Codec
})

export const machine: Machine = machineOf({ Codec, Config, RecoveryPolicy, Reducer, State })

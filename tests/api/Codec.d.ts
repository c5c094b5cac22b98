// src/data/Codec.ts
import * as t from 'io-ts'
import type { Action as Actions } from '../core/Action'
import type * as Configs from '../core/Config'
import type { Counts } from '../core/Counts'
import type * as Events from '../core/Event'
import type * as States from '../core/State'
import type * as Data from './SettingsData'
export type SettingsData = Data.SettingsData
export type WindowData = Data.WindowData
export type TripData = Data.TripData
export type RecoveryData = Data.RecoveryData
export declare const Settings: t.Type<Configs.Config, SettingsData, unknown>
export declare const stateOf: <C extends Counts>(
  own: t.Type<C, unknown, unknown>
) => t.Type<States.State, States.State, unknown>
export declare const State: t.Type<States.State, States.State, unknown>
export declare const Permit: t.Type<Events.Permit, Events.Permit, unknown>
export declare const Event: t.Type<Events.Event, Events.Event, unknown>
export declare const Action: t.Type<Actions, Actions, unknown>

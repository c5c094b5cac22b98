// src/data/Snapshot.ts
import type { Either } from 'fp-ts/Either'
import * as t from 'io-ts'
import type { Problem } from '../core/InvalidSettings'
import type * as Saved from '../core/Saved'
import type * as States from '../core/State'
import type { Restore, RestoreAll } from '../shell/Session'
export type Snapshot = Saved.Snapshot
export interface SnapshotError {
  readonly _tag: 'SnapshotError'
  readonly message: string
  readonly problems: ReadonlyArray<Problem>
}
export declare const snapshot: (state: States.State, now: number, wallNowSeconds: number) => Snapshot
export declare const restore: (
  saved: unknown,
  now: number,
  wallNowSeconds: number,
  maxAgeSeconds?: number,
  states?: t.Type<States.State, unknown, unknown>
) => Either<SnapshotError, States.State>
export declare const from: (
  saved: unknown,
  maxAgeSeconds?: number,
  states?: t.Type<States.State, unknown, unknown>
) => Restore
export declare const fromRegistry: (
  saved: unknown,
  maxAgeSeconds?: number,
  states?: t.Type<States.State, unknown, unknown>
) => RestoreAll

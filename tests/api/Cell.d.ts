// src/stores/Cell.ts
import type { Task } from 'fp-ts/Task'
import type { TaskEither } from 'fp-ts/TaskEither'
import type { Clock } from '../shell/Clock'
export interface Reading {
  readonly version: string
  readonly value: string | undefined
  readonly writer: string
  readonly nowSeconds: number
}
export interface Committed extends Reading {
  readonly applied: boolean
}
export interface Cell {
  readonly read: (key: string) => TaskEither<unknown, Reading>
  readonly compareAndSet: (
    key: string,
    expected: string,
    value: string,
    writer: string,
    ttlSeconds: number
  ) => TaskEither<unknown, Committed>
  readonly subscribe: (
    key: string,
    onPush: (reading: Reading) => void,
    onGap: () => void
  ) => TaskEither<unknown, Task<void>>
}
export declare const memoryCell: (clock?: Clock) => Cell

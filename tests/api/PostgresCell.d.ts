// src/stores/PostgresCell.ts
import type { Cell } from './Cell'
export interface PostgresPool {
  readonly totalCount: number
  readonly options?: {
    readonly max?: number | undefined
  }
  query(
    text: string,
    values: Array<unknown>
  ): Promise<{
    readonly rows: ReadonlyArray<unknown>
  }>
  connect(): Promise<PostgresClient>
}
export interface PostgresClient {
  query(
    text: string,
    values: Array<unknown>
  ): Promise<{
    readonly rows: ReadonlyArray<unknown>
  }>
  on(event: string, listener: (given: never) => void): unknown
  release(destroy?: boolean): void
  unref?(): void
}
export declare const table =
  'CREATE TABLE IF NOT EXISTS circuit_breakers (\n  key text PRIMARY KEY,\n  version bigint NOT NULL,\n  value text NOT NULL,\n  writer text NOT NULL,\n  expires_at timestamptz NOT NULL\n)'
export declare const postgresCell: (pool: PostgresPool) => Cell

// src/shell/CircuitOpenError.ts
import type { Rejection } from '../core/Reducer'
export interface CircuitOpen {
  readonly _tag: 'CircuitOpenError'
  readonly message: string
  readonly breaker: string
  readonly reason: Rejection['reason']
  readonly retryAfterSeconds?: number
}
declare const Frameless: new () => Error
export declare class CircuitOpenError extends Frameless {
  readonly breaker: string
  readonly reason: Rejection['reason']
  readonly retryAfterSeconds?: number | undefined
  readonly _tag = 'CircuitOpenError'
  readonly message: string
  readonly name: 'CircuitOpenError'
  constructor(breaker: string, reason: Rejection['reason'], retryAfterSeconds?: number | undefined)
  toJSON(): CircuitOpen
  get stack(): string
  set stack(stack: string)
}
export declare const isCircuitOpenError: (u: unknown) => u is CircuitOpenError
export {}

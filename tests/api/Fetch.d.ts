// src/http/Fetch.ts
import type { RegistrySettings } from '../stores/Registry'
import { Registry } from '../stores/Registry'
import type * as Requests from './Requests'
export type FetchLike = (...args: ReadonlyArray<never>) => PromiseLike<ResponseLike>
export interface ResponseLike {
  readonly status: number
  readonly headers: {
    readonly get: (name: string) => string | null
  }
}
export type RequestUrl = Requests.RequestUrl
export interface FetchOptions<F extends FetchLike> {
  readonly key?: ((url: RequestUrl, ...args: Parameters<F>) => string) | undefined
  readonly failed?: ((response: Awaited<ReturnType<F>>) => boolean) | undefined
  readonly until?: 'headers' | 'body' | undefined
  readonly whenOpen?: 'throw' | 'response' | undefined
}
export declare class ResponseError extends Error {
  readonly status: number
  readonly retryAfterSeconds?: number | undefined
  readonly name = 'ResponseError'
  constructor(status: number, retryAfterSeconds?: number | undefined)
}
export declare const protectFetch: <F extends FetchLike>(
  fetch: F,
  settingsOrRegistry:
    RegistrySettings<unknown, Awaited<ReturnType<F>>> | Pick<Registry<unknown, Awaited<ReturnType<F>>>, 'for'>,
  options?: FetchOptions<F>
) => F

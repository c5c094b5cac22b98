/**
 * A `fetch` with a breaker for each host: for clients that take one, such as SDKs, axios and ky.
 *
 * @since 0.1.0
 */
import { copyOf, invalid, strangers } from '../core/Config'
import type { Problem, Rule } from '../core/InvalidSettings'
import { attempt, broken, isFunction, problem, showGiven } from '../core/InvalidSettings'
import { AsyncCircuitBreaker } from '../shell/AsyncCircuitBreaker'
import { CircuitBreaker } from '../shell/CircuitBreaker'
import type { CircuitOpenError } from '../shell/CircuitOpenError'
import { native } from '../shell/CircuitOpenError'
import type { Classifier } from '../shell/Classifier'
import { parseRetryAfter, standard } from '../shell/Classifier'
import { wall } from '../shell/Clock'
import type { Failure } from '../shell/Outcome'
import { failureFor, neutral, slow } from '../shell/Outcome'
import { silence } from '../shell/Reporter'
import type { Admission } from '../shell/Session'
import { Session, sharedRules, tagOf } from '../shell/Session'
import type { RegistrySettings } from '../stores/Registry'
import { Registry } from '../stores/Registry'
import { watched } from './Body'
import type * as Requests from './Requests'
import { isHttp, isOfCaller, signalOf, urlOf } from './Requests'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What every `fetch` is, that of a platform or of a package.
 *
 * @category model
 * @since 0.1.0
 */
export type FetchLike = (...args: ReadonlyArray<never>) => PromiseLike<ResponseLike>

/**
 * What is read of every response.
 *
 * @category model
 * @since 0.1.0
 */
export interface ResponseLike {
  readonly status: number
  readonly headers: { readonly get: (name: string) => string | null }
}

/**
 * What a key can be made of: the `URL` of the request.
 *
 * @category model
 * @since 0.1.0
 */
export type RequestUrl = Requests.RequestUrl

/**
 * The options of `protectFetch`.
 *
 * @category model
 * @since 0.1.0
 */
export interface FetchOptions<F extends FetchLike> {
  /** Which breaker a request belongs to: a function of its URL and the arguments of `fetch`. Default: its host, with the port as
   * `host` of its URL writes it: `a.example:8080`, and `a.example` for the default ports of http and https, which share it. */
  readonly key?: ((url: RequestUrl, ...args: Parameters<F>) => string) | undefined
  /** Whether a response is a failure. Default: a status of 500 or more, 408 or 429. */
  readonly failed?: ((response: Awaited<ReturnType<F>>) => boolean) | undefined
  /**
   * When a call has ended: with its headers, or with the last byte of its body. With `body`, a body that breaks off is a
   * failure, and one that its reader cancels is neutral. Read or cancel each body: a probe whose body nobody reads holds its
   * room until `probeTimeoutSeconds`. Default `headers`.
   */
  readonly until?: 'headers' | 'body' | undefined
  /**
   * What a rejected call gets: an exception, `CircuitOpenError`, or a response of status 503 with the headers `retry-after`,
   * `x-should-retry: false` and `x-circuit-breaker`, for clients that would retry after an exception. Default `throw`.
   */
  readonly whenOpen?: 'throw' | 'response' | undefined
}

/**
 * What an observer and a classifier get for a response that is a failure. The caller of `fetch` gets the response.
 *
 * @example
 * import { ResponseError } from 'breaker-ts/Fetch'
 *
 * const error = new ResponseError(429, 30)
 *
 * assert.strictEqual(error.message, 'the server has answered with status 429')
 *
 * @category model
 * @since 0.1.0
 */
export class ResponseError extends Error {
  override readonly name = 'ResponseError'

  constructor(
    readonly status: number,
    /** The seconds that the response asks for, by `Retry-After` or `retry-after-ms`; `undefined` if it does not. */
    readonly retryAfterSeconds?: number | undefined
  ) {
    super(`the server has answered with status ${status}`)
  }
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The same `fetch`, guarded, with its type. It asks the breaker of the host (`key`) first, and counts how each call ends:
 *
 * - a status of 500 or more, 408 or 429 (`failed`) and a network error are failures; so is a time limit, a `TimeoutError`;
 * - every other response is a success;
 * - a call that its caller aborts counts as neither, and so does a request that could never be sent.
 *
 * A failure with `Retry-After` (seconds or a date) or `retry-after-ms` that opens the circuit opens it for so long, up to
 * `maxRetryAfterSeconds`. A `classify` in the settings refines all that; it gets a failed response as a `ResponseError`.
 *
 * Give it settings, or a `Registry` that you keep, for its states. Throws `InvalidSettings` when a setting or an option is
 * wrong. A URL that cannot be parsed goes to `fetch` as it is, which rejects it. So does one that is neither `http:` nor
 * `https:`, such as `data:`: it has no breaker.
 *
 * @example
 * import { protectFetch } from 'breaker-ts/Fetch'
 *
 * const server: typeof fetch = async () => new Response(null, { status: 503, headers: { 'retry-after': '90' } })
 * const guarded = protectFetch(server, { name: 'api', failureThreshold: 1 }, { whenOpen: 'response' })
 *
 * const program = async () => {
 *   assert.strictEqual((await guarded('https://a.example/users')).headers.get('x-circuit-breaker'), null)
 *   const rejected = await guarded('https://a.example/users')
 *   assert.strictEqual(rejected.status, 503)
 *   assert.strictEqual(rejected.headers.get('x-circuit-breaker'), 'open')
 *   assert.strictEqual(rejected.headers.get('retry-after'), '90')
 * }
 * void program()
 *
 * @category constructors
 * @since 0.1.0
 */
export const protectFetch = <F extends FetchLike>(
  fetch: F,
  settingsOrRegistry:
    RegistrySettings<unknown, Awaited<ReturnType<F>>> | Pick<Registry<unknown, Awaited<ReturnType<F>>>, 'for'>,
  options: FetchOptions<F> = {}
): F => {
  const given = copyOf(options) as FetchOptions<FetchLike>
  const wrong = problemsOf(fetch, settingsOrRegistry, given)
  if (wrong.length > 0) throw invalid(Object(settingsOrRegistry), wrong)
  const { until = 'headers', whenOpen = 'throw' } = given
  const run = fetch as unknown as Run
  const sessionOf = sessions(isRegistry(settingsOrRegistry) ? settingsOrRegistry : new Registry(settingsOrRegistry))
  const sessionFor = byKey(sessionOf, given.key as Key | undefined)
  const isFailed = judge(given.failed as Judge | undefined)

  const guarded: Run = async (...args) => {
    const url = urlOf(args[0])
    if (url === undefined || !isHttp(url)) return unguarded(await run(...args), url, sessionOf)
    const session = sessionFor(url, args)
    const admission = session.admit()
    if (admission._tag === 'Left') return rejection(admission.left, whenOpen, args)
    const threw = (error: unknown): void =>
      isOfCaller(error, url, args) ? session.settle(admission, neutral) : session.threw(admission, error)
    let response: unknown
    try {
      response = await run(...args)
    } catch (error) {
      threw(error)
      throw error
    }
    if (isFailed(response, session)) session.threw(admission, errorOf(response))
    else if (until === 'body') return untilBody(response, session, admission, threw)
    else session.returned(admission, response)
    return response
  }
  return Object.setPrototypeOf(guarded, fetch) as F // the fetch of Bun has methods too
}

declare const Response: new (
  body: string,
  init: { readonly status: number; readonly statusText: string; readonly headers: Readonly<Record<string, string>> }
) => ResponseLike

type Run = (...args: Requests.Args) => Promise<unknown>
type Key = (url: RequestUrl, ...args: Requests.Args) => string
type Judge = (response: unknown) => boolean

// -------------------------------------------------------------------------------------
// breakers
// -------------------------------------------------------------------------------------

const sessions =
  (registry: Pick<Registry, 'for'>) =>
  (key: string): Session => {
    const { session } = registry.for(key)
    return session.with(waiting(session.classify ?? standard))
  }

// A failure asks for the time that its response asks for, unless the classifier has said for how long.
const waiting =
  (classify: Classifier): Classifier =>
  (result, elapsedSeconds) => {
    const outcome = classify(result, elapsedSeconds)
    if (tagOf(outcome) !== 'Failure' || result._tag === 'Right' || !(result.left instanceof ResponseError))
      return outcome
    const { slow: isSlow, retryAfterSeconds } = outcome as Failure
    const asked = failureFor(retryAfterSeconds || (result.left.retryAfterSeconds ?? 0))
    return isSlow ? slow(asked) : asked
  }

const byKey =
  (sessionOf: (key: string) => Session, key: Key | undefined) =>
  (url: RequestUrl, args: Requests.Args): Session => {
    if (key === undefined) return sessionOf(url.host)
    try {
      return sessionOf(expecting('string', key(url, ...args)))
    } catch (error) {
      const session = sessionOf(url.host)
      session.report(NO_KEY, error)
      return session
    }
  }

const expecting = <A>(type: 'string' | 'boolean', given: A): A => {
  if (typeof given === type) return given
  silence(given)
  throw new TypeError(`given ${showGiven(given)}, expected a ${type}`)
}

// `data:` and `blob:` have no host, so there is nothing to guard.
const unguarded = (response: unknown, url: RequestUrl | undefined, sessionOf: (key: string) => Session): unknown => {
  if (url?.host !== '') sessionOf('?').report(NO_URL, undefined)
  return response
}

const NO_KEY = 'the option key has thrown or returned no string, so the key of a request is its host'
const NO_URL =
  'a request went out unguarded, because its URL has no host of http or https: pass whole URLs to the guarded fetch, such as https://api.example.com/users'

// -------------------------------------------------------------------------------------
// responses
// -------------------------------------------------------------------------------------

const isFailure: Judge = (response) => {
  const status = statusOf(response)
  return status >= 500 || status === 408 || status === 429
}

const judge =
  (failed: Judge | undefined) =>
  (response: unknown, session: Session): boolean => {
    if (Number.isNaN(statusOf(response)))
      session.report(NO_RESPONSE, new TypeError(`given ${showGiven(response)}, expected a Response`))
    else if (failed !== undefined)
      try {
        return expecting('boolean', failed(response))
      } catch (error) {
        session.report(NOT_JUDGED, error)
      }
    return isFailure(response)
  }

const statusOf = (response: unknown): number => {
  const status = attempt(() => (response as ResponseLike).status)
  return typeof status === 'number' ? status : NaN
}

const headerOf = (response: unknown, name: string): string | null | undefined =>
  attempt(() => (response as ResponseLike).headers.get(name))

const errorOf = (response: unknown): ResponseError => {
  const status = statusOf(response)
  const ms = headerOf(response, 'retry-after-ms') ?? ''
  const seconds = /^\d+(\.\d+)?$/.test(ms) ? Number(ms) / 1000 : Infinity
  if (seconds < Infinity) return new ResponseError(status, seconds)
  const asked = parseRetryAfter(headerOf(response, 'retry-after'), wall() * 1000)
  return new ResponseError(status, asked._tag === 'Some' ? asked.value : undefined)
}

const untilBody = (
  response: unknown,
  session: Session,
  admission: Admission,
  threw: (error: unknown) => void
): unknown => {
  const same = watched(response, {
    complete: () => session.returned(admission, response),
    broken: threw,
    cancelled: () => session.settle(admission, neutral)
  })
  if (same !== undefined) return same
  session.report(NOT_WATCHED, undefined)
  session.returned(admission, response)
  return response
}

// For people `error.message`, where SDKs look for it, and for code the fields of a `CircuitOpenError`.
const rejection = (error: CircuitOpenError, whenOpen: 'throw' | 'response', args: Requests.Args): unknown => {
  if (whenOpen === 'throw') throw native(error)
  const signal = signalOf(args)
  if (signal?.aborted === true) throw signal.reason // as fetch does
  const { reason, retryAfterSeconds } = error
  return new Response(JSON.stringify({ error }), {
    status: 503,
    statusText: 'Service Unavailable',
    headers: {
      'content-type': 'application/json',
      'x-circuit-breaker': reason,
      'x-should-retry': 'false',
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterSeconds)) })
    }
  })
}

const NO_RESPONSE = 'fetch resolved with what is no Response, which counts as a success'
const NOT_JUDGED = 'the option failed has thrown or returned no boolean, so the status decides'
const NOT_WATCHED =
  "a call counts as ended with its headers, because its body cannot be watched: until: 'body' takes a Response whose body is a ReadableStream that nobody has read"

// -------------------------------------------------------------------------------------
// options
// -------------------------------------------------------------------------------------

const oneOf = (...names: ReadonlyArray<string>): Rule => ({
  rule: names.map((name) => `'${name}'`).join(' or '),
  holds: (given) => names.includes(given as string)
})

const optionRules: Readonly<Record<keyof FetchOptions<FetchLike>, Rule>> = {
  key: { rule: 'a function from the URL of a request to a string', holds: isFunction },
  failed: { rule: 'a function from a response to a boolean', holds: isFunction },
  until: oneOf('headers', 'body'),
  whenOpen: oneOf('throw', 'response')
}

const isRegistry = (given: unknown): given is Pick<Registry, 'for'> =>
  isFunction((given as { readonly for?: unknown } | null | undefined)?.for)

const problemsOf = (fetch: unknown, settings: unknown, options: unknown): ReadonlyArray<Problem> => [
  ...(isFunction(fetch) ? [] : [problem('fetch', fetch, 'a function, such as the fetch of the platform')]),
  ...([AsyncCircuitBreaker, CircuitBreaker, Session].some((kind) => settings instanceof kind)
    ? [problem('', settings, "settings or a Registry (for one breaker for all hosts, the option key: () => 'all')")]
    : []),
  ...(typeof options === 'object' && options !== null && !Array.isArray(options)
    ? [...broken(optionRules, options as Readonly<Record<string, unknown>>), ...unknownOf(options)]
    : [{ ...problem('', options, 'an object of options') }]
  ).map((found) => ({ ...found, path: ['options', found.path].filter(Boolean).join('.') }))
]

const unknownOf = (options: object): ReadonlyArray<Problem> =>
  strangers(optionRules, options as Readonly<Record<string, unknown>>).map((found) =>
    found.path in sharedRules ? { ...found, rule: 'it among the settings, in the second argument' } : found
  )

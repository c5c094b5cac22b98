/**
 * What a guarded `fetch` knows of a request: where it goes, and whether its end is its caller's doing.
 *
 * @since 0.1.0
 */
import { attempt } from '../core/InvalidSettings'
import { isCancellation } from '../shell/Classifier'

/**
 * What a key can be made of: the `URL` of the request.
 *
 * @category model
 * @since 0.1.0
 */
export interface RequestUrl {
  readonly href: string
  readonly origin: string
  readonly protocol: string
  readonly host: string
  readonly hostname: string
  readonly port: string
  readonly pathname: string
  readonly search: string
}

/**
 * The arguments of `fetch`.
 *
 * @internal
 */
export type Args = readonly [input?: unknown, init?: Init, ...rest: ReadonlyArray<unknown>]

interface Init {
  readonly signal?: { readonly aborted: boolean; readonly reason?: unknown } | null
  readonly body?: unknown
}

declare const URL: new (url: string, base?: string) => RequestUrl

/**
 * The URL, unless there is none that can be parsed. A relative one is relative to the page.
 *
 * @internal
 */
export const urlOf = (input: unknown): RequestUrl | undefined =>
  attempt(() => {
    if (input instanceof URL) return input
    const { url = input } = Object(input) as { readonly url?: unknown } // a `Request` has one
    const { document, location } = globalThis as {
      readonly document?: { readonly baseURI?: string }
      readonly location?: { readonly href?: string }
    }
    return new URL(String(url), document?.baseURI ?? location?.href)
  })

/**
 * Whether it goes to a host by HTTP. Others, such as `data:`, are read on the spot, or `fetch` does not know their scheme.
 *
 * @internal
 */
export const isHttp = ({ protocol }: RequestUrl): boolean => protocol === 'http:' || protocol === 'https:'

/**
 * The signal of the caller: that of the options, or of the `Request`.
 *
 * @internal
 */
export const signalOf = ([input, init]: Args): Init['signal'] =>
  init?.signal === undefined ? (input as Init | null | undefined)?.signal : init.signal

/**
 * Whether a request ended with this error because of its caller, who has aborted it for any reason but a time limit, or made
 * one that could not be sent to any host, with a header or to a port that is not allowed for example.
 *
 * @internal
 */
export const isOfCaller = (error: unknown, { href }: RequestUrl, args: Args): boolean =>
  attempt(() => {
    const [input, init] = args
    const request = input as Init | undefined
    const signal = signalOf(args)
    if (signal?.aborted === true && signal.reason === error) return isCancellation({ name: 'AbortError', cause: error })
    const isChecked = request?.signal !== undefined // as a `Request` was when it was made
    const { name, cause } = error as Error & { readonly cause?: { readonly message?: unknown } }
    return name === 'TypeError' && (cause?.message === BAD_PORT || (!isChecked && !isPossible(href, init)))
  }) === true

const BAD_PORT = 'bad port' // what the fetch of Node says of ports that are blocked, such as 1 and 6000

// A body is left out, as it may be a stream, which can be used only once.
const isPossible = (url: string, init: Init = {}): boolean => {
  const { Request } = globalThis as { readonly Request?: new (url: string, init: Init) => unknown }
  if (Request === undefined) return true
  const { body } = init
  const bodiless = { ...init, signal: null, body: body === undefined || body === null ? null : '' }
  return attempt(() => new Request(url, bodiless)) !== undefined
}

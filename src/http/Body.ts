/**
 * Watches the body of a response until it ends, breaks off or is cancelled, without keeping any of it.
 *
 * @since 0.1.0
 */
import { attempt } from '../core/InvalidSettings'

interface Chunk {
  readonly done: boolean
  readonly value?: unknown
}

interface Reader {
  readonly read: () => Promise<Chunk>
  readonly cancel: (reason?: unknown) => Promise<void>
  readonly releaseLock: () => void
}

interface Body {
  readonly locked: boolean
  readonly getReader: (options?: { readonly mode: 'byob' }) => Reader
  readonly cancel: (reason?: unknown) => Promise<void>
}

interface Controller {
  readonly enqueue: (chunk: unknown) => void
  readonly close: () => void
  readonly error: (reason: unknown) => void
  readonly byobRequest?: { readonly respond: (bytesWritten: number) => void } | null
}

interface Source {
  readonly type?: 'bytes' | undefined
  readonly pull: (controller: Controller) => Promise<void>
  readonly cancel: (reason: unknown) => Promise<void>
}

declare const ReadableStream: new (source: Source, strategy: { readonly highWaterMark: number }) => Body

interface WebResponse {
  readonly body: Body | null
  readonly status: number
  readonly headers: { readonly get: (name: string) => string | null }
  readonly url: string
  readonly redirected: boolean
  readonly type: string
  readonly clone: () => WebResponse
}

/**
 * What is told of a body, once.
 *
 * @internal
 */
export interface BodyEnd {
  readonly complete: () => void
  readonly broken: (error: unknown) => void
  readonly cancelled: () => void
}

/**
 * The same response, whose body is watched; itself, if it has none, and nothing, if it cannot be watched.
 *
 * @internal
 */
export const watched = (given: unknown, ends: BodyEnd): unknown =>
  attempt(() => {
    const end = once(ends)
    const response = given as WebResponse
    const { body } = response
    if (body === null || response.headers.get('content-length') === '0') {
      end.complete()
      return response
    }
    if (body.locked || response.constructor === Object) return undefined
    const Same = response.constructor as new (body: Body, init: WebResponse) => WebResponse
    const same = new Same(passing(body, end, lastByte(response)), response)
    return same.status === response.status ? like(response, same) : undefined
  })

// A body that is cancelled also ends.
const once = ({ complete, broken, cancelled }: BodyEnd): BodyEnd => {
  let ended = false
  const first = (tell: () => void): void => {
    if (!ended) tell()
    ended = true
  }
  return {
    complete: () => first(complete),
    broken: (error) => first(() => broken(error)),
    cancelled: () => first(cancelled)
  }
}

// What the constructor of a response does not take. The copies of `clone` have it too.
const like = (response: WebResponse, same: WebResponse): WebResponse => {
  const { url, redirected, type } = response
  const clone = same.clone.bind(same)
  return Object.defineProperties(same, {
    url: { value: url, configurable: true },
    redirected: { value: redirected, configurable: true },
    type: { value: type, configurable: true },
    clone: { value: () => like(response, clone()), configurable: true }
  })
}

const bytes = (reader: Reader): 'bytes' => {
  reader.releaseLock()
  return 'bytes'
}

// Says of each chunk whether it holds the last byte. Some readers stop there, and cancel before the stream has ended: openai 7
// does after the event `[DONE]`.
const lastByte = ({ headers }: WebResponse): ((chunk: unknown) => boolean) => {
  const length = headers.get('content-encoding') === null ? headers.get('content-length') : null
  const isEvents = headers.get('content-type')?.startsWith('text/event-stream') === true
  let received = 0
  let tail = ''
  return (chunk) => {
    if (!(chunk instanceof Uint8Array)) return false
    received += chunk.byteLength
    if (isEvents) tail = (tail + String.fromCharCode(...chunk.subarray(-MARK))).slice(-MARK)
    return String(received) === length || /^data: ?\[DONE\]\s+$/m.test(tail)
  }
}

const MARK = 'data: [DONE]\r\n\r\n'.length

// Nothing is read before its reader asks, so nothing is kept, and a body that nobody reads is not locked: the platform may
// collect it.
const passing = (body: Body, end: BodyEnd, isLast: (chunk: unknown) => boolean): Body => {
  let reader: Reader | undefined
  return new ReadableStream(
    {
      type: attempt(() => bytes(body.getReader({ mode: 'byob' }))),
      pull: (controller) => {
        reader ??= body.getReader()
        return reader.read().then(
          ({ done, value }) => {
            if (done || isLast(value)) end.complete()
            if (!done) return controller.enqueue(value)
            controller.close()
            controller.byobRequest?.respond(0) // its reader waits for bytes
          },
          (error: unknown) => {
            end.broken(error)
            controller.error(error)
          }
        )
      },
      cancel: (reason) => {
        end.cancelled()
        return (reader ?? body).cancel(reason)
      }
    },
    { highWaterMark: 0 }
  )
}

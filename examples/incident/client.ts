/**
 * A request as a `TaskEither` with typed errors, and a client that sends it again and again.
 */
import type { CircuitOpenError, Clock } from 'breaker-ts'
import { pipe } from 'fp-ts/function'
import type * as T from 'fp-ts/Task'
import * as TE from 'fp-ts/TaskEither'

export type RequestError =
  | { readonly _tag: 'Timeout' }
  | { readonly _tag: 'BadStatus'; readonly status: number }
  | { readonly _tag: 'Refused'; readonly reason: unknown }

const requestError = (reason: unknown): RequestError =>
  reason instanceof DOMException && reason.name === 'TimeoutError' ? { _tag: 'Timeout' } : { _tag: 'Refused', reason }

/** Lazy, as every `TaskEither`: each run sends a request. */
export const fetchPage = (url: string, client: string, timeoutSeconds: number): TE.TaskEither<RequestError, string> =>
  pipe(
    TE.tryCatch(async () => {
      const signal = AbortSignal.timeout(timeoutSeconds * 1000)
      const response = await fetch(url, { headers: { 'x-client': client }, signal })
      return { status: response.status, body: await response.text() }
    }, requestError),
    TE.filterOrElse(
      ({ status }) => status === 200,
      ({ status }): RequestError => ({ _tag: 'BadStatus', status })
    ),
    TE.map(({ body }) => body)
  )

export type Outcome = 'answered' | 'failed' | 'rejected'

const outcomeOf = (error: RequestError | CircuitOpenError): Outcome => {
  switch (error._tag) {
    case 'CircuitOpenError':
      return 'rejected' // at once: nothing was sent
    case 'Timeout':
    case 'BadStatus':
    case 'Refused':
      return 'failed'
  }
}

/** A call that has ended. */
export interface Call {
  readonly outcome: Outcome
  readonly startSeconds: number
  readonly endSeconds: number
}

/** When calls were started, and the ones that have ended since. */
export interface Traffic {
  readonly started: ReadonlyArray<number>
  readonly ended: ReadonlyArray<Call>
}

export interface Client {
  readonly traffic: Traffic
  readonly send: T.Task<void>
}

export const makeClient = (call: TE.TaskEither<RequestError | CircuitOpenError, string>, clock: Clock): Client => {
  const started: Array<number> = []
  const ended: Array<Call> = []
  const outcome = pipe(
    call,
    TE.match(outcomeOf, (): Outcome => 'answered')
  )
  return {
    traffic: { started, ended },
    send: async () => {
      const startSeconds = clock()
      started.push(startSeconds)
      ended.push({ outcome: await outcome(), startSeconds, endSeconds: clock() })
    }
  }
}

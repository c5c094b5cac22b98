/**
 * A log that is dropped on the page, read piece by piece. It stays in the page.
 */
import type { Seen } from 'breaker-ts/LogReader'
import { reader } from 'breaker-ts/LogReader'
import type { Call, Traffic } from 'breaker-ts/Traffic'

export interface Log {
  readonly file: string
  readonly name: string
  readonly calls: ReadonlyArray<Call>
  readonly notes: ReadonlyArray<string>
}

/** The most calls that a page holds. */
export const MOST = 2_000_000

const number = (n: number) => n.toLocaleString('en')

// A record has notices. What ended tells when it started; what was rejected, no one knows.
const callOf = (item: Traffic): ReadonlyArray<Call> => {
  if ('startSeconds' in item) return [item]
  if (item._tag === 'CallRejected') return [{ startSeconds: item.atSeconds, seconds: 0, outcome: 'unknown' }]
  if (item._tag !== 'CallEnded') return []
  const { atSeconds, elapsedSeconds, outcome } = item
  return [
    {
      startSeconds: atSeconds - elapsedSeconds,
      seconds: elapsedSeconds,
      outcome: outcome._tag === 'Success' ? 'success' : outcome._tag === 'Failure' ? 'failure' : 'neutral',
      ...(outcome._tag === 'Failure' && outcome.retryAfterSeconds > 0
        ? { retryAfterSeconds: outcome.retryAfterSeconds }
        : {})
    }
  ]
}

const notesOf = (seen: Seen, calls: ReadonlyArray<Call>, isCut: boolean): ReadonlyArray<string> => {
  const unknown = calls.filter(({ outcome }) => outcome === 'unknown').length
  return [
    ...(seen.wrong > 0
      ? [
          `${number(seen.wrong)} of ${number(seen.lines)} lines could not be read. ${seen.firstWrong
            .map(({ line, expected }) => `Line ${line}: expected ${expected}`)
            .join('. ')}.`
        ]
      : []),
    ...(seen.untimed > 0 ? [`${number(seen.untimed)} calls have no duration, and count as if they took no time.`] : []),
    ...(seen.inWholeSeconds > seen.calls / 2 ? ['Times in whole seconds are spread over the second.'] : []),
    ...(unknown > 0 ? [`${number(unknown)} calls were rejected when this was recorded, and count as failures.`] : []),
    ...(isCut ? [`Only the first ${number(MOST)} calls are shown.`] : [])
  ]
}

/** Reads a log; a `string` says what is wrong with it. Times start at the first second of the log. */
export const read = async (file: File, progress: (share: number) => void): Promise<Log | string> => {
  const { add, end, seen } = reader()
  const calls: Array<Call> = []
  const take = (items: ReadonlyArray<Traffic>) => {
    for (const item of items) calls.push(...callOf(item))
  }
  let bytes = 0
  const counted = file.stream().pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform: (chunk, out) => {
        bytes += chunk.length
        progress(bytes / file.size)
        out.enqueue(chunk)
      }
    })
  )
  const plain = file.name.endsWith('.gz') ? counted.pipeThrough(new DecompressionStream('gzip')) : counted
  const text = plain.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const { done, value } = await text.read()
    if (done || calls.length > MOST) break
    take(add(value))
  }
  take(end())
  void text.cancel()
  if (calls.length === 0) {
    const [first] = seen().firstWrong
    return first === undefined
      ? `${file.name}: there is no call in it.`
      : `${file.name}, line ${first.line}: expected ${first.expected}, given ${first.given.slice(0, 60)}`
  }
  const isCut = calls.length > MOST
  const kept = calls.slice(0, MOST).sort((a, b) => a.startSeconds - b.startSeconds)
  const origin = Math.floor((kept[0] as Call).startSeconds)
  return {
    file: file.name,
    name: `${file.name}, ${number(kept.length)} calls`,
    calls: kept.map(({ startSeconds, seconds, outcome, retryAfterSeconds }) => ({
      startSeconds: startSeconds - origin,
      seconds,
      outcome,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds })
    })),
    notes: notesOf(seen(), kept, isCut)
  }
}

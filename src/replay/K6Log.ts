/**
 * The results of k6 as JSON: a line for each sample of `http_req_duration`, whose time is the end of the request.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'

import type { Item, Lines } from './LogLine'
import { isoSeconds, jsonIn, lineByLine, numberIn, request, wrong } from './LogLine'

const Line = t.type({ type: t.string, metric: t.string })

const Point = t.type({
  data: t.intersection([
    t.type({ time: t.string, value: t.number }),
    t.partial({ tags: t.union([t.record(t.string, t.string), t.null]) })
  ])
})

/** @internal */
export const k6 = (): Lines => lineByLine(read)

const read = (line: string): Item | undefined => {
  const found = jsonIn(line)
  if (!Line.is(found)) return wrong('a line of k6 with type and metric')
  if (found.type !== 'Point' || found.metric !== 'http_req_duration') return undefined
  if (!Point.is(found)) return wrong('a point of k6 with time, value and tags')
  const { time, value, tags } = found.data
  const fields = tags ?? {}
  const status = numberIn(fields['status'])
  return request(isoSeconds(time), {
    isEnd: true,
    seconds: value / 1000,
    status: status === undefined || status === 0 ? 'failure' : status, // 0: no answer
    fields: { host: hostOf(fields['url']), ...fields }
  })
}

const hostOf = (url: string | undefined): string | undefined => /^\w+:\/\/([^/?#]+)/.exec(url ?? '')?.[1]

/**
 * The access log of an Application Load Balancer of AWS.
 *
 * Its time is the end of a request; `request_creation_time` is the start. A processing time of -1 says that the target did not
 * answer.
 *
 * @since 0.1.0
 */
import type { Item, Lines } from './LogLine'
import { isoSeconds, lineByLine, numberIn, request, words, wrong } from './LogLine'

const NAMES = [
  ...['type', 'time', 'elb', 'client', 'target', 'request_processing_time', 'target_processing_time'],
  ...['response_processing_time', 'elb_status_code', 'target_status_code', 'received_bytes', 'sent_bytes', 'request'],
  ...['user_agent', 'ssl_cipher', 'ssl_protocol', 'target_group_arn', 'trace_id', 'domain_name', 'chosen_cert_arn'],
  ...['matched_rule_priority', 'request_creation_time', 'actions_executed']
]

/** @internal */
export const alb = (): Lines => lineByLine(read)

const read = (line: string): Item => {
  const found = words(line)
  const fields: Readonly<Record<string, string | undefined>> = Object.fromEntries(
    NAMES.map((name, i) => [name, found[i]])
  )
  const [time, start] = [isoSeconds(fields['time']), isoSeconds(fields['request_creation_time'])]
  const status = numberIn(fields['elb_status_code'])
  if (time === undefined || status === undefined)
    return wrong(
      'a line of an ALB: type time elb client:port target:port and three processing times, then the statuses'
    )
  const parts = ['request', 'target', 'response'].map((part) => numberIn(fields[`${part}_processing_time`]) ?? 0)
  const processed = parts.reduce((sum, part) => sum + Math.max(0, part), 0)
  const didNotAnswer = fields['target'] !== '-' && fields['target_processing_time'] === '-1'
  return request(start ?? time, {
    isEnd: start === undefined,
    seconds: start === undefined ? processed : Math.max(0, time - start),
    status: status === 460 ? 'neutral' : didNotAnswer ? 'failure' : status,
    fields
  })
}

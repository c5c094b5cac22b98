/**
 * The records of `breaker-ts/Record`: its notices, in their order.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'

import type { Notice } from '../shell/Notice'
import type { Item, Lines } from './LogLine'
import { jsonIn, lineByLine, wrong } from './LogLine'
import type { Header } from './Record'

const VERSION = 1

const Head = t.type({ _tag: t.literal('Record'), version: t.number, name: t.string, timeOriginSeconds: t.number })

const notice = { breaker: t.string, atSeconds: t.number }

const Outcome = t.union([
  t.type({ _tag: t.literal('Success'), slow: t.boolean }),
  t.type({ _tag: t.literal('Failure'), slow: t.boolean, retryAfterSeconds: t.number }),
  t.type({ _tag: t.literal('Neutral') })
])

// What a replay looks at. The states of a transition come out of the replay again.
const NOTICES: Readonly<Record<Notice['_tag'], t.Any>> = {
  CallAdmitted: t.type(notice),
  CallEnded: t.type({ ...notice, outcome: Outcome, elapsedSeconds: t.number }),
  CallRejected: t.type(notice),
  Transition: t.type({ ...notice, because: t.type({ _tag: t.string }) }),
  StoreLost: t.type(notice),
  StoreBack: t.type(notice)
}

const EXPECTED = `a line of a record: a header, or one of ${Object.keys(NOTICES).join(', ')}`

const Tagged = t.type({ _tag: t.keyof(NOTICES) }) as t.Type<{ readonly _tag: Notice['_tag'] }>

/** @internal */
export const recorded = (onHeader: (header: Header) => void): Lines =>
  lineByLine((line): Item | undefined => {
    const found = jsonIn(line)
    if (Head.is(found)) {
      if (found.version !== VERSION) return wrong(`version ${VERSION} of the format, and not ${found.version}`)
      onHeader(found as Header)
      return undefined
    }
    if (!Tagged.is(found)) return wrong(EXPECTED)
    const { _tag } = found
    return NOTICES[_tag].is(found)
      ? { _tag: 'Told', notice: found as unknown as Notice }
      : wrong(`${_tag} with breaker, atSeconds and what else it has`)
  })

/**
 * How states and events are read: their shapes, and what has to hold between their numbers.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'

import type * as Counts from '../core/Counts'
import type * as Events from '../core/Event'
import { integerFrom, positive } from '../core/InvalidSettings'
import type * as States from '../core/State'
import { isSameData } from '../core/State'
import { callAt, currentOf, pageLengths } from '../core/Window'
import type { Broken, Codec } from './Door'
import {
  also,
  count,
  door,
  duration,
  either,
  flag,
  generation,
  id,
  isId,
  list,
  named,
  number,
  record,
  seconds,
  tagged
} from './Door'

// -------------------------------------------------------------------------------------
// counts
// -------------------------------------------------------------------------------------

const partOfCalls = ({ calls, failures, slowCalls, failedOrSlow }: Counts.Slice): Broken => {
  const [least, most] = [Math.max(failures, slowCalls), Math.min(failures + slowCalls, calls)]
  return failures > calls
    ? { key: 'failures', given: failures, rule: `at most the calls, ${calls}` }
    : slowCalls > calls
      ? { key: 'slowCalls', given: slowCalls, rule: `at most the calls, ${calls}` }
      : failedOrSlow < least || failedOrSlow > most
        ? { key: 'failedOrSlow', given: failedOrSlow, rule: `from ${least} to ${most}, as failures and slowCalls say` }
        : undefined
}

// Failures in a row that have not left the window are failures in it.
const streak = ({ calls, failures, failuresInARow }: Counts.CountWindow | Counts.TimeWindow): Broken =>
  Math.min(failuresInARow, calls) > failures
    ? { key: 'failuresInARow', given: failuresInARow, rule: `at most the failures, ${failures}` }
    : undefined

// What a slice holds, told by the sums of its window and of the other slices.
const current = (window: Counts.TimeWindow): Broken => {
  const slice = currentOf(window)
  return Object.values(slice).some((n: number) => n < 0) || partOfCalls(slice) !== undefined
    ? { key: 'older', given: window.older, rule: 'slices that add up to no more than the sums of the window' }
    : undefined
}

// The sums of a ring follow from its calls.
const ring = (window: Counts.CountWindow): Broken => {
  const places = Array.from({ length: window.calls }, (_, i) => window.next - 1 - i)
  const size = Math.ceil(window.size / 16) * 16
  const found = places.map((place) => callAt(window, (place + size) % size))
  const failures = found.filter((call) => (call & 1) !== 0).length
  const slowCalls = found.filter((call) => (call & 2) !== 0).length
  const failedOrSlow = found.filter((call) => call !== 0).length
  return failures !== window.failures
    ? { key: 'failures', given: window.failures, rule: `${failures}, as the pages say` }
    : slowCalls !== window.slowCalls
      ? { key: 'slowCalls', given: window.slowCalls, rule: `${slowCalls}, as the pages say` }
      : failedOrSlow !== window.failedOrSlow
        ? { key: 'failedOrSlow', given: window.failedOrSlow, rule: `${failedOrSlow}, as the pages say` }
        : undefined
}

const inARow = also(
  record<Counts.Consecutive>({
    _tag: t.literal('Consecutive'),
    calls: count,
    failures: count,
    slowCalls: count,
    failedOrSlow: count,
    failuresInARow: count
  }),
  ({ calls, failures, slowCalls, failedOrSlow, failuresInARow }) =>
    calls !== failures
      ? { key: 'calls', given: calls, rule: `the failures, ${failures}` }
      : failuresInARow !== failures
        ? { key: 'failuresInARow', given: failuresInARow, rule: `the failures, ${failures}` }
        : slowCalls !== 0
          ? { key: 'slowCalls', given: slowCalls, rule: '0 without a window' }
          : failedOrSlow !== failures
            ? { key: 'failedOrSlow', given: failedOrSlow, rule: `the failures, ${failures}` }
            : undefined
)

const word = named<number>({
  rule: 'a signed 32-bit integer',
  holds: (u) => Number.isInteger(u) && u === ((u as number) | 0)
})

const lastOf = also(
  record<Counts.CountWindow>({
    _tag: t.literal('CountWindow'),
    size: named<number>(integerFrom(1, Number.MAX_SAFE_INTEGER, 'an integer > 0')),
    calls: count,
    failures: count,
    slowCalls: count,
    failedOrSlow: count,
    failuresInARow: count,
    next: count,
    word,
    pages: list(list(word, 64), 1000)
  }),
  (counts) => {
    const { size, calls, next, word, pages } = counts
    const words = Math.ceil(size / 16)
    const lengths = pages.map(({ length }) => length)
    if (pages.length !== Math.ceil(words / 64) || !isSameData(lengths, pageLengths(size)))
      return { key: 'pages', given: pages, rule: `${words} words in pages of 64, for a size of ${size}` }
    if (calls > size) return { key: 'calls', given: calls, rule: `at most the size, ${size}` }
    if (next >= 16 * words) return { key: 'next', given: next, rule: `a place in the ring, below ${16 * words}` }
    if (word >>> (2 * (next % 16)) !== 0) return { key: 'word', given: word, rule: 'no call at next or after it' }
    return ring(counts) ?? streak(counts)
  }
)

const slice = also(
  record<Counts.Slice>({ calls: count, failures: count, slowCalls: count, failedOrSlow: count }),
  partOfCalls
)

const recent = also(
  record<Counts.TimeWindow>({
    _tag: t.literal('TimeWindow'),
    sliceSeconds: number(positive),
    startedAtSeconds: seconds,
    calls: count,
    failures: count,
    slowCalls: count,
    failedOrSlow: count,
    failuresInARow: count,
    older: list(slice, 10_000)
  }),
  (counts) => partOfCalls(counts) ?? current(counts) ?? streak(counts)
)

/** @internal */
export const counts = tagged<Counts.Consecutive | Counts.CountWindow | Counts.TimeWindow>({
  Consecutive: inARow,
  CountWindow: lastOf,
  TimeWindow: recent
}) as unknown as Codec<Counts.Counts>

// -------------------------------------------------------------------------------------
// states
// -------------------------------------------------------------------------------------

const open = also(
  record<States.Open>({
    _tag: t.literal('Open'),
    generation,
    openedAtSeconds: seconds,
    retryAtSeconds: seconds,
    reopenings: count
  }),
  ({ openedAtSeconds, retryAtSeconds }) =>
    retryAtSeconds >= openedAtSeconds
      ? undefined
      : { key: 'retryAtSeconds', given: retryAtSeconds, rule: `a number >= openedAtSeconds, ${openedAtSeconds}` }
)

const halfOpen = also(
  record<States.HalfOpen>({
    _tag: t.literal('HalfOpen'),
    generation,
    probes: list(record<States.Probe>({ id, admittedAtSeconds: seconds }), 1_000_000),
    successes: count,
    failures: count,
    reopenings: count,
    openSeconds: duration
  }),
  ({ probes }) =>
    new Set(probes.map((probe) => probe.id)).size === probes.length
      ? undefined
      : { key: 'probes', given: probes, rule: 'probes with different ids' }
)

const recovered = record<States.Recovered>({ reopenings: count, closedAtSeconds: seconds, openSeconds: duration })

const recoveredOrNull = either<States.Recovered | null>('an object or null', (u) =>
  u === null ? t.null : t.UnknownRecord.is(u) ? recovered : undefined
)

/** @internal */
export const state = (counts: Codec<Counts.Counts>) =>
  tagged<States.State>({
    Closed: record<States.Closed>({ _tag: t.literal('Closed'), generation, counts, recovered: recoveredOrNull }),
    Open: open,
    HalfOpen: halfOpen,
    Isolated: record<States.Isolated>({ _tag: t.literal('Isolated'), generation }),
    Disabled: record<States.Disabled>({ _tag: t.literal('Disabled'), generation })
  })

/** @internal */
export const stateCodec: Codec<States.State> = door('State', state(counts))

// -------------------------------------------------------------------------------------
// events
// -------------------------------------------------------------------------------------

/** @internal */
export const permit = record<Events.Permit>({
  generation,
  probe: named<string | null>({ rule: 'a non-empty string or null', holds: (u) => u === null || isId(u) })
})

const bare = <Tag extends string>(tag: Tag): Codec<{ readonly _tag: Tag }> =>
  record<{ readonly _tag: Tag }>({ _tag: t.literal(tag) })

/** @internal */
export const event = tagged<Events.Event>({
  Admitted: record<Events.Admitted>({ _tag: t.literal('Admitted'), probe: id }),
  Succeeded: record<Events.Succeeded>({ _tag: t.literal('Succeeded'), permit }, { slow: flag }),
  Failed: record<Events.Failed>({ _tag: t.literal('Failed'), permit }, { slow: flag, retryAfterSeconds: duration }),
  Released: record<Events.Released>({ _tag: t.literal('Released'), permit }),
  SuccessRecorded: bare('SuccessRecorded'),
  FailureRecorded: bare('FailureRecorded'),
  Reset: bare('Reset'),
  IsolationStarted: bare('IsolationStarted'),
  IsolationEnded: bare('IsolationEnded'),
  BreakerDisabled: bare('BreakerDisabled'),
  BreakerEnabled: bare('BreakerEnabled')
})

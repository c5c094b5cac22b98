/**
 * What states, permits and events from outside have to be.
 *
 * Reading takes own properties only, into a fresh object, and drops properties it does not know. It names every problem,
 * of a list the first wrong item, and never throws, whatever it is given.
 *
 * @since 0.1.0
 */
import type * as Counts from './Counts'
import type * as Events from './Event'
import type { Broken, Rule } from './Rule'
import { also, isFiniteFromZero, list, literal, must, nullable, optional, positiveNumber, record, union } from './Rule'
import type * as States from './State'
import { isSameData } from './State'
import { callAt, currentOf, pageLengths } from './Window'

// -------------------------------------------------------------------------------------
// numbers and texts
// -------------------------------------------------------------------------------------

const isCount = (u: unknown): boolean => Number.isSafeInteger(u) && (u as number) >= 0
const count = must<number>('an integer >= 0', isCount)
const positive = must<number>('an integer > 0', (u) => isCount(u) && u !== 0)
const seconds = must<number>('a finite number', Number.isFinite)
/** @internal */
export const duration = must<number>('a finite number >= 0', isFiniteFromZero)
/** @internal */
export const isTrueOrFalse = must<boolean>('true or false', (u) => typeof u === 'boolean')
const isId = (u: unknown): boolean => typeof u === 'string' && u !== ''
const probeId = must<string>('a non-empty string', isId)

// Counting on from here stays exact for longer than any breaker lives.
const MAX_GENERATION = 2 ** 52
const generation = must<number>(
  `an integer from 0 to ${MAX_GENERATION}`,
  (u) => isCount(u) && (u as number) <= MAX_GENERATION
)

// -------------------------------------------------------------------------------------
// states
// -------------------------------------------------------------------------------------

const partOfCalls = ({ calls, failures, slowCalls }: Counts.Slice): Broken =>
  failures > calls
    ? { key: 'failures', given: failures, rule: `at most the calls, ${calls}` }
    : slowCalls > calls
      ? { key: 'slowCalls', given: slowCalls, rule: `at most the calls, ${calls}` }
      : undefined

// Failures in a row that have not left the window are failures in it.
const streak = ({ calls, failures, failuresInARow }: Counts.CountWindow | Counts.TimeWindow): Broken =>
  Math.min(failuresInARow, calls) > failures
    ? { key: 'failuresInARow', given: failuresInARow, rule: `at most the failures, ${failures}` }
    : undefined

// What a slice holds, told by the sums of its window and of the other slices.
const current = (window: Counts.TimeWindow): Broken => {
  const { calls, failures, slowCalls } = currentOf(window)
  return calls < 0 || failures < 0 || slowCalls < 0 || partOfCalls({ calls, failures, slowCalls }) !== undefined
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
  return failures !== window.failures
    ? { key: 'failures', given: window.failures, rule: `${failures}, as the pages say` }
    : slowCalls !== window.slowCalls
      ? { key: 'slowCalls', given: window.slowCalls, rule: `${slowCalls}, as the pages say` }
      : undefined
}

const consecutive: Rule<Counts.Consecutive> = also(
  record<Counts.Consecutive>({
    _tag: literal('Consecutive'),
    calls: count,
    failures: count,
    slowCalls: count,
    failuresInARow: count
  }),
  ({ calls, failures, slowCalls, failuresInARow }) =>
    calls !== failures
      ? { key: 'calls', given: calls, rule: `the failures, ${failures}` }
      : failuresInARow !== failures
        ? { key: 'failuresInARow', given: failuresInARow, rule: `the failures, ${failures}` }
        : slowCalls !== 0
          ? { key: 'slowCalls', given: slowCalls, rule: '0 without a window' }
          : undefined
)

const lengthOf = ({ length }: ReadonlyArray<number>) => length

const word = must<number>('a signed 32-bit integer', (u) => Number.isInteger(u) && u === ((u as number) | 0))

const countWindow: Rule<Counts.CountWindow> = also(
  record<Counts.CountWindow>({
    _tag: literal('CountWindow'),
    size: positive,
    calls: count,
    failures: count,
    slowCalls: count,
    failuresInARow: count,
    next: count,
    word,
    pages: list(list(word, 64), 1000)
  }),
  (counts) => {
    const { size, calls, next, word, pages } = counts
    const words = Math.ceil(size / 16)
    if (pages.length !== Math.ceil(words / 64) || !isSameData(pages.map(lengthOf), pageLengths(size)))
      return { key: 'pages', given: pages, rule: `${words} words in pages of 64, for a size of ${size}` }
    if (calls > size) return { key: 'calls', given: calls, rule: `at most the size, ${size}` }
    if (next >= 16 * words) return { key: 'next', given: next, rule: `a place in the ring, below ${16 * words}` }
    if (word >>> (2 * (next % 16)) !== 0) return { key: 'word', given: word, rule: 'no call at next or after it' }
    return ring(counts) ?? streak(counts)
  }
)

const slice: Rule<Counts.Slice> = also(
  record<Counts.Slice>({ calls: count, failures: count, slowCalls: count }),
  partOfCalls
)

const timeWindow: Rule<Counts.TimeWindow> = also(
  record<Counts.TimeWindow>({
    _tag: literal('TimeWindow'),
    sliceSeconds: positiveNumber,
    startSeconds: seconds,
    calls: count,
    failures: count,
    slowCalls: count,
    failuresInARow: count,
    older: list(slice, 10_000)
  }),
  (counts) => partOfCalls(counts) ?? current(counts) ?? streak(counts)
)

type BuiltIn = Counts.Consecutive | Counts.CountWindow | Counts.TimeWindow

const counts: Rule<Counts.Counts> = union<BuiltIn>({
  Consecutive: consecutive,
  CountWindow: countWindow,
  TimeWindow: timeWindow
})

const probe: Rule<States.Probe> = record<States.Probe>({ id: probeId, admittedAtSeconds: seconds })

const recovered: Rule<States.Recovered> = record<States.Recovered>({
  reopenings: count,
  closedAtSeconds: seconds,
  openSeconds: duration
})

const closed: Rule<States.Closed> = record<States.Closed>({
  _tag: literal('Closed'),
  generation,
  counts,
  recovered: nullable(recovered)
})

const open: Rule<States.Open> = also(
  record<States.Open>({
    _tag: literal('Open'),
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

const halfOpen: Rule<States.HalfOpen> = also(
  record<States.HalfOpen>({
    _tag: literal('HalfOpen'),
    generation,
    probes: list(probe, 1_000_000),
    successes: count,
    failures: count,
    reopenings: count,
    openSeconds: duration
  }),
  ({ probes }) =>
    new Set(probes.map(({ id }) => id)).size === probes.length
      ? undefined
      : { key: 'probes', given: probes, rule: 'probes with different ids' }
)

/**
 * @example
 * import { state } from 'breaker-ts/Shape'
 * import { initial } from 'breaker-ts/State'
 * import * as E from 'fp-ts/Either'
 *
 * assert.deepStrictEqual(state(JSON.parse(JSON.stringify(initial)), ''), E.right(initial))
 * assert.deepStrictEqual(
 *   state({ ...initial, generation: -1 }, 'saved'),
 *   E.left([{ path: 'saved.generation', given: '-1', rule: 'an integer from 0 to 4503599627370496' }])
 * )
 *
 * @category rules
 * @since 0.1.0
 */
export const state: Rule<States.State> = union<States.State>({
  Closed: closed,
  Open: open,
  HalfOpen: halfOpen,
  Isolated: record<States.Isolated>({ _tag: literal('Isolated'), generation }),
  Disabled: record<States.Disabled>({ _tag: literal('Disabled'), generation })
})

// -------------------------------------------------------------------------------------
// events
// -------------------------------------------------------------------------------------

/**
 * @example
 * import { callPermit } from 'breaker-ts/Event'
 * import { permit } from 'breaker-ts/Shape'
 * import * as E from 'fp-ts/Either'
 *
 * assert.deepStrictEqual(permit({ generation: 0, probe: null }, ''), E.right(callPermit(0)))
 *
 * @category rules
 * @since 0.1.0
 */
export const permit: Rule<Events.Permit> = record<Events.Permit>({
  generation,
  probe: must<string | null>('a non-empty string or null', (u) => u === null || isId(u))
})

/** @internal */
export const bare = <Tag extends string>(tag: Tag): Rule<{ readonly _tag: Tag }> =>
  record<{ readonly _tag: Tag }>({ _tag: literal(tag) })

/**
 * @example
 * import { reset } from 'breaker-ts/Event'
 * import { event } from 'breaker-ts/Shape'
 * import * as E from 'fp-ts/Either'
 *
 * assert.deepStrictEqual(event({ _tag: 'Reset' }, ''), E.right(reset))
 *
 * @category rules
 * @since 0.1.0
 */
export const event: Rule<Events.Event> = union<Events.Event>({
  Admitted: record<Events.Admitted>({ _tag: literal('Admitted'), probe: probeId }),
  Succeeded: record<Events.Succeeded>({ _tag: literal('Succeeded'), permit, slow: optional(isTrueOrFalse) }),
  Failed: record<Events.Failed>({
    _tag: literal('Failed'),
    permit,
    slow: optional(isTrueOrFalse),
    retryAfterSeconds: optional(duration)
  }),
  Released: record<Events.Released>({ _tag: literal('Released'), permit }),
  SuccessRecorded: bare('SuccessRecorded'),
  FailureRecorded: bare('FailureRecorded'),
  Reset: bare('Reset'),
  IsolationStarted: bare('IsolationStarted'),
  IsolationEnded: bare('IsolationEnded'),
  BreakerDisabled: bare('BreakerDisabled'),
  BreakerEnabled: bare('BreakerEnabled')
})

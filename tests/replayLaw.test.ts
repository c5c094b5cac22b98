// The law of the replay: a log recorded under settings, replayed under the same settings, gives the recorded transitions.
import { AsyncCircuitBreaker } from 'breaker-ts/AsyncCircuitBreaker'
import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
import { CircuitOpenError } from 'breaker-ts/CircuitOpenError'
import { manual } from 'breaker-ts/Clock'
import type { Settings } from 'breaker-ts/Config'
import * as Ev from 'breaker-ts/Event'
import { reader } from 'breaker-ts/LogReader'
import type { Notice, Observer, Transition } from 'breaker-ts/Notice'
import type { Outcome } from 'breaker-ts/Outcome'
import { failure, failureFor, neutral, slow, success } from 'breaker-ts/Outcome'
import { record } from 'breaker-ts/Record'
import { replay } from 'breaker-ts/Replay'
import type { Change } from 'breaker-ts/Report'
import { Session } from 'breaker-ts/Session'
import * as T from 'breaker-ts/testing'
import * as fc from 'fast-check'

const OUTCOMES: ReadonlyArray<Outcome> = [success, slow(success), failure, slow(failure), failureFor(20), neutral]
const BY_HAND = ['isolate', 'release', 'disable', 'enable', 'reset'] as const

type Action =
  | { readonly _tag: 'Start' } // one that nothing ends hangs
  | { readonly _tag: 'End'; readonly pick: number; readonly outcome: Outcome }
  | { readonly _tag: 'ByHand'; readonly what: (typeof BY_HAND)[number] }
  | { readonly _tag: 'Look' }

interface Step {
  readonly afterSeconds: number
  readonly action: Action
}

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 10, arbitrary: fc.constant<Action>({ _tag: 'Start' }) },
  {
    weight: 10,
    arbitrary: fc.record({
      _tag: fc.constant('End' as const),
      pick: fc.nat(5),
      outcome: fc.constantFrom(...OUTCOMES, failure, failure, success)
    })
  },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant('ByHand' as const), what: fc.constantFrom(...BY_HAND) }) },
  { weight: 1, arbitrary: fc.constant<Action>({ _tag: 'Look' }) }
)

// A clock of a real process never gives two calls the same time.
const seconds = fc.oneof(
  fc.constantFrom(0.1, 0.25, 0.3, 1, 5, 20, 60),
  fc.double({ min: 0.001, max: 2, noNaN: true }),
  fc.constantFrom(300, 3600)
)

const history: fc.Arbitrary<ReadonlyArray<Step>> = fc.array(fc.record({ afterSeconds: seconds, action }), {
  minLength: 5,
  maxLength: 60,
  size: 'max'
})

const startSeconds = fc.constantFrom(0, 12.345678, 1_700_000_000.123)

/** What a shell offers to the history. */
interface Shell {
  readonly start: () => ((outcome: Outcome) => Promise<void>) | undefined
  readonly byHand: Readonly<Record<(typeof BY_HAND)[number] | 'state', () => unknown>>
}

type Made = (settings: Settings, clock: () => number, observer: Observer) => Shell

const ofSession: Made = (settings, clock, observer) => {
  const session = new Session({ ...settings, clock, observer: observer, classify: () => success })
  return {
    start: () => {
      const acquired = session.acquire()
      return acquired._tag === 'Left' ? undefined : async (outcome) => acquired.right.end(outcome)
    },
    byHand: {
      isolate: () => session.dispatch(Ev.isolationStarted),
      release: () => session.dispatch(Ev.isolationEnded),
      disable: () => session.dispatch(Ev.breakerDisabled),
      enable: () => session.dispatch(Ev.breakerEnabled),
      reset: () => session.dispatch(Ev.reset),
      state: session.state
    }
  }
}

// The operation resolves with its own outcome.
const ofAsync: Made = (settings, clock, observer) => {
  const breaker = new AsyncCircuitBreaker({
    ...settings,
    clock,
    observer,
    classify: (result) => (result._tag === 'Right' ? (result.right as Outcome) : failure)
  })
  return {
    start: () => {
      const handed: Array<(outcome: Outcome) => void> = []
      const running = breaker.run(() => new Promise<Outcome>((resolve) => void handed.push(resolve)))
      const ended = running.then(
        () => undefined,
        (error: unknown) => expect(error).toBeInstanceOf(CircuitOpenError)
      )
      const [resolve] = handed
      return resolve === undefined
        ? undefined
        : async (outcome) => {
            resolve(outcome)
            await ended
          }
    },
    byHand: breaker
  }
}

const recordOf = async (
  made: Made,
  settings: Settings,
  from: number,
  steps: ReadonlyArray<Step>
): Promise<{ readonly lines: ReadonlyArray<string>; readonly told: ReadonlyArray<Transition> }> => {
  const time = manual(from)
  const lines: Array<string> = []
  const told: Array<Transition> = []
  const recorder = record((line) => lines.push(line), settings)
  const shell = made(settings, time.clock, (notice) => () => {
    recorder(notice)()
    if (notice._tag === 'Transition') told.push(notice)
  })
  const inFlight: Array<(outcome: Outcome) => Promise<void>> = []
  for (const { afterSeconds, action } of steps) {
    time.advance(afterSeconds)
    if (action._tag === 'Start') {
      const end = shell.start()
      if (end !== undefined) inFlight.push(end)
    } else if (action._tag === 'End') {
      const [end] = inFlight.splice(action.pick % Math.max(1, inFlight.length), 1)
      await end?.(action.outcome)
    } else shell.byHand[action._tag === 'ByHand' ? action.what : 'state']()
  }
  return { lines, told }
}

const changeOf = ({ from, to, atSeconds, because }: Transition): Change => ({
  atSeconds,
  from: from._tag,
  to: to._tag,
  generation: to.generation,
  because: because._tag,
  ...(to._tag === 'Open' ? { retryAtSeconds: to.retryAtSeconds } : {})
})

const replayed = (settings: Settings, lines: ReadonlyArray<string>): ReadonlyArray<Change> => {
  const { add, end } = reader({ format: 'record' })
  return replay(settings, { followDisabled: true })([...add(lines.join('')), ...end()]).changes.map(
    ({ key: _, ...change }) => change
  )
}

describe('a log recorded under settings', () => {
  const RUNS = { numRuns: 1000 }

  it.each([
    ['Session', ofSession],
    ['AsyncCircuitBreaker', ofAsync]
  ])('of %s, replayed under the same, gives the recorded transitions exactly', async (_, made) => {
    let transitions = 0
    await fc.assert(
      fc.asyncProperty(T.settings, startSeconds, history, async (settings, from, steps) => {
        const { lines, told } = await recordOf(made, settings, from, steps)
        transitions += told.length
        expect(replayed(settings, lines)).toEqual(told.map(changeOf))
      }),
      RUNS
    )
    expect(transitions).toBeGreaterThan(3000) // the histories get somewhere
  })

  it('of CircuitBreaker, where calls start other calls, gives them too', () => {
    const nested = fc.array(
      fc.record({ afterSeconds: seconds, depth: fc.integer({ min: 1, max: 3 }), fails: fc.boolean() }),
      {
        minLength: 5,
        maxLength: 40
      }
    )
    fc.assert(
      fc.property(T.settings, startSeconds, nested, (settings, from, calls) => {
        const time = manual(from)
        const [lines, told]: [Array<string>, Array<Notice>] = [[], []]
        const recorder = record((line) => lines.push(line), settings)
        const breaker = new CircuitBreaker({
          ...settings,
          clock: time.clock,
          classify: (result) => (result._tag === 'Left' ? failure : success),
          observer: [recorder, (notice) => () => void told.push(notice)]
        })
        const call = (depth: number, fails: boolean): void => {
          time.advance(0.01)
          try {
            breaker.call(() => {
              if (depth > 1) call(depth - 1, fails)
              time.advance(0.02)
              if (fails) throw new Error('503')
            })
          } catch {
            // as it should
          }
        }
        for (const { afterSeconds, depth, fails } of calls) {
          time.advance(afterSeconds)
          call(depth, fails)
        }
        const transitions = told.filter((notice): notice is Transition => notice._tag === 'Transition')
        expect(replayed(settings, lines)).toEqual(transitions.map(changeOf))
      }),
      RUNS
    )
  })
})

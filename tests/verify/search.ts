// Breadth-first over every situation that can be reached. It ends when nothing new is left, so what holds here holds for
// runs of any length.
import type { Event } from 'breaker-ts/Event'
import * as Ev from 'breaker-ts/Event'
import type { State } from 'breaker-ts/State'

import { showState } from '../support/transcript'
import type { Configuration } from './grid'
import { minds } from './grid'
import { passed, remembered, told } from './history'
import type { Invariant, Look, Subject, Transition } from './invariants'
import { brokenByEvent, brokenByLook, brokenByState, frozen, INVARIANTS } from './invariants'
import type { Machine } from './machine'
import type { Call, Situation } from './situation'
import { canonical, movedTo, nextTimes, nothing, settled } from './situation'

export interface Found {
  readonly invariant: Invariant
  readonly transcript: string
}

export interface Report {
  readonly states: number
  readonly transitions: number
  /** How many times another way to a known situation was held against the first. */
  readonly compared: number
  readonly found: Found | undefined
}

const EVERY: ReadonlySet<Invariant> = new Set(Object.keys(INVARIANTS) as ReadonlyArray<Invariant>)

// -------------------------------------------------------------------------------------
// what can happen next
// -------------------------------------------------------------------------------------

interface Action {
  readonly event: Event
  readonly call?: Call
}

const BY_HAND: ReadonlyArray<Action> = [
  { event: Ev.reset },
  { event: Ev.isolationStarted },
  { event: Ev.isolationEnded },
  { event: Ev.breakerDisabled },
  { event: Ev.breakerEnabled }
]

const outcomes = (configuration: Configuration, { permit }: Call): ReadonlyArray<Event> => [
  Ev.succeeded(permit),
  Ev.failed(permit),
  Ev.released(permit),
  ...(minds(configuration) ? [Ev.succeeded(permit, true), Ev.failed(permit, { slow: true })] : []),
  ...(configuration.asks === undefined ? [] : [Ev.failed(permit, { retryAfterSeconds: configuration.asks })])
]

// Calls with the same permit end alike.
const different = (calls: ReadonlyArray<Call>): ReadonlyArray<Call> =>
  calls.filter(
    ({ permit, live }, i) =>
      !calls
        .slice(0, i)
        .some(
          (call) =>
            call.live === live && call.permit.generation === permit.generation && call.permit.probe === permit.probe
        )
  )

const actions = (configuration: Configuration, { situation: { calls }, probe }: Look): ReadonlyArray<Action> => [
  ...(calls.length < configuration.overlap ? [{ event: Ev.admitted(probe) }] : []),
  ...different(calls).flatMap((call) => outcomes(configuration, call).map((event) => ({ event, call }))),
  { event: Ev.successRecorded },
  { event: Ev.failureRecorded },
  ...BY_HAND
]

const isOverloaded = ({ settings, load }: Configuration, { history }: Situation): boolean =>
  settings.window?._tag === 'TimeWindow' && history.calls.length > load

const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']

/** The state as of now, and an id that no probe of its generation has. */
const lookAt = ({ at, configuration }: Subject, situation: Situation): Look => {
  const view = frozen(at(situation.state, situation.now))
  const taken = situation.calls.flatMap(({ permit }) => (permit.generation < view.generation ? [] : [permit.probe]))
  const probe = IDS.find((id) => !taken.includes(id)) as string
  return { situation, view, passed: passed(configuration, situation, view), probe }
}

const grantedCall = ({ permit }: Subject, { situation: { state, now }, view, probe }: Look): ReadonlyArray<Call> => {
  const decision = permit(state, now, probe)
  return decision._tag === 'Left'
    ? []
    : [{ permit: frozen(decision.right), admittedAtSeconds: now, live: view._tag !== 'Disabled' }]
}

const transitionOf = (subject: Subject, look: Look, { event, call }: Action): Transition => {
  const { configuration, reduce } = subject
  const { situation: before, view } = look
  const next = frozen(reduce(before.state, frozen(event), before.now))
  const known = call === undefined ? undefined : look.passed.calls[before.calls.indexOf(call)]
  const admits = event._tag === 'Admitted' ? grantedCall(subject, look) : []
  const settle = (calls: ReadonlyArray<Call>, which: Call | undefined) => [
    ...calls.filter((other) => other !== which),
    ...admits
  ]
  // Time alone is never stored: where the event changed nothing, time has not either. A probe that ends too late is then
  // still in flight for a clock that goes back.
  if (next === before.state) {
    const isTooLate = call?.live === true && known?.live === false
    const stays = { ...before, calls: settle(before.calls, isTooLate ? undefined : call) }
    const after = view._tag === 'Closed' ? told(configuration, stays, view, event, call) : stays
    return { before, view, event, call: known, next, result: view, told: after, after }
  }
  const since = { ...look.passed, state: next, calls: settle(look.passed.calls, known) }
  const all = told(configuration, since, view, event, known)
  return { before, view, event, call: known, next, result: next, told: all, after: remembered(all, view, next) }
}

// -------------------------------------------------------------------------------------
// the search
// -------------------------------------------------------------------------------------

interface Node {
  readonly situation: Situation
  readonly parent: Node | undefined
  /** What led here from the parent; nothing where only time has passed. */
  readonly event: Event | undefined
}

interface Edge {
  readonly event: Event | undefined
  readonly to: Situation
  readonly broken: Invariant | undefined
}

const subjectOf = (machine: Machine, configuration: Configuration): Subject => {
  const made = machine.codecs.Settings.decode({ name: 'verify', ...configuration.settings })
  if (made._tag === 'Left') throw new Error(made.left.map(({ message }) => message).join('; '))
  const config = made.right
  return {
    machine,
    configuration,
    config,
    at: machine.at(config),
    permit: machine.permit(config),
    reduce: machine.reduce(config)
  }
}

const edges = (subject: Subject, wanted: ReadonlySet<Invariant>, look: Look): ReadonlyArray<Edge> => {
  const { configuration } = subject
  const { situation } = look
  return [
    ...actions(configuration, look).flatMap((action) => {
      const transition = transitionOf(subject, look, action)
      if (isOverloaded(configuration, transition.told)) return []
      const broken = brokenByEvent(subject, wanted, transition)
      return [{ event: action.event, to: settled(configuration, transition.after), broken }]
    }),
    ...nextTimes(configuration, situation).map((now) => ({
      event: undefined,
      to: movedTo(configuration, situation, now),
      broken: undefined
    }))
  ]
}

const waysOf = (subject: Subject, situation: Situation): string =>
  [
    ...new Set(
      edges(subject, new Set(), lookAt(subject, situation)).map(
        ({ event, to }) => `${event?._tag ?? 'time'} ${canonical(subject.configuration, to)}`
      )
    )
  ]
    .sort()
    .join('\n')

const COMPARE_EVERY = 101

/** Searches everything; `wanted` are the invariants to check. */
export const search = (
  machine: Machine,
  configuration: Configuration,
  wanted: ReadonlySet<Invariant> = EVERY
): Report => {
  const subject = subjectOf(machine, configuration)
  const first: Situation = {
    state: frozen(machine.initial),
    now: 0,
    latestSeconds: 0,
    calls: [],
    history: nothing
  }
  const nodes: Array<Node> = [{ situation: first, parent: undefined, event: undefined }]
  const seen = new Map([[canonical(configuration, first), first]])
  let transitions = 0
  let repeated = 0
  let compared = 0
  const stop = (invariant: Invariant, node: Node): Report => ({
    states: seen.size,
    transitions,
    compared,
    found: { invariant, transcript: transcriptOf(configuration, invariant, node) }
  })

  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i] as Node
    try {
      const look = lookAt(subject, node.situation)
      const here = brokenByLook(subject, wanted, look) ?? brokenByState(subject, wanted, node.situation)
      if (here !== undefined) return stop(here, node)
      for (const { event, to, broken } of edges(subject, wanted, look)) {
        transitions++
        const child = { situation: to, parent: node, event }
        if (broken !== undefined) return stop(broken, child)
        const key = canonical(configuration, to)
        const known = seen.get(key)
        if (known === undefined) {
          seen.set(key, to)
          nodes.push(child)
        } else if (wanted.has('C') && ++repeated % COMPARE_EVERY === 0) {
          compared++
          if (waysOf(subject, known) !== waysOf(subject, to)) return stop('C', child)
        }
      }
    } catch (error) {
      if (!wanted.has('I11')) throw error
      return stop('I11', node)
    }
  }
  return { states: seen.size, transitions, compared, found: undefined }
}

// -------------------------------------------------------------------------------------
// counter-examples
// -------------------------------------------------------------------------------------

const showSetting = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value)
  const { _tag, ...numbers } = value as { readonly _tag: string }
  return `${_tag.charAt(0).toLowerCase()}${_tag.slice(1)}(${Object.values(numbers).join(', ')})`
}

const showSettings = ({ settings }: Configuration): string =>
  Object.entries(settings)
    .map(([key, value]) => `${key} ${showSetting(value)}`)
    .join(', ')

const HAND: Readonly<Partial<Record<Event['_tag'], string>>> = {
  SuccessRecorded: 'record success',
  FailureRecorded: 'record failure',
  Reset: 'reset',
  IsolationStarted: 'isolate',
  IsolationEnded: 'end isolation',
  BreakerDisabled: 'disable',
  BreakerEnabled: 'enable'
}

const showEvent = (event: Event | undefined): string => {
  if (event === undefined) return 'look'
  switch (event._tag) {
    case 'Admitted':
      return `admit ${event.probe}`
    case 'Succeeded':
    case 'Failed':
    case 'Released': {
      const verb = { Succeeded: 'succeed', Failed: 'fail', Released: 'release' }[event._tag]
      const { generation, probe } = event.permit
      const slowly = 'slow' in event && event.slow === true ? ' slowly' : ''
      const asked = 'retryAfterSeconds' in event ? ` asking ${event.retryAfterSeconds}` : ''
      return `${verb} #${generation}${probe === null ? '' : ` ${probe}`}${slowly}${asked}`
    }
    default:
      return HAND[event._tag] as string
  }
}

const transcriptOf = (configuration: Configuration, invariant: Invariant, last: Node): string => {
  const way: Array<Node> = []
  for (let node: Node | undefined = last; node?.parent !== undefined; node = node.parent) way.unshift(node)
  const line = ({ situation: { state, now }, event, parent }: Node): string => {
    const before: State | undefined = parent?.situation.state
    const result = event !== undefined && state === before ? 'unchanged' : showState(state)
    return `${String(now).padStart(8)}  ${showEvent(event).padEnd(24)} -> ${result}`
  }
  return [
    `${invariant} broken: ${INVARIANTS[invariant]}`,
    '',
    `settings ${showSettings(configuration)}`,
    '',
    ...way.map(line)
  ].join('\n')
}

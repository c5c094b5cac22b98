// A fleet of real members and real breakers in a simulated world, and what must hold all the time.
//
//   I1  probes in flight of one generation never exceed halfOpenMaxProbes, in the whole fleet, while all are attached
//   I2  when all is quiet, every view is the stored state
//   I3  attached: what was counted is what happened; with lost answers, no less
//   I4  the version that a member knows never goes back, unless the store did
//   I5  no view is OPEN before so many calls have failed as it takes
//   I6  nobody writes to a store as if it had forgotten, unless it has
//   I7  a call ends with its own result or with a CircuitOpenError, and waits at most the time limit
//   I10 a generation that an event led to is of one member and one moment
import type { AsyncCircuitBreaker } from 'breaker-ts/AsyncCircuitBreaker'
import { isCircuitOpenError } from 'breaker-ts/CircuitOpenError'
import { from } from 'breaker-ts/Config'
import type { Event } from 'breaker-ts/Event'
import type { Notice } from 'breaker-ts/Notice'
import { at } from 'breaker-ts/Reducer'
import type { FleetSettings, SharedStore } from 'breaker-ts/Shared'
import type { State } from 'breaker-ts/State'
import type { Store } from 'breaker-ts/Store'

import type { Kit } from './kit'
import type { Weather } from './network'
import { Network } from './network'
import type { Random } from './world'
import { seeded, World } from './world'

export type Fault = (fleet: Fleet) => void

export interface Scenario {
  readonly name: string
  readonly members: number
  readonly settings: FleetSettings
  readonly seconds: number
  /** Calls of each member in a second. */
  readonly rate: number
  /** How many calls of 100 fail at a time. */
  readonly failing: (seconds: number, member: number) => number
  readonly workSeconds: readonly [least: number, most: number]
  readonly weather: Weather
  readonly faults?: ReadonlyArray<readonly [atSeconds: number, fault: Fault]>
  /** How many failures it takes to open the circuit. */
  readonly threshold: number
  readonly timeoutSeconds?: number
  readonly pollSeconds?: number
  /** What does not hold, by the nature of the faults. */
  readonly without?: ReadonlyArray<Broken['invariant']>
  /** Probes are counted while members are lost, too. */
  readonly countsLost?: boolean
  readonly originSeconds?: number
}

export interface Broken {
  readonly invariant: 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I10'
  readonly atSeconds: number
  readonly what: string
}

/** What is private in a member: the simulation looks, and never touches. */
interface Inside {
  readonly replica: {
    readonly version: string
    readonly isBehind: boolean
    readonly base: { readonly state: State }
    readonly offsetSeconds: number
  }
  readonly lost: object | undefined
  readonly key: string
}

interface Participant {
  readonly store: SharedStore
  readonly breaker: AsyncCircuitBreaker
  readonly inside: Inside
  readonly skewSeconds: number
  view: State
  version: string
  lapses: number
}

const lease = ({ probeTimeoutSeconds }: FleetSettings): number => probeTimeoutSeconds ?? 300

export class Fleet {
  readonly world = new World()
  readonly network: Network
  readonly random: Random
  readonly participants: Array<Participant> = []
  readonly broken: Array<Broken> = []
  readonly reports: Array<string> = []
  readonly notices: Array<Notice> = []
  /** Calls that a member was not allowed to make. */
  readonly rejectedOf: Array<number> = []
  readonly callsOf: Array<number> = []
  readonly made = { calls: 0, succeeded: 0, failed: 0, rejected: 0, probes: 0, slowestWaitSeconds: 0 }
  private readonly failedIn = new Map<number, number>()
  private readonly probing = new Map<number, Set<{ readonly sinceSeconds: number }>>()
  private readonly opened = new Set<number>()
  private readonly episodes = new Map<number, string>()
  private isCalling = true
  private readonly error = new Error('503')
  private readonly at: ReturnType<typeof at>

  constructor(
    private readonly kit: Kit,
    readonly scenario: Scenario,
    seed: number
  ) {
    this.at = at(from(scenario.settings))
    this.random = seeded(seed)
    this.network = new Network(this.world, this.random, scenario.weather, scenario.originSeconds)
    for (let i = 0; i < scenario.members; i++) this.join()
    scenario.faults?.forEach(([atSeconds, fault]) => {
      if (atSeconds < scenario.seconds) this.world.timers(atSeconds, () => fault(this))
    })
  }

  /** One more member. */
  join(kit: Kit = this.kit): Participant {
    const { scenario, world, random } = this
    const number = this.participants.length
    const skewSeconds = random() * 1000
    const clock = () => world.now + skewSeconds
    const settings: FleetSettings = {
      ...scenario.settings,
      clock,
      report: (message) => void this.reports.push(message)
    }
    const { timeoutSeconds, pollSeconds } = scenario
    const member = kit.memberOf(
      { cell: this.network.cell(number), settings, timeoutSeconds, pollSeconds },
      { timers: world.timers, random }
    )
    const store = kit.storeOf(member)
    const watched: Store = { ...store, dispatch: (event, now) => this.dispatched(store, event, now) }
    const observer = (notice: Notice) => () => this.told(notice, number, skewSeconds)
    const participant: Participant = {
      store,
      breaker: new kit.AsyncCircuitBreaker({ ...settings, store: watched, observer }),
      inside: member as unknown as Inside,
      skewSeconds,
      view: store.getState(),
      version: '0',
      lapses: 0
    }
    this.participants.push(participant)
    this.next(participant, number)
    return participant
  }

  async play(): Promise<void> {
    const { scenario, world, network } = this
    await world.until(scenario.seconds, () => this.check())
    this.isCalling = false
    network.isDown = false
    network.cutOff.clear()
    network.weather = { ...network.weather, loseRequest: 0, loseAnswer: 0, latency: [0.0005, 0.002] }
    // Every call has ended, every member is back, and has read the store.
    const quiet = lease(scenario.settings) + scenario.workSeconds[1] + 12 * (scenario.pollSeconds ?? 3) + 5
    await world.until(scenario.seconds + quiet, () => this.check())
    this.checkEnd()
    await Promise.all([world.until(world.now + 10), ...this.participants.map(({ store }) => store.close())])
  }

  // -----------------------------------------------------------------------------------
  // calls
  // -----------------------------------------------------------------------------------

  private next(participant: Participant, number: number): void {
    const { rate } = this.scenario
    if (rate === 0) return
    this.world.timers(-Math.log(1 - this.random()) / rate, () => {
      if (!this.isCalling) return
      this.call(participant, number)
      this.next(participant, number)
    })
  }

  call(participant: Participant, number: number): void {
    const { scenario, world, random } = this
    const askedSeconds = world.now
    const isFailing = random() * 100 < scenario.failing(askedSeconds, number)
    const [least, most] = scenario.workSeconds
    const work = least + (most - least) * random()
    const { error } = this
    let waited: number | undefined
    const operation = (): Promise<string> => {
      waited = world.now - askedSeconds
      const end = this.probe(participant)
      return new Promise((resolve, reject) =>
        world.timers(work, () => {
          end()
          if (isFailing) reject(error)
          else resolve('ok')
        })
      )
    }
    this.made.calls++
    this.callsOf[number] = (this.callsOf[number] ?? 0) + 1
    const ended = (reason?: unknown): void => {
      const wait = waited ?? world.now - askedSeconds
      this.made.slowestWaitSeconds = Math.max(this.made.slowestWaitSeconds, wait)
      if (wait > (scenario.timeoutSeconds ?? 0.25) + 1e-9) this.breaks('I7', `a call waited for ${wait} s`)
      if (reason === undefined) this.made.succeeded++
      else if (reason === error) this.made.failed++
      else if (isCircuitOpenError(reason)) {
        this.made.rejected++
        this.rejectedOf[number] = (this.rejectedOf[number] ?? 0) + 1
      } else this.breaks('I7', `a call threw ${reason instanceof Error ? reason.message : 'no error'}`)
    }
    participant.breaker.run(operation).then(() => ended(), ended)
  }

  // A call that runs while its member sees HALF_OPEN is a probe.
  private probe({ store, skewSeconds }: Participant): () => void {
    const { scenario, world } = this
    const state = this.at(store.getState(), world.now + skewSeconds)
    if (state._tag !== 'HalfOpen') return () => undefined
    this.made.probes++
    const running = this.probing.get(state.generation) ?? new Set()
    this.probing.set(state.generation, running)
    const probe = { sinceSeconds: world.now }
    running.add(probe)
    // What a probe says after its lease, the fleet does not hear; clocks differ by milliseconds.
    const live = [...running].filter(({ sinceSeconds }) => world.now - sinceSeconds < lease(scenario.settings) - 0.3)
    const most = scenario.settings.halfOpenMaxProbes ?? 1
    const isCounted = scenario.countsLost === true || this.participants.every(({ inside }) => inside.lost === undefined)
    if (live.length > most && isCounted && this.network.lapses === 0)
      this.breaks('I1', `${live.length} probes in flight in generation ${state.generation}`)
    return () => void running.delete(probe)
  }

  private dispatched(store: Store, event: Event, now: number): void {
    if (event._tag === 'Failed') {
      const { generation } = event.permit
      this.failedIn.set(generation, (this.failedIn.get(generation) ?? 0) + 1)
    }
    store.dispatch(event, now)
  }

  // -----------------------------------------------------------------------------------
  // invariants
  // -----------------------------------------------------------------------------------

  private breaks(invariant: Broken['invariant'], what: string): void {
    if (this.scenario.without?.includes(invariant) === true) return
    this.broken.push({ invariant, atSeconds: this.world.now, what })
  }

  private told(notice: Notice, number: number, skewSeconds: number): void {
    if (notice._tag === 'StoreLost' || notice._tag === 'StoreBack') this.notices.push(notice)
    if (notice._tag !== 'Transition') return
    const { because, from, to, atSeconds } = notice
    if (from._tag === 'Closed' && to._tag === 'Open' && !this.opened.has(to.generation)) {
      const failures = this.failedIn.get(from.generation) ?? 0
      if (failures < this.scenario.threshold)
        this.breaks(
          'I5',
          `member ${number} is OPEN #${to.generation} after ${failures} failures in #${from.generation}`
        )
    }
    if (to._tag === 'Open') this.opened.add(to.generation)
    if (['Remote', 'RecoveryTimeoutElapsed', 'ProbeTimedOut', 'Admitted', 'Released'].includes(because._tag)) return
    if (from.generation === to.generation) return
    const episode = `member ${number} at ${(atSeconds - skewSeconds).toFixed(6)}`
    const other = this.episodes.get(to.generation)
    if (other !== undefined && other !== episode)
      this.breaks('I10', `generation ${to.generation} is of ${other}, and of ${episode}`)
    this.episodes.set(to.generation, episode)
  }

  private check(): void {
    const { lapses } = this.network
    this.participants.forEach((participant, number) => {
      const { version } = participant.inside.replica
      if (version !== participant.version) {
        if (isOlder(version, participant.version) && participant.lapses === lapses)
          this.breaks('I4', `member ${number} went from version ${participant.version} to ${version}`)
        participant.version = version
        participant.lapses = lapses
      }
    })
  }

  private checkEnd(): void {
    const { network, world, scenario } = this
    this.participants.forEach(({ inside, store, skewSeconds }, number) => {
      const stored = network.value(inside.key)
      const text = stored === undefined ? undefined : (JSON.parse(stored.value) as { readonly state: State }).state
      const { version, isBehind } = inside.replica
      const offset = network.nowSeconds - (world.now + skewSeconds)
      if (inside.lost !== undefined) this.breaks('I2', `member ${number} is still lost`)
      else if (version !== (stored?.version ?? '0') || isBehind)
        this.breaks('I2', `member ${number} knows version ${version} of ${stored?.version}, behind: ${isBehind}`)
      else if (text !== undefined && !isNearly(text, store.getState(), offset))
        this.breaks('I2', `member ${number} sees ${JSON.stringify(store.getState())} of ${JSON.stringify(text)}`)
    })
    network.seen.forEach(({ reseeds }, number) => {
      if (reseeds > 0 && network.lapses === 0) this.breaks('I6', `member ${number} wrote as if the store had forgotten`)
    })
    if (scenario.threshold === Infinity) this.checkCounts()
  }

  // Where nothing ever opens, the window holds all that has happened.
  private checkCounts(): void {
    const state = this.participants[0]?.store.getState()
    const counts = state?._tag === 'Closed' ? state.counts : undefined
    const { succeeded, failed } = this.made
    const { loseAnswer, doubleRequest } = this.scenario.weather
    const isExact = (loseAnswer === 0 && doubleRequest === 0) || this.scenario.members === 1
    const what = `${counts?.failures} of ${failed} failures, ${counts?.calls} of ${succeeded + failed} calls`
    if (counts === undefined || counts.failures < failed || counts.calls < succeeded + failed)
      this.breaks('I3', `lost: ${what}`)
    else if (isExact && (counts.failures > failed || counts.calls > succeeded + failed))
      this.breaks('I3', `counted twice: ${what}`)
  }
}

const isOlder = (version: string, other: string): boolean =>
  /^\d{1,16}$/.test(version) && /^\d{1,16}$/.test(other) && BigInt(version) < BigInt(other)

// The same but for what the clocks are known by.
const isNearly = (stored: unknown, seen: unknown, offset: number, key = ''): boolean => {
  if (typeof stored !== 'object' || stored === null || typeof seen !== 'object' || seen === null)
    return key.endsWith('AtSeconds')
      ? Math.abs((stored as number) - (seen as number) - offset) < 0.3 || stored === seen
      : stored === seen
  const [x, y] = [stored as Record<string, unknown>, seen as Record<string, unknown>]
  return (
    Object.keys(x).length === Object.keys(y).length &&
    Object.keys(x).every((name) => isNearly(x[name], y[name], offset, name))
  )
}

// What a fleet goes through: a service that fails and recovers, and a store that is late, lost, emptied or wrong.
import type { FleetSettings } from 'breaker-ts/Shared'
import { failureCount, failureRate } from 'breaker-ts/TripStrategy'
import { timeWindow } from 'breaker-ts/Window'

import type { Fault, Scenario } from './fleet'
import type { Weather } from './network'
import { fair } from './network'

export const inARow: FleetSettings = {
  name: 'payments',
  failureThreshold: 4,
  recoveryTimeoutSeconds: 1,
  halfOpenMaxProbes: 2,
  probeTimeoutSeconds: 2
}

export const byRate: FleetSettings = {
  name: 'payments',
  window: timeWindow(5),
  trip: failureRate(0.5, 10),
  recoveryTimeoutSeconds: 1,
  probeTimeoutSeconds: 2
}

// It never opens, so its window holds all that has happened.
export const counting: FleetSettings = {
  name: 'payments',
  window: timeWindow(1e6),
  trip: failureRate(1, 1e6),
  probeTimeoutSeconds: 2
}

/** The service is well for some seconds, and down for as many. */
const inTurns =
  (seconds: number) =>
  (now: number): number =>
    Math.floor(now / seconds) % 2 === 1 ? 100 : 0

const rough: Weather = { ...fair, latency: [0.001, 0.06], losePush: 0.3, doublePush: 0.2 }
const lossy: Weather = { ...rough, latency: [0.001, 0.03], loseRequest: 0.01, loseAnswer: 0.01 }

const cycle: Scenario = {
  name: 'a service that fails and recovers, again and again',
  members: 4,
  settings: inARow,
  seconds: 60,
  rate: 40,
  failing: inTurns(4),
  workSeconds: [0.005, 0.1],
  weather: fair,
  threshold: 4
}

const count: Scenario = {
  ...cycle,
  name: 'a service of which each fifth call fails',
  settings: counting,
  failing: () => 20,
  threshold: Infinity
}

const down =
  (seconds: number): Fault =>
  (fleet) => {
    fleet.network.isDown = true
    fleet.world.timers(seconds, () => {
      fleet.network.isDown = false
      fleet.participants.forEach((_, number) => fleet.network.gap(number))
    })
  }

const cutOff =
  (member: number, seconds: number): Fault =>
  ({ network, world }) => {
    network.cutOff.add(member)
    world.timers(seconds, () => {
      network.cutOff.delete(member)
      network.gap(member)
    })
  }

const every = (seconds: number, until: number, fault: Fault): NonNullable<Scenario['faults']> =>
  Array.from({ length: Math.floor(until / seconds) }, (_, i) => [seconds * (i + 1), fault] as const)

const garbage =
  (version: string, value: string): Fault =>
  ({ network }) =>
    network.keys.forEach((key) => network.write(key, { version, value, writer: 'a stranger' }))

export const scenarios: Readonly<Record<string, Scenario>> = {
  cycle,
  rates: { ...cycle, name: 'the same, by a rate', settings: byRate, threshold: 5 },
  rough: { ...cycle, name: 'pushes that are late, doubled or lost', weather: rough },
  roughRates: { ...cycle, name: 'the same, by a rate', settings: byRate, threshold: 5, weather: rough },
  count,
  countRough: { ...count, name: 'all is counted, once, whatever comes late or twice', weather: rough },
  countDoubled: {
    ...count,
    name: 'a client that sends a request twice',
    weather: { ...rough, doubleRequest: 0.3 }
  },
  // A double count needs a lost answer and another's commit before the member is back.
  countLossy: { ...count, name: 'answers that get lost: nothing else does', weather: lossy },
  // Alone, nobody can come between.
  alone: {
    ...count,
    name: 'a member alone whose answers get lost',
    members: 1,
    weather: { ...lossy, loseAnswer: 0.05 }
  },
  lossy: { ...cycle, name: 'answers that get lost', weather: lossy, without: ['I5'] },
  blips: {
    ...cycle,
    name: 'a store that is away for a moment, again and again',
    seconds: 90,
    failing: inTurns(3),
    faults: every(1.3, 90, down(0.4)),
    countsLost: true
  },
  outage: { ...cycle, name: 'a store that is away for long', faults: [[7, down(20)]] },
  island: {
    ...cycle,
    name: 'a member that is cut off',
    faults: [
      [5, cutOff(1, 15)],
      [30, cutOff(2, 9)]
    ]
  },
  islands: {
    ...cycle,
    name: 'members that are all cut off from each other',
    seconds: 40,
    faults: [
      [3, cutOff(0, 18)],
      [3, cutOff(1, 19)],
      [3, cutOff(2, 20)],
      [3, cutOff(3, 21)]
    ]
  },
  wiped: { ...cycle, name: 'a store that is emptied', faults: every(2.7, 60, ({ network }) => network.wipe()) },
  rolledBack: {
    ...cycle,
    name: 'an older copy of the store takes over',
    faults: [...every(3.1, 60, ({ network }) => network.save()), ...every(5.3, 60, ({ network }) => network.rollBack())]
  },
  clockBack: {
    ...cycle,
    name: 'the clock of the store goes back a minute',
    faults: [
      [6.2, ({ network }) => (network.stepSeconds -= 60)],
      [21.3, ({ network }) => (network.stepSeconds -= 60)]
    ],
    // A commit on its way still has the times of the old clock, so a probe too many may go out.
    without: ['I1', 'I4'],
    settings: { ...inARow, recoveryTimeoutSeconds: 3 }
  },
  clockAhead: {
    ...cycle,
    name: 'the clock of the store goes a minute ahead',
    faults: [
      [6.2, ({ network }) => (network.stepSeconds += 60)],
      [21.3, ({ network }) => (network.stepSeconds += 0.5)]
    ],
    without: ['I1']
  },
  garbage: {
    ...cycle,
    name: 'values and versions that nobody of the fleet has written',
    faults: [
      [5, garbage('17', 'no JSON')],
      [11, garbage('a text', '{"schema":1,"settings":"x","lastAtSeconds":0,"state":{"_tag":"Open"}}')],
      [19, garbage('99999999999999999', '[]')]
    ],
    without: ['I4']
  },
  starting: {
    ...count,
    name: 'members that start on a slow network',
    members: 6,
    seconds: 6,
    rate: 100,
    weather: { ...rough, latency: [0.001, 0.11] }
  },
  // Each failure counts, so one that is counted twice opens the circuit too early.
  exact: {
    ...cycle,
    name: 'failures that are counted one by one',
    settings: { ...inARow, failureThreshold: undefined, window: timeWindow(1e6), trip: failureCount(8) },
    failing: () => 6,
    threshold: 8,
    weather: { ...rough, losePush: 0 }
  },
  // Numbers of so many digits are no exact numbers in JavaScript. The clock stands still, so versions differ by one.
  farFuture: {
    ...count,
    name: 'versions of 16 digits',
    originSeconds: 9_007_199_900,
    faults: [[0.5, ({ network }) => (network.stepSeconds -= 600)]],
    weather: { ...rough, losePush: 0, doublePush: 0.5 }
  }
}

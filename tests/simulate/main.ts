// Simulates a million calls through every scenario, and fleets of 10, 100 and 1,000 members through a trip and a recovery.
import { failureRate } from 'breaker-ts/TripStrategy'
import { timeWindow } from 'breaker-ts/Window'

import type { Scenario } from './fleet'
import { Fleet } from './fleet'
import { kit } from './kit'
import { fair } from './network'
import { scenarios } from './scenarios'

const CALLS = Number(process.argv[2] ?? 1_000_000)

const line = (name: string, cells: ReadonlyArray<number | string>): string =>
  [
    name.padEnd(56),
    ...cells.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell).padStart(12))
  ].join('')

const round = (n: number, digits: number): number => Number(n.toFixed(digits))

const playAll = async (): Promise<boolean> => {
  console.log(line('', ['calls', 'commits', 'conflicts', 'pushes', 'broken']))
  const totals = new Map<string, Array<number>>()
  let all = 0
  let isRight = true
  for (let seed = 1; all < CALLS; seed++)
    for (const [key, scenario] of Object.entries(scenarios)) {
      const fleet = new Fleet(kit, scenario, seed)
      await fleet.play()
      const { commits, conflicts, pushes } = fleet.network.traffic
      all += fleet.made.calls
      const sum = totals.get(key) ?? [0, 0, 0, 0, 0]
      totals.set(
        key,
        [fleet.made.calls, commits, conflicts, pushes, fleet.broken.length].map((n, i) => n + (sum[i] as number))
      )
      fleet.broken.forEach(({ invariant, atSeconds, what }) => {
        isRight = false
        console.log(`${invariant} is broken in '${scenario.name}', seed ${seed}, at ${atSeconds} s: ${what}`)
      })
    }
  totals.forEach((sum, key) => console.log(line(scenarios[key]?.name ?? key, sum)))
  console.log(`${all.toLocaleString('en')} calls\n`)
  return isRight
}

const DOWN_SECONDS = 1
const UP_SECONDS = 5

// All members together make so many calls a second, whatever their number.
const CALLS_A_SECOND = 1000

const BY_RATE = { window: timeWindow(10), trip: failureRate(0.5, 100) }
const IN_A_ROW = { failureThreshold: 50 }

// By a rate, each member commits its successes once a second and each commit is pushed to all: that grows by the square.
const FLEETS = [
  { name: 'in a row', policy: IN_A_ROW, sizes: [10, 100, 1000] },
  { name: 'by a rate', policy: BY_RATE, sizes: [10, 100] }
]

const trip = (members: number, policy: object): Scenario => ({
  name: `${members} members`,
  members,
  settings: {
    name: 'payments',
    ...policy,
    recoveryTimeoutSeconds: 5,
    probeTimeoutSeconds: 2
  },
  seconds: 10,
  rate: CALLS_A_SECOND / members,
  failing: (now) => (now >= DOWN_SECONDS && now < UP_SECONDS ? 100 : 0),
  workSeconds: [0.01, 0.05],
  weather: fair,
  threshold: 50
})

const playSizes = async (): Promise<boolean> => {
  console.log(`A trip and a recovery in 10 s, ${CALLS_A_SECOND} calls a second of all members together:`)
  const more = ['calls', 'commits', 'conflicts', 'pushes', 'KB', 'open, s', 'closed, s']
  console.log(line('', more))
  let isRight = true
  for (const { name, members, policy } of FLEETS.flatMap((each) =>
    each.sizes.map((members) => ({ ...each, members }))
  )) {
    const fleet = new Fleet(kit, trip(members, policy), 1)
    const seen = { open: 0, closed: 0 }
    const watch = (): void => {
      const states = fleet.participants.map(({ store }) => store.getState())
      const now = fleet.world.now
      if (seen.open === 0 && states.every(({ _tag }) => _tag === 'Open')) seen.open = now - DOWN_SECONDS
      if (seen.open > 0 && seen.closed === 0 && states.every(({ _tag }) => _tag === 'Closed'))
        seen.closed = now - UP_SECONDS
      if (now < 10) fleet.world.timers(0.01, watch)
    }
    fleet.world.timers(DOWN_SECONDS, watch)
    await fleet.play()
    const { commits, conflicts, pushes, bytes } = fleet.network.traffic
    const cells = [fleet.made.calls, commits, conflicts, pushes, Math.round(bytes / 1000)]
    console.log(line(`${members} members, ${name}`, [...cells, round(seen.open, 2), round(seen.closed, 2)]))
    isRight &&= fleet.broken.length === 0
    fleet.broken.slice(0, 10).forEach(({ invariant, what }) => console.log(`${invariant} is broken: ${what}`))
  }
  return isRight
}

const main = async (): Promise<void> => {
  const since = performance.now()
  const isRight = (await playAll()) && (await playSizes())
  console.log(`${((performance.now() - since) / 1000).toFixed(0)} s`)
  process.exitCode = isRight ? 0 : 1
}

void main()

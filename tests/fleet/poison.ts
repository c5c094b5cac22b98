/**
 * One sick process of eight: what does it do to the seven healthy ones? `npm run fleet:poison` plays it with the real code, in
 * virtual time, and prints the table of docs/guides/fleet.md.
 */
import { AsyncCircuitBreaker } from 'breaker-ts/AsyncCircuitBreaker'
import { isCircuitOpenError } from 'breaker-ts/CircuitOpenError'
import type { FleetSettings } from 'breaker-ts/Shared'
import { memberOf, storeOf } from 'breaker-ts/Shared'
import { failureCount, failureRate } from 'breaker-ts/TripStrategy'
import { timeWindow } from 'breaker-ts/Window'

import { fair, Network } from '../simulate/network'
import { seeded, World } from '../simulate/world'

const NODES = 8
const SECONDS = 120
const NOISE = 0.01 // of the calls of a healthy process fail
const WORK_SECONDS = [0.005, 0.05] as const

const common = { name: 'payments', recoveryTimeoutSeconds: 5, probeTimeoutSeconds: 2 }

/** The policies that the table compares. */
export const POLICIES: Readonly<Record<string, FleetSettings>> = {
  '5 failures in 10 s': { ...common, window: timeWindow(10), trip: failureCount(5) },
  '5 failures in a row': { ...common, failureThreshold: 5 },
  'half of 20 or more calls in 10 s': { ...common, window: timeWindow(10), trip: failureRate(0.5, 20) }
}

/** What goes wrong: how often a call of a node fails. */
export const TROUBLES: Readonly<Record<string, (node: number) => number>> = {
  'one sick process': (node) => (node === 0 ? 1 : NOISE),
  'dependency down': () => 1
}

/** Calls of each process in a second. */
export const RATES = [1, 10, 100]

/** The share of the calls of the seven healthy processes that was rejected. */
export const rejectedShare = async (
  settings: FleetSettings,
  failing: (node: number) => number,
  callsInASecond: number,
  isShared: boolean,
  seed: number
): Promise<number> => {
  const world = new World()
  const random = seeded(seed)
  const network = new Network(world, random, fair)
  const counts = { calls: 0, rejected: 0 }
  const stores = Array.from({ length: NODES }, (_, node) => {
    const skewSeconds = random() * 1000
    const own: FleetSettings = { ...settings, clock: () => world.now + skewSeconds, report: () => undefined }
    const store = isShared
      ? storeOf(memberOf({ cell: network.cell(node), settings: own }, { timers: world.timers, random }))
      : undefined
    const breaker = new AsyncCircuitBreaker(store === undefined ? own : { ...own, store })
    const operation = (isFailing: boolean): Promise<void> =>
      new Promise((resolve, reject) =>
        world.timers(WORK_SECONDS[0] + random() * (WORK_SECONDS[1] - WORK_SECONDS[0]), () =>
          isFailing ? reject(FAILED) : resolve()
        )
      )
    const next = (): void =>
      void world.timers(-Math.log(1 - random()) / callsInASecond, () => {
        if (node > 0) counts.calls++
        breaker.run(operation, random() < failing(node)).catch((error: unknown) => {
          if (node > 0 && isCircuitOpenError(error)) counts.rejected++
        })
        next()
      })
    next()
    return store
  })
  await world.until(SECONDS)
  await Promise.all([world.until(world.now + 10), ...stores.map((store) => store?.close())])
  return counts.rejected / counts.calls
}

const FAILED = new Error('503')

/** The mean of several runs. */
export const meanShare = async (
  settings: FleetSettings,
  failing: (node: number) => number,
  callsInASecond: number,
  isShared: boolean,
  seeds: number
): Promise<number> => {
  let sum = 0
  for (let seed = 1; seed <= seeds; seed++)
    sum += await rejectedShare(settings, failing, callsInASecond, isShared, seed)
  return sum / seeds
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** The table, as Markdown. */
export const table = async (seeds: number, tell: (line: string) => void): Promise<void> => {
  tell(
    '| policy | calls/s of a process | one sick process, shared | not shared | dependency down, shared | not shared |'
  )
  tell('| --- | --: | --: | --: | --: | --: |')
  for (const [policy, settings] of Object.entries(POLICIES))
    for (const rate of RATES) {
      const runs = rate > 10 ? Math.ceil(seeds / 4) : seeds
      const cells: Array<string> = []
      for (const failing of Object.values(TROUBLES))
        for (const isShared of [true, false])
          cells.push(percent(await meanShare(settings, failing, rate, isShared, runs)))
      tell(`| ${policy} | ${rate} | ${cells.join(' | ')} |`)
    }
}

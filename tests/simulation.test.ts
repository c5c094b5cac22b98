// Fleets of real members in virtual time: `npm run simulate` plays more of them, and larger ones.
import { failureRate } from 'breaker-ts/TripStrategy'
import { timeWindow } from 'breaker-ts/Window'

import type { Broken, Scenario } from './simulate/fleet'
import { Fleet } from './simulate/fleet'
import { kit } from './simulate/kit'
import { edit, fixes, kitWith, races } from './simulate/races'
import { byRate, inARow, scenarios } from './simulate/scenarios'

const SEEDS = [1, 2]
const plays = Object.values(scenarios).flatMap((scenario) => SEEDS.map((seed) => ({ ...scenario, scenario, seed })))

const play = async (scenario: Scenario, seed: number, code = kit): Promise<Fleet> => {
  const fleet = new Fleet(code, scenario, seed)
  await fleet.play()
  return fleet
}

const sentence = ({ invariant, atSeconds, what }: Broken): string => `${invariant} at ${atSeconds} s: ${what}`

describe('a fleet keeps every promise', () => {
  let calls = 0

  it.each(plays)('through $name (seed $seed)', async ({ scenario, seed }) => {
    const { broken, made } = await play(scenario, seed)
    expect(broken.map(sentence)).toEqual([])
    calls += made.calls
  })

  it('in 200,000 calls and more', () => {
    expect(calls).toBeGreaterThan(200_000)
  })

  it('gives the same history for the same seed', async () => {
    const [first, second] = [
      await play(scenarios['rough'] as Scenario, 5),
      await play(scenarios['rough'] as Scenario, 5)
    ]
    expect(second.made).toEqual(first.made)
    // The ids of probes are random, and so is their length.
    expect({ ...second.network.traffic, bytes: 0 }).toEqual({ ...first.network.traffic, bytes: 0 })
  })
})

describe('each fix is needed', () => {
  it.each(races)('$race ($invariant)', async ({ edits, scenario, seed, invariant }) => {
    const short = { ...(scenarios[scenario] as Scenario), seconds: 30 }
    const without = await play(short, seed, kitWith(edits))
    expect(without.broken.map((found) => found.invariant)).toContain(invariant)
    expect((await play(short, seed)).broken.map(sentence)).toEqual([])
  })

  describe('R9: two formats never share a key', () => {
    const release = (...edits: Parameters<typeof kitWith>[0]) => kitWith(edits)
    const newFormat = edit('Envelope', 'SCHEMA = 1', 'SCHEMA = 2')

    const reports = async (now: typeof kit, next: typeof kit): Promise<Fleet> => {
      const fleet = new Fleet(now, { ...(scenarios['cycle'] as Scenario), members: 2, seconds: 30 }, 1)
      fleet.join(next)
      fleet.join(next)
      await fleet.play()
      return fleet
    }

    it('so a new release and an old one are two fleets, each in order', async () => {
      const fleet = await reports(kit, release(newFormat))
      expect(fleet.reports).toEqual([])
      expect([...fleet.network.keys].sort()).toEqual(['cb:{payments}:s1', 'cb:{payments}:s2'])
      expect(fleet.participants.map(({ store }) => store.getState()._tag)).not.toContain(undefined)
    })

    it('and would overwrite each other under one', async () => {
      const fleet = await reports(release(fixes.R9), release(fixes.R9, newFormat))
      expect(fleet.reports[0]).toMatch(/the store held a value that is no state of a shared breaker/)
    })
  })

  describe('R11: successes are shared about once a second', () => {
    const healthy: Scenario = {
      ...(scenarios['rates'] as Scenario),
      failing: () => 0,
      seconds: 20,
      rate: 100,
      weather: { ...(scenarios['rough'] as Scenario).weather, losePush: 0 }
    }
    const most = healthy.members * (healthy.seconds + 2)

    it('however many there are', async () => {
      const { network, made } = await play(healthy, 1)
      expect(made.calls).toBeGreaterThan(7_500)
      expect(network.traffic.commits).toBeLessThanOrEqual(most)
    })

    it('and would be without an end', async () => {
      const { network } = await play(healthy, 1, kitWith([fixes.R11]))
      expect(network.traffic.commits).toBeGreaterThan(2 * most)
    })
  })
})

describe('a fleet', () => {
  it('asks the store nothing for a healthy call without a window', async () => {
    const settings = { ...inARow, failureThreshold: 4 }
    const { network, made } = await play({ ...(scenarios['cycle'] as Scenario), settings, failing: () => 0 }, 1)
    expect(made.calls).toBeGreaterThan(9_000)
    expect(network.traffic.commits + network.traffic.conflicts).toBe(0)
  })

  it('counts in one window what no member would have seen alone', async () => {
    const few: Scenario = {
      ...(scenarios['rates'] as Scenario),
      settings: { ...byRate, window: timeWindow(10), trip: failureRate(0.5, 20) },
      members: 20,
      rate: 0.5,
      seconds: 8,
      failing: () => 100
    }
    const { participants } = await play(few, 1)
    expect(participants.map(({ store }) => store.getState()._tag)).not.toContain('Closed')
  })

  it('follows the clock of its store, and no other: they start a thousand seconds apart', async () => {
    const { participants } = await play({ ...(scenarios['outage'] as Scenario), seconds: 10 }, 3)
    const skews = participants.map(({ skewSeconds }) => skewSeconds)
    expect(Math.max(...skews) - Math.min(...skews)).toBeGreaterThan(100)
  })
})

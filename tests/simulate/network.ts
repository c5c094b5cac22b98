// A store that knows versions and bytes, behind a network that is late, loses, doubles and reorders.
import type { Cell, Committed, Reading } from 'breaker-ts/Cell'
import type { Either } from 'fp-ts/Either'

import type { Random, World } from './world'

export interface Weather {
  /** Seconds that a message takes, from one side to the other. */
  readonly latency: readonly [least: number, most: number]
  /** How often a request, an answer or a push gets lost, and how often a request or a push comes twice. */
  readonly loseRequest: number
  readonly loseAnswer: number
  readonly losePush: number
  readonly doubleRequest: number
  readonly doublePush: number
}

export const fair: Weather = {
  latency: [0.0005, 0.002],
  loseRequest: 0,
  loseAnswer: 0,
  losePush: 0,
  doubleRequest: 0,
  doublePush: 0
}

export interface Traffic {
  reads: number
  commits: number
  conflicts: number
  pushes: number
  bytes: number
}

interface Held {
  readonly version: string
  readonly value: string
  readonly writer: string
}

const NOTHING = '0'

/** What a member saw of the store: to tell what it may do from what it must not. */
export interface Seen {
  /** It wrote as if there was nothing, though it had known a value. */
  reseeds: number
  hasKnown: boolean
}

export class Network {
  weather: Weather
  /** Nothing gets through to the store, or back. */
  isDown = false
  /** These members are cut off. */
  readonly cutOff = new Set<number>()
  /** How far the clock of the store has been moved. */
  stepSeconds = 0
  /** How often the store forgot, or went back: what members may notice. */
  lapses = 0
  readonly traffic: Traffic = { reads: 0, commits: 0, conflicts: 0, pushes: 0, bytes: 0 }
  readonly seen = new Map<number, Seen>()
  private readonly held = new Map<string, Held>()
  private saved = new Map<string, Held>()
  private readonly subscribers = new Set<{
    readonly member: number
    readonly key: string
    readonly onPush: (reading: Reading) => void
    readonly onGap: () => void
  }>()

  constructor(
    private readonly world: World,
    private readonly random: Random,
    weather: Weather,
    private readonly originSeconds: number = 1_800_000_000
  ) {
    this.weather = weather
  }

  get nowSeconds(): number {
    return this.world.now + this.originSeconds + this.stepSeconds
  }

  get keys(): ReadonlyArray<string> {
    return [...this.held.keys()]
  }

  value(key: string): Held | undefined {
    return this.held.get(key)
  }

  wipe(): void {
    this.lapses++
    this.held.clear()
  }

  save(): void {
    this.saved = new Map(this.held)
  }

  /** An older copy takes over, as after a failover. */
  rollBack(): void {
    this.lapses++
    this.held.clear()
    this.saved.forEach((held, key) => this.held.set(key, held))
  }

  write(key: string, held: Held): void {
    this.lapses++
    this.held.set(key, held)
  }

  gap(member: number): void {
    this.subscribers.forEach((subscriber) => subscriber.member === member && subscriber.onGap())
  }

  cell(member: number): Cell {
    const seen: Seen = { reseeds: 0, hasKnown: false }
    this.seen.set(member, seen)
    return {
      read: (key) => () => {
        this.traffic.reads++
        return this.request(member, 64, () => this.reading(key))
      },
      compareAndSet: (key, expected, value, writer) => () => {
        if (expected === NOTHING && seen.hasKnown) seen.reseeds++
        return this.request(member, 64 + value.length, () => this.commit(key, expected, value, writer))
      },
      subscribe: (key, onPush, onGap) => async () => {
        const subscriber = { member, key, onPush, onGap }
        this.subscribers.add(subscriber)
        return { _tag: 'Right', right: async () => void this.subscribers.delete(subscriber) }
      }
    }
  }

  private reading(key: string): Reading {
    const held = this.held.get(key)
    return { version: NOTHING, value: undefined, writer: '', ...held, nowSeconds: this.nowSeconds }
  }

  private commit(key: string, expected: string, value: string, writer: string): Committed {
    const current = this.reading(key)
    if (current.version !== expected) {
      this.traffic.conflicts++
      return { ...current, applied: false }
    }
    this.traffic.commits++
    const micros = BigInt(Math.floor(this.nowSeconds * 1e6))
    const known = /^\d{1,16}$/.test(current.version) ? BigInt(current.version) : 0n
    const version = String(known + 1n > micros ? known + 1n : micros)
    this.held.set(key, { version, value, writer })
    const reading = this.reading(key)
    this.subscribers.forEach((subscriber) => {
      if (subscriber.key !== key || this.random() < this.weather.losePush) return
      const times = this.random() < this.weather.doublePush ? 2 : 1
      for (let i = 0; i < times; i++)
        this.send(subscriber.member, 64 + value.length, () => {
          this.traffic.pushes++
          this.knows(subscriber.member, reading)
          if (this.subscribers.has(subscriber)) subscriber.onPush(reading)
        })
    })
    return { ...reading, applied: true }
  }

  private request<A extends Reading>(member: number, bytes: number, answer: () => A): Promise<Either<unknown, A>> {
    return new Promise((resolve) => {
      const arrive = () => {
        const right = answer()
        if (this.random() < this.weather.loseAnswer) return
        this.send(member, 64 + (right.value?.length ?? 0), () => {
          this.knows(member, right)
          resolve({ _tag: 'Right', right })
        })
      }
      const times = this.random() < this.weather.doubleRequest ? 2 : 1
      for (let i = 0; i < times; i++) if (this.random() >= this.weather.loseRequest) this.send(member, bytes, arrive)
    })
  }

  private knows(member: number, { version }: Reading): void {
    if (version !== NOTHING) (this.seen.get(member) as Seen).hasKnown = true
  }

  private send(member: number, bytes: number, arrive: () => void): void {
    this.traffic.bytes += bytes
    if (this.isDown || this.cutOff.has(member)) return
    const [least, most] = this.weather.latency
    this.world.timers(least + (most - least) * this.random(), () => {
      if (!this.isDown && !this.cutOff.has(member)) arrive()
    })
  }
}

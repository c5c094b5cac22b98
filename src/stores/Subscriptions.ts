/**
 * What a cell keeps of those who listen to its channels, and the one connection that all of them share.
 *
 * @since 0.1.0
 */
import type { Task } from 'fp-ts/Task'

import { attempt } from '../core/InvalidSettings'
import type { Reading } from './Cell'

/** @internal */
export interface Listener {
  readonly onPush: (reading: Reading) => void
  readonly onGap: () => void
}

/**
 * A connection that hears of writes.
 *
 * @internal
 */
export interface Line {
  /** A second time does nothing. */
  readonly listen: (channel: string) => Promise<unknown>
  readonly unlisten: (channel: string) => Promise<unknown>
  readonly close: () => unknown
}

/** @internal */
export interface Subscriptions<L extends Listener> {
  readonly channels: () => ReadonlyArray<string>
  readonly listening: (channel: string) => ReadonlySet<L>
  /** Some notices on the channel, or on all of them, may be lost. */
  readonly tellGap: (channel?: string) => void
  readonly subscribe: (channel: string, listener: L) => Promise<Task<void>>
  /** Opens the connection, unless it is open: for one that was lost. */
  readonly open: () => Promise<Line>
  /** Forgets this connection, and closes it: false where it was forgotten before. */
  readonly forget: (line: Line) => Promise<boolean>
  readonly close: () => Promise<void>
}

/**
 * The connection is there as long as there are subscriptions.
 *
 * @internal
 */
export const subscriptions = <L extends Listener>(connect: () => Promise<Line>): Subscriptions<L> => {
  const listeners = new Map<string, ReadonlySet<L>>()
  let opened: Promise<Line> | undefined

  const channels = (): ReadonlyArray<string> => [...listeners.keys()]
  const listening = (channel: string): ReadonlySet<L> => listeners.get(channel) ?? new Set()
  const tellGap = (channel?: string): void =>
    (channel === undefined ? channels() : [channel]).forEach((each) => listening(each).forEach(({ onGap }) => onGap()))

  const open = (): Promise<Line> => {
    if (opened !== undefined) return opened
    const opening = connect()
    opening.catch(() => {
      if (opened === opening) opened = undefined
    })
    opened = opening
    return opening
  }
  const close = async (): Promise<void> => {
    const closing = opened
    opened = undefined
    const line = await closing?.catch(nothing)
    await attempt(() => line?.close())
  }
  const forget = async (line: Line): Promise<boolean> => {
    const current = opened
    // A connection may be lost twice, by its error and by its end.
    if ((await current?.catch(nothing)) !== line || opened !== current) return false
    await close()
    return true
  }

  const subscribe = async (channel: string, listener: L): Promise<Task<void>> => {
    listeners.set(channel, new Set([...listening(channel), listener]))
    const unsubscribe = async (): Promise<void> => {
      const others = [...listening(channel)].filter((other) => other !== listener)
      if (others.length > 0) return void listeners.set(channel, new Set(others))
      if (!listeners.delete(channel)) return // twice
      await (listeners.size === 0 ? close() : opened?.then((line) => line.unlisten(channel)).catch(nothing))
    }
    try {
      await (await open()).listen(channel)
    } catch (error) {
      await unsubscribe()
      throw error
    }
    listener.onGap()
    return unsubscribe
  }

  return { channels, listening, tellGap, subscribe, open, forget, close }
}

/** @internal */
export const nothing = (): undefined => undefined

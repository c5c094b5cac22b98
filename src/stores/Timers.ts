/**
 * Timers that keep no process alive: the only ones there are.
 *
 * @since 0.1.0
 */

declare const setTimeout: (run: () => void, thousandths: number) => { readonly unref?: () => void }
declare const clearTimeout: (timer: unknown) => void
declare const setImmediate: ((run: () => void) => unknown) | undefined

/**
 * Runs something after so many seconds, unless what it returns is run before.
 *
 * @internal
 */
export type Timers = (seconds: number, run: () => void) => () => void

/**
 * Timers of the platform. Node runs those that are due before it reads its sockets: after a stall, a time limit would beat an
 * answer that is already there. So they let the sockets go first.
 *
 * @internal
 */
export const timers: Timers = (seconds, run) => {
  let isCancelled = false
  const fire = (): void => {
    if (!isCancelled) run()
  }
  const thousandths = Math.min(seconds * 1000, MOST_THOUSANDTHS)
  const timer = setTimeout(() => {
    if (typeof setImmediate === 'function') setImmediate(fire)
    else fire()
  }, thousandths)
  timer.unref?.()
  return () => {
    isCancelled = true
    clearTimeout(timer)
  }
}

// The platform makes 1 of a longer delay.
const MOST_THOUSANDTHS = 2 ** 31 - 1

/**
 * Reports mistakes in the code around a breaker: once for each kind, then counted.
 *
 * @since 0.1.0
 */

declare const console: { readonly error: (...said: ReadonlyArray<unknown>) => void }

/**
 * Takes a report: a message that names the breaker and the remedy, and what was thrown, if anything.
 *
 * @internal
 */
export type Report = (message: string, cause: unknown) => void

const onConsole: Report = (message, cause) =>
  cause === undefined ? console.error(message) : console.error(message, cause)

/**
 * Every mistake is reported the first time, and then the 10th, the 100th and so on. A report that throws, because what it
 * writes to has gone, must not change the result of a call either.
 *
 * @internal
 */
export class Reporter {
  private readonly times = new Map<string, number>()

  constructor(private readonly write: Report = onConsole) {}

  report(breaker: string, what: string, cause: unknown): void {
    const times = (this.times.get(what) ?? 0) + 1
    this.times.set(what, times)
    if (!/^10*$/.test(String(times))) return
    try {
      silence(
        this.write(`Circuit breaker '${breaker}': ${what}${times === 1 ? '' : ` (${times} times so far)`}`, cause)
      )
    } catch {
      return
    }
  }
}

/**
 * What must be synchronous and is not: its rejection must not go unhandled.
 *
 * @internal
 */
export const silence = (given: unknown): void => {
  if (given instanceof Promise) given.catch(() => undefined)
}

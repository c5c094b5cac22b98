/**
 * How far the clock of a store is ahead of that of the process, told by its answers.
 *
 * @since 0.1.0
 */

/** @internal */
export interface StoreTime {
  readonly offsetSeconds: number
  /** The answer took twice as long, so the offset is off by no more. */
  readonly errorSeconds: number
}

/**
 * What an answer says, with what was known before: the answer that took the shortest counts, unless a later one shows that
 * one of the clocks has moved.
 *
 * @internal
 */
export const storeTime = (
  known: StoreTime | undefined,
  nowSeconds: number,
  sentAtSeconds: number,
  answeredAtSeconds: number
): StoreTime => {
  const offsetSeconds = nowSeconds - (sentAtSeconds + answeredAtSeconds) / 2
  const errorSeconds = (answeredAtSeconds - sentAtSeconds) / 2
  const isBetter =
    known === undefined ||
    errorSeconds < known.errorSeconds ||
    Math.abs(offsetSeconds - known.offsetSeconds) > errorSeconds + known.errorSeconds + ROUNDING_SECONDS
  return isBetter ? { offsetSeconds, errorSeconds } : known
}

const ROUNDING_SECONDS = 0.001

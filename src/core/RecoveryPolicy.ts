/**
 * How long an open circuit waits before it lets a probe through, where that depends on how often it has reopened.
 *
 * @since 0.1.0
 */
import { attempt, isDuration } from './InvalidSettings'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The recovery timeout in seconds, a finite number >= 0, from how many times in a row the circuit has reopened: 0 when it
 * opens for the first time. It must be pure. Where it throws, or gives anything else, the timeout is the default of 60
 * seconds.
 *
 * @category model
 * @since 0.1.0
 */
export interface RecoveryPolicy {
  (reopenings: number, circuit: Circuit): number
  /** The policy as data, which `Settings` of `breaker-ts/Codec` reads. */
  readonly toJSON?: () => unknown
}

/**
 * Which open period of which breaker.
 *
 * @category model
 * @since 0.1.0
 */
export interface Circuit {
  readonly name: string
  /** The generation of the open period: another one each time the circuit opens. */
  readonly generation: number
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

const policy = (wait: RecoveryPolicy, toJSON: (() => unknown) | undefined): RecoveryPolicy =>
  // eslint-disable-next-line functional/immutable-data -- a function of our own, just made
  toJSON === undefined ? wait : Object.assign(wait, { toJSON })

/**
 * Always the same, as a plain number of seconds, for use with `jittered`.
 *
 * @example
 * import { constant } from 'breaker-ts/RecoveryPolicy'
 *
 * const circuit = { name: 'payments', generation: 1 }
 *
 * assert.deepStrictEqual([0, 1, 2].map((n) => constant(30)(n, circuit)), [30, 30, 30])
 *
 * @category constructors
 * @since 0.1.0
 */
export const constant = (seconds: number): RecoveryPolicy =>
  policy(
    () => seconds,
    () => ({ _tag: 'Constant', seconds })
  )

/**
 * `initial` seconds at first, and `factor` times as long at each reopening, up to `max` seconds.
 *
 * @example
 * import { exponential } from 'breaker-ts/RecoveryPolicy'
 *
 * const circuit = { name: 'payments', generation: 1 }
 * const policy = exponential({ initial: 10, factor: 2, max: 60 })
 *
 * assert.deepStrictEqual([0, 1, 2, 3, 1000].map((n) => policy(n, circuit)), [10, 20, 40, 60, 60])
 *
 * @category constructors
 * @since 0.1.0
 */
export const exponential = ({
  initial,
  factor,
  max
}: {
  readonly initial: number
  readonly factor: number
  readonly max: number
}): RecoveryPolicy =>
  policy(
    (reopenings) => Math.min(initial * finite(factor ** reopenings), max),
    () => ({ _tag: 'Exponential', initial, factor, max })
  )

/**
 * `initial` seconds times 1, 1, 2, 3, 5, 8 and so on, up to `max` seconds: gentler than doubling.
 *
 * @example
 * import { fibonacci } from 'breaker-ts/RecoveryPolicy'
 *
 * const circuit = { name: 'payments', generation: 1 }
 * const policy = fibonacci({ initial: 10, max: 60 })
 *
 * assert.deepStrictEqual([0, 1, 2, 3, 4, 5, 1000].map((n) => policy(n, circuit)), [10, 10, 20, 30, 50, 60, 60])
 *
 * @category constructors
 * @since 0.1.0
 */
export const fibonacci = ({ initial, max }: { readonly initial: number; readonly max: number }): RecoveryPolicy =>
  policy(
    (reopenings) => Math.min(initial * finite(Math.round(GOLDEN ** (reopenings + 1) / 5 ** 0.5)), max),
    () => ({ _tag: 'Fibonacci', initial, max })
  )

const GOLDEN = 1.618033988749895 // (1 + √5) / 2: a bundler keeps a power, also where nobody uses it

// An initial 0 stays 0, however often the circuit has reopened.
const finite = (x: number): number => Math.min(x, Number.MAX_VALUE)

// -------------------------------------------------------------------------------------
// combinators
// -------------------------------------------------------------------------------------

/**
 * Makes each wait up to `ratio` longer or shorter, a number from 0 to 1, so that a thousand breakers do not probe in
 * step. How much follows from the breaker's name and the generation alone: a replay waits as long as the original did.
 * So the same breaker in many processes needs a name of its own in each, with the name of the host for example. What is
 * made longer may pass the `max` of the policy. With any other ratio, the policy is refused by the settings.
 *
 * @example
 * import { constant, jittered } from 'breaker-ts/RecoveryPolicy'
 * import { function as F } from 'fp-ts'
 *
 * const policy = F.pipe(constant(60), jittered(0.1))
 * const waits = ['a', 'b', 'c'].map((name) => policy(0, { name, generation: 1 }))
 *
 * assert.ok(waits.every((seconds) => seconds >= 54 && seconds < 66))
 * assert.strictEqual(new Set(waits).size, 3)
 * assert.deepStrictEqual(['a', 'b', 'c'].map((name) => policy(0, { name, generation: 1 })), waits)
 *
 * @category combinators
 * @since 0.1.0
 */
export const jittered =
  (ratio: number) =>
  (steady: RecoveryPolicy): RecoveryPolicy =>
    policy(
      (reopenings, circuit) =>
        ratio >= 0 && ratio <= 1
          ? steady(reopenings, circuit) * (1 + ratio * (hash(`${circuit.name}#${circuit.generation}`) / 2 ** 31))
          : NaN,
      steady.toJSON && (() => ({ _tag: 'Jittered', ratio, policy: steady.toJSON?.() }))
    )

// 32 bits that look random, the same in every process: FNV-1a over the text, mixed once more as MurmurHash3 does.
const hash = (text: string): number => {
  const bits = [...text].reduce(
    (mixed, char) => Math.imul(mixed ^ (char.codePointAt(0) as number), 0x01000193),
    0x811c9dc5
  )
  const half = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  const whole = Math.imul(half ^ (half >>> 13), 0xc2b2ae35)
  return whole ^ (whole >>> 16)
}

// -------------------------------------------------------------------------------------
// destructors
// -------------------------------------------------------------------------------------

/**
 * The recovery timeout that a setting asks for.
 *
 * @internal
 */
export const secondsOf = (setting: number | RecoveryPolicy, reopenings: number, circuit: Circuit): number => {
  if (typeof setting === 'number') return setting
  const seconds = attempt(() => setting(reopenings, circuit))
  return isDuration(seconds) ? (seconds as number) : DEFAULT_SECONDS
}

/** @internal */
export const DEFAULT_SECONDS = 60

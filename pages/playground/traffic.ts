/** A stand-in until breaker-ts/Replay is there. */
export interface Call {
  readonly startSeconds: number
  readonly seconds: number
  readonly outcome: 'success' | 'failure' | 'neutral' | 'unknown'
}

const mix = (x: number): number => {
  let h = x >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
/** A number in [0, 1) that depends on nothing but its arguments. */
export const chance = (seed: number, i: number, of: number): number =>
  mix(mix(seed * 31 + of) ^ mix(i + 0x9e3779b9)) / 2 ** 32

export const scenarios = [
  ['outage', 'Outage', (t: number) => (t >= 30 && t < 75 ? 1 : 0.01)],
  ['spike', 'Spikes', (t: number) => ([30, 70, 110, 150].some((s) => t >= s && t < s + 6) ? 1 : 0.01)],
  ['errors', 'Error rate of 20 %', (t: number) => (t >= 30 && t < 130 ? 0.2 : 0.01)],
  ['ramp', 'Gradual', (t: number) => (t >= 30 && t < 150 ? ((t - 30) / 120) * 0.8 : 0.01)],
  ['sustained', 'Sustained', (t: number) => (t >= 40 ? 0.6 : 0.01)],
  ['oscillating', 'Oscillating', (t: number) => (Math.floor(t / 10) % 2 ? 0.06 : 0.02)],
  ['near', 'Near the threshold', (t: number) => (t >= 30 && t < 150 ? 0.48 : 0.01)],
  ['slow', 'Slow', (t: number) => (t >= 30 && t < 100 ? 0.02 : 0.01)]
] as const

export const scenario = (name: string, seed: number): ReadonlyArray<Call> => {
  const [, , rate] = scenarios.find(([n]) => n === name) ?? scenarios[0]
  const calls: Array<Call> = []
  let t = 0
  for (let i = 0; ; i++) {
    t += (0.2 + 1.6 * chance(seed, i, 1)) / 16
    if (t >= 180) return calls
    const bad = chance(seed, i, 2) < rate(t)
    const slow = name === 'slow' && t >= 30 && t < 100 && chance(seed, i, 3) < 0.8
    const seconds = bad ? 1.6 + 0.8 * chance(seed, i, 4) : (slow ? 1 : 0.08) + 0.16 * chance(seed, i, 4)
    calls.push({ startSeconds: t, seconds, outcome: bad ? 'failure' : 'success' })
  }
}

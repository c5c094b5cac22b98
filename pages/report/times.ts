/**
 * Times on an axis and in a sentence: of the calendar, in UTC, or since the first call.
 */
const STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
  2_592_000
]
export const steps = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, ...STEPS]

const two = (n: number): string => `${Math.floor(n)}`.padStart(2, '0')
const fraction = (seconds: number, step: number): string =>
  step < 1 ? (seconds % 1).toFixed(Math.ceil(-Math.log10(step))).slice(1) : ''

const DAY = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' })

/** The time of day, as exact as the step asks. */
const clock = (seconds: number, step: number): string => {
  const [hours, minutes] = [(seconds / 3600) % 24, (seconds / 60) % 60]
  return `${two(hours)}:${two(minutes)}${step < 60 ? `:${two(seconds % 60)}${fraction(seconds, step)}` : ''}`
}

const elapsed = (seconds: number, step: number): string => {
  if (seconds < 0) return `-${elapsed(-seconds, step)}`
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const tail = `${two(seconds % 60)}${fraction(seconds, step)}`
  return hours > 0 ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`
}

/** From when to when, in words. */
export const spanOf = (isCalendar: boolean) => (from: number, until: number, step: number) =>
  isCalendar
    ? `${DAY.format(from * 1000)} ${clock(from, step)} to ${clock(until, step)} UTC`
    : `${elapsed(from, step)} to ${elapsed(until, step)}`

/** Times on an axis: the day is said at the first and where it changes. */
export const ticksOf = (isCalendar: boolean) => (seconds: ReadonlyArray<number>, step: number) =>
  seconds.map((at, i) => {
    if (!isCalendar) return elapsed(at, step)
    const day = DAY.format(at * 1000)
    if (step >= 86_400) return day
    const before = seconds[i - 1]
    return before === undefined || DAY.format(before * 1000) !== day ? `${clock(at, step)}\n${day}` : clock(at, step)
  })

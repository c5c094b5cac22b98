import { fromMilliseconds, manual, monotonic } from 'breaker-ts/Clock'

describe('monotonic', () => {
  it('gives the seconds of performance.now, whatever the wall clock does', () => {
    const wall = jest.spyOn(Date, 'now').mockReturnValue(0)
    const before = performance.now() / 1000
    const now = monotonic()
    const after = performance.now() / 1000
    wall.mockRestore()
    expect(now).toBeGreaterThanOrEqual(before)
    expect(now).toBeLessThanOrEqual(after)
  })
})

describe('fromMilliseconds', () => {
  it('makes seconds of milliseconds', () => {
    expect(fromMilliseconds(() => 60_500)()).toBe(60.5)
  })
})

describe('manual', () => {
  it('stands still until it is moved, forward, back or to a time', () => {
    const time = manual(10)
    expect(time.clock()).toBe(10)
    time.advance(5)
    expect(time.clock()).toBe(15)
    time.advance(-7)
    expect(time.clock()).toBe(8)
    time.set(100)
    expect(time.clock()).toBe(100)
  })

  it('starts at 0', () => {
    expect(manual().clock()).toBe(0)
  })
})

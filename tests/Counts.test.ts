import { consecutive, countFailure, countSuccess, empty } from 'breaker-ts/Counts'

describe('Counts', () => {
  it('count failures in a row, and start again at a success', () => {
    const two = countFailure(countFailure(empty))
    expect(two).toEqual(consecutive(2))
    expect(countSuccess(two)).toBe(empty)
  })

  it('stay the same reference when a success changes nothing', () => {
    const none = consecutive(0)
    expect(countSuccess(none)).toBe(none)
  })
})

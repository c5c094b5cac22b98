import { ofEither, ofThrown } from 'breaker-ts/Outcome'
import * as E from 'fp-ts/Either'

const named = (name: string) => Object.assign(new Error('x'), { name })

describe('the outcome of a call', () => {
  it('is a success for a Right, whatever it holds', () => {
    expect([E.right(1), E.right(undefined), E.right(named('AbortError'))].map(ofEither)).toEqual([
      'success',
      'success',
      'success'
    ])
  })

  it('is a failure for a Left, a throw or a rejection', () => {
    expect([E.left('503'), E.left(null), E.left(named('TimeoutError'))].map(ofEither)).toEqual([
      'failure',
      'failure',
      'failure'
    ])
    expect([new Error('x'), undefined, null, 'AbortError', 0].map(ofThrown)).toEqual(Array(5).fill('failure'))
  })

  it('is neutral for an AbortError, known by its name: thrown, rejected or in a Left', () => {
    expect([named('AbortError'), new DOMException('', 'AbortError'), { name: 'AbortError' }].map(ofThrown)).toEqual([
      'neutral',
      'neutral',
      'neutral'
    ])
    expect(ofEither(E.left(named('AbortError')))).toBe('neutral')
  })

  it('is a failure for what cannot be read or is no Either at all', () => {
    const unreadable = Object.defineProperty({}, 'name', {
      get: () => {
        throw new Error('boom')
      }
    })
    expect(ofThrown(unreadable)).toBe('failure')
    const hostile = {
      get _tag() {
        throw new Error('boom')
      }
    }
    expect([undefined, null, 1, {}, hostile].map((result) => ofEither(result as never))).toEqual(
      Array(5).fill('failure')
    )
  })
})

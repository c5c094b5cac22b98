import { Session } from 'breaker-ts/Session'
import * as E from 'fp-ts/Either'

import { play } from './support/transcript'
import { small } from './verify/grid'
import type { Invariant } from './verify/invariants'
import { INVARIANTS } from './verify/invariants'
import { machine } from './verify/machine'
import { load, mutants } from './verify/mutants'
import { search } from './verify/search'

const configurations = Object.entries(small)

describe('every situation that can be reached from the start', () => {
  it.each(configurations)('keeps all promises, whatever the interleaving and the clock (%s)', (_, configuration) => {
    const report = search(machine, configuration)
    expect(report.found?.transcript).toBeUndefined()
    expect(report.states).toBeGreaterThan(100)
    expect(report.compared).toBeGreaterThan(5)
    // The source is the same machine as the mutants are loaded, without a defect.
    expect(search(load(), configuration)).toEqual(report)
  })
})

describe('the search', () => {
  it.each(mutants)('finds that $defect ($invariant)', (mutant) => {
    const { found } = search(load(mutant), small[mutant.settings], new Set([mutant.invariant]))
    expect(found?.invariant).toBe(mutant.invariant)
  })

  it('has a defect for every invariant', () => {
    const caught = new Set(mutants.map(({ invariant }) => invariant))
    expect(Object.keys(INVARIANTS).filter((name) => !caught.has(name as Invariant))).toEqual([])
  })

  it('prints a counter-example as a transcript, the shortest there is', () => {
    const late = mutants.find(({ defect }) => defect === 'a late failure extends the open period')
    const { found } = search(load(late), small.inARow)
    expect(found?.transcript).toBe(
      [
        'I1 broken: an outcome whose permit is not live returns the same reference',
        '',
        'settings recoveryTimeoutSeconds 1.5, probeTimeoutSeconds null, failureThreshold 2, halfOpenMaxProbes 2',
        '',
        '       0  admit a                  -> unchanged',
        '       0  record failure           -> CLOSED #0, failures 1',
        '       0  record failure           -> OPEN #1, opened at 0, retry at 1.5',
        '     0.5  look                     -> OPEN #1, opened at 0, retry at 1.5',
        '     0.5  succeed #0               -> OPEN #1, opened at 0.5, retry at 2'
      ].join('\n')
    )
  })

  it('tells a transcript that the machine without the defect plays otherwise', () => {
    const late = mutants.find(({ defect }) => defect === 'a late failure extends the open period')
    const { found } = search(load(late), small.inARow)
    const lines = (found?.transcript ?? '').split('\n')
    expect(play(lines.join('\n')).split('\n').slice(0, -1)).toEqual(lines.slice(0, -1))
    expect(play(lines.join('\n')).split('\n').at(-1)).toMatch(/-> unchanged$/)
  })
})

describe('a permit of a session', () => {
  const settle = (session: Session) => {
    const acquired = session.acquire()
    if (E.isLeft(acquired)) throw acquired.left
    return acquired.right
  }

  it('counts once, however often its end is told, while the circuit is CLOSED', () => {
    const session = new Session({ name: 'once', failureThreshold: 2 })
    const { fail, succeed } = settle(session)
    fail()
    fail()
    fail()
    expect(session.state()).toBe('closed')
    const second = settle(session)
    succeed() // too late: it would have ended the failures in a row
    second.fail()
    expect(session.state()).toBe('open')
  })

  it('counts once while the circuit is HALF_OPEN', () => {
    const session = new Session({
      name: 'once',
      failureThreshold: 1,
      recoveryTimeoutSeconds: 0,
      halfOpenMaxProbes: 2,
      halfOpenSuccessThreshold: 2
    })
    settle(session).fail()
    const { succeed, fail } = settle(session)
    succeed()
    succeed()
    fail()
    expect(session.state()).toBe('half_open')
    settle(session).succeed()
    expect(session.state()).toBe('closed')
  })
})

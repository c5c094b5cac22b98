import { memoryCell } from 'breaker-ts/Cell'
import { manual } from 'breaker-ts/Clock'

import type { Cells } from './support/cellContract'
import { cellContract } from './support/cellContract'

describe('memoryCell', () => {
  let cells: Cells
  beforeEach(() => {
    const time = manual(1e9)
    const cell = memoryCell(time.clock)
    const aSecond = async () => time.advance(1)
    const lose = async () => time.advance(60) // the time to live of what the suite writes
    cells = { here: cell, there: cell, aSecond, lose }
  })
  cellContract(() => cells)
})

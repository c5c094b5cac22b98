// What a run is run on.
import { cpus, totalmem, type, release } from 'node:os'

export const machine = [
  ['Date', new Date().toISOString().slice(0, 10)],
  ['Processor', `${cpus()[0].model.trim()}, ${cpus().length} cores`],
  ['Memory', `${Math.round(totalmem() / 2 ** 30)} GB`],
  ['System', `${type()} ${release()} (${process.arch})`],
  ['Node', process.version],
  ['V8', process.versions.v8]
]

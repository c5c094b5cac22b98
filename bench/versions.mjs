// What a run is run on: the machine, Node, and the versions of the packages.
import { readFileSync } from 'node:fs'
import { cpus, totalmem, type, release } from 'node:os'
import { join } from 'node:path'

const read = (path) => JSON.parse(readFileSync(join(import.meta.dirname, path, 'package.json'), 'utf8'))

const { dependencies } = read('.')

/** Name, version, and the versions of Node each package asks for. */
export const packages = Object.keys(dependencies).map((name) => {
  const { version, engines } = read(join('node_modules', name))
  return { name, version, node: engines?.node }
})

export const versionOf = (name) => packages.find((found) => found.name === name).version

export const machine = [
  ['Date', new Date().toISOString().slice(0, 10)],
  ['Processor', `${cpus()[0].model.trim()}, ${cpus().length} cores`],
  ['Memory', `${Math.round(totalmem() / 2 ** 30)} GB`],
  ['System', `${type()} ${release()} (${process.arch})`],
  ['Node', process.version],
  ['V8', process.versions.v8]
]

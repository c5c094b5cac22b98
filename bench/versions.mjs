// What a run is run on: the versions of the packages, and the machine.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export { machine } from './machine.mjs'

const read = (path) => JSON.parse(readFileSync(join(import.meta.dirname, path, 'package.json'), 'utf8'))

const { dependencies } = read('.')

/** Name, version, and the versions of Node each package asks for. */
export const packages = Object.keys(dependencies).map((name) => {
  const { version, engines } = read(join('node_modules', name))
  return { name, version, node: engines?.node }
})

export const versionOf = (name) => packages.find((found) => found.name === name).version

// Searches every configuration of the grid, and says how much that was. Fails with the shortest way to a broken
// invariant, as a transcript.
import { full } from './grid'
import { machine } from './machine'
import { search } from './search'

const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(1)

const line = (name: string, numbers: ReadonlyArray<number>, since: number): string =>
  [name.padEnd(34), ...numbers.map((n) => n.toLocaleString('en').padStart(14)), seconds(since).padStart(9)].join('')

const add = (to: Array<number>, numbers: ReadonlyArray<number>): void =>
  numbers.forEach((n, i) => (to[i] = (to[i] as number) + n))

const run = (): boolean => {
  const start = performance.now()
  const total = [0, 0, 0, 0]
  console.log(`${''.padEnd(34)}configurations        states   transitions      compared  seconds`)
  for (const { name, configurations } of full) {
    const since = performance.now()
    const sum = [configurations.length, 0, 0, 0]
    for (const configuration of configurations) {
      const { states, transitions, compared, found } = search(machine, configuration)
      if (found !== undefined) {
        console.log(found.transcript)
        return false
      }
      add(sum, [0, states, transitions, compared])
    }
    console.log(line(name, sum, since))
    add(total, sum)
  }
  console.log(line('all', total, start))
  console.log('Complete: every search ended because nothing new was left, not at a bound of depth or number.')
  console.log('What is bounded is the load: calls in flight (at most 4), and calls in a time window (at most 3).')
  console.log('Compared: another way to a known situation, whose ways on were held against those of the first.')
  return true
}

process.exitCode = run() ? 0 : 1

// Measures everything and writes docs/benchmarks.md: `npm run bench`. With names of topics, it only prints those:
// `node bench/main.mjs healthy syncSmall`.
import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { bundles } from './bundles.mjs'
import { coldStart } from './coldStart.mjs'
import { median } from './measure.mjs'
import { page, tableOf } from './report.mjs'

const root = join(import.meta.dirname, '..')
// Times are those of Node as you start it. What a call allocates is counted in a process of its own, whose young
// generation is so large that nothing is collected within a round.
const COUNTING = ['--expose-gc', '--single-threaded-gc', '--min-semi-space-size=256', '--max-semi-space-size=256']

// How many processes time a topic, one after the other: code is compiled a little differently in each. Five, where a
// target is a ratio of a few machine instructions. None, where times are not asked or the heap is part of each round.
const PROCESSES = {
  healthy: 3,
  failing: 3,
  rejected: 5,
  syncSmallest: 5,
  syncSmall: 3,
  windowed: 3,
  observed: 3,
  metered: 3,
  windows: 5,
  inFlight: 0,
  memory: 0,
  fixpoint: 0
}

const measure = async (topic, execArgv) => {
  const child = fork(join(import.meta.dirname, 'topic.mjs'), [topic], { execArgv })
  const [rows] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the topic ${topic} ended with code ${code} and without figures`)
    })
  ])
  return rows
}

// The smallest object has 16 B, so a part of a byte is no allocation of a call.
const wholeBytes = (values) => Math.round(median(values)) + 0

// Medians of all rounds of all processes. What a contender adds is the median of what it added in each round.
const summarise = (counted, timed) => {
  if (counted[0].nanoseconds === undefined) return counted
  const rows = counted.map((row, i) => ({
    ...row,
    nanoseconds: timed.length === 0 ? row.nanoseconds : timed.flatMap((rows) => rows[i].nanoseconds)
  }))
  return rows.map((row) => {
    const bare = rows.find((other) => other.name === row.bare && other.case === row.case)
    return {
      ...row,
      nanoseconds: median(row.nanoseconds),
      bytes: wholeBytes(row.bytes),
      overNanoseconds: median(row.nanoseconds.map((nanoseconds, i) => nanoseconds - bare.nanoseconds[i])),
      overBytes: wholeBytes(row.bytes.map((bytes, i) => bytes - bare.bytes[i])),
      ratio: median(row.nanoseconds.map((nanoseconds, i) => nanoseconds / bare.nanoseconds[i]))
    }
  })
}

const said = (topic, how) => console.error(`${new Date().toISOString().slice(11, 19)}  ${topic}, ${how}`)

const measureAll = async (topics) => {
  const counted = {}
  const timed = Object.fromEntries(topics.map((topic) => [topic, []]))
  for (const topic of topics) {
    said(topic, 'counting bytes')
    counted[topic] = await measure(topic, COUNTING)
  }
  for (const pass of [1, 2, 3, 4, 5])
    for (const topic of topics.filter((topic) => PROCESSES[topic] >= pass)) {
      said(topic, `process ${pass} of ${PROCESSES[topic]}`)
      timed[topic].push(await measure(topic, []))
    }
  return Object.fromEntries(topics.map((topic) => [topic, summarise(counted[topic], timed[topic])]))
}

const asked = process.argv.slice(2)
if (asked.length > 0) {
  const results = await measureAll(asked)
  for (const topic of asked) console.log(`${topic}\n\n${tableOf(topic, results[topic])}\n`)
} else {
  const results = { bundles: await bundles(), coldStart: coldStart(), ...(await measureAll(Object.keys(PROCESSES))) }
  writeFileSync(join(root, 'docs/benchmarks.md'), page(results))
  execFileSync(join(root, 'node_modules/.bin/prettier'), ['--write', 'docs/benchmarks.md'], { cwd: root })
}

// Runs the interleavings against the published peers and ours, and writes docs/peers.md: `npm run bench:peers`. It fails
// where what happens is not what the words below say.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { cockatiel, effect, opossum, ours } from './adapters.mjs'
import * as interleavings from './interleavings.mjs'
import { machine, versionOf } from './versions.mjs'

const root = join(import.meta.dirname, '..')
const PEERS = [
  { ...ours, version: versionOf('breaker-ts') },
  { ...cockatiel, version: versionOf('cockatiel') },
  { ...opossum, version: versionOf('opossum') },
  { ...effect, version: versionOf('effect') }
]

// Name, title, the outcomes that the paragraph was written for (in the order of PEERS), and the paragraph.
const STORIES = [
  [
    'staleFailureDuringHalfOpen',
    'Stale failure during half-open',
    [
      'half-open, then the probe succeeds: closed',
      'open, then the probe succeeds: open',
      'open, then the probe succeeds: open',
      'half-open, then the probe succeeds: closed'
    ],
    `A call starts, the circuit opens because of others, and later a probe is in flight. Now the first call fails. It tells of
the time before the trip. cockatiel and opossum take every failure as news: the circuit opens again, and the success of the
probe comes too late to close it. Effect and breaker-ts give each call the generation it was admitted in, and the outcome of
an earlier generation changes nothing: the probe decides. A slow dependency is where this matters, since its time-outs arrive
just when it has recovered.`
  ],
  [
    'staleSuccessDuringHalfOpen',
    'Stale success during half-open',
    [
      'half-open, then the probe succeeds: closed',
      'half-open, then the probe succeeds: closed',
      'closed, then the probe succeeds: closed',
      'half-open, then the probe succeeds: closed'
    ],
    `The same, but the first call succeeds. In opossum any success closes a half-open circuit, whichever call it is of. In
cockatiel only the calls of the half-open state count for it, and in Effect and breaker-ts only those of the generation, so
the circuit waits for its probe.`
  ],
  [
    'staleSuccessWhileOpen',
    'Stale success while open',
    Array(4).fill('open, next call rejected'),
    `A call from before the trip succeeds while the circuit is open. All four keep it open.`
  ],
  [
    'cancelledProbe',
    'Cancelled probe',
    [
      'half-open, next call returned',
      'open, next call rejected; told that it is no failure: closed, next call returned',
      'open, next call rejected; told that it is no failure: closed, next call returned',
      'half-open, next call returned'
    ],
    `The caller gives up, and the probe ends with an \`AbortError\`; with Effect its fiber is interrupted. cockatiel and opossum
know two outcomes. As a failure, it opens the circuit again; where a filter (\`handleWhen\`, \`errorFilter\`) says that it is
none, it is a success and closes the circuit. In Effect and breaker-ts there is a third: a cancelled call tells nothing of the
dependency, so it gives its room back, and the next call is the probe.`
  ],
  [
    'hungProbe',
    'Hung probe',
    [
      'a call rejected, two open times later rejected; with a time limit: a call rejected, two open times later returned',
      'a call waits, two open times later waits; with a time limit: a call waits, two open times later returned',
      'a call rejected, two open times later rejected; with a time limit: a call rejected, two open times later returned',
      'a call rejected, two open times later rejected; with a time limit: a call rejected, two open times later returned'
    ],
    `The probe never ends. While it is in flight, cockatiel lets other callers wait for what it decides, which spares them an
error; the others reject them. Without a time limit all four stay so for as long as the probe hangs. Each has one: \`timeout\`
of opossum, which is on by default, a \`timeout\` policy wrapped by that of cockatiel, \`Effect.timeout\` inside the breaker, and
\`probeTimeoutSeconds\` of breaker-ts. The last needs no timer: a probe that is too old has failed as soon as anybody asks.`
  ],
  [
    'overlappingProbes',
    'Overlapping probes under steady traffic',
    [
      'closed after 2 successes',
      'closed after 2 successes',
      'has one probe at a time; closed after 1 success',
      'has one probe at a time; closed after 1 success'
    ],
    `Two calls are in flight at any time, and all succeed. A breaker that closes only when no probe is in flight would never
close. With \`halfOpenSampling\`, cockatiel admits as many calls as it wants to sample and decides when they have ended.
breaker-ts, with \`halfOpenMaxProbes\`, admits another when one ends, and closes at the second success. opossum and Effect have
one probe at a time, so nothing overlaps.`
  ],
  [
    'idleGap',
    'Idle gap in a window',
    ['closed', 'open', 'closed', 'has no time window'],
    `The circuit may open from five calls on in a window of half a second. Four fail, then nothing happens for more than a
second, then one fails. The \`SamplingBreaker\` of cockatiel moves on by one slice when it is asked, however long ago it was
asked last, so the four still count. opossum moves on by a timer. breaker-ts has no timer: it counts how many slices have
passed, and a gap as long as the window empties it.`
  ],
  [
    'clockSteppedBack',
    'Clock stepped back',
    [
      'next call returned; on a wall clock too: next call returned',
      'next call rejected',
      'next call returned',
      'next call rejected'
    ],
    `While the circuit is open, the wall clock is set back by an hour (by replacing \`Date.now\`). cockatiel and the memory store
of Effect compare with \`Date.now\`, so the circuit stays open until the clock has caught up. The timer of opossum does not notice. breaker-ts
reads a monotonic clock; and where it is given a wall clock, a deadline that is further away than the open time means nothing
to it, so that no step of a clock can keep a circuit open.`
  ],
  [
    'restoredState',
    'Restored state',
    [
      'a call at once rejected, after the rest of the time returned',
      'a call at once rejected, after the rest of the time returned',
      'a call at once rejected, after the rest of the time rejected',
      'has none to save, in memory'
    ],
    `The state is saved half-way through the open time, goes through JSON, and is restored in a new breaker. cockatiel and
breaker-ts carry on with what was left of the time. opossum starts its timer for the whole time again. The memory store of
Effect cannot be saved; its Redis store is outside the process anyway.`
  ],
  [
    'throwingObserver',
    'Throwing observer',
    [
      'a healthy call returned, closed',
      'a healthy call failed, open',
      'a healthy call failed, open',
      'has no callbacks, but a stream of transitions'
    ],
    `A listener that is told of a success throws. In cockatiel and opossum listeners run within the call, so the caller gets the
error of the listener, and the breaker counts it as a failure of the dependency. breaker-ts reports the error on the console;
neither the result of the call nor the state depends on it. What Effect tells is a stream of transitions, which is read
outside the call.`
  ],
  [
    'settingsNotANumber',
    'NaN settings',
    [
      'threshold: refused; open time: refused',
      'threshold: closed after 100 failures; open time: next call returned at once',
      'threshold: closed after 100 failures; open time: next call returned at once',
      'threshold: refused; open time: next call returned at once'
    ],
    `\`Number(process.env.LIMIT)\` of a variable that is not set is NaN, and every comparison with NaN is false. A threshold of NaN
is never reached in cockatiel and opossum, and Effect refuses it. An open time of NaN is over at once in these three.
breaker-ts refuses both, and its error names the setting, the value and the rule.`
  ]
]

const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const observed = []
const surprises = []
for (const [name, title, expected, paragraph] of STORIES) {
  const outcomes = []
  for (const peer of PEERS) outcomes.push(await interleavings[name](peer)) // one after the other: they run on real time
  console.error(title)
  PEERS.forEach((peer, i) => {
    if (outcomes[i] !== expected[i])
      surprises.push(`${title}, ${peer.name}: "${outcomes[i]}", and the text is about "${expected[i]}"`)
  })
  observed.push({ title, outcomes, paragraph })
}
if (surprises.length > 0) throw new Error(`docs/peers.md is not written:\n${surprises.join('\n')}`)

const on = (key) => machine.find(([name]) => name === key)[1]

writeFileSync(
  join(root, 'docs/peers.md'),
  `<!-- Written by \`npm run bench:peers\`. Do not edit: run it again. -->

# The story of a defect

Circuit breakers agree on what happens to one call after the other. They differ where calls overlap, where callers give up,
and where clocks and settings are not what they should be. Each line is such an interleaving, run against the published
versions with real promises and short real times; each cell is what happened. A circuit here opens at the first failure and
stays open for a fifth of a second, unless the line says otherwise.

This is no ranking. Each library made its choices for reasons of its own, and most have a way around what is shown here. Run
on ${on('Date')}, Node ${on('Node')}; the programs are [interleavings.mjs](../bench/interleavings.mjs) and
[adapters.mjs](../bench/adapters.mjs).

${table(
  ['', ...PEERS.map(({ name, version }) => `${name} ${version}`)],
  observed.map(({ title, outcomes }) => [title, ...outcomes])
)}

${observed.map(({ title, paragraph }) => `## ${title}\n\n${paragraph}`).join('\n\n')}
`
)
execFileSync(join(root, 'node_modules/.bin/prettier'), ['--write', 'docs/peers.md'], { cwd: root })

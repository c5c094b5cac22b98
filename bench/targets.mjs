// The targets, each as a function of what was measured and a limit.

import { isPeer } from './ahead.mjs'

// A row of a topic, by its name and, where there are several, its case.
const finder = (results) => (topic, name, ofCase) => {
  const found = results[topic].find((row) => row.name === name && row.case === ofCase)
  if (found === undefined) throw new Error(`${topic} has no ${name} in the case ${ofCase}`)
  return found
}

const atMost = (limit) => ({ limit: `≤ ${limit}`, isMet: (measured) => measured <= limit })
const atLeast = (limit) => ({ limit: `≥ ${limit}`, isMet: (measured) => measured >= limit })
// The heap is measured to about a byte a call, and the smallest object has 16 B.
const nothing = { limit: '0', isMet: (measured) => Math.abs(measured) < 2 }
const none = { limit: '0', isMet: (measured) => measured === 0 }
const holds = { limit: 'yes', isMet: (measured) => measured === true }

const COUNT = 'last 100 calls, healthy'
const TIME = 'last 60 s, healthy'
const MANY = '10,000 in flight'
const SHELLS = ['breaker-ts, async', 'breaker-ts, sync']

const TARGETS = [
  ['healthy async call, times the bare `TaskEither`', 'x', atMost(1.8), (of) => of('healthy', 'breaker-ts').ratio],
  ['healthy async call, more than the bare one', 'B', atMost(104), (of) => of('healthy', 'breaker-ts').overBytes],
  [
    "healthy async call, its overhead as a part of cockatiel's",
    'x',
    atMost(0.333),
    (of) => of('healthy', 'breaker-ts').overNanoseconds / of('healthy', 'cockatiel').overNanoseconds
  ],
  [
    'healthy async call with a time window, times the bare `TaskEither`',
    'x',
    atMost(2.8),
    (of) => of('windowed', 'breaker-ts, last 60 s').ratio
  ],
  [
    'healthy async call with a time window, more than the bare one',
    'B',
    atMost(240),
    (of) => of('windowed', 'breaker-ts, last 60 s').overBytes
  ],
  [
    'rejected while open, async: times as fast as the best peer',
    'x',
    atLeast(35),
    (of, { rejected }) =>
      Math.min(...rejected.filter(isPeer).map((row) => row.nanoseconds)) / of('rejected', 'breaker-ts').nanoseconds
  ],
  [
    'rejected while open, sync, in clock reads',
    'x',
    atMost(1.25),
    (of) => of('rejected', 'breaker-ts, sync `call`').nanoseconds / of('rejected', 'clock read').nanoseconds
  ],
  ['failing async call, times the bare `Left`', 'x', atMost(2.4), (of) => of('failing', 'breaker-ts').ratio],
  ['failing async call, more than the bare `Left`', 'B', atMost(235), (of) => of('failing', 'breaker-ts').overBytes],
  ...['smallest', 'small'].flatMap((size) => {
    const topic = size === 'small' ? 'syncSmall' : 'syncSmallest'
    return [
      [
        `\`callEither\`, times the bare function, ${size}`,
        'x',
        atMost(1.15),
        (of) => of(topic, 'breaker-ts `callEither`').ratio
      ],
      [
        `\`callEither\`, more than the bare function, ${size}`,
        'B',
        nothing,
        (of) => of(topic, 'breaker-ts `callEither`').overBytes
      ],
      [`\`call\`, times \`E.tryCatch\`, ${size}`, 'x', atMost(1.1), (of) => of(topic, 'breaker-ts `call`').ratio]
    ]
  }),
  ['10,000 calls in flight, times the bare call', 'x', atMost(1.7), (of) => of('inFlight', 'breaker-ts', MANY).ratio],
  ['10,000 calls in flight, held for each', 'B', atMost(104), (of) => of('inFlight', 'breaker-ts', MANY).overBytes],
  [
    'half of the calls fail, in no order: a window of 50,000 calls, times one of 100',
    'x',
    atMost(1.2),
    (of) =>
      of('windows', 'breaker-ts', 'last 50,000 calls, 50 % failures').nanoseconds /
      of('windows', 'breaker-ts', 'last 100 calls, 50 % failures').nanoseconds
  ],
  [
    'memory of each of 100,000 breakers on the same settings, sync or async',
    'B',
    atMost(320),
    (of) => Math.max(...SHELLS.map((name) => of('memory', name).bytes))
  ],
  [
    'timers and handles of 100,000 breakers',
    '',
    none,
    (of) => SHELLS.reduce((sum, name) => sum + of('memory', name).timers + of('memory', name).activeResources, 0)
  ],
  [
    'a success in a full, healthy count window: the same reference comes back',
    '',
    holds,
    (of) => of('fixpoint', 'same reference').isSame
  ],
  ['the same: more than nothing', 'B', nothing, (of) => of('windows', 'breaker-ts', COUNT).bytes],
  [
    "the same: times cockatiel's, changed in place",
    'x',
    atMost(1.4),
    (of) => of('windows', 'breaker-ts', COUNT).nanoseconds / of('windows', 'cockatiel CountBreaker', COUNT).nanoseconds
  ],
  [
    "a success in a time window, time given: times cockatiel's, which reads the clock",
    'x',
    atMost(0.5),
    (of) =>
      of('windows', 'breaker-ts', TIME).nanoseconds /
      of('windows', 'cockatiel SamplingBreaker, and its clock read', TIME).nanoseconds
  ],
  [
    'the reducer alone, minified and gzipped',
    'B',
    atMost(1200),
    (of) => of('bundles', 'breaker-ts, the reducer and its first state').gzipped
  ],
  [
    'packages it imports at run time',
    '',
    none,
    (of) => of('bundles', 'breaker-ts, the reducer and its first state').imports.length
  ],
  [
    'everything without io-ts, minified and gzipped',
    'B',
    atMost(5000),
    (of) => of('bundles', 'breaker-ts, everything without io-ts').gzipped
  ],
  [
    "cold `require` of the reducer, times opossum's",
    'x',
    atMost(0.5),
    (of) =>
      of('coldStart', 'breaker-ts/Reducer', 'require').milliseconds / of('coldStart', 'opossum', 'require').milliseconds
  ]
]

export const targets = (results) =>
  TARGETS.map(([what, unit, { limit, isMet }, measure]) => {
    const measured = measure(finder(results), results)
    return { what, unit, limit, measured, isMet: isMet(measured) }
  })

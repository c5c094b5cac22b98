// The targets, each as a function of what was measured, a limit and an aim beyond it.

const EVERYTHING = 'breaker-ts, everything but the codecs, without io-ts'
const THEN = 'bare().then(f, g)'

// A row of a topic, by its name and, where there are several, its case.
const finder = (results) => (topic, name, ofCase) => {
  const found = results[topic].find((row) => row.name === name && row.case === ofCase)
  if (found === undefined) throw new Error(`${topic} has no ${name} in the case ${ofCase}`)
  return found
}

const atMost = (limit) => ({ limit: `≤ ${limit}`, isMet: (measured) => measured <= limit })
// The heap is measured to about a byte a call, and the smallest object has 16 B.
const nothing = { limit: '0', isMet: (measured) => Math.abs(measured) < 2 }
const none = { limit: '0', isMet: (measured) => measured === 0 }
const holds = { limit: 'yes', isMet: (measured) => measured === true }

const COUNT = 'last 100 calls'
const COUNT_50K = 'last 50,000 calls'
const MANY = '10,000 in flight'
const SHELLS = ['breaker-ts, async', 'breaker-ts, sync']

const CLOCK = (of) => of('rejected', 'clock read').nanoseconds
const gzipped = (name) => (of) => of('bundles', name).gzipped
const required = (name) => (of) =>
  of('coldStart', name, 'require').milliseconds / of('coldStart', 'opossum', 'require').milliseconds
const counted = (calls) => (of) =>
  of('windows', 'breaker-ts', `${COUNT}, ${calls}`).nanoseconds /
  of('windows', 'cockatiel CountBreaker', `${COUNT}, ${calls}`).nanoseconds

// What is measured, its unit, what it must be, what it may become, and how to find it.
const TARGETS = [
  [
    'the async shell in a bundle, minified and gzipped',
    'B',
    atMost(5500),
    3500,
    gzipped('breaker-ts, the async shell')
  ],
  ['the sync shell in a bundle', 'B', atMost(5000), 3500, gzipped('breaker-ts, the sync shell')],
  [
    'the reducer and its first state in a bundle',
    'B',
    atMost(1700),
    1200,
    gzipped('breaker-ts, the reducer and its first state')
  ],
  [
    'packages that the reducer imports at run time',
    '',
    none,
    undefined,
    (of) => of('bundles', 'breaker-ts, the reducer and its first state').imports.length
  ],
  ['everything but the codecs in a bundle, without io-ts', 'B', atMost(10_000), 7000, gzipped(EVERYTHING)],
  [
    "cold `require` of `breaker-ts/AsyncCircuitBreaker`, times opossum's",
    'x',
    atMost(1.5),
    1,
    required('breaker-ts/AsyncCircuitBreaker')
  ],
  ["cold `require` of `breaker-ts`, times opossum's", 'x', atMost(2.5), 1, required('breaker-ts')],
  ["a call counted by a window of 100, healthy, times cockatiel's", 'x', atMost(1.5), 1, counted('healthy')],
  ['the same, 1 % failures', 'x', atMost(3.8), 2, counted('1 % failures')],
  ['the same, 50 % failures', 'x', atMost(2.8), 1.5, counted('50 % failures')],
  [
    'half of the calls fail: a window of 50,000 calls, times one of 100',
    'x',
    atMost(1.3),
    undefined,
    (of) =>
      of('windows', 'breaker-ts', `${COUNT_50K}, 50 % failures`).nanoseconds /
      of('windows', 'breaker-ts', `${COUNT}, 50 % failures`).nanoseconds
  ],
  [
    "a success in a time window, time given: times cockatiel's, which reads the clock",
    'x',
    atMost(0.7),
    0.4,
    (of) =>
      of('windows', 'breaker-ts', 'last 60 s, healthy').nanoseconds /
      of('windows', 'cockatiel SamplingBreaker, and its clock read', 'last 60 s, healthy').nanoseconds
  ],
  [
    'a success in a full, healthy count window: the same reference comes back',
    '',
    holds,
    undefined,
    (of) => of('fixpoint', 'same reference').isSame
  ],
  [
    "an async call with an idle observer, times cockatiel's with two listeners",
    'x',
    atMost(1),
    0.7,
    (of) =>
      of('observed', 'breaker-ts, an observer').nanoseconds /
      of('observed', 'cockatiel, onSuccess and onFailure').nanoseconds
  ],
  [
    'the metrics of a breaker, more than an idle observer, in clock reads',
    'x',
    atMost(0.6),
    undefined,
    (of) =>
      (of('metered', 'breaker-ts, metrics').nanoseconds - of('metered', 'breaker-ts, an observer').nanoseconds) /
      CLOCK(of)
  ],
  [
    'a failing async call, more than the mutable floor, in clock reads',
    'x',
    atMost(1.7),
    undefined,
    (of) => (of('failing', 'breaker-ts').nanoseconds - of('failing', 'mutable floor').nanoseconds) / CLOCK(of)
  ],
  [
    'a sync rejection, in clock reads',
    'x',
    atMost(1.35),
    1.15,
    (of) => of('rejected', 'breaker-ts, sync `call`').nanoseconds / CLOCK(of)
  ],
  [
    'a healthy async call, times `bare().then(f, g)`',
    'x',
    atMost(1.12),
    undefined,
    (of) => of('healthy', 'breaker-ts').nanoseconds / of('healthy', THEN).nanoseconds
  ],
  [
    'a healthy async call, more than the bare one',
    'B',
    atMost(104),
    undefined,
    (of) => of('healthy', 'breaker-ts').overBytes
  ],
  [
    'the same with a time window',
    'B',
    atMost(240),
    undefined,
    (of) => of('windowed', 'breaker-ts, last 60 s').overBytes
  ],
  [
    'a failing async call, more than the bare `Left`',
    'B',
    atMost(235),
    undefined,
    (of) => of('failing', 'breaker-ts').overBytes
  ],
  [
    '`callEither`, more than the bare function',
    'B',
    nothing,
    undefined,
    (of) => of('syncSmallest', 'breaker-ts `callEither`').overBytes
  ],
  [
    'each of 10,000 calls in flight, more than the bare one',
    'B',
    atMost(104),
    undefined,
    (of) => of('inFlight', 'breaker-ts', MANY).overBytes
  ],
  [
    'each of 100,000 breakers on the same `Config`, sync or async',
    'B',
    atMost(320),
    undefined,
    (of) => Math.round(Math.max(...SHELLS.map((name) => of('memory', name).bytes)))
  ],
  [
    'timers and handles of 100,000 breakers',
    '',
    none,
    undefined,
    (of) => SHELLS.reduce((sum, name) => sum + of('memory', name).timers + of('memory', name).activeResources, 0)
  ]
]

export const targets = (results) =>
  TARGETS.map(([what, unit, { limit, isMet }, aim, measure]) => {
    const measured = measure(finder(results))
    return { what, unit, limit, aim, measured, isMet: isMet(measured) }
  })

// Where a peer is ahead of ours: every figure that is compared, and which rows it is compared between.

export const isPeer = ({ name }) => /^(cockatiel|opossum|Effect)/.test(name)

const OVER_TIME = ['overNanoseconds', 'ns over the bare call']
const OVER_BYTES = ['overBytes', 'B over the bare call']

// Topic, what it is of, our row, the figure and its unit, and what the name of the peer's row has in it where not all
// peers do the same.
const COMPARISONS = [
  ['healthy', 'a healthy async call', 'breaker-ts', OVER_TIME],
  ['healthy', 'a healthy async call', 'breaker-ts', OVER_BYTES],
  ['failing', 'a failing async call', 'breaker-ts', OVER_TIME],
  ['failing', 'a failing async call', 'breaker-ts', OVER_BYTES],
  ['failing', 'an async call whose promise rejects', 'breaker-ts, of a promise that rejects', OVER_TIME],
  ['failing', 'an async call whose promise rejects', 'breaker-ts, of a promise that rejects', OVER_BYTES],
  ['rejected', 'a call rejected while open', 'breaker-ts', ['nanoseconds', 'ns']],
  ['rejected', 'a call rejected while open', 'breaker-ts', ['bytes', 'B']],
  ['windowed', 'a healthy async call in a count window', 'breaker-ts, last 100 calls', OVER_TIME, 'last 100'],
  ['windowed', 'a healthy async call in a count window', 'breaker-ts, last 100 calls', OVER_BYTES, 'last 100'],
  ['windowed', 'a healthy async call in a time window', 'breaker-ts, last 60 s', OVER_TIME, 'last 60'],
  ['windowed', 'a healthy async call in a time window', 'breaker-ts, last 60 s', OVER_BYTES, 'last 60'],
  ['observed', 'a healthy async call that somebody observes', 'breaker-ts, an observer', OVER_TIME],
  ['observed', 'a healthy async call that somebody observes', 'breaker-ts, an observer', OVER_BYTES],
  ['inFlight', 'each of many calls', 'breaker-ts', OVER_TIME],
  ['inFlight', 'each of many calls', 'breaker-ts', ['overBytes', 'B held over the bare call']],
  ['windows', 'counting a call', 'breaker-ts', ['nanoseconds', 'ns'], 'CountBreaker'],
  ['windows', 'counting a call', 'breaker-ts', ['bytes', 'B'], 'CountBreaker'],
  ['windows', 'counting a call', 'breaker-ts, and a clock read', ['nanoseconds', 'ns'], 'SamplingBreaker'],
  ['windows', 'counting a call', 'breaker-ts, and a clock read', ['bytes', 'B'], 'SamplingBreaker'],
  ['memory', 'a breaker', 'breaker-ts, async', ['bytes', 'B']],
  ['bundles', 'what one async breaker needs', 'breaker-ts, the async shell', ['gzipped', 'B min+gzip']],
  [
    'bundles',
    'all there is',
    'breaker-ts, everything but the codecs, without io-ts',
    ['gzipped', 'B min+gzip'],
    'everything'
  ],
  ['coldStart', 'the first load of a package', 'breaker-ts', ['milliseconds', 'ms']]
]

/** Every figure in which a peer is ahead of ours. */
export const peersAhead = (results) =>
  COMPARISONS.flatMap(([topic, what, name, [figure, unit], includes = '']) => {
    const rows = results[topic]
    const isAhead = (ours) => (row) =>
      isPeer(row) && row.name.includes(includes) && row.case === ours.case && row[figure] < ours[figure]
    return rows
      .filter((row) => row.name === name)
      .flatMap((ours) =>
        rows
          .filter(isAhead(ours))
          .map((peer) => ({ what, case: ours.case, unit, peer: peer.name, theirs: peer[figure], ours: ours[figure] }))
      )
  })

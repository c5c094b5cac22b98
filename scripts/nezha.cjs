/* global __dirname */
// The faults that were injected while tests/data/nezha was recorded, and which openings of a breaker answer them.
const { readFileSync } = require('node:fs')
const { join } = require('node:path')

const DIR = join(__dirname, '..', 'tests', 'data', 'nezha')
const DAYS = ['2022-08-22', '2022-08-23']

/** The logs, in the order of time, and how the command line reads them. */
const FILES = DAYS.map((day) => join(DIR, `nezha-${day}-frontend-calls.csv.gz`))
const READ = { format: 'csv', columns: 'time=startMs:ms,duration=durationUs:us', key: 'service', isSlowKnown: true }

// The services that the frontend calls, by what their pods are called.
const CALLED = {
  adservice: 'AdService',
  cartservice: 'CartService',
  checkoutservice: 'CheckoutService',
  currencyservice: 'CurrencyService',
  productcatalogservice: 'ProductCatalogService',
  recommendationservice: 'RecommendationService',
  shippingservice: 'ShippingService'
}

// What else a service depends on, as far as it was called.
const DEPENDENCIES = { RecommendationService: ['productcatalogservice'] }

// A fault lasts some two minutes, and the next one begins eight minutes after it.
const LASTS_SECONDS = 180

const faults = () =>
  DAYS.flatMap((day) => Object.values(JSON.parse(readFileSync(join(DIR, `nezha-${day}-faults.json`), 'utf8'))).flat())
    .map(({ inject_timestamp, inject_pod, inject_type }) => ({
      atSeconds: Number(inject_timestamp),
      pod: inject_pod.split('-')[0],
      kind: inject_type
    }))
    .sort((a, b) => a.atSeconds - b.atSeconds)

const isDuring = ({ atSeconds }, seconds) => seconds >= atSeconds && seconds < atSeconds + LASTS_SECONDS

/**
 * Counts the calls of each fault as they pass. Faults of CPU and network show in how long calls take; a wrong return value or
 * an exception does not, and the data has no status.
 */
const counter = (slowSeconds) => {
  const found = faults()
    .filter(({ pod, kind }) => pod in CALLED && /^(cpu|network)/.test(kind))
    .map((fault) => ({ ...fault, service: CALLED[fault.pod], calls: 0, slow: 0 }))
  return {
    add: ({ startSeconds, seconds, key }) => {
      const fault = found.find((one) => one.service === key && isDuring(one, startSeconds))
      if (fault === undefined) return
      fault.calls++
      if (seconds >= slowSeconds) fault.slow++
    },
    /** Faults in whose time the log has calls of the service. */
    faults: () => found.filter(({ calls }) => calls > 0)
  }
}

const relation = (service, fault) => {
  if (fault === undefined) return 'outside'
  if (CALLED[fault.pod] === service) return 'own'
  if (fault.pod === 'frontend') return 'caller'
  return DEPENDENCIES[service]?.includes(fault.pod) ? 'dependency' : 'unrelated'
}

/** Which faults were found, how long after they began, and what all openings were about. */
const judge = (counted, changes) => {
  const openings = changes.filter(({ from, to }) => from === 'Closed' && to === 'Open')
  const found = counted.map((fault) => ({
    ...fault,
    opening: openings.find(({ key, atSeconds }) => key === fault.service && isDuring(fault, atSeconds))
  }))
  const after = found
    .flatMap(({ atSeconds, opening }) => (opening === undefined ? [] : [opening.atSeconds - atSeconds]))
    .sort((a, b) => a - b)
  const all = faults()
  const about = { own: 0, caller: 0, dependency: 0, unrelated: 0, outside: 0 }
  for (const { key, atSeconds } of openings)
    about[
      relation(
        key,
        all.find((fault) => isDuring(fault, atSeconds))
      )
    ]++
  return {
    faults: found.length,
    found: after.length,
    medianSeconds: after[Math.floor((after.length - 1) / 2)],
    fastestSeconds: after[0],
    slowestSeconds: after[after.length - 1],
    missed: found.filter(({ opening }) => opening === undefined),
    openings: openings.length,
    about
  }
}

module.exports = { FILES, READ, counter, judge }

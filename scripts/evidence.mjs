// What a breaker finds in recorded traffic around injected faults (tests/data/nezha), and what a search of 108 settings takes.
// The figures of docs/guides/evidence.md; `npm run evidence`.
import { createReadStream } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { createGunzip } from 'node:zlib'

const require = createRequire(import.meta.url)
const { reader } = require('../lib/replay/LogReader.js')
const { front, points, small, start } = require('../lib/replay/Replay.js')
const { duration, verdict } = require('../lib/replay/Report.js')
const { slowCallRate } = require('../lib/core/TripStrategy.js')
const { timeWindow } = require('../lib/core/Window.js')
const { counter, FILES, judge, READ } = require('./nezha.cjs')

const SLOW_SECONDS = 0.1
const SETTINGS = {
  name: 'slow calls',
  window: timeWindow(10, 10),
  trip: slowCallRate(0.5, 20),
  recoveryTimeoutSeconds: 10
}

const play = async (settings, options, listen = () => undefined) => {
  const { add, end } = reader(READ)
  const running = start(settings, { slowSeconds: SLOW_SECONDS, ...options })
  const take = (call) => {
    listen(call)
    running.add(call)
  }
  for (const file of FILES)
    for await (const text of createReadStream(file).pipe(createGunzip()).setEncoding('utf8')) add(text).forEach(take)
  end().forEach(take)
  return running.finish()
}

const timed = async (run) => {
  const started = performance.now()
  const result = await run()
  return { result, seconds: (performance.now() - started) / 1000 }
}

const whole = (n) => Math.round(n).toLocaleString('en')
const peakMegabytes = () => Math.round(process.resourceUsage().maxRSS / 1024)

const count = counter(SLOW_SECONDS)
const { result: one, seconds } = await timed(() => play([SETTINGS], {}, count.add))
const [report] = one.reports
const found = judge(count.faults(), report.changes)

console.log(`${whole(one.log.calls)} calls of ${one.log.keys} services, slow at ${SLOW_SECONDS * 1000} ms; read and replayed in ${seconds.toFixed(1)} s

slowCallRate(0.5, 20) over timeWindow(10, 10), wait 10 s
  CPU and network faults of a called service: ${found.found} of ${found.faults} found, ${Math.round(found.medianSeconds)} s after they began (median; ${Math.round(found.fastestSeconds)} to ${Math.round(found.slowestSeconds)} s)
  openings: ${found.openings}; in faults of the service ${found.about.own}, of its caller ${found.about.caller}, of its dependency ${found.about.dependency}, of unrelated services ${found.about.unrelated}, outside of faults ${found.about.outside}
  missed:`)
for (const { service, kind, calls, slow } of found.missed)
  console.log(`    ${service}, ${kind}: ${whole(calls)} calls, ${Math.round((100 * slow) / calls)} % slow`)
console.log(`  ${verdict(one, report.figures)}\n`)

const { result: all, seconds: gridSeconds } = await timed(() => play(points(small), { buckets: false }))
const best = front(all.reports).filter(({ isOnFront }) => isOnFront)
console.log(`A grid of ${all.reports.length} settings on all calls: ${gridSeconds.toFixed(1)} s, at most ${peakMegabytes()} MB; ${cpus().length} cores of ${cpus()[0].model}, Node ${process.versions.node}
  no breaker: ${whole(all.noBreaker.secondsInBadCalls)} s waited in slow calls (${duration(all.noBreaker.secondsInBadCalls)})
  the front, ${best.length} of ${all.reports.length}:`)
for (const { name, figures, isKnee } of [...best].sort(
  (a, b) => a.figures.secondsInBadCalls - b.figures.secondsInBadCalls
))
  console.log(
    `    ${name.padEnd(28)} ${whole(figures.secondsInBadCalls).padStart(7)} s waited, ${whole(figures.goodCallsRejected).padStart(7)} good calls rejected${isKnee ? '  <- knee' : ''}`
  )

// Proves the files in observability/ against the real thing: `npm run observability`. promtool checks and tests the rules. Then
// a real Prometheus scrapes a service on loopback, and has to answer every query of the dashboard and every alert with series.
// Grafana cannot be installed here, so its part is not proven: the dashboard is checked as JSON, and its queries are run.
//
// With --picture, it watches for longer, and draws the answers into observability/dashboard.svg.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { picture } from './picture.mjs'
import { promtool, startPrometheus } from './prometheus.mjs'
import { start } from './traffic.mjs'

const { fetch } = globalThis
const FOLDER = join(import.meta.dirname, '..', '..', 'observability')
const dashboard = JSON.parse(readFileSync(join(FOLDER, 'grafana.json'), 'utf8'))
const isPicture = process.argv.includes('--picture')
const WATCH_SECONDS = isPicture ? 150 : 14

// The variables of the dashboard, as Grafana puts them into a query.
const JOBS = { prometheus: 'name', opentelemetry: 'circuit_breaker_name' }
const interpolated = (expr, job) =>
  Object.entries({ $__rate_interval: isPicture ? '6s' : '4s', $job: job, $name: '.+', $label: JOBS[job] }).reduce(
    (query, [variable, value]) => query.replaceAll(variable, value),
    expr
  )

const queries = dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })))
const NEEDS_DURATIONS = 'Duration, 95th percentile'

// -------------------------------------------------------------------------------------
// checks
// -------------------------------------------------------------------------------------

const dashboardIsWhole = () => {
  assert.deepEqual(
    dashboard.templating.list.map(({ name }) => name),
    ['datasource', 'label', 'job', 'name']
  )
  assert.ok(dashboard.schemaVersion >= 39)
  const ids = dashboard.panels.map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
  for (const { title, description, datasource, type, targets, gridPos } of dashboard.panels) {
    assert.ok(description.length > 0 && targets.length > 0 && gridPos.x + gridPos.w <= 24, title)
    assert.equal(datasource.uid, '${datasource}')
    assert.ok(['state-timeline', 'timeseries', 'bargauge'].includes(type))
  }
  const variables = new Set(queries.flatMap(({ expr }) => expr.match(/\$\w+/g)))
  assert.deepEqual([...variables].sort(), ['$__rate_interval', '$job', '$label', '$name'])
}

const exposedTextIsClean = async ({ targets }) => {
  const response = await fetch(`http://${targets.prometheus}/metrics`)
  promtool(['check', 'metrics'], await response.text())
}

const panelHasSeries = async ({ query }, { title, expr }) => {
  for (const job of Object.keys(JOBS)) {
    if (title === NEEDS_DURATIONS && job === 'prometheus') continue
    const result = await query(interpolated(expr, job))
    assert.ok(result.length > 0, `no series for job ${job}`)
    assert.ok(
      result.some(({ value }) => Number.isFinite(Number(value[1]))),
      'only NaN'
    )
  }
}

const statesAreSeen = async ({ range }, from, to) => {
  const { expr } = queries.find(({ title }) => title === 'State')
  for (const job of Object.keys(JOBS)) {
    const lanes = await range(interpolated(expr, job), from, to, 0.5)
    const seen = Object.fromEntries(
      lanes.map(({ metric, values }) => [metric[JOBS[job]], new Set(values.map(([, value]) => Number(value)))])
    )
    assert.deepEqual(Object.keys(seen).sort(), ['beta', 'hosts', 'ledger', 'legacy', 'payments', 'search'])
    assert.ok(seen.payments.has(1) && seen.payments.has(4), `payments opens and closes: ${[...seen.payments]}`)
    assert.deepEqual([[...seen.beta], [...seen.legacy], [...seen.search]], [[2], [5], [1]])
    assert.ok(seen.ledger.has(3) && seen.hosts.has(4))
  }
}

const namesAreAnswered = async ({ get }) => {
  for (const variable of ['job', 'name']) {
    const { definition } = dashboard.templating.list.find(({ name }) => name === variable)
    for (const job of Object.keys(JOBS)) {
      const [, selector, label] = /^label_values\((.*), (.*)\)$/.exec(interpolated(definition, job))
      const values = await get(`/api/v1/label/${label}/values`, { 'match[]': selector })
      assert.ok(values.length > 0)
    }
  }
}

const alertHasSeries = async ({ query }, { name, query: expr }) => {
  const result = await query(expr)
  const jobs = new Set(result.map(({ metric }) => metric.job))
  assert.deepEqual([...jobs].sort(), Object.keys(JOBS).sort(), `${name}: ${JSON.stringify(result)}`)
}

const rulesAreWell = (rules) => {
  for (const { name, health, lastError } of rules) assert.equal(health, 'ok', `${name}: ${lastError}`)
  const pending = rules.filter(({ state }) => state !== 'inactive').map(({ name }) => name)
  assert.deepEqual(pending.sort(), rules.map(({ name }) => name).sort())
}

// -------------------------------------------------------------------------------------
// the run
// -------------------------------------------------------------------------------------

const results = { passed: 0, failed: 0 }
const check = async (name, test) => {
  try {
    await test()
    results.passed++
    console.log(`ok    ${name}`)
  } catch (error) {
    results.failed++
    console.log(`FAIL  ${name}\n      ${error.message}`)
  }
}

const proof = async () => {
  const traffic = await start(
    isPicture
      ? { periodSeconds: 50, downSeconds: 14, openSeconds: 4, callsEverySeconds: 0.1 }
      : { periodSeconds: 2.4, downSeconds: 1.2, openSeconds: 0.3, callsEverySeconds: 0.02 }
  )
  let prometheus
  try {
    prometheus = await startPrometheus(traffic.targets, join(FOLDER, 'alerts.yml'))
    const from = Date.now() / 1000
    await check('promtool accepts what is exposed', () => exposedTextIsClean(traffic))
    console.log(`      Prometheus watches for ${WATCH_SECONDS} s`)
    await sleep(WATCH_SECONDS * 1000)
    const to = Date.now() / 1000
    for (const panel of queries) await check(`panel: ${panel.title}`, () => panelHasSeries(prometheus, panel))
    await check('the lanes show the states that there were', () => statesAreSeen(prometheus, from, to))
    await check('the variables of the dashboard are answered', () => namesAreAnswered(prometheus))
    const { groups } = await prometheus.get('/api/v1/rules')
    const rules = groups.flatMap((group) => group.rules)
    for (const rule of rules) await check(`alert: ${rule.name}`, () => alertHasSeries(prometheus, rule))
    await check('the rules are evaluated, and all alerts are on their way', () => rulesAreWell(rules))
    if (isPicture) await draw(prometheus, from + 8, to)
  } finally {
    traffic.stop()
    await prometheus?.stop()
  }
}

const draw = async ({ range }, from, to) => {
  const answers = await Promise.all(
    dashboard.panels.map(async ({ title, targets: [{ expr }] }) => {
      const job = title === NEEDS_DURATIONS ? 'opentelemetry' : 'prometheus'
      return range(interpolated(expr, job), from, to, 1)
    })
  )
  const note =
    'Drawn from the answers of a real Prometheus to the queries of grafana.json. Not a screenshot of Grafana.'
  writeFileSync(join(FOLDER, 'dashboard.svg'), picture(dashboard, answers, from, to, note))
}

await check('the dashboard is whole', dashboardIsWhole)
await check('promtool check rules', () => promtool(['check', 'rules', join(FOLDER, 'alerts.yml')]))
await check('promtool test rules', () => promtool(['test', 'rules', join(FOLDER, 'alerts.test.yml')]))
await check('a real Prometheus', proof)
console.log(`${results.passed} passed, ${results.failed} failed`)
process.exitCode = results.failed === 0 ? 0 : 1

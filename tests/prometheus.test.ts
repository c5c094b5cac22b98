// What breaker-ts/Prometheus promises of its text. `npm run telemetry` shows it to promtool, and `npm run observability` to a
// real Prometheus.
import { CircuitBreaker, Registry } from 'breaker-ts'
import { manual } from 'breaker-ts/Clock'
import { observe } from 'breaker-ts/Metrics'
import { contentType, expose } from 'breaker-ts/Prometheus'
import * as fs from 'fs'
import * as path from 'path'

const linesOf = (text: string) => text.split('\n')
const namesIn = (text: string) => [...new Set([...text.matchAll(/name="([^"]*)"/g)].map(([, name]) => name))]
const valueIn = (text: string, series: string) =>
  linesOf(text)
    .find((line) => line.startsWith(`circuit_breaker_${series} `))
    ?.split(' ')
    .pop()

describe('expose', () => {
  it('writes every family with its help and type, and 23 series for a breaker', () => {
    const { metrics, watch } = observe(manual().clock)
    watch(new CircuitBreaker({ name: 'payments' }))
    const lines = linesOf(expose(metrics()))
    expect(lines.filter((line) => line.startsWith('# TYPE'))).toEqual([
      '# TYPE circuit_breaker_calls_total counter',
      '# TYPE circuit_breaker_slow_calls_total counter',
      '# TYPE circuit_breaker_in_flight gauge',
      '# TYPE circuit_breaker_state gauge',
      '# TYPE circuit_breaker_transitions_total counter',
      '# TYPE circuit_breaker_state_duration_seconds_total counter'
    ])
    expect(lines.filter((line) => line.startsWith('# HELP'))).toHaveLength(6)
    expect(lines.filter((line) => line.startsWith('circuit_breaker'))).toHaveLength(23)
    expect(lines[lines.length - 1]).toBe('')
  })

  it('counts rejected calls by reason', () => {
    const { metrics, observer } = observe(manual().clock)
    const breaker = new CircuitBreaker({ name: 'payments', observer })
    breaker.isolate()
    breaker.call(() => 1)
    const text = expose(metrics())
    expect(valueIn(text, 'calls_total{name="payments",outcome="rejected",reason="isolated"}')).toBe('1')
    expect(valueIn(text, 'calls_total{name="payments",outcome="rejected",reason="open"}')).toBe('0')
    expect(valueIn(text, 'state{name="payments",state="isolated"}')).toBe('1')
  })

  it('is empty where there is nothing to tell', () => {
    expect(expose({})).toBe('')
  })

  it('escapes backslashes, quotes and line breaks in names, and nothing else', () => {
    const { metrics, observer } = observe()
    new CircuitBreaker({ name: 'a "b" \\ c\nd {e="f"} ü', observer }).call(() => 1)
    expect(expose(metrics())).toContain(
      'circuit_breaker_slow_calls_total{name="a \\"b\\" \\\\ c\\nd {e=\\"f\\"} ü"} 0\n'
    )
  })

  it('sums the keys of a registry under its name, unless told otherwise', async () => {
    const time = manual()
    const { metrics, observer } = observe(time.clock)
    const hosts = new Registry({ name: 'hosts', failureThreshold: 1, clock: time.clock, observer })
    await hosts.for('a').recordFailure()
    await hosts.for('b').recordFailure()
    await hosts.for('c').run(async () => 1)
    time.advance(10)
    const text = expose(metrics())
    expect(namesIn(text)).toEqual(['hosts'])
    expect(valueIn(text, 'state{name="hosts",state="open"}')).toBe('2')
    expect(valueIn(text, 'state{name="hosts",state="closed"}')).toBe('1')
    expect(valueIn(text, 'state_duration_seconds_total{name="hosts",state="open"}')).toBe('20')
    expect(valueIn(text, 'calls_total{name="hosts",outcome="success"}')).toBe('1')
    expect(namesIn(expose(metrics(), { perKey: true }))).toEqual(['hosts/a', 'hosts/b', 'hosts/c'])
  })

  it('keeps the names of watched breakers that contain a slash, beside a registry that is summed', async () => {
    const { metrics, observer, watch } = observe(manual().clock)
    const named = (name: string) => watch(new CircuitBreaker({ name, failureThreshold: 1, observer }))
    named('payments/eu').recordFailure()
    named('payments/us').call(() => 1)
    const hosts = watch(new Registry({ name: 'hosts', observer }))
    await hosts.for('a').run(async () => 1)
    await hosts.for('b').run(async () => 1)
    const text = expose(metrics())
    expect(namesIn(text)).toEqual(['payments/eu', 'payments/us', 'hosts'])
    expect(valueIn(text, 'state{name="payments/eu",state="open"}')).toBe('1')
    expect(valueIn(text, 'state{name="payments/us",state="open"}')).toBe('0')
    expect(namesIn(expose(metrics(), { maxNames: 1 }))).toEqual(['payments/eu', 'payments', 'other'])
    expect(JSON.parse(JSON.stringify(metrics()))).toEqual(metrics())
  })

  it('counts watched breakers of names with a slash together where there are too many', () => {
    const { metrics, watch } = observe(manual().clock)
    for (const zone of ['a', 'b', 'c']) watch(new CircuitBreaker({ name: `payments/${zone}` }))
    const text = expose(metrics(), { maxNames: 1 })
    expect(namesIn(text)).toEqual(['payments/a', 'payments'])
    expect(valueIn(text, 'state{name="payments",state="closed"}')).toBe('2')
  })

  it('writes 100 names at most, and the rest as other', () => {
    const { metrics, observer } = observe()
    for (let i = 0; i < 300; i++) new CircuitBreaker({ name: `b${i}`, observer }).call(() => 1)
    const text = expose(metrics())
    expect(namesIn(text)).toHaveLength(101)
    expect(valueIn(text, 'calls_total{name="other",outcome="success"}')).toBe('200')
    expect(namesIn(expose(metrics(), { maxNames: 2 }))).toEqual(['b0', 'b1', 'other'])
    expect(() => expose(metrics(), { maxNames: 0 })).toThrow('maxNames: given 0, expected an integer > 0')
  })

  it('refuses what metrics() has not returned, and options that there are not', () => {
    const { metrics } = observe()
    const given =
      (...args: ReadonlyArray<unknown>) =>
      () =>
        expose(...(args as unknown as Parameters<typeof expose>))
    const expected = 'expected what metrics() of breaker-ts/Metrics returns'
    expect(given()).toThrow(`metrics: given nothing, ${expected}`)
    expect(given(null)).toThrow(`metrics: given null, ${expected}`)
    expect(given(metrics)).toThrow(`metrics: given a function, ${expected}`)
    expect(given({}, { maxName: 5 })).toThrow('options.maxName: given 5, expected no setting of this name')
    expect(given({}, { top: 5 })).toThrow('only maxNames, perKey')
    expect(given({}, null)).toThrow('options: given null, expected an object of options')
  })

  it('has a content type of its own', () => {
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
  })
})

describe('observability/', () => {
  const read = (file: string) => fs.readFileSync(path.join(__dirname, '..', 'observability', file), 'utf8')
  const alerts = [...read('alerts.yml').matchAll(/- alert: (\w+)/g)].map(([, name]) => String(name))

  it('has a runbook and a test for each alert', () => {
    const readme = read('README.md')
    expect(alerts).toEqual(
      expect.arrayContaining(['CircuitOpen', 'CircuitFlapping', 'MostCallsRejected', 'ProbeStuck'])
    )
    for (const alert of alerts) {
      expect(readme).toContain(`### ${alert}\n`)
      expect(read('alerts.test.yml')).toContain(`alertname: ${alert}\n`)
    }
    expect(read('alerts.yml').match(/runbook: observability\/README\.md#(\w+)/g)).toHaveLength(alerts.length)
  })

  it('says in its README what each panel of the dashboard means', () => {
    const { panels } = JSON.parse(read('grafana.json')) as {
      readonly panels: ReadonlyArray<{ readonly title: string }>
    }
    for (const { title } of panels) expect(read('README.md')).toContain(`**${title}**`)
  })
})

/**
 * Metrics of breakers in the text format of Prometheus, beside those of a client library or alone.
 *
 * @since 0.1.0
 */
import type { Rule } from '../core/InvalidSettings'
import type { Family, Labels } from './Families'
import { FAMILIES } from './Families'
import { check } from './Given'
import type { Metrics, MetricsOptions } from './Metrics'
import { BOUNDS } from './Metrics'
import { bounded } from './Names'

/**
 * The content type of an answer that holds nothing else.
 *
 * @example
 * import { contentType } from 'breaker-ts/Prometheus'
 *
 * assert.strictEqual(contentType, 'text/plain; version=0.0.4; charset=utf-8')
 *
 * @category constants
 * @since 0.1.0
 */
export const contentType = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * Metrics, as `metrics()` of `breaker-ts/Metrics` returns them, in the text format of Prometheus. It ends with a line break, so
 * another such text can stand before or after it: `(await register.metrics()) + expose(metrics())` with prom-client.
 *
 * There are 100 names at most, unless `maxNames` says otherwise. Keys of a registry are summed under the name of the registry,
 * the part before `/`, unless you set `perKey`. A watched breaker with a `/` in its name keeps it.
 *
 * @example
 * import { CircuitBreaker } from 'breaker-ts/CircuitBreaker'
 * import { observe } from 'breaker-ts/Metrics'
 * import { expose } from 'breaker-ts/Prometheus'
 *
 * const { observer, metrics, watch } = observe()
 * const breaker = watch(new CircuitBreaker({ name: 'payments', observer }))
 * breaker.call(() => 'paid')
 *
 * const lines = expose(metrics()).split('\n')
 * assert.strictEqual(lines.includes('# TYPE circuit_breaker_calls_total counter'), true)
 * assert.strictEqual(lines.includes('circuit_breaker_calls_total{name="payments",outcome="success"} 1'), true)
 * assert.strictEqual(lines.includes('circuit_breaker_state{name="payments",state="closed"} 1'), true)
 *
 * @category constructors
 * @since 0.1.0
 */
export const expose = (metrics: Readonly<Record<string, Metrics>>, options: MetricsOptions = {}): string => {
  check({ metrics: [metrics, METRICS] }, [options, BOUNDS])
  const named = [...folded(metrics, options)]
  if (named.length === 0) return ''
  return FAMILIES.map((family) => {
    const name = nameOf(family)
    return [
      `# HELP ${name} ${family.description}`,
      `# TYPE ${name} ${family.isCounter ? 'counter' : 'gauge'}`,
      ...named.flatMap(([breaker, told]) =>
        family.samples(told).map(([value, labels]) => `${name}{${labelsOf(breaker, labels)}} ${value}`)
      ),
      ''
    ].join('\n')
  }).join('')
}

const METRICS: Rule = {
  rule: 'what metrics() of breaker-ts/Metrics returns',
  holds: (given) => typeof given === 'object' && given !== null
}

const nameOf = ({ name, unit, isCounter }: Family): string =>
  `circuit_breaker_${name.replace('.', '_')}${unit === 's' ? '_seconds' : ''}${isCounter ? '_total' : ''}`

const labelsOf = (name: string, labels: Labels): string =>
  Object.entries({ name, ...labels })
    .map(([label, value]) => `${label}="${escaped(value)}"`)
    .join(',')

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' }

const escaped = (value: string): string => value.replace(/[\\"\n]/g, (character) => ESCAPES[character] as string)

// -------------------------------------------------------------------------------------
// sums
// -------------------------------------------------------------------------------------

const folded = (
  metrics: Readonly<Record<string, Metrics>>,
  { maxNames = 100, perKey = false }: MetricsOptions
): ReadonlyMap<string, Metrics> => {
  const nameOf = bounded({ maxNames, perKey })
  return Object.entries(metrics).reduce((sums, [breaker, told]) => {
    const name = nameOf(breaker, perKey || told.ownName === true)
    return sums.set(name, sum(sums.get(name), told)) // eslint-disable-line functional/immutable-data -- a map just made
  }, new Map<string, Metrics>())
}

type Numbers = number | { readonly [name: string]: Numbers }

const sum = (x: Metrics | undefined, y: Metrics): Metrics =>
  x === undefined ? y : (added(x as unknown as Numbers, y as unknown as Numbers) as unknown as Metrics)

const added = (x: Numbers, y: Numbers): Numbers =>
  typeof x === 'number' || typeof y === 'number'
    ? Number(x) + Number(y)
    : Object.fromEntries(Object.entries(x).map(([name, value]) => [name, added(value, y[name] as Numbers)]))

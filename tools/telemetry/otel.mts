import { metrics, trace } from '@opentelemetry/api'
import { logs as logsApi } from '@opentelemetry/api-logs'
import { AsyncCircuitBreaker, Registry } from 'breaker-ts'
import { instrument, logs, spans } from 'breaker-ts/OpenTelemetry'

const { observer, watch } = instrument(metrics.getMeter('breaker-ts'))
const observers = [observer, spans(() => trace.getActiveSpan()), logs(logsApi.getLogger('breaker-ts'))]

export const payments = watch(new AsyncCircuitBreaker({ name: 'payments', failureThreshold: 2, observer: observers }))
export const hosts = watch(new Registry({ name: 'hosts', failureThreshold: 2, observer: observers }))

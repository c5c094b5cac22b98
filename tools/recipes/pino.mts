import { AsyncCircuitBreaker } from 'breaker-ts'
import { logTo } from 'breaker-ts/Log'
import { pino } from 'pino'

export const logger = pino()

export const payments = new AsyncCircuitBreaker({
  name: 'payments',
  failureThreshold: 3,
  observer: logTo(({ severity, ...record }) => {
    const message = `circuit ${record.breaker}: ${record.from} -> ${record.to}`
    if (severity === 'WARN') logger.warn(record, message)
    else logger.info(record, message)
  }),
  report: (message, cause) => logger.error({ err: cause }, message)
})

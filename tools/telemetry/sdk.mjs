// The SDK of OpenTelemetry, with exporters in memory: what it makes of a breaker is what a collector would get.
import { once } from 'node:events'
import { createServer } from 'node:http'

import { metrics, trace, context } from '@opentelemetry/api'
import { logs } from '@opentelemetry/api-logs'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'

const { fetch } = globalThis

/** A meter whose metrics are collected when asked for, with the one or the other kind of sums. */
export const meterInMemory = (temporality = AggregationTemporality.CUMULATIVE) => {
  const exporter = new InMemoryMetricExporter(temporality)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const provider = new MeterProvider({ readers: [reader] })
  return {
    provider,
    meter: provider.getMeter('breaker-ts'),
    collect: async () => {
      exporter.reset()
      await reader.forceFlush()
      return exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
    }
  }
}

/** A meter whose metrics are text, as the Prometheus exporter of OpenTelemetry answers a scrape. */
export const meterAsText = () => {
  const exporter = new PrometheusExporter({ preventServerStart: true })
  const provider = new MeterProvider({ readers: [exporter] })
  const collect = async () => {
    const server = createServer((request, response) => exporter.getMetricsRequestHandler(request, response))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const response = await fetch(`http://127.0.0.1:${server.address().port}/metrics`)
    const text = await response.text()
    server.close()
    return text.replace(/^.*target_info.*\n/gm, '')
  }
  return { meter: provider.getMeter('breaker-ts'), collect }
}

/** Spans and logs in memory, as the global ones, and a meter. */
export const startGlobal = () => {
  const spans = new InMemorySpanExporter()
  const records = new InMemoryLogRecordExporter()
  const meter = meterInMemory()
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }))
  logs.setGlobalLoggerProvider(
    new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: records })] })
  )
  metrics.setGlobalMeterProvider(meter.provider)
  return { spans, records, collect: meter.collect }
}

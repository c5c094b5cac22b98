// src/watch/Prometheus.ts
import type { Metrics, MetricsOptions } from './Metrics'
export declare const contentType = 'text/plain; version=0.0.4; charset=utf-8'
export declare const expose: (metrics: Readonly<Record<string, Metrics>>, options?: MetricsOptions) => string

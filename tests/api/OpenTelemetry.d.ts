// src/watch/OpenTelemetry.ts
import type { Clock } from '../shell/Clock'
import type { Observer } from '../shell/Notice'
import type { Observed } from './Metrics'
export type Attributes = Record<string, string | number>
export type ObservableLike = object
export interface ResultLike {
  observe(instrument: ObservableLike, value: number, attributes?: Attributes): void
}
export interface HistogramLike {
  record(value: number, attributes?: Attributes): void
}
export interface InstrumentOptions {
  readonly description: string
  readonly unit: string
  readonly advice?: {
    explicitBucketBoundaries: Array<number>
  }
}
export interface MeterLike {
  createObservableCounter(name: string, options: InstrumentOptions): ObservableLike
  createObservableUpDownCounter(name: string, options: InstrumentOptions): ObservableLike
  createHistogram(name: string, options: InstrumentOptions): HistogramLike
  addBatchObservableCallback(callback: (result: ResultLike) => void, instruments: Array<ObservableLike>): void
}
export interface SpanLike {
  isRecording(): boolean
  setAttributes(attributes: Attributes): unknown
}
export interface LoggerLike {
  emit(record: {
    eventName: string
    severityNumber: number
    severityText: string
    body: string
    attributes: Attributes
  }): void
}
export interface TelemetryOptions {
  readonly clock?: Clock | undefined
  readonly maxNames?: number | undefined
  readonly perKey?: boolean | undefined
  readonly durations?: boolean | undefined
}
export declare const instrument: (meter: MeterLike, options?: TelemetryOptions) => Pick<Observed, 'observer' | 'watch'>
export declare const spans: (activeSpan: () => SpanLike | undefined) => Observer
export declare const logs: (logger: LoggerLike) => Observer

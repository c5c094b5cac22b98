// What the newest API calls a meter and a span fits too.
import type { Meter, Span } from '@opentelemetry/api-1-10'
import { instrument, spans } from 'breaker-ts/OpenTelemetry'

export const withNewest = (meter: Meter, span: Span) => [instrument(meter), spans(() => span)]

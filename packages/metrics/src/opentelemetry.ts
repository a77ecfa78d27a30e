/** The face of `@stowage/metrics/opentelemetry`. */
export { type ObserveCachesOptions, observeCaches } from './cache-observer.ts'
export { type TraceLoadsOptions, traceLoads } from './load-spans.ts'

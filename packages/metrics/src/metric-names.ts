/**
 * What the metrics of the list are called in each system.
 *
 * Prometheus' names follow from OpenTelemetry's by the rule of OpenTelemetry's own Prometheus exporters, so that one
 * dashboard finds the same metrics whichever way they came.
 */
import type { Labels, Metric, MetricIdentity, Point, Reading } from './metric-list.ts'

/** The points of a metric over several caches, with the cache's name among their labels. */
export function pointsOf(metric: Metric, readings: readonly Reading[]): Point[] {
  return readings.flatMap((reading) =>
    metric.points(reading).map(({ value, labels }) => ({ value, labels: { cache: reading.cache, ...labels } })),
  )
}

const PROMETHEUS_UNITS: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes' }

/** @param kind a counter's name ends in `_total`. */
export function prometheusName(prefix: string, { name, unit }: MetricIdentity, kind?: Metric['kind']): string {
  const words = name.slice('stowage.'.length).replaceAll('.', '_')
  return `${prefix}${words}${PROMETHEUS_UNITS[unit] ?? ''}${kind === 'counter' ? '_total' : ''}`
}

/** A label as an OpenTelemetry attribute. There are no conventions for caches: all are in our own namespace. */
export function attributeName(label: string): string {
  return label === 'cache' ? 'stowage.cache.name' : `stowage.${label}`
}

export function attributesOf(labels: Labels): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([label, word]) => [attributeName(label), word]))
}

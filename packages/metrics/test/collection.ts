/** A meter of the real OpenTelemetry SDK, and what its exporter gets: each point as `name{attributes}`. */
import type { Meter } from '@opentelemetry/api'
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { onTestFinished } from 'vitest'

export interface Collection {
  readonly meter: Meter
  /** Collects once. */
  readonly metrics: () => Promise<readonly MetricData[]>
  readonly points: () => Promise<Map<string, number>>
}

export function collection(temporality = AggregationTemporality.CUMULATIVE): Collection {
  const exporter = new InMemoryMetricExporter(temporality)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const provider = new MeterProvider({ readers: [reader] })
  onTestFinished(() => provider.shutdown())
  const metrics = async () => {
    exporter.reset()
    await reader.forceFlush()
    return exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
  }
  return {
    meter: provider.getMeter('test'),
    metrics,
    points: async () => new Map((await metrics()).flatMap(numbersOf)),
  }
}

function numbersOf(metric: MetricData): (readonly [string, number])[] {
  const { name } = metric.descriptor
  if (metric.dataPointType === DataPointType.HISTOGRAM) {
    return metric.dataPoints.flatMap(({ attributes, value }) => [
      [written(`${name}.count`, attributes), value.count] as const,
      [written(`${name}.sum`, attributes), value.sum ?? Number.NaN] as const,
    ])
  }
  if (metric.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM) return []
  return metric.dataPoints.map(({ attributes, value }) => [written(name, attributes), value] as const)
}

function written(name: string, attributes: object): string {
  return `${name}{${Object.entries(attributes)
    .map(([attribute, value]) => `${attribute}=${value}`)
    .join(',')}}`
}

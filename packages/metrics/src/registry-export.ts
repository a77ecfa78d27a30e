/** The metrics of the list as prom-client's, on one registry under one prefix, whoever's caches they show. */
import { type CacheEvents, type Clock, ConfigError } from '@stowage/core'
import type * as promClient from 'prom-client'
import { CacheRoster } from './cache-roster.ts'
import { LOAD_DURATION, METRICS, type Metric, type MetricIdentity } from './metric-list.ts'
import { pointsOf, prometheusName } from './metric-names.ts'

interface ExportOptions {
  readonly client: Pick<typeof promClient, 'Counter' | 'Gauge' | 'Histogram'>
  readonly register: promClient.Registry | promClient.Registry<promClient.OpenMetricsContentType>
  readonly prefix: string
  readonly buckets: readonly number[]
  readonly clock: Clock
}

export class RegistryExport {
  readonly roster: CacheRoster
  readonly #options: ExportOptions
  /** By the name it was registered under: prom-client renames counters when it writes OpenMetrics. */
  readonly #series = new Map<string, promClient.Metric>()
  readonly #durations: promClient.Histogram

  /** @throws ConfigError when the registry has a metric of such a name */
  constructor(options: ExportOptions) {
    this.#options = options
    const { register, prefix, clock } = options
    const names = [prometheusName(prefix, LOAD_DURATION), ...METRICS.map((metric) => nameOf(prefix, metric))]
    const taken = names.find((name) => register.getSingleMetric(name) !== undefined)
    if (taken !== undefined) {
      throw new ConfigError(`prefix: '${prefix}' is not allowed; the registry has a metric '${taken}' of somebody else`)
    }
    this.#durations = this.#addDurations()
    for (const metric of METRICS) this.#add(metric)
    this.roster = new CacheRoster({
      clock,
      onLoad: (cache, { loadMs, outcome }: CacheEvents['load']) =>
        this.#durations.observe({ cache, outcome }, loadMs / 1_000),
      onLeave: (cache) => {
        for (const outcome of ['loaded', 'failed']) this.#durations.remove({ cache, outcome })
      },
    })
  }

  putIn(): void {
    if (this.stands()) return
    for (const series of this.#series.values()) this.#options.register.registerMetric(series)
  }

  /** Whether all are on the registry: its owner may have cleared it. */
  stands(): boolean {
    return Array.from(this.#series).every(([name, series]) => this.#options.register.getSingleMetric(name) === series)
  }

  /** Takes out what is still ours. */
  takeOut(): void {
    const { register } = this.#options
    for (const [name, series] of this.#series) {
      if (register.getSingleMetric(name) === series) register.removeSingleMetric(name)
    }
  }

  #add(metric: Metric): void {
    const { client, prefix } = this.#options
    const configuration = {
      ...this.#configured(nameOf(prefix, metric), metric),
      // In a cluster the processes' figures are added up, which says nothing of percentiles.
      aggregator: metric.kind === 'gauge' ? ('max' as const) : ('sum' as const),
      collect: async () => {
        const readings = await this.roster.read()
        // Anew each time: a series whose cache or tier is gone does not stay.
        series.reset()
        for (const { labels, value } of pointsOf(metric, readings)) series.inc(labels, value)
      },
    }
    const series = metric.kind === 'counter' ? new client.Counter(configuration) : new client.Gauge(configuration)
    this.#series.set(configuration.name, series)
  }

  #addDurations(): promClient.Histogram {
    const { client, prefix, buckets } = this.#options
    const name = prometheusName(prefix, LOAD_DURATION)
    const durations = new client.Histogram({
      ...this.#configured(name, LOAD_DURATION),
      buckets: [...buckets],
      // Nothing to fetch; but a cache that the others find closed takes its series along.
      collect: async () => void (await this.roster.read()),
    })
    this.#series.set(name, durations)
    return durations
  }

  #configured(name: string, { help, labels }: MetricIdentity) {
    return { name, help, labelNames: ['cache', ...labels], registers: [] }
  }
}

function nameOf(prefix: string, metric: Metric): string {
  return prometheusName(prefix, metric, metric.kind)
}

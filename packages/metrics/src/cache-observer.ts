/** The metrics of the list as observable instruments on an OpenTelemetry meter: one callback, one look per collection. */
import type { Attributes, BatchObservableCallback, BatchObservableResult, Meter, Observable } from '@opentelemetry/api'
import { type Cache, type CacheEvents, type Clock, requireClock, requireKnownOptions, systemClock } from '@stowage/core'
import { CacheRoster } from './cache-roster.ts'
import { ERROR_TYPE, errorType } from './error-type.ts'
import { requireCaches, requireMethods } from './given.ts'
import { LOAD_DURATION, LOAD_DURATION_BOUNDS, METRICS, type Metric, type Reading } from './metric-list.ts'
import { attributesOf, pointsOf } from './metric-names.ts'

export interface ObserveCachesOptions {
  readonly meter: Meter
  /** Each with a name of its own. More can be added by further calls. */
  readonly caches: readonly Cache[]
  /** What limits the wait for a backend that does not answer. Default: the system's. */
  readonly clock?: Clock
}

/** A meter's instruments cannot be taken off it: they stay for the next cache. */
const exportsByMeter = new WeakMap<Meter, MeterExport>()

/** @returns how to take these caches out again. @throws ConfigError naming the option, the value and what is allowed */
export function observeCaches(options: ObserveCachesOptions): () => void {
  requireKnownOptions('observeCaches', options, ['meter', 'caches', 'clock'])
  const { meter, caches, clock = systemClock } = options
  requireMethods('meter', meter, ['createHistogram', 'addBatchObservableCallback'], 'what metrics.getMeter() returns')
  requireCaches(caches)
  requireClock(clock)
  const known = exportsByMeter.get(meter) ?? new MeterExport(meter, clock)
  exportsByMeter.set(meter, known)
  return known.add(caches)
}

class MeterExport {
  readonly #meter: Meter
  readonly #roster: CacheRoster
  readonly #instruments: ReadonlyMap<Metric, Observable>
  readonly #observe: BatchObservableCallback = (result) => this.#tell(result)
  #told: readonly Reading[] = []

  constructor(meter: Meter, clock: Clock) {
    this.#meter = meter
    const durations = meter.createHistogram(LOAD_DURATION.name, {
      unit: LOAD_DURATION.unit,
      description: LOAD_DURATION.help,
      advice: { explicitBucketBoundaries: [...LOAD_DURATION_BOUNDS] },
    })
    this.#roster = new CacheRoster({
      clock,
      onLoad: (cache, event) => durations.record(event.loadMs / 1_000, loadAttributes(cache, event)),
      onLeave: () => undefined,
    })
    this.#instruments = new Map(METRICS.map((metric) => [metric, instrumentFor(meter, metric)]))
  }

  add(caches: readonly Cache[]): () => void {
    const leave = this.#roster.add(caches)
    this.#meter.addBatchObservableCallback(this.#observe, [...this.#instruments.values()])
    return leave
  }

  async #tell(result: BatchObservableResult): Promise<void> {
    const readings = await this.#roster.read()
    const gone = this.#told.filter(({ cache }) => readings.every((reading) => reading.cache !== cache))
    this.#told = readings
    for (const [metric, instrument] of this.#instruments) {
      for (const { value, labels } of pointsOf(metric, readings))
        result.observe(instrument, value, attributesOf(labels))
      if (metric.kind !== 'level') continue
      // The SDK repeats what it was last told, for ever: a queue that is gone would stay as long as it was.
      for (const { labels } of pointsOf(metric, gone.map(emptied))) result.observe(instrument, 0, attributesOf(labels))
    }
    if (readings.length + this.#roster.size > 0) return
    this.#meter.removeBatchObservableCallback(this.#observe, [...this.#instruments.values()])
  }
}

function instrumentFor(meter: Meter, { name, kind, unit, help }: Metric): Observable {
  const options = { unit, description: help }
  if (kind === 'counter') return meter.createObservableCounter(name, options)
  return kind === 'level'
    ? meter.createObservableUpDownCounter(name, options)
    : meter.createObservableGauge(name, options)
}

/** With every level that may ever have been told of it, whether or not its backend answered the last time. */
function emptied(reading: Reading): Reading {
  return { ...reading, stats: { ...reading.stats, held: { entries: 0, bytes: 0 } } }
}

function loadAttributes(cache: string, { outcome, error }: CacheEvents['load']): Attributes {
  const attributes = attributesOf({ cache, outcome })
  return outcome === 'failed' ? { ...attributes, [ERROR_TYPE]: errorType(error) } : attributes
}

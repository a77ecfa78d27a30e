/**
 * Every metric there is, once: what it is called, what it says and which counters of a cache it is made of.
 *
 * Names are OpenTelemetry's (dotted, units after UCUM); metric-names.ts turns them into Prometheus'.
 */
import type { CacheStats, CacheUsage } from '@stowage/core'

/** One look at one cache. */
export interface Reading {
  /** The cache's name. */
  readonly cache: string
  /** `held` is undefined when the backend could not be asked just now: an old figure would look like a new one. */
  readonly stats: CacheStats
  readonly limit: CacheUsage['limit'] | undefined
}

type Label = 'cache' | 'tier' | 'outcome' | 'reason' | 'cause' | 'queue' | 'percentile'

export type Labels = { readonly [Name in Label]?: string }

export interface Point {
  readonly value: number
  /** A label without a value is left out, which is the same to both. */
  readonly labels: Labels
}

/** What a metric is called and says. */
export interface MetricIdentity {
  readonly name: `stowage.${string}`
  readonly unit: string
  readonly help: string
  /** Besides `cache`, which all have. */
  readonly labels: readonly Exclude<Label, 'cache'>[]
}

/** One that is read off the counters when somebody asks. */
export interface Metric extends MetricIdentity {
  /** A `level` goes up and down, and may be added up over caches and processes; a `gauge` may not. */
  readonly kind: 'counter' | 'level' | 'gauge'
  readonly points: (reading: Reading) => readonly Point[]
}

export const METRICS: readonly Metric[] = [
  {
    name: 'stowage.lookups',
    kind: 'counter',
    unit: '{lookup}',
    help: 'Calls that asked for one key, by outcome (hit, stale, miss), by the tier that answered or the reason of the miss',
    labels: ['outcome', 'tier', 'reason'],
    points: ({ stats }) => [
      ...Object.entries(stats.tiers).flatMap(([tier, { hits, stale }]) => [
        { value: hits, labels: { outcome: 'hit', tier } },
        { value: stale, labels: { outcome: 'stale', tier } },
      ]),
      ...each(stats.misses, (reason) => ({ outcome: 'miss', reason })),
    ],
  },
  {
    name: 'stowage.joined_lookups',
    kind: 'counter',
    unit: '{lookup}',
    help: 'Misses that waited for a load another caller had begun',
    labels: [],
    points: ({ stats }) => only(stats.joined),
  },
  {
    name: 'stowage.fallbacks',
    kind: 'counter',
    unit: '{lookup}',
    help: 'Older values served in place of a load that failed or overran its soft timeout',
    labels: [],
    points: ({ stats }) => only(stats.fallbacks),
  },
  {
    name: 'stowage.loads',
    kind: 'counter',
    unit: '{load}',
    help: 'Loader runs that ended, by outcome (loaded, failed)',
    labels: ['outcome'],
    points: ({ stats }) => [
      { value: stats.loads, labels: { outcome: 'loaded' } },
      { value: stats.loadFailures, labels: { outcome: 'failed' } },
    ],
  },
  {
    name: 'stowage.active_loads',
    kind: 'level',
    unit: '{load}',
    help: 'Loader runs going on',
    labels: [],
    points: ({ stats }) => only(stats.loading),
  },
  {
    name: 'stowage.writes',
    kind: 'counter',
    unit: '{write}',
    help: 'Writes, by outcome (stored, refused) and the reason of the refusal',
    labels: ['outcome', 'reason'],
    points: ({ stats }) => [
      { value: stats.writes, labels: { outcome: 'stored' } },
      ...each(stats.refused, (reason) => ({ outcome: 'refused', reason })),
    ],
  },
  {
    name: 'stowage.deletes',
    kind: 'counter',
    unit: '{key}',
    help: 'Keys deleted by a call, whether or not they were there',
    labels: [],
    points: ({ stats }) => only(stats.deletes),
  },
  {
    name: 'stowage.invalidations',
    kind: 'counter',
    unit: '{invalidation}',
    help: 'Invalidations by tag, prefix, pattern or all',
    labels: [],
    points: ({ stats }) => only(stats.invalidations),
  },
  {
    name: 'stowage.removals',
    kind: 'counter',
    unit: '{entry}',
    help: 'Entries that left the backend unasked, by cause',
    labels: ['cause'],
    points: ({ stats }) => each(stats.removed, (cause) => ({ cause })),
  },
  {
    name: 'stowage.faults',
    kind: 'counter',
    unit: '{fault}',
    help: 'Failures of the backend (overruns too), of the codec and of listeners',
    labels: [],
    points: ({ stats }) => only(stats.faults),
  },
  {
    name: 'stowage.breaker.openings',
    kind: 'counter',
    unit: '{opening}',
    help: 'How often the backend was left alone after failing several times in a row',
    labels: [],
    points: ({ stats }) => only(stats.breakerOpenings),
  },
  {
    name: 'stowage.backend.operations',
    kind: 'counter',
    unit: '{operation}',
    help: 'Backend operations, but for hits that memory answers at once',
    labels: [],
    points: ({ stats }) => only(stats.backendTimes.count),
  },
  {
    name: 'stowage.backend.latency',
    kind: 'gauge',
    unit: 's',
    help: 'How long backend operations took since counting began, by percentile (50, 90, 99, 100)',
    labels: ['percentile'],
    points: ({ stats: { backendTimes } }) => [
      ...seconds(backendTimes.p50Ms, { percentile: '50' }),
      ...seconds(backendTimes.p90Ms, { percentile: '90' }),
      ...seconds(backendTimes.p99Ms, { percentile: '99' }),
      ...seconds(backendTimes.maxMs, { percentile: '100' }),
    ],
  },
  {
    name: 'stowage.queue.depth',
    kind: 'level',
    unit: '{item}',
    help: 'What waits: calls, keys being loaded (loads), keys with atomic steps (steps), invalidations that failed so far',
    labels: ['queue'],
    points: ({ stats }) => each(stats.queues, (queue) => ({ queue })),
  },
  {
    name: 'stowage.entries.usage',
    kind: 'level',
    unit: '{entry}',
    help: 'Entries in the backend, those of other caches on it too',
    labels: [],
    points: ({ stats }) => only(stats.held?.entries),
  },
  {
    name: 'stowage.entries.limit',
    kind: 'level',
    unit: '{entry}',
    help: 'Most entries the backend may hold; absent when not limited',
    labels: [],
    points: ({ limit }) => only(limit?.entries),
  },
  {
    name: 'stowage.storage.usage',
    kind: 'level',
    unit: 'By',
    help: 'Bytes in the backend, those of other caches on it too',
    labels: [],
    points: ({ stats }) => only(stats.held?.bytes),
  },
  {
    name: 'stowage.storage.limit',
    kind: 'level',
    unit: 'By',
    help: 'Most bytes the backend may hold; absent when not limited',
    labels: [],
    points: ({ limit }) => only(limit?.bytes),
  },
]

/** The one metric that is not read but told, by `load` events: a distribution over any window needs every length. */
export const LOAD_DURATION: MetricIdentity = {
  name: 'stowage.load.duration',
  unit: 's',
  help: 'How long loaders ran, by outcome (loaded, failed)',
  labels: ['outcome'],
}

/** Upper bounds in seconds, from a primary key lookup to a report. */
export const LOAD_DURATION_BOUNDS: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
]

function only(value: number | undefined): Point[] {
  return value === undefined ? [] : [{ value, labels: {} }]
}

function seconds(valueMs: number | undefined, labels: Labels): Point[] {
  return valueMs === undefined ? [] : [{ value: valueMs / 1_000, labels }]
}

function each<Word extends string>(counts: Readonly<Record<Word, number>>, labels: (word: string) => Labels): Point[] {
  return Object.entries<number>(counts).map(([word, value]) => ({ value, labels: labels(word) }))
}

/**
 * The event `stowage.stats.v1`: what a cache has counted and holds, as plain JSON for logs and stores of events.
 *
 * Fields of a published version are never renamed, removed or given another meaning; new ones may come. What could not be
 * told is null, so that every field is there in every event. Named field by field, so that what core counts anew does not slip in.
 */
import type { TimeSummary } from '@stowage/core'
import type { Reading } from './metric-list.ts'

export interface StatsEvent {
  readonly schema: 'stowage.stats.v1'
  /** Unix milliseconds. */
  readonly atMs: number
  /** Since the event before, or since reporting began. */
  readonly intervalMs: number
  /** Events since the one before that the sink was too slow for. */
  readonly skipped: number
  /** The cache's name. */
  readonly cache: string
  /** Counters go on from event to event, from the making of the cache or its `resetStats`. */
  readonly lookups: {
    readonly hits: number
    readonly stale: number
    readonly misses: Reading['stats']['misses']
    readonly joined: number
    readonly fallbacks: number
  }
  /** `(hits + stale) / lookups`; null before the first lookup. */
  readonly hitRatio: number | null
  readonly tiers: Reading['stats']['tiers']
  readonly loads: { readonly done: number; readonly failed: number; readonly running: number; readonly times: Times }
  readonly backend: { readonly times: Times; readonly faults: number; readonly breakerOpenings: number }
  readonly writes: { readonly stored: number; readonly refused: Reading['stats']['refused'] }
  readonly deletes: number
  readonly invalidations: number
  readonly removed: Reading['stats']['removed']
  /** Now. */
  readonly queues: Reading['stats']['queues']
  /** Now; null where the backend did not say in time. A limit is null where there is none. */
  readonly volume: {
    readonly entries: number
    readonly bytes: number
    readonly maxEntries: number | null
    readonly maxBytes: number | null
  } | null
}

/** Null before the first one has ended. */
export interface Times {
  readonly count: number
  readonly p50Ms: number | null
  readonly p90Ms: number | null
  readonly p99Ms: number | null
  readonly maxMs: number | null
}

/** When it was made, and after what. */
export type Occasion = Pick<StatsEvent, 'atMs' | 'intervalMs' | 'skipped'>

export function statsEvent({ cache, stats, limit }: Reading, { atMs, intervalMs, skipped }: Occasion): StatsEvent {
  const { absent, expired, invalidated, undecodable, changed, fault } = stats.misses
  const { calls, loads, steps, invalidations } = stats.queues
  const { held, refused, removed } = stats
  return {
    schema: 'stowage.stats.v1',
    atMs,
    intervalMs,
    skipped,
    cache,
    lookups: {
      hits: stats.hits,
      stale: stats.stale,
      misses: { absent, expired, invalidated, undecodable, changed, fault },
      joined: stats.joined,
      fallbacks: stats.fallbacks,
    },
    hitRatio: stats.hitRatio ?? null,
    tiers: Object.fromEntries(Object.entries(stats.tiers).map(([tier, { hits, stale }]) => [tier, { hits, stale }])),
    loads: { done: stats.loads, failed: stats.loadFailures, running: stats.loading, times: timesOf(stats.loadTimes) },
    backend: {
      times: timesOf(stats.backendTimes),
      faults: stats.faults,
      breakerOpenings: stats.breakerOpenings,
    },
    writes: {
      stored: stats.writes,
      refused: {
        'too-large': refused['too-large'],
        superseded: refused.superseded,
        admission: refused.admission,
        elapsed: refused.elapsed,
        unencodable: refused.unencodable,
        off: refused.off,
        fault: refused.fault,
      },
    },
    deletes: stats.deletes,
    invalidations: stats.invalidations,
    removed: {
      evicted: removed.evicted,
      expired: removed.expired,
      invalidated: removed.invalidated,
      undecodable: removed.undecodable,
    },
    queues: { calls, loads, steps, invalidations },
    volume:
      held === undefined
        ? null
        : {
            entries: held.entries,
            bytes: held.bytes,
            maxEntries: limit?.entries ?? null,
            maxBytes: limit?.bytes ?? null,
          },
  }
}

function timesOf({ count, p50Ms, p90Ms, p99Ms, maxMs }: TimeSummary): Times {
  return { count, p50Ms: p50Ms ?? null, p90Ms: p90Ms ?? null, p99Ms: p99Ms ?? null, maxMs: maxMs ?? null }
}

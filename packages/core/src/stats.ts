/**
 * Every counter of a cache, each defined here only.
 *
 * A lookup is one call that asks for one key's value; it ends as exactly one hit, stale or miss, so that
 * `lookups = hits + stale + sum of misses` holds at all times. Each caller that waits for a load has counted its own
 * miss; the load itself counts once.
 */
import type { MissRatioPoint } from './backend.ts'
import { TimeRecorder, type TimeSummary } from './time-summary.ts'
import type { MissReason, RefusalReason, RemovalCause } from './vocabulary.ts'

/** What one tier has answered. */
export interface TierStats {
  readonly hits: number
  readonly stale: number
}

/** What is waiting or going on now; never reset. */
export interface QueueDepths {
  /** Calls that have not been answered. */
  readonly calls: number
  /** Keys being loaded. */
  readonly loads: number
  /** Keys with atomic steps (add, update, increment, take) under way. */
  readonly steps: number
  /** Invalidations that failed and are tried again. */
  readonly invalidations: number
}

/** A snapshot; plain numbers, counted since the cache was made or `resetStats` called. */
export interface CacheStats {
  readonly lookups: number
  /** `(hits + stale) / lookups`, from 0 to 1; undefined before the first lookup. Joined callers looked up, and missed. */
  readonly hitRatio: number | undefined
  /** Served before `staleAtMs`. */
  readonly hits: number
  /** Served after `staleAtMs`, before `errorOnlyAtMs`. */
  readonly stale: number
  /** Who answered, by tier (a backend without tiers is one). */
  readonly tiers: Readonly<Record<string, TierStats>>
  readonly misses: Readonly<Record<MissReason, number>>
  /** Older values served in place of a load that failed or overran its soft timeout. */
  readonly fallbacks: number
  /** Loader runs that returned, and that threw. */
  readonly loads: number
  readonly loadFailures: number
  /** Callers that waited for a load another caller had begun. */
  readonly joined: number
  /** Loader runs going on now. */
  readonly loading: number
  /** Milliseconds spent in loaders that returned. */
  readonly loadMs: number
  /** Loader runs, well or not. */
  readonly loadTimes: TimeSummary
  /** Backend operations, well or not, but for hits that memory answers at once; reads of many keys in one go are one. */
  readonly backendTimes: TimeSummary
  readonly writes: number
  readonly refused: Readonly<Record<RefusalReason, number>>
  readonly deletes: number
  readonly invalidations: number
  /** Entries that left the backend unasked, as far as this process saw it. */
  readonly removed: Readonly<Record<RemovalCause, number>>
  /** Failures of the backend (also overruns), of the codec and of listeners. */
  readonly faults: number
  /** How often the breaker opened after several failures in a row. */
  readonly breakerOpenings: number
  readonly queues: QueueDepths
  /** What the backend held when last looked at: by `usage`, or after the sweep of every minute. */
  readonly held: { readonly entries: number; readonly bytes: number } | undefined
  /**
   * What other sizes would bring, where the memory tier measures it (`memoryBackend({ missRatioCurve: true })`); since it was
   * made, whatever `resetStats`.
   */
  readonly missRatioCurve: readonly MissRatioPoint[] | undefined
}

/** The counters while they move; counting anew begins with a new one. Fields are plain so that counting a hit is one addition. */
export class StatsCounter {
  /** Hits that memory answered at once. */
  heldHits = 0
  fallbacks = 0
  loads = 0
  loadFailures = 0
  loadMs = 0
  joined = 0
  writes = 0
  deletes = 0
  invalidations = 0
  faults = 0
  breakerOpenings = 0
  readonly misses: Record<MissReason, number> = {
    absent: 0,
    expired: 0,
    invalidated: 0,
    undecodable: 0,
    changed: 0,
    fault: 0,
  }
  readonly refused: Record<RefusalReason, number> = {
    'too-large': 0,
    superseded: 0,
    admission: 0,
    elapsed: 0,
    unencodable: 0,
    off: 0,
    fault: 0,
  }
  readonly removed: Record<RemovalCause, number> = { evicted: 0, expired: 0, invalidated: 0, undecodable: 0 }
  readonly loadTimes: TimeRecorder = new TimeRecorder()
  readonly backendTimes: TimeRecorder = new TimeRecorder()
  readonly #tiers = new Map<string, { hits: number; stale: number }>()

  served(tier: string, outcome: 'hit' | 'stale'): void {
    let counts = this.#tiers.get(tier)
    if (counts === undefined) {
      counts = { hits: 0, stale: 0 }
      this.#tiers.set(tier, counts)
    }
    if (outcome === 'hit') counts.hits++
    else counts.stale++
  }

  /** @param syncTier who gave the held hits. */
  snapshot(syncTier: string, now: Pick<CacheStats, 'loading' | 'queues' | 'held' | 'missRatioCurve'>): CacheStats {
    const { heldHits, misses, refused, removed, loadTimes, backendTimes, ...counters } = this
    const tiers = new Map(Array.from(this.#tiers, ([tier, counts]) => [tier, { ...counts }]))
    const { hits: otherHits = 0, stale: staleThere = 0 } = tiers.get(syncTier) ?? {}
    tiers.set(syncTier, { hits: otherHits + heldHits, stale: staleThere })
    const hits = sum(Array.from(tiers.values(), (counts) => counts.hits))
    const stale = sum(Array.from(tiers.values(), (counts) => counts.stale))
    const lookups = hits + stale + sum(Object.values(misses))
    return {
      ...counters,
      ...now,
      lookups,
      hitRatio: lookups === 0 ? undefined : (hits + stale) / lookups,
      hits,
      stale,
      tiers: Object.fromEntries(tiers),
      misses: { ...misses },
      refused: { ...refused },
      removed: { ...removed },
      loadTimes: loadTimes.summary(),
      backendTimes: backendTimes.summary(),
    }
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0)
}

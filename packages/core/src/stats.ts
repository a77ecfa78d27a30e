/**
 * Every counter of a cache, each defined and moved here only.
 *
 * A lookup is one call that asks for one key's value; it ends as exactly one hit, stale or miss, so that
 * `lookups = hits + stale + sum of misses` holds at all times. Each caller that waits for a load has counted its own
 * miss; the load itself counts once.
 */
import type { MissReason, RefusalReason, RemovalCause } from './vocabulary.ts'

/** A snapshot; plain numbers, counted since the cache was made. */
export interface CacheStats {
  readonly lookups: number
  /** `(hits + stale) / lookups`, from 0 to 1; undefined before the first lookup. Joined callers looked up, and missed. */
  readonly hitRatio: number | undefined
  /** Served before `staleAtMs`. */
  readonly hits: number
  /** Served after `staleAtMs`, before `errorOnlyAtMs`. */
  readonly stale: number
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
}

/** The counters while they move. Fields are plain so that counting a hit is one addition. */
export class StatsCounter {
  hits = 0
  stale = 0
  fallbacks = 0
  loads = 0
  loadFailures = 0
  loading = 0
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

  snapshot(): CacheStats {
    const missCount = Object.values(this.misses).reduce((sum, count) => sum + count, 0)
    const served = this.hits + this.stale
    const lookups = served + missCount
    return {
      ...this,
      lookups,
      hitRatio: lookups === 0 ? undefined : served / lookups,
      misses: { ...this.misses },
      refused: { ...this.refused },
      removed: { ...this.removed },
    }
  }
}

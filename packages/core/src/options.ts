/** The options of a cache and of a call, as users write them. plan.ts checks them and fills in the defaults. */
import type { Backend } from './backend.ts'
import type { Clock } from './clock.ts'
import type { Codec } from './codec/codec.ts'
import type { ByteSize } from './limits.ts'
import type { Schema } from './schema.ts'
import type { Duration, Ttl } from './ttl.ts'
import type { Placement } from './vocabulary.ts'

/** Defaults a cache may set for all its calls. */
export interface CallDefaults {
  /** Each ttl is shortened by a random share up to this one, from 0 to 1, so that entries do not expire together. Default 0. */
  readonly jitter?: number | undefined
  /** How long after its ttl a value may be served while one load refreshes it behind. Default: not at all. */
  readonly staleWhileRevalidate?: Duration | undefined
  /** How long after its ttl a value may be served in place of a load that failed or overran. Default: not at all. */
  readonly staleIfError?: Duration | undefined
}

export interface LoadDefaults {
  /** A load that takes longer leaves the caller with the stale value, where there is one. It goes on behind. Default: none. */
  readonly softTimeout?: Duration | undefined
  /**
   * A caller that has no answer after this long gets the stale value, where there is one, or a TimeoutError. A load that ends
   * later all the same is kept, as long as its lease holds. That of the cache bounds each run of an `update`'s change, too. Default: none.
   */
  readonly hardTimeout?: Duration | undefined
  /** Share of the ttl, above 0 and below 1, after which a hit starts one refresh behind, e.g. 0.8. Default: none. */
  readonly refreshAhead?: number | undefined
  /**
   * How long null and undefined are kept, unless the loader itself says how long. Default: null as any value, undefined not
   * at all.
   */
  readonly negativeTtl?: Duration | undefined
  /** `process`: one load per key in this process. `shared`: across all processes on the backend. Default `'process'`. */
  readonly singleFlight?: 'process' | 'shared' | undefined
}

export interface CacheOptions extends CallDefaults, LoadDefaults {
  /** Where entries are kept. Caches on one backend share its entries: give each a namespace of its own. */
  readonly backend: Backend
  /** How long entries are fresh, unless a call says otherwise. Required: nobody gets "forever" by accident. */
  readonly ttl: Ttl
  /** Name in metrics, diagnostics channels and messages; it keeps nothing apart. Default `'cache'`. */
  readonly name?: string | undefined
  /** Data or deploy version: entries written under another one are misses, reason `changed`, and go with the next `sweep()`. */
  readonly version?: string | undefined
  /**
   * Tags that every entry has besides its own, in each namespace as tags of that namespace. Entries written before they were
   * given do not have them. Default: none.
   */
  readonly tags?: readonly string[] | undefined
  /**
   * `off`: get misses, set does nothing, getOrSet calls the loader. Deletions and invalidations still reach the backend, so
   * that nothing they cover is served when the cache is on again, here or in another process; those that fail do not throw
   * but are tried again. Default `'on'`.
   */
  readonly mode?: 'on' | 'off' | undefined
  /** How values become bytes on backends that hold bytes. Default: the codec that keeps types. */
  readonly codec?: Codec | undefined
  /** Entries larger than this, as the backend measures them, are refused: reason `too-large`. Default: the backend's own limit. */
  readonly maxEntryBytes?: ByteSize | undefined
  /**
   * A backend operation slower than this is a fault. For an invalidation by prefix or pattern, which may have to walk over all
   * entries, it counts from when the backend was last heard of. Default 2 s.
   */
  readonly backendTimeout?: Duration | undefined
  /** What a backend fault does to reads, loads and sets: go on without the cache (default), or throw. */
  readonly onFault?: 'bypass' | 'throw' | undefined
  /** Default: the machine's. */
  readonly clock?: Clock | undefined
}

/** What a write may say about its entry. */
export interface EntryOptions extends CallDefaults {
  /** How long it is fresh. Default: the cache's. */
  readonly ttl?: Ttl | undefined
  /** What it can be invalidated by: 64 at most, of 1,024 bytes each. Default: nothing. */
  readonly tags?: readonly string[] | undefined
  /** What the value was derived from (a file's size and mtime, a table's version): a read with another one is a miss. */
  readonly fingerprint?: string | (() => string | Promise<string>) | undefined
  /**
   * On a backend with tiers: `near` keeps it in the nearer ones only, `far` writes it only where everything is held (a read then copies it
   * nearer as any other), `all` both. Default `'all'`.
   */
  readonly tier?: Placement | undefined
  /** Every read of the fresh value gives it its ttl anew. Default: no. */
  readonly sliding?: boolean | undefined
}

/** What a getOrSet may say besides. */
export interface LoadOptions extends EntryOptions, LoadDefaults {
  /** How long a failed refresh is not tried again while the stale value is served. Default 1 s. */
  readonly retryAfterError?: Duration | undefined
  /** Load even when a fresh value is stored. Joins a load already going on. Default: no. */
  readonly fresh?: boolean | undefined
  /**
   * What the value must fit; the caller gets what the schema makes of it. A stored value that does not fit is a miss,
   * reason `changed`; a loaded one is a UsageError, and is not stored.
   */
  readonly schema?: Schema | undefined
  /** Ends this caller's wait. The load goes on while anybody else waits for it. */
  readonly signal?: AbortSignal | undefined
}

/** What a get may say. */
export interface GetOptions<T> {
  /** As {@link LoadOptions.schema}: a stored value that does not fit is a miss, reason `changed`. */
  readonly schema?: Schema<T> | undefined
}

/** A load whose result is what the schema makes of it, so that the loader's own type does not matter. */
export interface FittedLoad<T> extends LoadOptions {
  readonly schema: Schema<T>
}

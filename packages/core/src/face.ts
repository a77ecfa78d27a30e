/** The Cache interface: what users hold in their hands. cache.ts wires it to the trips. */
import type { CheckReport } from './backend.ts'
import type { CacheEvents } from './events.ts'
import type { Key } from './key.ts'
import type { Listener } from './listeners.ts'
import type { ListedEntry, ListQuery } from './listing.ts'
import type { Loader } from './load-context.ts'
import type { BulkLoader } from './load-many.ts'
import type { EntryOptions, FittedLoad, GetOptions, LoadOptions } from './options.ts'
import type { Lookup } from './read.ts'
import type { Served } from './served.ts'
import type { CacheStats } from './stats.ts'
import type { SoftTarget, Target } from './target.ts'
import type { Ttl } from './ttl.ts'
import type { WrapOptions, Wrapped } from './wrap.ts'
import type { SetResult } from './write.ts'

/** What a backend holds, for all caches on it. A limit that is absent is not set. */
export interface CacheUsage {
  readonly entries: number
  readonly bytes: number
  readonly limit: { readonly entries: number | undefined; readonly bytes: number | undefined }
}

/**
 * Calls that give a promise reject with a UsageError for a bad key and after `close`; `peek`, `getSync`, `entries` and `keys` throw it.
 * `namespace`, `wrap`, `stats`, `resetStats`, `storageTags`, `on` and `close` go on working.
 */
export interface Cache {
  readonly name: string
  /** Whether calls are refused: `close` has been called, here or on a namespace. */
  readonly closed: boolean
  /** The value, fresh or usable as stale; undefined when there is none. */
  get<T = unknown>(key: Key, options?: GetOptions<T>): Promise<T | undefined>
  /** What a get would find, and how: outcome, tier, age, miss reason. Counts as a lookup. */
  lookup<T = unknown>(key: Key): Promise<Lookup<T>>
  /**
   * A fresh value held in this process's memory, at once; no counters, no recency. Nothing where more than freshness decides:
   * with a `version`, a fingerprint, a sliding life, or while a failed invalidation waits.
   */
  peek<T = unknown>(key: Key): T | undefined
  /**
   * What `get` answers without having to wait: as {@link peek}, but a use of the entry and counted as the hit it is. Undefined
   * says nothing and counts nothing: ask `get`.
   */
  getSync<T = unknown>(key: Key): T | undefined
  has(key: Key): Promise<boolean>
  /** The values that are there, fresh or usable as stale, under the very keys that were given. One lookup per key. */
  getMany<T = unknown>(keys: readonly Key[]): Promise<Map<Key, T>>
  /** Stores a value. `undefined` cannot be stored (UsageError); null, 0, '' and NaN can. */
  set(key: Key, value: unknown, options?: Ttl | EntryOptions): Promise<SetResult>
  /** One result per entry, in order. */
  setMany(entries: Iterable<readonly [key: Key, value: unknown, options?: Ttl | EntryOptions]>): Promise<SetResult[]>
  /** Stores the value if nothing is there, atomically. @throws BackendError when that cannot be told */
  add(key: Key, value: unknown, options?: Ttl | EntryOptions): Promise<boolean>
  /**
   * Replaces the value by what `change` makes of it, atomically. `change` may run again when another got ahead. Without
   * options an entry keeps its life and tags. @throws BackendError when it could not be done, TimeoutError when `change` takes
   * longer than the `hardTimeout` of the cache: later steps of the key wait for it
   */
  update<T>(key: Key, change: (old: T | undefined) => T | Promise<T>, options?: Ttl | EntryOptions): Promise<T>
  /** Adds to a number, atomically; one that is not there counts as 0. @throws UsageError when something else is there */
  increment(key: Key, by?: number, options?: Ttl | EntryOptions): Promise<number>
  /** Removes the key; its value goes to exactly one caller. @throws BackendError when it could not be done */
  take<T = unknown>(key: Key): Promise<T | undefined>
  /**
   * Gives the entry a new life of the ttl given, or of the cache's own. True when there was one. No lookup and no event.
   * @throws BackendError when it could not be done
   */
  touch(key: Key, ttl?: Ttl): Promise<boolean>
  /** The stored value, or the loader's, which is then stored. One load per key at a time. The loader's error passes untouched. */
  getOrSet<T>(key: Key, loader: Loader<unknown>, options: FittedLoad<T>): Promise<T>
  getOrSet<T>(key: Key, loader: Loader<T>, options?: Ttl | LoadOptions): Promise<T>
  /**
   * As getOrSet for many keys: one call of the loader for those that are missing and not being loaded. The loader's keys
   * are compared by value; the result has the very keys that were given.
   */
  getOrSetMany<K extends Key, T>(
    keys: readonly K[],
    loader: BulkLoader<K, unknown>,
    options: FittedLoad<T>,
  ): Promise<Map<K, T | undefined>>
  getOrSetMany<K extends Key, T>(
    keys: readonly K[],
    loader: BulkLoader<K, T>,
    options?: Ttl | LoadOptions,
  ): Promise<Map<K, T | undefined>>
  /** A function that keeps its results. */
  wrap<Args extends readonly unknown[], T>(
    fn: (...args: Args) => T | Promise<T>,
    options: WrapOptions<Args, T>,
  ): Wrapped<Args, T>
  /** As getOrSet, and says how the value was come by: for headers, badges and logs. */
  lookupOrSet<T>(key: Key, loader: Loader<unknown>, options: FittedLoad<T>): Promise<Served<T>>
  lookupOrSet<T>(key: Key, loader: Loader<T>, options?: Ttl | LoadOptions): Promise<Served<T>>
  /**
   * True when a live entry was there. No load that began before can bring it back. @throws BackendError when it failed:
   * it is tried again until it is done, and until then this cache does not serve the key
   */
  delete(key: Key): Promise<boolean>
  /** How many live entries were there. @throws BackendError the first failure, when all have been tried */
  deleteMany(keys: readonly Key[]): Promise<number>
  /**
   * Nothing it covers is ever served again, nor stored by a load that began before. `{ tags }` and `{ all: true }` cost the
   * same however many entries they cover; `{ prefix }` and `{ pattern }` walk over the keys: memory over all of them,
   * sqlite over those that begin as the target does, a hybrid over each tier's. @throws BackendError when it failed:
   * it is tried again until it is done, and until then this cache serves nothing it covers
   */
  invalidate(target: Target): Promise<void>
  /**
   * Soft: what it covers is stale now, and usable as stale for its windows, counted from now. `{ tags }` and `{ prefix }` walk
   * over the keys, then take one step per entry. @throws BackendError when the backend fails on the way
   */
  expire(target: SoftTarget): Promise<void>
  /** A cache of its own within this one: same backend, counters and options; keys and tags apart. Names nest. */
  namespace(name: string): Cache
  /** Live keys directly in this namespace, in no order. */
  keys(query?: ListQuery): AsyncIterable<Key>
  entries(query?: ListQuery): AsyncIterable<ListedEntry>
  /** The counters of this cache and all its namespaces. */
  stats(): CacheStats
  /** Counts anew from 0. */
  resetStats(): void
  usage(): Promise<CacheUsage>
  /**
   * Reclaims what is expired or invalidated now, and what was written under versions that no cache here has any more. It also
   * happens by itself, once a minute, but for the versions.
   */
  sweep(): Promise<{ readonly expired: number; readonly invalidated: number }>
  /**
   * Looks at everything the backend holds: whether bytes are what was written, whether its books agree with what is there,
   * whether anything belongs to nothing. With `repair` it mends that; a second check then finds nothing. Long work in
   * small steps. @throws BackendError when the backend fails on the way
   */
  check(options?: { readonly repair?: boolean }): Promise<CheckReport>
  /**
   * What an entry with these tags is invalidated by, as storage texts, which `invalidate` events have: these, those that say
   * which namespaces it is in, and the cache's own. @throws UsageError for one that is no tag
   */
  storageTags(tags: readonly string[]): readonly string[]
  /** @returns how to stop listening. */
  on<Name extends keyof CacheEvents>(name: Name, listener: Listener<CacheEvents[Name]>): () => void
  /**
   * Refuses further calls, here and in all namespaces; a namespace closed is the cache closed. Waits for the calls and loads
   * going on, 10 s at most. The last cache on a backend closes it.
   */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

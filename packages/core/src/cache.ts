/** The front: the Cache interface, and the object that wires its calls to the trips. It holds no rule of its own. */
import { CacheCore } from './core.ts'
import { describe, UsageError } from './errors.ts'
import type { CacheEvents, Listener } from './events.ts'
import { type Key, KeySpace } from './key.ts'
import { type ListedEntry, type ListQuery, listEntries } from './listing.ts'
import { load, type Served } from './load.ts'
import type { Loader } from './load-context.ts'
import type { CacheOptions, EntryOptions, LoadOptions } from './options.ts'
import { type LoadPlan, planCache, planEntry, planLoad } from './plan.ts'
import { type Lookup, read } from './read.ts'
import type { CacheStats } from './stats.ts'
import { backendTarget, type Target } from './target.ts'
import type { Ttl } from './ttl.ts'
import { type SetResult, write } from './write.ts'

/** What a backend holds, for all caches on it. A limit that is absent is not set. */
export interface CacheUsage {
  readonly entries: number
  readonly bytes: number
  readonly limit: { readonly entries: number | undefined; readonly bytes: number | undefined }
}

/** Every method but `namespace`, `stats` and `on` rejects with UsageError for a bad key and after `close`. */
export interface Cache {
  readonly name: string
  /** The value, fresh or usable as stale; undefined when there is none. */
  get<T = unknown>(key: Key): Promise<T | undefined>
  /** What a get would find, and how: outcome, tier, age, miss reason. Counts as a lookup. */
  lookup<T = unknown>(key: Key): Promise<Lookup<T>>
  /** A fresh value held in this process's memory, at once; no counters, no recency. */
  peek<T = unknown>(key: Key): T | undefined
  has(key: Key): Promise<boolean>
  /** Stores a value. `undefined` cannot be stored (UsageError); null, 0, '' and NaN can. */
  set(key: Key, value: unknown, options?: Ttl | EntryOptions): Promise<SetResult>
  /** The stored value, or the loader's, which is then stored. One load per key at a time. The loader's error passes untouched. */
  getOrSet<T>(key: Key, loader: Loader<T>, options?: Ttl | LoadOptions): Promise<T>
  /** As getOrSet, and says how the value was come by: for headers, badges and logs. */
  lookupOrSet<T>(key: Key, loader: Loader<T>, options?: Ttl | LoadOptions): Promise<Served<T>>
  /** True when a live entry was there. No load that began before can bring it back. @throws BackendError when it failed */
  delete(key: Key): Promise<boolean>
  /** Nothing it covers is ever served again, nor stored by a load that began before. @throws BackendError when it failed */
  invalidate(target: Target): Promise<void>
  /** A cache of its own within this one: same backend, counters and options; keys and tags apart. Names nest. */
  namespace(name: string): Cache
  /** Live keys directly in this namespace, in no order. */
  keys(query?: ListQuery): AsyncIterable<Key>
  entries(query?: ListQuery): AsyncIterable<ListedEntry>
  stats(): CacheStats
  usage(): Promise<CacheUsage>
  /** Reclaims what is expired or invalidated now. It also happens by itself, once a minute. */
  sweep(): Promise<{ readonly expired: number; readonly invalidated: number }>
  /** @returns how to stop listening. */
  on<Name extends keyof CacheEvents>(name: Name, listener: Listener<Name>): () => void
  /** Waits for loads going on, then refuses further calls, here and in all namespaces. The last cache on a backend closes it. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** @throws ConfigError naming the option, its value and what is allowed. */
export function createCache(options: CacheOptions): Cache {
  return new CacheFront(new CacheCore(planCache(options)), new KeySpace())
}

class CacheFront implements Cache {
  readonly name: string
  readonly #core: CacheCore
  readonly #keys: KeySpace

  constructor(core: CacheCore, keys: KeySpace) {
    this.name = core.plan.name
    this.#core = core
    this.#keys = keys
  }

  async get<T = unknown>(key: Key): Promise<T | undefined> {
    const storageKey = this.#storageKey(key)
    const held = this.#countedFresh(storageKey)
    if (held !== undefined) return asCallers<T>(held)
    const lookup = await read(this.#core, storageKey, undefined)
    return lookup.outcome === 'miss' ? undefined : asCallers<T>(lookup.value)
  }

  async lookup<T = unknown>(key: Key): Promise<Lookup<T>> {
    const lookup = await read(this.#core, this.#storageKey(key), undefined)
    if (lookup.outcome === 'miss') return { outcome: 'miss', reason: lookup.reason }
    return { ...lookup, value: asCallers<T>(lookup.value), tags: this.#keys.userTags(lookup.tags) }
  }

  peek<T = unknown>(key: Key): T | undefined {
    const held = this.#heldFresh(this.#storageKey(key), 'ignore')
    return held === undefined ? undefined : asCallers<T>(held)
  }

  async has(key: Key): Promise<boolean> {
    const lookup = await read(this.#core, this.#storageKey(key), undefined)
    return lookup.outcome !== 'miss'
  }

  async set(key: Key, value: unknown, options?: Ttl | EntryOptions): Promise<SetResult> {
    const storageKey = this.#storageKey(key)
    if (value === undefined)
      throw new UsageError(`set: undefined cannot be stored (key ${describe(storageKey)}); use delete, or null`)
    return write(this.#core, storageKey, value, planEntry(options, this.#core.plan.defaults, this.#keys), undefined)
  }

  async getOrSet<T>(key: Key, loader: Loader<T>, options?: Ttl | LoadOptions): Promise<T> {
    if (mayAnswerAtOnce(options, this.#core.plan.defaults)) {
      const held = this.#countedFresh(this.#storageKey(key))
      if (held !== undefined) return asCallers<T>(held)
    }
    return (await this.lookupOrSet(key, loader, options)).value
  }

  async lookupOrSet<T>(key: Key, loader: Loader<T>, options?: Ttl | LoadOptions): Promise<Served<T>> {
    const storageKey = this.#storageKey(key)
    if (typeof loader !== 'function')
      throw new UsageError(`getOrSet: ${describe(loader)} is not a loader; allowed: a function`)
    const plan = planLoad(options, this.#core.plan.defaults, this.#keys)
    const served = await load(this.#core, { key, storageKey, loader, plan, keys: this.#keys })
    return { ...served, value: asCallers<T>(served.value) }
  }

  async delete(key: Key): Promise<boolean> {
    const storageKey = this.#storageKey(key)
    const { backend, clock, enabled } = this.#core.plan
    const existed =
      enabled && (await this.#core.faults.demand('delete', () => backend.delete(storageKey, clock.nowMs(), undefined)))
    this.#core.stats.deletes++
    if (this.#core.events.has('delete')) this.#core.events.emit('delete', { key: storageKey, existed })
    return existed
  }

  async invalidate(target: Target): Promise<void> {
    this.#core.requireOpen()
    await this.#core.invalidate(backendTarget(target, this.#keys))
  }

  namespace(name: string): Cache {
    return new CacheFront(this.#core, this.#keys.child(name))
  }

  async *keys(query?: ListQuery): AsyncGenerator<Key> {
    for await (const entry of this.entries(query)) yield entry.key
  }

  entries(query: ListQuery = {}): AsyncIterable<ListedEntry> {
    this.#core.requireOpen()
    return listEntries(this.#core, this.#keys, query)
  }

  stats(): CacheStats {
    return this.#core.stats.snapshot()
  }

  async usage(): Promise<CacheUsage> {
    this.#core.requireOpen()
    const { backend, clock } = this.#core.plan
    const usage = await this.#core.faults.demand('usage', () => backend.usage(clock.nowMs()))
    return {
      entries: usage.entryCount,
      bytes: usage.sizeBytes,
      limit: { entries: usage.maxEntries, bytes: usage.maxBytes },
    }
  }

  async sweep(): Promise<{ readonly expired: number; readonly invalidated: number }> {
    this.#core.requireOpen()
    return this.#core.sweep()
  }

  on<Name extends keyof CacheEvents>(name: Name, listener: Listener<Name>): () => void {
    return this.#core.events.on(name, listener)
  }

  close(): Promise<void> {
    return this.#core.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #storageKey(key: Key): string {
    this.#core.requireOpen()
    return this.#keys.storageKey(key)
  }

  /** A fresh value from the fast path, counted and reported as the hit it is. */
  #countedFresh(storageKey: string): unknown {
    const held = this.#heldFresh(storageKey, 'use')
    if (held === undefined) return undefined
    this.#core.stats.hits++
    if (this.#core.events.has('lookup')) {
      this.#core.events.emit('lookup', { key: storageKey, outcome: 'hit', tier: this.#core.plan.backend.syncTier })
    }
    return held
  }

  /** Core's one fast path: no promise, no entry object, no classification but the backend's own. */
  #heldFresh(storageKey: string, recency: 'use' | 'ignore'): unknown {
    const { backend, clock, enabled } = this.#core.plan
    return enabled ? backend.getSync(storageKey, clock.nowMs(), recency) : undefined
  }
}

/** Whether a fresh value answers a getOrSet: not where one must load, compare a fingerprint or look at the age. */
function mayAnswerAtOnce(options: Ttl | LoadOptions | undefined, defaults: LoadPlan): boolean {
  if (defaults.refreshAhead !== undefined) return false
  if (typeof options !== 'object') return true
  const { fingerprint, fresh, refreshAhead, signal } = options
  return fingerprint === undefined && fresh !== true && refreshAhead === undefined && signal === undefined
}

/** The caller names the type of what it stored under a key; nothing here can check it. */
function asCallers<T>(value: unknown): T {
  return value as T
}

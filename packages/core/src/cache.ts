/** The front: the Cache interface, and the object that wires its calls to the trips. It holds no rule of its own. */
import { add, expire, take, touch, update } from './atomic.ts'
import { planCache } from './cache-plan.ts'
import { CacheCore } from './core.ts'
import { ConfigError, describe, UsageError } from './errors.ts'
import type { CacheEvents, Listener } from './events.ts'
import type { Cache, CacheUsage } from './face.ts'
import { asksForFreshOnly, heldFresh, hitFresh } from './fast-path.ts'
import { type Key, KeySpace } from './key.ts'
import { type ListedEntry, type ListQuery, listEntries, scannedKeys } from './listing.ts'
import { load, type Served } from './load.ts'
import type { Loader } from './load-context.ts'
import { type BulkLoader, loadMany } from './load-many.ts'
import type { CacheOptions, EntryOptions, LoadOptions } from './options.ts'
import { type EntryPlan, type LoadPlan, planEntry, planLoad } from './plan.ts'
import { type Lookup, type Miss, read, type Servable } from './read.ts'
import type { CacheStats } from './stats.ts'
import { backendTarget, type SoftTarget, softCover, type Target } from './target.ts'
import { type Ttl, ttlMs } from './ttl.ts'
import { type WrapOptions, type Wrapped, wrap } from './wrap.ts'
import { type SetResult, write } from './write.ts'

/** @throws ConfigError naming the option, its value and what is allowed. */
export function createCache(options: CacheOptions): Cache {
  return new CacheFront(new CacheCore(planCache(options)), new KeySpace())
}

class CacheFront implements Cache {
  readonly name: string
  readonly #core: CacheCore
  readonly #keys: KeySpace
  readonly #defaultPlan: LoadPlan

  constructor(core: CacheCore, keys: KeySpace) {
    this.name = core.plan.name
    this.#core = core
    this.#keys = keys
    this.#defaultPlan = planLoad(undefined, core.plan.defaults, keys)
  }

  async get<T = unknown>(key: Key): Promise<T | undefined> {
    const storageKey = this.#storageKey(key)
    const held = hitFresh(this.#core, storageKey)
    if (held !== undefined) return asCallers<T>(held)
    const lookup = await this.#read(storageKey)
    return lookup.outcome === 'miss' ? undefined : asCallers<T>(lookup.value)
  }

  async lookup<T = unknown>(key: Key): Promise<Lookup<T>> {
    const lookup = await this.#read(this.#storageKey(key))
    if (lookup.outcome === 'miss') return { outcome: 'miss', reason: lookup.reason }
    const { outcome, entry, value, ageMs, ttlLeftMs } = lookup
    const tags = this.#keys.userTags(entry.facts.tags)
    return { outcome, value: asCallers<T>(value), tier: entry.tier, ageMs, ttlLeftMs, tags }
  }

  peek<T = unknown>(key: Key): T | undefined {
    const held = heldFresh(this.#core, this.#storageKey(key), 'ignore')
    return held === undefined ? undefined : asCallers<T>(held)
  }

  async getMany<T = unknown>(keys: readonly Key[]): Promise<Map<Key, T>> {
    requireKeys('getMany', keys)
    const lookups = await Promise.all(keys.map(async (key) => [key, await this.lookup<T>(key)] as const))
    return new Map(
      lookups.flatMap(([key, lookup]) => (lookup.outcome === 'miss' ? [] : [[key, lookup.value] as const])),
    )
  }

  async has(key: Key): Promise<boolean> {
    const lookup = await this.#read(this.#storageKey(key))
    return lookup.outcome !== 'miss'
  }

  async set(key: Key, value: unknown, options?: Ttl | EntryOptions): Promise<SetResult> {
    const storageKey = this.#storageKey(key)
    return this.#core.tracked(
      write(this.#core, storageKey, storable(value, storageKey), this.#entryPlan(options), undefined),
    )
  }

  async setMany(
    entries: Iterable<readonly [key: Key, value: unknown, options?: Ttl | EntryOptions]>,
  ): Promise<SetResult[]> {
    if (typeof entries?.[Symbol.iterator] !== 'function') {
      throw new UsageError(`setMany: ${describe(entries)} is not allowed; allowed: a list of [key, value, options?]`)
    }
    // All are checked before the first is stored.
    const writes = Array.from(entries, ([key, value, options]) => {
      const storageKey = this.#storageKey(key)
      return [storageKey, storable(value, storageKey), this.#entryPlan(options)] as const
    })
    const outcomes = writes.map(([storageKey, value, plan]) => write(this.#core, storageKey, value, plan, undefined))
    return this.#core.tracked(Promise.all(outcomes))
  }

  async add(key: Key, value: unknown, options?: Ttl | EntryOptions): Promise<boolean> {
    const storageKey = this.#storageKey(key)
    const plan = this.#entryPlan(options)
    return add(this.#core, storageKey, storable(value, storageKey), plan)
  }

  async update<T>(key: Key, change: (old: T | undefined) => T | Promise<T>, options?: Ttl | EntryOptions): Promise<T> {
    const storageKey = this.#storageKey(key)
    const plan = this.#entryPlan(options)
    if (typeof change !== 'function') {
      throw new UsageError(
        `update: ${describe(change)} is not allowed; allowed: a function from the old value to the new`,
      )
    }
    const changed = (old: unknown) => change(old === undefined ? undefined : asCallers<T>(old))
    return asCallers<T>(await update(this.#core, storageKey, changed, plan, options === undefined))
  }

  async increment(key: Key, by = 1, options?: Ttl | EntryOptions): Promise<number> {
    if (typeof by !== 'number' || !Number.isFinite(by)) {
      throw new UsageError(`increment: ${describe(by)} is not allowed; allowed: a finite number to add`)
    }
    const sum = await this.update<unknown>(key, (old) => added(old, by), options)
    return asCallers<number>(sum)
  }

  async take<T = unknown>(key: Key): Promise<T | undefined> {
    const taken = await take(this.#core, this.#storageKey(key))
    return taken === undefined ? undefined : asCallers<T>(taken)
  }

  async touch(key: Key, ttl?: Ttl): Promise<boolean> {
    const storageKey = this.#storageKey(key)
    return this.#core.tracked(
      touch(this.#core, storageKey, ttl === undefined ? this.#core.plan.defaults.freshMs : ttlMs('ttl', ttl)),
    )
  }

  async getOrSet<T>(key: Key, loader: Loader<T>, options?: Ttl | LoadOptions): Promise<T> {
    const storageKey = this.#storageKey(key)
    requireLoader('getOrSet', loader)
    const plan = this.#loadPlan(options)
    const held = asksForFreshOnly(plan) ? hitFresh(this.#core, storageKey) : undefined
    if (held !== undefined) return asCallers<T>(held)
    return asCallers<T>((await this.#load(key, storageKey, loader, plan)).value)
  }

  async lookupOrSet<T>(key: Key, loader: Loader<T>, options?: Ttl | LoadOptions): Promise<Served<T>> {
    const storageKey = this.#storageKey(key)
    requireLoader('lookupOrSet', loader)
    const served = await this.#load(key, storageKey, loader, this.#loadPlan(options))
    return { ...served, value: asCallers<T>(served.value) }
  }

  async getOrSetMany<K extends Key, T>(
    keys: readonly K[],
    loader: BulkLoader<K, T>,
    options?: Ttl | LoadOptions,
  ): Promise<Map<K, T | undefined>> {
    requireKeys('getOrSetMany', keys)
    requireLoader('getOrSetMany', loader)
    const plan = this.#loadPlan(options)
    const storageKeys = keys.map((key) => [key, this.#storageKey(key)] as const)
    const unique = new Map(storageKeys.map(([key, storageKey]) => [storageKey, key]))
    const requests = Array.from(unique, ([storageKey, key]) => ({ key, storageKey, plan, keys: this.#keys }))
    const served = await this.#core.tracked(loadMany(this.#core, requests, loader, (key) => this.#keys.storageKey(key)))
    const values = new Map(requests.map(({ storageKey }, at) => [storageKey, served[at]?.value]))
    return new Map(storageKeys.map(([key, storageKey]) => [key, asCallers<T | undefined>(values.get(storageKey))]))
  }

  wrap<Args extends readonly unknown[], T>(
    fn: (...args: Args) => T | Promise<T>,
    options: WrapOptions<Args>,
  ): Wrapped<Args, T> {
    const { key: _, ...loadOptions } = requireOptions('wrap', options)
    this.#loadPlan(loadOptions) // A wrong option is refused here, not at the first call.
    return wrap(this, fn, options)
  }

  async delete(key: Key): Promise<boolean> {
    return this.#core.tracked(this.#core.delete(this.#storageKey(key)))
  }

  async deleteMany(keys: readonly Key[]): Promise<number> {
    requireKeys('deleteMany', keys)
    const storageKeys = new Set(keys.map((key) => this.#storageKey(key)))
    const outcomes = await Promise.allSettled(
      Array.from(storageKeys, (storageKey) => this.#core.tracked(this.#core.delete(storageKey))),
    )
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    return outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value).length
  }

  async invalidate(target: Target): Promise<void> {
    this.#core.requireOpen()
    await this.#core.tracked(this.#core.invalidate(backendTarget(target, this.#keys)))
  }

  async expire(target: SoftTarget): Promise<void> {
    this.#core.requireOpen()
    const cover = softCover(target, this.#keys)
    const storageKeys = 'storageKey' in cover ? [cover.storageKey] : await scannedKeys(this.#core, cover.scans)
    for (const storageKey of storageKeys) await this.#core.tracked(expire(this.#core, storageKey))
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

  #read(storageKey: string): Promise<Servable | Miss> {
    return this.#core.tracked(read(this.#core, storageKey, undefined))
  }

  #load<T>(key: Key, storageKey: string, loader: Loader<T>, plan: LoadPlan): Promise<Served<unknown>> {
    return this.#core.tracked(load(this.#core, { key, storageKey, loader, plan, keys: this.#keys, onJoin: undefined }))
  }

  /** Calls that say nothing share one plan. */
  #loadPlan(options: Ttl | LoadOptions | undefined): LoadPlan {
    return options === undefined ? this.#defaultPlan : planLoad(options, this.#core.plan.defaults, this.#keys)
  }

  #entryPlan(options: Ttl | EntryOptions | undefined): EntryPlan {
    return planEntry(options, this.#core.plan.defaults, this.#keys)
  }

  #storageKey(key: Key): string {
    this.#core.requireOpen()
    return this.#keys.storageKey(key)
  }
}

/** The caller names the type of what it stored under a key; nothing here can check it. */
function asCallers<T>(value: unknown): T {
  return value as T
}

/** @throws UsageError for undefined, which means "not there" everywhere. */
function storable(value: unknown, storageKey: string): unknown {
  if (value !== undefined) return value
  throw new UsageError(`set: undefined cannot be stored (key ${describe(storageKey)}); use delete, or null`)
}

function requireLoader(method: string, loader: unknown): void {
  if (typeof loader === 'function') return
  throw new UsageError(`${method}: ${describe(loader)} is not a loader; allowed: a function`)
}

/** What counts as nothing counts as 0. */
function added(old: unknown, by: number): number {
  if (old === undefined) return by
  if (typeof old === 'number') return old + by
  throw new UsageError(
    `increment: what is stored there is no number but ${old === null ? 'null' : `of type ${typeof old}`}`,
  )
}

function requireKeys(method: string, keys: readonly Key[]): void {
  if (!Array.isArray(keys))
    throw new UsageError(`${method}: ${describe(keys)} is not allowed; allowed: an array of keys`)
}

function requireOptions<Options extends object>(method: string, options: Options): Options {
  if (typeof options === 'object' && options !== null) return options
  throw new ConfigError(`${method}: ${describe(options)} is not allowed; allowed: an options object`)
}

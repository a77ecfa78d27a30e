/** The front: the Cache interface, and the object that wires its calls to the trips. It holds no rule of its own. */
import { add, expireEach, take, touch, update } from './atomic.ts'
import type { CheckReport } from './backend.ts'
import { planCache } from './cache-plan.ts'
import {
  added,
  requireChange,
  requireEntries,
  requireKeys,
  requireLoader,
  requireOptions,
  requireStep,
  storable,
} from './call-arguments.ts'
import { inSlices } from './clock.ts'
import { CacheCore } from './core.ts'
import type { CacheEvents } from './events.ts'
import type { Cache, CacheUsage } from './face.ts'
import { anyFreshWillDo, heldFresh, hitFresh } from './fast-path.ts'
import { type Key, KeySpace } from './key.ts'
import { requireKnownOptions } from './limits.ts'
import type { Listener } from './listeners.ts'
import { check, type ListedEntry, type ListQuery, listEntries, scannedKeys, sweep } from './listing.ts'
import { load } from './load.ts'
import type { Loader } from './load-context.ts'
import { type BulkLoader, loadMany } from './load-many.ts'
import { isThenable, mapped } from './maybe-promise.ts'
import type { CacheOptions, EntryOptions, GetOptions, LoadOptions } from './options.ts'
import { type EntryPlan, flag, type LoadPlan, planEntry, planLoad, requireSchema, settled } from './plan.ts'
import { type Conditions, type Lookup, type Miss, read, type Servable, UNCONDITIONAL } from './read.ts'
import type { Served } from './served.ts'
import { type CacheStats, StatsCounter } from './stats.ts'
import { backendTarget, type SoftTarget, softCover, type Target } from './target.ts'
import { type Ttl, ttlMs } from './ttl.ts'
import type { MaybePromise } from './vocabulary.ts'
import { type WrapOptions, type Wrapped, wrap } from './wrap.ts'
import { factsOf, type SetResult, write } from './write.ts'

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

  get closed(): boolean {
    return this.#core.isClosed
  }

  async get<T = unknown>(key: Key, options?: GetOptions<T>): Promise<T | undefined> {
    const placed = this.#placeOf(key)
    const held = options === undefined ? hitFresh(this.#core, placed) : undefined
    if (held !== undefined) return asCallers<T>(held)
    const storageKey = this.#checked(key, placed)
    if (options !== undefined) return this.#getFitting(storageKey, options)
    const answer = this.#read(storageKey, UNCONDITIONAL)
    const lookup = isThenable(answer) ? await answer : answer
    return lookup.outcome === 'miss' ? undefined : asCallers<T>(lookup.value)
  }

  async #getFitting<T>(storageKey: string, options: GetOptions<T>): Promise<T | undefined> {
    requireKnownOptions('get', options, ['schema'])
    const schema = requireSchema(options.schema)
    const lookup = await this.#read(storageKey, { fingerprint: undefined, schema })
    return lookup.outcome === 'miss' ? undefined : asCallers<T>(lookup.served)
  }

  async lookup<T = unknown>(key: Key): Promise<Lookup<T>> {
    const lookup = await this.#read(this.#storageKey(key), UNCONDITIONAL)
    if (lookup.outcome === 'miss') return { outcome: 'miss', reason: lookup.reason }
    const { outcome, entry, value, ageMs, ttlLeftMs } = lookup
    const tags = this.#keys.userTags(entry.facts.tags)
    return { outcome, value: asCallers<T>(value), tier: entry.tier, ageMs, ttlLeftMs, tags }
  }

  peek<T = unknown>(key: Key): T | undefined {
    const held = heldFresh(this.#core, this.#placeOf(key), 'ignore')
    if (held !== undefined) return asCallers<T>(held)
    this.#keys.storageKey(key) // Says what is wrong with a key that nothing can be stored under.
    return undefined
  }

  async getMany<T = unknown>(keys: readonly Key[]): Promise<Map<Key, T>> {
    requireKeys('getMany', keys)
    const lookups = await inSlices(keys, async (key) => [key, await this.lookup<T>(key)] as const)
    return new Map(
      lookups.flatMap(([key, lookup]) => (lookup.outcome === 'miss' ? [] : [[key, lookup.value] as const])),
    )
  }

  async has(key: Key): Promise<boolean> {
    const lookup = await this.#read(this.#storageKey(key), UNCONDITIONAL)
    return lookup.outcome !== 'miss'
  }

  async set(key: Key, value: unknown, options?: Ttl | EntryOptions): Promise<SetResult> {
    const storageKey = this.#storageKey(key)
    const stored = storable('set', value, key)
    const write = (plan: EntryPlan) => this.#write(storageKey, stored, plan)
    const written = options === undefined ? write(this.#defaultPlan) : mapped(this.#entryPlan(options), write)
    return isThenable(written) ? this.#core.tracked(written) : written
  }

  async setMany(
    entries: Iterable<readonly [key: Key, value: unknown, options?: Ttl | EntryOptions]>,
  ): Promise<SetResult[]> {
    const given = requireEntries(entries)
    this.#core.requireOpen()
    // All are checked before the first is stored.
    const checked = Promise.all(
      given.map(async ([key, value, options]) => {
        const storageKey = this.#storageKey(key)
        return [storageKey, storable('setMany', value, key), await this.#entryPlan(options)] as const
      }),
    )
    const written = checked.then((writes) =>
      inSlices(writes, async ([storageKey, value, plan]) => this.#write(storageKey, value, plan)),
    )
    return this.#core.tracked(written)
  }

  async add(key: Key, value: unknown, options?: Ttl | EntryOptions): Promise<boolean> {
    const storageKey = this.#storageKey(key)
    const stored = storable('add', value, key)
    const adding = async () => add(this.#core, storageKey, stored, await this.#entryPlan(options))
    return this.#core.tracked(adding())
  }

  async update<T>(key: Key, change: (old: T | undefined) => T | Promise<T>, options?: Ttl | EntryOptions): Promise<T> {
    const storageKey = this.#storageKey(key)
    requireChange(change)
    const changed = (old: unknown) => change(old === undefined ? undefined : asCallers<T>(old))
    const updating = async () =>
      update(this.#core, storageKey, changed, await this.#entryPlan(options), options === undefined)
    return asCallers<T>(await this.#core.tracked(updating()))
  }

  async increment(key: Key, by = 1, options?: Ttl | EntryOptions): Promise<number> {
    requireStep(by)
    const sum = await this.update<unknown>(key, (old) => added(old, by), options)
    return asCallers<number>(sum)
  }

  async take<T = unknown>(key: Key): Promise<T | undefined> {
    const taken = await this.#core.tracked(take(this.#core, this.#storageKey(key)))
    return taken === undefined ? undefined : asCallers<T>(taken)
  }

  async touch(key: Key, ttl?: Ttl): Promise<boolean> {
    const storageKey = this.#storageKey(key)
    return this.#core.tracked(
      touch(this.#core, storageKey, ttl === undefined ? this.#core.plan.defaults.freshMs : ttlMs('ttl', ttl)),
    )
  }

  async getOrSet<T>(key: Key, loader: Loader<unknown>, options?: Ttl | LoadOptions): Promise<T> {
    requireLoader('getOrSet', loader)
    const placed = this.#placeOf(key)
    const held = anyFreshWillDo(options, this.#defaultPlan) ? hitFresh(this.#core, placed) : undefined
    if (held !== undefined) return asCallers<T>(held)
    const storageKey = this.#checked(key, placed)
    return asCallers<T>((await this.#load(key, storageKey, loader, options)).value)
  }

  async lookupOrSet<T>(key: Key, loader: Loader<unknown>, options?: Ttl | LoadOptions): Promise<Served<T>> {
    const storageKey = this.#storageKey(key)
    requireLoader('lookupOrSet', loader)
    const served = await this.#load(key, storageKey, loader, options)
    return { ...served, value: asCallers<T>(served.value) }
  }

  async getOrSetMany<K extends Key, T>(
    keys: readonly K[],
    loader: BulkLoader<K, unknown>,
    options?: Ttl | LoadOptions,
  ): Promise<Map<K, T | undefined>> {
    requireKeys('getOrSetMany', keys)
    requireLoader('getOrSetMany', loader)
    this.#core.requireOpen()
    const loading = async () =>
      loadMany(this.#core, { keys, keySpace: this.#keys, loader, plan: await this.#loadPlan(options) })
    const loaded = await this.#core.tracked(loading())
    return new Map(Array.from(loaded, ([key, value]) => [key, asCallers<T | undefined>(value)]))
  }

  wrap<Args extends readonly unknown[], T>(
    fn: (...args: Args) => T | Promise<T>,
    options: WrapOptions<Args, T>,
  ): Wrapped<Args, T> {
    const { key: _, fingerprint, ...others } = requireOptions('wrap', options)
    // A wrong option is refused here, not at the first call; what a function says is asked at each call.
    const known = typeof fingerprint === 'string' ? { ...others, fingerprint } : others
    planLoad(known, this.#core.plan.defaults, this.#keys)
    return wrap(this, fn, options)
  }

  async delete(key: Key): Promise<boolean> {
    return this.#core.tracked(this.#core.delete(this.#storageKey(key)))
  }

  async deleteMany(keys: readonly Key[]): Promise<number> {
    requireKeys('deleteMany', keys)
    const storageKeys = new Set(keys.map((key) => this.#storageKey(key)))
    return this.#core.tracked(this.#core.deleteEach(storageKeys))
  }

  async invalidate(target: Target): Promise<void> {
    this.#core.requireOpen()
    await this.#core.tracked(this.#core.invalidate(backendTarget(target, this.#keys)))
  }

  async expire(target: SoftTarget): Promise<void> {
    this.#core.requireOpen()
    const cover = softCover(target, this.#keys)
    const expiring = async () =>
      expireEach(this.#core, 'storageKey' in cover ? [cover.storageKey] : await scannedKeys(this.#core, cover.scans))
    await this.#core.tracked(expiring())
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
    return this.#core.snapshot()
  }

  resetStats(): void {
    this.#core.stats = new StatsCounter()
  }

  async usage(): Promise<CacheUsage> {
    this.#core.requireOpen()
    const usage = await this.#core.tracked(this.#core.usage())
    return {
      entries: usage.entryCount,
      bytes: usage.sizeBytes,
      limit: { entries: usage.maxEntries, bytes: usage.maxBytes },
    }
  }

  async sweep(): Promise<{ readonly expired: number; readonly invalidated: number }> {
    this.#core.requireOpen()
    return this.#core.tracked(sweep(this.#core))
  }

  async check(options: { readonly repair?: boolean } = {}): Promise<CheckReport> {
    this.#core.requireOpen()
    requireKnownOptions('check', options, ['repair'])
    return this.#core.tracked(check(this.#core, flag('repair', options.repair ?? false)))
  }

  on<Name extends keyof CacheEvents>(name: Name, listener: Listener<CacheEvents[Name]>): () => void {
    return this.#core.events.on(name, listener)
  }

  close(): Promise<void> {
    return this.#core.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #write(storageKey: string, value: unknown, plan: EntryPlan): MaybePromise<SetResult> {
    const core = this.#core
    return write(core, storageKey, { value, facts: factsOf(core, plan, core.plan.clock.nowMs()) }, undefined)
  }

  #read(storageKey: string, conditions: Conditions): MaybePromise<Servable | Miss> {
    const lookup = read(this.#core, storageKey, conditions)
    return isThenable(lookup) ? this.#core.tracked(lookup) : lookup
  }

  #load(
    key: Key,
    storageKey: string,
    loader: Loader<unknown>,
    options: Ttl | LoadOptions | undefined,
  ): Promise<Served<unknown>> {
    const begin = (plan: LoadPlan) =>
      load(this.#core, { key, storageKey, loader, plan, keys: this.#keys, onJoin: undefined })
    const planned = this.#loadPlan(options)
    return isThenable(planned) ? this.#core.tracked(planned.then(begin)) : begin(planned)
  }

  /** Calls that say nothing share one plan. A promise only where a fingerprint has to be asked for. */
  #loadPlan(options: Ttl | LoadOptions | undefined): MaybePromise<LoadPlan> {
    if (options === undefined) return this.#defaultPlan
    return mapped(settled(options), (known) => planLoad(known, this.#core.plan.defaults, this.#keys))
  }

  #entryPlan(options: Ttl | EntryOptions | undefined): MaybePromise<EntryPlan> {
    return mapped(settled(options), (known) => planEntry(known, this.#core.plan.defaults, this.#keys))
  }

  #placeOf(key: Key): string {
    this.#core.requireOpen()
    return this.#keys.placeOf(key)
  }

  /** The place of structured keys has been checked when it was made. */
  #checked(key: Key, placed: string): string {
    return typeof key === 'string' ? this.#keys.storageKey(key) : placed
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

/** The front: the Cache interface, and the object that wires its calls to the trips. It holds no rule of its own. */
import { add, take, update } from './atomic.ts'
import type { CheckReport } from './backend.ts'
import { type GivenEntry, getMany, getOrSetMany, setMany } from './bulk-calls.ts'
import { planCache } from './cache-plan.ts'
import {
  added,
  requireChange,
  requireEntries,
  requireKeys,
  requireLoader,
  requireStep,
  storable,
} from './call-arguments.ts'
import { CallSpace } from './call-space.ts'
import { CacheCore } from './core.ts'
import type { CacheEvents } from './events.ts'
import type { Cache, CacheUsage } from './face.ts'
import { anyFreshWillDo, heldFresh, hitFresh } from './fast-path.ts'
import { type Key, KeySpace } from './key.ts'
import { requireKnownOptions } from './limits.ts'
import type { Listener } from './listeners.ts'
import { check, coveredKeys, type ListedEntry, type ListQuery, listEntries, sweep } from './listing.ts'
import type { Loader } from './load-context.ts'
import type { BulkLoader } from './load-many.ts'
import { isThenable } from './maybe-promise.ts'
import type { CacheOptions, EntryOptions, GetOptions, LoadOptions } from './options.ts'
import { flag, planLoad, requireSchema } from './plan.ts'
import { type Lookup, readValue, UNCONDITIONAL } from './read.ts'
import { expireEach, touch } from './retime.ts'
import type { Served } from './served.ts'
import { type CacheStats, StatsCounter } from './stats.ts'
import { backendTarget, type SoftTarget, softCover, type Target } from './target.ts'
import { type Ttl, ttlMs } from './ttl.ts'
import { type WrapOptions, type Wrapped, wrap, wrapOptions } from './wrap.ts'
import { type SetResult, written } from './write.ts'

/** @throws ConfigError naming the option, its value and what is allowed. */
export function createCache(options: CacheOptions): Cache {
  const plan = planCache(options)
  return new CacheFront(new CallSpace(new CacheCore(plan), new KeySpace([], plan.tags)))
}

class CacheFront implements Cache {
  readonly name: string
  readonly #core: CacheCore
  readonly #calls: CallSpace

  constructor(calls: CallSpace) {
    this.name = calls.core.plan.name
    this.#core = calls.core
    this.#calls = calls
  }

  get closed(): boolean {
    return this.#core.isClosed
  }

  async get<T = unknown>(key: Key, options?: GetOptions<T>): Promise<T | undefined> {
    const placed = this.#calls.placeOf(key)
    const held = options === undefined ? hitFresh(this.#core, placed) : undefined
    if (held !== undefined) return asCallers<T>(held)
    const storageKey = this.#calls.checked(key, placed)
    if (options !== undefined) return this.#getFitting(storageKey, options)
    const core = this.#core
    core.callBegan()
    try {
      const answer = readValue(core, storageKey)
      return asCallers<T>(isThenable(answer) ? await answer : answer)
    } finally {
      core.callEnded()
    }
  }

  async #getFitting<T>(storageKey: string, options: GetOptions<T>): Promise<T | undefined> {
    requireKnownOptions('get', options, ['schema'])
    const schema = requireSchema(options.schema)
    const lookup = await this.#calls.read(storageKey, { fingerprint: undefined, schema })
    return lookup.outcome === 'miss' ? undefined : asCallers<T>(lookup.served)
  }

  async lookup<T = unknown>(key: Key): Promise<Lookup<T>> {
    const lookup = await this.#calls.read(this.#calls.storageKey(key), UNCONDITIONAL)
    if (lookup.outcome === 'miss') return { outcome: 'miss', reason: lookup.reason }
    const { outcome, entry, value, ageMs, ttlLeftMs } = lookup
    const tags = this.#calls.keys.userTags(entry.facts.tags)
    return { outcome, value: asCallers<T>(value), tier: entry.tier, ageMs, ttlLeftMs, tags }
  }

  peek<T = unknown>(key: Key): T | undefined {
    return this.#atHand<T>(key, heldFresh(this.#core, this.#calls.placeOf(key), 'ignore'))
  }

  getSync<T = unknown>(key: Key): T | undefined {
    return this.#atHand<T>(key, hitFresh(this.#core, this.#calls.placeOf(key)))
  }

  #atHand<T>(key: Key, held: unknown): T | undefined {
    if (held !== undefined) return asCallers<T>(held)
    this.#calls.keys.storageKey(key) // Says what is wrong with a key that nothing can be stored under.
    return undefined
  }

  async getMany<T = unknown>(keys: readonly Key[]): Promise<Map<Key, T>> {
    requireKeys('getMany', keys)
    return asCallers<Map<Key, T>>(await getMany(this.#calls, keys))
  }

  async has(key: Key): Promise<boolean> {
    const lookup = await this.#calls.read(this.#calls.storageKey(key), UNCONDITIONAL)
    return lookup.outcome !== 'miss'
  }

  async set(key: Key, value: unknown, options?: Ttl | EntryOptions): Promise<SetResult> {
    const storageKey = this.#calls.storageKey(key)
    const stored = storable('set', value, key)
    const core = this.#core
    core.callBegan()
    try {
      const planned = this.#calls.entryPlan(options)
      const plan = isThenable(planned) ? await planned : planned
      const writing = this.#calls.writeUntold(storageKey, stored, plan)
      return written(core, storageKey, isThenable(writing) ? await writing : writing)
    } finally {
      core.callEnded()
    }
  }

  async setMany(entries: Iterable<GivenEntry>): Promise<SetResult[]> {
    return setMany(this.#calls, requireEntries(entries))
  }

  async add(key: Key, value: unknown, options?: Ttl | EntryOptions): Promise<boolean> {
    const storageKey = this.#calls.storageKey(key)
    const stored = storable('add', value, key)
    const adding = async () => add(this.#core, storageKey, stored, await this.#calls.entryPlan(options))
    return this.#core.tracked(adding())
  }

  async update<T>(key: Key, change: (old: T | undefined) => T | Promise<T>, options?: Ttl | EntryOptions): Promise<T> {
    const storageKey = this.#calls.storageKey(key)
    requireChange(change)
    const changed = (old: unknown) => change(old === undefined ? undefined : asCallers<T>(old))
    const updating = async () =>
      update(this.#core, storageKey, changed, await this.#calls.entryPlan(options), options === undefined)
    return asCallers<T>(await this.#core.tracked(updating()))
  }

  async increment(key: Key, by = 1, options?: Ttl | EntryOptions): Promise<number> {
    requireStep(by)
    const sum = await this.update<unknown>(key, (old) => added(old, by), options)
    return asCallers<number>(sum)
  }

  async take<T = unknown>(key: Key): Promise<T | undefined> {
    const taken = await this.#core.tracked(take(this.#core, this.#calls.storageKey(key)))
    return taken === undefined ? undefined : asCallers<T>(taken)
  }

  async touch(key: Key, ttl?: Ttl): Promise<boolean> {
    const storageKey = this.#calls.storageKey(key)
    return this.#core.tracked(
      touch(this.#core, storageKey, ttl === undefined ? this.#core.plan.defaults.freshMs : ttlMs('ttl', ttl)),
    )
  }

  async getOrSet<T>(key: Key, loader: Loader<unknown>, options?: Ttl | LoadOptions): Promise<T> {
    requireLoader('getOrSet', loader)
    const placed = this.#calls.placeOf(key)
    const held = anyFreshWillDo(options, this.#calls.defaultPlan) ? hitFresh(this.#core, placed) : undefined
    if (held !== undefined) return asCallers<T>(held)
    const storageKey = this.#calls.checked(key, placed)
    return asCallers<T>((await this.#calls.load(key, storageKey, loader, options)).value)
  }

  async lookupOrSet<T>(key: Key, loader: Loader<unknown>, options?: Ttl | LoadOptions): Promise<Served<T>> {
    const storageKey = this.#calls.storageKey(key)
    requireLoader('lookupOrSet', loader)
    const served = await this.#calls.load(key, storageKey, loader, options)
    return { ...served, value: asCallers<T>(served.value) }
  }

  async getOrSetMany<K extends Key, T>(
    keys: readonly K[],
    loader: BulkLoader<K, unknown>,
    options?: Ttl | LoadOptions,
  ): Promise<Map<K, T | undefined>> {
    requireKeys('getOrSetMany', keys)
    requireLoader('getOrSetMany', loader)
    const loaded = await getOrSetMany(this.#calls, keys, loader, options)
    return new Map(Array.from(loaded, ([key, value]) => [key, asCallers<T | undefined>(value)]))
  }

  wrap<Args extends readonly unknown[], T>(
    fn: (...args: Args) => T | Promise<T>,
    options: WrapOptions<Args, T>,
  ): Wrapped<Args, T> {
    const own = wrapOptions(options)
    const { key: _, fingerprint, ...others } = own
    // A wrong option is refused here, not at the first call; what a function says is asked at each call.
    const known = typeof fingerprint === 'string' ? { ...others, fingerprint } : others
    planLoad(known, this.#core.plan.defaults, this.#calls.keys)
    return wrap(this, fn, own)
  }

  async delete(key: Key): Promise<boolean> {
    return this.#core.tracked(this.#core.delete(this.#calls.storageKey(key)))
  }

  async deleteMany(keys: readonly Key[]): Promise<number> {
    requireKeys('deleteMany', keys)
    const storageKeys = new Set(Array.from(keys, (key) => this.#calls.storageKey(key)))
    return this.#core.tracked(this.#core.deleteEach(storageKeys))
  }

  async invalidate(target: Target): Promise<void> {
    this.#core.requireOpen()
    await this.#core.tracked(this.#core.invalidate(backendTarget(target, this.#calls.keys)))
  }

  async expire(target: SoftTarget): Promise<void> {
    this.#core.requireOpen()
    const cover = softCover(target, this.#calls.keys)
    const expiring = async () =>
      expireEach(this.#core, 'storageKey' in cover ? [cover.storageKey] : await coveredKeys(this.#core, cover.scans))
    await this.#core.tracked(expiring())
  }

  namespace(name: string): Cache {
    return new CacheFront(this.#calls.child(name))
  }

  async *keys(query?: ListQuery): AsyncGenerator<Key> {
    for await (const entry of this.entries(query)) yield entry.key
  }

  entries(query: ListQuery = {}): AsyncIterable<ListedEntry> {
    this.#core.requireOpen()
    return listEntries(this.#core, this.#calls.keys, query)
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

  storageTags(tags: readonly string[]): readonly string[] {
    const { keys } = this.#calls
    return [...keys.entryTags, ...keys.storageTags(tags)]
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
}

/** The caller names the type of what it stored under a key; nothing here can check it. */
function asCallers<T>(value: unknown): T {
  return value as T
}

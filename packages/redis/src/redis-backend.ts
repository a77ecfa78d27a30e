/**
 * The redis backend: the seam's operations, each handed to its room. What the server or the connection says is thrown as an error without
 * the arguments of the command; core wraps it. Every operation ends within the timeout, answered or not; of
 * patterns, listings, sweeps and checks every step does.
 */
import type {
  Backend,
  BackendCapabilities,
  BackendMiss,
  CheckReport,
  EntryTimes,
  InvalidationTarget,
  Lease,
  LeaseMode,
  NewEntry,
  RemovalListener,
  ScannedEntry,
  ScanQuery,
  Spaces,
  StoredEntry,
  SweepReport,
  Usage,
  WriteOutcome,
} from '@stowage/core'
import { RemovalListeners } from '@stowage/core'
import { ChangeWatch } from './change-watch.ts'
import { checkStore } from './check.ts'
import { isStillThere } from './confirming.ts'
import { Deadlines } from './deadlines.ts'
import { usageOf } from './figures.ts'
import type { ChangeListener, ChangeSource } from './foreign-change.ts'
import { invalidate } from './invalidation.ts'
import { releaseLease, renewLease, takeLease } from './leases.ts'
import { listEntries } from './listing.ts'
import { openStore } from './open-store.ts'
import { planRedis, type RedisOptions, type RedisPlan } from './options.ts'
import { readEntries, readEntry, TIER } from './reading.ts'
import { deleteEntry, discard } from './removal.ts'
import { type ServerReport, serverReports } from './server-report.ts'
import { RedisSpaces } from './spaces/redis-spaces.ts'
import type { Store } from './store.ts'
import { Sweeper } from './sweep.ts'
import { touchEntry } from './touching.ts'
import { storeEntries, storeEntry } from './writing.ts'

/** What `redisBackend` makes: a backend, and what only this one can do. */
export interface RedisBackend extends Backend, ChangeSource {
  readonly spaces: Spaces
  /** What each server on which entries are says of itself. */
  servers(): Promise<readonly ServerReport[]>
}

/**
 * A cache on a Redis or Valkey server, or on a Cluster of them, that all who use the same prefix share.
 * @throws ConfigError for an option out of range, or a client that cannot be used
 */
export function redisBackend(options: RedisOptions): RedisBackend {
  return openBackend(options, planRedis(options))
}

/** The same, for options that have been checked. */
export function openBackend(options: RedisOptions, plan: RedisPlan): RedisBackend {
  return new StoreBackend(options, plan)
}

class StoreBackend implements RedisBackend {
  readonly name = TIER
  readonly syncTier = TIER
  readonly capabilities: BackendCapabilities = { holds: 'bytes', persistent: true, shared: true }
  readonly spaces: RedisSpaces
  readonly getMany: Backend['getMany']
  readonly setMany: Backend['setMany']
  readonly #removals = new RemovalListeners()
  readonly #store: Store
  readonly #sweeper: Sweeper
  readonly #watch: ChangeWatch
  readonly #disconnect: () => void
  /** An operation may take several trips: all of them together within the time. */
  readonly #deadlines: Deadlines

  constructor(options: RedisOptions, plan: RedisPlan) {
    const { store, disconnect } = openStore(options, plan, (key, cause) => this.#removals.tell(key, cause))
    this.#store = store
    this.spaces = new RedisSpaces(store.wire, plan.prefix)
    this.#disconnect = disconnect
    const [only, ...others] = store.partitions
    this.#deadlines = new Deadlines(plan.timeoutMs, store.wire.overrun)
    if (only !== undefined && others.length === 0) {
      this.getMany = (keys, nowMs) => readEntries(store, only, keys, nowMs)
      this.setMany = (writes, nowMs) => this.#deadlines.limit(storeEntries(store, only, writes, nowMs))
    }
    this.#sweeper = new Sweeper(store)
    this.#watch = new ChangeWatch(store)
  }

  get truth(): Backend {
    return this
  }

  /** Nothing is held in this process's memory. */
  getSync(): undefined {
    return undefined
  }

  get(key: string, nowMs: number): Promise<StoredEntry | BackendMiss> {
    return readEntry(this.#store, key, nowMs)
  }

  set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined): Promise<WriteOutcome> {
    return this.#deadlines.limit(storeEntry(this.#store, key, entry, nowMs, lease))
  }

  delete(key: string, nowMs: number, lease: Lease | undefined): Promise<boolean> {
    return this.#deadlines.limit(deleteEntry(this.#store, key, nowMs, lease))
  }

  touch(key: string, seen: StoredEntry, times: EntryTimes, nowMs: number, leases: 'keep' | 'void'): Promise<boolean> {
    return this.#deadlines.limit(touchEntry(this.#store, key, seen, times, nowMs, leases))
  }

  isStill(key: string, seen: Pick<StoredEntry, 'identity' | 'facts'>, nowMs: number): Promise<boolean> {
    return this.#deadlines.limit(isStillThere(this.#store, key, seen, nowMs))
  }

  async discard(key: string, seen: StoredEntry): Promise<void> {
    this.#store.wire.requireOpen()
    if (typeof seen.identity !== 'string') return
    const sighted = [{ key, sign: seen.identity }]
    const partition = this.#store.partitionOf(key)
    await this.#deadlines.limit(discard(this.#store, partition, sighted, seen.facts.storedAtMs, undefined))
  }

  invalidate(target: InvalidationTarget, _nowMs: number, onProgress?: () => void): Promise<void> {
    const invalidating = invalidate(this.#store, target, onProgress)
    // How long looking for a pattern takes depends on how much is there.
    return 'pattern' in target ? invalidating : this.#deadlines.limit(invalidating)
  }

  lease(key: string, mode: LeaseMode, lengthMs: number, nowMs: number): Promise<Lease | undefined> {
    return this.#deadlines.limit(takeLease(this.#store, key, mode, lengthMs, nowMs))
  }

  renew(lease: Lease, tags: readonly string[], lengthMs: number, nowMs: number): Promise<boolean> {
    return this.#deadlines.limit(renewLease(this.#store, lease, tags, lengthMs, nowMs))
  }

  release(lease: Lease): Promise<void> {
    return this.#deadlines.limit(releaseLease(this.#store, lease))
  }

  scan(query: ScanQuery, nowMs: number): AsyncIterable<ScannedEntry> {
    return listEntries(this.#store, query, nowMs)
  }

  usage(): Promise<Usage> {
    return usageOf(this.#store)
  }

  sweep(nowMs: number): Promise<SweepReport> {
    return this.#sweeper.step(nowMs)
  }

  check(repair: boolean, nowMs: number): AsyncIterable<CheckReport> {
    return checkStore(this.#store, repair, nowMs)
  }

  onRemoval(listener: RemovalListener): () => void {
    return this.#removals.add(listener)
  }

  watch(listener: ChangeListener): () => void {
    return this.#watch.add(listener)
  }

  servers(): Promise<readonly ServerReport[]> {
    return serverReports(this.#store.wire)
  }

  async close(): Promise<void> {
    this.#watch.stop()
    this.spaces.stop()
    await this.#store.wire.close()
    this.#disconnect()
  }
}

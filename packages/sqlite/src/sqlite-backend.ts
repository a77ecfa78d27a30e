/**
 * The sqlite backend: the seam's operations, each handed to its room. Whatever SQLite throws is thrown on as it is; core
 * wraps it. An operation answers at once, unless another process holds the write lock for long (patience.ts).
 */
import {
  type Backend,
  type BackendCapabilities,
  type BackendMiss,
  type CheckReport,
  type EntryTimes,
  type InvalidationTarget,
  keyCoverOf,
  type Lease,
  type LeaseMode,
  type MaybePromise,
  type NewEntry,
  type RemovalListener,
  type ScannedEntry,
  type ScanQuery,
  type StoredEntry,
  type SweepReport,
  type Usage,
  type WriteOutcome,
} from '@stowage/core'
import { type ChangeListener, ChangeWatch } from './change-watch.ts'
import { checkStore } from './check.ts'
import type { SqliteBackend } from './face.ts'
import type { FileBackend } from './file-in-use.ts'
import { KeptBackend } from './kept-backend.ts'
import type { KeptFile } from './kept-file.ts'
import { epochOfHolding, releaseLease, renewLease, takeLease, voidAllLeases, voidLeases } from './leases.ts'
import { pin } from './ledger.ts'
import { listEntries } from './listing.ts'
import { isStill, lookup } from './lookup.ts'
import { type Opening, openStore } from './open-store.ts'
import { planSqlite, type SqliteOptions, type SqlitePlan } from './options.ts'
import { invalidateRange } from './range-invalidation.ts'
import { deleteEntry, discardEntry } from './removal.ts'
import { shardPlans } from './shard-plan.ts'
import { ShardedBackend } from './sharded-backend.ts'
import { SqliteSpaces } from './spaces/sqlite-spaces.ts'
import type { Store } from './store.ts'
import { TIER } from './stored-entry.ts'
import { storeEntry } from './storing.ts'
import { clear, sweep } from './sweep.ts'
import { invalidateTags } from './tags.ts'
import { touchEntry } from './touching.ts'
import type { Turn } from './turn.ts'
import { StrayHunt } from './value-files/file-sweep.ts'
import { storeLarge } from './value-files/large-write.ts'

/** Uses, and rows of deleted files, that one transaction of `close` writes down: each use is a page of the log. */
const WRITTEN_DOWN_COUNT = 64

/**
 * A cache in one file that several processes may share and that survives restarts.
 * @throws ConfigError for an option out of range, or a file that is not a Stowage cache of this version.
 */
export function sqliteBackend(options: SqliteOptions): SqliteBackend {
  return openBackend(planSqlite(options))
}

/** The same, for options that have been checked. */
export function openBackend(plan: SqlitePlan): SqliteBackend {
  return plan.shard.count === 1 ? openFile(plan) : openShards(plan)
}

function openShards(plan: SqlitePlan): SqliteBackend {
  const shards: KeptBackend[] = []
  try {
    for (const each of shardPlans(plan)) shards.push(openFile(each))
    const [first, ...others] = shards
    if (first === undefined) throw new Error('a cache has at least one shard')
    return new ShardedBackend([first, ...others], plan)
  } catch (thrown) {
    // How the ones that did open close is no news beside what was thrown.
    for (const shard of shards) void closeQuietly(shard)
    throw thrown
  }
}

async function closeQuietly(backend: Backend): Promise<void> {
  await Promise.allSettled([backend.close()])
}

function openFile(plan: SqlitePlan): KeptBackend {
  const open = (opening: Opening) => new StoreBackend(openStore(plan, opening))
  return new KeptBackend(plan, open, new SqliteSpaces(plan))
}

class StoreBackend implements FileBackend {
  readonly name = TIER
  readonly syncTier = TIER
  readonly capabilities: BackendCapabilities = { holds: 'bytes', persistent: true, shared: true }
  readonly #store: Store
  readonly #strayHunt: StrayHunt

  constructor(store: Store) {
    this.#store = store
    this.#strayHunt = new StrayHunt(store)
  }

  get truth(): Backend {
    return this
  }

  get kept(): KeptFile {
    return this.#store.kept
  }

  /** Nothing is held in this process's memory. */
  getSync(): undefined {
    return undefined
  }

  get(key: string, nowMs: number): MaybePromise<StoredEntry | BackendMiss> {
    return this.#store.transactions.get((moment) => lookup(this.#store, key, nowMs, moment), key)
  }

  isStill(key: string, seen: Pick<StoredEntry, 'identity' | 'facts'>, nowMs: number): MaybePromise<boolean> {
    return this.#store.transactions.get(() => isStill(this.#store, key, seen, nowMs), key)
  }

  set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined): MaybePromise<WriteOutcome> {
    // Before the write lock is taken: encoding may be long, and may throw.
    const encoded = entry.encode()
    let writing = { key, entry, encoded, nowMs, lease }
    const { files, transactions } = this.#store
    if (files.isLarge(encoded)) {
      transactions.requireOpen()
      return files.track(storeLarge(this.#store, writing))
    }
    const stored = transactions.write((turn) => storeEntry(this.#store, turn, writing), key)
    // It waits for its turn.
    if (stored instanceof Promise) writing = { ...writing, encoded: entry.encode(true) }
    return stored
  }

  delete(key: string, nowMs: number, lease: Lease | undefined): MaybePromise<boolean> {
    return this.#store.transactions.write((turn) => {
      if (lease !== undefined && epochOfHolding(this.#store, lease, key, nowMs) === undefined) return false
      voidLeases(this.#store, turn, key)
      return deleteEntry(this.#store, turn, key, nowMs)
    }, key)
  }

  touch(
    key: string,
    seen: StoredEntry,
    times: EntryTimes,
    nowMs: number,
    leases: 'keep' | 'void',
  ): MaybePromise<boolean> {
    const touching = { key, seen, times, nowMs, leases }
    return this.#store.transactions.write((turn) => touchEntry(this.#store, turn, touching), key)
  }

  discard(key: string, seen: StoredEntry): MaybePromise<void> {
    return this.#store.transactions.write((turn) => discardEntry(this.#store, turn, key, seen.identity), key)
  }

  /**
   * Tags and all: one short transaction, however many entries they cover; space is reclaimed by sweeps. Prefix and pattern:
   * an index range over the keys that begin as the target does, in batches of 256, until its end.
   */
  invalidate(target: InvalidationTarget, nowMs: number, onProgress?: () => void): MaybePromise<void> {
    const { transactions, statements } = this.#store
    if ('tags' in target) return transactions.write((turn) => invalidateTags(statements, turn, target.tags))
    if ('prefix' in target || 'pattern' in target) return invalidateRange(this.#store, keyCoverOf(target), onProgress)
    return transactions.write((turn) => {
      voidAllLeases(this.#store, turn)
      clear(this.#store, turn, nowMs)
    })
  }

  lease(key: string, mode: LeaseMode, lengthMs: number, nowMs: number): MaybePromise<Lease | undefined> {
    return this.#store.transactions.write((turn) => takeLease(this.#store, turn, { key, mode, lengthMs, nowMs }), key)
  }

  renew(lease: Lease, tags: readonly string[], lengthMs: number, nowMs: number): MaybePromise<boolean> {
    return this.#store.transactions.write(
      (turn) => renewLease(this.#store, turn, lease, { tags, lengthMs, nowMs }),
      lease.key,
    )
  }

  release(lease: Lease): MaybePromise<void> {
    return this.#store.transactions.write((turn) => releaseLease(this.#store, turn, lease), lease.key)
  }

  scan(query: ScanQuery, nowMs: number): AsyncIterable<ScannedEntry> {
    return listEntries(this.#store, query, nowMs)
  }

  usage(): MaybePromise<Usage> {
    const { transactions, statements, plan } = this.#store
    return transactions.read(() => {
      const { entryCount = 0, sizeBytes = 0 } = statements.readLedger.get() ?? {}
      return { entryCount, sizeBytes, maxEntries: plan.maxEntries, maxBytes: plan.maxBytes }
    })
  }

  async sweep(nowMs: number): Promise<SweepReport> {
    const { transactions, files, space } = this.#store
    const report = await transactions.write((turn) => sweep(this.#store, turn, nowMs))
    const isHuntOver = await this.#strayHunt.goOn()
    await files.deleted()
    while (files.hasGone) await transactions.write(() => files.forgetGone())
    if (report.done && (await transactions.write((turn) => space.isBehind(turn, 1)))) await transactions.shorten()
    return { ...report, done: report.done && isHuntOver }
  }

  check(repair: boolean, nowMs: number): AsyncIterable<CheckReport> {
    return checkStore(this.#store, repair, nowMs)
  }

  onRemoval(listener: RemovalListener): () => void {
    return this.#store.transactions.onRemoval(listener)
  }

  pin(untilMs: number): MaybePromise<void> {
    return this.#store.transactions.write(({ ledger }) => pin(ledger, untilMs))
  }

  watchChanges(listener: ChangeListener, intervalMs: number): ChangeWatch {
    return new ChangeWatch(this.#store, listener, intervalMs)
  }

  retire(): void {
    this.#endHunt()
    this.#store.transactions.retire()
  }

  close(): MaybePromise<void> {
    const { transactions, recency, statements, files } = this.#store
    const writeDown = ({ ledger }: Turn): boolean => {
      recency.flush(statements, ledger, WRITTEN_DOWN_COUNT)
      files.forgetGone(WRITTEN_DOWN_COUNT)
      return recency.size > 0 || files.hasGone
    }
    this.#endHunt()
    return transactions.close(writeDown)
  }

  /** Closing waits for it. */
  #endHunt(): void {
    void this.#store.files.track(this.#strayHunt.end())
  }
}

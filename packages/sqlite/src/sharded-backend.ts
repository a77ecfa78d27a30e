/**
 * A cache in several files, so that several processes can write at once: SQLite lets one write to each file at a time. Every
 * key lives in one shard (shard-plan.ts), with its leases, and what concerns one key is that shard's. The rest is asked of all.
 *
 * Every invalidation makes two rounds. No moment comes at which all files change together, so a load that
 * began in a shard already dealt with may have read, from one not yet dealt with, what is being invalidated. After the first
 * round nothing of that kind can be read any more; the second takes out, or fences, what was derived from it meanwhile.
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
  MaybePromise,
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
import type { BackupOptions, BackupReport, BackupSource } from './backup/backup.ts'
import { Backups } from './backup/backups.ts'
import { type ChangeListener, type WatchOptions, watchIntervalMs } from './change-watch.ts'
import { andAgain, onEach, oneByOne } from './each-shard.ts'
import type { SqliteBackend } from './face.ts'
import type { SqlitePlan } from './options.ts'
import { shardOf } from './shard-plan.ts'
import { inTurns } from './shard-turns.ts'
import { TIER } from './stored-entry.ts'

/** A shard's own backend. */
type ShardBackend = SqliteBackend & BackupSource

export class ShardedBackend implements SqliteBackend {
  readonly name = TIER
  readonly syncTier = TIER
  readonly capabilities: BackendCapabilities
  readonly #shards: readonly [ShardBackend, ...ShardBackend[]]
  readonly #plan: SqlitePlan
  readonly #backups = new Backups()

  /** @param shards in the order of their indexes. */
  constructor(shards: readonly [ShardBackend, ...ShardBackend[]], plan: SqlitePlan) {
    this.#shards = shards
    this.#plan = plan
    this.capabilities = shards[0].capabilities
  }

  /** One file for all of them: their records are few beside the entries, and a space is never divided. */
  get spaces(): Spaces {
    return this.#shards[0].spaces
  }

  get truth(): Backend {
    return this
  }

  /** Nothing is held in this process's memory. */
  getSync(): undefined {
    return undefined
  }

  get(key: string, nowMs: number): MaybePromise<StoredEntry | BackendMiss> {
    return this.#of(key).get(key, nowMs)
  }

  isStill(key: string, seen: Pick<StoredEntry, 'identity' | 'facts'>, nowMs: number): MaybePromise<boolean> {
    return this.#of(key).isStill?.(key, seen, nowMs) ?? false
  }

  set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined): MaybePromise<WriteOutcome> {
    return this.#of(key).set(key, entry, nowMs, lease)
  }

  delete(key: string, nowMs: number, lease: Lease | undefined): MaybePromise<boolean> {
    return this.#of(key).delete(key, nowMs, lease)
  }

  touch(
    key: string,
    seen: StoredEntry,
    times: EntryTimes,
    nowMs: number,
    leases: 'keep' | 'void',
  ): MaybePromise<boolean> {
    return this.#of(key).touch(key, seen, times, nowMs, leases)
  }

  discard(key: string, seen: StoredEntry): MaybePromise<void> {
    return this.#of(key).discard(key, seen)
  }

  invalidate(target: InvalidationTarget, nowMs: number, onProgress?: () => void): MaybePromise<void> {
    const round = () => onEach(this.#shards, (shard) => shard.invalidate(target, nowMs, onProgress))
    if ('all' in target) return this.#clear(target, nowMs)
    const first = round()
    return first instanceof Promise ? andAgain(first, round) : forget(round())
  }

  lease(key: string, mode: LeaseMode, lengthMs: number, nowMs: number): MaybePromise<Lease | undefined> {
    return this.#of(key).lease(key, mode, lengthMs, nowMs)
  }

  renew(lease: Lease, tags: readonly string[], lengthMs: number, nowMs: number): MaybePromise<boolean> {
    return this.#of(lease.key).renew(lease, tags, lengthMs, nowMs)
  }

  release(lease: Lease): MaybePromise<void> {
    return this.#of(lease.key).release(lease)
  }

  /** Shard by shard, in the order of keys within each; what was used last in turns, which is about the order of uses. */
  async *scan(query: ScanQuery, nowMs: number): AsyncGenerator<ScannedEntry> {
    const scans = this.#shards.map((shard) => shard.scan(query, nowMs))
    if (query.order === 'recent') yield* inTurns(scans)
    else for (const scan of scans) yield* scan
  }

  async usage(nowMs: number): Promise<Usage> {
    const { maxBytes, maxEntries } = this.#plan
    const total = { entryCount: 0, sizeBytes: 0 }
    for (const { entryCount, sizeBytes } of await onEach(this.#shards, (shard) => shard.usage(nowMs))) {
      total.entryCount += entryCount
      total.sizeBytes += sizeBytes
    }
    return { ...total, maxBytes, maxEntries }
  }

  async sweep(nowMs: number): Promise<SweepReport> {
    const total = { expired: 0, invalidated: 0, done: true }
    for (const { expired, invalidated, done } of await oneByOne(this.#shards, (shard) => shard.sweep(nowMs))) {
      total.expired += expired
      total.invalidated += invalidated
      total.done &&= done
    }
    return total
  }

  async *check(repair: boolean, nowMs: number): AsyncGenerator<CheckReport> {
    for (const shard of this.#shards) yield* shard.check(repair, nowMs)
  }

  onRemoval(listener: RemovalListener): () => void {
    const stops = this.#shards.map((shard) => shard.onRemoval(listener))
    return () => {
      for (const stop of stops) stop()
    }
  }

  watch(listener: ChangeListener, options: WatchOptions = {}): () => void {
    watchIntervalMs(options)
    const stops: (() => void)[] = []
    const stopAll = (): void => {
      for (const stop of stops) stop()
    }
    try {
      for (const shard of this.#shards) stops.push(shard.watch(listener, options))
    } catch (thrown) {
      stopAll()
      throw thrown
    }
    return stopAll
  }

  async close(): Promise<void> {
    const backupsEnded = this.#backups.end()
    try {
      await onEach(this.#shards, (shard) => shard.close())
    } finally {
      await backupsEnded
    }
  }

  /** Snapshots of all shards are taken one after the other, which takes milliseconds. */
  backup(path: string, options: BackupOptions = {}): Promise<BackupReport> {
    return this.#backups.start(this.#shards, path, options)
  }

  #of(key: string): Backend {
    return this.#shards[shardOf(key, this.#shards.length)] ?? this.#shards[0]
  }

  #clear(target: InvalidationTarget, nowMs: number): Promise<void> {
    const round = () => oneByOne(this.#shards, (shard) => shard.invalidate(target, nowMs))
    return andAgain(round(), round)
  }
}

function forget(answers: MaybePromise<unknown>): MaybePromise<void> {
  return answers instanceof Promise ? answers.then(() => undefined) : undefined
}

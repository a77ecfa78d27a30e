/** The backend of a path, whatever becomes of the file there: each operation goes to that on the file at the path now (file-in-use.ts). */
import {
  type Backend,
  type BackendCapabilities,
  type BackendMiss,
  type CheckReport,
  type EntryTimes,
  type InvalidationTarget,
  type Lease,
  type LeaseMode,
  type MaybePromise,
  type NewEntry,
  type RemovalListener,
  RemovalListeners,
  type ScannedEntry,
  type ScanQuery,
  type StoredEntry,
  type SweepReport,
  type Usage,
  type WriteOutcome,
} from '@stowage/core'
import type { BackupOptions, BackupReport, BackupSource } from './backup/backup.ts'
import { Backups } from './backup/backups.ts'
import { type ChangeListener, type WatchOptions, watchIntervalMs } from './change-watch.ts'
import type { SqliteBackend } from './face.ts'
import { FileInUse, type OpenFile } from './file-in-use.ts'
import type { SqlitePlan } from './options.ts'
import type { SqliteSpaces } from './spaces/sqlite-spaces.ts'

export class KeptBackend implements SqliteBackend, BackupSource {
  readonly name: string
  readonly syncTier: string
  readonly capabilities: BackendCapabilities
  readonly path: string
  readonly spaces: SqliteSpaces
  readonly #file: FileInUse
  readonly #backups = new Backups()
  readonly #listeners = new RemovalListeners()

  /** @throws what `open` throws. */
  constructor(plan: SqlitePlan, open: OpenFile, spaces: SqliteSpaces) {
    this.path = plan.path
    this.spaces = spaces
    this.#file = new FileInUse(plan, open, (key, cause) => this.#listeners.tell(key, cause))
    const { name, syncTier, capabilities } = this.#file.backend
    this.name = name
    this.syncTier = syncTier
    this.capabilities = capabilities
  }

  get truth(): Backend {
    return this
  }

  getSync(key: string, nowMs: number, recency: 'use' | 'ignore'): unknown {
    return this.#file.backend.getSync(key, nowMs, recency)
  }

  get(key: string, nowMs: number): MaybePromise<StoredEntry | BackendMiss> {
    return this.#file.current().get(key, nowMs)
  }

  isStill(key: string, seen: Pick<StoredEntry, 'identity' | 'facts'>, nowMs: number): MaybePromise<boolean> {
    return this.#file.current().isStill?.(key, seen, nowMs) ?? false
  }

  set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined): MaybePromise<WriteOutcome> {
    return this.#file.current().set(key, entry, nowMs, lease)
  }

  delete(key: string, nowMs: number, lease: Lease | undefined): MaybePromise<boolean> {
    return this.#file.whereItHolds((backend) => backend.delete(key, nowMs, lease))
  }

  touch(
    key: string,
    seen: StoredEntry,
    times: EntryTimes,
    nowMs: number,
    leases: 'keep' | 'void',
  ): MaybePromise<boolean> {
    return this.#file.current().touch(key, seen, times, nowMs, leases)
  }

  discard(key: string, seen: StoredEntry): MaybePromise<void> {
    return this.#file.current().discard(key, seen)
  }

  invalidate(target: InvalidationTarget, nowMs: number, onProgress?: () => void): MaybePromise<void> {
    return this.#file.whereItHolds((backend) => backend.invalidate(target, nowMs, onProgress))
  }

  lease(key: string, mode: LeaseMode, lengthMs: number, nowMs: number): MaybePromise<Lease | undefined> {
    return this.#file.current().lease(key, mode, lengthMs, nowMs)
  }

  renew(lease: Lease, tags: readonly string[], lengthMs: number, nowMs: number): MaybePromise<boolean> {
    return this.#file.current().renew(lease, tags, lengthMs, nowMs)
  }

  release(lease: Lease): MaybePromise<void> {
    return this.#file.current().release(lease)
  }

  scan(query: ScanQuery, nowMs: number): AsyncIterable<ScannedEntry> {
    return this.#file.current().scan(query, nowMs)
  }

  usage(nowMs: number): MaybePromise<Usage> {
    return this.#file.current().usage(nowMs)
  }

  sweep(nowMs: number): MaybePromise<SweepReport> {
    return this.#file.current().sweep(nowMs)
  }

  check(repair: boolean, nowMs: number): AsyncIterable<CheckReport> {
    return this.#file.current().check(repair, nowMs)
  }

  onRemoval(listener: RemovalListener): () => void {
    return this.#listeners.add(listener)
  }

  watch(listener: ChangeListener, options: WatchOptions = {}): () => void {
    return this.#file.watch(listener, watchIntervalMs(options))
  }

  close(): MaybePromise<void> {
    this.#file.end()
    const backupsEnded = this.#backups.end()
    const spacesClosed = this.spaces.close()
    const closed = this.#file.backend.close()
    if (backupsEnded === undefined && spacesClosed === undefined) return closed
    return Promise.all([closed, backupsEnded, spacesClosed]).then(() => undefined)
  }

  backup(path: string, options: BackupOptions = {}): Promise<BackupReport> {
    return this.#backups.start([this], path, options)
  }

  pin(untilMs: number): MaybePromise<void> {
    return this.#file.current().pin(untilMs)
  }

  requireSpaces(): void {
    this.spaces.requireInPlace()
  }
}

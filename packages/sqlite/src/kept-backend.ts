/**
 * The backend of a path, also when the file at the path is damaged, deleted or replaced under it: by somebody who clears the cache,
 * or by a process that found it damaged and set it aside (set-aside.ts), as this one does. The descriptor would go on leading to the old file, with values
 * that nobody can invalidate any more, while other processes use the new one.
 *
 * So every LOOK_MS it looks whether the path still leads to the file that is open. Where it does not, the next operation opens what
 * is there now, or begins anew; until somebody asks, nothing is created. What was under way on the old file fails, and what was
 * written to it since it was moved is lost with it.
 *
 * A file whose log has been deleted or replaced by its name (kept-file.ts) is damaged, whatever is in it: processes that use the one log
 * would not see what those with the other do.
 *
 * Closing the old file leaves alone what lies at the path: SQLite sees that it has been moved, and does not remove the log by name.
 */
import {
  type Backend,
  type BackendCapabilities,
  type BackendMiss,
  type CancelTimer,
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
  systemClock,
  type Usage,
  type WriteOutcome,
} from '@stowage/core'
import type { BackupOptions, BackupReport, BackupSource } from './backup/backup.ts'
import { Backups } from './backup/backups.ts'
import { type ChangeListener, type ChangeWatch, type WatchOptions, watchIntervalMs } from './change-watch.ts'
import { DamagedFileError } from './damage.ts'
import type { SqliteBackend } from './face.ts'
import type { KeptFile } from './kept-file.ts'
import { KeptWatches } from './kept-watches.ts'
import type { Opening } from './open-store.ts'
import type { SqlitePlan } from './options.ts'
import { setAside, warnThatItStays } from './set-aside.ts'
import type { SqliteSpaces } from './spaces/sqlite-spaces.ts'

const LOOK_MS = 1_000
/** An operation waits for this, holding up the event loop; where the new file is busy it fails, and a later one tries again. */
const REOPEN_PATIENCE_MS = 8

/** A backend on one file, for as long as the path leads to it. */
export interface FileBackend extends Backend {
  readonly kept: KeptFile
  /** Closes it behind; what is under way fails. */
  retire(): void
  /** Until then, no process deletes value files of it. */
  pin(untilMs: number): MaybePromise<void>
  /** Until it is stopped. */
  watchChanges(listener: ChangeListener, intervalMs: number): ChangeWatch
}

type OpenFile = (opening: Opening) => FileBackend

export class KeptBackend implements SqliteBackend, BackupSource {
  readonly name: string
  readonly syncTier: string
  readonly capabilities: BackendCapabilities
  readonly path: string
  readonly spaces: SqliteSpaces
  readonly #open: OpenFile
  readonly #begins: SqlitePlan['begin']
  readonly #backups = new Backups()
  readonly #listeners = new RemovalListeners()
  readonly #watches = new KeptWatches()
  #backend: FileBackend
  #isMoved = false
  #isClosed = false
  #hasWarned = false
  #cancelLook: CancelTimer | undefined

  /** @throws what `open` throws. */
  constructor({ path, begin }: SqlitePlan, open: OpenFile, spaces: SqliteSpaces) {
    this.path = path
    this.#begins = begin
    this.spaces = spaces
    this.#open = open
    this.#backend = this.#begin(undefined)
    const { name, syncTier, capabilities } = this.#backend
    this.name = name
    this.syncTier = syncTier
    this.capabilities = capabilities
  }

  get truth(): Backend {
    return this
  }

  getSync(key: string, nowMs: number, recency: 'use' | 'ignore'): unknown {
    return this.#backend.getSync(key, nowMs, recency)
  }

  get(key: string, nowMs: number): MaybePromise<StoredEntry | BackendMiss> {
    return this.#current().get(key, nowMs)
  }

  isStill(key: string, seen: Pick<StoredEntry, 'identity' | 'facts'>, nowMs: number): MaybePromise<boolean> {
    return this.#current().isStill?.(key, seen, nowMs) ?? false
  }

  set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined): MaybePromise<WriteOutcome> {
    return this.#current().set(key, entry, nowMs, lease)
  }

  delete(key: string, nowMs: number, lease: Lease | undefined): MaybePromise<boolean> {
    return this.#whereItHolds((backend) => backend.delete(key, nowMs, lease))
  }

  touch(
    key: string,
    seen: StoredEntry,
    times: EntryTimes,
    nowMs: number,
    leases: 'keep' | 'void',
  ): MaybePromise<boolean> {
    return this.#current().touch(key, seen, times, nowMs, leases)
  }

  discard(key: string, seen: StoredEntry): MaybePromise<void> {
    return this.#current().discard(key, seen)
  }

  invalidate(target: InvalidationTarget, nowMs: number, onProgress?: () => void): MaybePromise<void> {
    return this.#whereItHolds((backend) => backend.invalidate(target, nowMs, onProgress))
  }

  lease(key: string, mode: LeaseMode, lengthMs: number, nowMs: number): MaybePromise<Lease | undefined> {
    return this.#current().lease(key, mode, lengthMs, nowMs)
  }

  renew(lease: Lease, tags: readonly string[], lengthMs: number, nowMs: number): MaybePromise<boolean> {
    return this.#current().renew(lease, tags, lengthMs, nowMs)
  }

  release(lease: Lease): MaybePromise<void> {
    return this.#current().release(lease)
  }

  scan(query: ScanQuery, nowMs: number): AsyncIterable<ScannedEntry> {
    return this.#current().scan(query, nowMs)
  }

  usage(nowMs: number): MaybePromise<Usage> {
    return this.#current().usage(nowMs)
  }

  sweep(nowMs: number): MaybePromise<SweepReport> {
    return this.#current().sweep(nowMs)
  }

  check(repair: boolean, nowMs: number): AsyncIterable<CheckReport> {
    return this.#current().check(repair, nowMs)
  }

  onRemoval(listener: RemovalListener): () => void {
    return this.#listeners.add(listener)
  }

  watch(listener: ChangeListener, options: WatchOptions = {}): () => void {
    const intervalMs = watchIntervalMs(options)
    const backend = this.#current()
    return this.#watches.add(listener, intervalMs, (...wish) => backend.watchChanges(...wish))
  }

  close(): MaybePromise<void> {
    this.#isClosed = true
    this.#cancelLook?.()
    this.#watches.end()
    const backupsEnded = this.#backups.end()
    const spacesClosed = this.spaces.close()
    const closed = this.#backend.close()
    if (backupsEnded === undefined && spacesClosed === undefined) return closed
    return Promise.all([closed, backupsEnded, spacesClosed]).then(() => undefined)
  }

  backup(path: string, options: BackupOptions = {}): Promise<BackupReport> {
    return this.#backups.start([this], path, options)
  }

  pin(untilMs: number): MaybePromise<void> {
    return this.#current().pin(untilMs)
  }

  requireSpaces(): void {
    this.spaces.requireInPlace()
  }

  /**
   * A deletion must hold in the file that others use: where the one it was done in is no longer at the path, it is done again.
   * What comes to the new file after that look was derived after the deletion was asked for.
   */
  #whereItHolds<T>(run: (backend: FileBackend) => MaybePromise<T>): MaybePromise<T> {
    const answer = run(this.#current())
    return answer instanceof Promise ? answer.then((first) => this.#again(first, run)) : this.#again(answer, run)
  }

  #again<T>(first: T, run: (backend: FileBackend) => MaybePromise<T>): MaybePromise<T> {
    // Who closes it last takes the log away, which is no loss.
    if (this.#isClosed) return first
    this.#look()
    if (!this.#isMoved) return first
    const again = run(this.#current())
    return again instanceof Promise ? again.then(() => first) : first
  }

  #current(): FileBackend {
    if (this.#isMoved && !this.#isClosed) this.#reopen()
    return this.#backend
  }

  #reopen(): void {
    const old = this.#backend
    this.#backend = this.#begin(REOPEN_PATIENCE_MS)
    this.#isMoved = false
    this.#watches.goOn((...wish) => this.#backend.watchChanges(...wish))
    old.retire()
    process.emitWarning(`cache file '${this.path}' was deleted or replaced while in use; what is there now is used`, {
      type: 'StowageWarning',
      code: 'STOWAGE_SQLITE_REPLACED',
    })
  }

  #begin(patienceMs: number | undefined): FileBackend {
    const backend = this.#open({ patienceMs, onDamage: (thrown) => this.#damaged(backend, thrown) })
    backend.onRemoval((key, cause) => this.#listeners.tell(key, cause))
    this.#lookLater()
    return backend
  }

  /** Sets the file aside, unless that is not wanted, or another process or this one has done so already. */
  #damaged(backend: FileBackend, thrown: unknown): void {
    if (backend !== this.#backend || this.#isMoved) return
    this.#setAside(thrown)
    this.#look()
  }

  #setAside(thrown: unknown): void {
    if (this.#begins === 'refuse') return
    try {
      setAside(this.path, this.#backend.kept.identity, thrown)
    } catch (failed) {
      // Whoever met the damage is told of that; of this the process is, once.
      if (!this.#hasWarned) warnThatItStays(this.path, thrown, failed)
      this.#hasWarned = true
    }
  }

  #look(): void {
    if (this.#isMoved) return
    const { kept } = this.#backend
    if (kept.hasLostItsLog) this.#setAside(new DamagedFileError('its log was deleted or replaced while in use'))
    if (!kept.hasMoved) return
    this.#isMoved = true
    this.#watches.lose()
  }

  #lookLater(): void {
    this.#cancelLook?.()
    this.#cancelLook = systemClock.schedule(LOOK_MS, () => {
      this.#look()
      if (!this.#isMoved) this.#lookLater()
    })
  }
}

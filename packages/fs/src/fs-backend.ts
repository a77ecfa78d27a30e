/** The files backend: the seam's operations, each handed to its room. What the filesystem throws is thrown on as it is; core wraps it. */
import {
  type Backend,
  type BackendCapabilities,
  type BackendMiss,
  type CheckReport,
  type EntryTimes,
  type InvalidationTarget,
  type Key,
  keyCoverOf,
  type Lease,
  type LeaseMode,
  type MaybePromise,
  type NewEntry,
  ownText,
  type RemovalListener,
  type ScannedEntry,
  type ScanQuery,
  type StoredEntry,
  type SweepReport,
  type Usage,
  type WriteOutcome,
} from '@stowage/core'
import { checkStore } from './check.ts'
import { close } from './closing.ts'
import { LONG_BYTES } from './disk-pace.ts'
import { onDisk, syncContent, syncShard } from './disk-sync.ts'
import { lastingRecord, withRecord } from './entry-record.ts'
import type { Asked } from './entry-steps.ts'
import type { FsBackend } from './face.ts'
import type { Turn } from './holding.ts'
import { storeLarge } from './large-writing.ts'
import { releaseLease, renewLease, takeLease } from './leasing.ts'
import { listEntries } from './listing.ts'
import { lookup, TIER } from './lookup.ts'
import { openStore } from './open-store.ts'
import { type FsOptions, type FsPlan, planFs } from './options.ts'
import { RangeInvalidations } from './range-invalidation.ts'
import { deleteEntry, discardEntry } from './removal.ts'
import type { Store } from './store.ts'
import { fileBytesOf, storeNone, storeSmall, type Writing } from './storing.ts'
import type { ByteSource, StreamOptions, StreamPlace } from './streams/stream-entry.ts'
import { readStream, type StreamedEntry } from './streams/stream-reading.ts'
import { writeStream } from './streams/stream-writing.ts'
import { Sweeper } from './sweep.ts'
import { forgetTags } from './tag-limit.ts'
import { syncTouched, type Touched, touchEntry } from './touching.ts'
import { usageOf } from './usage.ts'

/**
 * A cache in a folder that several processes may share and that survives restarts: one file for each entry.
 * @throws ConfigError for an option out of range, or a folder that is not fit for a cache.
 */
export function fsBackend(options: FsOptions): FsBackend {
  return openBackend(planFs(options))
}

/** The same, for options that have been checked. */
export function openBackend(plan: FsPlan): FsBackend {
  return new FolderBackend(openStore(plan))
}

class FolderBackend implements FsBackend {
  readonly name = TIER
  readonly syncTier = TIER
  readonly capabilities: BackendCapabilities = { holds: 'bytes', persistent: true, shared: true }
  readonly #store: Store
  readonly #ranges: RangeInvalidations
  readonly #sweeper: Sweeper

  constructor(store: Store) {
    this.#store = store
    this.#ranges = new RangeInvalidations(store)
    this.#sweeper = new Sweeper(store)
  }

  get truth(): Backend {
    return this
  }

  /** What is in memory counts only after a look at its file. */
  getSync(): undefined {
    return undefined
  }

  get(key: string, nowMs: number): MaybePromise<StoredEntry | BackendMiss> {
    const asked = this.#asked(key, nowMs)
    const { sections, underWay } = this.#store
    const found = sections.look(asked.place.shard, () => lookup(this.#store, asked))
    return found instanceof Promise ? underWay.track(found) : found
  }

  set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined): MaybePromise<WriteOutcome> {
    this.#store.sections.requireOpen()
    const { facts, maxBytes } = entry
    // Before the lock is taken: encoding may be long, and may throw.
    return withRecord(key, facts, entry.encode(), (record) =>
      this.#write({ ...this.#asked(key, nowMs), facts, maxBytes, lease, record }),
    )
  }

  #write(asked: Writing): MaybePromise<WriteOutcome> {
    const { key, place, facts, nowMs, lease } = asked
    const fileBytes = fileBytesOf(asked)
    if (this.#isLarge(fileBytes)) {
      return this.#store.underWay.track(storeLarge(this.#store, { ...asked, record: lastingRecord(asked.record) }))
    }
    let writing = asked
    // What has ended already replaces nothing.
    const isReplacing = lease === undefined && facts.expireAtMs > nowMs
    const overtaken = (turn: Turn): WriteOutcome => storeNone(this.#store, turn, writing)
    const replaces = isReplacing ? { key, overtaken } : undefined
    const stored = this.#store.sections.run(
      place.shard,
      nowMs,
      (turn) => storeSmall(this.#store, turn, writing),
      replaces,
    )
    // It waits for its turn.
    if (stored instanceof Promise) writing = { ...asked, record: lastingRecord(asked.record) }
    return stored
  }

  delete(key: string, nowMs: number, lease: Lease | undefined): MaybePromise<boolean> {
    const asked = this.#asked(key, nowMs)
    const { shard } = asked.place
    const deleted = this.#store.sections.run(shard, nowMs, (turn) => deleteEntry(this.#store, turn, asked, lease))
    return onDisk(this.#store, deleted, () => syncShard(this.#store, shard))
  }

  touch(
    key: string,
    seen: StoredEntry,
    times: EntryTimes,
    nowMs: number,
    leases: 'keep' | 'void',
  ): MaybePromise<boolean> {
    const asked = this.#asked(key, nowMs)
    const { place } = asked
    const touched = this.#store.sections.run(place.shard, nowMs, (turn) =>
      touchEntry(this.#store, turn, asked, { seen, times, leases }),
    )
    const lasting = onDisk(this.#store, touched, (how) => syncTouched(this.#store, place, how))
    return lasting instanceof Promise ? lasting.then(isDone) : isDone(lasting)
  }

  discard(key: string, { identity }: StoredEntry): MaybePromise<void> {
    const place = this.#store.layout.placeOf(key)
    return this.#store.sections.run(place.shard, 0, (turn) => discardEntry(this.#store, turn, { place }, identity))
  }

  /** Tags and all: a line in the journal, however many entries they cover; space is reclaimed by sweeps. */
  invalidate(target: InvalidationTarget, nowMs: number, onProgress?: () => void): MaybePromise<void> {
    const { sections, layout } = this.#store
    if ('prefix' in target || 'pattern' in target)
      return this.#ranges.invalidate(keyCoverOf(target).covers, nowMs, onProgress)
    const noted = sections.run(undefined, nowMs, (turn) => {
      turn.emit('all' in target ? { k: 'all' } : { k: 'tags', tags: target.tags.map(ownText) })
      forgetTags(turn)
    })
    return onDisk(this.#store, noted, () => syncContent(layout.journal))
  }

  lease(key: string, mode: LeaseMode, lengthMs: number, nowMs: number): MaybePromise<Lease | undefined> {
    return this.#store.sections.run(undefined, nowMs, (turn) => takeLease(turn, { key, mode, lengthMs, nowMs }))
  }

  renew(lease: Lease, tags: readonly string[], lengthMs: number, nowMs: number): MaybePromise<boolean> {
    return this.#store.sections.run(undefined, nowMs, (turn) => renewLease(turn, lease, { tags, lengthMs, nowMs }))
  }

  release(lease: Lease): MaybePromise<void> {
    return this.#store.sections.run(undefined, 0, (turn) => releaseLease(turn, lease))
  }

  scan(query: ScanQuery, nowMs: number): AsyncIterable<ScannedEntry> {
    return listEntries(this.#store, query, nowMs)
  }

  usage(nowMs: number): MaybePromise<Usage> {
    return usageOf(this.#store, nowMs)
  }

  async sweep(nowMs: number): Promise<SweepReport> {
    return this.#sweeper.sweep(nowMs)
  }

  check(repair: boolean, nowMs: number): AsyncIterable<CheckReport> {
    return checkStore(this.#store, repair, nowMs)
  }

  onRemoval(listener: RemovalListener): () => void {
    return this.#store.sections.onRemoval(listener)
  }

  setStream(key: Key, source: ByteSource, options: StreamOptions): Promise<WriteOutcome> {
    return writeStream(this.#store, key, source, options)
  }

  getStream(key: Key, where: StreamPlace = {}): Promise<StreamedEntry | undefined> {
    return readStream(this.#store, key, where)
  }

  close(): MaybePromise<void> {
    return close(this.#store)
  }

  /** Whether a file is written off the event loop: several long ones would hold it for too long, one does not while the disk keeps up. */
  #isLarge(fileBytes: number): boolean {
    const { plan, sections, pace } = this.#store
    if (fileBytes < LONG_BYTES || fileBytes >= plan.largeBytes) return fileBytes >= plan.largeBytes
    return pace.isSlow || !sections.isFree
  }

  #asked(key: string, nowMs: number): Asked {
    return { key, place: this.#store.layout.placeOf(key), nowMs }
  }
}

function isDone(touched: Touched): boolean {
  return touched !== 'not'
}

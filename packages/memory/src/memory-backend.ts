/**
 * The in-process backend: values by reference, bounded by count and bytes. Knows no clock and no codec. Keeps every
 * clause of docs/contract.md but those of bytes and of sharing. Entries are the store's (entry-store.ts), the choice of
 * who goes is the eviction order's (adaptive-order.ts, lru-order.ts).
 */
import {
  type Backend,
  type BackendMiss,
  type CheckReport,
  type EntryTimes,
  type InvalidationTarget,
  isSameLife,
  keyCoverOf,
  type Lease,
  type LeaseMode,
  type MissRatioPoint,
  type NewEntry,
  type RemovalListener,
  type ScannedEntry,
  type ScanQuery,
  type StoredEntry,
  type SweepReport,
  type Usage,
  UsageError,
  type WriteOutcome,
} from '@stowage/core'
import { rangeCover } from './cover-set.ts'
import { EntryStore } from './entry-store.ts'
import type { EvictionOrder } from './eviction-order.ts'
import type { HitWords } from './hit-words.ts'
import type { Isolator } from './isolation.ts'
import { LeaseTable } from './lease-table.ts'
import type { MemoryPlan } from './options.ts'
import { RemovalReports } from './removal-reports.ts'
import type { SlotTable } from './slot-table.ts'
import type { RestoreReport, SnapshotOptions, SnapshotReport } from './snapshot/snapshot.ts'
import { Snapshots } from './snapshot/snapshots.ts'
import { MemorySpaces } from './spaces/memory-spaces.ts'
import { countEntries, listEntries, Sweeper } from './store-walks.ts'

export class StoreBackend implements Backend {
  readonly name = 'memory'
  readonly syncTier = 'memory'
  readonly capabilities = { holds: 'values', persistent: false, shared: false } as const
  readonly spaces = new MemorySpaces()
  protected readonly store: EntryStore
  protected readonly isolator: Isolator | undefined
  private readonly reports = new RemovalReports()
  /** The store's own, at hand: a hit reads nothing else of the store. */
  private readonly order: EvictionOrder
  private readonly slots: SlotTable
  private readonly hits: HitWords
  private readonly leases = new LeaseTable()
  private readonly sweeper = new Sweeper()
  private readonly snapshots: Snapshots
  /** Whether writes concern anybody else: holders of leases, a snapshot. */
  private isWatched = false
  private closed = false

  constructor(plan: MemoryPlan, isolator: Isolator | undefined) {
    this.isolator = isolator
    this.store = new EntryStore(plan, this.reports, this.leases)
    this.order = this.store.order
    this.slots = this.store.slots
    this.hits = this.slots.hits
    const { store, reports } = this
    this.snapshots = new Snapshots(async () => {
      const { watchSnapshots } = await import('./snapshot/snapshot-watch.ts')
      return () => watchSnapshots(store, reports, isolator)
    })
  }

  get truth(): Backend {
    return this
  }

  getSync(key: string, nowMs: number, recency: 'use' | 'ignore'): unknown {
    const slot = recency === 'use' ? this.order.use(key) : this.order.find(key)
    return slot === undefined ? undefined : this.valueAt(slot, nowMs, recency)
  }

  get(key: string, nowMs: number): StoredEntry | BackendMiss {
    this.requireOpen()
    const slot = this.order.use(key)
    if (slot === undefined) return 'absent'
    this.hits.noteUse(slot)
    return this.store.entries.missOf(slot, nowMs) ?? this.stored(slot)
  }

  set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined): WriteOutcome {
    const held = this.order.use(key)
    if (held === undefined || lease !== undefined || this.isWatched || !this.store.rewriteBare(held, entry, nowMs)) {
      return this.setInFull(held, key, entry, nowMs, lease)
    }
    return 'stored'
  }

  /** Whatever is not a bare entry written anew while nobody watches: apart, so that V8 can make that one part of its caller. */
  private setInFull(
    held: number | undefined,
    key: string,
    entry: NewEntry,
    nowMs: number,
    lease: Lease | undefined,
  ): WriteOutcome {
    this.requireOpen()
    if (lease !== undefined && !this.mayWrite(lease, key, entry.facts.tags, nowMs)) return 'superseded'
    if (entry.facts.expireAtMs <= nowMs) return 'elapsed'
    const outcome = this.store.write(held, key, entry, nowMs)
    if (this.isWatched) this.tellWatchers(key, held !== undefined)
    if (this.reports.areDue) this.reports.tell()
    return outcome
  }

  delete(key: string, nowMs: number, lease: Lease | undefined): boolean {
    this.requireOpen()
    if (lease !== undefined && !this.mayWrite(lease, key, [], nowMs)) return false
    this.leases.voidKey(key)
    const slot = this.order.find(key)
    const wasLive = slot !== undefined && this.store.entries.missOf(slot, nowMs) === undefined
    if (slot !== undefined) this.store.removal.remove(slot)
    this.snapshots.changed({ key })
    return wasLive
  }

  touch(key: string, seen: StoredEntry, times: EntryTimes, nowMs: number, leases: 'keep' | 'void'): boolean {
    this.requireOpen()
    const slot = this.slotOfSeen(key, seen)
    if (slot === undefined || this.store.entries.missOf(slot, nowMs) !== undefined) return false
    if (!isSameLife(this.store.entries.factsOf(slot), seen.facts)) return false
    this.store.retime(slot, times)
    if (leases === 'void') this.leases.voidKey(key)
    if (times.staleAtMs < seen.facts.staleAtMs) this.snapshots.changed({ key })
    return true
  }

  discard(key: string, seen: StoredEntry): void {
    this.requireOpen()
    const slot = this.slotOfSeen(key, seen)
    if (slot === undefined) return
    this.store.removal.remove(slot)
    this.snapshots.changed({ key })
  }

  /** Tags: O(1) each. Prefix and pattern: a walk behind (cover-walks.ts). All: O(1) and the collector's work. */
  invalidate(target: InvalidationTarget): void {
    this.requireOpen()
    if ('tags' in target) this.store.tags.invalidate(target.tags)
    else if ('all' in target) {
      this.leases.voidAll()
      this.store.clear()
    } else {
      this.leases.voidCovered(keyCoverOf(target).covers)
      this.store.cover(rangeCover(target))
    }
    this.snapshots.changed(target)
  }

  lease(key: string, mode: LeaseMode, lengthMs: number, nowMs: number): Lease | undefined {
    this.requireOpen()
    this.isWatched = true
    return this.leases.take(key, { mode, sequence: this.store.tags.sequence, untilMs: nowMs + lengthMs }, nowMs)
  }

  renew(lease: Lease, tags: readonly string[], lengthMs: number, nowMs: number): boolean {
    this.requireOpen()
    const held = this.leases.find(lease, nowMs)
    if (held === undefined || !this.store.tags.mayWrite(tags, held.sequence)) return false
    held.untilMs = nowMs + lengthMs
    return true
  }

  release(lease: Lease): void {
    this.requireOpen()
    this.leases.release(lease)
    this.settle()
  }

  async *scan(query: ScanQuery, nowMs: number): AsyncGenerator<ScannedEntry> {
    this.requireOpen()
    yield* listEntries(this.store, query, nowMs)
  }

  usage(): Usage {
    this.requireOpen()
    return this.store.usage()
  }

  sweep(nowMs: number): SweepReport {
    this.requireOpen()
    this.leases.sweep(nowMs)
    this.settle()
    const report = this.sweeper.step(this.store, nowMs)
    this.reports.tell()
    return report
  }

  async *check(): AsyncGenerator<CheckReport> {
    this.requireOpen()
    yield* countEntries(this.store)
  }

  onRemoval(listener: RemovalListener): () => void {
    return this.reports.listen(listener)
  }

  close(): void {
    this.closed = true
    this.spaces.close()
    this.snapshots.close()
    this.store.clear()
    this.leases.voidAll()
  }

  /** Writes what is held to a file, for a warm start: snapshot/snapshot.ts. */
  async snapshot(path: string, options: SnapshotOptions = {}): Promise<SnapshotReport> {
    this.isWatched = true
    return this.snapshots.take(path, options)
  }

  /** Takes up what a snapshot holds, and takes its file away. Entries that are here already stay as they are. */
  async restore(path: string, options: SnapshotOptions = {}): Promise<RestoreReport> {
    this.isWatched = true
    return this.snapshots.restore(path, options)
  }

  missRatioCurve(): readonly MissRatioPoint[] | undefined {
    return undefined
  }

  protected valueAt(slot: number, nowMs: number, recency: 'use' | 'ignore'): unknown {
    const isPlain = recency === 'use' ? this.hits.use(slot, nowMs) : this.hits.isPlainAt(slot, nowMs)
    return isPlain ? this.slots.value(slot) : this.store.entries.valueIfFresh(slot, nowMs)
  }

  /** The entry as core sees it. Its place in the order of writes is the mark of the write. */
  private stored(slot: number): StoredEntry {
    return {
      facts: this.store.entries.factsOf(slot),
      payload: { holds: 'value', value: this.store.entries.valueOf(slot) },
      tier: this.name,
      identity: this.store.entries.sequenceOf(slot),
      settle: nothingNearer,
    }
  }

  private slotOfSeen(key: string, seen: StoredEntry): number | undefined {
    const slot = this.order.find(key)
    return slot !== undefined && this.store.entries.sequenceOf(slot) === seen.identity ? slot : undefined
  }

  /** Whether a lease holds for the key and nothing it captured has changed under these tags. */
  private mayWrite(lease: Lease, key: string, tags: readonly string[], nowMs: number): boolean {
    const held = lease.key === key ? this.leases.find(lease, nowMs) : undefined
    return held !== undefined && this.store.tags.mayWrite(tags, held.sequence)
  }

  private tellWatchers(key: string, wasHeld: boolean): void {
    this.snapshots.written(key, wasHeld)
    this.leases.voidKey(key)
    this.settle()
  }

  /** With no load going on, nothing needs the markers of tags that no entry carries. */
  private settle(): void {
    if (this.leases.isEmpty) this.store.tags.forgetUnheld()
    this.isWatched = !this.leases.isEmpty || this.snapshots.areAsked
  }

  private requireOpen(): void {
    if (this.closed) throw new UsageError('memory: the backend is closed')
  }
}

function nothingNearer(): void {}

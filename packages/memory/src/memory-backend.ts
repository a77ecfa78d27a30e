/**
 * The in-process backend: values by reference, bounded by count and bytes, least recently used out first (lru-cache).
 * Knows no clock and no codec. Keeps every clause of docs/contract.md but those of bytes and of sharing.
 */
import type {
  Backend,
  BackendMiss,
  EntryTimes,
  InvalidationTarget,
  Lease,
  LeaseMode,
  NewEntry,
  RemovalCause,
  RemovalListener,
  ScannedEntry,
  ScanQuery,
  StoredEntry,
  SweepReport,
  Usage,
  WriteOutcome,
} from '@stowage/core'
import { isPlainFacts, keyPattern } from '@stowage/core'
import { LRUCache } from 'lru-cache'
import { LeaseTable } from './lease-table.ts'
import { type MemoryOptions, type MemoryPlan, planMemory } from './options.ts'
import { missOf, type Slot, slotBytes, storedEntry } from './slot.ts'
import { TagTable } from './tag-table.ts'

/** Slots one sweep looks at: a few milliseconds of work, so that sweeping never holds the loop. */
const SWEEP_SLOTS = 10_000

/** @throws ConfigError when no limit is given or an option is out of range. */
export function memoryBackend(options: MemoryOptions): Backend {
  return new MemoryBackend(planMemory(options))
}

class MemoryBackend implements Backend {
  readonly name = 'memory'
  readonly syncTier = 'memory'
  readonly capabilities = { holds: 'values', persistent: false, shared: false } as const
  readonly #plan: MemoryPlan
  #slots: LRUCache<string, Slot>
  /** Evicted by the write going on; told when it is done, since a listener may use the cache. */
  #evicted: string[] = []
  readonly #tags = new TagTable()
  readonly #leases = new LeaseTable()
  readonly #listeners = new Set<RemovalListener>()
  #sweepCursor: Generator<string, void> | undefined
  #closed = false

  constructor(plan: MemoryPlan) {
    this.#plan = plan
    this.#slots = this.#emptySlots()
  }

  get truth(): Backend {
    return this
  }

  getSync(key: string, nowMs: number, recency: 'use' | 'ignore'): unknown {
    const slot = recency === 'use' ? this.#slots.get(key) : this.#slots.peek(key)
    if (slot === undefined || nowMs >= slot.facts.staleAtMs || missOf(slot, nowMs) !== undefined) return undefined
    return isPlainFacts(slot.facts) ? slot.value : undefined
  }

  get(key: string, nowMs: number): StoredEntry | BackendMiss {
    this.#requireOpen()
    const slot = this.#slots.get(key)
    if (slot === undefined) return 'absent'
    return missOf(slot, nowMs) ?? storedEntry(slot, this.name)
  }

  set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined): WriteOutcome {
    this.#requireOpen()
    const epoch = lease === undefined ? this.#tags.epoch : this.#epochOfHolding(lease, key, entry.facts.tags, nowMs)
    if (epoch === undefined) return 'superseded'
    if (entry.facts.expireAtMs <= nowMs) return 'elapsed'
    const sizeBytes = slotBytes(key, entry, this.#plan.sizeOf)
    this.#leases.voidKey(key)
    if (sizeBytes > (this.#plan.maxBytes ?? Number.POSITIVE_INFINITY)) {
      this.#slots.delete(key)
      return 'too-large'
    }
    const { facts, value } = entry
    this.#slots.set(key, { value, facts, tags: this.#tags.hold(facts.tags), epoch, sizeBytes })
    this.#settle()
    this.#tellEvicted()
    return 'stored'
  }

  delete(key: string, nowMs: number, lease: Lease | undefined): boolean {
    this.#requireOpen()
    if (lease !== undefined && this.#epochOfHolding(lease, key, [], nowMs) === undefined) return false
    this.#leases.voidKey(key)
    const slot = this.#slots.peek(key)
    this.#slots.delete(key)
    return slot !== undefined && missOf(slot, nowMs) === undefined
  }

  touch(key: string, seen: StoredEntry, times: EntryTimes, nowMs: number): boolean {
    this.#requireOpen()
    const slot = this.#slots.peek(key)
    if (slot === undefined || slot !== seen.identity || missOf(slot, nowMs) !== undefined) return false
    slot.facts = { ...slot.facts, ...times }
    return true
  }

  discard(key: string, seen: StoredEntry): void {
    this.#requireOpen()
    if (this.#slots.peek(key) === seen.identity) this.#slots.delete(key)
  }

  /** Tags: O(1) each. Prefix and pattern: one walk over the keys. All: O(1) and the collector's work. */
  invalidate(target: InvalidationTarget): void {
    this.#requireOpen()
    if ('tags' in target) this.#tags.invalidate(target.tags)
    else if ('all' in target) {
      this.#leases.voidAll()
      this.#dropAll()
    } else {
      const covers = 'prefix' in target ? (key: string) => key.startsWith(target.prefix) : keyPattern(target).covers
      this.#leases.voidCovered(covers)
      for (const key of [...this.#slots.keys()]) {
        if (covers(key) && this.#slots.delete(key)) this.#report(key, 'invalidated')
      }
    }
  }

  lease(key: string, mode: LeaseMode, lengthMs: number, nowMs: number): Lease | undefined {
    this.#requireOpen()
    return this.#leases.take(key, { mode, epoch: this.#tags.epoch, untilMs: nowMs + lengthMs }, nowMs)
  }

  renew(lease: Lease, tags: readonly string[], lengthMs: number, nowMs: number): boolean {
    this.#requireOpen()
    const held = this.#leases.find(lease, nowMs)
    if (held === undefined || !this.#tags.mayWrite(tags, held.epoch)) return false
    held.untilMs = nowMs + lengthMs
    return true
  }

  release(lease: Lease): void {
    this.#requireOpen()
    this.#leases.release(lease)
    this.#settle()
  }

  async *scan(query: ScanQuery, nowMs: number): AsyncGenerator<ScannedEntry> {
    this.#requireOpen()
    for (const key of [...this.#slots.keys()]) {
      const slot = this.#slots.peek(key)
      if (slot === undefined || !key.startsWith(query.prefix) || missOf(slot, nowMs) !== undefined) continue
      const { facts, sizeBytes } = slot
      if (query.tag === undefined || facts.tags.includes(query.tag)) yield { key, facts, sizeBytes }
    }
  }

  usage(): Usage {
    this.#requireOpen()
    const { maxEntries, maxBytes } = this.#plan
    return { entryCount: this.#slots.size, sizeBytes: this.#slots.calculatedSize, maxEntries, maxBytes }
  }

  sweep(nowMs: number): SweepReport {
    this.#requireOpen()
    this.#leases.sweep(nowMs)
    this.#settle()
    this.#sweepCursor ??= this.#slots.keys()
    let expired = 0
    let invalidated = 0
    for (let looked = 0; looked < SWEEP_SLOTS; looked++) {
      const step = this.#sweepCursor.next()
      if (step.done === true) {
        this.#sweepCursor = undefined
        return { expired, invalidated, done: true }
      }
      const key = step.value
      const slot = this.#slots.peek(key)
      const miss = slot === undefined ? undefined : missOf(slot, nowMs)
      if (miss === undefined) continue
      this.#slots.delete(key)
      this.#report(key, miss)
      if (miss === 'expired') expired++
      else invalidated++
    }
    return { expired, invalidated, done: false }
  }

  onRemoval(listener: RemovalListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#closed = true
    this.#dropAll()
    this.#leases.voidAll()
  }

  #emptySlots(): LRUCache<string, Slot> {
    const { maxEntries, maxBytes } = this.#plan
    return new LRUCache<string, Slot>({
      ...(maxEntries !== undefined && { max: maxEntries }),
      maxSize: maxBytes ?? Number.MAX_SAFE_INTEGER,
      sizeCalculation: (slot) => slot.sizeBytes,
      dispose: (slot, key, reason) => {
        this.#tags.drop(slot.tags)
        if (reason === 'evict') this.#evicted.push(key)
      },
    })
  }

  /** A new, empty table in place of the old: dropping a million entries one by one would hold the loop for seconds. */
  #dropAll(): void {
    this.#slots = this.#emptySlots()
    this.#sweepCursor = undefined
    this.#tags.dropAll()
  }

  #tellEvicted(): void {
    if (this.#evicted.length === 0) return
    const evicted = this.#evicted
    this.#evicted = []
    for (const key of evicted) this.#report(key, 'evicted')
  }

  /** The epoch a lease captured, if it may still write the key under these tags. */
  #epochOfHolding(lease: Lease, key: string, tags: readonly string[], nowMs: number): number | undefined {
    const held = lease.key === key ? this.#leases.find(lease, nowMs) : undefined
    return held !== undefined && this.#tags.mayWrite(tags, held.epoch) ? held.epoch : undefined
  }

  /** With no load going on, nothing needs the markers of tags that no entry carries. */
  #settle(): void {
    if (this.#leases.isEmpty) this.#tags.forgetUnheld()
  }

  #report(key: string, cause: RemovalCause): void {
    for (const listener of this.#listeners) listener(key, cause)
  }

  #requireOpen(): void {
    if (this.#closed) throw new Error('memory backend is closed')
  }
}

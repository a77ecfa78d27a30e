/**
 * The in-process backend: values by reference, bounded by count and bytes. Knows no clock and no codec. Keeps every
 * clause of docs/contract.md but those of bytes and of sharing. Entries are the store's (entry-store.ts), the choice of
 * who goes is the eviction order's (adaptive-order.ts, lru-order.ts).
 */
import type {
  Backend,
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
  StoredEntry,
  SweepReport,
  Usage,
  WriteOutcome,
} from '@stowage/core'
import { keyPattern, yieldToLoop } from '@stowage/core'
import { EntryStore } from './entry-store.ts'
import type { EvictionOrder } from './eviction-order.ts'
import { ISOLATORS, type Isolator, valueIn } from './isolation.ts'
import { LeaseTable } from './lease-table.ts'
import { type MemoryOptions, type MemoryPlan, planMemory } from './options.ts'
import { RemovalReports } from './removal-reports.ts'
import { AT_MASK, PAGE_SHIFT, type SlotPage } from './slot-page.ts'
import { RESERVED_SLOTS } from './slot-table.ts'

/** Slots one sweep looks at: a few milliseconds of work, so that sweeping never holds the loop. */
const SWEEP_SLOTS = 10_000

const SOUND = { torn: 0, wrong: 0, orphans: 0, repaired: 0 } as const

/** @throws ConfigError when no limit is given or an option is out of range. */
export function memoryBackend(options: MemoryOptions): Backend {
  const plan = planMemory(options)
  if (plan.isolation === 'reference') return new MemoryBackend(plan)
  return new IsolatingMemoryBackend(plan, ISOLATORS[plan.isolation])
}

class MemoryBackend implements Backend {
  readonly name = 'memory'
  readonly syncTier = 'memory'
  readonly capabilities = { holds: 'values', persistent: false, shared: false } as const
  private readonly reports = new RemovalReports()
  private readonly store: EntryStore
  /** The store's own, at hand: a hit reads nothing else of the store. */
  private readonly order: EvictionOrder
  private readonly pages: readonly SlotPage[]
  private readonly leases = new LeaseTable()
  private sweptTo = RESERVED_SLOTS
  private closed = false

  constructor(plan: MemoryPlan) {
    this.store = new EntryStore(plan, this.reports)
    this.order = this.store.order
    this.pages = this.store.slots.pages
  }

  get truth(): Backend {
    return this
  }

  getSync(key: string, nowMs: number, recency: 'use' | 'ignore'): unknown {
    const slot = recency === 'use' ? this.order.use(key) : this.order.find(key)
    if (slot === undefined) return undefined
    const page = this.pages[slot >>> PAGE_SHIFT]
    const at = slot & AT_MASK
    if (page !== undefined && nowMs < page.freshUntilMs(at)) return page.values[at]
    return this.store.valueIfFresh(slot, nowMs)
  }

  get(key: string, nowMs: number): StoredEntry | BackendMiss {
    this.requireOpen()
    const slot = this.order.use(key)
    if (slot === undefined) return 'absent'
    return this.store.missOf(slot, nowMs) ?? this.stored(slot)
  }

  set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined): WriteOutcome {
    this.requireOpen()
    if (lease !== undefined && !this.mayWrite(lease, key, entry.facts.tags, nowMs)) return 'superseded'
    if (entry.facts.expireAtMs <= nowMs) return 'elapsed'
    const outcome = this.store.write(key, entry, nowMs)
    this.leases.voidKey(key)
    this.settle()
    this.reports.tell()
    return outcome
  }

  delete(key: string, nowMs: number, lease: Lease | undefined): boolean {
    this.requireOpen()
    if (lease !== undefined && !this.mayWrite(lease, key, [], nowMs)) return false
    this.leases.voidKey(key)
    const slot = this.order.find(key)
    const wasLive = slot !== undefined && this.store.missOf(slot, nowMs) === undefined
    this.remove(key)
    return wasLive
  }

  touch(key: string, seen: StoredEntry, times: EntryTimes, nowMs: number): boolean {
    this.requireOpen()
    const slot = this.slotOfSeen(key, seen)
    if (slot === undefined || this.store.missOf(slot, nowMs) !== undefined) return false
    this.store.retime(slot, times)
    return true
  }

  discard(key: string, seen: StoredEntry): void {
    this.requireOpen()
    const slot = this.slotOfSeen(key, seen)
    if (slot !== undefined) this.store.remove(slot)
  }

  /** Tags: O(1) each. Prefix and pattern: one walk over the keys. All: O(1) and the collector's work. */
  invalidate(target: InvalidationTarget): void {
    this.requireOpen()
    if ('tags' in target) this.store.tags.invalidate(target.tags)
    else if ('all' in target) {
      this.leases.voidAll()
      this.store.clear()
    } else {
      const covers = 'prefix' in target ? (key: string) => key.startsWith(target.prefix) : keyPattern(target).covers
      this.leases.voidCovered(covers)
      for (let slot = RESERVED_SLOTS; slot < this.store.slots.top; slot++) {
        const key = this.store.keyOf(slot)
        if (this.store.sequenceOf(slot) === 0 || !covers(key)) continue
        this.reports.note(key, 'invalidated')
        this.store.remove(slot)
      }
      this.reports.tell()
    }
  }

  lease(key: string, mode: LeaseMode, lengthMs: number, nowMs: number): Lease | undefined {
    this.requireOpen()
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
    const store = this.store
    for (let slot = RESERVED_SLOTS; slot < store.slots.top; slot++) {
      const key = store.keyOf(slot)
      if (store.sequenceOf(slot) === 0 || !key.startsWith(query.prefix)) continue
      if (store.missOf(slot, nowMs) !== undefined) continue
      const facts = store.factsOf(slot)
      const sizeBytes = store.fullBytesOf(slot)
      if (query.tag === undefined || facts.tags.includes(query.tag)) yield { key, facts, sizeBytes }
    }
  }

  usage(): Usage {
    this.requireOpen()
    const { entryCount, sizeBytes, maxEntries, maxBytes } = this.store.occupancy
    return { entryCount, sizeBytes, maxEntries, maxBytes }
  }

  sweep(nowMs: number): SweepReport {
    this.requireOpen()
    this.leases.sweep(nowMs)
    this.settle()
    const to = Math.min(this.sweptTo + SWEEP_SLOTS, this.store.slots.top)
    const swept = { expired: 0, invalidated: 0 }
    for (; this.sweptTo < to; this.sweptTo++) {
      const cause = this.store.reclaim(this.sweptTo, nowMs)
      if (cause !== undefined) swept[cause]++
    }
    const done = this.sweptTo >= this.store.slots.top
    if (done) this.sweptTo = RESERVED_SLOTS
    this.reports.tell()
    return { ...swept, done }
  }

  /** Values are as they were handed over; what can go wrong is the books. */
  async *check(): AsyncGenerator<CheckReport> {
    this.requireOpen()
    const store = this.store
    for (let from = RESERVED_SLOTS; from < store.slots.top; from += SWEEP_SLOTS) {
      let entries = 0
      let bytes = 0
      for (let slot = from; slot < Math.min(from + SWEEP_SLOTS, store.slots.top); slot++) {
        if (store.sequenceOf(slot) === 0) continue
        entries++
        bytes += store.ownBytesOf(slot)
      }
      yield { entries, bytes, ...SOUND }
      await yieldToLoop()
    }
    yield { entries: 0, bytes: store.occupancy.sharedBytes, ...SOUND }
  }

  onRemoval(listener: RemovalListener): () => void {
    return this.reports.listen(listener)
  }

  close(): void {
    this.closed = true
    this.store.clear()
    this.leases.voidAll()
  }

  private remove(key: string): void {
    const slot = this.order.find(key)
    if (slot !== undefined) this.store.remove(slot)
  }

  /** The entry as core sees it. Its place in the order of writes is the mark of the write. */
  private stored(slot: number): StoredEntry {
    return {
      facts: this.store.factsOf(slot),
      payload: { holds: 'value', value: this.store.valueOf(slot) },
      tier: this.name,
      identity: this.store.sequenceOf(slot),
      settle: nothingNearer,
    }
  }

  private slotOfSeen(key: string, seen: StoredEntry): number | undefined {
    const slot = this.order.find(key)
    return slot !== undefined && this.store.sequenceOf(slot) === seen.identity ? slot : undefined
  }

  /** Whether a lease holds for the key and nothing it captured has changed under these tags. */
  private mayWrite(lease: Lease, key: string, tags: readonly string[], nowMs: number): boolean {
    const held = lease.key === key ? this.leases.find(lease, nowMs) : undefined
    return held !== undefined && this.store.tags.mayWrite(tags, held.sequence)
  }

  /** With no load going on, nothing needs the markers of tags that no entry carries. */
  private settle(): void {
    if (this.leases.isEmpty) this.store.tags.forgetUnheld()
  }

  private requireOpen(): void {
    if (this.closed) throw new Error('memory backend is closed')
  }
}

function nothingNearer(): void {}

/** The same, with values of their own on each side: a class of its own, so that a hit by reference pays nothing. */
class IsolatingMemoryBackend extends MemoryBackend {
  private readonly isolator: Isolator

  constructor(plan: MemoryPlan, isolator: Isolator) {
    const { sizeOf } = plan
    super({ ...plan, sizeOf: sizeOf === undefined ? undefined : (kept) => sizeOf(valueIn(kept)) })
    this.isolator = isolator
  }

  override getSync(key: string, nowMs: number, recency: 'use' | 'ignore'): unknown {
    return this.isolator.given(super.getSync(key, nowMs, recency))
  }

  override get(key: string, nowMs: number): StoredEntry | BackendMiss {
    const found = super.get(key, nowMs)
    if (typeof found === 'string' || found.payload.holds === 'bytes') return found
    return { ...found, payload: { holds: 'value', value: this.isolator.given(found.payload.value) } }
  }

  override set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined): WriteOutcome {
    return super.set(key, { ...entry, value: this.isolator.kept(entry.value) }, nowMs, lease)
  }
}

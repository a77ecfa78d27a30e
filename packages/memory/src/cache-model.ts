/** A cache in small, without values: what it would have answered at one size. miss-ratio-curve.ts says what for. */
import { type EntryFacts, type InvalidationTarget, keyCoverOf, type Usage } from '@stowage/core'
import { EntryStore } from './entry-store.ts'
import { LeaseTable } from './lease-table.ts'
import type { MemoryPlan } from './options.ts'
import { RemovalReports } from './removal-reports.ts'
import { RESERVED_SLOTS } from './slot-table.ts'

/** An entry without its value. */
export interface ModelledEntry {
  readonly facts: EntryFacts
  /** Of the value alone. */
  readonly valueBytes: number
}

export class CacheModel {
  hits = 0
  private readonly store: EntryStore

  constructor(plan: MemoryPlan) {
    this.store = new EntryStore({ ...plan, sizeOf: Number }, new RemovalReports(), new LeaseTable())
  }

  get entryCount(): number {
    return this.store.occupancy.entryCount
  }

  usage(): Usage {
    return this.store.usage()
  }

  lookup(key: string, held: ModelledEntry | undefined, nowMs: number): void {
    const slot = this.store.order.use(key)
    if (slot !== undefined) this.store.slots.hits.noteUse(slot)
    if (slot !== undefined && this.store.entries.missOf(slot, nowMs) === undefined) this.hits++
    else if (held !== undefined) this.put(key, held, nowMs)
  }

  write(key: string, entry: ModelledEntry, wasHeld: boolean, nowMs: number): void {
    const slot = wasHeld ? undefined : this.store.order.find(key)
    // What the cache itself has given up was looked up before it was written again, and that was counted here as a use.
    if (slot !== undefined) this.store.slots.hits.takeBackUse(slot)
    this.put(key, entry, nowMs)
  }

  delete(key: string): void {
    const slot = this.store.order.find(key)
    if (slot !== undefined) this.store.removal.remove(slot)
  }

  invalidate(target: InvalidationTarget): void {
    if ('tags' in target) this.store.tags.invalidate(target.tags)
    else if ('all' in target) this.store.clear()
    else this.removeCovered(keyCoverOf(target).covers)
  }

  private removeCovered(covers: (key: string) => boolean): void {
    for (let slot = RESERVED_SLOTS; slot < this.store.slots.top; slot++) {
      if (this.store.entries.sequenceOf(slot) !== 0 && covers(this.store.entries.keyOf(slot)))
        this.store.removal.remove(slot)
    }
  }

  handOver(to: CacheModel, isPicked: (key: string) => boolean, nowMs: number): void {
    to.hits = this.hits / 2
    for (let slot = RESERVED_SLOTS; slot < this.store.slots.top; slot++) {
      const key = this.store.entries.keyOf(slot)
      if (
        this.store.entries.sequenceOf(slot) === 0 ||
        !isPicked(key) ||
        this.store.entries.missOf(slot, nowMs) !== undefined
      )
        continue
      to.put(
        key,
        { facts: this.store.entries.factsOf(slot), valueBytes: Number(this.store.entries.valueOf(slot)) },
        nowMs,
      )
    }
  }

  private put(key: string, { facts, valueBytes }: ModelledEntry, nowMs: number): void {
    this.store.write(
      this.store.order.use(key),
      key,
      { facts, value: valueBytes, maxBytes: Number.POSITIVE_INFINITY },
      nowMs,
    )
  }
}

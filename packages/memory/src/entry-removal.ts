/** How entries leave their slots: taken out, found dead, or given up when room is wanted. */
import type { EntryReader } from './entry-reader.ts'
import type { EvictionOrder } from './eviction-order.ts'
import type { Occupancy } from './occupancy.ts'
import type { RemovalReports } from './removal-reports.ts'
import { RESERVED_SLOTS, type SlotTable } from './slot-table.ts'
import { NO_TAGS, type TagSets } from './tag-sets.ts'

/** To be kept when room is wanted: the slot of none, where the entry is yet to be stored. */
export const NOBODY = 0

/** Slots that are looked at for dead entries whenever room is wanted: the dead go before the living. */
const LOOKS_FOR_DEAD = 4

interface RemovalTables {
  readonly slots: SlotTable
  readonly occupancy: Occupancy
  readonly entries: EntryReader
  readonly tagSets: TagSets
  readonly order: EvictionOrder
  readonly reports: RemovalReports
}

export class EntryRemoval {
  private readonly slots: SlotTable
  private readonly occupancy: Occupancy
  private readonly entries: EntryReader
  private readonly tagSets: TagSets
  private readonly order: EvictionOrder
  private readonly reports: RemovalReports
  private toLookAt = RESERVED_SLOTS

  constructor({ slots, occupancy, entries, tagSets, order, reports }: RemovalTables) {
    this.slots = slots
    this.occupancy = occupancy
    this.entries = entries
    this.tagSets = tagSets
    this.order = order
    this.reports = reports
  }

  remove(slot: number): void {
    this.order.remove(this.entries.keyOf(slot), slot)
    this.empty(slot)
  }

  /** Takes out what an invalidation covers. */
  takeOut(slot: number): void {
    this.reports.note(this.entries.keyOf(slot), 'invalidated')
    this.remove(slot)
  }

  /** Tells who wants to know what has been taken out. */
  tell(): void {
    this.reports.tell()
  }

  /** Takes out a dead entry and notes why. @returns why, or undefined when it is not dead or nothing is there */
  reclaim(slot: number, nowMs: number): 'expired' | 'invalidated' | undefined {
    const cause = this.entries.missOf(slot, nowMs)
    if (cause === undefined || this.entries.sequenceOf(slot) === 0) return undefined
    this.reports.note(this.entries.keyOf(slot), cause)
    this.remove(slot)
    return cause
  }

  /**
   * Evicts until so many more entries and bytes fit. Never `kept`.
   * @throws Error when nothing else is left and there is no room all the same: what is counted is not what is held
   */
  makeRoom(entryCount: number, sizeBytes: number, kept: number, nowMs: number): void {
    if (!this.occupancy.wouldOverflow(entryCount, sizeBytes)) return
    this.reclaimSome(kept, nowMs)
    const leastCount = kept === NOBODY ? 0 : 1
    while (this.occupancy.wouldOverflow(entryCount, sizeBytes)) {
      if (this.occupancy.entryCount <= leastCount) throw new Error(this.brokenBooks())
      const slot = this.order.evict(nowMs, kept)
      if (this.reports.isHeard) {
        this.reports.note(this.entries.keyOf(slot), this.entries.missOf(slot, nowMs) ?? 'evicted')
      }
      this.empty(slot)
    }
  }

  /** An entry holds this set of tags no more. */
  letGo(tagSet: number): void {
    if (tagSet === NO_TAGS) return
    this.tagSets.drop(tagSet)
    this.occupancy.sharedBytes = this.tagSets.heldBytes
  }

  private brokenBooks(): string {
    const { entryCount, entryBytes, sharedBytes } = this.occupancy
    const books = `${entryCount} entries, ${entryBytes} bytes of their own, ${sharedBytes} of tags`
    return `the books of the memory backend are broken: nothing is left to evict, and they say ${books}`
  }

  private reclaimSome(kept: number, nowMs: number): void {
    const { slots } = this
    const from = this.toLookAt < slots.top ? this.toLookAt : RESERVED_SLOTS
    const end = Math.min(from + LOOKS_FOR_DEAD, slots.top)
    this.toLookAt = end
    // Where the last entry goes, the slots end earlier.
    for (let at = slots.hits.firstDoubtful(from, end, nowMs); at < Math.min(end, slots.top); at++) {
      if (at !== kept) this.reclaim(at, nowMs)
    }
  }

  private empty(slot: number): void {
    const { hits } = this.slots
    if (!hits.isBare(slot)) {
      const page = this.slots.pageOf(slot)
      this.letGo(page.tagSet(slot))
      page.dropMarks(slot)
    }
    this.occupancy.entryCount--
    this.occupancy.entryBytes -= hits.sizeBytes(slot)
    this.slots.give(slot)
  }
}

/**
 * A first-in-first-out queue of slots, linked through their own records. What leaves at the old end is not unlinked from its
 * neighbour: `older` of the oldest slot means nothing, which spares an eviction a line of memory.
 */
import type { SlotTable } from './slot-table.ts'

/** No slot has this number. */
const NONE = 0

export class SlotQueue {
  private readonly slots: SlotTable
  private oldestSlot = NONE
  private newestSlot = NONE

  constructor(slots: SlotTable) {
    this.slots = slots
  }

  get isEmpty(): boolean {
    return this.oldestSlot === NONE
  }

  /** The oldest slot; call only when there is one. */
  get oldest(): number {
    return this.oldestSlot
  }

  push(slot: number): void {
    const newest = this.newestSlot
    this.slots.pageOf(slot).link(slot, newest)
    if (newest === NONE) this.oldestSlot = slot
    else this.slots.pageOf(newest).setNewer(newest, slot)
    this.newestSlot = slot
  }

  /** Takes out a slot that is in this queue. */
  remove(slot: number): void {
    const page = this.slots.pageOf(slot)
    const newer = page.newer(slot)
    if (slot === this.oldestSlot) {
      this.oldestSlot = newer
      if (newer === NONE) this.newestSlot = NONE
      return
    }
    const older = page.older(slot)
    this.slots.pageOf(older).setNewer(older, newer)
    if (newer === NONE) this.newestSlot = older
    else this.slots.pageOf(newer).setOlder(newer, older)
  }

  clear(): void {
    this.oldestSlot = NONE
    this.newestSlot = NONE
  }
}

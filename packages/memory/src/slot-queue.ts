/**
 * A first-in-first-out queue of slots, linked through slot-links.ts. What leaves at the old end is not unlinked from its
 * neighbour: `older` of the oldest slot means nothing, which spares an eviction a line of memory.
 */
import type { SlotLinks } from './slot-links.ts'

/** No slot has this number. */
const NONE = 0

export class SlotQueue {
  private readonly links: SlotLinks
  private oldestSlot = NONE
  private newestSlot = NONE

  constructor(links: SlotLinks) {
    this.links = links
  }

  get isEmpty(): boolean {
    return this.oldestSlot === NONE
  }

  /** The oldest slot; call only when there is one. */
  get oldest(): number {
    return this.oldestSlot
  }

  /** Whether this slot is in the queue, and no other. */
  isOnly(slot: number): boolean {
    return this.oldestSlot === slot && this.newestSlot === slot
  }

  push(slot: number): void {
    const newest = this.newestSlot
    this.links.link(slot, newest)
    if (newest === NONE) this.oldestSlot = slot
    else this.links.setNewer(newest, slot)
    this.newestSlot = slot
  }

  /** Takes out a slot that is in this queue. */
  remove(slot: number): void {
    const { links } = this
    const newer = links.newer(slot)
    if (slot === this.oldestSlot) {
      this.oldestSlot = newer
      if (newer === NONE) this.newestSlot = NONE
      return
    }
    const older = links.older(slot)
    links.setNewer(older, newer)
    if (newer === NONE) this.newestSlot = older
    else links.setOlder(newer, older)
  }

  clear(): void {
    this.oldestSlot = NONE
    this.newestSlot = NONE
  }
}

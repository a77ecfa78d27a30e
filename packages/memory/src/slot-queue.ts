/** A queue of slots, newest to oldest: a ring through the slots' own arrays, closed by a reserved slot. */
import { AT_MASK, PAGE_SHIFT } from './slot-page.ts'
import type { SlotTable } from './slot-table.ts'

export class SlotQueue {
  private readonly slots: SlotTable
  private readonly end: number

  constructor(slots: SlotTable, end: number) {
    this.slots = slots
    this.end = end
  }

  get isEmpty(): boolean {
    return this.oldest === this.end
  }

  /** The oldest slot; without any, the reserved one. */
  get oldest(): number {
    return this.slots.pageOf(this.end).newer[this.end] ?? this.end
  }

  push(slot: number): void {
    const end = this.end
    const endPage = this.slots.pageOf(end)
    const newest = endPage.older[end] ?? end
    const page = this.slots.pageOf(slot)
    page.older[slot & AT_MASK] = newest
    page.newer[slot & AT_MASK] = end
    this.slots.pageOf(newest).newer[newest & AT_MASK] = slot
    endPage.older[end] = slot
  }
}

/** Takes a slot out of whichever queue it is in. */
export function unlink({ pages }: SlotTable, slot: number): void {
  const page = pages[slot >>> PAGE_SHIFT]
  const older = page?.older[slot & AT_MASK] ?? 0
  const newer = page?.newer[slot & AT_MASK] ?? 0
  const olderPage = pages[older >>> PAGE_SHIFT]
  const newerPage = pages[newer >>> PAGE_SHIFT]
  if (olderPage !== undefined) olderPage.newer[older & AT_MASK] = newer
  if (newerPage !== undefined) newerPage.older[newer & AT_MASK] = older
}

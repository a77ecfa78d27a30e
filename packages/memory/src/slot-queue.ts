/** A queue of slots, newest to oldest: a ring through the slots' own records, closed by a reserved slot. */
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
    return this.slots.pageOf(this.end).newer(this.end)
  }

  push(slot: number): void {
    const { slots, end } = this
    const endPage = slots.pageOf(end)
    const newest = endPage.older(end)
    const page = slots.pageOf(slot)
    page.setOlder(slot, newest)
    page.setNewer(slot, end)
    slots.pageOf(newest).setNewer(newest, slot)
    endPage.setOlder(end, slot)
  }
}

/** Takes a slot out of whichever queue it is in. */
export function unlink(slots: SlotTable, slot: number): void {
  const page = slots.pageOf(slot)
  const older = page.older(slot)
  const newer = page.newer(slot)
  slots.pageOf(older).setNewer(older, newer)
  slots.pageOf(newer).setOlder(newer, older)
}

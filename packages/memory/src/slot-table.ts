/**
 * Numbered slots in pages. The first page grows by doubling, so that a small cache stays small; every further page is
 * added whole, so that a large one grows without copying what it holds.
 */
import { AT_MASK, PAGE_SHIFT, PAGE_SLOTS, SlotPage } from './slot-page.ts'

/** Slots that are no entries: the ends of the queues (slot-queue.ts). No free slot and no tag has the number 0. */
export const RESERVED_SLOTS = 2
const FIRST_PAGE_SLOTS = 32

export class SlotTable {
  readonly pages: SlotPage[] = [firstPage()]
  private firstFree = 0
  private end = RESERVED_SLOTS
  private held = 0

  /** Every slot in use has a lower number. */
  get top(): number {
    return this.end
  }

  /** The page a slot is in. @throws RangeError for a number that was never given out, which only a fault in here could bring. */
  pageOf(slot: number): SlotPage {
    const page = this.pages[slot >>> PAGE_SHIFT]
    if (page === undefined) throw new RangeError(`slot ${slot} is in no page`)
    return page
  }

  /** A slot that nobody uses. */
  take(): number {
    this.held++
    const free = this.firstFree
    if (free !== 0) {
      this.firstFree = this.pageOf(free).older(free & AT_MASK)
      return free
    }
    const slot = this.end++
    this.makePlaceFor(slot)
    return slot
  }

  /** Takes a slot back. What it held is let go at once. */
  give(slot: number): void {
    const page = this.pageOf(slot)
    const at = slot & AT_MASK
    page.keys[at] = ''
    page.values[at] = undefined
    page.setFreshUntilMs(at, 0)
    page.setSequence(at, 0)
    page.setGuard(at, undefined)
    page.setOlder(at, this.firstFree)
    this.firstFree = slot
    // Pages are not given back one by one, since their slots empty in any order; but an empty cache holds one only.
    if (--this.held === 0 && this.pages.length > 1) this.clear()
  }

  clear(): void {
    this.pages.length = 0
    this.pages.push(firstPage())
    this.firstFree = 0
    this.end = RESERVED_SLOTS
    this.held = 0
  }

  private makePlaceFor(slot: number): void {
    const first = this.pageOf(0)
    if (slot < first.slotCount) return
    if (slot < PAGE_SLOTS) this.pages[0] = first.grown(first.slotCount * 2)
    else if (slot >>> PAGE_SHIFT === this.pages.length) this.pages.push(new SlotPage(PAGE_SLOTS))
  }
}

/** Its reserved slots are the ends of empty queues: each its own neighbour. */
function firstPage(): SlotPage {
  const page = new SlotPage(FIRST_PAGE_SLOTS)
  for (let end = 0; end < RESERVED_SLOTS; end++) {
    page.setOlder(end, end)
    page.setNewer(end, end)
  }
  return page
}

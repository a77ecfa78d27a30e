/**
 * Numbered slots. The first page grows by doubling, so that a small cache stays small; every further page is added whole,
 * so that a large cache grows without moving what it holds.
 */
import { HitWords } from './hit-words.ts'
import { SlotLinks } from './slot-links.ts'
import { SlotPage } from './slot-page.ts'

/** Slots that are no entries: the number 0 means none, in queues and among free slots. */
export const RESERVED_SLOTS = 1
/** Slots that are looked at in one go, where all of them are: a millisecond of work if each is emptied, and five before the code is warm. */
export const SLICE_SLOTS = 1_024
const FIRST_SLOTS = 32
/** Small enough that a new page costs no pause, large enough for few of them. A slot's page is `slot >>> 15`. */
const PAGE_SLOTS = 2 ** 15

export class SlotTable {
  readonly hits: HitWords
  readonly links: SlotLinks = new SlotLinks(FIRST_SLOTS)
  private readonly pages: SlotPage[] = []
  /** The pages' own lists of values: one step less on the way of a hit. */
  private readonly values: unknown[][] = []
  private readonly mostSlots: number
  private firstFree = 0
  private end = RESERVED_SLOTS
  private usedCount = 0

  /**
   * @param mostEntries no more will be asked for.
   * @param areWeighed whether entries' sizes are kept
   */
  constructor(mostEntries: number, areWeighed: boolean) {
    this.mostSlots = mostEntries + RESERVED_SLOTS
    this.hits = new HitWords(FIRST_SLOTS, areWeighed)
    this.clear()
  }

  /** No slot in use has a lower number. */
  readonly first: number = RESERVED_SLOTS

  /** Every slot in use has a lower number. */
  get top(): number {
    return this.end
  }

  /** The page a slot is in. @throws RangeError for a number that was never given out, which only a fault in here could bring. */
  pageOf(slot: number): SlotPage {
    return this.pages[slot >>> 15] ?? noPage(slot)
  }

  value(slot: number): unknown {
    return this.values[slot >>> 15]?.[slot & 0x7fff]
  }

  setValue(slot: number, value: unknown): void {
    this.pageOf(slot).values[slot & 0x7fff] = value
  }

  /** A slot that nobody uses, without marks and tags. */
  take(): number {
    this.usedCount++
    const free = this.firstFree
    if (free !== 0) {
      this.firstFree = this.links.older(free)
      return free
    }
    const slot = this.end++
    if (slot >= this.hits.slotCount) this.lengthen(Math.min(slot * 2, this.mostSlots))
    this.makePlaceFor(slot)
    return slot
  }

  /** Takes a slot back. What it held is let go at once. */
  give(slot: number): void {
    this.pageOf(slot).empty(slot)
    this.links.setOlder(slot, this.firstFree)
    this.hits.forget(slot)
    this.firstFree = slot
    // Pages are not given back one by one, since their slots empty in any order; but an empty cache holds one only.
    if (--this.usedCount === 0 && this.pages.length > 1) this.clear()
  }

  clear(): void {
    this.hits.restart(FIRST_SLOTS)
    this.links.restart(FIRST_SLOTS)
    this.pages.length = 0
    this.values.length = 0
    this.putPage(0, new SlotPage(FIRST_SLOTS))
    this.firstFree = 0
    this.end = RESERVED_SLOTS
    this.usedCount = 0
  }

  private lengthen(slotCount: number): void {
    this.hits.lengthen(slotCount)
    this.links.lengthen(slotCount)
  }

  private makePlaceFor(slot: number): void {
    const nth = slot >>> 15
    const page = this.pages[nth]
    const left = this.mostSlots - nth * PAGE_SLOTS
    if (page === undefined) this.putPage(nth, new SlotPage(Math.min(PAGE_SLOTS, left)))
    else if ((slot & 0x7fff) >= page.slotCount) {
      this.putPage(nth, page.grown(Math.min(page.slotCount * 2, PAGE_SLOTS, left)))
    }
  }

  private putPage(nth: number, page: SlotPage): void {
    this.pages[nth] = page
    this.values[nth] = page.values
  }
}

function noPage(slot: number): never {
  throw new RangeError(`slot ${slot} is in no page`)
}

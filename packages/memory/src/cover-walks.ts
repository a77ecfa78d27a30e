/**
 * Invalidation by prefix and by pattern, which no version can stand for.
 *
 * From the moment it is asked for nothing is served that it covers: while entries are still being taken out, no hit word is
 * believed (hit-words.ts), and every read looks for its key and the place of its write among what is in force (cover-set.ts).
 * What is written meanwhile comes later in the order of writes and stays. The taking out goes through the slots behind, a slice at a
 * time, with the event loop turning in between: a million entries are a thousand slices. A small cache is done within the
 * first, at once. What is asked for during a walk waits for the next one, which takes out all of it together.
 */
import { type Cover, CoverSet } from './cover-set.ts'
import { RESERVED_SLOTS, SLICE_SLOTS, type SlotTable } from './slot-table.ts'

/** Where a look at a key takes many comparisons, fewer slots make a slice, and not fewer than this. */
const LEAST_SLICE = 8

/** How a walk takes entries out. */
interface Takings {
  takeOut(slot: number): void
  /** Everything of a slice has been taken out. */
  tell(): void
}

export class CoverWalks {
  /** True while no walk is going on, which is nearly always. */
  isIdle = true
  private readonly slots: SlotTable
  /** Of the walk going on. */
  private walking = new CoverSet()
  /** Of the next. */
  private waiting = new CoverSet()
  private at = RESERVED_SLOTS
  private isGoingOn = false

  constructor(slots: SlotTable) {
    this.slots = slots
  }

  /** @param sequence its place in the order of writes */
  begin(cover: Cover, sequence: number, takings: Takings): void {
    this.waiting.add(cover, sequence)
    this.isIdle = false
    this.slots.hits.doubt()
    if (!this.isGoingOn) this.goOn(takings)
  }

  /** Whether the entry of this key, written at this place, is to be taken out. */
  isCovered(key: string, sequence: number): boolean {
    return this.walking.isCovered(key, sequence) || this.waiting.isCovered(key, sequence)
  }

  private goOn(takings: Takings): void {
    this.isGoingOn = true
    this.step(takings)
    // Whoever is told may ask for another invalidation.
    takings.tell()
    if (this.isIdle) this.isGoingOn = false
    else setImmediate(() => this.goOn(takings))
  }

  /** Brings the walk on by a slice. */
  private step(takings: Takings): void {
    if (this.walking.isEmpty) this.start()
    const { slots, walking } = this
    const slice = Math.max(LEAST_SLICE, Math.floor(SLICE_SLOTS / walking.weight))
    const to = this.at + slice
    // Where the last entry goes, the slots end earlier.
    for (; this.at < Math.min(to, slots.top); this.at++) {
      const page = slots.pageOf(this.at)
      const sequence = page.sequence(this.at)
      if (sequence !== 0 && walking.isCovered(page.key(this.at), sequence)) takings.takeOut(this.at)
    }
    if (this.at < slots.top) return
    this.walking = new CoverSet()
    this.isIdle = this.waiting.isEmpty
    if (this.isIdle) slots.hits.believe()
  }

  private start(): void {
    this.walking = this.waiting
    this.waiting = new CoverSet()
    this.at = RESERVED_SLOTS
  }
}

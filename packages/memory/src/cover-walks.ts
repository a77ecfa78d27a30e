/**
 * Invalidation by prefix and by pattern, which no version can stand for.
 *
 * From the moment it is asked for nothing is served that it covers: while entries are still being taken out, no hit word is
 * believed (hit-words.ts), and every read compares its key and the place of its write with the walks going on. What is
 * written meanwhile comes later in the order of writes and stays. The taking out goes through the slots behind, a slice at a
 * time, with the event loop turning in between: a million entries are a thousand slices. A small cache is done within the
 * first, at once.
 */
import { RESERVED_SLOTS, SLICE_SLOTS, type SlotTable } from './slot-table.ts'

/** Each walk going on costs every read a comparison; where another would be one too many, the oldest is brought to its end. */
const MAX_WALKS = 16

/** How a walk takes entries out. */
interface Takings {
  takeOut(slot: number): void
  /** Everything of a slice has been taken out. */
  tell(): void
}

interface Walk {
  readonly covers: (key: string) => boolean
  /** Writes before this place are covered. */
  readonly sequence: number
  at: number
}

export class CoverWalks {
  /** True while no walk is going on, which is nearly always. */
  isIdle = true
  private readonly slots: SlotTable
  private readonly walks: Walk[] = []
  private isGoingOn = false

  constructor(slots: SlotTable) {
    this.slots = slots
  }

  begin(covers: (key: string) => boolean, sequence: number, takings: Takings): void {
    if (this.walks.length === MAX_WALKS) this.step(Number.POSITIVE_INFINITY, takings)
    this.walks.push({ covers, sequence, at: RESERVED_SLOTS })
    this.isIdle = false
    this.slots.hits.doubt()
    if (!this.isGoingOn) this.goOn(takings)
  }

  /** Whether a walk going on will take out the entry of this key, written at this place. */
  isCovered(key: string, sequence: number): boolean {
    return this.walks.some((walk) => sequence < walk.sequence && walk.covers(key))
  }

  private goOn(takings: Takings): void {
    this.isGoingOn = true
    this.step(SLICE_SLOTS, takings)
    // Whoever is told may begin another walk.
    takings.tell()
    if (this.isIdle) this.isGoingOn = false
    else setImmediate(() => this.goOn(takings))
  }

  /** Brings the oldest walk on by so many slots. */
  private step(slotCount: number, takings: Takings): void {
    const [walk] = this.walks
    if (walk === undefined) return
    const { slots } = this
    const to = Math.min(walk.at + slotCount, slots.top)
    for (; walk.at < to; walk.at++) {
      const page = slots.pageOf(walk.at)
      const sequence = page.sequence(walk.at)
      if (sequence === 0 || sequence > walk.sequence || !walk.covers(page.key(walk.at))) continue
      takings.takeOut(walk.at)
    }
    if (walk.at < slots.top) return
    this.walks.shift()
    this.isIdle = this.walks.length === 0
    if (this.isIdle) this.slots.hits.believe()
  }
}

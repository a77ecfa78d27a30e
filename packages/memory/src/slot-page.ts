/**
 * A page of slots: what hits and most rewrites do not read (hit-words.ts has the rest), but for the value. No object per
 * entry: a million entries are a few hundred objects to the collector.
 *
 *   writes, 24 bytes per slot, which a rewrite only writes: nothing waits for the memory they are in
 *     storedAtMs, staleAtMs
 *     sequence     the write's place in the order of all writes and invalidations; 0 in a free slot
 *   marks, 4 bytes per slot: 8 bits of marks, 24 bits number of the tag set; 0 for bare entries and in a free slot
 *
 * What most entries lack has a list only in pages that needed it (rare-facts.ts). Slots are named by their number in the
 * whole table; the numbers in the code are places in this table.
 */
import { RareFacts } from './rare-facts.ts'

/** `errorOnlyAtMs` and `expireAtMs` differ from `staleAtMs` and are kept apart. */
export const HAS_WINDOWS = 1
export const IS_GUARDED = 2
const TAG_SET_SHIFT = 8

export class SlotPage {
  readonly slotCount: number
  readonly keys: string[]
  readonly values: unknown[]
  readonly rare: RareFacts
  private readonly writes: Float64Array
  private readonly marks: Uint32Array

  constructor(slotCount: number) {
    this.slotCount = slotCount
    this.keys = new Array<string>(slotCount).fill('')
    this.values = new Array<unknown>(slotCount).fill(undefined)
    this.rare = new RareFacts(slotCount)
    this.writes = new Float64Array(slotCount * 3)
    this.marks = new Uint32Array(slotCount)
  }

  key(slot: number): string {
    return this.keys[slot & 0x7fff] ?? ''
  }

  putWrite(slot: number, storedAtMs: number, staleAtMs: number, sequence: number): void {
    const at = (slot & 0x7fff) * 3
    this.writes[at] = storedAtMs
    this.writes[at + 1] = staleAtMs
    this.writes[at + 2] = sequence
  }

  /** Replaces the tags and the marks. */
  putMarks(slot: number, tagSet: number, marks: number): void {
    this.marks[slot & 0x7fff] = (tagSet << TAG_SET_SHIFT) | marks
  }

  /** Of an entry that is not bare, before its slot is emptied. */
  dropMarks(slot: number): void {
    if (this.has(slot, IS_GUARDED)) this.rare.dropGuard(slot)
    this.marks[slot & 0x7fff] = 0
  }

  /** Reads of each list what is in a slot, and the key's own head. @returns a number that cannot be told without */
  glance(slot: number): number {
    const at = slot & 0x7fff
    return this.key(slot).length + this.sequence(slot) + (this.values[at] === undefined ? 1 : 0)
  }

  /** Lets go of what is in a slot. */
  empty(slot: number): void {
    const at = slot & 0x7fff
    this.keys[at] = ''
    this.values[at] = undefined
    this.writes[at * 3 + 2] = 0
  }

  storedAtMs(slot: number): number {
    return this.writes[(slot & 0x7fff) * 3] ?? 0
  }

  staleAtMs(slot: number): number {
    return this.writes[(slot & 0x7fff) * 3 + 1] ?? 0
  }

  sequence(slot: number): number {
    return this.writes[(slot & 0x7fff) * 3 + 2] ?? 0
  }

  has(slot: number, mark: number): boolean {
    return ((this.marks[slot & 0x7fff] ?? 0) & mark) !== 0
  }

  tagSet(slot: number): number {
    return (this.marks[slot & 0x7fff] ?? 0) >>> TAG_SET_SHIFT
  }

  /** The same slots in a larger page. */
  grown(slotCount: number): SlotPage {
    const page = new SlotPage(slotCount)
    page.writes.set(this.writes)
    page.marks.set(this.marks)
    page.rare.copy(this.rare)
    for (let at = 0; at < this.slotCount; at++) {
      page.keys[at] = this.keys[at] ?? ''
      page.values[at] = this.values[at]
    }
    return page
  }
}

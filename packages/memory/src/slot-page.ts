/**
 * A page of slots: the parts of an entry that a hit does not read, but for its value (hit-words.ts has the rest). A record
 * of 40 bytes per slot in one buffer, so that an eviction touches a line or two of memory for each slot it looks at. No
 * object per entry: a million entries are a few hundred objects to the collector.
 *
 *   bytes  0 ..  7   staleAtMs
 *          8 .. 15   sequence     the write's place in the order of all writes and invalidations; 0 in a free slot
 *         16 .. 19   8 bits of marks, 24 bits number of the tag set
 *         20 .. 39   lifeMs (staleAtMs - storedAtMs), sizeBytes, keyHash, older, newer
 *                    (neighbours in its queue; in a free slot `older` is the next free one)
 *
 * The numbers in the code are the places of this table, in doubles or in words of four bytes. What most entries lack has a
 * list only in pages that needed it (rare-facts.ts). Slots are named by their number in the whole table.
 */
import { RareFacts } from './rare-facts.ts'

export const IN_MAIN = 1
/** `errorOnlyAtMs` and `expireAtMs` differ from `staleAtMs` and are kept apart. */
export const HAS_WINDOWS = 2
export const IS_GUARDED = 4
/** `storedAtMs` is kept apart. */
export const IS_LONG = 8
/** A character of the key takes two bytes. */
export const HAS_WIDE_KEY = 16
/** The marks that no rewriting changes. */
const KEPT_MARKS = IN_MAIN | HAS_WIDE_KEY
const TAG_SET_SHIFT = 8

interface ReadKey {
  readonly key: string
  readonly hash: number
  /** Whether a character takes two bytes. */
  readonly isWide: boolean
}

export class SlotPage {
  readonly slotCount: number
  readonly keys: string[]
  readonly values: unknown[]
  readonly rare: RareFacts
  private readonly doubles: Float64Array
  private readonly words: Uint32Array

  constructor(slotCount: number) {
    this.slotCount = slotCount
    this.keys = new Array<string>(slotCount).fill('')
    this.values = new Array<unknown>(slotCount).fill(undefined)
    this.rare = new RareFacts(slotCount)
    this.doubles = new Float64Array(slotCount * 5)
    this.words = new Uint32Array(this.doubles.buffer)
  }

  key(slot: number): string {
    return this.keys[slot & 0x7fff] ?? ''
  }

  /** Makes a slot one of this key, with no other marks and no tags. */
  begin(slot: number, { key, hash, isWide }: ReadKey): void {
    const at = slot & 0x7fff
    this.keys[at] = key
    this.words[at * 10 + 4] = isWide ? HAS_WIDE_KEY : 0
    this.words[at * 10 + 7] = hash
  }

  putTimes(slot: number, staleAtMs: number, lifeMs: number): void {
    this.doubles[(slot & 0x7fff) * 5] = staleAtMs
    this.words[(slot & 0x7fff) * 10 + 5] = lifeMs
  }

  putWrite(slot: number, sequence: number, sizeBytes: number): void {
    this.doubles[(slot & 0x7fff) * 5 + 1] = sequence
    this.words[(slot & 0x7fff) * 10 + 6] = sizeBytes
  }

  /** What a write of the same size replaces in an entry that {@link isPlain} and stays so. */
  putPlain(slot: number, staleAtMs: number, lifeMs: number, sequence: number): void {
    const at = (slot & 0x7fff) * 5
    this.doubles[at] = staleAtMs
    this.doubles[at + 1] = sequence
    this.words[at * 2 + 5] = lifeMs
  }

  /** Whether the entry has neither tags nor rare facts: no marks but IN_MAIN and HAS_WIDE_KEY. */
  isPlain(slot: number): boolean {
    return ((this.words[(slot & 0x7fff) * 10 + 4] ?? 0) & ~17) === 0
  }

  /** Replaces the tags and what the marks tell of the facts. */
  putMarks(slot: number, tagSet: number, factMarks: number): void {
    const kept = (this.words[(slot & 0x7fff) * 10 + 4] ?? 0) & KEPT_MARKS
    this.words[(slot & 0x7fff) * 10 + 4] = (tagSet << TAG_SET_SHIFT) | kept | factMarks
  }

  /** Lets go of what is in a slot. */
  empty(slot: number): void {
    const at = slot & 0x7fff
    if (this.has(slot, IS_GUARDED)) this.rare.dropGuard(slot)
    this.keys[at] = ''
    this.values[at] = undefined
    this.doubles[at * 5 + 1] = 0
  }

  staleAtMs(slot: number): number {
    return this.doubles[(slot & 0x7fff) * 5] ?? 0
  }

  sequence(slot: number): number {
    return this.doubles[(slot & 0x7fff) * 5 + 1] ?? 0
  }

  has(slot: number, mark: number): boolean {
    return ((this.words[(slot & 0x7fff) * 10 + 4] ?? 0) & mark) !== 0
  }

  mark(slot: number, mark: number): void {
    this.words[(slot & 0x7fff) * 10 + 4] = (this.words[(slot & 0x7fff) * 10 + 4] ?? 0) | mark
  }

  tagSet(slot: number): number {
    return (this.words[(slot & 0x7fff) * 10 + 4] ?? 0) >>> TAG_SET_SHIFT
  }

  lifeMs(slot: number): number {
    return this.words[(slot & 0x7fff) * 10 + 5] ?? 0
  }

  sizeBytes(slot: number): number {
    return this.words[(slot & 0x7fff) * 10 + 6] ?? 0
  }

  keyHash(slot: number): number {
    return (this.words[(slot & 0x7fff) * 10 + 7] ?? 0) | 0
  }

  older(slot: number): number {
    return this.words[(slot & 0x7fff) * 10 + 8] ?? 0
  }

  setOlder(slot: number, older: number): void {
    this.words[(slot & 0x7fff) * 10 + 8] = older
  }

  newer(slot: number): number {
    return this.words[(slot & 0x7fff) * 10 + 9] ?? 0
  }

  setNewer(slot: number, newer: number): void {
    this.words[(slot & 0x7fff) * 10 + 9] = newer
  }

  /** The same slots in a larger page. */
  grown(slotCount: number): SlotPage {
    const page = new SlotPage(slotCount)
    page.doubles.set(this.doubles)
    page.rare.copy(this.rare)
    for (let at = 0; at < this.slotCount; at++) {
      page.keys[at] = this.keys[at] ?? ''
      page.values[at] = this.values[at]
    }
    return page
  }
}

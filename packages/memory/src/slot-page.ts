/**
 * One page of slots: what is kept per entry, as parallel arrays. No object per entry: a hit reads one number, one byte
 * and the value, and a million entries are a few hundred objects to the collector.
 *
 * Everything that most entries lack (tags, stale windows, guards) has an array only in pages that needed it once.
 */
import type { EntryGuard } from './entry-guard.ts'

/** Slots of a full page. Small enough that a new one costs no pause, large enough that its arrays' headers cost nothing. */
export const PAGE_SHIFT = 15
export const PAGE_SLOTS: number = 2 ** PAGE_SHIFT
export const AT_MASK: number = PAGE_SLOTS - 1

/** Bits of {@link SlotPage.marks}. The two lowest count uses. */
export const USES_MASK = 3
export const IN_MAIN = 4
/** Instants that differ from `staleAtMs` are in {@link SlotPage.errorOnlyAtMs} and {@link SlotPage.expireAtMs}. */
export const HAS_WINDOWS = 8
export const IS_GUARDED = 16

const FLOATS_PER_SLOT = 3
const WORDS_PER_SLOT = 4

export class SlotPage {
  readonly slotCount: number
  readonly keys: string[]
  readonly values: unknown[]
  /**
   * `staleAtMs` of an entry for which nothing but freshness decides, so that one comparison answers a hit; negated where
   * tags or guards must be looked at too; 0 in a free slot.
   */
  readonly freshUntilMs: Float64Array
  readonly storedAtMs: Float64Array
  /** The write's place in the order of all writes and invalidations of this cache; 0 in a free slot. */
  readonly sequences: Float64Array
  readonly sizeBytes: Uint32Array
  readonly keyHashes: Uint32Array
  /** Neighbours in the slot's queue; in a free slot `older` is the next free one. */
  readonly older: Uint32Array
  readonly newer: Uint32Array
  readonly marks: Uint8Array
  /** Places in the table of tag sets; 0: no tags. */
  tagSets: Uint32Array | undefined = undefined
  errorOnlyAtMs: Float64Array | undefined = undefined
  expireAtMs: Float64Array | undefined = undefined
  guards: (EntryGuard | undefined)[] | undefined = undefined

  constructor(slotCount: number) {
    this.slotCount = slotCount
    this.keys = new Array<string>(slotCount).fill('')
    this.values = new Array<unknown>(slotCount).fill(undefined)
    // One buffer for all: every buffer of its own costs a hundred bytes and a registration with the collector.
    const buffer = new ArrayBuffer(slotCount * (FLOATS_PER_SLOT * 8 + WORDS_PER_SLOT * 4 + 1))
    const floats = (nth: number) => new Float64Array(buffer, nth * slotCount * 8, slotCount)
    const words = (nth: number) => new Uint32Array(buffer, (FLOATS_PER_SLOT * 8 + nth * 4) * slotCount, slotCount)
    this.freshUntilMs = floats(0)
    this.storedAtMs = floats(1)
    this.sequences = floats(2)
    this.sizeBytes = words(0)
    this.keyHashes = words(1)
    this.older = words(2)
    this.newer = words(3)
    this.marks = new Uint8Array(buffer, (FLOATS_PER_SLOT * 8 + WORDS_PER_SLOT * 4) * slotCount, slotCount)
  }

  /** The same slots in a larger page. */
  grown(slotCount: number): SlotPage {
    const page = new SlotPage(slotCount)
    for (let at = 0; at < this.slotCount; at++) {
      page.keys[at] = this.keys[at] ?? ''
      page.values[at] = this.values[at]
    }
    page.freshUntilMs.set(this.freshUntilMs)
    page.storedAtMs.set(this.storedAtMs)
    page.sequences.set(this.sequences)
    page.sizeBytes.set(this.sizeBytes)
    page.keyHashes.set(this.keyHashes)
    page.older.set(this.older)
    page.newer.set(this.newer)
    page.marks.set(this.marks)
    if (this.tagSets !== undefined) page.tagSetsForWriting().set(this.tagSets)
    if (this.errorOnlyAtMs !== undefined) page.errorOnlyForWriting().set(this.errorOnlyAtMs)
    if (this.expireAtMs !== undefined) page.expireForWriting().set(this.expireAtMs)
    this.guards?.forEach((guard, at) => {
      page.guardsForWriting()[at] = guard
    })
    return page
  }

  tagSetsForWriting(): Uint32Array {
    this.tagSets ??= new Uint32Array(this.slotCount)
    return this.tagSets
  }

  errorOnlyForWriting(): Float64Array {
    this.errorOnlyAtMs ??= new Float64Array(this.slotCount)
    return this.errorOnlyAtMs
  }

  expireForWriting(): Float64Array {
    this.expireAtMs ??= new Float64Array(this.slotCount)
    return this.expireAtMs
  }

  guardsForWriting(): (EntryGuard | undefined)[] {
    this.guards ??= new Array<EntryGuard | undefined>(this.slotCount).fill(undefined)
    return this.guards
  }
}

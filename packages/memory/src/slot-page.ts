/**
 * One page of slots: what is kept per entry, as records of forty bytes in one buffer. No object per entry: a hit reads
 * sixteen bytes that lie together and the value, an eviction two lines of memory, and a million entries are a few hundred
 * objects to the collector.
 *
 *   bytes  0 ..  7   freshUntilMs    staleAtMs; negated where tags or guards must be looked at as well; 0 in a free slot
 *          8 .. 11   marks           24 bits number of the tag set, 8 bits of the marks below
 *         12 .. 15   lifeMs          staleAtMs - storedAtMs
 *         16 .. 23   sequence        the write's place in the order of all writes and invalidations; 0 in a free slot
 *         24 .. 39   sizeBytes, keyHash, older, newer    (neighbours in the slot's queue; in a free slot: the next free one)
 *
 * What most entries lack (stale windows, guards, a life of more than 49 days) has an array only in pages that needed it.
 */
import type { EntryGuard } from './entry-guard.ts'

/** Slots of a full page. Small enough that a new one costs no pause, large enough for few of them. */
export const PAGE_SHIFT = 15
export const PAGE_SLOTS: number = 2 ** PAGE_SHIFT
export const AT_MASK: number = PAGE_SLOTS - 1

/** The two lowest marks count uses. */
const USES_MASK = 3
export const IN_MAIN = 4
/** `errorOnlyAtMs` and `expireAtMs` differ from `staleAtMs` and are kept apart. */
export const HAS_WINDOWS = 8
export const IS_GUARDED = 16
/** `storedAtMs` is kept apart. */
export const IS_LONG = 32
const TAG_SET_SHIFT = 8

const FLOATS = 5
const WORDS = 10
const SEQUENCE = 2
const MARKS = 2
const LIFE = 3
const SIZE = 6
const HASH = 7
const OLDER = 8
const NEWER = 9

export class SlotPage {
  readonly slotCount: number
  readonly keys: string[]
  readonly values: unknown[]
  /** The records, as numbers of eight bytes and of four. */
  private readonly floats: Float64Array
  private readonly words: Uint32Array
  private errorOnly: Float64Array | undefined = undefined
  private expire: Float64Array | undefined = undefined
  private stored: Float64Array | undefined = undefined
  private guards: (EntryGuard | undefined)[] | undefined = undefined

  constructor(slotCount: number) {
    this.slotCount = slotCount
    this.keys = new Array<string>(slotCount).fill('')
    this.values = new Array<unknown>(slotCount).fill(undefined)
    this.floats = new Float64Array(slotCount * FLOATS)
    this.words = new Uint32Array(this.floats.buffer)
  }

  freshUntilMs(at: number): number {
    return this.floats[at * FLOATS] ?? 0
  }

  setFreshUntilMs(at: number, freshUntilMs: number): void {
    this.floats[at * FLOATS] = freshUntilMs
  }

  sequence(at: number): number {
    return this.floats[at * FLOATS + SEQUENCE] ?? 0
  }

  setSequence(at: number, sequence: number): void {
    this.floats[at * FLOATS + SEQUENCE] = sequence
  }

  /** Whether a mark is set. */
  has(at: number, mark: number): boolean {
    return ((this.words[at * WORDS + MARKS] ?? 0) & mark) !== 0
  }

  mark(at: number, mark: number): void {
    this.words[at * WORDS + MARKS] = (this.words[at * WORDS + MARKS] ?? 0) | mark
  }

  unmark(at: number, mark: number): void {
    this.words[at * WORDS + MARKS] = (this.words[at * WORDS + MARKS] ?? 0) & ~mark
  }

  /** No marks, no tags. */
  clearMarks(at: number): void {
    this.words[at * WORDS + MARKS] = 0
  }

  uses(at: number): number {
    return (this.words[at * WORDS + MARKS] ?? 0) & USES_MASK
  }

  setUses(at: number, uses: number): void {
    this.words[at * WORDS + MARKS] = ((this.words[at * WORDS + MARKS] ?? 0) & ~USES_MASK) | uses
  }

  /** Counts one use more, as far as uses are counted. */
  noteUse(at: number): void {
    const marks = this.words[at * WORDS + MARKS] ?? 0
    if ((marks & USES_MASK) < USES_MASK) this.words[at * WORDS + MARKS] = marks + 1
  }

  tagSet(at: number): number {
    return (this.words[at * WORDS + MARKS] ?? 0) >>> TAG_SET_SHIFT
  }

  setTagSet(at: number, tagSet: number): void {
    const marks = (this.words[at * WORDS + MARKS] ?? 0) & (2 ** TAG_SET_SHIFT - 1)
    this.words[at * WORDS + MARKS] = (tagSet << TAG_SET_SHIFT) | marks
  }

  lifeMs(at: number): number {
    return this.words[at * WORDS + LIFE] ?? 0
  }

  setLifeMs(at: number, lifeMs: number): void {
    this.words[at * WORDS + LIFE] = lifeMs
  }

  sizeBytes(at: number): number {
    return this.words[at * WORDS + SIZE] ?? 0
  }

  setSizeBytes(at: number, sizeBytes: number): void {
    this.words[at * WORDS + SIZE] = sizeBytes
  }

  keyHash(at: number): number {
    return this.words[at * WORDS + HASH] ?? 0
  }

  setKeyHash(at: number, hash: number): void {
    this.words[at * WORDS + HASH] = hash
  }

  older(at: number): number {
    return this.words[at * WORDS + OLDER] ?? 0
  }

  setOlder(at: number, slot: number): void {
    this.words[at * WORDS + OLDER] = slot
  }

  newer(at: number): number {
    return this.words[at * WORDS + NEWER] ?? 0
  }

  setNewer(at: number, slot: number): void {
    this.words[at * WORDS + NEWER] = slot
  }

  errorOnlyAtMs(at: number): number {
    return this.errorOnly?.[at] ?? 0
  }

  expireAtMs(at: number): number {
    return this.expire?.[at] ?? 0
  }

  setWindows(at: number, errorOnlyAtMs: number, expireAtMs: number): void {
    this.errorOnly ??= new Float64Array(this.slotCount)
    this.expire ??= new Float64Array(this.slotCount)
    this.errorOnly[at] = errorOnlyAtMs
    this.expire[at] = expireAtMs
  }

  storedAtMs(at: number): number {
    return this.stored?.[at] ?? 0
  }

  setStoredAtMs(at: number, storedAtMs: number): void {
    this.stored ??= new Float64Array(this.slotCount)
    this.stored[at] = storedAtMs
  }

  guard(at: number): EntryGuard | undefined {
    return this.guards?.[at]
  }

  setGuard(at: number, guard: EntryGuard | undefined): void {
    if (guard !== undefined) this.guards ??= new Array<EntryGuard | undefined>(this.slotCount).fill(undefined)
    if (this.guards !== undefined) this.guards[at] = guard
  }

  /** The same slots in a larger page. */
  grown(slotCount: number): SlotPage {
    const page = new SlotPage(slotCount)
    page.floats.set(this.floats)
    for (let at = 0; at < this.slotCount; at++) {
      page.keys[at] = this.keys[at] ?? ''
      page.values[at] = this.values[at]
      if (this.has(at, IS_GUARDED)) page.setGuard(at, this.guard(at))
      if (this.has(at, HAS_WINDOWS)) page.setWindows(at, this.errorOnlyAtMs(at), this.expireAtMs(at))
      if (this.has(at, IS_LONG)) page.setStoredAtMs(at, this.storedAtMs(at))
    }
    return page
  }
}

/**
 * What a hit reads and writes besides the value, and all that a rewrite must know of the entry before: two words of four
 * bytes per slot, side by side, so that most of them stay in the processor's own cache.
 *
 *   bits 0 .. 1    uses          how often the entry was used, as far as that is counted
 *        2         in the main queue
 *        3         a character of the key takes two bytes
 *        4         bare: neither tags nor rare facts (rare-facts.ts)
 *        5 .. 31   plainUntil    staleAtMs in units of 4,096 ms since the first write, rounded down; 0 where more must be
 *                                looked at (tags, guards, the last seconds of a life, more than 17 years) and in a free slot
 *   second word    sizeBytes     of the entry without its tags
 *
 * The list grows by doubling: for a million entries a copy of 8 MB. The numbers are literals because V8 looks a module's
 * constants up at each use (docs/decisions/0006-memory-engine.md).
 */

const UNIT_MS = 4_096
const LAST_UNIT = 2 ** 27 - 1
/** Of {@link HitWords.sinceMs}: nothing has been written yet. */
const NOT_YET = Number.POSITIVE_INFINITY

export class HitWords {
  private words: Uint32Array
  private sinceMs = NOT_YET

  constructor(slotCount: number) {
    this.words = new Uint32Array(slotCount * 2)
  }

  get slotCount(): number {
    return this.words.length / 2
  }

  /** Counts one use more. @returns what {@link isPlainAt} does */
  use(slot: number, nowMs: number): boolean {
    const word = this.words[slot << 1] ?? 0
    if ((word & 3) !== 3) this.words[slot << 1] = word + 1
    return word > 31 && nowMs < this.sinceMs + (word >>> 5) * 4_096
  }

  /** Whether the entry is fresh for certain, and nothing else needs to be looked at. */
  isPlainAt(slot: number, nowMs: number): boolean {
    const word = this.words[slot << 1] ?? 0
    return word > 31 && nowMs < this.sinceMs + (word >>> 5) * 4_096
  }

  /** Begins the words of a new entry: unused, not bare. */
  begin(slot: number, hasWideKey: boolean, sizeBytes: number): void {
    this.words[slot << 1] = hasWideKey ? 8 : 0
    this.words[(slot << 1) + 1] = sizeBytes
  }

  /** Counts one use of a bare entry of this size that is written anew and stays so. @returns whether it is one */
  rewriteBare(slot: number, sizeBytes: number, staleAtMs: number): boolean {
    const word = this.words[slot << 1] ?? 0
    if ((word & 16) === 0 || this.words[(slot << 1) + 1] !== sizeBytes) return false
    this.words[slot << 1] = (word & 28) | ((word & 3) === 3 ? 3 : (word & 3) + 1) | this.plainBits(staleAtMs)
    return true
  }

  /** @param plainUntilMs 0 where more must be looked at. */
  put(slot: number, isBare: boolean, storedAtMs: number, plainUntilMs: number): void {
    if (this.sinceMs === NOT_YET) this.sinceMs = storedAtMs
    const kept = (this.words[slot << 1] ?? 0) & 15
    this.words[slot << 1] = kept | (isBare ? 16 : 0) | this.plainBits(plainUntilMs)
  }

  hasWideKey(slot: number): boolean {
    return ((this.words[slot << 1] ?? 0) & 8) !== 0
  }

  isBare(slot: number): boolean {
    return ((this.words[slot << 1] ?? 0) & 16) !== 0
  }

  isInMain(slot: number): boolean {
    return ((this.words[slot << 1] ?? 0) & 4) !== 0
  }

  markMain(slot: number): void {
    this.words[slot << 1] = (this.words[slot << 1] ?? 0) | 4
  }

  noteUse(slot: number): void {
    const word = this.words[slot << 1] ?? 0
    if ((word & 3) !== 3) this.words[slot << 1] = word + 1
  }

  uses(slot: number): number {
    return (this.words[slot << 1] ?? 0) & 3
  }

  setUses(slot: number, uses: number): void {
    this.words[slot << 1] = ((this.words[slot << 1] ?? 0) & ~3) | uses
  }

  sizeBytes(slot: number): number {
    return this.words[(slot << 1) + 1] ?? 0
  }

  setSizeBytes(slot: number, sizeBytes: number): void {
    this.words[(slot << 1) + 1] = sizeBytes
  }

  forget(slot: number): void {
    this.words[slot << 1] = 0
  }

  /** All words are new and 0. */
  restart(slotCount: number): void {
    this.words = new Uint32Array(slotCount * 2)
    this.sinceMs = NOT_YET
  }

  lengthen(slotCount: number): void {
    const words = new Uint32Array(slotCount * 2)
    words.set(this.words)
    this.words = words
  }

  private plainBits(plainUntilMs: number): number {
    const units = (plainUntilMs - this.sinceMs) / UNIT_MS
    return units < 1 ? 0 : (units > LAST_UNIT ? LAST_UNIT : units) << 5
  }
}

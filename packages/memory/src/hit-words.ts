/**
 * What a hit reads and writes besides the value: one word of four bytes per slot, so that most of them stay in the
 * processor's own cache.
 *
 *   bits 0 .. 1    uses          how often the entry was used, as far as that is counted
 *        2 .. 31   plainUntil    staleAtMs in units of 4,096 ms, rounded down; 0 where more must be looked at (tags, guards,
 *                                the last seconds of a life) and in a free slot
 *
 * The list grows by doubling: for a million entries a copy of 4 MB. The numbers are literals because V8 looks a module's
 * constants up at each use (docs/decisions/0006-memory-engine.md).
 */

const PLAIN_UNIT_MS = 4_096
const LAST_PLAIN_UNIT = 2 ** 30 - 1

export class HitWords {
  private words: Uint32Array

  constructor(slotCount: number) {
    this.words = new Uint32Array(slotCount)
  }

  get slotCount(): number {
    return this.words.length
  }

  /** Until this instant the entry is fresh for certain, and nothing else needs to be looked at. */
  plainUntilMs(slot: number): number {
    return ((this.words[slot] ?? 0) >>> 2) * 4_096
  }

  setPlainUntilMs(slot: number, atMs: number): void {
    const units = Math.max(0, Math.min(Math.floor(atMs / PLAIN_UNIT_MS), LAST_PLAIN_UNIT))
    this.words[slot] = (units << 2) | this.uses(slot)
  }

  /** Counts one use more, as far as uses are counted. */
  noteUse(slot: number): void {
    const word = this.words[slot] ?? 0
    if ((word & 3) < 3) this.words[slot] = word + 1
  }

  uses(slot: number): number {
    return (this.words[slot] ?? 0) & 3
  }

  setUses(slot: number, uses: number): void {
    this.words[slot] = ((this.words[slot] ?? 0) & ~3) | uses
  }

  forget(slot: number): void {
    this.words[slot] = 0
  }

  /** All words are new and 0. */
  restart(slotCount: number): void {
    this.words = new Uint32Array(slotCount)
  }

  lengthen(slotCount: number): void {
    const words = new Uint32Array(slotCount)
    words.set(this.words)
    this.words = words
  }
}

/**
 * What a hit reads and writes besides the value: one word of four bytes per slot, so that most of them stay in the
 * processor's own cache. And where entries are weighed, their sizes in a list beside it.
 *
 *   bits 0 .. 1    uses          how often the entry was used, as far as that is counted
 *        2         in the main queue
 *        3         a character of the key takes two bytes
 *        4         bare: neither tags nor rare facts (rare-facts.ts)
 *        5 .. 31   plainUntil    staleAtMs in units of 4,096 ms since the first write, rounded down; 0 where more must be
 *                                looked at (tags, guards, the last seconds of a life, more than 17 years) and in a free slot
 *
 * Lists grow by doubling: for a million entries a copy of 4 MB each. The numbers are literals because V8 looks a module's
 * constants up at each use (docs/decisions/0006-memory-engine.md).
 */

import { MAX_CLOCK_SKEW_MS } from '@stowage/core'

const UNIT_MS = 4_096
const LAST_UNIT = 2 ** 27 - 1
const EVER = Number.NEGATIVE_INFINITY
/** Of {@link HitWords.sinceMs}: nothing has been written yet. */
const NOT_YET = Number.POSITIVE_INFINITY

export class HitWords {
  private words: Uint32Array
  private readonly areWeighed: boolean
  /** Of entries without their tags. Empty where nobody weighs them. */
  private sizes: Uint32Array
  private sinceMs = NOT_YET
  /** The same for those who ask; while words are not to be believed, before all time. */
  private believedSinceMs = NOT_YET
  private lastTrustedFromMs = EVER

  constructor(slotCount: number, areWeighed: boolean) {
    this.areWeighed = areWeighed
    this.words = new Uint32Array(slotCount)
    this.sizes = new Uint32Array(areWeighed ? slotCount : 0)
  }

  /**
   * From when on the instants of every entry held can be believed: the earliest `nowMs` at which none lies further in the future than
   * clocks may be apart. A clock that is set back behind what was written last may be behind any entry: then a hit is not decided here, but
   * by core's rule (freshness.ts) entry by entry. One comparison for all entries, because a hit that looked at its own entry's
   * `storedAtMs` would read one line of memory more.
   */
  get trustedFromMs(): number {
    return this.lastTrustedFromMs
  }

  get slotCount(): number {
    return this.words.length
  }

  /** Counts one use more. @returns what {@link isPlainAt} does */
  use(slot: number, nowMs: number): boolean {
    const word = this.words[slot] ?? 0
    if ((word & 3) !== 3) this.words[slot] = word + 1
    return word > 31 && nowMs >= this.lastTrustedFromMs && nowMs < this.believedSinceMs + (word >>> 5) * 4_096
  }

  /** Whether the entry is fresh for certain, and nothing else needs to be looked at. */
  isPlainAt(slot: number, nowMs: number): boolean {
    const word = this.words[slot] ?? 0
    return word > 31 && nowMs >= this.lastTrustedFromMs && nowMs < this.believedSinceMs + (word >>> 5) * 4_096
  }

  /** The first slot from here on, before `end`, that is not plain; `end` when all of them are. */
  firstDoubtful(slot: number, end: number, nowMs: number): number {
    const { words } = this
    const unit = Math.max(0, (nowMs - this.believedSinceMs) / UNIT_MS)
    let at = slot
    while (at < end && (words[at] ?? 0) >>> 5 > unit) at++
    return at
  }

  /** Of a new entry: unused, not bare. */
  start(slot: number, hasWideKey: boolean, sizeBytes: number): void {
    this.words[slot] = hasWideKey ? 8 : 0
    if (this.areWeighed) this.sizes[slot] = sizeBytes
  }

  /** Counts one use of a bare entry that is written anew and stays so. @returns whether it is one */
  rewriteBare(slot: number, storedAtMs: number, staleAtMs: number): boolean {
    const word = this.words[slot] ?? 0
    if ((word & 16) === 0) return false
    this.noteWrite(storedAtMs)
    this.words[slot] = (word & 28) | ((word & 3) === 3 ? 3 : (word & 3) + 1) | this.plainBits(staleAtMs)
    return true
  }

  /** @param plainUntilMs 0 where more must be looked at. */
  put(slot: number, isBare: boolean, storedAtMs: number, plainUntilMs: number): void {
    // What is written into an empty cache is later than all that words could be doubted for.
    if (this.sinceMs === NOT_YET) this.sinceMs = this.believedSinceMs = storedAtMs
    this.noteWrite(storedAtMs)
    const kept = (this.words[slot] ?? 0) & 15
    this.words[slot] = kept | (isBare ? 16 : 0) | this.plainBits(plainUntilMs)
  }

  hasWideKey(slot: number): boolean {
    return ((this.words[slot] ?? 0) & 8) !== 0
  }

  isBare(slot: number): boolean {
    return ((this.words[slot] ?? 0) & 16) !== 0
  }

  isInMain(slot: number): boolean {
    return ((this.words[slot] ?? 0) & 4) !== 0
  }

  markMain(slot: number): void {
    this.words[slot] = (this.words[slot] ?? 0) | 4
  }

  noteUse(slot: number): void {
    const word = this.words[slot] ?? 0
    if ((word & 3) !== 3) this.words[slot] = word + 1
  }

  /** As if the latest use had not been noted. */
  takeBackUse(slot: number): void {
    const word = this.words[slot] ?? 0
    if ((word & 3) !== 0) this.words[slot] = word - 1
  }

  uses(slot: number): number {
    return (this.words[slot] ?? 0) & 3
  }

  setUses(slot: number, uses: number): void {
    this.words[slot] = ((this.words[slot] ?? 0) & ~3) | uses
  }

  /** 0 where nobody weighs entries. */
  sizeBytes(slot: number): number {
    return this.areWeighed ? (this.sizes[slot] ?? 0) : 0
  }

  setSizeBytes(slot: number, sizeBytes: number): void {
    if (this.areWeighed) this.sizes[slot] = sizeBytes
  }

  forget(slot: number): void {
    this.words[slot] = 0
  }

  /** From now on nothing is plain, whatever the words say, until {@link believe}. */
  doubt(): void {
    this.believedSinceMs = EVER
  }

  believe(): void {
    this.believedSinceMs = this.sinceMs
  }

  /** All words are new and 0. */
  restart(slotCount: number): void {
    this.words = new Uint32Array(slotCount)
    this.sizes = new Uint32Array(this.areWeighed ? slotCount : 0)
    this.sinceMs = NOT_YET
    this.lastTrustedFromMs = EVER
  }

  lengthen(slotCount: number): void {
    this.words = lengthened(this.words, slotCount)
    if (this.areWeighed) this.sizes = lengthened(this.sizes, slotCount)
  }

  private noteWrite(storedAtMs: number): void {
    const fromMs = storedAtMs - MAX_CLOCK_SKEW_MS
    if (fromMs > this.lastTrustedFromMs) this.lastTrustedFromMs = fromMs
  }

  private plainBits(plainUntilMs: number): number {
    const units = (plainUntilMs - this.sinceMs) / UNIT_MS
    return units < 1 ? 0 : (units > LAST_UNIT ? LAST_UNIT : units) << 5
  }
}

function lengthened(list: Uint32Array, length: number): Uint32Array {
  const longer = new Uint32Array(length)
  longer.set(list)
  return longer
}

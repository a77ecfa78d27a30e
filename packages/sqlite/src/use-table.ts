/**
 * Noted uses, by the id of their entry: a hash table in three lists of numbers (open addressing, linear probing; Knuth, The Art of
 * Computer Programming, 6.4). A Map of objects cost each get a microsecond (2026-11): they outlive the young generation of the heap, and
 * are copied before they are forgotten.
 */

export interface Use {
  readonly rank: number
  readonly count: number
}

const FIRST_SLOTS = 256
/** At least: an entry is then found in two looks or three. */
const SLOTS_PER_USE = 2
/** 2^32 over the golden ratio: neighbouring ids come apart (Knuth, 6.4). */
const HASH_FACTOR = 0x9e3779b1

export class UseTable {
  #ids = new Float64Array(FIRST_SLOTS)
  #ranks = new Float64Array(FIRST_SLOTS)
  /** 0: nothing is there. */
  #counts = new Uint32Array(FIRST_SLOTS)
  /** Slots are a power of two. */
  #mask = FIRST_SLOTS - 1
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Notes one more use of an entry that has been noted before. @returns false: it has not been */
  again(id: number, rank: number): boolean {
    const slot = this.#slotOf(id)
    const count = this.#counts[slot] ?? 0
    if (count === 0) return false
    this.#ranks[slot] = rank
    this.#counts[slot] = count + 1
    return true
  }

  /** For an entry that is not there. */
  add(id: number, { rank, count }: Use): void {
    if ((this.#size + 1) * SLOTS_PER_USE > this.#counts.length) this.#grow()
    const slot = this.#slotOf(id)
    this.#ids[slot] = id
    this.#ranks[slot] = rank
    this.#counts[slot] = count
    this.#size++
  }

  take(id: number): Use | undefined {
    if (this.#size === 0) return undefined
    const slot = this.#slotOf(id)
    const count = this.#counts[slot] ?? 0
    if (count === 0) return undefined
    const use = { rank: this.#ranks[slot] ?? 0, count }
    this.#empty(slot)
    return use
  }

  /** Ids of up to `limit` of those noted. */
  some(limit: number): number[] {
    const ids: number[] = []
    for (let slot = 0; slot < this.#counts.length && ids.length < limit; slot++) {
      if (this.#counts[slot] !== 0) ids.push(this.#ids[slot] ?? 0)
    }
    return ids
  }

  /** Where the entry is, or would be. There is always an empty slot. */
  #slotOf(id: number): number {
    let slot = this.#homeOf(id)
    while (this.#counts[slot] !== 0 && this.#ids[slot] !== id) slot = (slot + 1) & this.#mask
    return slot
  }

  #homeOf(id: number): number {
    // The upper bits of the product are the mixed ones.
    return (Math.imul(id, HASH_FACTOR) >>> 15) & this.#mask
  }

  /** Whoever had to go on past the slot to find a place moves up, so that none is behind an empty one. */
  #empty(slot: number): void {
    let hole = slot
    for (let at = (slot + 1) & this.#mask; this.#counts[at] !== 0; at = (at + 1) & this.#mask) {
      const home = this.#homeOf(this.#ids[at] ?? 0)
      const isBeyond = ((at - home) & this.#mask) < ((at - hole) & this.#mask)
      if (isBeyond) continue
      this.#move(at, hole)
      hole = at
    }
    this.#counts[hole] = 0
    this.#size--
  }

  #move(from: number, to: number): void {
    this.#ids[to] = this.#ids[from] ?? 0
    this.#ranks[to] = this.#ranks[from] ?? 0
    this.#counts[to] = this.#counts[from] ?? 0
  }

  #grow(): void {
    const [ids, ranks, counts] = [this.#ids, this.#ranks, this.#counts]
    const slots = counts.length * 2
    this.#ids = new Float64Array(slots)
    this.#ranks = new Float64Array(slots)
    this.#counts = new Uint32Array(slots)
    this.#mask = slots - 1
    this.#size = 0
    for (let at = 0; at < counts.length; at++) {
      const count = counts[at] ?? 0
      if (count > 0) this.add(ids[at] ?? 0, { rank: ranks[at] ?? 0, count })
    }
  }
}

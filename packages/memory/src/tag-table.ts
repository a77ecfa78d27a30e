/**
 * Tag versions in memory.
 *
 * One counter, the epoch, moves with every invalidation; a tag's version is the epoch of its last one. An entry holds
 * the tag records themselves and the epoch as of which its value was true: it is valid while no record is younger, one
 * comparison per tag and no lookup. Invalidating is one increment per tag, however many entries carry it.
 *
 * Records are counted by the entries that hold them. One without holders still matters to the loads going on, which may
 * yet write its tag: it stays until no load is left, or until there are MAX_UNHELD of them. A dropped version is
 * remembered as the floor: a load that began before it may not write a tag without a record, since nobody can tell any
 * more whether that tag was invalidated meanwhile. So the table never outgrows the entries by more than MAX_UNHELD, and
 * a lost marker never means "valid".
 */

/** Records without holders that are kept for the loads going on. */
const MAX_UNHELD = 10_000

export interface TagRecord {
  readonly tag: string
  version: number
  holderCount: number
}

export class TagTable {
  #records = new Map<string, TagRecord>()
  #unheld = new Set<TagRecord>()
  #epoch = 0
  #floor = 0

  /** Moves with every invalidation. */
  get epoch(): number {
    return this.#epoch
  }

  /** Tags with a record. */
  get size(): number {
    return this.#records.size
  }

  invalidate(tags: readonly string[]): void {
    this.#epoch++
    for (const tag of tags) {
      const record = this.#records.get(tag) ?? { tag, version: 0, holderCount: 0 }
      record.version = this.#epoch
      if (record.holderCount === 0) this.#keepUnheld(record)
    }
  }

  /** Whether a value true as of `epoch` may be written under these tags. */
  mayWrite(tags: readonly string[], epoch: number): boolean {
    return tags.every((tag) => (this.#records.get(tag)?.version ?? this.#floor) <= epoch)
  }

  /** The records of an entry's tags, held until {@link drop}. */
  hold(tags: readonly string[]): readonly TagRecord[] {
    return tags.map((tag) => {
      // A record made anew must not forget what the floor remembers of the ones that were dropped.
      const record = this.#records.get(tag) ?? { tag, version: this.#floor, holderCount: 0 }
      record.holderCount++
      this.#records.set(tag, record)
      this.#unheld.delete(record)
      return record
    })
  }

  drop(records: readonly TagRecord[]): void {
    for (const record of records) if (--record.holderCount === 0) this.#keepUnheld(record)
  }

  /** Call when no lease is left: nobody can write what began before now. */
  forgetUnheld(): void {
    if (this.#unheld.size === 0) return
    for (const record of this.#unheld) this.#records.delete(record.tag)
    this.#unheld.clear()
    this.#floor = this.#epoch
  }

  /** Forgets every record at once: no entry holds one any more, and no lease from before now may write. */
  dropAll(): void {
    this.#records = new Map()
    this.#unheld = new Set()
    this.#floor = this.#epoch
  }

  #keepUnheld(record: TagRecord): void {
    this.#records.set(record.tag, record)
    this.#unheld.add(record)
    if (this.#unheld.size > MAX_UNHELD) this.forgetUnheld()
  }
}

/** Whether nothing the entry carries has been invalidated since its value was true. */
export function isValid(records: readonly TagRecord[], epoch: number): boolean {
  for (const record of records) if (record.version > epoch) return false
  return true
}

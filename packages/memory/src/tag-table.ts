/**
 * Tag versions in memory.
 *
 * One counter gives every write and every invalidation its place in one order; a tag's version is the place of its last
 * invalidation. An entry is valid while none of its tags has a version later than its own place: invalidating is one
 * number per tag, however many entries carry it, and an eviction has nothing to unlink.
 *
 * Entries with the same tags share one tag set (tag-sets.ts), and sets hold the tag records. A record without holders
 * still matters to the loads going on, which may yet write its tag: it stays until no load is left, or until there are
 * MAX_UNHELD of them. A dropped version is remembered as the floor: a load that began before it may not write a tag
 * without a record, since nobody can tell any more whether that tag was invalidated meanwhile. So the table never outgrows
 * the entries by more than MAX_UNHELD, and a lost marker never means "valid".
 */

import { ownText } from '@stowage/core'
import { stringBytes } from './size-of.ts'

/** Records without holders that are kept for the loads going on. */
const MAX_UNHELD = 10_000
/** Bytes of a record besides its text: the object, its place in the table. */
const RECORD_BYTES = 100

export interface TagRecord {
  readonly tag: string
  version: number
  /** Tag sets that name it. */
  holderCount: number
  /** The latest set in which it is the last tag (tag-sets.ts). */
  latestSet: TagSet | undefined
}

/** Tags that entries carry together. */
export interface TagSet {
  readonly number: number
  readonly tags: readonly string[]
  readonly records: readonly TagRecord[]
  /** Of the set and its records, as if no other set shared them. */
  readonly sizeBytes: number
  entryCount: number
  /** The latest version among the tags, as of the invalidation `newestAsOf`. */
  newestVersion: number
  newestAsOf: number
}

/** The loads going on. */
interface Loads {
  readonly isEmpty: boolean
}

export class TagTable {
  private records = new Map<string, TagRecord>()
  private unheld = new Set<TagRecord>()
  private place = 0
  private floor = 0
  private latest = 0
  private bytes = 0
  private readonly leases: Loads

  constructor(leases: Loads) {
    this.leases = leases
  }

  /** The place of the latest write or invalidation. */
  get sequence(): number {
    return this.place
  }

  /** The place of the latest invalidation of tags: what was written after it is valid, whatever its tags. */
  get latestVersion(): number {
    return this.latest
  }

  /** Tags with a record. */
  get size(): number {
    return this.records.size
  }

  /** Bytes of the records that tag sets hold. */
  get heldBytes(): number {
    return this.bytes
  }

  /** The place of what happens now. */
  nextSequence(): number {
    return ++this.place
  }

  invalidate(tags: readonly string[]): void {
    const version = this.nextSequence()
    this.latest = version
    for (const tag of tags) {
      const record = this.records.get(tag) ?? recordOf(tag, 0)
      record.version = version
      if (record.holderCount === 0) this.keepUnheld(record)
    }
  }

  /** Whether a value true as of the place `sequence` may be written under these tags. */
  mayWrite(tags: readonly string[], sequence: number): boolean {
    return tags.every((tag) => (this.records.get(tag)?.version ?? this.floor) <= sequence)
  }

  find(tag: string): TagRecord | undefined {
    return this.records.get(tag)
  }

  /** The records of these tags, held until {@link drop}. */
  hold(tags: readonly string[]): readonly TagRecord[] {
    return tags.map((tag) => {
      // A record made anew must not forget what the floor remembers of the ones that were dropped.
      const record = this.records.get(tag) ?? recordOf(tag, this.floor)
      if (record.holderCount++ === 0) this.bytes += recordBytes(tag)
      this.records.set(record.tag, record)
      this.unheld.delete(record)
      return record
    })
  }

  drop(records: readonly TagRecord[]): void {
    for (const record of records) {
      if (--record.holderCount > 0) continue
      this.bytes -= recordBytes(record.tag)
      this.keepUnheld(record)
    }
  }

  /** Call when no lease is left: nobody can write what began before now. */
  forgetUnheld(): void {
    if (this.unheld.size === 0) return
    for (const record of this.unheld) this.records.delete(record.tag)
    this.unheld.clear()
    this.floor = this.place
  }

  /** Forgets every record at once: no entry holds one any more, and no lease from before now may write. */
  dropAll(): void {
    this.records = new Map()
    this.unheld = new Set()
    this.bytes = 0
    this.floor = this.place
  }

  private keepUnheld(record: TagRecord): void {
    this.records.set(record.tag, record)
    this.unheld.add(record)
    if (this.leases.isEmpty || this.unheld.size > MAX_UNHELD) this.forgetUnheld()
  }
}

function recordOf(tag: string, version: number): TagRecord {
  return { tag: ownText(tag), version, holderCount: 0, latestSet: undefined }
}

export function recordBytes(tag: string): number {
  return RECORD_BYTES + stringBytes(tag)
}

/**
 * The sets of tags that entries carry, each by number: an entry keeps four bytes, whatever it is tagged with.
 *
 * A set is looked for at the record of its last tag, where the latest set that ends with that tag is noted: tags that
 * come together mostly come in one order. One that is not found there is made again, which costs room and is not wrong.
 */
import { recordBytes, type TagSet, type TagTable } from './tag-table.ts'

/** The number of "no tags". */
export const NO_TAGS = 0

/** Bytes of a set, and for each of its tags, besides the records. */
const SET_BYTES = 130
const MEMBER_BYTES = 16

/** The table is kept in pieces: a list in one piece would hold the loop whenever it is moved to a larger one. */
const PIECE_SHIFT = 12
const PIECE_MASK = 2 ** PIECE_SHIFT - 1

export class TagSets {
  private readonly table: TagTable
  private readonly pieces: (TagSet | undefined)[][] = [[undefined]]
  private readonly free: number[] = []
  private top = NO_TAGS + 1
  private setBytes = 0

  constructor(table: TagTable) {
    this.table = table
  }

  /** The number of the set of these tags, held for one more entry. */
  hold(tags: readonly string[]): number {
    const lastTag = tags.at(-1)
    if (lastTag === undefined) return NO_TAGS
    const latest = this.table.find(lastTag)?.latestSet
    const set = latest !== undefined && areSame(latest.tags, tags) ? latest : this.add(tags)
    set.entryCount++
    return set.number
  }

  /** What all sets and records take: what entries share counts once. */
  get heldBytes(): number {
    return this.setBytes + this.table.heldBytes
  }

  /** What a set and its records take, shared or not. */
  bytesOf(number: number): number {
    return this.find(number)?.sizeBytes ?? 0
  }

  /** One entry holds the set no more. */
  drop(number: number): void {
    const set = this.find(number)
    if (set === undefined || --set.entryCount > 0) return
    for (const record of set.records) if (record.latestSet === set) record.latestSet = undefined
    this.table.drop(set.records)
    this.setBytes -= ownBytes(set.tags)
    this.put(number, undefined)
    this.free.push(number)
  }

  tagsOf(number: number): readonly string[] {
    return this.find(number)?.tags ?? []
  }

  /** Whether none of the tags has been invalidated since the place `sequence`. */
  isValid(number: number, sequence: number): boolean {
    const { latestVersion } = this.table
    if (latestVersion < sequence) return true
    const set = this.find(number)
    if (set === undefined) return true
    if (set.newestAsOf !== latestVersion) {
      set.newestAsOf = latestVersion
      for (const { version } of set.records) if (version > set.newestVersion) set.newestVersion = version
    }
    return set.newestVersion < sequence
  }

  clear(): void {
    this.pieces.length = 1
    this.pieces[0] = [undefined]
    this.free.length = 0
    this.setBytes = 0
    this.top = NO_TAGS + 1
  }

  private add(tags: readonly string[]): TagSet {
    const number = this.free.pop() ?? this.top++
    const records = this.table.hold(tags)
    const own = records.map(({ tag }) => tag)
    const sizeBytes = own.reduce((sum, tag) => sum + recordBytes(tag), ownBytes(own))
    const set: TagSet = { number, tags: own, records, sizeBytes, entryCount: 0, newestVersion: 0, newestAsOf: -1 }
    this.setBytes += ownBytes(own)
    const last = records.at(-1)
    if (last !== undefined) last.latestSet = set
    this.put(number, set)
    return set
  }

  private find(number: number): TagSet | undefined {
    return this.pieces[number >>> PIECE_SHIFT]?.[number & PIECE_MASK]
  }

  private put(number: number, set: TagSet | undefined): void {
    const nth = number >>> PIECE_SHIFT
    const piece = this.pieces[nth] ?? []
    this.pieces[nth] = piece
    piece[number & PIECE_MASK] = set
  }
}

function areSame(tags: readonly string[], others: readonly string[]): boolean {
  return tags === others || (tags.length === others.length && tags.every((tag, at) => tag === others[at]))
}

function ownBytes(tags: readonly string[]): number {
  return SET_BYTES + tags.length * MEMBER_BYTES
}

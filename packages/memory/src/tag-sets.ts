/**
 * The sets of tags that entries carry, each by number: an entry keeps four bytes, whatever it is tagged with.
 *
 * A set is looked for at the record of its last tag, where the latest set that ends with that tag is noted: tags that
 * come together mostly come in one order. One that is not found there is made again, which costs room and is not wrong.
 */
import type { TagSet, TagTable } from './tag-table.ts'

/** The number of "no tags". */
export const NO_TAGS = 0

/** The table is kept in pieces: a list in one piece would hold the loop whenever it is moved to a larger one. */
const PIECE_SHIFT = 12
const PIECE_MASK = 2 ** PIECE_SHIFT - 1

export class TagSets {
  readonly #table: TagTable
  readonly #pieces: (TagSet | undefined)[][] = [[undefined]]
  readonly #free: number[] = []
  #top = NO_TAGS + 1

  constructor(table: TagTable) {
    this.#table = table
  }

  /** The number of the set of these tags, held for one more entry. */
  hold(tags: readonly string[]): number {
    const lastTag = tags.at(-1)
    if (lastTag === undefined) return NO_TAGS
    const latest = this.#table.find(lastTag)?.latestSet
    const set = latest !== undefined && areSame(latest.tags, tags) ? latest : this.#add(tags)
    set.entryCount++
    return set.number
  }

  /** One entry holds the set no more. */
  drop(number: number): void {
    const set = this.#find(number)
    if (set === undefined || --set.entryCount > 0) return
    for (const record of set.records) if (record.latestSet === set) record.latestSet = undefined
    this.#table.drop(set.records)
    this.#put(number, undefined)
    this.#free.push(number)
  }

  tagsOf(number: number): readonly string[] {
    return this.#find(number)?.tags ?? []
  }

  /** Whether none of the tags has been invalidated since the place `sequence`. */
  isValid(number: number, sequence: number): boolean {
    const set = this.#find(number)
    if (set === undefined) return true
    const { invalidationCount } = this.#table
    if (set.newestAsOf !== invalidationCount) {
      set.newestAsOf = invalidationCount
      for (const { version } of set.records) if (version > set.newestVersion) set.newestVersion = version
    }
    return set.newestVersion < sequence
  }

  clear(): void {
    this.#pieces.length = 1
    this.#pieces[0] = [undefined]
    this.#free.length = 0
    this.#top = NO_TAGS + 1
  }

  #add(tags: readonly string[]): TagSet {
    const number = this.#free.pop() ?? this.#top++
    const records = this.#table.hold(tags)
    const own = records.map(({ tag }) => tag)
    const set: TagSet = { number, tags: own, records, entryCount: 0, newestVersion: 0, newestAsOf: -1 }
    const last = records.at(-1)
    if (last !== undefined) last.latestSet = set
    this.#put(number, set)
    return set
  }

  #find(number: number): TagSet | undefined {
    return this.#pieces[number >>> PIECE_SHIFT]?.[number & PIECE_MASK]
  }

  #put(number: number, set: TagSet | undefined): void {
    const nth = number >>> PIECE_SHIFT
    const piece = this.#pieces[nth] ?? []
    this.#pieces[nth] = piece
    piece[number & PIECE_MASK] = set
  }
}

function areSame(tags: readonly string[], others: readonly string[]): boolean {
  return tags === others || (tags.length === others.length && tags.every((tag, at) => tag === others[at]))
}

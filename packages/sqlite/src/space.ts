/**
 * What the store takes of the disk: the pages of the database that are in use, and value files. Pages are looked up with each
 * write, or once in a millisecond where more is left than all processes can write in that time.
 *
 * Free pages are used again by rows. Where value files need their room, or the limit has been lowered, they are given back
 * (`auto_vacuum = INCREMENTAL`, settled when the file is begun): pages from the end of the file move into the free ones.
 * The file itself becomes shorter with the next checkpoint that comes to the end of the log.
 */
import { statSync } from 'node:fs'
import type { Database, Statement } from './database.ts'
import type { Turn } from './turn.ts'

export const PAGE_BYTES = 4_096
/** A row, and what its indexes may need. */
const ROW_PAGES = 2
/** How long a look holds where so much is left beyond it. */
const LOOK_PAUSE_MS = 1
const AMPLE_BYTES = 8_388_608

interface Seen {
  readonly pageCount: number
  readonly freeCount: number
}

export class Space {
  readonly #database: Database
  readonly #path: string
  readonly #roomBytes: number
  readonly #pageCount: Statement<[], { readonly page_count: number }>
  readonly #freeCount: Statement<[], { readonly freelist_count: number }>
  #usedBytes = Number.POSITIVE_INFINITY
  #nextLookAt = 0

  constructor(database: Database, path: string, roomBytes: number) {
    this.#database = database
    this.#path = path
    this.#roomBytes = roomBytes
    this.#pageCount = database.prepare('PRAGMA page_count')
    this.#freeCount = database.prepare('PRAGMA freelist_count')
  }

  /** Whether there is room for so much more. */
  fits({ ledger }: Turn, needBytes: number): boolean {
    const leftBytes = this.#roomBytes - ledger.fileBytes - needBytes
    const now = performance.now()
    if (now < this.#nextLookAt && this.#usedBytes + AMPLE_BYTES <= leftBytes) return true
    const { pageCount, freeCount } = this.#look()
    this.#usedBytes = (pageCount - freeCount) * PAGE_BYTES
    this.#nextLookAt = now + LOOK_PAUSE_MS
    return this.#usedBytes <= leftBytes
  }

  /** Makes the file shorter by so many pages at most, if it is too long. @returns whether it still is, and can be made shorter. */
  giveBack({ ledger }: Turn, limitCount: number): boolean {
    const before = this.#look()
    const most = Math.floor((this.#roomBytes - ledger.fileBytes) / PAGE_BYTES)
    const excessCount = Math.min(before.pageCount - most, before.freeCount)
    if (excessCount <= 0) return false
    this.#database.pragma(`incremental_vacuum(${Math.min(excessCount, limitCount)})`)
    const givenBackCount = before.pageCount - this.#look().pageCount
    return givenBackCount > 0 && givenBackCount < excessCount
  }

  /** Whether the file, as long as it is on the disk, leaves no room for so much more beside it. */
  isTooLong({ ledger }: Turn, needBytes: number): boolean {
    const pageCount = Math.max(this.#look().pageCount, this.#fileCount())
    return pageCount * PAGE_BYTES + ledger.fileBytes + needBytes > this.#roomBytes
  }

  /** Whether it is too long only since the log has not been written back, by so many pages or more. */
  isBehind(turn: Turn, leastCount: number): boolean {
    return this.#fileCount() - this.#look().pageCount >= leastCount && this.isTooLong(turn, 0)
  }

  #fileCount(): number {
    return Math.ceil((statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0) / PAGE_BYTES)
  }

  #look(): Seen {
    const pageCount = this.#pageCount.get()?.page_count ?? 0
    const freeCount = this.#freeCount.get()?.freelist_count ?? 0
    return { pageCount, freeCount }
  }
}

/** What a row that is counted as so much may take. */
export function rowBytes(countedBytes: number): number {
  return (Math.ceil(Math.max(0, countedBytes) / PAGE_BYTES) + ROW_PAGES) * PAGE_BYTES
}

/**
 * The open file of the journal, as lines: whether it is still the one at its path, those that have come, and those that are added.
 * What they say is not known here (journal.ts).
 */
import { type BigIntStats, closeSync, constants, fstatSync, ftruncateSync, readSync, writeFileSync } from 'node:fs'
import { openBookkeeping } from './bookkeeping-file.ts'
import { isSameFile, statExactly } from './file-identity.ts'

const { O_APPEND, O_RDWR } = constants
const CHUNK_BYTES = 65_536
const LINE_END = 0x0a

/** What is at the path, beside what has been read: the same, more of it, less than that, or another file or none. */
type Sight = 'same' | 'longer' | 'shorter' | 'other'

export class JournalFile {
  readonly #path: string
  #descriptor: number | undefined
  /** The open file as it was when it was opened. */
  #opened: BigIntStats | undefined
  #isLinked = false
  #followedTo = 0

  constructor(path: string) {
    this.#path = path
  }

  /** It has another name, in a folder that has its own lock. */
  get isLinked(): boolean {
    return this.#isLinked
  }

  /** Up to where it has been read or written: the end of a line. */
  get followedTo(): number {
    return this.#followedTo
  }

  /** One system call. */
  look(): Sight {
    const found = statExactly(this.#path)
    this.#isLinked = found !== undefined && found.nlink > 1n
    if (found === undefined || !isSameFile(found, this.#opened)) return 'other'
    const size = Number(found.size)
    if (size === this.#followedTo) return 'same'
    return size < this.#followedTo ? 'shorter' : 'longer'
  }

  /** Whatever is at the path is open from here on, and nothing of it read. */
  reopen(): void {
    this.close()
    const found = openBookkeeping(this.#path, O_RDWR | O_APPEND)
    if (typeof found !== 'number') return
    this.#descriptor = found
    this.#opened = fstatSync(found, { bigint: true })
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
    this.#opened = undefined
    this.#followedTo = 0
  }

  /**
   * Hands over the lines that have come, as many at a time as are read in one go.
   * @param take whether they are lines; if not, none of them counts as read
   * @returns whether all were
   */
  read(take: (lines: readonly string[]) => boolean): boolean {
    // Of a line that is not whole yet: one may be as long as all that there is to know.
    let parts: Buffer[] = []
    let ahead = 0
    for (let chunk = this.#chunk(0); chunk.length > 0; chunk = this.#chunk(ahead)) {
      const end = chunk.lastIndexOf(LINE_END) + 1
      if (end > 0) {
        const lines = Buffer.concat([...parts, chunk.subarray(0, end)])
        if (!take(lines.toString('utf8', 0, lines.length - 1).split('\n'))) return false
        this.#followedTo += lines.length
        parts = []
        ahead = 0
      }
      parts.push(chunk.subarray(end))
      ahead += chunk.length - end
    }
    return true
  }

  /** Takes out what a crash cut short. */
  takeOutRest(): void {
    if (this.#descriptor === undefined) return
    if (fstatSync(this.#descriptor).size > this.#followedTo) ftruncateSync(this.#descriptor, this.#followedTo)
  }

  /** Adds all of a line, or nothing. */
  add(line: string): void {
    if (this.#descriptor === undefined) throw new Error('the journal is not open')
    const bytes = Buffer.from(line)
    try {
      writeFileSync(this.#descriptor, bytes)
    } catch (thrown) {
      ftruncateSync(this.#descriptor, this.#followedTo)
      throw thrown
    }
    this.#followedTo += bytes.length
  }

  #chunk(ahead: number): Buffer {
    if (this.#descriptor === undefined) return Buffer.alloc(0)
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
    return chunk.subarray(0, readSync(this.#descriptor, chunk, 0, CHUNK_BYTES, this.#followedTo + ahead))
  }
}

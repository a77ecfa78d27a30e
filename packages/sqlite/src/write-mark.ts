/**
 * What tells one write of a key from every other. Its number alone does not: what two processes write within one millisecond may have
 * the same one (write-numbers.ts), and a process that puts an entry where another has just deleted one cannot know which number that had.
 * With core's checksum of the entry, writes of one mark are writes of the same, with the same tags and guards.
 */
import { sealed } from './seal.ts'

type Marked = Parameters<typeof sealed>[1] & { readonly checksum: number }

/** Every get makes one and hardly anybody compares it: no text is made of it until then. */
export class WriteMark {
  readonly #written: number
  readonly #checksum: number

  /** @param checksum core's, of the entry */
  constructor(written: number, checksum: number) {
    this.#written = written
    this.#checksum = checksum
  }

  /** Whether the row is of this write. Compared as texts: of a damaged row, neither need be a number. */
  isOf(row: Marked): boolean {
    return `${this.#written} ${this.#checksum}` === `${row.written} ${sealed(row.checksum, row)}`
  }
}

/** Whether the row is of the write that the mark, as it was handed out, is of. */
export function isMarked(identity: unknown, row: Marked): boolean {
  return identity instanceof WriteMark && identity.isOf(row)
}

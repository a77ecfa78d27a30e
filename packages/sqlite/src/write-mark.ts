/**
 * What tells one write of a key from every other. Its number alone does not: what two processes write within one millisecond may have
 * the same one (write-numbers.ts), and a process that puts an entry where another has just deleted one cannot know which number that had.
 * With core's checksum of the entry, writes of one mark are writes of the same, with the same tags and guards.
 */
import { sealed } from './seal.ts'

type Marked = Parameters<typeof sealed>[1] & { readonly checksum: number }

export function writeMarkOf(row: Marked): string {
  return `${row.written} ${sealed(row.checksum, row)}`
}

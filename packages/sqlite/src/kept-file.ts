/**
 * The file that is open at a path, and what others may have done to it by its name meanwhile.
 *
 * SQLite holds the log of a file, and the index of that log, by their descriptors, for as long as anybody has the file open. Where
 * they are deleted or replaced, those who come later have others: they cannot read what is in the log, or write to the same
 * file as if nobody else did, and what either deletes the other goes on to serve.
 */
import { type FileIdentity, identityOf, isSame } from './file-identity.ts'

/** What SQLite keeps beside a file that is in use. */
export const LOG_PARTS = ['-wal', '-shm'] as const

export class KeptFile {
  readonly identity: FileIdentity | undefined
  readonly #path: string
  readonly #log: readonly (FileIdentity | undefined)[]

  /**
   * Call when the file has just been opened.
   * @param identity of the file at the path just before: should the path have come to lead to another since, the next look shows it
   */
  constructor(path: string, identity: FileIdentity | undefined) {
    this.#path = path
    this.identity = identity
    this.#log = LOG_PARTS.map((part) => identityOf(path + part))
  }

  /** Whether the path leads to another file now, or to none. */
  get hasMoved(): boolean {
    return this.#isAnother('', this.identity)
  }

  /** Whether the log in use, or its index, is not the one beside the file any more. */
  get hasLostItsLog(): boolean {
    return LOG_PARTS.some((part, at) => this.#isAnother(part, this.#log[at]))
  }

  /** Where the path cannot be looked at (a folder that may not be entered any more), the file that is open is still the one known. */
  #isAnother(part: string, known: FileIdentity | undefined): boolean {
    try {
      return !isSame(known, identityOf(this.#path + part))
    } catch {
      return false
    }
  }
}

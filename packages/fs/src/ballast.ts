/**
 * A file of no use that is given up when the disk is full. Without it a full disk could not even be cleared: taking the lock needs a
 * name, which some filesystems count as a file, and noting an invalidation needs a few bytes.
 */
import { lstatSync, unlinkSync } from 'node:fs'
import { clearForFile } from './bookkeeping-file.ts'
import { codeOf, isNoSpace } from './file-error.ts'
import { writeWhole } from './whole-file.ts'

const BALLAST_BYTES = 16_384
/** After an attempt in vain: each takes several system calls, and makes entries leave. */
const RETRY_MS = 1_000

export class Ballast {
  readonly #path: string
  #isGone = false
  #retryAtMs = Number.NEGATIVE_INFINITY

  constructor(path: string) {
    this.#path = path
  }

  /** Whether it was given up, and it is time to put it there again. */
  get isDue(): boolean {
    return this.#isGone && performance.now() >= this.#retryAtMs
  }

  /** @returns whether that made any room. */
  giveUp(): boolean {
    this.#isGone = true
    if (!this.#isThere) return false
    try {
      unlinkSync(this.#path)
      this.#retryAtMs = Number.NEGATIVE_INFINITY
      return true
    } catch (thrown) {
      if (codeOf(thrown) === 'ENOENT') return false
      throw thrown
    }
  }

  /** Does it; on a full disk once more, with the ballast given up for it. */
  spentFor<T>(run: () => T): T {
    try {
      return run()
    } catch (thrown) {
      if (!isNoSpace(thrown) || !this.giveUp()) throw thrown
      return run()
    }
  }

  /** Puts it there again. @returns false on a disk that is still full: it stays missing for a while */
  restore(): boolean {
    try {
      this.#ensure()
      this.#isGone = false
      return true
    } catch (thrown) {
      if (!isNoSpace(thrown)) throw thrown
      this.#retryAtMs = performance.now() + RETRY_MS
      return false
    }
  }

  #ensure(): void {
    if (this.#isThere) return
    clearForFile(this.#path)
    writeWhole(this.#path, Buffer.alloc(BALLAST_BYTES, 1))
  }

  get #isThere(): boolean {
    return lstatSync(this.#path, { throwIfNoEntry: false })?.isFile() === true
  }
}

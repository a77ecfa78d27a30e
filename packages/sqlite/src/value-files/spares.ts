/**
 * Files of values that were replaced, for a moment before they are deleted: the next value may be written over one of them. A megabyte takes
 * 0.6 ms into a new file and 0.1 ms over an old one, whose pages and blocks are there (2026-11).
 */
import { type CancelTimer, systemClock } from '@stowage/core'

/** Sets that follow one another find the file that the one before has replaced. */
const HOLD_MS = 20
/** As many values as are written at once (write-buffers.ts). */
const MAX_COUNT = 4
const MAX_BYTES = 4_194_304
/** They are on the disk beside what is counted. */
const DISK_SHARE = 1 / 64
/** Of a file that is too long the rest is cut off, and one that is too short has to grow: both take time. */
const LEAST_FIT = 1 / 2

/** What is to be done when one is a spare no more: `used`, it has another name. */
type Release = (id: number, end: 'used' | 'unused') => void

export class Spares {
  #maxBytes: number
  readonly #release: Release
  /** Their bytes, by their ids. Oldest first: whoever still reads one has had the longest time. */
  readonly #spares = new Map<number, number>()
  #bytes = 0
  #cancelRelease: CancelTimer | undefined

  /** @param maxBytes that the cache may take of the disk */
  constructor(maxBytes: number, release: Release) {
    this.#maxBytes = Math.min(MAX_BYTES, maxBytes * DISK_SHARE)
    this.#release = release
  }

  /** @returns false: there are enough */
  keep(id: number, sizeBytes: number): boolean {
    if (this.#spares.size === MAX_COUNT || this.#bytes + sizeBytes > this.#maxBytes) return false
    this.#spares.set(id, sizeBytes)
    this.#bytes += sizeBytes
    this.#cancelRelease ??= systemClock.schedule(HOLD_MS, () => this.releaseAll())
    return true
  }

  has(id: number): boolean {
    return this.#spares.has(id)
  }

  /** Gives one of about that size to `use`, which gives it another name or, without a result, leaves it. @returns undefined: there is none */
  offer<T>(sizeBytes: number, use: (id: number) => T | undefined): T | undefined {
    for (const [id, spareBytes] of this.#spares) {
      if (Math.min(sizeBytes, spareBytes) < Math.max(sizeBytes, spareBytes) * LEAST_FIT) continue
      const used = use(id)
      this.#giveUp(id, spareBytes, used === undefined ? 'unused' : 'used')
      return used
    }
    return undefined
  }

  releaseAll(): void {
    for (const [id, sizeBytes] of this.#spares) this.#giveUp(id, sizeBytes, 'unused')
    this.#cancelRelease?.()
    this.#cancelRelease = undefined
  }

  /** Keeps none any more. */
  end(): void {
    this.#maxBytes = 0
    this.releaseAll()
  }

  #giveUp(id: number, sizeBytes: number, end: 'used' | 'unused'): void {
    this.#spares.delete(id)
    this.#bytes -= sizeBytes
    this.#release(id, end)
  }
}

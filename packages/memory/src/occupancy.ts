/** What a cache holds and may hold, in entries and in bytes. */
import type { Usage } from '@stowage/core'

export class Occupancy {
  entryCount = 0
  /** Of keys, values and slots. */
  entryBytes = 0
  /** Of what entries share: tags. */
  sharedBytes = 0
  readonly maxEntries: number | undefined
  readonly maxBytes: number | undefined
  /** As many as there will ever be. */
  readonly mostEntries: number
  private readonly mostBytes: number

  constructor(maxEntries: number | undefined, maxBytes: number | undefined) {
    this.maxEntries = maxEntries
    this.maxBytes = maxBytes
    this.mostEntries = maxEntries ?? MAX_ENTRIES
    this.mostBytes = maxBytes ?? Number.POSITIVE_INFINITY
  }

  get sizeBytes(): number {
    return this.entryBytes + this.sharedBytes
  }

  /** Whether the eviction policy weighs entries by their bytes; otherwise each weighs 1. */
  get isByBytes(): boolean {
    return this.maxBytes !== undefined
  }

  /** What all entries together may weigh. */
  get mostWeight(): number {
    return this.isByBytes ? this.mostBytes : this.mostEntries
  }

  /** Whether this many more entries and bytes would be too much. */
  wouldOverflow(entryCount: number, sizeBytes: number): boolean {
    return this.entryCount + entryCount > this.mostEntries || this.sizeBytes + sizeBytes > this.mostBytes
  }

  /** Whether the next entries will find room without an eviction, as far as one can tell. */
  get hasRoom(): boolean {
    return this.entryCount < this.mostEntries && this.sizeBytes < this.mostBytes * NEARLY_FULL
  }

  usage(): Usage {
    const { entryCount, sizeBytes, maxEntries, maxBytes } = this
    return { entryCount, sizeBytes, maxEntries, maxBytes }
  }
}

/** As many keys as a Map can hold. */
export const MAX_ENTRIES: number = 2 ** 24 - 1

/** Entries differ in size: the last bytes are never used up exactly. */
const NEARLY_FULL = 0.98

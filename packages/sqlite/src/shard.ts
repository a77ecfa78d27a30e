/** What one file of a cache is: one of so many. */

export interface Shard {
  /** From 0. */
  readonly index: number
  readonly count: number
}

export const MAX_SHARD_COUNT = 64

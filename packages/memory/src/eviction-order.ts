/** What an eviction policy is to the rest of the backend: the index of keys, and the choice of who goes next. */

export interface EvictionOrder {
  /** The slot of a key; nothing is noted. */
  find(key: string): number | undefined
  /** The slot of a key that is being read or rewritten, which counts for its recency. How often is noted in its hit word. */
  use(key: string): number | undefined
  /** Takes up a key; its slot has been filled. */
  add(key: string, slot: number, keyHash: number): void
  /** Told when an entry has been rewritten, with the bytes it had. */
  resized(slot: number, formerBytes: number): void
  /** Forgets a key whose slot is about to be emptied. */
  remove(key: string, slot: number): void
  /** Takes out the slot that goes next and forgets its key. Never `kept`; called only when there is another. */
  evict(nowMs: number, kept: number): number
  clear(): void
}

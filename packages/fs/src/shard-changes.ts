/**
 * Whether there may be entries in a shard that were not at an earlier look: such a one is renamed into its folder, which
 * changes the folder's time. One that was there may have been written anew in its place, which does not.
 */
import { statSync } from 'node:fs'
import type { Layout } from './layout.ts'

/** A folder that was changed so shortly before may be changed again within the grain of its time. */
const GRAIN_MS = 1_000

export class ShardChanges {
  readonly #layout: Layout
  readonly #seen = new Map<number, bigint>()

  constructor(layout: Layout) {
    this.#layout = layout
  }

  /** Takes the shard as it is now for known. */
  note(shard: number): void {
    const changedNs = this.#changedNs(shard)
    const ageMs = Date.now() - Number(changedNs / 1_000_000n)
    if (ageMs > GRAIN_MS) this.#seen.set(shard, changedNs)
    else this.#seen.delete(shard)
  }

  hasChanged(shard: number): boolean {
    return this.#seen.get(shard) !== this.#changedNs(shard)
  }

  /** 0 for a folder that is not there yet. */
  #changedNs(shard: number): bigint {
    return statSync(this.#layout.shardFolder(shard), { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? 0n
  }
}

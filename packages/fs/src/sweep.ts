/**
 * Reclaiming what is expired or invalidated, shard after shard, a bounded number of files for each call. Whether an entry has
 * expired is seen by its file's access time (recency.ts) without opening it, and made sure of by its head; whether it is
 * invalidated only by its head, which is read where something has been invalidated since the shard was last found clean.
 *
 * A file that cannot be read now may be invalidated, and readable later: its shard is not clean, and while it lies there the tags are
 * remembered. Where they have become too many it goes.
 *
 * What dead processes left goes as well: files never finished, and their names in the list of holders.
 */
import { type SweepReport, yieldToLoop } from '@stowage/core'
import { FOREIGN_FILE, readHead } from './entry-reading.ts'
import { missOf, takeOut, takeOutDamaged } from './entry-steps.ts'
import { statEntry } from './file-identity.ts'
import { namesIn } from './folder-names.ts'
import { isHolderId, lifeOfId } from './holder.ts'
import type { Turn } from './holding.ts'
import { abandonedFiles, abandonedHolders } from './inventory.ts'
import { SHARD_COUNT } from './layout.ts'
import { isLiveFile } from './recency.ts'
import { FLUSH_COUNT, flushUses } from './recency-writing.ts'
import { clearUp, ensureSure, recount, tempBytesIn } from './recount.ts'
import { removeAnything } from './replacing.ts'
import { Slice } from './slice.ts'
import type { Store } from './store.ts'
import { entriesIn } from './walking.ts'

/** Steps of one call, each as long as a slice (pace.ts). */
const STEP_COUNT = 32
/** Tags remembered as invalidated after a sweep has found nothing left of them. */
const KEPT_TAGS = 10_000

/** Before every epoch: what is in the shard has not been looked at. */
const UNKNOWN = -1

interface Tally {
  expired: number
  invalidated: number
}

export class Sweeper {
  readonly #store: Store
  /** The epoch as of which nothing invalidated is left in the shard. */
  readonly #cleanAsOf: number[] = new Array<number>(SHARD_COUNT).fill(UNKNOWN)
  #generation = Number.NaN
  #shard = 0
  /** Entries of the shard, still to be looked at; undefined: it has not been begun. */
  #paths: string[] | undefined
  /** Of those behind, the ones of which nobody knows whether they are invalidated. */
  #unknownCount = 0
  #epoch = 0

  constructor(store: Store) {
    this.#store = store
  }

  async sweep(nowMs: number): Promise<SweepReport> {
    const tally: Tally = { expired: 0, invalidated: 0 }
    for (let steps = 0; steps < STEP_COUNT; steps++) {
      const isDone = await this.#store.sections.run(undefined, nowMs, (turn) => this.#step(turn, nowMs, tally))
      if (isDone) return { ...tally, done: true }
      await yieldToLoop()
    }
    return { ...tally, done: false }
  }

  /** @returns whether that was the last shard. */
  #step(turn: Turn, nowMs: number, tally: Tally): boolean {
    for (const slice = new Slice(); !slice.isOver; ) {
      if (this.#paths === undefined) this.#begin(turn)
      const path = this.#paths?.pop()
      if (path !== undefined) {
        // It counts as well where looking at it fails.
        this.#unknownCount++
        if (this.#look(turn, path, nowMs, tally)) this.#unknownCount--
        continue
      }
      if (this.#unknownCount === 0) this.#cleanAsOf[this.#shard] = this.#epoch
      this.#paths = undefined
      this.#shard = (this.#shard + 1) % SHARD_COUNT
      if (this.#shard > 0) continue
      this.#end(turn)
      return true
    }
    return false
  }

  #begin(turn: Turn): void {
    const { layout } = this.#store
    const folder = layout.shardFolder(this.#shard)
    ensureSure(this.#store, turn, this.#shard)
    const clearedCount = clearUp(this.#store, folder)
    this.#paths = [...entriesIn(layout, this.#shard)]
    this.#unknownCount = 0
    // Files that were removed by hand, or given up by a process that was just closing.
    const { entryCount, tempBytes } = turn.counts.of(this.#shard)
    const isOff = entryCount !== this.#paths.length || tempBytes !== tempBytesIn(folder)
    if (clearedCount > 0 || isOff) turn.counts.settle(this.#shard, recount(this.#store, this.#shard))
    this.#epoch = turn.marks.epoch
    if (turn.marks.generation === this.#generation) return
    this.#generation = turn.marks.generation
    this.#cleanAsOf.fill(UNKNOWN)
  }

  /** @returns whether nothing is there any more that was invalidated as of the shard's epoch. */
  #look(turn: Turn, path: string, nowMs: number, tally: Tally): boolean {
    const { marks } = turn
    const isClean = (this.#cleanAsOf[this.#shard] ?? 0) >= marks.epoch
    const found = isClean ? statEntry(path) : undefined
    if (isClean && (found === undefined || isLiveFile(found, nowMs))) return true
    const head = readHead(path)
    if (head === undefined) return true
    const place = { shard: this.#shard, path }
    if (head === FOREIGN_FILE) {
      if (isClean || marks.tags.size <= KEPT_TAGS) return isClean
      takeOutDamaged(this.#store, turn, place)
      return true
    }
    const miss = missOf(marks, head, nowMs)
    if (miss === undefined) return true
    takeOut(this.#store, turn, place)
    turn.removed(head.key, miss)
    tally[miss]++
    return true
  }

  #end({ marks, emit }: Turn): void {
    const { layout } = this.#store
    const cleanAsOf = Math.min(...this.#cleanAsOf)
    if (marks.tags.size > KEPT_TAGS && cleanAsOf > marks.floor) emit({ k: 'floor', epoch: cleanAsOf })
    for (const id of namesIn(layout.holders)) {
      if (isHolderId(id) && lifeOfId(layout.holders, id) === 'dead') removeAnything(`${layout.holders}/${id}`)
    }
    for (const path of [...abandonedFiles(layout), ...abandonedHolders(layout)]) removeAnything(path)
    flushUses(this.#store.recency, FLUSH_COUNT)
  }
}

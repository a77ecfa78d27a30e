/**
 * Invalidation by prefix or pattern: leases first, so that no load that began before can store anything it covers, then every entry
 * is looked at. What is written meanwhile under a covered key may go as well: what is derived from an entry that the walk has not reached, and
 * written where it has been, must. So it comes by a second time where anything has changed since.
 *
 * An entry of which the key cannot be read may be covered: it goes as well, unless it can be read within the lock.
 *
 * A walk opens every file, so that those asked for while one goes on wait for it to end, and then share the next.
 */
import { yieldToLoop } from '@stowage/core'
import { syncShard } from './disk-sync.ts'
import { FOREIGN_FILE, readHead } from './entry-reading.ts'
import { takeOut, takeOutDamaged, voidLeases } from './entry-steps.ts'
import type { Turn } from './holding.ts'
import { ShardChanges } from './shard-changes.ts'
import type { Store } from './store.ts'
import { type WalkedEntry, walk } from './walking.ts'

/** Entries taken out in one step: a millisecond or two, where deleting a file is dear. */
const BATCH_COUNT = 4

/** Keys whose leases are voided in one step, which is one line of the journal: about a millisecond. */
const VOIDED_COUNT = 1_024

/** Entries between two words on how it goes: a millisecond or two. */
const TOLD_INTERVAL = 32

/** Whether a key is meant. */
type Covers = (key: string) => boolean

export class RangeInvalidations {
  readonly #store: Store
  #waiting: Covers[] = []
  /** Of all that have no answer yet, those that wait for their walk included. */
  readonly #listeners = new Set<() => void>()
  /** The walk that takes out what waits; undefined: nothing does. */
  #next: Promise<void> | undefined
  /** The end of the latest walk, however it went. */
  #ended: Promise<unknown> = Promise.resolve()

  constructor(store: Store) {
    this.#store = store
  }

  async invalidate(covers: Covers, nowMs: number, onProgress: () => void = () => undefined): Promise<void> {
    this.#listeners.add(onProgress)
    try {
      await this.#invalidate(covers, nowMs)
    } finally {
      this.#listeners.delete(onProgress)
    }
  }

  async #invalidate(covers: Covers, nowMs: number): Promise<void> {
    await this.#voidLeases(covers, nowMs)
    this.#waiting.push(covers)
    this.#next ??= this.#walkNext(nowMs)
    await this.#next
  }

  async #voidLeases(covers: Covers, nowMs: number): Promise<void> {
    let keys: string[] | undefined
    const voidSome = (turn: Turn): boolean => {
      keys ??= [...turn.marks.leases.keys()].filter(covers)
      for (const key of keys.splice(-VOIDED_COUNT)) voidLeases(turn, key)
      return keys.length > 0
    }
    while (await this.#store.sections.run(undefined, nowMs, voidSome)) await yieldToLoop()
  }

  async #carryOut(covers: Covers, nowMs: number): Promise<void> {
    const way = { covers, nowMs, onProgress: this.#tell }
    const changes = new ShardChanges(this.#store.layout)
    const note = (shard: number): boolean => {
      changes.note(shard)
      return true
    }
    await takeOutCovered(this.#store, way, note)
    await this.#voidLeases(covers, nowMs)
    await takeOutCovered(this.#store, way, (shard) => changes.hasChanged(shard))
  }

  readonly #tell = (): void => {
    for (const onProgress of this.#listeners) onProgress()
  }

  #walkNext(nowMs: number): Promise<void> {
    const walked = this.#ended.then(() => {
      const covers = this.#waiting
      this.#waiting = []
      this.#next = undefined
      return this.#carryOut((key) => covers.some((each) => each(key)), nowMs)
    })
    this.#ended = Promise.allSettled([walked])
    return walked
  }
}

interface Way {
  readonly covers: Covers
  readonly nowMs: number
  /** Called after each few entries. */
  readonly onProgress: () => void
}

async function takeOutCovered(
  store: Store,
  { covers, nowMs, onProgress }: Way,
  isWanted: (shard: number) => boolean,
): Promise<void> {
  let covered: WalkedEntry[] = []
  let walkedCount = 0
  const shards = new Set<number>()
  const takeOutBatch = (turn: Turn): void => {
    for (const { place, head: seen } of covered) {
      const head = seen === FOREIGN_FILE ? readHead(place.path) : seen
      if (head === FOREIGN_FILE) takeOutDamaged(store, turn, place)
      else if (head !== undefined && covers(head.key) && takeOut(store, turn, place))
        turn.removed(head.key, 'invalidated')
    }
  }
  for await (const walked of walk(store.layout, isWanted)) {
    if (++walkedCount % TOLD_INTERVAL === 0) onProgress()
    if (walked.head !== FOREIGN_FILE && !covers(walked.head.key)) continue
    covered.push(walked)
    shards.add(walked.place.shard)
    if (covered.length < BATCH_COUNT) continue
    await store.sections.run(undefined, nowMs, takeOutBatch)
    covered = []
  }
  await store.sections.run(undefined, nowMs, takeOutBatch)
  for (const shard of shards) await syncShard(store, shard)
}

/**
 * Invalidation by prefix or pattern: leases first, so that no load that began before can store anything it covers, then every entry
 * is looked at. What is written meanwhile under a covered key may go as well.
 */

import { syncShard } from './disk-sync.ts'
import { takeOut, voidLeases } from './entry-steps.ts'
import type { Turn } from './holding.ts'
import type { Store } from './store.ts'
import { type WalkedEntry, walk } from './walking.ts'

/** Entries taken out in one step: a millisecond or two, where deleting a file is dear. */
const BATCH_COUNT = 4

export async function invalidateRange(store: Store, covers: (key: string) => boolean, nowMs: number): Promise<void> {
  await store.sections.run(undefined, nowMs, (turn) => {
    for (const key of [...turn.marks.leases.keys()].filter(covers)) voidLeases(turn, key)
  })
  let covered: WalkedEntry[] = []
  const shards = new Set<number>()
  const takeOutCovered = (turn: Turn): void => {
    for (const { place, head } of covered) if (takeOut(store, turn, place)) turn.removed(head.key, 'invalidated')
  }
  for await (const walked of walk(store.layout)) {
    if (!covers(walked.head.key)) continue
    covered.push(walked)
    shards.add(walked.place.shard)
    if (covered.length < BATCH_COUNT) continue
    await store.sections.run(undefined, nowMs, takeOutCovered)
    covered = []
  }
  await store.sections.run(undefined, nowMs, takeOutCovered)
  for (const shard of shards) await syncShard(store, shard)
}

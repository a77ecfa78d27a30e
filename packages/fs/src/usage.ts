/** How much is stored: the figures of all shards, those in doubt counted anew first, one shard for each step. */
import { type Usage, yieldToLoop } from '@stowage/core'
import { ensureSure } from './recount.ts'
import type { Store } from './store.ts'

export async function usageOf(store: Store, nowMs: number): Promise<Usage> {
  const { plan, sections, counts } = store
  for (;;) {
    const shard = await sections.run(undefined, nowMs, () => counts.doubtful())
    if (shard === undefined) break
    await sections.run(shard, nowMs, (turn) => ensureSure(store, turn, shard))
    await yieldToLoop()
  }
  const { entryCount, entryBytes } = counts.total()
  return { entryCount, sizeBytes: entryBytes, maxEntries: plan.maxEntries, maxBytes: plan.maxBytes }
}

/** Who never chose a limit hears of it once, when entries begin to leave for its sake. */
import type { SqlitePlan } from './options.ts'

/** @returns to be called with each eviction. */
export function limitWarning({ path, maxBytes, isDefaultLimit, shard }: SqlitePlan): () => void {
  let isTold = !isDefaultLimit || shard.index > 0
  return () => {
    if (isTold) return
    isTold = true
    const megabytes = Math.round((maxBytes * shard.count) / 1_000_000)
    process.emitWarning(
      `cache '${path}' is full at ${megabytes} MB, the default, and begins to evict; give maxBytes to say how much it may hold`,
      { type: 'StowageWarning', code: 'STOWAGE_SQLITE_LIMIT' },
    )
  }
}

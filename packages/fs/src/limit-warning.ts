/** Who never chose a limit hears of it once, when entries begin to leave for its sake. */
import type { FsPlan } from './options.ts'

/** @returns to be called with each eviction. */
export function limitWarning({ directory, maxBytes, isDefaultLimit }: FsPlan): () => void {
  let isTold = !isDefaultLimit
  return () => {
    if (isTold) return
    isTold = true
    process.emitWarning(
      `cache '${directory}' is full at ${Math.round(maxBytes / 1_000_000)} MB, the default, and begins to evict; give maxBytes to say how much it may hold`,
      { type: 'StowageWarning', code: 'STOWAGE_FS_LIMIT' },
    )
  }
}

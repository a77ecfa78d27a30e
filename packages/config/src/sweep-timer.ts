/** Reclaiming at the user's own pace, besides what a cache does by itself. */
import { type Cache, type CancelTimer, systemClock } from '@stowage/core'

/** Keeps no process alive. @returns how to stop it */
export function sweepRegularly(cache: Cache, intervalMs: number | undefined): () => void {
  if (intervalMs === undefined) return () => undefined
  let cancel: CancelTimer = () => undefined
  const sweepLater = () => {
    cancel = systemClock.schedule(intervalMs, () => {
      // A sweep that fails is told by the cache's own events; the next one tries again.
      cache
        .sweep()
        .catch(() => undefined)
        .finally(() => {
          if (!cache.closed) sweepLater()
        })
    })
  }
  sweepLater()
  return () => cancel()
}

/** Reclaiming at the user's own pace, besides what a cache does by itself. */
import type { Cache, CancelTimer, Clock } from '@stowage/core'

/** Keeps no process alive. @returns how to stop it */
export function sweepRegularly(
  cache: Pick<Cache, 'sweep' | 'closed'>,
  intervalMs: number | undefined,
  clock: Clock,
): () => void {
  if (intervalMs === undefined) return () => undefined
  let isOver = false
  let cancel: CancelTimer = () => undefined
  const sweepLater = () => {
    if (isOver || cache.closed) return
    cancel = clock.schedule(intervalMs, () => {
      // A sweep that fails is told by the cache's own events; the next one tries again.
      void Promise.allSettled([cache.sweep()]).then(sweepLater)
    })
  }
  sweepLater()
  return () => {
    isOver = true
    cancel()
  }
}

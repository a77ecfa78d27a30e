/**
 * A bus of a far tier that several processes of one host share, and that can say that others have changed it, though not what: of
 * the sqlite backend. Each change is a gap that is over: copies are compared before they are served again.
 */
import { type Bus, ConfigError, describe } from '@stowage/core'

/** Whoever can be watched for changes by others. */
export interface WatchedTier {
  /** @returns how to stop */
  watch(listener: () => void): () => void
}

/**
 * Give it the far tier itself. What other processes change is noticed at the tier's next look (sqlite: 100 ms).
 * @throws ConfigError for a tier that cannot be watched
 */
export function watchBus(tier: WatchedTier): Bus {
  const given: unknown = tier
  if (typeof given !== 'object' || given === null || !('watch' in given) || typeof given.watch !== 'function') {
    throw new ConfigError(
      `watchBus: ${describe(given)} cannot be watched; allowed: a backend that has a watch, as sqliteBackend gives`,
    )
  }
  const stops = new Set<() => void>()
  return {
    // The far tier has been written already: that is the message.
    publish: () => undefined,
    subscribe: () => () => undefined,
    onGap(listener) {
      const unwatch = tier.watch(() => listener('over'))
      const stop = () => {
        if (stops.delete(stop)) unwatch()
      }
      stops.add(stop)
      return stop
    },
    close() {
      for (const stop of stops) stop()
    },
  }
}

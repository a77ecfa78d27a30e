/**
 * A bus of a far tier that several processes of one host share, and that can say that others have changed it, though not what: of
 * the sqlite backend. Each change is a gap that is over: copies are compared before they are served again.
 */
import { type Bus, type BusListener, ConfigError, describe, hasMethods } from '@stowage/core'

/** Whoever can be watched for changes by others. */
export interface WatchedTier {
  /** @returns how to stop */
  watch(listener: () => void): () => void
}

/** Of those in this process that stand on one tier: to its watch they are one, and none is told of what another has changed. */
const listenersOn = new WeakMap<WatchedTier, Set<BusListener>>()

/**
 * Give it the far tier itself. What other processes change is noticed at the tier's next look (sqlite: 100 ms).
 * @throws ConfigError for a tier that cannot be watched
 */
export function watchBus(tier: WatchedTier): Bus {
  if (!hasMethods(tier, ['watch'])) {
    throw new ConfigError(
      `watchBus: ${describe(tier)} cannot be watched; allowed: a backend that has a watch, as sqliteBackend gives`,
    )
  }
  const stops = new Set<() => void>()
  const listeners = listenersOn.get(tier) ?? new Set<BusListener>()
  listenersOn.set(tier, listeners)
  return {
    // To other processes it has been said already: the far tier has been written.
    publish(message) {
      for (const listener of [...listeners]) listener(message)
    },
    subscribe(listener) {
      const hear: BusListener = (message) => listener(message)
      const stop = () => {
        listeners.delete(hear)
        stops.delete(stop)
      }
      listeners.add(hear)
      stops.add(stop)
      return stop
    },
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

/**
 * Prefetch of what is usually asked for next: when a lookup had to go beyond the nearest tier, what belongs to it is read as
 * well, behind the caller's back, and so is near when it is asked for.
 */
import {
  type Backend,
  type Cache,
  ConfigError,
  describe,
  type Key,
  readStorageKey,
  requireKnownOptions,
  writeStorageKey,
} from '@stowage/core'

export interface RelatedOptions {
  /** The hybrid that the cache stands on: what its nearest tier answers needs no prefetch. */
  readonly backend: Backend
  /** What is likely to be asked for after this key, of the same namespace. Asked for each hit of a farther tier. */
  readonly related: (key: Key, namespace: readonly string[]) => readonly Key[]
}

interface Prefetch {
  readonly space: Cache
  readonly key: Key
  readonly storageKey: string
}

/** Keys that wait; further ones are left out, since what is asked for meanwhile is likelier to be wanted. */
const MAX_WAITING = 1_000
const BATCH_COUNT = 100

/**
 * Reads what belongs to a key after each hit of a farther tier. What is not stored stays so: nothing is loaded. What has been
 * prefetched is not followed further.
 *
 * @param cache as createCache returned it: hits of all its namespaces count
 * @returns how to stop
 * @throws ConfigError naming the option and what is allowed
 */
export function prefetchRelated(cache: Cache, options: RelatedOptions): () => void {
  if (typeof cache?.on !== 'function') {
    throw new ConfigError(`cache: ${describe(cache)} is not a cache; allowed: what createCache() returns`)
  }
  requireKnownOptions('prefetchRelated', options, ['backend', 'related'])
  const { backend, related } = options
  if (typeof related !== 'function') {
    throw new ConfigError(
      `related: ${describe(related)} is not allowed; allowed: a function from a key to related keys`,
    )
  }
  if (typeof backend?.syncTier !== 'string') {
    throw new ConfigError('backend: not allowed as given; allowed: the hybrid that the cache stands on')
  }
  /** Storage texts of those that wait or are being read. */
  const begun = new Set<string>()
  let waiting: Prefetch[] = []
  let isReading = false

  async function readAll(): Promise<void> {
    isReading = true
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH_COUNT)
      waiting = waiting.slice(BATCH_COUNT)
      // A failing tier is the cache's to tell; here it only means that nothing has been prefetched.
      await Promise.allSettled(
        batch.map(({ space, key, storageKey }) => space.get(key).finally(() => begun.delete(storageKey))),
      )
    }
    isReading = false
  }

  const stop = cache.on('lookup', (event) => {
    if (event.outcome === 'miss' || event.tier === backend.syncTier || begun.has(event.key)) return
    const place = readStorageKey(event.key)
    if (place === undefined) return
    const space = place.namespace.reduce((outer, name) => outer.namespace(name), cache)
    for (const key of related(place.key, place.namespace)) {
      const storageKey = writeStorageKey(place.namespace, key)
      if (begun.has(storageKey) || waiting.length >= MAX_WAITING || space.peek(key) !== undefined) continue
      begun.add(storageKey)
      waiting.push({ space, key, storageKey })
    }
    if (!isReading && waiting.length > 0) void readAll()
  })
  return () => {
    stop()
    waiting = []
  }
}

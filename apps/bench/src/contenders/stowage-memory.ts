/** Stowage on its memory backend, called as a user calls it: defaults of the cache, a loader per call. */
import { type Contender, TTL_MS } from './contender.ts'

export const stowageMemory: Contender = {
  name: 'Stowage memory',
  packages: ['@stowage/core', '@stowage/memory'],
  async open({ entryCount, load }) {
    const { createCache } = await import('@stowage/core')
    const { memoryBackend } = await import('@stowage/memory')
    const cache = createCache({ backend: memoryBackend({ maxEntries: entryCount }), ttl: TTL_MS })
    return {
      set: (key, value) => cache.set(key, value),
      setTagged: (key, value, tags) => cache.set(key, value, { tags }),
      get: (key) => cache.get(key),
      invalidateTag: (tag) => cache.invalidate({ tags: [tag] }),
      delete: (key) => cache.delete(key),
      getSync: (key) => cache.getSync(key),
      getOrSet: (key) => cache.getOrSet(key, () => load(key)),
      close: () => cache.close(),
    }
  },
}

/** Stowage on its memory backend where every getOrSet brings an options object of its own. */
import { type Contender, TTL_MS } from './contender.ts'

export const stowageMemoryOptions: Contender = {
  name: 'Stowage memory, options per call',
  packages: ['@stowage/core', '@stowage/memory'],
  async open({ entryCount, load }) {
    const { createCache } = await import('@stowage/core')
    const { memoryBackend } = await import('@stowage/memory')
    const cache = createCache({ backend: memoryBackend({ maxEntries: entryCount }), ttl: '1m' })
    return {
      set: (key, value) => cache.set(key, value, { ttl: TTL_MS }),
      getOrSet: (key) => cache.getOrSet(key, () => load(key), { ttl: TTL_MS }),
      close: () => cache.close(),
    }
  },
}

/** cachified over lru-cache, as its README sets it up. */
import { type Contender, TTL_MS } from './contender.ts'

export const cachified: Contender = {
  name: 'cachified + lru-cache',
  packages: ['@epic-web/cachified', 'lru-cache'],
  async open({ entryCount, load }) {
    const { cachified: call, createCacheEntry } = await import('@epic-web/cachified')
    const { LRUCache } = await import('lru-cache')
    const cache = new LRUCache<string, ReturnType<typeof createCacheEntry<unknown>>>({ max: entryCount })
    return {
      set: (key, value) => cache.set(key, createCacheEntry(value, { ttl: TTL_MS })),
      delete: (key) => cache.delete(key),
      getOrSet: (key) => call({ key, cache, ttl: TTL_MS, getFreshValue: () => load(key) }),
    }
  },
}

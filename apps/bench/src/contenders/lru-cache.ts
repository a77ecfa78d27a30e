/** lru-cache with a ttl: what most of us would write by hand, and the reference of the rows about get. */
import { type Contender, TTL_MS } from './contender.ts'

export const lruCache: Contender = {
  name: 'lru-cache',
  packages: ['lru-cache'],
  async open({ entryCount }) {
    const { LRUCache } = await import('lru-cache')
    const held = new LRUCache<string, object | string>({ max: entryCount, ttl: TTL_MS })
    return {
      set: (key, value) => held.set(key, value),
      get: async (key) => held.get(key),
      getSync: (key) => held.get(key),
    }
  },
}

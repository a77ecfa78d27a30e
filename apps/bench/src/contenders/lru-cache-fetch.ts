/** lru-cache with a ttl and its fetch(). A file of its own: with a fetchMethod, its plain get is slower too. */
import { type Contender, TTL_MS } from './contender.ts'

export const lruCacheFetch: Contender = {
  name: 'lru-cache fetch()',
  packages: ['lru-cache'],
  async open({ entryCount, load }) {
    const { LRUCache } = await import('lru-cache')
    const held = new LRUCache<string, object | string>({
      max: entryCount,
      ttl: TTL_MS,
      fetchMethod: (key) => load(key),
    })
    return {
      set: (key, value) => held.set(key, value),
      getOrSet: (key) => held.fetch(key),
    }
  },
}

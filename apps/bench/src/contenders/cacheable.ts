/** cacheable as it comes: its own memory store, values cloned. */
import { type Contender, TTL_MS } from './contender.ts'

export const cacheable: Contender = {
  name: 'cacheable',
  packages: ['cacheable', 'keyv'],
  async open({ load }) {
    const { Cacheable } = await import('cacheable')
    const cache = new Cacheable({ ttl: TTL_MS })
    return {
      set: (key, value) => cache.set(key, value),
      get: (key) => cache.get(key),
      getOrSet: (key) => cache.getOrSet(key, async () => load(key)),
      delete: (key) => cache.delete(key),
      close: () => cache.disconnect(),
    }
  },
}

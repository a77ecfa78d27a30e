/** cache-manager over the store it makes when given none: a keyv around a Map. */
import { type Contender, TTL_MS } from './contender.ts'

export const cachemanager: Contender = {
  name: 'cache-manager',
  packages: ['cache-manager', 'keyv'],
  async open({ load }) {
    const { createCache } = await import('cache-manager')
    const cache = createCache({ ttl: TTL_MS })
    return {
      set: (key, value) => cache.set(key, value),
      get: (key) => cache.get(key),
      getOrSet: (key) => cache.wrap(key, () => load(key)),
      delete: (key) => cache.del(key),
      close: () => cache.disconnect(),
    }
  },
}

/** async-cache-dedupe: a function is defined once, its results are kept in the memory storage. */
import { type Contender, TTL_MS } from './contender.ts'

export const asyncCacheDedupe: Contender = {
  name: 'async-cache-dedupe',
  packages: ['async-cache-dedupe'],
  async open({ entryCount, load }) {
    const { createCache } = await import('async-cache-dedupe')
    const cache = createCache({ ttl: TTL_MS / 1_000, storage: { type: 'memory', options: { size: entryCount } } })
    const loading = cache.define('load', async (key: string) => load(key))
    return {
      set: (key) => loading.load(key),
      getOrSet: (key) => loading.load(key),
    }
  },
}

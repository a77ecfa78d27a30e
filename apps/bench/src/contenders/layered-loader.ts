/** layered-loader's memory, by its two classes: one that is told values, and one that loads them. */
import { type Contender, TTL_MS } from './contender.ts'

export const layeredLoader: Contender = {
  name: 'layered-loader',
  packages: ['layered-loader'],
  async open({ entryCount }) {
    const { ManualCache } = await import('layered-loader/core')
    const cache = new ManualCache<object | string>({ inMemoryCache: { maxItems: entryCount, ttlInMsecs: TTL_MS } })
    return {
      set: (key, value) => cache.set(key, value),
      get: (key) => cache.get(key),
      getSync: (key) => cache.getInMemoryOnly(key),
      close: () => cache.close(),
    }
  },
}

export const layeredLoaderLoading: Contender = {
  name: 'layered-loader',
  packages: ['layered-loader'],
  async open({ entryCount, load }) {
    const { Loader } = await import('layered-loader/core')
    const loader = new Loader<object>({
      inMemoryCache: { maxItems: entryCount, ttlInMsecs: TTL_MS },
      dataSourceGetOneFn: async (key) => load(key),
    })
    return {
      set: (key) => loader.get(key),
      getOrSet: (key) => loader.get(key),
      close: () => loader.close(),
    }
  },
}

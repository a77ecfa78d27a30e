/** bentocache on its file driver: a file per entry, written over in place. */
import { type Contender, TTL_MS } from './contender.ts'

export const bentocacheFile: Contender = {
  name: 'bentocache file',
  packages: ['bentocache'],
  async open({ directory, load }) {
    const { BentoCache, bentostore } = await import('bentocache')
    const { fileDriver } = await import('bentocache/drivers/file')
    const store = bentostore().useL2Layer(fileDriver({ directory, pruneInterval: false }))
    const cache = new BentoCache({ default: 'files', stores: { files: store }, ttl: TTL_MS })
    return {
      set: (key, value) => cache.set({ key, value, ttl: TTL_MS }),
      get: (key) => cache.get({ key }),
      getOrSet: (key) => cache.getOrSet({ key, factory: () => load(key) }),
      delete: (key) => cache.delete({ key }),
      close: () => cache.disconnectAll(),
    }
  },
}

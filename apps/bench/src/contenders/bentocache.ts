/** bentocache's memory layer: as it comes (JSON text, parsed at every hit) and with values kept as they are. */
import { type Contender, TTL_MS } from './contender.ts'

export const bentocache = memoryLayer('bentocache', true)
export const bentocacheReference = memoryLayer('bentocache, serialize: false', false)

function memoryLayer(name: string, serialize: boolean): Contender {
  return {
    name,
    packages: ['bentocache'],
    async open({ entryCount, load }) {
      const { BentoCache, bentostore } = await import('bentocache')
      const { memoryDriver } = await import('bentocache/drivers/memory')
      const memory = bentostore().useL1Layer(memoryDriver({ maxItems: entryCount, serialize }))
      const cache = new BentoCache({ default: 'memory', stores: { memory }, ttl: TTL_MS })
      return {
        set: (key, value) => cache.set({ key, value }),
        setTagged: (key, value, tags) => cache.set({ key, value, tags }),
        invalidateTag: (tag) => cache.deleteByTag({ tags: [tag] }),
        get: (key) => cache.get({ key }),
        getOrSet: (key) => cache.getOrSet({ key, factory: () => load(key) }),
        delete: (key) => cache.delete({ key }),
        close: () => cache.disconnectAll(),
      }
    },
  }
}

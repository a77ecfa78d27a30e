/** Stowage on Redis, as it comes. */
import { type Contender, TTL_MS } from './contender.ts'
import { openRedis } from './redis-server.ts'

export const stowageRedis: Contender = {
  name: 'Stowage redis',
  packages: ['@stowage/core', '@stowage/redis'],
  async open({ load }) {
    const { createCache } = await import('@stowage/core')
    const { redisBackend } = await import('@stowage/redis')
    const server = await openRedis()
    const cache = createCache({ backend: redisBackend({ url: server.url }), ttl: TTL_MS })
    return {
      set: (key, value) => cache.set(key, value),
      setTagged: (key, value, tags) => cache.set(key, value, { tags }),
      get: (key) => cache.get(key),
      getMany: async (keys) => [...(await cache.getMany(keys)).values()],
      getOrSet: (key) => cache.getOrSet(key, () => load(key)),
      delete: (key) => cache.delete(key),
      invalidateTag: (tag) => cache.invalidate({ tags: [tag] }),
      async close() {
        await cache.close()
        await server.stop()
      },
    }
  },
}

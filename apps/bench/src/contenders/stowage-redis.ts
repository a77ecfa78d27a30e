/** Stowage on Redis: as it comes, and sharing loads with other processes. */
import type { CacheOptions } from '@stowage/core'
import { type Contender, TTL_MS } from './contender.ts'
import { openRedis } from './redis-server.ts'

export const stowageRedis = onRedis('Stowage redis', {})
export const stowageRedisShared = onRedis("Stowage redis, singleFlight: 'shared'", { singleFlight: 'shared' })

function onRedis(name: string, { singleFlight }: Pick<CacheOptions, 'singleFlight'>): Contender {
  return {
    name,
    packages: ['@stowage/core', '@stowage/redis'],
    isOnRedis: true,
    async open({ directory, load }) {
      const { createCache } = await import('@stowage/core')
      const { redisBackend } = await import('@stowage/redis')
      const server = await openRedis(directory)
      const cache = createCache({ backend: redisBackend({ url: server.url }), ttl: TTL_MS, singleFlight })
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
}

/** The peers on Redis, each as its documentation has it: @keyv/redis alone and under cache-manager. */
import { type Contender, TTL_MS } from './contender.ts'
import { openRedis } from './redis-server.ts'

export const keyvRedis: Contender = {
  name: '@keyv/redis',
  packages: ['@keyv/redis', 'keyv'],
  async open() {
    const { createKeyv } = await import('@keyv/redis')
    const server = await openRedis()
    const cache = createKeyv(server.url)
    return {
      set: (key, value) => cache.set(key, value, TTL_MS),
      get: (key) => cache.get(key),
      getMany: async (keys) => (await cache.getMany<unknown>([...keys])).filter((value) => value !== undefined),
      delete: (key) => cache.delete(key),
      async close() {
        await cache.disconnect()
        await server.stop()
      },
    }
  },
}

export const cachemanagerRedis: Contender = {
  name: 'cache-manager on @keyv/redis',
  packages: ['cache-manager', '@keyv/redis', 'keyv'],
  async open() {
    const { createCache } = await import('cache-manager')
    const { createKeyv } = await import('@keyv/redis')
    const server = await openRedis()
    const cache = createCache({ stores: [createKeyv(server.url)], ttl: TTL_MS })
    return {
      set: (key, value) => cache.set(key, value),
      get: (key) => cache.get(key),
      getMany: async (keys) => (await cache.mget([...keys])).filter((value) => value !== undefined),
      delete: (key) => cache.del(key),
      async close() {
        await cache.disconnect()
        await server.stop()
      },
    }
  },
}

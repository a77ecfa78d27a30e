/** The peers on Redis, each as its documentation has it: @keyv/redis alone, and under cache-manager and cacheable. */
import { type Contender, TTL_MS } from './contender.ts'
import { openRedis } from './redis-server.ts'

export const keyvRedis: Contender = {
  name: '@keyv/redis',
  packages: ['@keyv/redis', 'keyv'],
  isOnRedis: true,
  async open({ directory }) {
    const { createKeyv } = await import('@keyv/redis')
    const server = await openRedis(directory)
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
  isOnRedis: true,
  async open({ directory }) {
    const { createCache } = await import('cache-manager')
    const { createKeyv } = await import('@keyv/redis')
    const server = await openRedis(directory)
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

export const cacheableRedis: Contender = {
  name: 'cacheable on @keyv/redis',
  packages: ['cacheable', '@keyv/redis', 'keyv'],
  isOnRedis: true,
  async open({ directory, load }) {
    const { Cacheable } = await import('cacheable')
    const { createKeyv } = await import('@keyv/redis')
    const server = await openRedis(directory)
    // No memory in front: it is Redis that is measured.
    const cache = new Cacheable({ primary: createKeyv(server.url), ttl: TTL_MS })
    return {
      set: (key, value) => cache.set(key, value),
      get: (key) => cache.get(key),
      getMany: async (keys) => (await cache.getMany<unknown>([...keys])).filter((value) => value !== undefined),
      getOrSet: (key) => cache.getOrSet(key, async () => load(key)),
      delete: (key) => cache.delete(key),
      async close() {
        await cache.disconnect()
        await server.stop()
      },
    }
  },
}

/** Memory in front of Redis, by each that has both: a near hit asks nobody. None has a bus, as one process is measured. */
import { type Contender, type OpenCache, TTL_MS } from './contender.ts'
import { type BoutRedis, openRedis } from './redis-server.ts'

interface Opening {
  readonly server: BoutRedis
  readonly entryCount: number
}

export const stowageHybridRedis = hybrid(
  'Stowage hybrid (memory + redis)',
  ['@stowage/core', '@stowage/hybrid', '@stowage/memory', '@stowage/redis'],
  async ({ server, entryCount }) => {
    const { createCache } = await import('@stowage/core')
    const { hybridBackend } = await import('@stowage/hybrid')
    const { memoryBackend } = await import('@stowage/memory')
    const { redisBackend } = await import('@stowage/redis')
    const tiers = [memoryBackend({ maxEntries: entryCount }), redisBackend({ url: server.url })]
    // No copy ends within a run: what is measured is the hit.
    const backend = hybridBackend({ tiers, tierOptions: [{ maxTtl: TTL_MS }] })
    const cache = createCache({ backend, ttl: TTL_MS })
    return { set: (key, value) => cache.set(key, value), get: (key) => cache.get(key), close: () => cache.close() }
  },
)

export const bentocacheHybrid = bentocacheTiers('bentocache (memory + redis)', true)
export const bentocacheHybridReference = bentocacheTiers('bentocache (memory + redis), serialize: false', false)

function bentocacheTiers(name: string, serialize: boolean): Contender {
  return hybrid(name, ['bentocache'], async ({ server: { host, port }, entryCount }) => {
    const { BentoCache, bentostore } = await import('bentocache')
    const { memoryDriver } = await import('bentocache/drivers/memory')
    const { redisDriver } = await import('bentocache/drivers/redis')
    const tiers = bentostore()
      .useL1Layer(memoryDriver({ maxItems: entryCount, serialize }))
      .useL2Layer(redisDriver({ connection: { host, port } }))
    const cache = new BentoCache({ default: 'tiers', stores: { tiers }, ttl: TTL_MS })
    return {
      set: (key, value) => cache.set({ key, value }),
      get: (key) => cache.get({ key }),
      close: () => cache.disconnectAll(),
    }
  })
}

export const cacheableHybrid = hybrid(
  'cacheable (memory + redis)',
  ['cacheable', '@keyv/redis', 'keyv'],
  async ({ server }) => {
    const { Cacheable } = await import('cacheable')
    const { createKeyv } = await import('@keyv/redis')
    const cache = new Cacheable({ secondary: createKeyv(server.url), ttl: TTL_MS })
    return {
      set: (key, value) => cache.set(key, value),
      get: (key) => cache.get(key),
      close: () => cache.disconnect(),
    }
  },
)

export const cachemanagerHybrid = hybrid(
  'cache-manager (memory + redis)',
  ['cache-manager', '@keyv/redis', 'keyv'],
  async ({ server }) => {
    const { createCache } = await import('cache-manager')
    const { createKeyv } = await import('@keyv/redis')
    const { Keyv } = await import('keyv')
    const cache = createCache({ stores: [new Keyv(), createKeyv(server.url)], ttl: TTL_MS })
    return {
      set: (key, value) => cache.set(key, value),
      get: (key) => cache.get(key),
      close: () => cache.disconnect(),
    }
  },
)

function hybrid(name: string, packages: readonly string[], open: (opening: Opening) => Promise<OpenCache>): Contender {
  return {
    name,
    packages,
    isOnRedis: true,
    async open({ directory, entryCount }) {
      const server = await openRedis(directory)
      const cache = await open({ server, entryCount })
      return {
        ...cache,
        async close() {
          await cache.close?.()
          await server.stop()
        },
      }
    },
  }
}

/** Stowage on memory in front of one sqlite file, alone on it or watching for others. */
import { join } from 'node:path'
import { type Contender, TTL_MS } from './contender.ts'

export const stowageHybrid: Contender = hybrid('Stowage hybrid (memory + sqlite)', 'alone')
export const stowageHybridWatching: Contender = hybrid('Stowage hybrid, watching the file', 'watching')

function hybrid(name: string, company: 'alone' | 'watching'): Contender {
  return {
    name,
    packages: ['@stowage/core', '@stowage/hybrid', '@stowage/memory', '@stowage/sqlite'],
    async open({ directory, entryCount, load }) {
      const { createCache } = await import('@stowage/core')
      const { hybridBackend, watchBus } = await import('@stowage/hybrid')
      const { memoryBackend } = await import('@stowage/memory')
      const { sqliteBackend } = await import('@stowage/sqlite')
      const far = sqliteBackend({ path: join(directory, 'bench.db'), maxBytes: '1GB' })
      const backend = hybridBackend({
        tiers: [memoryBackend({ maxEntries: entryCount }), far],
        // No copy ends within a run: what is measured is the hit.
        tierOptions: [{ maxTtl: TTL_MS }],
        ...(company === 'watching' && { bus: watchBus(far) }),
      })
      const cache = createCache({ backend, ttl: TTL_MS })
      return {
        set: (key, value) => cache.set(key, value),
        setTagged: (key, value, tags) => cache.set(key, value, { tags }),
        invalidateTag: (tag) => cache.invalidate({ tags: [tag] }),
        get: (key) => cache.get(key),
        getOrSet: (key) => cache.getOrSet(key, () => load(key)),
        close: () => cache.close(),
      }
    },
  }
}

/** Stowage on files: as it comes, and sharing loads with other processes. */
import { join } from 'node:path'
import type { CacheOptions } from '@stowage/core'
import { type Contender, TTL_MS } from './contender.ts'

export const stowageFs = inFolder('Stowage fs', {})
export const stowageFsShared = inFolder("Stowage fs, singleFlight: 'shared'", { singleFlight: 'shared' })

function inFolder(name: string, { singleFlight }: Pick<CacheOptions, 'singleFlight'>): Contender {
  return {
    name,
    packages: ['@stowage/core', '@stowage/fs'],
    async open({ directory, load }) {
      const { createCache } = await import('@stowage/core')
      const { fsBackend } = await import('@stowage/fs')
      const backend = fsBackend({ directory: join(directory, 'files'), maxBytes: '4GB' })
      const cache = createCache({ backend, ttl: TTL_MS, singleFlight })
      return {
        set: (key, value) => cache.set(key, value),
        setTagged: (key, value, tags) => cache.set(key, value, { tags }),
        get: (key) => cache.get(key),
        getMany: async (keys) => [...(await cache.getMany(keys)).values()],
        getOrSet: (key) => cache.getOrSet(key, () => load(key)),
        delete: (key) => cache.delete(key),
        invalidateTag: (tag) => cache.invalidate({ tags: [tag] }),
        close: () => cache.close(),
      }
    },
  }
}

/** Stowage on sqlite: as it comes, sharing loads with other processes, waiting for the disk, on several files, and packed. */
import { join } from 'node:path'
import type { CacheOptions } from '@stowage/core'
import { type Contender, TTL_MS } from './contender.ts'
import { fileIn } from './wal-database.ts'

interface Variant extends Pick<CacheOptions, 'singleFlight'> {
  readonly durability?: 'strict'
  readonly shards?: number
  readonly packs?: 'plainly' | 'with structures'
}

export const stowageSqlite = onFile('Stowage sqlite', {})
export const stowageSqliteShared = onFile("Stowage sqlite, singleFlight: 'shared'", { singleFlight: 'shared' })
export const stowageSqliteStrict = onFile("Stowage sqlite, durability: 'strict'", { durability: 'strict' })
export const stowageSqliteSharded = onFile('Stowage sqlite, shards: 4', { shards: 4 })
export const stowageSqlitePacked = onFile('Stowage sqlite, msgpack', { packs: 'plainly' })
export const stowageSqliteStructures = onFile('Stowage sqlite, msgpack with structures', { packs: 'with structures' })

function onFile(name: string, { singleFlight, packs, ...own }: Variant): Contender {
  return {
    name,
    packages: ['@stowage/core', '@stowage/sqlite', ...(packs === undefined ? [] : ['@stowage/msgpack'])],
    async open({ directory, load }) {
      const { createCache } = await import('@stowage/core')
      const { sqliteBackend } = await import('@stowage/sqlite')
      const backend = sqliteBackend({ path: fileIn(directory), maxBytes: '2GB', ...own })
      const codec = packs === undefined ? undefined : await packer(packs, directory)
      const cache = createCache({ backend, ttl: TTL_MS, singleFlight, codec })
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

async function packer(packs: 'plainly' | 'with structures', directory: string) {
  const { fileStructures, msgpackCodec } = await import('@stowage/msgpack')
  if (packs === 'plainly') return msgpackCodec()
  return msgpackCodec({ structures: fileStructures(join(directory, 'bench.structures')) })
}

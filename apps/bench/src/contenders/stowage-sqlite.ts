/** Stowage on one sqlite file: alone in its process, and sharing loads with the others on the file. */
import { join } from 'node:path'
import { type Contender, TTL_MS } from './contender.ts'

export const stowageSqlite = onFile('Stowage sqlite', 'process')
export const stowageSqliteShared = onFile("Stowage sqlite, singleFlight: 'shared'", 'shared')

function onFile(name: string, singleFlight: 'process' | 'shared'): Contender {
  return {
    name,
    packages: ['@stowage/core', '@stowage/sqlite'],
    async open({ directory, load }) {
      const { createCache } = await import('@stowage/core')
      const { sqliteBackend } = await import('@stowage/sqlite')
      const backend = sqliteBackend({ path: join(directory, 'bench.db'), maxBytes: '1GB' })
      const cache = createCache({ backend, ttl: TTL_MS, singleFlight })
      return {
        set: (key, value) => cache.set(key, value),
        setTagged: (key, value, tags) => cache.set(key, value, { tags }),
        get: (key) => cache.get(key),
        getOrSet: (key) => cache.getOrSet(key, () => load(key)),
        close: () => cache.close(),
      }
    },
  }
}

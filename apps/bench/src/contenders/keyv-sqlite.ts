/** keyv 6 on @keyv/sqlite, with the write-ahead log its documentation advises; its default waits for the disk, and for no other process. */
import { type Contender, TTL_MS } from './contender.ts'
import { fileIn } from './wal-database.ts'

export const keyvSqlite: Contender = {
  name: '@keyv/sqlite, WAL',
  packages: ['@keyv/sqlite'],
  async open({ directory }) {
    const { createKeyv } = await import('@keyv/sqlite')
    const cache = createKeyv({ uri: `sqlite://${fileIn(directory)}`, wal: true, busyTimeout: 5_000 })
    return {
      set: (key, value) => cache.set(key, value, TTL_MS),
      setAll: (entries) => cache.setMany(entries.map(([key, value]) => ({ key, value, ttl: TTL_MS }))),
      get: (key) => cache.get(key),
      getMany: async (keys) => (await cache.getMany<unknown>([...keys])).filter((value) => value !== undefined),
      delete: (key) => cache.delete(key),
      close: () => cache.disconnect(),
    }
  },
}

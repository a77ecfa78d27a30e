/** bentocache on one sqlite file, through kysely; the write-ahead log is set by hand, its default waits for the disk. */
import { type Contender, TTL_MS } from './contender.ts'
import { openWalDatabase } from './wal-database.ts'

export const bentocacheSqlite: Contender = {
  name: 'bentocache sqlite, WAL',
  packages: ['bentocache', 'kysely', 'better-sqlite3'],
  async open({ directory }) {
    const { BentoCache, bentostore } = await import('bentocache')
    const { kyselyDriver } = await import('bentocache/drivers/kysely')
    const { Kysely, SqliteDialect } = await import('kysely')
    const dialect = new SqliteDialect({ database: await openWalDatabase(directory) })
    const sqlite = bentostore().useL2Layer(kyselyDriver({ connection: new Kysely<unknown>({ dialect }) }))
    const cache = new BentoCache({ default: 'sqlite', stores: { sqlite }, ttl: TTL_MS })
    return {
      set: (key, value) => cache.set({ key, value }),
      get: (key) => cache.get({ key }),
      delete: (key) => cache.delete({ key }),
      close: () => cache.disconnectAll(),
    }
  },
}

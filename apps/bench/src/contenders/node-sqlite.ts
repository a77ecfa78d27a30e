/** What a careful user writes with Node's own node:sqlite alone. */
import { type Contender, TTL_MS } from './contender.ts'
import { fileIn, ROWS } from './wal-database.ts'

export const nodeSqlite: Contender = {
  name: 'node:sqlite, WAL',
  packages: [],
  async open({ directory }) {
    const { DatabaseSync } = await import('node:sqlite')
    const database = new DatabaseSync(fileIn(directory))
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000')
    database.exec(ROWS.create)
    const upsert = database.prepare(ROWS.upsert)
    const select = database.prepare(ROWS.select)
    const remove = database.prepare(ROWS.remove)

    function set(key: string, value: object | string): void {
      upsert.run(key, Date.now() + TTL_MS, value instanceof Uint8Array ? value : JSON.stringify(value))
    }

    function read(key: string): unknown {
      const row = select.get(key)
      if (row === undefined || Number(row['exp']) <= Date.now()) return undefined
      return typeof row['v'] === 'string' ? JSON.parse(row['v']) : row['v']
    }

    return {
      set,
      setAll(entries) {
        database.exec('BEGIN IMMEDIATE')
        for (const [key, value] of entries) set(key, value)
        database.exec('COMMIT')
      },
      get: async (key) => read(key),
      getMany: async (keys) => keys.map(read).filter((value) => value !== undefined),
      delete: (key) => remove.run(key),
      close: () => database.close(),
    }
  },
}

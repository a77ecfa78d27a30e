/** What a careful user writes with better-sqlite3 alone: the reference of all workloads on a disk. */
import { type Contender, TTL_MS } from './contender.ts'
import { openWalDatabase, ROWS } from './wal-database.ts'

interface Row {
  readonly v: string | Uint8Array
  readonly exp: number
}

export const rawSqlite: Contender = {
  name: 'better-sqlite3, WAL',
  packages: ['better-sqlite3'],
  async open({ directory }) {
    const database = await openWalDatabase(directory)
    database.exec(ROWS.create)
    const upsert = database.prepare<[string, number, string | Uint8Array]>(ROWS.upsert)
    const select = database.prepare<[string], Row>(ROWS.select)
    const remove = database.prepare<[string]>(ROWS.remove)

    function set(key: string, value: object | string): void {
      upsert.run(key, Date.now() + TTL_MS, value instanceof Uint8Array ? value : JSON.stringify(value))
    }

    function read(key: string): unknown {
      const row = select.get(key)
      if (row === undefined || row.exp <= Date.now()) return undefined
      return typeof row.v === 'string' ? JSON.parse(row.v) : row.v
    }

    return {
      set,
      setAll: database.transaction((entries: readonly (readonly [string, object])[]) => {
        for (const [key, value] of entries) set(key, value)
      }),
      get: async (key) => read(key),
      getMany: async (keys) => keys.map(read).filter((value) => value !== undefined),
      delete: (key) => remove.run(key),
      close: () => database.close(),
    }
  },
}

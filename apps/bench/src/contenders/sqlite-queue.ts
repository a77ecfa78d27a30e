/** What a careful user writes with better-sqlite3 alone: a table of jobs with an instant, a pull that hides for an hour, a delete. */
import { inTurn, JOB, type Job, type QueueContender } from './queue-contender.ts'
import { openWalDatabase } from './wal-database.ts'

const VISIBILITY_MS = 3_600_000

interface Row {
  readonly id: number
  readonly value: string
}

export const sqliteQueue: QueueContender = {
  name: 'better-sqlite3, a table',
  packages: ['better-sqlite3'],
  async open(directory) {
    const database = await openWalDatabase(directory)
    database.exec(`CREATE TABLE jobs (id INTEGER PRIMARY KEY AUTOINCREMENT, visible_at INTEGER NOT NULL, value TEXT NOT NULL);
      CREATE TABLE entries (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID`)
    const insert = database.prepare<[string]>('INSERT INTO jobs (visible_at, value) VALUES (0, ?)')
    const first = database.prepare<[number], Row>(
      'SELECT id, value FROM jobs WHERE visible_at <= ? ORDER BY id LIMIT 1',
    )
    const hide = database.prepare<[number, number]>('UPDATE jobs SET visible_at = ? WHERE id = ?')
    const remove = database.prepare<[number]>('DELETE FROM jobs WHERE id = ?')
    const count = database.prepare<[], { readonly count: number }>('SELECT count(*) AS count FROM jobs')
    const upsert = database.prepare<[string, string]>('INSERT OR REPLACE INTO entries VALUES (?, ?)')
    const select = database.prepare<[string], { readonly value: string }>('SELECT value FROM entries WHERE key = ?')
    const take = database.transaction((nowMs: number) => {
      const row = first.get(nowMs)
      if (row !== undefined) hide.run(nowMs + VISIBILITY_MS, row.id)
      return row
    })
    return {
      push: (jobs) => inTurn(jobs, 1, async () => insert.run(JSON.stringify(JOB))),
      async pull(jobs) {
        let last: Row | undefined
        await inTurn(jobs, 1, async () => {
          last = take.immediate(Date.now())
          if (last !== undefined) remove.run(last.id)
        })
        return last === undefined ? undefined : read(last.value)
      },
      map: {
        set: async (key, value) => upsert.run(key, JSON.stringify(value)),
        async get(key) {
          const row = select.get(key)
          return row === undefined ? undefined : read(row.value)
        },
      },
      size: async () => count.get()?.count ?? 0,
      close: async () => void database.close(),
    }
  },
}

function read(text: string): Job {
  return JSON.parse(text) as Job
}

/** A bare SQLite file set up as a server would: write-ahead log, no fsync per transaction. For the contenders that stand on one. */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from 'better-sqlite3'

/** What all contenders that keep one file call it. */
export function fileIn(directory: string): string {
  return join(directory, 'bench.db')
}

/** One table, as anybody would make it. */
export const ROWS = {
  create: 'CREATE TABLE IF NOT EXISTS entries (k TEXT PRIMARY KEY, exp INTEGER NOT NULL, v NOT NULL)',
  upsert: 'INSERT INTO entries VALUES (?, ?, ?) ON CONFLICT (k) DO UPDATE SET exp = excluded.exp, v = excluded.v',
  select: 'SELECT v, exp FROM entries WHERE k = ?',
  remove: 'DELETE FROM entries WHERE k = ?',
} as const

export async function openWalDatabase(directory: string): Promise<Database> {
  const { default: Sqlite } = await import('better-sqlite3')
  const database = new Sqlite(fileIn(directory))
  await logAhead(database)
  database.pragma('synchronous = NORMAL')
  return database
}

/** Of two processes that make the file at once, one is told that it is locked, however long it would wait: SQLite does not wait here. */
async function logAhead(database: Database): Promise<void> {
  for (let triesLeft = 200; ; triesLeft--) {
    try {
      database.pragma('journal_mode = WAL')
      return
    } catch (error) {
      const isLocked = error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY'
      if (!isLocked || triesLeft === 0) throw error
      await pause(5)
    }
  }
}

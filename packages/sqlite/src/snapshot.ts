/** A file as it was at one moment. It imports nothing of core's: threads that copy read with it, too (backup-thread.ts). */
import Sqlite from 'better-sqlite3'

/** How long an operation may wait inside SQLite, holding up the event loop; what takes longer waits in patience.ts. */
export const BUSY_WAIT_MS = 8

/** A second connection, which sees the file as it is now until it is closed, and cannot change it. */
export function openSnapshot(path: string): Sqlite.Database {
  const database = new Sqlite(path, { readonly: true, fileMustExist: true, timeout: BUSY_WAIT_MS })
  try {
    database.pragma('cell_size_check = ON')
    database.exec('BEGIN')
    // What it sees is settled by the first look.
    database.prepare('SELECT 1 FROM sqlite_schema').get()
    return database
  } catch (thrown) {
    database.close()
    throw thrown
  }
}

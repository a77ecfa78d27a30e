/** The least this package needs of a SQLite client, by shape: better-sqlite3 today. */

export interface Statement<Parameters extends unknown[], Row> {
  run(...parameters: Parameters): { readonly changes: number; readonly lastInsertRowid: number | bigint }
  get(...parameters: Parameters): Row | undefined
  all(...parameters: Parameters): Row[]
}

export interface Database {
  readonly inTransaction: boolean
  prepare<Parameters extends unknown[], Row>(sql: string): Statement<Parameters, Row>
  exec(sql: string): unknown
  pragma(sql: string, options?: { readonly simple: boolean }): unknown
  close(): unknown
}

/**
 * How a statement says that as many rows will do as are bound here. A bare `?` makes SQLite prepare the statement anew each time it is
 * run, as the value might change the plan (SQLITE_ENABLE_STAT4): 13 to 39 µs instead of 1 to 8 (measured, 2026-11).
 */
export const AT_MOST = 'LIMIT ? + 0'

/** SQLite's own name of a failure, e.g. `SQLITE_BUSY_SNAPSHOT`; undefined for anything else that was thrown. */
export function sqliteCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown) || typeof thrown.code !== 'string') return undefined
  return thrown.code.startsWith('SQLITE_') ? thrown.code : undefined
}

/** Whether what was to be written found no room: the disk is full, or no file may be so long. */
export function isOutOfRoom(thrown: unknown): boolean {
  const code = sqliteCode(thrown)
  return code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_WRITE'
}

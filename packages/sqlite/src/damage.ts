/** What says that a file is no sound database any more, whoever wrote to it. */
import { sqliteCode } from './database.ts'

/** Not a failure of SQLite, but a file that cannot be what this version wrote. */
export class DamagedFileError extends Error {
  override readonly name = 'DamagedFileError'
}

export function isDamage(thrown: unknown): boolean {
  const code = sqliteCode(thrown)
  return thrown instanceof DamagedFileError || code === 'SQLITE_NOTADB' || code?.startsWith('SQLITE_CORRUPT') === true
}

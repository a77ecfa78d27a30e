/** What says that a file is no sound database any more, whoever wrote to it. */
import { sqliteCode } from './database.ts'

/** Not a failure of SQLite, but a file that cannot be what this version wrote. */
export class DamagedFileError extends Error {
  override readonly name = 'DamagedFileError'
}

/** A read that is too short is one of a log that is not as long as its index says: deleted under those who have it open, or cut. */
const DAMAGE_CODES: ReadonlySet<string | undefined> = new Set(['SQLITE_NOTADB', 'SQLITE_IOERR_SHORT_READ'])

export function isDamage(thrown: unknown): boolean {
  const code = sqliteCode(thrown)
  return thrown instanceof DamagedFileError || DAMAGE_CODES.has(code) || code?.startsWith('SQLITE_CORRUPT') === true
}
